#include "COneDNN.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>

#include "CThreads.h"

// ---------------------------------------------------------------------------------------------------------------------
// What differs between oneDNN 2.x and 3.x: a memory descriptor is a value in 2 and a handle in 3, and a primitive
// descriptor is made from an operation descriptor in 2 and directly in 3.

#if DNNL_VERSION_MAJOR >= 3
#define RSS_V3 1
typedef const_dnnl_memory_desc_t md_ref;
#define MD(m) (m)
#else
#define RSS_V3 0
typedef const dnnl_memory_desc_t *md_ref;
#define MD(m) (&(m))
#endif

static dnnl_status_t md_make(dnnl_memory_desc_t *md, int rank, const dnnl_dims_t dims, dnnl_format_tag_t tag) {
#if RSS_V3
  return dnnl_memory_desc_create_with_tag(md, rank, dims, dnnl_f32, tag);
#else
  return dnnl_memory_desc_init_by_tag(md, rank, dims, dnnl_f32, tag);
#endif
}

static void md_free(dnnl_memory_desc_t *md) {
#if RSS_V3
  if (*md) dnnl_memory_desc_destroy(*md);
  *md = NULL;
#else
  (void)md;
#endif
}

#define CHECK(call)                              \
  do {                                           \
    dnnl_status_t status_ = (call);              \
    if (status_ != dnnl_success) return status_; \
  } while (0)

// ---------------------------------------------------------------------------------------------------------------------
// The engine and its stream: one for the process.

static dnnl_engine_t engine;
static dnnl_stream_t stream;
// Asks for scratch memory as an argument. oneDNN's own scratch memory belongs to the thread that created a primitive,
// and a primitive that runs on another thread finds none there.
static dnnl_primitive_attr_t own_scratchpad;
static dnnl_status_t engine_status;
static char version_text[32];

static void start_engine(void) {
  // Whoever makes an operation keeps it as long as it is needed; oneDNN would keep the machine code of another 1024.
  dnnl_set_primitive_cache_capacity(0);
  engine_status = dnnl_engine_create(&engine, dnnl_cpu, 0);
  if (engine_status == dnnl_success) engine_status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
  if (engine_status == dnnl_success) engine_status = dnnl_primitive_attr_create(&own_scratchpad);
  if (engine_status == dnnl_success)
    engine_status = dnnl_primitive_attr_set_scratchpad_mode(own_scratchpad, dnnl_scratchpad_mode_user);
  const dnnl_version_t *v = dnnl_version();
  snprintf(version_text, sizeof version_text, "%d.%d.%d", v->major, v->minor, v->patch);
}

static dnnl_status_t ready(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start_engine);
  return engine_status;
}

const char *rss_dnnl_version(void) {
  ready();
  return version_text;
}

const char *rss_dnnl_instructions(void) {
  const char *name = dnnl_cpu_isa2str(dnnl_get_effective_cpu_isa());
  const char *prefix = "cpu_isa_";
  return strncmp(name, prefix, strlen(prefix)) == 0 ? name + strlen(prefix) : name;
}

