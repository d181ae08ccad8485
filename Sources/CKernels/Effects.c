#include "CKernels.h"
#include "Softmax.h"

// Lanes in memory that is aligned to its floats alone.
typedef float lanes_m __attribute__((vector_size(sizeof(lanes_f)), aligned(sizeof(float))));

MULTIVERSION void rss_region_counts(float *counts, float *mass, float *expected, float *squares,
                                    const float *probabilities, const uint8_t *actions, const uint8_t *labels,
                                    long units, int classes, int maps) {
  const int blocks = rss_region_stride(classes) / LANES;
  float padded[(MOST_CLASSES + LANES - 1) / LANES * LANES] = {0};
  for (long u = 0; u < units; u++) {
    if (labels[u] == VOID_LABEL) continue;
    const float *p = probabilities + u * classes;
    const uint8_t *a = actions + u * maps;
    float spread = 1;
    for (int j = 0; j < classes; j++) spread -= p[j] * p[j];
    if (spread < 0) spread = 0;  // by rounding, where the policy is sure
    for (int j = 0; j < classes; j++) squares[j] += p[j] * p[j] * spread;
    for (int j = 0; j < classes; j++) mass[j] += p[j];
    memcpy(padded, p, sizeof(float) * (size_t)classes);
    for (int block = 0; block < blocks; block++) {
      const lanes_m row = *(const lanes_m *)(padded + block * LANES);
      lanes_m *means = (lanes_m *)expected + block;
      for (int k = 0; k < classes; k++) means[k * blocks] += p[k] * row;
      lanes_m *target = (lanes_m *)counts + block;
      for (int m = 0; m < maps; m++) target[((long)m * classes + a[m]) * blocks] += row;
    }
  }
}

int rss_region_stride(int classes) { return (classes + LANES - 1) / LANES * LANES; }

MULTIVERSION void rss_add_effects(float *gradient, const float *probabilities, const uint8_t *labels,
                                  const float *effects, long units, int classes, float scale) {
  for (long u = 0; u < units; u++) {
    if (labels[u] == VOID_LABEL) continue;
    float *g = gradient + u * classes;
    const float *p = probabilities + u * classes;
    float h[MOST_CLASSES], mean = 0;
    memset(h, 0, sizeof(float) * (size_t)classes);
    for (int j = 0; j < classes; j++)
      for (int k = 0; k < classes; k++) h[k] += p[j] * effects[j * classes + k];
    for (int k = 0; k < classes; k++) mean += p[k] * h[k];
    for (int k = 0; k < classes; k++) g[k] -= scale * p[k] * (h[k] - mean);
  }
}
