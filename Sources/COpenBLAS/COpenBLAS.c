#include "COpenBLAS.h"

#include <cblas.h>
#include <pthread.h>
#include <stdio.h>

// LAPACK, which OpenBLAS contains; its Fortran names, because Debian's header of them is in another package.
void dpotrf_(const char *triangle, const int *size, double *a, const int *stride, int *info);
void dpotri_(const char *triangle, const int *size, double *a, const int *stride, int *info);

static char description[256];

static void start(void) {
  // 0: sequential, 1: pthreads, 2: OpenMP
  const int kind = openblas_get_parallel();
  if (kind == 1) openblas_set_num_threads(1);
  snprintf(description, sizeof description, "%s (%s)", openblas_get_config(),
           kind == 2 ? "OpenMP" : kind == 1 ? "pthreads, held to one thread" : "sequential");
}

static void ready(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start);
}

const char *rss_openblas_description(void) {
  ready();
  return description;
}

void rss_gemm(bool transpose_a, bool transpose_b, int rows, int columns, int inner, float alpha, const float *a,
              int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride) {
  ready();
  cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans, rows,
              columns, inner, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
}

bool rss_invert_positive(int size, double *a) {
  ready();
  int info = 0;
  dpotrf_("L", &size, a, &size, &info);
  if (info == 0) dpotri_("L", &size, a, &size, &info);
  if (info != 0) return false;
  for (int row = 0; row < size; row++)
    for (int column = 0; column < row; column++) a[(long)row * size + column] = a[(long)column * size + row];
  return true;
}