const char *rss_status_text(rss_status status) {
  switch (status) {
    case dnnl_success: return "success";
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "not implemented by oneDNN for this shape";
    case dnnl_runtime_error: return "runtime error";
    default: return "failure";
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// An operation: a primitive, a memory object for each of its arguments, and the packing of those that the kernel wants in
// another layout than the plain one.

#define MOST_ARGUMENTS 12

// Memory that the operations of a lane share, grown where it is too small.
typedef struct {
  void *data;
  size_t bytes;
} arena;

typedef struct {
  dnnl_primitive_t reorder;  // NULL where the kernel takes the plain layout
  dnnl_memory_t plain, packed;
  arena own;                 // of weights, whose padding stays zero
  arena *shared;             // of images, or NULL
  dnnl_memory_t scratchpad;  // NULL where the reorder needs none
} packing;

struct rss_operation {
  dnnl_primitive_desc_t descriptor;
  dnnl_primitive_t primitive;
  dnnl_exec_arg_t arguments[MOST_ARGUMENTS];
  int argument_count;
  packing weights, source, destination;
  size_t workspace_bytes;
  dnnl_memory_t scratchpad;  // one of the arguments, or NULL
  char kernel[48];
};

static void *allocate(size_t bytes) {
  size_t rounded = (bytes + 63) / 64 * 64;
  return aligned_alloc(64, rounded ? rounded : 64);
}

/// At least so many bytes of it; what it held is lost where it grows.
static dnnl_status_t grow(arena *memory, size_t bytes) {
  if (bytes <= memory->bytes) return dnnl_success;
  free(memory->data);
  memory->data = allocate(bytes);
  memory->bytes = memory->data ? bytes : 0;
  return memory->data ? dnnl_success : dnnl_out_of_memory;
}

static void destroy_packing(packing *p) {
  if (p->reorder) dnnl_primitive_destroy(p->reorder);
  if (p->plain) dnnl_memory_destroy(p->plain);
  if (p->scratchpad) dnnl_memory_destroy(p->scratchpad);
  free(p->own.data);
}

void rss_operation_destroy(rss_operation *operation) {
  if (!operation) return;
  for (int i = 0; i < operation->argument_count; i++) dnnl_memory_destroy(operation->arguments[i].memory);
  destroy_packing(&operation->weights);
  destroy_packing(&operation->source);
  destroy_packing(&operation->destination);
  if (operation->primitive) dnnl_primitive_destroy(operation->primitive);
  if (operation->descriptor) dnnl_primitive_desc_destroy(operation->descriptor);
  free(operation);
}

const char *rss_operation_kernel(const rss_operation *operation) { return operation->kernel; }

static dnnl_status_t add_argument(rss_operation *operation, int name, md_ref md) {
  dnnl_memory_t memory;
  CHECK(dnnl_memory_create(&memory, md, engine, DNNL_MEMORY_NONE));
  operation->arguments[operation->argument_count++] = (dnnl_exec_arg_t){name, memory};
  return dnnl_success;
}

static dnnl_status_t add_queried(rss_operation *operation, int name, dnnl_query_t what, int index) {
  md_ref md = dnnl_primitive_desc_query_md(operation->descriptor, what, index);
  return md ? add_argument(operation, name, md) : dnnl_invalid_arguments;
}

static dnnl_status_t set(rss_operation *operation, int name, const void *data) {
  for (int i = 0; i < operation->argument_count; i++)
    if (operation->arguments[i].arg == name)
      return dnnl_memory_set_data_handle(operation->arguments[i].memory, (void *)data);
  return dnnl_invalid_arguments;
}

typedef struct {
  arena scratch, blocked_source, blocked_destination;
} arenas;

// One for each lane, and the first for whoever is in none.
static arenas of_lanes[RSS_MOST_LANES + 1];

static arenas *own_arenas(void) { return &of_lanes[rss_lane()]; }

void rss_release_shared_memory(void) {
  arenas *own = own_arenas();
  free(own->scratch.data);
  free(own->blocked_source.data);
  free(own->blocked_destination.data);
  memset(own, 0, sizeof *own);
}

/// A memory object for a primitive's scratch memory, or NULL where it needs none.
static dnnl_status_t make_scratchpad(const_dnnl_primitive_desc_t descriptor, dnnl_memory_t *out) {
  md_ref md = dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
  *out = NULL;
  return md && dnnl_memory_desc_get_size(md) > 0 ? dnnl_memory_create(out, md, engine, DNNL_MEMORY_NONE) : dnnl_success;
}

/// Points it at the memory that the lane's operations share, grown where it is too small.
static dnnl_status_t use_scratchpad(dnnl_memory_t scratchpad) {
  if (!scratchpad) return dnnl_success;
  md_ref md;
  CHECK(dnnl_memory_get_memory_desc(scratchpad, &md));
  arena *scratch = &own_arenas()->scratch;
  CHECK(grow(scratch, dnnl_memory_desc_get_size(md)));
  return dnnl_memory_set_data_handle(scratchpad, scratch->data);
}

/// Makes the primitive; every create function ends here.
static dnnl_status_t compile(rss_operation *operation) {
  const char *name = "";
  dnnl_primitive_desc_query(operation->descriptor, dnnl_query_impl_info_str, 0, &name);
  snprintf(operation->kernel, sizeof operation->kernel, "%s", name);
  CHECK(make_scratchpad(operation->descriptor, &operation->scratchpad));
  if (operation->scratchpad)
    operation->arguments[operation->argument_count++] =
        (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, operation->scratchpad};
  return dnnl_primitive_create(&operation->primitive, operation->descriptor);
}

static dnnl_status_t execute(rss_operation *operation) {
  CHECK(use_scratchpad(operation->scratchpad));
  return dnnl_primitive_execute(operation->primitive, stream, operation->argument_count, operation->arguments);
}

static dnnl_status_t run_reorder(packing *p, dnnl_memory_t from, dnnl_memory_t to) {
  CHECK(use_scratchpad(p->scratchpad));
  dnnl_exec_arg_t arguments[3] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}, {DNNL_ARG_SCRATCHPAD, p->scratchpad}};
  return dnnl_primitive_execute(p->reorder, stream, p->scratchpad ? 3 : 2, arguments);
}

