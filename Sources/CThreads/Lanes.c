#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "CThreads.h"

// A lane is a thread; the caller is the first. Jobs that wait for one another are many to a lane, so each has a stack of its
// own, and a lane goes on with another one where one waits: some 200 ns, where waking a thread takes 30 us on a virtual
// machine. A job stays in the lane that began it: what is kept for each thread stays its own.

enum { MOST_JOBS = 4096, STACK = 8 << 20, GUARD = 1 << 16 };
// How often a lane looks for the others before it sleeps, and after how many looks it gives its core away in between: about
// 100 us. Longer would take a core from a process that waits for it.
enum { LOOKS = 4000, POLITE = 64 };

typedef struct {
  ucontext_t context;
  void *stack;
  unsigned waits_for;  // the number of a meeting
  bool has_ended;
} job;

static job *jobs[MOST_JOBS];

static struct {
  void (*body)(void *, int);
  void *context;
  int count;
  atomic_int begun, met, lanes_left;
  atomic_uint meetings;  // held so far, since ever
} run;

// Lanes beyond the first.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int threads, wanted;
static unsigned runs;

static _Thread_local ucontext_t scheduler;
static _Thread_local int current;

/// Looks until the condition holds, and sleeps where that takes long; whoever makes it hold calls `tell`.
#define WAIT_UNTIL(condition)                                           \
  do {                                                                  \
    for (int i = 0; i < LOOKS && !(condition); i++)                     \
      if (i % POLITE == POLITE - 1) sched_yield();                      \
    if (condition) break;                                               \
    pthread_mutex_lock(&lock);                                          \
    while (!(condition)) pthread_cond_wait(&changed, &lock);            \
    pthread_mutex_unlock(&lock);                                        \
  } while (0)

/// Whether a meeting's number is one of those up to now, though numbers begin anew after 2^32.
static bool has_been(unsigned meeting, unsigned now) { return now - meeting < 1u << 31; }

static void tell(void) {
  pthread_mutex_lock(&lock);
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

static void enter_job(void) {
  run.body(run.context, current);
  jobs[current]->has_ended = true;
}

/// Begins or goes on with a job, until it waits or ends.
static void go_on(int number) {
  current = number;
  swapcontext(&scheduler, &jobs[number]->context);
}

static void begin(int number) {
  job *j = jobs[number];
  j->waits_for = 0;
  j->has_ended = false;
  getcontext(&j->context);
  j->context.uc_stack.ss_sp = j->stack;
  j->context.uc_stack.ss_size = STACK;
  j->context.uc_link = &scheduler;
  makecontext(&j->context, enter_job, 0);
  go_on(number);
}

/// Runs the jobs of one lane.
static void work(int lane) {
  int own[MOST_JOBS], count = 0;
  rss_lane_enter(lane);
  for (int next; (next = atomic_fetch_add(&run.begun, 1)) < run.count;) {
    begin(next);
    if (!jobs[next]->has_ended) own[count++] = next;
  }
  while (count > 0) {
    // Whoever came last to a meeting is one further than the others.
    unsigned first = jobs[own[0]]->waits_for;
    for (int i = 1; i < count; i++)
      if (has_been(jobs[own[i]]->waits_for, first)) first = jobs[own[i]]->waits_for;
    WAIT_UNTIL(has_been(first, atomic_load(&run.meetings)));
    int left = 0;
    for (int i = 0; i < count; i++) {
      job *j = jobs[own[i]];
      if (has_been(j->waits_for, atomic_load(&run.meetings))) go_on(own[i]);
      if (!j->has_ended) own[left++] = own[i];
    }
    count = left;
  }
  rss_lane_enter(0);
}

static void *lane_thread(void *argument) {
  const int lane = (int)(long)argument;
  unsigned seen = 0;
  for (;;) {
    pthread_mutex_lock(&lock);
    while (runs == seen || lane > wanted) {
      seen = runs;
      pthread_cond_wait(&changed, &lock);
    }
    seen = runs;
    pthread_mutex_unlock(&lock);
    work(lane);
    if (atomic_fetch_sub(&run.lanes_left, 1) == 1) tell();
  }
  return NULL;
}

static void make_job(int number) {
  job *j = calloc(1, sizeof *j);
  char *memory = mmap(NULL, STACK + GUARD, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (!j || memory == MAP_FAILED || mprotect(memory, GUARD, PROT_NONE) != 0) abort();
  j->stack = memory + GUARD;
  jobs[number] = j;
}

void rss_lanes_run(int lanes, int count, void (*body)(void *, int), void *context) {
  if (count <= 0) return;
  if (count > MOST_JOBS) abort();
  for (int i = 0; i < count; i++)
    if (!jobs[i]) make_job(i);
  if (lanes > count) lanes = count;
  if (lanes > RSS_MOST_LANES) lanes = RSS_MOST_LANES;
  run.body = body;
  run.context = context;
  run.count = count;
  atomic_store(&run.begun, 0);
  atomic_store(&run.met, 0);
  atomic_store(&run.lanes_left, lanes - 1);
  if (lanes > 1) {
    pthread_mutex_lock(&lock);
    for (; threads < lanes - 1; threads++) {
      pthread_t thread;
      if (pthread_create(&thread, NULL, lane_thread, (void *)(long)(threads + 2)) != 0) abort();
    }
    wanted = lanes;
    runs++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
  }
  work(1);
  WAIT_UNTIL(atomic_load(&run.lanes_left) == 0);
}

void rss_lanes_meet(void (*once)(void *), void *context) {
  const unsigned meeting = atomic_load(&run.meetings) + 1;
  if (atomic_fetch_add(&run.met, 1) + 1 < run.count) {
    job *own = jobs[current];
    own->waits_for = meeting;
    swapcontext(&own->context, &scheduler);
    return;
  }
  once(context);  // everyone else waits
  atomic_store(&run.met, 0);
  atomic_store(&run.meetings, meeting);
  tell();
}
