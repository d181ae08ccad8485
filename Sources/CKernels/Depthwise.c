#include <string.h>

#include "CKernels.h"
#include "Multiversion.h"

// A block of channels is `vectors` times LANES wide and stays in registers while the taps go by; the last block may be
// narrower than one vector and is `bytes` wide.
enum { MOST_VECTORS = 4 };

INLINE void load(lanes_f *value, const float *from, size_t bytes) {
  *value = (lanes_f){};
  memcpy(value, from, bytes);
}

/// sums += a b
INLINE void add_products(lanes_f *sums, const float *a, const float *b, int vectors, size_t bytes) {
  for (int v = 0; v < vectors; v++) {
    lanes_f x, y;
    load(&x, a + v * LANES, bytes);
    load(&y, b + v * LANES, bytes);
    sums[v] += x * y;
  }
}

/// Where the taps of one place lie, from their first pixel and weight on.
typedef struct {
  long pixel[RSS_MOST_DEPTHWISE_TAPS], weight[RSS_MOST_DEPTHWISE_TAPS];
  int count;
} tap_list;

INLINE void one_block(float *to, const float *from, const float *weights, const float *bias, const tap_list *taps,
                      int first, int vectors, size_t bytes) {
  lanes_f sums[MOST_VECTORS];
  for (int v = 0; v < vectors; v++) {
    sums[v] = (lanes_f){};
    if (bias) load(sums + v, bias + first + v * LANES, bytes);
  }
  for (int t = 0; t < taps->count; t++)
    add_products(sums, weights + taps->weight[t] + first, from + taps->pixel[t] + first, vectors, bytes);
  for (int v = 0; v < vectors; v++) memcpy(to + first + v * LANES, sums + v, bytes);
}

/// All channels of one place: the sum over its taps.
INLINE void one_place(float *to, const float *from, const float *weights, const float *bias, const tap_list *taps,
                      int channels) {
  int first = 0;
  for (; first + MOST_VECTORS * LANES <= channels; first += MOST_VECTORS * LANES)
    one_block(to, from, weights, bias, taps, first, MOST_VECTORS, sizeof(lanes_f));
  for (; first + LANES <= channels; first += LANES)
    one_block(to, from, weights, bias, taps, first, 1, sizeof(lanes_f));
  if (first < channels)
    one_block(to, from, weights, bias, taps, first, 1, sizeof(float) * (size_t)(channels - first));
}

MULTIVERSION void rss_depthwise_forward(float *out, const float *in, const float *weights, const float *bias,
                                        const rss_depthwise_shape *s, int y) {
  tap_list taps;
  for (int x = 0; x < s->out_width; x++) {
    taps.count = 0;
    for (int ky = 0; ky < s->kernel; ky++) {
      const int row = y * s->stride - s->pad_top + ky * s->dilation;
      if (row < 0 || row >= s->in_height) continue;
      for (int kx = 0; kx < s->kernel; kx++) {
        const int column = x * s->stride - s->pad_left + kx * s->dilation;
        if (column < 0 || column >= s->in_width) continue;
        taps.pixel[taps.count] = ((long)row * s->in_width + column) * s->channels;
        taps.weight[taps.count++] = (long)(ky * s->kernel + kx) * s->channels;
      }
    }
    one_place(out + (long)x * s->channels, in, weights, bias, &taps, s->channels);
  }
}

MULTIVERSION void rss_depthwise_backward_data(float *in, const float *out, const float *weights,
                                              const rss_depthwise_shape *s, int y) {
  tap_list taps;
  for (int x = 0; x < s->in_width; x++) {
    taps.count = 0;
    for (int ky = 0; ky < s->kernel; ky++) {
      const int row = y + s->pad_top - ky * s->dilation;
      if (row < 0 || row % s->stride || row / s->stride >= s->out_height) continue;
      for (int kx = 0; kx < s->kernel; kx++) {
        const int column = x + s->pad_left - kx * s->dilation;
        if (column < 0 || column % s->stride || column / s->stride >= s->out_width) continue;
        taps.pixel[taps.count] = ((long)(row / s->stride) * s->out_width + column / s->stride) * s->channels;
        taps.weight[taps.count++] = (long)(ky * s->kernel + kx) * s->channels;
      }
    }
    one_place(in + (long)x * s->channels, out, weights, NULL, &taps, s->channels);
  }
}