/// Adds an argument, with a reorder where the kernel wants another layout than the plain one: into the kernel's layout, or,
/// of what the kernel writes, out of it.
///
/// Where a layout has more channels than there are, the rest is zero: of what is shared a reorder into it sees to that.
static dnnl_status_t add_packed(rss_operation *operation, packing *p, int name, md_ref plain, md_ref wanted,
                                bool written, arena *shared) {
  if (dnnl_memory_desc_equal(plain, wanted)) return add_argument(operation, name, plain);
  CHECK(dnnl_memory_create(&p->plain, plain, engine, DNNL_MEMORY_NONE));
  CHECK(add_argument(operation, name, wanted));
  p->packed = operation->arguments[operation->argument_count - 1].memory;
  p->shared = shared;
  if (!shared) {
    const size_t bytes = dnnl_memory_desc_get_size(wanted);
    CHECK(grow(&p->own, bytes));
    memset(p->own.data, 0, bytes);
    CHECK(dnnl_memory_set_data_handle(p->packed, p->own.data));
  }
  dnnl_primitive_desc_t reorder;
  CHECK(dnnl_reorder_primitive_desc_create(&reorder, written ? wanted : plain, engine, written ? plain : wanted, engine,
                                           own_scratchpad));
  dnnl_status_t status = make_scratchpad(reorder, &p->scratchpad);
  if (status == dnnl_success) status = dnnl_primitive_create(&p->reorder, reorder);
  dnnl_primitive_desc_destroy(reorder);
  return status;
}

/// Points a packing at plain memory, and the kernel at its own.
static dnnl_status_t point(packing *p, const float *data) {
  if (p->shared) {
    md_ref md;
    CHECK(dnnl_memory_get_memory_desc(p->packed, &md));
    CHECK(grow(p->shared, dnnl_memory_desc_get_size(md)));
    CHECK(dnnl_memory_set_data_handle(p->packed, p->shared->data));
  }
  return dnnl_memory_set_data_handle(p->plain, (void *)data);
}

/// Points the operation at what it reads: packs it, or hands it over as it is.
static dnnl_status_t use_packed(rss_operation *operation, packing *p, int name, const float *data) {
  if (!p->reorder) return set(operation, name, data);
  CHECK(point(p, data));
  return run_reorder(p, p->plain, p->packed);
}

/// Points the operation at what it writes. `write_back` follows the execution.
static dnnl_status_t write_packed(rss_operation *operation, packing *p, int name, float *data) {
  return p->reorder ? point(p, data) : set(operation, name, data);
}

