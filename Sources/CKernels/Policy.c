#include <math.h>
#include <stdlib.h>

#include "CKernels.h"
#include "Softmax.h"

/// The 64-bit products of 32-bit lanes, in two halves: even lanes and odd lanes at a time, as the vector units multiply.
INLINE void multiply_wide(lanes_u *low, lanes_u *high, const lanes_u *x, uint32_t factor) {
  const lanes_w lower = (lanes_w){} + 0xFFFFFFFFu;
  const lanes_w even = ((lanes_w)*x & lower) * (uint64_t)factor;
  const lanes_w odd = ((lanes_w)*x >> 32) * (uint64_t)factor;
  *low = (lanes_u)((even & lower) | (odd << 32));
  *high = (lanes_u)((even >> 32) | (odd & ~lower));
}

// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011), 16 counters at once:
// block numbers 16 b .. 16 b + 15 give 64 uniforms, word w of lane j at position 16 w + j.
INLINE void uniforms64(float *out, uint32_t block, rss_random_key key) {
  lanes_u x0, x1 = (lanes_u){} + key.image, x2 = (lanes_u){} + key.step, x3 = (lanes_u){} + key.purpose;
  for (int j = 0; j < LANES; j++) x0[j] = block * LANES + (uint32_t)j;
  uint32_t k0 = key.key0, k1 = key.key1;
  for (int round = 0; round < 10; round++) {
    lanes_u low_a, high_a, low_b, high_b;
    multiply_wide(&low_a, &high_a, &x0, 0xD2511F53u);
    multiply_wide(&low_b, &high_b, &x2, 0xCD9E8D57u);
    x0 = high_b ^ x1 ^ k0;
    x1 = low_b;
    x2 = high_a ^ x3 ^ k1;
    x3 = low_a;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  const lanes_u words[4] = {x0, x1, x2, x3};
  for (int w = 0; w < 4; w++) {
    const lanes_f uniform = __builtin_convertvector((lanes_i)(words[w] >> 8), lanes_f) * 0x1p-24f;
    memcpy(out + w * LANES, &uniform, sizeof uniform);
  }
}

/// Actions of one unit: a = number of k < classes - 1 with u total >= cdf[k], 16 maps at once. The unit's cdf is one lane
/// of `cdf`. `u` and `actions` may be touched up to the next multiple of 16.
INLINE void draw(uint8_t *actions, const float *u, const float *cdf, int classes, int maps, float total) {
  for (int m = 0; m < maps; m += LANES) {
    lanes_f threshold;
    memcpy(&threshold, u + m, sizeof threshold);
    threshold *= total;
    lanes_i action = {};
    for (int k = 0; k < classes - 1; k++) action -= threshold >= cdf[k * LANES];  // a true lane is -1
    typedef uint8_t lanes_b __attribute__((vector_size(LANES)));
    const lanes_b bytes = __builtin_convertvector(action, lanes_b);
    memcpy(actions + m, &bytes, sizeof bytes);
  }
}

enum { CHUNK = 64 };  // units at a time: their 64 maps uniforms are whole groups of 64

MULTIVERSION void rss_sample_actions(uint8_t *actions, float *probabilities, const float *logits,
                                     const uint8_t *labels, long units, int classes, int maps, float exploration,
                                     rss_random_key key) {
  lanes_f e[MOST_CLASSES], cdf[MOST_CLASSES], highest;
  uint8_t drawn[RSS_MOST_MAPS + LANES];  // room for the touched tail
  float *uniforms = aligned_alloc(64, sizeof(float) * (size_t)(CHUNK * maps + CHUNK));
  if (!uniforms) abort();
  for (int i = 0; i < CHUNK; i++) uniforms[CHUNK * maps + i] = 0;
  for (long first = 0; first < units; first += LANES) {
    if (first % CHUNK == 0)
      for (int b = 0; b < maps; b++) uniforms64(uniforms + 64 * b, (uint32_t)((first / CHUNK) * maps + b), key);
    const int count = units - first < LANES ? (int)(units - first) : LANES;
    exponentials(e, &highest, logits + first * classes, count, classes);
    cdf[0] = e[0];
    for (int k = 1; k < classes; k++) cdf[k] = cdf[k - 1] + e[k];
    lanes_f total = cdf[classes - 1];
    const lanes_f inverse = 1 / total;
    for (int k = 0; k < classes; k++) e[k] *= inverse;
    if (exploration > 0) {
      const float uniform = exploration / (float)classes;
      cdf[0] = (1 - exploration) * e[0] + uniform;
      for (int k = 1; k < classes; k++) cdf[k] = cdf[k - 1] + (1 - exploration) * e[k] + uniform;
      total = cdf[classes - 1];
    }
    for (int j = 0; j < count; j++) {
      float *p = probabilities + (first + j) * classes;
      uint8_t *a = actions + (first + j) * maps;
      if (labels[first + j] == VOID_LABEL) {
        memset(p, 0, (size_t)classes * sizeof(float));
        memset(a, 0, (size_t)maps);
        continue;
      }
      for (int k = 0; k < classes; k++) p[k] = e[k][j];
      draw(drawn, uniforms + ((first + j) % CHUNK) * maps, (const float *)cdf + j, classes, maps, total[j]);
      memcpy(a, drawn, (size_t)maps);
    }
  }
  free(uniforms);
}

MULTIVERSION void rss_count_actions(int32_t *predicted, int32_t *intersection, const uint8_t *actions,
                                    const uint8_t *labels, long units, int classes, int maps) {
  for (long u = 0; u < units; u++) {
    const uint8_t label = labels[u];
    if (label == VOID_LABEL) continue;
    const uint8_t *a = actions + u * maps;
    int32_t *hits = intersection + (long)label * maps;
    for (int m = 0; m < maps; m++) predicted[(long)m * classes + a[m]]++;
    for (int m = 0; m < maps; m++) hits[m] += a[m] == label ? 1 : 0;
  }
}

/// How much more often the policy takes an action than the mixture (1 - exploration) pi + exploration / classes does.
INLINE float importance(float p, int classes, float exploration) {
  return p / ((1 - exploration) * p + exploration / (float)classes);
}

// One accumulator a class: {how many maps chose it, sum of their weights, sum of their squared weights, unused}.
typedef float moments __attribute__((vector_size(16)));

MULTIVERSION rss_pair_moments rss_scatter_weights(float *gradient, const float *probabilities, const uint8_t *actions,
                                                  const uint8_t *labels, const float *weights, long units, int classes,
                                                  int maps, float exploration) {
  moments each[RSS_MOST_MAPS], even[MOST_CLASSES], odd[MOST_CLASSES];
  double sum = 0, squares = 0;
  for (int m = 0; m < maps; m++) {
    each[m] = (moments){1, weights[m], weights[m] * weights[m], 0};
    sum += weights[m];
    squares += (double)weights[m] * weights[m];
  }
  const double all_pairs = maps * squares - sum * sum;
  rss_pair_moments result = {0, 0};
  for (long u = 0; u < units; u++) {
    float *g = gradient + u * classes;
    const float *p = probabilities + u * classes;
    const uint8_t *a = actions + u * maps;
    if (labels[u] == VOID_LABEL) {
      memset(g, 0, (size_t)classes * sizeof(float));
      continue;
    }
    for (int k = 0; k < classes; k++) g[k] = p[k] * (float)sum;
    if (exploration == 0 && memcmp(a, a + 1, (size_t)(maps - 1)) == 0) {  // every map agrees: no pair differs here
      g[a[0]] -= (float)sum;
      continue;
    }
    memset(even, 0, (size_t)classes * sizeof(moments));
    memset(odd, 0, (size_t)classes * sizeof(moments));
    int m = 0;
    for (; m + 1 < maps; m += 2) {
      even[a[m]] += each[m];
      odd[a[m + 1]] += each[m + 1];
    }
    if (m < maps) even[a[m]] += each[m];
    float same_pairs = 0, same_squares = 0;
    for (int k = 0; k < classes; k++) {
      const moments s = even[k] + odd[k];
      odd[k] = s;
      g[k] -= s[1];
      same_pairs += s[0] * (s[0] - 1);
      same_squares += s[0] * s[2] - s[1] * s[1];
    }
    if (exploration > 0) {
      float total = 0;
      for (int k = 0; k < classes; k++) {
        g[k] = importance(p[k], classes, exploration) * odd[k][1];
        total += g[k];
      }
      for (int k = 0; k < classes; k++) g[k] = p[k] * total - g[k];
    }
    result.pairs += 0.5 * ((double)maps * (maps - 1) - same_pairs);
    result.squares += all_pairs - same_squares;
  }
  return result;
}

MULTIVERSION long rss_count_correct(const uint8_t *actions, const uint8_t *labels, long units, int maps) {
  long correct = 0;
  for (long u = 0; u < units; u++) {
    if (labels[u] == VOID_LABEL) continue;
    for (int m = 0; m < maps; m++) correct += actions[u * maps + m] == labels[u] ? 1 : 0;
  }
  return correct;
}

MULTIVERSION void rss_scatter_correctness(float *gradient, const float *probabilities, const uint8_t *actions,
                                          const uint8_t *labels, long units, int classes, int maps,
                                          rss_correctness advantage, float exploration, float scale) {
  for (long u = 0; u < units; u++) {
    float *g = gradient + u * classes;
    const float *p = probabilities + u * classes;
    memset(g, 0, (size_t)classes * sizeof(float));
    if (labels[u] == VOID_LABEL) continue;
    const int label = labels[u];
    for (int m = 0; m < maps; m++) g[actions[u * maps + m]] += scale;
    float right = advantage.right;
    if (advantage.propensity_floor > 0 && label < classes) {
      const float propensity = p[label] > advantage.propensity_floor ? p[label] : advantage.propensity_floor;
      right = 1 / propensity + advantage.wrong;
    }
    float total = 0;
    for (int k = 0; k < classes; k++) {
      g[k] *= k == label ? right : advantage.wrong;
      if (exploration > 0) g[k] *= importance(p[k], classes, exploration);
      total += g[k];
    }
    for (int k = 0; k < classes; k++) g[k] = p[k] * total - g[k];
  }
}

MULTIVERSION void rss_count_differing(int32_t *differing, const uint8_t *actions, const uint8_t *labels, long units,
                                      int maps) {
  for (long u = 0; u < units; u++) {
    if (labels[u] == VOID_LABEL) continue;
    const uint8_t *a = actions + u * maps;
    for (int m = 0; m < maps; m++) {
      int32_t *row = differing + (long)m * maps;
      for (int n = 0; n < maps; n++) row[n] += a[n] != a[m];
    }
  }
}

MULTIVERSION void rss_add_entropy_gradient(float *gradient, const float *probabilities, const uint8_t *labels,
                                           long units, int classes, float scale) {
  for (long u = 0; u < units; u++) {
    if (labels[u] == VOID_LABEL) continue;
    float *g = gradient + u * classes;
    const float *p = probabilities + u * classes;
    float entropy = 0, logs[MOST_CLASSES];
    for (int k = 0; k < classes; k++) {
      logs[k] = p[k] > 0 ? logf(p[k]) : 0;
      entropy -= p[k] * logs[k];
    }
    for (int k = 0; k < classes; k++) g[k] += scale * p[k] * (logs[k] + entropy);
  }
}
