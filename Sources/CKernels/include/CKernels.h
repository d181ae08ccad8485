#pragma once
#include <stdint.h>

// Loops that must reach the vector unit of whatever machine runs them. Each function is compiled for AVX-512, for AVX2
// and for the baseline, and the dynamic linker picks at start (function multiversioning); on other architectures there
// is the baseline only. Every function works on one contiguous piece: the caller splits the work over threads.

// Elementwise ---------------------------------------------------------------------------------------------------------

/// destination += source
void rss_add(float *destination, const float *source, long count);
/// values *= factor
void rss_scale(float *values, float factor, long count);
/// destination = min(max(source, 0), ceiling); an infinite ceiling is plain ReLU
void rss_relu(float *destination, const float *source, float ceiling, long count);
/// gradient = 0 where the output was clipped (<= 0 or >= ceiling)
void rss_relu_backward(float *gradient, const float *output, float ceiling, long count);
/// sum of squares, in double
double rss_sum_of_squares(const float *values, long count);

// Batch normalisation -------------------------------------------------------------------------------------------------

/// sums[c] = sum over pixels of x_c - origin_c, squares[c] = sum of their squares
void rss_normalization_moments(double *sums, double *squares, const float *source, const float *origin, long pixels,
                               int channels);
/// y_c = min(ceiling, max(floor, factor_c (x_c - mean_c) + shift_c + residual_c)); a NULL residual is 0
void rss_normalization_apply(float *destination, const float *source, const float *residual, const float *mean,
                             const float *factor, const float *shift, float floor, float ceiling, long pixels,
                             int channels);
/// sums[c] = sum over pixels of g_c, products[c] = sum of g_c (x_c - mean_c); g is the gradient where the output of the
/// activation behind is inside (0, ceiling) and else 0, or the gradient as it is where `output` is NULL.
void rss_normalization_sums(double *sums, double *products, const float *gradient, const float *output, float ceiling,
                            const float *source, const float *mean, long pixels, int channels);
/// gradient_c = factor_c g_c - offset_c - slope_c (x_c - mean_c), in place; residual_gradient = g, where it isn't NULL
void rss_normalization_spread(float *gradient, float *residual_gradient, const float *output, float ceiling,
                              const float *source, const float *mean, const float *factor, const float *offset,
                              const float *slope, long pixels, int channels);

// Over the channels of each pixel -------------------------------------------------------------------------------------

/// y = scale (x - mean) / sqrt(variance + epsilon) + shift, mean and variance over a pixel's channels
void rss_layer_normalization(float *destination, const float *source, const float *scale, const float *shift,
                             float epsilon, long pixels, int channels);
/// The gradient of the input in place of that of the output; adds those of scale and shift.
void rss_layer_normalization_backward(float *gradient, double *scale_gradient, double *shift_gradient,
                                      const float *source, const float *scale, float epsilon, long pixels,
                                      int channels);
/// x Phi(x), to an error of 1.5e-7 |x|
void rss_gelu(float *destination, const float *source, long count);
/// gradient *= Phi(x) + x phi(x)
void rss_gelu_backward(float *gradient, const float *source, long count);

// Optimizers ----------------------------------------------------------------------------------------------------------

/// AdamW (Loshchilov and Hutter 2019): decoupled decay first, then the Adam step with bias-corrected moments.
void rss_adamw(float *value, const float *gradient, float *first, float *second, long count, float gradient_scale,
               float learning_rate, float decay, float beta1, float beta2, float epsilon, float correction1,
               float correction2);
/// velocity = momentum velocity + (gradient_scale g + decay w);  w -= learning_rate velocity
void rss_sgd(float *value, const float *gradient, float *velocity, long count, float gradient_scale,
             float learning_rate, float decay, float momentum);

// Resizing ------------------------------------------------------------------------------------------------------------

/// One image, nearest: out[y, x] = in[rows[y], columns[x]], pixels of `channels` floats, `in_width` pixels a row;
/// `out_stride` floats from one output pixel to the next, so that the result can be a part of a wider tensor.
void rss_gather_pixels(float *out, long out_stride, const float *in, const int32_t *rows, const int32_t *columns,
                       long out_height, long out_width, long in_width, long channels);
/// Its transpose: in[rows[y], columns[x]] += out[y, x]; `in` is set to zero first.
void rss_scatter_pixels(float *in, const float *out, long out_stride, const int32_t *rows, const int32_t *columns,
                        long out_height, long out_width, long in_height, long in_width, long channels);
/// Copies `channels` floats of each of `pixels` pixels between tensors of different width.
void rss_copy_channels(float *out, long out_stride, const float *in, long in_stride, long pixels, long channels);