static dnnl_status_t write_back(packing *p) { return p->reorder ? run_reorder(p, p->packed, p->plain) : dnnl_success; }

/// Runs `build` on a fresh operation and hands it out, or nothing where it failed.
#define CREATE(build)                                       \
  do {                                                      \
    *out = NULL;                                            \
    CHECK(ready());                                         \
    rss_operation *operation = calloc(1, sizeof *operation); \
    if (!operation) return dnnl_out_of_memory;              \
    dnnl_status_t status_ = (build);                        \
    if (status_ != dnnl_success) {                          \
      rss_operation_destroy(operation);                     \
      return status_;                                       \
    }                                                       \
    *out = operation;                                       \
    return dnnl_success;                                    \
  } while (0)

// ---------------------------------------------------------------------------------------------------------------------
// Convolution

typedef enum { FORWARD, BACKWARD_DATA, BACKWARD_WEIGHTS } direction;

typedef struct {
  dnnl_memory_desc_t source, weights, destination, plain_source, plain_weights, plain_destination, bias;
} convolution_descriptors;

/// Whether oneDNN's own layout of images, blocks of channels, pays for a reorder of what goes in and what comes out.
///
/// With NHWC its kernels for AVX2 stride over memory by the number of channels: of 2.6, for 16 images of 64 x 64, 128 to 32
/// channels go forward at 38 GFLOP/s, in blocks at 72 with the reorders. Where images are small or channels few, they cost
/// more than they gain. Bits are the same in both layouts: the kernels' sums have one order (benchmarks/README.md). AVX-512
/// has other kernels, which nobody has measured.
static bool blocks_pay(const rss_convolution_shape *s, direction way) {
  if (strncmp(rss_dnnl_instructions(), "avx2", 4) != 0 || s->groups > 1 || s->kernel_height == 1) return false;
  const double operations = 2.0 * s->batch * s->out_height * s->out_width * s->out_channels * s->in_channels *
                            s->kernel_height * s->kernel_width;
  if (operations < 3e8) return false;
  switch (way) {
    case FORWARD: return s->in_channels >= 48;
    case BACKWARD_DATA: return s->in_channels >= 64 && s->out_channels >= 64;
    case BACKWARD_WEIGHTS: return s->in_channels >= 24 && s->out_height * s->out_width > 16;
  }
  return false;
}

static dnnl_status_t describe_convolution(const rss_convolution_shape *s, bool blocks, convolution_descriptors *d) {
  const dnnl_dims_t source = {s->batch, s->in_channels, s->in_height, s->in_width};
  const dnnl_dims_t destination = {s->batch, s->out_channels, s->out_height, s->out_width};
  const dnnl_dims_t weights = {s->out_channels, s->in_channels, s->kernel_height, s->kernel_width};
  const dnnl_dims_t grouped = {s->groups, s->out_channels / s->groups, s->in_channels / s->groups, s->kernel_height,
                               s->kernel_width};
  const dnnl_dims_t bias = {s->out_channels};
  const bool many = s->groups > 1;
  CHECK(md_make(&d->source, 4, source, blocks ? dnnl_format_tag_any : dnnl_nhwc));
  CHECK(md_make(&d->destination, 4, destination, blocks ? dnnl_format_tag_any : dnnl_nhwc));
  CHECK(md_make(&d->plain_source, 4, source, dnnl_nhwc));
  CHECK(md_make(&d->plain_destination, 4, destination, dnnl_nhwc));
  CHECK(md_make(&d->weights, many ? 5 : 4, many ? grouped : weights, dnnl_format_tag_any));
  CHECK(md_make(&d->plain_weights, many ? 5 : 4, many ? grouped : weights, many ? dnnl_goihw : dnnl_oihw));
  return md_make(&d->bias, 1, bias, dnnl_x);
}