/// Over one row of the result: the products of its gradient with one tap's pixels, or the gradient's own sum.
INLINE void row_sums(lanes_f *sums, const float *gradient, const float *pixels, long pixel_step, long channels, int count,
                     int vectors, size_t bytes) {
  for (int v = 0; v < vectors; v++) sums[v] = (lanes_f){};
  for (int x = 0; x < count; x++) {
    const float *g = gradient + x * channels;
    if (pixels) {
      add_products(sums, g, pixels + x * pixel_step, vectors, bytes);
      continue;
    }
    for (int v = 0; v < vectors; v++) {
      lanes_f value;
      load(&value, g + v * LANES, bytes);
      sums[v] += value;
    }
  }
}

INLINE void gather(double (*totals)[MOST_VECTORS * LANES], const float *in, const float *out,
                   const rss_depthwise_shape *s, int first, int vectors, size_t bytes) {
  const long channels = s->channels;
  lanes_f sums[MOST_VECTORS];
  for (int y = 0; y < s->out_height; y++) {
    const float *gradient = out + (long)y * s->out_width * channels + first;
    for (int ky = 0; ky < s->kernel; ky++) {
      const int row = y * s->stride - s->pad_top + ky * s->dilation;
      if (row < 0 || row >= s->in_height) continue;
      for (int kx = 0; kx < s->kernel; kx++) {
        const int offset = kx * s->dilation - s->pad_left;
        const int start = offset < 0 ? (-offset + s->stride - 1) / s->stride : 0;
        int end = s->in_width - offset <= 0 ? 0 : (s->in_width - offset - 1) / s->stride + 1;
        if (end > s->out_width) end = s->out_width;
        if (end <= start) continue;
        row_sums(sums, gradient + start * channels,
                 in + ((long)row * s->in_width + (long)start * s->stride + offset) * channels + first,
                 s->stride * channels, channels, end - start, vectors, bytes);
        double *total = totals[ky * s->kernel + kx];
        for (int v = 0; v < vectors; v++)
          for (int j = 0; j < LANES; j++) total[v * LANES + j] += sums[v][j];
      }
    }
    row_sums(sums, gradient, NULL, 0, channels, s->out_width, vectors, bytes);
    double *total = totals[s->kernel * s->kernel];
    for (int v = 0; v < vectors; v++)
      for (int j = 0; j < LANES; j++) total[v * LANES + j] += sums[v][j];
  }
}

MULTIVERSION void rss_depthwise_backward_weights(float *weights, float *bias, const float *in, const float *out,
                                                 const rss_depthwise_shape *s, int images, int first, int count) {
  const int taps = s->kernel * s->kernel;
  const long in_image = (long)s->in_height * s->in_width * s->channels;
  const long out_image = (long)s->out_height * s->out_width * s->channels;
  double totals[RSS_MOST_DEPTHWISE_TAPS + 1][MOST_VECTORS * LANES];
  memset(totals, 0, sizeof totals[0] * (size_t)(taps + 1));
  for (int n = 0; n < images; n++) {
    const float *pixels = in + n * in_image, *gradient = out + n * out_image;
    if (count == MOST_VECTORS * LANES)
      gather(totals, pixels, gradient, s, first, MOST_VECTORS, sizeof(lanes_f));
    else if (count == LANES)
      gather(totals, pixels, gradient, s, first, 1, sizeof(lanes_f));
    else
      gather(totals, pixels, gradient, s, first, 1, sizeof(float) * (size_t)count);
  }
  for (int t = 0; t < taps; t++)
    for (int j = 0; j < count; j++) weights[(long)(first + j) * taps + t] = (float)totals[t][j];
  if (bias)
    for (int j = 0; j < count; j++) bias[first + j] = (float)totals[taps][j];
}
