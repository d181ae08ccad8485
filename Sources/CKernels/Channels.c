#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "Softmax.h"

/// Mean over a pixel's channels, and 1 / sqrt(variance + epsilon).
INLINE void moments_of_pixel(const float *x, int channels, float epsilon, float *mean, float *root) {
  float lanes[LANES] = {0};
  double sum = 0, squares = 0;
  int c = 0;
  for (; c + LANES <= channels; c += LANES)
    for (int j = 0; j < LANES; j++) lanes[j] += x[c + j];
  for (; c < channels; c++) sum += x[c];
  for (int j = 0; j < LANES; j++) sum += lanes[j];
  const float centre = (float)(sum / channels);
  memset(lanes, 0, sizeof lanes);
  for (c = 0; c + LANES <= channels; c += LANES)
    for (int j = 0; j < LANES; j++) lanes[j] += (x[c + j] - centre) * (x[c + j] - centre);
  for (; c < channels; c++) squares += (double)(x[c] - centre) * (x[c] - centre);
  for (int j = 0; j < LANES; j++) squares += lanes[j];
  *mean = centre;
  *root = (float)(1 / sqrt(squares / channels + epsilon));
}

MULTIVERSION void rss_layer_normalization(float *destination, const float *source, const float *scale,
                                          const float *shift, float epsilon, long pixels, int channels) {
  for (long p = 0; p < pixels; p++, source += channels, destination += channels) {
    float mean, root;
    moments_of_pixel(source, channels, epsilon, &mean, &root);
    for (int c = 0; c < channels; c++) destination[c] = scale[c] * ((source[c] - mean) * root) + shift[c];
  }
}

MULTIVERSION void rss_layer_normalization_backward(float *gradient, double *scale_gradient, double *shift_gradient,
                                                   const float *source, const float *scale, float epsilon,
                                                   long pixels, int channels) {
  for (long p = 0; p < pixels; p++, source += channels, gradient += channels) {
    float mean, root;
    moments_of_pixel(source, channels, epsilon, &mean, &root);
    float sums[LANES] = {0}, products[LANES] = {0};
    int c = 0;
    for (; c + LANES <= channels; c += LANES)
      for (int j = 0; j < LANES; j++) {
        const float h = gradient[c + j] * scale[c + j];
        sums[j] += h;
        products[j] += h * (source[c + j] - mean);
      }
    double sum = 0, product = 0;
    for (; c < channels; c++) {
      sum += gradient[c] * scale[c];
      product += (double)gradient[c] * scale[c] * (source[c] - mean);
    }
    for (int j = 0; j < LANES; j++) {
      sum += sums[j];
      product += products[j];
    }
    const float offset = (float)(sum / channels), slope = (float)(product / channels) * root * root;
    for (c = 0; c < channels; c++) {
      const float g = gradient[c], centred = source[c] - mean;
      shift_gradient[c] += g;
      scale_gradient[c] += g * (centred * root);
      gradient[c] = root * (g * scale[c] - offset - slope * centred);
    }
  }
}

/// Phi(x), the standard normal distribution's share below x, and exp(-x^2 / 2): Abramowitz and Stegun 1964, 7.1.26, whose
/// error is below 1.5e-7.
INLINE void below(const lanes_f *values, lanes_f *share, lanes_f *bell) {
  const lanes_f x = *values;
  const lanes_f size = __builtin_elementwise_abs(x);
  const lanes_f t = 1 / (1 + 0.3275911f * 0.70710678f * size);
  *bell = -0.5f * x * x;
  exp_negative(bell);
  lanes_f p = t * 1.061405429f - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  const lanes_f tail = 0.5f * p * t * *bell;
  const lanes_i negative = x < 0;
  const lanes_f upper = 1 - tail;
  *share = (lanes_f)(((lanes_i)tail & negative) | ((lanes_i)upper & ~negative));
}

MULTIVERSION void rss_gelu(float *destination, const float *source, long count) {
  for (long i = 0; i < count; i += LANES) {
    const size_t bytes = sizeof(float) * (size_t)(count - i < LANES ? count - i : LANES);
    lanes_f x = {}, share, bell;
    memcpy(&x, source + i, bytes);
    below(&x, &share, &bell);
    x *= share;
    memcpy(destination + i, &x, bytes);
  }
}

MULTIVERSION void rss_gelu_backward(float *gradient, const float *source, long count) {
  for (long i = 0; i < count; i += LANES) {
    const size_t bytes = sizeof(float) * (size_t)(count - i < LANES ? count - i : LANES);
    lanes_f x = {}, g = {}, share, bell;
    memcpy(&x, source + i, bytes);
    memcpy(&g, gradient + i, bytes);
    below(&x, &share, &bell);
    g *= share + x * bell * 0.39894228f;
    memcpy(gradient + i, &g, bytes);
  }
}