/// destination = a + share (b - a)
void rss_blend(float *destination, const float *a, const float *b, float share, long count);
/// destination += share source
void rss_accumulate(float *destination, const float *source, float share, long count);
/// out[x] = in[first[x]] + share[x] (in[first[x] + 1] - in[first[x]]), pixels of `channels` floats; behind the last pixel
/// comes the last one again.
void rss_expand_row(float *out, const float *in, const int32_t *first, const float *share, long out_width,
                    long in_width, long channels);
/// Its transpose; `in` is set to zero first.
void rss_reduce_row(float *in, const float *out, const int32_t *first, const float *share, long out_width,
                    long in_width, long channels);

/// The most maps of one image, and so the most actions of one unit.
#define RSS_MOST_MAPS 1024

// Softmax and the policy ----------------------------------------------------------------------------------------------

/// Log-softmax cross-entropy: gradient = scale (softmax - one-hot) at pixels with a label, 0 at void (255).
/// Returns the sum of -log p over the labelled pixels.
double rss_cross_entropy(float *gradient, const float *logits, const uint8_t *labels, long pixels, int classes,
                         float scale);
/// The most probable class of each pixel; the lowest index wins a tie. Returns the pixels that have a NaN, whose class
/// means nothing.
long rss_argmax(uint8_t *classes_out, const float *logits, long pixels, int classes);

/// What the random numbers of one image's action maps follow from (Philox4x32-10).
typedef struct {
  uint32_t key0, key1, image, step, purpose;
} rss_random_key;

/// Draws `maps` actions for each unit of one image: actions[unit][map], by inverse CDF, one uniform each. The uniform
/// of (unit, map) is number i = unit * maps + map of the image's stream: word (i / 16) % 4 of Philox block
/// 16 (i / 64) + i % 16. Void units (label 255) are left at action 0. Also writes softmax(logits). The actions come from
/// (1 - exploration) softmax + exploration / classes.
void rss_sample_actions(uint8_t *actions, float *probabilities, const float *logits, const uint8_t *labels, long units,
                        int classes, int maps, float exploration, rss_random_key key);

/// Adds to predicted[map][class] and intersection[class][map], over the units with a label.
void rss_count_actions(int32_t *predicted, int32_t *intersection, const uint8_t *actions, const uint8_t *labels,
                       long units, int classes, int maps);

/// What a scatter finds out about pairs of maps: over all units, the sum of (w_m - w_n)^2 over the pairs m < n that
/// differ there, and the number of such pairs.
typedef struct {
  double squares;
  double pairs;
} rss_pair_moments;

/// gradient[u][k] = p_uk sum_m w_m i(a_mu) - sum_m w_m i(k) 1[a_mu = k], zero at void units: the policy gradient of one
/// image for one weight a map, to be scaled by the caller. i is 1 without exploration, else the policy's probability of
/// the action over the mixture's.
rss_pair_moments rss_scatter_weights(float *gradient, const float *probabilities, const uint8_t *actions,
                                     const uint8_t *labels, const float *weights, long units, int classes, int maps,
                                     float exploration);

/// Number of (unit, map) with the action equal to the label.
long rss_count_correct(const uint8_t *actions, const uint8_t *labels, long units, int maps);

/// The advantage of a pixel's action: `right` where it is the label, else `wrong`. With a propensity floor above 0, a
/// right action has 1 / max(p, floor) + wrong instead.
typedef struct {
  float right, wrong, propensity_floor;
} rss_correctness;

/// gradient[u][k] = scale sum_m A_m i(a_mu) (p_uk - 1[a_mu = k]); i as above.
void rss_scatter_correctness(float *gradient, const float *probabilities, const uint8_t *actions,
                             const uint8_t *labels, long units, int classes, int maps, rss_correctness advantage,
                             float exploration, float scale);

/// differing[m][n] += number of labelled units where maps m and n differ.
void rss_count_differing(int32_t *differing, const uint8_t *actions, const uint8_t *labels, long units, int maps);

/// gradient[u][k] += scale p_uk (log p_uk + H_u): minus the entropy's gradient, for scale > 0.
void rss_add_entropy_gradient(float *gradient, const float *probabilities, const uint8_t *labels, long units,
                              int classes, float scale);

// Cells of a coarser grid ---------------------------------------------------------------------------------------------

/// Means of one image's logits over the pixels of each cell of side x side pixels (fewer at the right and the lower edge)
/// that aren't void (255 in the mask): pooled[cell][class]. counts[cell] is the number of these pixels.
void rss_pool_cells(float *pooled, int32_t *counts, const float *logits, const uint8_t *void_mask, long height,
                    long width, long side, int classes);
/// Its transpose: each pixel that isn't void gets its share of its cell's gradient, a void pixel 0.
void rss_spread_cells(float *gradient, const float *pooled, const int32_t *counts, const uint8_t *void_mask,
                      long height, long width, long side, int classes);
