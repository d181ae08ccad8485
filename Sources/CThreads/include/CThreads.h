#pragma once

// Our parallel loops on the pool that oneDNN itself uses (GNU OpenMP), so that no two pools fight for the cores.

/// Runs `body(context, thread, threads)` once on each of `threads` threads and waits for all of them.
void rss_threads_run(int threads, void (*body)(void *context, int thread, int threads), void *context);

/// Sets how many threads oneDNN, OpenBLAS (its OpenMP build) and our loops use from now on, whoever calls them; at
/// least 1.
void rss_threads_set(int count);

/// OpenMP keeps that number separately for each calling thread: tells it to this one, before a library is called.
void rss_threads_tell(void);

/// How many threads a parallel region gets.
int rss_threads_count(void);
