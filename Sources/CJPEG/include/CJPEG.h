// JPEG out of memory, over libjpeg-turbo. Its error exit must not return, so it jumps; the jump starts and ends in
// CJPEG.c, and a caller sees a status and the library's own message.
#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

enum {
  CJPEG_OK = 0,
  CJPEG_CORRUPT = 1,    // not a JPEG, cut off, damaged data, a coding libjpeg doesn't know
  CJPEG_TOO_LARGE = 2,  // more pixels than the caller allows
  CJPEG_CMYK = 3,       // four inks
  CJPEG_NO_MEMORY = 4
};

typedef struct {
  uint32_t width, height;
  int channels;    // 1 grey, 3 RGB
  size_t byte_count;
  uint8_t *pixels; // rows from the top without padding
  char *message;   // the reason when the status is not CJPEG_OK
} cjpeg_picture;

// Decodes a whole file held in memory. Whatever it returns, cjpeg_free_picture must follow.
int cjpeg_decode(const uint8_t *bytes, size_t count, uint64_t most_pixels, cjpeg_picture *out);
void cjpeg_free_picture(cjpeg_picture *picture);

#endif
