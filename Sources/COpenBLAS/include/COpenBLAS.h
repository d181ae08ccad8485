#pragma once
#include <stdbool.h>

/// C = alpha op(A) op(B) + beta C, row-major, on the pool that everything else uses where OpenBLAS is its OpenMP build,
/// and on one thread where it is the pthreads build, whose own pool would fight for the cores.
void rss_gemm(bool transpose_a, bool transpose_b, int rows, int columns, int inner, float alpha, const float *a,
              int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride);

/// A = inverse of A, symmetric and positive definite, by Cholesky. False, and A is spoilt, where it is not.
bool rss_invert_positive(int size, double *a);

/// "OpenBLAS 0.3.21 ... (OpenMP)"
const char *rss_openblas_description(void);
