#include <math.h>

#include "CKernels.h"
#include "Multiversion.h"

MULTIVERSION void rss_add(float *destination, const float *source, long count) {
  for (long i = 0; i < count; i++) destination[i] += source[i];
}

MULTIVERSION void rss_scale(float *values, float factor, long count) {
  for (long i = 0; i < count; i++) values[i] *= factor;
}

MULTIVERSION void rss_relu(float *destination, const float *source, float ceiling, long count) {
  for (long i = 0; i < count; i++) {
    const float x = source[i] <= 0 ? 0 : source[i];  // NaN fails both tests and stays
    destination[i] = x > ceiling ? ceiling : x;
  }
}

MULTIVERSION void rss_relu_backward(float *gradient, const float *output, float ceiling, long count) {
  for (long i = 0; i < count; i++) gradient[i] = ((output[i] <= 0) | (output[i] >= ceiling)) ? 0 : gradient[i];
}

MULTIVERSION double rss_sum_of_squares(const float *values, long count) {
  double lanes[LANES] = {0};
  long i = 0;
  for (; i + LANES <= count; i += LANES)
    for (int j = 0; j < LANES; j++) lanes[j] += (double)values[i + j] * values[i + j];
  double sum = 0;
  for (int j = 0; j < LANES; j++) sum += lanes[j];
  for (; i < count; i++) sum += (double)values[i] * values[i];
  return sum;
}

MULTIVERSION void rss_adamw(float *value, const float *gradient, float *first, float *second, long count,
                            float gradient_scale, float learning_rate, float decay, float beta1, float beta2,
                            float epsilon, float correction1, float correction2) {
  const float keep = 1 - learning_rate * decay;
  const float step = learning_rate / correction1;
  const float root = 1 / sqrtf(correction2);
  for (long i = 0; i < count; i++) {
    const float g = gradient[i] * gradient_scale;
    const float m = first[i] = beta1 * first[i] + (1 - beta1) * g;
    const float v = second[i] = beta2 * second[i] + (1 - beta2) * g * g;
    value[i] = value[i] * keep - step * m / (__builtin_elementwise_sqrt(v) * root + epsilon);
  }
}

MULTIVERSION void rss_sgd(float *value, const float *gradient, float *velocity, long count, float gradient_scale,
                          float learning_rate, float decay, float momentum) {
  for (long i = 0; i < count; i++) {
    velocity[i] = momentum * velocity[i] + (gradient[i] * gradient_scale + decay * value[i]);
    value[i] -= learning_rate * velocity[i];
  }
}
