// PNG in and out of memory, over libpng's low-level interface. libpng reports an error by longjmp, which must not cross
// Swift frames: it starts and ends in CPNG.c, and a caller sees a status and libpng's own message.
#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

enum {
  CPNG_OK = 0,
  CPNG_CORRUPT = 1,     // not a PNG, cut off, a wrong checksum, ...
  CPNG_TOO_LARGE = 2,   // more pixels than the caller allows, or more than four bytes for each of these
  CPNG_NOT_LABELS = 3,  // labels asked of a file with 16 bits, colours or alpha
  CPNG_NO_MEMORY = 4
};

// What to make of the samples.
enum {
  CPNG_SAMPLES = 0,  // intensities: palette becomes RGB, 1, 2 and 4 bit grey becomes 8 bit
  CPNG_LABELS = 1    // the stored numbers: one byte for each palette index or grey value, never scaled
};

// Values of color_type, as in the PNG standard.
enum { CPNG_GREY = 0, CPNG_RGB = 2, CPNG_PALETTE = 3, CPNG_GREY_ALPHA = 4, CPNG_RGBA = 6 };

typedef struct {
  uint32_t width, height;
  int bit_depth, color_type;  // as stored
  int channels, sample_bytes; // of `pixels`; 2-byte samples are big-endian
  size_t byte_count;
  uint8_t *pixels;            // rows from the top without padding
  char *message;              // the reason when the status is not CPNG_OK
} cpng_picture;

typedef struct {
  uint8_t *bytes;
  size_t count;
  char *message;
} cpng_file;

// Decodes a whole file held in memory. Whatever it returns, cpng_free_picture must follow.
int cpng_decode(const uint8_t *bytes, size_t count, int meaning, uint64_t most_pixels, cpng_picture *out);
void cpng_free_picture(cpng_picture *picture);

// Encodes 8-bit samples; a palette of 3 x palette_count bytes for CPNG_PALETTE, else none. cpng_free_file must follow.
int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int color_type, const uint8_t *palette,
                int palette_count, cpng_file *out);
void cpng_free_file(cpng_file *file);

#endif
