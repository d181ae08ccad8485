#include <math.h>

#include "CKernels.h"
#include "Softmax.h"

typedef float octet __attribute__((vector_size(RSS_ROW_UNIT * 4), aligned(4), may_alias));
#define OCTET(pointer) (*(octet *)(pointer))

MULTIVERSION void rss_softmax_rows(float *probabilities, const float *logits, long pixels, int classes, int row) {
  lanes_f e[MOST_CLASSES];
  for (long first = 0; first < pixels; first += LANES) {
    const int count = pixels - first < LANES ? (int)(pixels - first) : LANES;
    if (count < LANES) memset(e, 0, sizeof *e * (size_t)classes);
    for (int j = 0; j < count; j++)
      for (int k = 0; k < classes; k++) e[k][j] = logits[(first + j) * row + k];
    lanes_f most = e[0];
    for (int k = 1; k < classes; k++) most = __builtin_elementwise_max(most, e[k]);
    lanes_f sum = {};
    for (int k = 0; k < classes; k++) {
      e[k] -= most;
      exp_negative(e + k);
      sum += e[k];
    }
    const lanes_f inverse = 1 / sum;
    for (int k = 0; k < classes; k++) e[k] *= inverse;
    for (int j = 0; j < count; j++)
      for (int k = 0; k < classes; k++) probabilities[(first + j) * row + k] = e[k][j];
  }
}

INLINE long clamped(long value, long length) { return value < 0 ? 0 : value >= length ? length - 1 : value; }

/// rss_local_average for rows of `units` octets, held in registers where that is a small constant.
INLINE void local_average(float *out, const float *in, const float *weights, const int32_t *steps, int neighbours,
                          long height, long width, int units) {
  const int row = units * RSS_ROW_UNIT;
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++, out += row, weights += neighbours)
      for (int u = 0; u < row; u += 2 * RSS_ROW_UNIT) {
        // Two octets at a time: one pass over the neighbours serves 16 classes.
        const int both = u + RSS_ROW_UNIT < row;
        octet first = {}, second = {};
        for (int n = 0; n < neighbours; n++) {
          const long at = clamped(y + steps[2 * n], height) * width + clamped(x + steps[2 * n + 1], width);
          const float *from = in + at * row + u;
          first += weights[n] * OCTET(from);
          if (both) second += weights[n] * OCTET(from + RSS_ROW_UNIT);
        }
        OCTET(out + u) = first;
        if (both) OCTET(out + u + RSS_ROW_UNIT) = second;
      }
}

MULTIVERSION void rss_local_average(float *out, const float *in, const float *weights, const int32_t *steps,
                                    int neighbours, long height, long width, int row) {
  switch (row / RSS_ROW_UNIT) {
    case 1: return local_average(out, in, weights, steps, neighbours, height, width, 1);
    case 2: return local_average(out, in, weights, steps, neighbours, height, width, 2);
    default: return local_average(out, in, weights, steps, neighbours, height, width, row / RSS_ROW_UNIT);
  }
}

MULTIVERSION void rss_pixel_affinity(float *weights, const float *image, const int32_t *steps, int neighbours,
                                     long height, long width, int channels, float sharpness, float floor) {
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++, weights += neighbours) {
      const float *own = image + (y * width + x) * channels;
      memset(weights, 0, sizeof *weights * (size_t)neighbours);
      for (int c = 0; c < channels; c++) {
        // Moments of the differences from the pixel itself, which are small where the deviation is.
        double sum = 0, squares = 0;
        float difference[RSS_MOST_NEIGHBOURS];
        for (int n = 0; n < neighbours; n++) {
          const long at = clamped(y + steps[2 * n], height) * width + clamped(x + steps[2 * n + 1], width);
          difference[n] = image[at * channels + c] - own[c];
          sum += difference[n];
          squares += (double)difference[n] * difference[n];
        }
        // Eight neighbours a dilation, and with each dilation the pixel itself once more, whose difference is 0.
        const int samples = neighbours / 8 * 9;
        const double variance = (squares - sum * sum / samples) / (samples - 1);
        const float scale = -1 / ((float)channels * (floor + sharpness * sqrtf(variance > 0 ? (float)variance : 0)));
        for (int n = 0; n < neighbours; n++) weights[n] += scale * fabsf(difference[n]);
      }
      float most = weights[0], total = 0;
      for (int n = 1; n < neighbours; n++) most = weights[n] > most ? weights[n] : most;
      for (int n = 0; n < neighbours; n += LANES) {
        lanes_f e = (lanes_f){} - 1000;  // exp: 0, as far as a sum of at least 1 can tell
        const int count = neighbours - n < LANES ? neighbours - n : LANES;
        memcpy(&e, weights + n, sizeof *weights * (size_t)count);
        e -= most;
        exp_negative(&e);
        memcpy(weights + n, &e, sizeof *weights * (size_t)count);
        for (int j = 0; j < count; j++) total += e[j];
      }
      for (int n = 0; n < neighbours; n++) weights[n] /= total;
    }
}

MULTIVERSION void rss_l1_distances(float *distances, const float *features, long height, long width, int channels,
                                   int down, int right) {
  const long offset = (down * width + right) * channels;
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++, features += channels, distances++) {
      if (y + down >= height || x + right < 0 || x + right >= width) {
        *distances = INFINITY;
        continue;
      }
      float sum = 0;
      for (int c = 0; c < channels; c++) sum += fabsf(features[c] - features[offset + c]);
      *distances = sum;
    }
}

MULTIVERSION void rss_l1_gradient(float *gradient, const float *features, const float *slopes, long height, long width,
                                  int channels, int down, int right) {
  const long offset = (down * width + right) * channels;
  for (long i = 0; i < height * width; i++, features += channels, gradient += channels) {
    const float slope = slopes[i];
    if (slope == 0) continue;
    for (int c = 0; c < channels; c++) {
      const float difference = features[c] - features[offset + c];
      const float g = difference > 0 ? slope : difference < 0 ? -slope : 0;
      gradient[c] += g;
      gradient[offset + c] -= g;
    }
  }
}
