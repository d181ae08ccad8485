#include <string.h>

#include "CKernels.h"
#include "Multiversion.h"

MULTIVERSION void rss_gather_pixels(float *out, long out_stride, const float *in, const int32_t *rows,
                                    const int32_t *columns, long out_height, long out_width, long in_width,
                                    long channels) {
  for (long y = 0; y < out_height; y++) {
    const float *row = in + rows[y] * in_width * channels;
    for (long x = 0; x < out_width; x++) {
      const float *pixel = row + columns[x] * channels;
      float *target = out + (y * out_width + x) * out_stride;
      for (long c = 0; c < channels; c++) target[c] = pixel[c];
    }
  }
}

MULTIVERSION void rss_scatter_pixels(float *in, const float *out, long out_stride, const int32_t *rows,
                                     const int32_t *columns, long out_height, long out_width, long in_height,
                                     long in_width, long channels) {
  memset(in, 0, (size_t)(in_height * in_width * channels) * sizeof(float));
  for (long y = 0; y < out_height; y++) {
    float *row = in + rows[y] * in_width * channels;
    for (long x = 0; x < out_width; x++) {
      float *pixel = row + columns[x] * channels;
      const float *source = out + (y * out_width + x) * out_stride;
      for (long c = 0; c < channels; c++) pixel[c] += source[c];
    }
  }
}

MULTIVERSION void rss_copy_channels(float *out, long out_stride, const float *in, long in_stride, long pixels,
                                    long channels) {
  for (long p = 0; p < pixels; p++) {
    const float *source = in + p * in_stride;
    float *target = out + p * out_stride;
    for (long c = 0; c < channels; c++) target[c] = source[c];
  }
}

MULTIVERSION void rss_blend(float *destination, const float *a, const float *b, float share, long count) {
  for (long i = 0; i < count; i++) destination[i] = a[i] + share * (b[i] - a[i]);
}

MULTIVERSION void rss_accumulate(float *destination, const float *source, float share, long count) {
  for (long i = 0; i < count; i++) destination[i] += share * source[i];
}

MULTIVERSION void rss_expand_row(float *out, const float *in, const int32_t *first, const float *share, long out_width,
                                 long in_width, long channels) {
  for (long x = 0; x < out_width; x++) {
    const float *a = in + first[x] * channels, *b = first[x] + 1 < in_width ? a + channels : a;
    for (long c = 0; c < channels; c++) out[x * channels + c] = a[c] + share[x] * (b[c] - a[c]);
  }
}

MULTIVERSION void rss_reduce_row(float *in, const float *out, const int32_t *first, const float *share, long out_width,
                                 long in_width, long channels) {
  memset(in, 0, (size_t)(in_width * channels) * sizeof(float));
  for (long x = 0; x < out_width; x++) {
    float *a = in + first[x] * channels;
    for (long c = 0; c < channels; c++) a[c] += (1 - share[x]) * out[x * channels + c];
    if (first[x] + 1 < in_width)
      for (long c = 0; c < channels; c++) a[channels + c] += share[x] * out[x * channels + c];
  }
}
