#pragma once

// Compiles a function several times and picks at run time. "arch=haswell" is AVX2 with FMA.
#if defined(__x86_64__) && defined(__ELF__)
#define MULTIVERSION __attribute__((target_clones("avx512bw", "arch=haswell", "default")))
#else
#define MULTIVERSION
#endif

#define INLINE static inline __attribute__((always_inline))

/// Floats in the widest vector; loops over this many lanes become one instruction each.
enum { LANES = 16 };
