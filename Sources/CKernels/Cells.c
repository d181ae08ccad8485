#include "CKernels.h"
#include "Softmax.h"

MULTIVERSION void rss_pool_cells(float *pooled, int32_t *counts, const float *logits, const uint8_t *void_mask,
                                 long height, long width, long side, int classes) {
  const long columns = (width + side - 1) / side, rows = (height + side - 1) / side;
  memset(pooled, 0, sizeof(float) * (size_t)(rows * columns * classes));
  memset(counts, 0, sizeof(int32_t) * (size_t)(rows * columns));
  for (long y = 0; y < height; y++) {
    for (long x = 0; x < width; x++) {
      if (void_mask[y * width + x] == VOID_LABEL) continue;
      const long cell = (y / side) * columns + x / side;
      const float *z = logits + (y * width + x) * classes;
      for (int k = 0; k < classes; k++) pooled[cell * classes + k] += z[k];
      counts[cell]++;
    }
  }
  for (long cell = 0; cell < rows * columns; cell++) {
    const float inverse = counts[cell] > 0 ? 1 / (float)counts[cell] : 0;
    for (int k = 0; k < classes; k++) pooled[cell * classes + k] *= inverse;
  }
}

MULTIVERSION void rss_spread_cells(float *gradient, const float *pooled, const int32_t *counts,
                                   const uint8_t *void_mask, long height, long width, long side, int classes) {
  const long columns = (width + side - 1) / side;
  for (long y = 0; y < height; y++) {
    for (long x = 0; x < width; x++) {
      float *g = gradient + (y * width + x) * classes;
      if (void_mask[y * width + x] == VOID_LABEL) {
        memset(g, 0, sizeof(float) * (size_t)classes);
        continue;
      }
      const long cell = (y / side) * columns + x / side;
      const float inverse = 1 / (float)counts[cell];
      for (int k = 0; k < classes; k++) g[k] = pooled[cell * classes + k] * inverse;
    }
  }
}

MULTIVERSION void rss_histogram_cells(int32_t *histogram, const uint8_t *labels, long height, long width, long side,
                                      int classes) {
  const long columns = (width + side - 1) / side, rows = (height + side - 1) / side;
  memset(histogram, 0, sizeof(int32_t) * (size_t)(rows * columns * (classes + 1)));
  for (long y = 0; y < height; y++) {
    for (long x = 0; x < width; x++) {
      const uint8_t label = labels[y * width + x];
      if (label == VOID_LABEL) continue;
      const long cell = (y / side) * columns + x / side;
      histogram[cell * (classes + 1) + label]++;
      histogram[cell * (classes + 1) + classes]++;
    }
  }
}

MULTIVERSION void rss_count_cells(int32_t *predicted, int32_t *intersection, const uint8_t *actions,
                                  const int32_t *histogram, long cells, int classes, int maps) {
  for (long u = 0; u < cells; u++) {
    const int32_t *h = histogram + u * (classes + 1);
    const uint8_t *a = actions + u * maps;
    if (h[classes] == 0) continue;
    for (int m = 0; m < maps; m++) {
      predicted[(long)m * classes + a[m]] += h[classes];
      intersection[(long)a[m] * maps + m] += h[a[m]];
    }
  }
}