static dnnl_status_t convolution_descriptor(const rss_convolution_shape *s, const convolution_descriptors *d,
                                            direction way, const_dnnl_primitive_attr_t attributes,
                                            const_dnnl_primitive_desc_t forward, dnnl_primitive_desc_t *out) {
  const dnnl_dims_t strides = {s->stride, s->stride};
  const dnnl_dims_t dilations = {s->dilation - 1, s->dilation - 1};
  const dnnl_dims_t before = {s->pad_top, s->pad_left};
  const dnnl_dims_t after = {s->pad_bottom, s->pad_right};
  const dnnl_prop_kind_t kind = s->inference ? dnnl_forward_inference : dnnl_forward_training;
#if RSS_V3
  md_ref bias = s->bias ? d->bias : NULL;
  switch (way) {
    case FORWARD:
      return dnnl_convolution_forward_primitive_desc_create(out, engine, kind, dnnl_convolution_direct, d->source,
                                                            d->weights, bias, d->destination, strides, dilations,
                                                            before, after, attributes);
    case BACKWARD_DATA:
      return dnnl_convolution_backward_data_primitive_desc_create(out, engine, dnnl_convolution_direct, d->source,
                                                                  d->weights, d->destination, strides, dilations,
                                                                  before, after, forward, attributes);
    case BACKWARD_WEIGHTS:
      return dnnl_convolution_backward_weights_primitive_desc_create(
          out, engine, dnnl_convolution_direct, d->source, d->weights, bias, d->destination, strides, dilations,
          before, after, forward, attributes);
  }
  return dnnl_invalid_arguments;
#else
  md_ref bias = s->bias ? &d->bias : NULL;
  dnnl_convolution_desc_t c;
  switch (way) {
    case FORWARD:
      CHECK(dnnl_dilated_convolution_forward_desc_init(&c, kind, dnnl_convolution_direct, &d->source, &d->weights, bias,
                                                       &d->destination, strides, dilations, before, after));
      break;
    case BACKWARD_DATA:
      CHECK(dnnl_dilated_convolution_backward_data_desc_init(&c, dnnl_convolution_direct, &d->source, &d->weights,
                                                             &d->destination, strides, dilations, before, after));
      break;
    case BACKWARD_WEIGHTS:
      CHECK(dnnl_dilated_convolution_backward_weights_desc_init(&c, dnnl_convolution_direct, &d->source, &d->weights,
                                                                bias, &d->destination, strides, dilations, before,
                                                                after));
      break;
  }
  return dnnl_primitive_desc_create(out, &c, attributes, engine, forward);
#endif
}

/// Adds source, weights and destination: gradients of what the direction makes, and of the destination where it goes backward.
static dnnl_status_t add_tensors(rss_operation *operation, const convolution_descriptors *d, direction way) {
  const bool forward = way == FORWARD, to_source = way == BACKWARD_DATA, to_weights = way == BACKWARD_WEIGHTS;
  md_ref source = dnnl_primitive_desc_query_md(
      operation->descriptor, to_source ? dnnl_query_diff_src_md : dnnl_query_src_md, 0);
  md_ref weights = dnnl_primitive_desc_query_md(
      operation->descriptor, to_weights ? dnnl_query_diff_weights_md : dnnl_query_weights_md, 0);
  md_ref destination = dnnl_primitive_desc_query_md(
      operation->descriptor, forward ? dnnl_query_dst_md : dnnl_query_diff_dst_md, 0);
  CHECK(add_packed(operation, &operation->source, to_source ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, MD(d->plain_source),
                   source, to_source, &own_arenas()->blocked_source));
  CHECK(add_packed(operation, &operation->weights, to_weights ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS,
                   MD(d->plain_weights), weights, to_weights, NULL));
  return add_packed(operation, &operation->destination, forward ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST,
                    MD(d->plain_destination), destination, forward, &own_arenas()->blocked_destination);
}

