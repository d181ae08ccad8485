#include "Softmax.h"

#include <math.h>

#include "CKernels.h"

MULTIVERSION double rss_cross_entropy(float *gradient, const float *logits, const uint8_t *labels, long pixels,
                                      int classes, float scale) {
  lanes_f e[MOST_CLASSES], highest;
  double loss = 0;
  for (long first = 0; first < pixels; first += LANES, logits += LANES * classes, gradient += LANES * classes) {
    const int count = pixels - first < LANES ? (int)(pixels - first) : LANES;
    exponentials(e, &highest, logits, count, classes);
    lanes_f sum = e[0];
    for (int k = 1; k < classes; k++) sum += e[k];
    const lanes_f factor = scale / sum;
    for (int k = 0; k < classes; k++) e[k] *= factor;
    for (int j = 0; j < count; j++) {
      float *g = gradient + j * classes;
      const uint8_t label = labels[first + j];
      if (label == VOID_LABEL) {
        memset(g, 0, (size_t)classes * sizeof(float));
        continue;
      }
      for (int k = 0; k < classes; k++) g[k] = e[k][j];
      g[label] -= scale;
      loss += logf(sum[j]) - (logits[j * classes + label] - highest[j]);
    }
  }
  return loss;
}

MULTIVERSION long rss_argmax(uint8_t *classes_out, const float *logits, long pixels, int classes) {
  long wrong = 0;
  for (long u = 0; u < pixels; u++, logits += classes) {
    int best = 0, nan = logits[0] != logits[0];
    for (int k = 1; k < classes; k++) {
      best = logits[k] > logits[best] ? k : best;
      nan |= logits[k] != logits[k];
    }
    classes_out[u] = (uint8_t)best;
    wrong += nan;
  }
  return wrong;
}
