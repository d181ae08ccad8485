#include "Softmax.h"

#include <math.h>

#include "CKernels.h"

MULTIVERSION double rss_cross_entropy(float *gradient, const float *logits, const uint8_t *labels, long pixels,
                                      int classes, float scale) {
  float e[MOST_CLASSES];
  double loss = 0;
  for (long u = 0; u < pixels; u++, logits += classes, gradient += classes) {
    if (labels[u] == VOID_LABEL) {
      memset(gradient, 0, (size_t)classes * sizeof(float));
      continue;
    }
    const float highest = exponentials(e, logits, classes);
    float sum = 0;
    for (int k = 0; k < classes; k++) sum += e[k];
    const float factor = scale / sum;
    for (int k = 0; k < classes; k++) gradient[k] = e[k] * factor;
    gradient[labels[u]] -= scale;
    loss += logf(sum) - (logits[labels[u]] - highest);
  }
  return loss;
}

MULTIVERSION void rss_argmax(uint8_t *classes_out, const float *logits, long pixels, int classes) {
  for (long u = 0; u < pixels; u++, logits += classes) {
    int best = 0;
    for (int k = 1; k < classes; k++) best = logits[k] > logits[best] ? k : best;
    classes_out[u] = (uint8_t)best;
  }
}
