#pragma once
#include <stdint.h>
#include <string.h>

#include "Multiversion.h"

enum { MOST_CLASSES = 256, VOID_LABEL = 255 };

/// exp(x) for x <= 0, to 2 ulp: 2^n p(r), x = n ln 2 + r, |r| <= ln 2 / 2, p of degree 6 (Taylor; its remainder at
/// 0.347 is below 2^-24). Underflows to about 1e-38 instead of denormals.
INLINE float exp_negative(float x) {
  x = x > -87.0f ? x : -87.0f;
  const float n = __builtin_rintf(x * 1.44269504f);
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const int32_t bits = ((int32_t)n + 127) << 23;
  float scale;
  memcpy(&scale, &bits, sizeof scale);
  return p * scale;
}

/// e[k] = exp(z[k] - max z), zero up to the next multiple of LANES; returns max z.
INLINE float exponentials(float *e, const float *logits, int classes) {
  const int padded = (classes + LANES - 1) / LANES * LANES;
  float highest = logits[0];
  for (int k = 1; k < classes; k++) highest = logits[k] > highest ? logits[k] : highest;
  for (int k = 0; k < classes; k++) e[k] = logits[k] - highest;
  for (int k = classes; k < padded; k++) e[k] = 0;
  for (int k = 0; k < padded; k += LANES)
    for (int j = 0; j < LANES; j++) e[k + j] = exp_negative(e[k + j]);
  for (int k = classes; k < padded; k++) e[k] = 0;
  return highest;
}
