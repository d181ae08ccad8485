#include "include/CKernels.h"

/* As Multiversion.h lists them, best first. */
const char *rss_kernels_target(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw")) return "avx512bw";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "haswell";
#endif
  return "default";
}
