#pragma once
#include <stdbool.h>
#include <stddef.h>

// The few functions of MPI that ranks need, from Open MPI's library, which is opened at run time: a machine without MPI builds
// and runs everything that one process can do. Handles and constants are those of Open MPI's binary interface, the same in its
// versions 4 and 5; another library is refused by name.
//
// Everything is started and then asked after, so that no call blocks; the caller sees to it that only one thread at a time is in
// here (MPI_THREAD_SERIALIZED).

/// Opens the library and joins the ranks that mpirun or srun has started. Once in a process.
///
/// Returns NULL, or what went wrong.
const char *rss_mpi_open(void);

int rss_mpi_rank(void);
int rss_mpi_size(void);

/// An operation that goes on; memory that it was given stays the caller's until it is done.
typedef void *rss_mpi_request;

/// Everyone's bytes, one after the other in the order of ranks, `counts[rank]` of them from `offsets[rank]` on.
rss_mpi_request rss_mpi_gather(const void *own, int bytes, void *all, const int *counts, const int *offsets);
rss_mpi_request rss_mpi_send(const void *data, int bytes, int to, int tag);
rss_mpi_request rss_mpi_receive(void *data, int bytes, int from, int tag);
/// Adds everyone's numbers up, in place, in an order of the library's own.
rss_mpi_request rss_mpi_add(float *numbers, int count);
/// Whether it is done, after which the request is no more.
bool rss_mpi_is_done(rss_mpi_request *request);

/// Leaves the others, who must do the same.
void rss_mpi_close(void);
/// Ends all ranks.
void rss_mpi_abort(int status);