static dnnl_status_t build_convolution(rss_operation *operation, const rss_convolution_shape *s, direction way) {
  convolution_descriptors d;
  memset(&d, 0, sizeof d);
  dnnl_primitive_desc_t forward = NULL;
  dnnl_status_t status = describe_convolution(s, blocks_pay(s, way), &d);
  if (status == dnnl_success && way != FORWARD) {
    rss_convolution_shape training = *s;
    training.inference = false;
    status = convolution_descriptor(&training, &d, FORWARD, NULL, NULL, &forward);
  }
  if (status == dnnl_success)
    status = convolution_descriptor(s, &d, way, own_scratchpad, forward, &operation->descriptor);
  if (status == dnnl_success) status = add_tensors(operation, &d, way);
  if (status == dnnl_success && s->bias && way != BACKWARD_DATA)
    status = add_argument(operation, way == FORWARD ? DNNL_ARG_BIAS : DNNL_ARG_DIFF_BIAS, MD(d.bias));
  if (status == dnnl_success) status = compile(operation);
  if (forward) dnnl_primitive_desc_destroy(forward);
  dnnl_memory_desc_t *all[] = {&d.source, &d.weights, &d.destination, &d.plain_source, &d.plain_weights,
                               &d.plain_destination, &d.bias};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) md_free(all[i]);
  return status;
}

rss_status rss_convolution_forward_create(const rss_convolution_shape *shape, rss_operation **out) {
  CREATE(build_convolution(operation, shape, FORWARD));
}

rss_status rss_convolution_backward_data_create(const rss_convolution_shape *shape, rss_operation **out) {
  CREATE(build_convolution(operation, shape, BACKWARD_DATA));
}

rss_status rss_convolution_backward_weights_create(const rss_convolution_shape *shape, rss_operation **out) {
  CREATE(build_convolution(operation, shape, BACKWARD_WEIGHTS));
}

rss_status rss_convolution_forward_run(rss_operation *operation, const float *source, const float *weights,
                                       const float *bias, float *destination) {
  CHECK(use_packed(operation, &operation->weights, DNNL_ARG_WEIGHTS, weights));
  CHECK(use_packed(operation, &operation->source, DNNL_ARG_SRC, source));
  CHECK(write_packed(operation, &operation->destination, DNNL_ARG_DST, destination));
  if (bias) CHECK(set(operation, DNNL_ARG_BIAS, bias));
  CHECK(execute(operation));
  return write_back(&operation->destination);
}

rss_status rss_convolution_backward_data_run(rss_operation *operation, const float *destination_gradient,
                                             const float *weights, float *source_gradient) {
  CHECK(use_packed(operation, &operation->weights, DNNL_ARG_WEIGHTS, weights));
  CHECK(use_packed(operation, &operation->destination, DNNL_ARG_DIFF_DST, destination_gradient));
  CHECK(write_packed(operation, &operation->source, DNNL_ARG_DIFF_SRC, source_gradient));
  CHECK(execute(operation));
  return write_back(&operation->source);
}

rss_status rss_convolution_backward_weights_run(rss_operation *operation, const float *source,
                                                const float *destination_gradient, float *weights_gradient,
                                                float *bias_gradient) {
  CHECK(use_packed(operation, &operation->source, DNNL_ARG_SRC, source));
  CHECK(use_packed(operation, &operation->destination, DNNL_ARG_DIFF_DST, destination_gradient));
  if (bias_gradient) CHECK(set(operation, DNNL_ARG_DIFF_BIAS, bias_gradient));
  CHECK(write_packed(operation, &operation->weights, DNNL_ARG_DIFF_WEIGHTS, weights_gradient));
  CHECK(execute(operation));
  return write_back(&operation->weights);
}

// ---------------------------------------------------------------------------------------------------------------------
// Pooling

