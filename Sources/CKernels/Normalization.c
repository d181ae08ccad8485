#include <string.h>

#include "CKernels.h"
#include "Multiversion.h"

// Channels side by side repeat every lcm(channels, LANES) floats: over such a period, whole vectors line up with
// channels, however many there are.
static int period_of(int channels) {
  int a = channels, b = LANES;
  while (b) {
    const int rest = a % b;
    a = b;
    b = rest;
  }
  return channels / a * LANES;
}

/// `values` over and over.
INLINE void repeat(float *repeated, const float *values, int channels, int period) {
  for (int i = 0; i < period; i += channels) memcpy(repeated + i, values, sizeof(float) * (size_t)channels);
}

// Periods that are summed in single precision before they are added in double.
enum { PERIODS_AT_ONCE = 128 };

/// What a gradient passes on of an activation whose output is y: nothing where it was clipped.
INLINE float passed(float gradient, float y, float ceiling) { return ((y <= 0) | (y >= ceiling)) ? 0 : gradient; }

/// sums[c] = sum of v_c, products[c] = sum of v_c d_c, d = x - origin; v is the gradient where the output isn't clipped
/// and else 0, or as it is where `output` is NULL, or d where `gradient` is NULL.
INLINE void two_sums(double *sums, double *products, const float *gradient, const float *output, float ceiling,
                     const float *source, const float *origin, long pixels, int channels) {
  const int period = period_of(channels);
  const long count = pixels * channels;
  float origins[period], some[period], more[period];
  repeat(origins, origin, channels, period);
  for (int c = 0; c < channels; c++) sums[c] = products[c] = 0;
  for (long first = 0; first < count; first += (long)PERIODS_AT_ONCE * period) {
    const long end = first + (long)PERIODS_AT_ONCE * period < count ? first + (long)PERIODS_AT_ONCE * period : count;
    memset(some, 0, sizeof some);
    memset(more, 0, sizeof more);
    for (long at = first; at < end; at += period) {
      const int length = end - at < period ? (int)(end - at) : period;
      const float *g = gradient ? gradient + at : NULL, *y = output ? output + at : NULL, *x = source + at;
      for (int i = 0; i < length; i++) {
        const float difference = x[i] - origins[i];
        const float value = !g ? difference : y ? passed(g[i], y[i], ceiling) : g[i];
        some[i] += value;
        more[i] += value * difference;
      }
    }
    for (int i = 0; i < period; i++) {
      sums[i % channels] += some[i];
      products[i % channels] += more[i];
    }
  }
}

MULTIVERSION void rss_normalization_moments(double *sums, double *squares, const float *source, const float *origin,
                                            long pixels, int channels) {
  two_sums(sums, squares, NULL, NULL, 0, source, origin, pixels, channels);
}

MULTIVERSION void rss_normalization_sums(double *sums, double *products, const float *gradient, const float *output,
                                         float ceiling, const float *source, const float *mean, long pixels,
                                         int channels) {
  two_sums(sums, products, gradient, output, ceiling, source, mean, pixels, channels);
}

INLINE void apply(float *destination, const float *source, const float *residual, const float *means,
                  const float *factors, const float *shifts, float floor, float ceiling, long count, int period) {
  for (long at = 0; at < count; at += period) {
    const int length = count - at < period ? (int)(count - at) : period;
    for (int i = 0; i < length; i++) {
      float y = factors[i] * (source[at + i] - means[i]) + shifts[i];
      if (residual) y += residual[at + i];
      y = y <= floor ? floor : y;  // NaN stays
      destination[at + i] = y >= ceiling ? ceiling : y;
    }
  }
}

MULTIVERSION void rss_normalization_apply(float *destination, const float *source, const float *residual,
                                          const float *mean, const float *factor, const float *shift, float floor,
                                          float ceiling, long pixels, int channels) {
  const int period = period_of(channels);
  float means[period], factors[period], shifts[period];
  repeat(means, mean, channels, period);
  repeat(factors, factor, channels, period);
  repeat(shifts, shift, channels, period);
  if (residual)
    apply(destination, source, residual, means, factors, shifts, floor, ceiling, pixels * channels, period);
  else
    apply(destination, source, NULL, means, factors, shifts, floor, ceiling, pixels * channels, period);
}

MULTIVERSION void rss_normalization_spread(float *gradient, float *residual_gradient, const float *output,
                                           float ceiling, const float *source, const float *mean, const float *factor,
                                           const float *offset, const float *slope, long pixels, int channels) {
  const int period = period_of(channels);
  const long count = pixels * channels;
  float means[period], factors[period], offsets[period], slopes[period];
  repeat(means, mean, channels, period);
  repeat(factors, factor, channels, period);
  repeat(offsets, offset, channels, period);
  repeat(slopes, slope, channels, period);
  for (long at = 0; at < count; at += period) {
    const int length = count - at < period ? (int)(count - at) : period;
    float *g = gradient + at;
    const float *y = output ? output + at : NULL, *x = source + at;
    if (residual_gradient)
      for (int i = 0; i < length; i++) residual_gradient[at + i] = g[i] = y ? passed(g[i], y[i], ceiling) : g[i];
    for (int i = 0; i < length; i++) {
      const float through = y ? passed(g[i], y[i], ceiling) : g[i];
      g[i] = factors[i] * through - offsets[i] - slopes[i] * (x[i] - means[i]);
    }
  }
}