/// histogram[cell][classes + 1] counts one image's labels in each cell, and in its last place all of them.
void rss_histogram_cells(int32_t *histogram, const uint8_t *labels, long height, long width, long side, int classes);
/// As `rss_count_actions`, one action for all pixels of a cell, by `rss_histogram_cells`.
void rss_count_cells(int32_t *predicted, int32_t *intersection, const uint8_t *actions, const int32_t *histogram,
                     long cells, int classes, int maps);

// Effects of actions by region ----------------------------------------------------------------------------------------

/// Floats from one row of `rss_region_counts` to the next: the classes, and zeros to whole vectors.
int rss_region_stride(int classes);
/// Adds, over the labelled units, counts[m][k][j] += p_uj 1[a_mu = k], mass[j] += p_uj, expected[k][j] += p_uk p_uj,
/// squares[j] += p_uj^2 (1 - sum_k p_uk^2). Rows [k] of counts and expected are `rss_region_stride` floats apart.
void rss_region_counts(float *counts, float *mass, float *expected, float *squares, const float *probabilities,
                       const uint8_t *actions, const uint8_t *labels, long units, int classes, int maps);
/// gradient[u][k] -= scale p_uk (h_uk - sum_l p_ul h_ul), h_uk = sum_j p_uj effects[j][k].
void rss_add_effects(float *gradient, const float *probabilities, const uint8_t *labels, const float *effects,
                     long units, int classes, float scale);

// Refinement of class scores ------------------------------------------------------------------------------------------

/// Rows of class scores are padded with zeros to a multiple of this many floats: one AVX2 vector.
#define RSS_ROW_UNIT 8
/// Features of the lattice: two of place and three of colour.
#define RSS_MOST_LATTICE_DIMENSIONS 5
/// Neighbours of a pixel in rss_pixel_affinity: 8 each for up to 16 dilations.
#define RSS_MOST_NEIGHBOURS 128

/// Places points in the permutohedral lattice (Adams, Baek, Davis: "Fast high-dimensional filtering using the
/// permutohedral lattice", Eurographics 2010). Features are `[points][dimensions]` in units of the kernel's deviation.
/// Writes the dimensions + 1 vertices around each point, numbered from 1, with the point's barycentric `weight`s, and the
/// vertices' `keys` `[vertex - 1][dimensions]`, for which there must be room for points (dimensions + 1) + 1 of them.
/// `table` has 2^table_bits entries, at least twice that number. Returns the number of vertices.
long rss_lattice_embed(int32_t *vertex, float *weight, int32_t *keys, int32_t *table, int table_bits,
                       const float *features, long points, int dimensions);
/// The two neighbours of each vertex along each axis, `[dimensions + 1][vertices][2]`; 0 where there is none.
void rss_lattice_neighbours(int32_t *neighbours, const int32_t *keys, const int32_t *table, int table_bits,
                            long vertices, int dimensions);
/// out += W B W^T in: splat with the weights, blur with (1/2, 1, 1/2) along each axis, slice with the same weights. `in`
/// and `out` are `[points][row]`, `row` a multiple of RSS_ROW_UNIT; `values` and `scratch` are room for vertices + 1
/// rows.
void rss_lattice_filter(float *out, const float *in, float *values, float *scratch, const int32_t *vertex,
                        const float *weight, const int32_t *neighbours, long points, long vertices, int dimensions,
                        int row);

/// Softmax of the first `classes` (at most 256) numbers of each row of `row` floats; the others stay as they are.
void rss_softmax_rows(float *probabilities, const float *logits, long pixels, int classes, int row);

/// out[y][x] = sum_n weights[y][x][n] in[y + steps[n][0]][x + steps[n][1]], coordinates clamped to the image; rows of
/// `row` floats, a multiple of RSS_ROW_UNIT.
void rss_local_average(float *out, const float *in, const float *weights, const int32_t *steps, int neighbours,
                       long height, long width, int row);
/// The weights of PAMR: softmax over the neighbours n of -mean_c |I_n - I_0| / (floor + sharpness sigma_c), with sigma_c
/// the sample deviation over the neighbours and, once for every eight of them, the pixel itself.
void rss_pixel_affinity(float *weights, const float *image, const int32_t *steps, int neighbours, long height,
                        long width, int channels, float sharpness, float floor);

/// sum_c |f[y][x] - f[y + down][x + right]|, down >= 0; infinite where the partner is outside.
void rss_l1_distances(float *distances, const float *features, long height, long width, int channels, int down,
                      int right);
/// Adds sum over pixels of slope d(distance)/d(features); slopes must be 0 where the partner is outside.
void rss_l1_gradient(float *gradient, const float *features, const float *slopes, long height, long width, int channels,
                     int down, int right);

// The version that runs ------------------------------------------------------------------------------------------------

/// The one that this processor gets: "avx512bw", "haswell" or "default".
const char *rss_kernels_target(void);