static dnnl_status_t pooling_descriptor(const rss_pooling_shape *s, md_ref source, md_ref destination, bool backward,
                                        const_dnnl_primitive_desc_t forward, dnnl_primitive_desc_t *out) {
  const dnnl_dims_t strides = {s->stride, s->stride};
  const dnnl_dims_t kernel = {s->kernel, s->kernel};
  const dnnl_dims_t before = {s->pad_top, s->pad_left};
  const dnnl_dims_t after = {s->pad_bottom, s->pad_right};
  const dnnl_alg_kind_t algorithm = s->maximum ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding;
  const dnnl_prop_kind_t kind = s->inference ? dnnl_forward_inference : dnnl_forward_training;
#if RSS_V3
  const dnnl_dims_t dilations = {0, 0};
  if (backward)
    return dnnl_pooling_backward_primitive_desc_create(out, engine, algorithm, source, destination, strides, kernel,
                                                       dilations, before, after, forward, own_scratchpad);
  return dnnl_pooling_forward_primitive_desc_create(out, engine, kind, algorithm, source, destination, strides, kernel,
                                                    dilations, before, after, own_scratchpad);
#else
  dnnl_pooling_desc_t p;
  if (backward)
    CHECK(dnnl_pooling_backward_desc_init(&p, algorithm, source, destination, strides, kernel, before, after));
  else
    CHECK(dnnl_pooling_forward_desc_init(&p, kind, algorithm, source, destination, strides, kernel, before, after));
  return dnnl_primitive_desc_create(out, &p, own_scratchpad, engine, forward);
#endif
}

static dnnl_status_t build_pooling(rss_operation *operation, const rss_pooling_shape *s, bool backward) {
  const dnnl_dims_t in = {s->batch, s->channels, s->in_height, s->in_width};
  const dnnl_dims_t outward = {s->batch, s->channels, s->out_height, s->out_width};
  dnnl_memory_desc_t source, destination;
  memset(&source, 0, sizeof source);
  memset(&destination, 0, sizeof destination);
  dnnl_primitive_desc_t forward = NULL;
  dnnl_status_t status = md_make(&source, 4, in, dnnl_nhwc);
  if (status == dnnl_success) status = md_make(&destination, 4, outward, dnnl_nhwc);
  if (status == dnnl_success && backward)
    status = pooling_descriptor(s, MD(source), MD(destination), false, NULL, &forward);
  if (status == dnnl_success)
    status = pooling_descriptor(s, MD(source), MD(destination), backward, forward, &operation->descriptor);
  if (status == dnnl_success)
    status = add_argument(operation, backward ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, MD(source));
  if (status == dnnl_success)
    status = add_argument(operation, backward ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST, MD(destination));
  if (status == dnnl_success && s->maximum && !s->inference) {
    status = add_queried(operation, DNNL_ARG_WORKSPACE, dnnl_query_workspace_md, 0);
    if (status == dnnl_success)
      operation->workspace_bytes =
          dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(operation->descriptor, dnnl_query_workspace_md, 0));
  }
  if (status == dnnl_success) status = compile(operation);
  if (forward) dnnl_primitive_desc_destroy(forward);
  md_free(&source);
  md_free(&destination);
  return status;
}

rss_status rss_pooling_forward_create(const rss_pooling_shape *shape, rss_operation **out) {
  CREATE(build_pooling(operation, shape, false));
}

rss_status rss_pooling_backward_create(const rss_pooling_shape *shape, rss_operation **out) {
  CREATE(build_pooling(operation, shape, true));
}

size_t rss_pooling_workspace_bytes(const rss_operation *forward) { return forward->workspace_bytes; }

rss_status rss_pooling_forward_run(rss_operation *operation, const float *source, void *workspace, float *destination) {
  CHECK(set(operation, DNNL_ARG_SRC, source));
  CHECK(set(operation, DNNL_ARG_DST, destination));
  if (operation->workspace_bytes) CHECK(set(operation, DNNL_ARG_WORKSPACE, workspace));
  return execute(operation);
}

