#pragma once
#include <stdbool.h>
#include <stddef.h>

// The one place that calls oneDNN: its 2.x and 3.x C APIs differ, and the difference ends in this target.
//
// Every tensor is float32 NHWC; weights are float32 [O, I / groups, KH, KW] (groups first where there are several:
// [G, O / G, I / G, KH, KW], which is the same memory). An operation is compiled once for a shape and run many times; it
// owns whatever copy of the weights its kernel prefers, and all of a lane (CThreads) share one scratch memory: an operation
// is run in the lane that made it, or by any thread in none, one at a time.

typedef struct rss_operation rss_operation;

/// 0 is success; anything else is a dnnl_status_t, told by rss_status_text.
typedef int rss_status;
const char *rss_status_text(rss_status status);

/// The oneDNN that runs, such as "2.6.3".
const char *rss_dnnl_version(void);
/// The vector instructions that its kernels use here, such as "avx512_core_vnni".
const char *rss_dnnl_instructions(void);

typedef struct {
  int batch, in_height, in_width, in_channels, out_channels;
  int kernel_height, kernel_width, stride, dilation, groups;
  int pad_top, pad_left, pad_bottom, pad_right;
  int out_height, out_width;
  bool bias;
  bool inference;
} rss_convolution_shape;

rss_status rss_convolution_forward_create(const rss_convolution_shape *shape, rss_operation **out);
rss_status rss_convolution_forward_run(rss_operation *operation, const float *source, const float *weights,
                                       const float *bias, float *destination);
rss_status rss_convolution_backward_data_create(const rss_convolution_shape *shape, rss_operation **out);
rss_status rss_convolution_backward_data_run(rss_operation *operation, const float *destination_gradient,
                                             const float *weights, float *source_gradient);
rss_status rss_convolution_backward_weights_create(const rss_convolution_shape *shape, rss_operation **out);
rss_status rss_convolution_backward_weights_run(rss_operation *operation, const float *source,
                                                const float *destination_gradient, float *weights_gradient,
                                                float *bias_gradient);

typedef struct {
  int batch, in_height, in_width, channels, out_height, out_width;
  int kernel, stride, pad_top, pad_left, pad_bottom, pad_right;
  bool maximum;    // else the mean over the pixels inside the image
  bool inference;
} rss_pooling_shape;

rss_status rss_pooling_forward_create(const rss_pooling_shape *shape, rss_operation **out);
size_t rss_pooling_workspace_bytes(const rss_operation *forward);
rss_status rss_pooling_forward_run(rss_operation *operation, const float *source, void *workspace, float *destination);
rss_status rss_pooling_backward_create(const rss_pooling_shape *shape, rss_operation **out);
rss_status rss_pooling_backward_run(rss_operation *operation, const float *destination_gradient, const void *workspace,
                                    float *source_gradient);

typedef struct {
  int batch, in_height, in_width, channels, out_height, out_width;
} rss_bilinear_shape;

rss_status rss_bilinear_forward_create(const rss_bilinear_shape *shape, rss_operation **out);
rss_status rss_bilinear_forward_run(rss_operation *operation, const float *source, float *destination);
rss_status rss_bilinear_backward_create(const rss_bilinear_shape *shape, rss_operation **out);
rss_status rss_bilinear_backward_run(rss_operation *operation, const float *destination_gradient,
                                     float *source_gradient);

/// C = A B, row-major and square, by oneDNN: what this machine's matrix multiplication reaches.
rss_status rss_matrix_multiply(int n, const float *a, const float *b, float *c);

/// The name of the kernel that oneDNN chose, such as "brgconv:avx512_core".
const char *rss_operation_kernel(const rss_operation *operation);
void rss_operation_destroy(rss_operation *operation);

/// Gives back what the lane's operations share between their runs; the next run asks for what it needs.
void rss_release_shared_memory(void);
