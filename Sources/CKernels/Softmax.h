#pragma once
#include <stdint.h>
#include <string.h>

#include "Multiversion.h"

enum { MOST_CLASSES = 256, VOID_LABEL = 255 };

/// exp(x) for x <= 0, to 2 ulp: 2^n p(r), x = n ln 2 + r, |r| <= ln 2 / 2, p of degree 6 (Taylor; its remainder at
/// 0.347 is below 2^-24). Underflows to about 1e-38 instead of denormals. NaN stays NaN (a vector
/// maximum would drop it).
INLINE void exp_negative(lanes_f *values) {
  const lanes_i small = *values < -87.0f;
  const lanes_f x = (lanes_f)(((lanes_i)*values & ~small) | ((lanes_i)((lanes_f){} - 87.0f) & small));
  const lanes_f n = __builtin_elementwise_roundeven(x * 1.44269504f);
  const lanes_f r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  lanes_f p = (lanes_f){} + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const lanes_i bits = (__builtin_convertvector(n, lanes_i) + 127) << 23;
  lanes_f scale;
  memcpy(&scale, &bits, sizeof scale);
  *values = p * scale;
}

/// exp(z - max z) of LANES pixels side by side: e[k] holds class k of all of them, highest the maxima. Side by side,
/// because a pixel's own maximum and sum are chains of dependent steps. Lanes from `pixels` on hold 1s.
INLINE void exponentials(lanes_f *e, lanes_f *highest, const float *logits, long pixels, int classes) {
  if (pixels < LANES) memset(e, 0, sizeof *e * (size_t)classes);
  for (int j = 0; j < (pixels < LANES ? pixels : LANES); j++)
    for (int k = 0; k < classes; k++) ((float *)(e + k))[j] = logits[j * classes + k];
  lanes_f most = e[0];
  for (int k = 1; k < classes; k++) most = __builtin_elementwise_max(most, e[k]);
  for (int k = 0; k < classes; k++) {
    e[k] -= most;
    exp_negative(e + k);
  }
  *highest = most;
}
