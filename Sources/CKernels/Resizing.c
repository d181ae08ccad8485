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
