#pragma once
#include <stdbool.h>

// Our parallel loops on the pool that oneDNN itself uses (GNU OpenMP), so that no two pools fight for the cores.

/// Runs `body(context, thread, threads)` once on each of `threads` threads and waits for all of them.
void rss_threads_run(int threads, void (*body)(void *context, int thread, int threads), void *context);

/// Whether that runs in lanes instead, while these compute what libraries would: OpenMP's threads look for work for some
/// milliseconds after a loop, and would take the lanes' cores.
void rss_threads_prefer_lanes(bool prefers);

/// Sets how many threads oneDNN, OpenBLAS (its OpenMP build) and our loops use from now on, whoever calls them; at
/// least 1.
void rss_threads_set(int count);

/// OpenMP keeps that number separately for each calling thread: tells it to this one, before a library is called.
void rss_threads_tell(void);

/// How many threads a parallel region gets.
int rss_threads_count(void);

// Lanes: single-threaded computations side by side, each a part of a batch. On a thread that is in a lane everything above
// uses one thread, and what libraries keep between calls is the lane's own.

/// Lanes are numbered from 1 to this.
#define RSS_MOST_LANES 256

/// Which lane the calling thread is in; 0 is none.
int rss_lane(void);
void rss_lane_enter(int lane);

/// Calls `body(context, job)` for each job from 0 on, in so many lanes, of which the calling thread is the first; returns when
/// all have ended. Each job has a stack of its own and stays in the lane that began it. One caller at a time.
void rss_lanes_run(int lanes, int jobs, void (*body)(void *context, int job), void *context);

/// For a job, in its lane: waits until all jobs of the run are here, leaving the lane to others; the last to come calls `once`
/// before anyone goes on.
void rss_lanes_meet(void (*once)(void *context), void *context);
