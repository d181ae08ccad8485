#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "Multiversion.h"

// Rows of values are octets of floats, so that 11 classes fill two vectors and not one and a half.
typedef float octet __attribute__((vector_size(RSS_ROW_UNIT * 4), aligned(4), may_alias));
#define OCTET(pointer) (*(octet *)(pointer))

enum { MOST = RSS_MOST_LATTICE_DIMENSIONS };

/// Where a key is, or would be, in the table of open addresses: the slot holds a vertex from 1 up, or 0.
INLINE long slot_of(const int32_t *table, int table_bits, const int32_t *keys, const int32_t *key, int dimensions) {
  const long mask = (1l << table_bits) - 1;
  uint64_t hash = 0;
  // Multiplicative hashing with 2^64 / golden ratio (Knuth, The Art of Computer Programming 3, section 6.4).
  for (int i = 0; i < dimensions; i++) hash = (hash ^ (uint32_t)key[i]) * 0x9E3779B97F4A7C15u, hash ^= hash >> 29;
  long slot = (long)(hash >> 20) & mask;
  while (table[slot] && memcmp(keys + (long)(table[slot] - 1) * dimensions, key, sizeof(int32_t) * (size_t)dimensions))
    slot = (slot + 1) & mask;
  return slot;
}

long rss_lattice_embed(int32_t *vertex, float *weight, int32_t *keys, int32_t *table, int table_bits,
                       const float *features, long points, int dimensions) {
  const int d = dimensions;
  float scale[MOST];
  // The blur along d + 1 axes has the variance (d + 1)^2 2/3 in each dimension of the embedded space: one deviation.
  for (int i = 0; i < d; i++) scale[i] = sqrtf(2.0f / 3) * (float)(d + 1) / sqrtf((float)((i + 1) * (i + 2)));
  memset(table, 0, sizeof *table << table_bits);
  long count = 0;
  for (long p = 0; p < points; p++) {
    // Onto the plane of the points whose d + 1 coordinates add up to 0.
    float x[MOST + 1], sum = 0;
    for (int i = d; i > 0; i--) {
      const float f = features[p * d + i - 1] * scale[i - 1];
      x[i] = sum - (float)i * f;
      sum += f;
    }
    x[0] = sum;
    // The nearest point of remainder 0: all coordinates multiples of d + 1, moved back to the plane in order of rank.
    int32_t nearest[MOST + 1], rank[MOST + 1] = {0}, total = 0;
    for (int i = 0; i <= d; i++) {
      const float down = x[i] * (1.0f / (float)(d + 1));
      const int32_t multiple = (int32_t)floorf(down + 0.5f);
      nearest[i] = multiple * (d + 1);
      total += multiple;
    }
    for (int i = 0; i < d; i++)
      for (int j = i + 1; j <= d; j++) {
        if (x[i] - (float)nearest[i] < x[j] - (float)nearest[j])
          rank[i]++;
        else
          rank[j]++;
      }
    for (int i = 0; i <= d; i++) {
      rank[i] += total;
      const int32_t turn = rank[i] < 0 ? d + 1 : rank[i] > d ? -(d + 1) : 0;
      rank[i] += turn;
      nearest[i] += turn;
    }
    // The simplex around the point has a vertex of each remainder; its barycentric coordinates are the weights.
    float share[MOST + 2] = {0};
    for (int i = 0; i <= d; i++) {
      const float v = (x[i] - (float)nearest[i]) * (1.0f / (float)(d + 1));
      share[d - rank[i]] += v;
      share[d + 1 - rank[i]] -= v;
    }
    share[0] += 1 + share[d + 1];
    for (int remainder = 0; remainder <= d; remainder++) {
      int32_t *key = keys + count * d;  // room for a new one; the last coordinate follows from the others
      for (int i = 0; i < d; i++)
        key[i] = nearest[i] + (rank[i] <= d - remainder ? remainder : remainder - (d + 1));
      const long slot = slot_of(table, table_bits, keys, key, d);
      if (!table[slot]) table[slot] = (int32_t)++count;
      vertex[p * (d + 1) + remainder] = table[slot];
      weight[p * (d + 1) + remainder] = share[remainder];
    }
  }
  return count;
}

void rss_lattice_neighbours(int32_t *neighbours, const int32_t *keys, const int32_t *table, int table_bits,
                            long vertices, int dimensions) {
  const int d = dimensions;
  for (int axis = 0; axis <= d; axis++)
    for (long v = 0; v < vertices; v++) {
      int32_t before[MOST], after[MOST];
      for (int i = 0; i < d; i++) {
        const int32_t k = keys[v * d + i];
        before[i] = i == axis ? k + d : k - 1;
        after[i] = i == axis ? k - d : k + 1;
      }
      int32_t *pair = neighbours + 2 * (axis * vertices + v);
      pair[0] = table[slot_of(table, table_bits, keys, before, d)];
      pair[1] = table[slot_of(table, table_bits, keys, after, d)];
    }
}

/// The filter for rows of `units` octets; a constant where it is inlined below, so that short rows stay in registers.
INLINE void filter(float *out, const float *in, float *values, float *scratch, const int32_t *vertex,
                   const float *weight, const int32_t *neighbours, long points, long vertices, int dimensions,
                   int units) {
  const int corners = dimensions + 1, row = units * RSS_ROW_UNIT;
  memset(values, 0, sizeof *values * (size_t)((vertices + 1) * row));
  memset(scratch, 0, sizeof *scratch * (size_t)row);
  for (long p = 0; p < points; p++)
    for (int c = 0; c < corners; c++) {
      float *v = values + (long)vertex[p * corners + c] * row;
      const float w = weight[p * corners + c];
      for (int u = 0; u < row; u += RSS_ROW_UNIT) OCTET(v + u) += w * OCTET(in + p * row + u);
    }
  for (int axis = 0; axis < corners; axis++) {
    const int32_t *pairs = neighbours + 2 * axis * vertices;
    for (long v = 0; v < vertices; v++) {
      const float *a = values + (long)pairs[2 * v] * row, *b = values + (long)pairs[2 * v + 1] * row;
      const float *from = values + (v + 1) * row;
      for (int u = 0; u < row; u += RSS_ROW_UNIT)
        OCTET(scratch + (v + 1) * row + u) = OCTET(from + u) + 0.5f * (OCTET(a + u) + OCTET(b + u));
    }
    float *swap = values;
    values = scratch;
    scratch = swap;
  }
  for (long p = 0; p < points; p++)
    for (int u = 0; u < row; u += RSS_ROW_UNIT) {
      octet sum = OCTET(out + p * row + u);
      for (int c = 0; c < corners; c++)
        sum += weight[p * corners + c] * OCTET(values + (long)vertex[p * corners + c] * row + u);
      OCTET(out + p * row + u) = sum;
    }
}

MULTIVERSION void rss_lattice_filter(float *out, const float *in, float *values, float *scratch, const int32_t *vertex,
                                     const float *weight, const int32_t *neighbours, long points, long vertices,
                                     int dimensions, int row) {
  const int units = row / RSS_ROW_UNIT;
  switch (units) {
    case 1: return filter(out, in, values, scratch, vertex, weight, neighbours, points, vertices, dimensions, 1);
    case 2: return filter(out, in, values, scratch, vertex, weight, neighbours, points, vertices, dimensions, 2);
    case 3: return filter(out, in, values, scratch, vertex, weight, neighbours, points, vertices, dimensions, 3);
    default: return filter(out, in, values, scratch, vertex, weight, neighbours, points, vertices, dimensions, units);
  }
}
