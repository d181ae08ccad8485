#include "CThreads.h"

// The part of GNU OpenMP's interface that we use, declared here because clang ships no omp.h for it. GOMP_parallel is
// what GCC emits for `#pragma omp parallel` and has been stable since GCC 4.9.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
extern int omp_get_max_threads(void);
extern void omp_set_num_threads(int count);

typedef struct {
  void (*body)(void *, int, int);
  void *context;
} region;

static void enter(void *data) {
  const region *r = data;
  r->body(r->context, omp_get_thread_num(), omp_get_num_threads());
}

static _Atomic int prefers_lanes;

void rss_threads_prefer_lanes(bool prefers) { prefers_lanes = prefers; }

typedef struct {
  region region;
  int threads;
} lane_region;

static void enter_lane(void *data, int job) {
  const lane_region *r = data;
  r->region.body(r->region.context, job, r->threads);
}

void rss_threads_run(int threads, void (*body)(void *, int, int), void *context) {
  if (threads <= 1) {
    body(context, 0, 1);
    return;
  }
  region r = {body, context};
  if (prefers_lanes && rss_lane() == 0) {
    lane_region in_lanes = {r, threads};
    rss_lanes_run(threads, threads, enter_lane, &in_lanes);
    return;
  }
  GOMP_parallel(enter, &r, (unsigned)threads, 0);
}

static _Atomic int wanted;  // 0 until someone says otherwise: then OpenMP's own choice holds
static _Thread_local int told;

static _Thread_local int lane;  // 0 outside of any

int rss_lane(void) { return lane; }

void rss_lane_enter(int number) { lane = number; }

void rss_threads_tell(void) {
  const int count = lane > 0 ? 1 : wanted;
  if (count == told) return;
  omp_set_num_threads(count);
  told = count;
}

void rss_threads_set(int count) { wanted = count < 1 ? 1 : count; }

int rss_threads_count(void) {
  rss_threads_tell();
  return omp_get_max_threads();
}