rss_status rss_pooling_backward_run(rss_operation *operation, const float *destination_gradient, const void *workspace,
                                    float *source_gradient) {
  CHECK(set(operation, DNNL_ARG_DIFF_DST, destination_gradient));
  CHECK(set(operation, DNNL_ARG_DIFF_SRC, source_gradient));
  if (operation->workspace_bytes) CHECK(set(operation, DNNL_ARG_WORKSPACE, workspace));
  return execute(operation);
}

// ---------------------------------------------------------------------------------------------------------------------
// Bilinear resizing

static dnnl_status_t bilinear_descriptor(md_ref source, md_ref destination, bool backward,
                                         const_dnnl_primitive_desc_t forward, dnnl_primitive_desc_t *out) {
#if RSS_V3
  if (backward)
    return dnnl_resampling_backward_primitive_desc_create(out, engine, dnnl_resampling_linear, NULL, source,
                                                          destination, forward, own_scratchpad);
  return dnnl_resampling_forward_primitive_desc_create(out, engine, dnnl_forward_training, dnnl_resampling_linear, NULL,
                                                       source, destination, own_scratchpad);
#else
  dnnl_resampling_desc_t r;
  if (backward)
    CHECK(dnnl_resampling_backward_desc_init(&r, dnnl_resampling_linear, NULL, source, destination));
  else
    CHECK(dnnl_resampling_forward_desc_init(&r, dnnl_forward_training, dnnl_resampling_linear, NULL, source,
                                            destination));
  return dnnl_primitive_desc_create(out, &r, own_scratchpad, engine, forward);
#endif
}

static dnnl_status_t build_bilinear(rss_operation *operation, const rss_bilinear_shape *s, bool backward) {
  const dnnl_dims_t in = {s->batch, s->channels, s->in_height, s->in_width};
  const dnnl_dims_t outward = {s->batch, s->channels, s->out_height, s->out_width};
  dnnl_memory_desc_t source, destination;
  memset(&source, 0, sizeof source);
  memset(&destination, 0, sizeof destination);
  dnnl_primitive_desc_t forward = NULL;
  dnnl_status_t status = md_make(&source, 4, in, dnnl_nhwc);
  if (status == dnnl_success) status = md_make(&destination, 4, outward, dnnl_nhwc);
  if (status == dnnl_success && backward)
    status = bilinear_descriptor(MD(source), MD(destination), false, NULL, &forward);
  if (status == dnnl_success)
    status = bilinear_descriptor(MD(source), MD(destination), backward, forward, &operation->descriptor);
  if (status == dnnl_success)
    status = add_argument(operation, backward ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, MD(source));
  if (status == dnnl_success)
    status = add_argument(operation, backward ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST, MD(destination));
  if (status == dnnl_success) status = compile(operation);
  if (forward) dnnl_primitive_desc_destroy(forward);
  md_free(&source);
  md_free(&destination);
  return status;
}

rss_status rss_bilinear_forward_create(const rss_bilinear_shape *shape, rss_operation **out) {
  CREATE(build_bilinear(operation, shape, false));
}

rss_status rss_bilinear_backward_create(const rss_bilinear_shape *shape, rss_operation **out) {
  CREATE(build_bilinear(operation, shape, true));
}

rss_status rss_bilinear_forward_run(rss_operation *operation, const float *source, float *destination) {
  CHECK(set(operation, DNNL_ARG_SRC, source));
  CHECK(set(operation, DNNL_ARG_DST, destination));
  return execute(operation);
}

rss_status rss_bilinear_backward_run(rss_operation *operation, const float *destination_gradient,
                                     float *source_gradient) {
  CHECK(set(operation, DNNL_ARG_DIFF_DST, destination_gradient));
  CHECK(set(operation, DNNL_ARG_DIFF_SRC, source_gradient));
  return execute(operation);
}

// ---------------------------------------------------------------------------------------------------------------------

rss_status rss_matrix_multiply(int n, const float *a, const float *b, float *c) {
  return dnnl_sgemm('N', 'N', n, n, n, 1, a, n, b, n, 0, c, n);
}
