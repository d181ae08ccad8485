#include <pthread.h>
#include <stdlib.h>

#include "CThreads.h"

// One thread a job, kept from run to run: a job that waits for the others must keep its stack. A lane is a right to compute,
// which at most so many jobs have at a time.

typedef struct worker {
  pthread_t thread;
  int job;
} worker;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static worker *workers[4096];
static int worker_count;

static struct {
  void (*body)(void *, int);
  void *context;
  int jobs, ended;
  unsigned long number;  // of this run; workers wait for the next
  int waiting_from;      // jobs below this have a lane or have had one
  unsigned char is_taken[RSS_MOST_LANES + 1];
  int lanes;
  int met;
  unsigned long meeting;
} run;

/// Waits for a lane, holding the lock.
static void take_lane(void) {
  for (;;) {
    for (int i = 1; i <= run.lanes; i++) {
      if (run.is_taken[i]) continue;
      run.is_taken[i] = 1;
      rss_lane_enter(i);
      return;
    }
    pthread_cond_wait(&changed, &lock);
  }
}

static void leave_lane(void) {
  run.is_taken[rss_lane()] = 0;
  rss_lane_enter(0);
  pthread_cond_broadcast(&changed);
}

static void *work(void *argument) {
  const int job = ((worker *)argument)->job;
  unsigned long seen = 0;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (run.number == seen || job >= run.jobs || run.waiting_from < job) {
      if (job >= run.jobs) seen = run.number;
      pthread_cond_wait(&changed, &lock);
    }
    seen = run.number;
    take_lane();
    run.waiting_from = job + 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    run.body(run.context, job);
    pthread_mutex_lock(&lock);
    leave_lane();
    run.ended++;
  }
  return NULL;
}

void rss_lanes_run(int lanes, int jobs, void (*body)(void *, int), void *context) {
  if (jobs <= 0) return;
  if (lanes > RSS_MOST_LANES) lanes = RSS_MOST_LANES;
  pthread_mutex_lock(&lock);
  while (worker_count < jobs) {
    worker *w = malloc(sizeof *w);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 8 << 20);
    if (!w || worker_count >= (int)(sizeof workers / sizeof *workers)) abort();
    w->job = worker_count;
    if (pthread_create(&w->thread, &attributes, work, w) != 0) abort();
    workers[worker_count++] = w;
    pthread_attr_destroy(&attributes);
  }
  run.body = body;
  run.context = context;
  run.jobs = jobs;
  run.lanes = lanes < 1 ? 1 : lanes;
  run.ended = run.met = run.waiting_from = 0;
  run.number++;
  pthread_cond_broadcast(&changed);
  while (run.ended < jobs) pthread_cond_wait(&changed, &lock);
  run.jobs = 0;
  pthread_mutex_unlock(&lock);
}

void rss_lanes_meet(void (*once)(void *), void *context) {
  pthread_mutex_lock(&lock);
  const unsigned long meeting = run.meeting;
  if (++run.met == run.jobs) {
    pthread_mutex_unlock(&lock);
    once(context);  // nobody else is in a lane
    pthread_mutex_lock(&lock);
    run.met = 0;
    run.meeting++;
    pthread_cond_broadcast(&changed);
  } else {
    leave_lane();
    while (run.meeting == meeting) pthread_cond_wait(&changed, &lock);
    take_lane();
  }
  pthread_mutex_unlock(&lock);
}
