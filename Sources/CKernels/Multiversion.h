#pragma once
#include <stdint.h>

// Compiles a function several times and picks at run time. "arch=haswell" is AVX2 with FMA.
#if defined(__x86_64__) && defined(__ELF__)
#define MULTIVERSION __attribute__((target_clones("avx512bw", "arch=haswell", "default")))
#else
#define MULTIVERSION
#endif

#define INLINE static inline __attribute__((always_inline))

/// Floats in the widest vector; loops over this many lanes become one instruction each.
enum { LANES = 16 };

// One vector of LANES lanes, whatever the machine: the compiler splits it where registers are narrower.
typedef float lanes_f __attribute__((vector_size(LANES * 4)));
typedef int32_t lanes_i __attribute__((vector_size(LANES * 4)));
typedef uint32_t lanes_u __attribute__((vector_size(LANES * 4)));
typedef uint64_t lanes_w __attribute__((vector_size(LANES * 4)));
