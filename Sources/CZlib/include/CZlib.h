#pragma once

#include <stddef.h>
#include <stdint.h>

/// What became of a gzip stream.
enum rss_gzip_status {
  RSS_GZIP_OK = 0,
  RSS_GZIP_TRUNCATED = 1,
  RSS_GZIP_CORRUPT = 2,
  RSS_GZIP_TOO_LARGE = 3,
  RSS_GZIP_NO_MEMORY = 4,
};

/// Decompresses a whole gzip file (one or more members, zero padding at the end allowed) and checks each member's CRC.
/// On RSS_GZIP_OK, *output is a buffer of *written bytes that rss_gzip_release frees; otherwise it is NULL.
/// The buffer never holds more than `limit` bytes, whatever the file claims.
int rss_gzip_decompress(const uint8_t *input, size_t count, size_t limit, uint8_t **output, size_t *written);

/// Compresses bytes to a gzip file of one member. Same ownership as above.
int rss_gzip_compress(const uint8_t *input, size_t count, uint8_t **output, size_t *written);

void rss_gzip_release(uint8_t *buffer);
