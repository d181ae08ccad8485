#include "CZlib.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

// zlib counts in unsigned int, so longer buffers are handed over in pieces of this many bytes.
static const size_t piece = (size_t)1 << 30;

static const int gzip_window = 15 + 16;  // the largest window, and 16: gzip's header and CRC instead of zlib's

static size_t at_most(size_t value, size_t most) { return value < most ? value : most; }

// Doubles the buffer, up to the limit. The old buffer stays valid on failure.
static int grow(uint8_t **buffer, size_t *capacity, size_t limit) {
  if (*capacity >= limit) return RSS_GZIP_TOO_LARGE;
  size_t larger = *capacity > limit / 2 ? limit : *capacity * 2;
  uint8_t *moved = realloc(*buffer, larger);
  if (moved == NULL) return RSS_GZIP_NO_MEMORY;
  *buffer = moved;
  *capacity = larger;
  return RSS_GZIP_OK;
}

static int only_zeros(const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] != 0) return 0;
  }
  return 1;
}

int rss_gzip_decompress(const uint8_t *input, size_t count, size_t limit, uint8_t **output, size_t *written) {
  *output = NULL;
  *written = 0;
  if (count < 18) return RSS_GZIP_TRUNCATED;  // a header of 10 bytes and a trailer of 8
  z_stream stream = {0};
  if (inflateInit2(&stream, gzip_window) != Z_OK) return RSS_GZIP_NO_MEMORY;

  // One byte over the limit tells a stream that ends at the limit from one that goes on.
  size_t most = limit < SIZE_MAX ? limit + 1 : limit;
  size_t capacity = at_most(at_most(count, SIZE_MAX / 4) * 2 + 64, most);
  uint8_t *buffer = malloc(capacity);
  int status = buffer == NULL ? RSS_GZIP_NO_MEMORY : RSS_GZIP_OK;
  size_t consumed = 0, produced = 0;

  while (status == RSS_GZIP_OK) {
    if (produced == capacity) {
      status = grow(&buffer, &capacity, most);
      if (status != RSS_GZIP_OK) break;
    }
    size_t offered = at_most(count - consumed, piece);
    size_t room = at_most(capacity - produced, piece);
    stream.next_in = (Bytef *)(input + consumed);
    stream.avail_in = (uInt)offered;
    stream.next_out = buffer + produced;
    stream.avail_out = (uInt)room;
    int result = inflate(&stream, Z_NO_FLUSH);
    size_t taken = offered - stream.avail_in;
    size_t given = room - stream.avail_out;
    consumed += taken;
    produced += given;
    if (produced > limit) {
      status = RSS_GZIP_TOO_LARGE;
    } else if (result == Z_STREAM_END) {
      if (only_zeros(input + consumed, count - consumed)) break;
      if (inflateReset(&stream) != Z_OK) status = RSS_GZIP_CORRUPT;
    } else if (result == Z_MEM_ERROR) {
      status = RSS_GZIP_NO_MEMORY;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      status = RSS_GZIP_CORRUPT;
    } else if (consumed == count && stream.avail_out > 0) {
      status = RSS_GZIP_TRUNCATED;  // it wants more input and there is none
    } else if (taken == 0 && given == 0) {
      status = RSS_GZIP_CORRUPT;
    }
  }
  inflateEnd(&stream);
  if (status != RSS_GZIP_OK) {
    free(buffer);
    return status;
  }
  *output = buffer;
  *written = produced;
  return RSS_GZIP_OK;
}

int rss_gzip_compress(const uint8_t *input, size_t count, uint8_t **output, size_t *written) {
  *output = NULL;
  *written = 0;
  if (count > UINT_MAX / 2) return RSS_GZIP_TOO_LARGE;
  z_stream stream = {0};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return RSS_GZIP_NO_MEMORY;
  }
  uLong capacity = deflateBound(&stream, (uLong)count);
  uint8_t *buffer = malloc(capacity);
  int status = buffer == NULL ? RSS_GZIP_NO_MEMORY : RSS_GZIP_OK;
  if (status == RSS_GZIP_OK) {
    stream.next_in = (Bytef *)input;
    stream.avail_in = (uInt)count;
    stream.next_out = buffer;
    stream.avail_out = (uInt)capacity;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) status = RSS_GZIP_CORRUPT;
  }
  *written = (size_t)stream.total_out;
  deflateEnd(&stream);
  if (status != RSS_GZIP_OK) {
    free(buffer);
    *written = 0;
    return status;
  }
  *output = buffer;
  return RSS_GZIP_OK;
}

void rss_gzip_release(uint8_t *buffer) { free(buffer); }
