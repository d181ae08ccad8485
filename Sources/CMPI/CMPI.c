#include "CMPI.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Open MPI's mpi.h, as far as it is used here: objects are pointers to what the library exports, and a status may be left out
// with a null pointer.
typedef void *handle;
enum { THREAD_SERIALIZED = 2, LONGEST_VERSION = 256 };

static struct {
  int (*init)(int *, char ***, int, int *);
  int (*initialised)(int *);
  int (*version)(char *, int *);
  int (*rank)(handle, int *);
  int (*size)(handle, int *);
  int (*gather)(const void *, int, handle, void *, const int *, const int *, handle, handle, handle *);
  int (*send)(const void *, int, handle, int, int, handle, handle *);
  int (*receive)(void *, int, handle, int, int, handle, handle *);
  int (*reduce)(const void *, void *, int, handle, handle, handle, handle *);
  int (*test)(handle *, int *, void *);
  int (*finalize)(void);
  int (*abort)(handle, int);
} mpi;

static handle world, bytes_type, float_type, sum;
static int own_rank, ranks = 1;
static char version_text[LONGEST_VERSION], problem[512];

static const char *names[] = {"libmpi.so.40", "libmpi.so"};

static void *resolve(void *library, const char *name) {
  void *found = dlsym(library, name);
  if (!found && !problem[0]) snprintf(problem, sizeof problem, "a library without %s: it isn't Open MPI", name);
  return found;
}

const char *rss_mpi_open(void) {
  void *library = NULL;
  // Its plugins look for its symbols among all.
  for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++) library = dlopen(names[i], RTLD_NOW | RTLD_GLOBAL);
  if (!library) return "no libmpi.so that can be opened";
#define RESOLVE(field, name) *(void **)&mpi.field = resolve(library, name)
  RESOLVE(init, "MPI_Init_thread");
  RESOLVE(initialised, "MPI_Initialized");
  RESOLVE(version, "MPI_Get_library_version");
  RESOLVE(rank, "MPI_Comm_rank");
  RESOLVE(size, "MPI_Comm_size");
  RESOLVE(gather, "MPI_Iallgatherv");
  RESOLVE(send, "MPI_Isend");
  RESOLVE(receive, "MPI_Irecv");
  RESOLVE(reduce, "MPI_Iallreduce");
  RESOLVE(test, "MPI_Test");
  RESOLVE(finalize, "MPI_Finalize");
  RESOLVE(abort, "MPI_Abort");
  world = resolve(library, "ompi_mpi_comm_world");
  bytes_type = resolve(library, "ompi_mpi_byte");
  float_type = resolve(library, "ompi_mpi_float");
  sum = resolve(library, "ompi_mpi_op_sum");
  if (problem[0]) return problem;
  int length = 0, provided = 0, begun = 0;
  mpi.version(version_text, &length);
  char *end = strchr(version_text, ',');
  if (end) *end = 0;
  if (strncmp(version_text, "Open MPI", 8) != 0) {
    snprintf(problem, sizeof problem, "%.200s, where Open MPI is expected", version_text);
    return problem;
  }
  mpi.initialised(&begun);
  // Reward programs are children; they never call MPI.
  setenv("OMPI_MCA_mpi_warn_on_fork", "0", 0);
  if (!begun && mpi.init(NULL, NULL, THREAD_SERIALIZED, &provided) != 0) return "MPI_Init_thread failed";
  if (provided < THREAD_SERIALIZED) return "a library whose calls must come from one thread";
  mpi.rank(world, &own_rank);
  mpi.size(world, &ranks);
  return NULL;
}

int rss_mpi_rank(void) { return own_rank; }
int rss_mpi_size(void) { return ranks; }

// Errors end all ranks with the library's own message: its default error handler.

rss_mpi_request rss_mpi_gather(const void *own, int bytes, void *all, const int *counts, const int *offsets) {
  handle request = NULL;
  mpi.gather(own, bytes, bytes_type, all, counts, offsets, bytes_type, world, &request);
  return request;
}

rss_mpi_request rss_mpi_send(const void *data, int bytes, int to, int tag) {
  handle request = NULL;
  mpi.send(data, bytes, bytes_type, to, tag, world, &request);
  return request;
}

rss_mpi_request rss_mpi_receive(void *data, int bytes, int from, int tag) {
  handle request = NULL;
  mpi.receive(data, bytes, bytes_type, from, tag, world, &request);
  return request;
}

rss_mpi_request rss_mpi_add(float *numbers, int count) {
  handle request = NULL;
  const void *in_place = (void *)1;  // MPI_IN_PLACE
  mpi.reduce(in_place, numbers, count, float_type, sum, world, &request);
  return request;
}

bool rss_mpi_is_done(rss_mpi_request *request) {
  int done = 0;
  mpi.test(request, &done, NULL);
  return done;
}

void rss_mpi_close(void) { mpi.finalize(); }

void rss_mpi_abort(int status) { mpi.abort(world, status); }
