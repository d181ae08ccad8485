#pragma once

// Our parallel loops on the pool that oneDNN itself uses (GNU OpenMP), so that no two pools fight for the cores.

/// Runs `body(context, thread, threads)` once on each of `threads` threads and waits for all of them.
void rss_threads_run(int threads, void (*body)(void *context, int thread, int threads), void *context);

/// Sets how many threads oneDNN, OpenBLAS (its OpenMP build) and our loops use from now on; at least 1.
void rss_threads_set(int count);

/// How many threads a parallel region gets.
int rss_threads_count(void);
