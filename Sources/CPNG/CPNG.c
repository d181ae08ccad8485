#include "CPNG.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The C standard leaves locals of the function that calls setjmp undefined if they change before the longjmp. So all
// that must survive lives in structs of the calling function, and the functions with setjmp have no locals that matter.

// Deflate makes at most 1032 bytes out of one (zlib's "maximum compression factor"), so a short file that claims a
// vast picture is known to be cut off before any memory is asked for.
enum { MAXIMUM_EXPANSION = 1032 };

static char *copy_text(const char *text) {
  char *copy = malloc(strlen(text) + 1);
  if (copy) strcpy(copy, text);
  return copy;
}

static void on_error(png_structp png, png_const_charp text) {
  char **message = png_get_error_ptr(png);
  if (!*message) *message = copy_text(text);
  png_longjmp(png, 1);
}

// Warnings are about chunks that carry no pixels (a strange text or profile), which are skipped.
static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

// Reading

typedef struct {
  const uint8_t *bytes;
  size_t count, offset;
  int meaning;
  uint64_t most_pixels;
  png_structp png;
  png_infop info;
} reader;

static void take_bytes(png_structp png, png_bytep to, size_t count) {
  reader *in = png_get_io_ptr(png);
  if (count > in->count - in->offset) png_error(png, "the file ends too early");
  memcpy(to, in->bytes + in->offset, count);
  in->offset += count;
}

static int read_header(reader *in, cpng_picture *out) {
  png_structp png = in->png;
  png_set_read_fn(png, in, take_bytes);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);  // the limit is on the product, below
  png_read_info(png, in->info);
  out->width = png_get_image_width(png, in->info);
  out->height = png_get_image_height(png, in->info);
  out->bit_depth = png_get_bit_depth(png, in->info);
  out->color_type = png_get_color_type(png, in->info);
  // Sides are below 2^31 and a row's bytes below 2^34, so the products fit in 64 bits.
  const uint64_t pixels = (uint64_t)out->width * out->height;
  const uint64_t stored = (uint64_t)png_get_rowbytes(png, in->info) * out->height;
  if (pixels > in->most_pixels || stored > 4 * in->most_pixels) {
    char text[96];
    const int length = snprintf(text, sizeof text, "%u x %u pixels", (unsigned)out->width, (unsigned)out->height);
    if (pixels <= in->most_pixels)
      snprintf(text + length, sizeof text - (size_t)length, " of %d bits",
               out->bit_depth * png_get_channels(png, in->info));
    out->message = copy_text(text);
    return CPNG_TOO_LARGE;
  }
  if (stored / MAXIMUM_EXPANSION > in->count)
    png_error(png, "the file is too short for the size in its header");
  return CPNG_OK;
}

static int read_pixels(reader *in, cpng_picture *out) {
  png_structp png = in->png;
  int palette = out->color_type == PNG_COLOR_TYPE_PALETTE;
  int grey = out->color_type == PNG_COLOR_TYPE_GRAY;
  if (in->meaning == CPNG_LABELS) {
    if (!(palette || (grey && out->bit_depth <= 8))) return CPNG_NOT_LABELS;
    png_set_packing(png);
  } else if (palette) {
    png_set_palette_to_rgb(png);
    png_set_strip_alpha(png);  // libpng adds a channel when some palette entries are transparent
  } else if (grey && out->bit_depth < 8) {
    png_set_expand_gray_1_2_4_to_8(png);
  }
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, in->info);

  out->channels = png_get_channels(png, in->info);
  out->sample_bytes = png_get_bit_depth(png, in->info) == 16 ? 2 : 1;
  size_t row = png_get_rowbytes(png, in->info);
  out->byte_count = row * out->height;
  out->pixels = calloc(out->byte_count, 1);
  if (!out->pixels) return CPNG_NO_MEMORY;
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t y = 0; y < out->height; y++) png_read_row(png, out->pixels + row * y, NULL);
  png_read_end(png, NULL);
  return CPNG_OK;
}

static int read_guarded(reader *in, cpng_picture *out) {
  if (setjmp(png_jmpbuf(in->png))) return CPNG_CORRUPT;
  int status = read_header(in, out);
  return status == CPNG_OK ? read_pixels(in, out) : status;
}

int cpng_decode(const uint8_t *bytes, size_t count, int meaning, uint64_t most_pixels, cpng_picture *out) {
  memset(out, 0, sizeof *out);
  reader in = {.bytes = bytes, .count = count, .meaning = meaning, .most_pixels = most_pixels};
  in.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &out->message, on_error, on_warning);
  if (in.png) in.info = png_create_info_struct(in.png);
  int status = in.info ? read_guarded(&in, out) : CPNG_NO_MEMORY;
  if (in.png) png_destroy_read_struct(&in.png, &in.info, NULL);
  return status;
}

void cpng_free_picture(cpng_picture *picture) {
  free(picture->pixels);
  free(picture->message);
  memset(picture, 0, sizeof *picture);
}

// Writing

typedef struct {
  const uint8_t *pixels;
  uint32_t width, height;
  int color_type;
  png_color palette[256];
  int palette_count;
  size_t capacity;
  cpng_file *out;
  png_structp png;
  png_infop info;
} writer;

static void give_bytes(png_structp png, png_bytep from, size_t count) {
  writer *to = png_get_io_ptr(png);
  cpng_file *out = to->out;
  if (out->count + count > to->capacity) {
    size_t capacity = 2 * to->capacity + count;
    uint8_t *grown = realloc(out->bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    out->bytes = grown;
    to->capacity = capacity;
  }
  memcpy(out->bytes + out->count, from, count);
  out->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static int write_guarded(writer *to) {
  png_structp png = to->png;
  if (setjmp(png_jmpbuf(png))) return CPNG_CORRUPT;
  png_set_write_fn(png, to, give_bytes, flush_nothing);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR(png, to->info, to->width, to->height, 8, to->color_type, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (to->palette_count > 0) png_set_PLTE(png, to->info, to->palette, to->palette_count);
  png_write_info(png, to->info);
  size_t row = png_get_rowbytes(png, to->info);
  for (uint32_t y = 0; y < to->height; y++) png_write_row(png, to->pixels + row * y);
  png_write_end(png, to->info);
  return CPNG_OK;
}

int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int color_type, const uint8_t *palette,
                int palette_count, cpng_file *out) {
  memset(out, 0, sizeof *out);
  writer to = {.pixels = pixels, .width = width, .height = height, .color_type = color_type, .out = out};
  to.palette_count = palette_count < 0 ? 0 : palette_count > 256 ? 256 : palette_count;
  for (int i = 0; i < to.palette_count; i++)
    to.palette[i] = (png_color){palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]};
  to.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &out->message, on_error, on_warning);
  if (to.png) to.info = png_create_info_struct(to.png);
  int status = to.info ? write_guarded(&to) : CPNG_NO_MEMORY;
  if (to.png) png_destroy_write_struct(&to.png, &to.info);
  return status;
}

void cpng_free_file(cpng_file *file) {
  free(file->bytes);
  free(file->message);
  memset(file, 0, sizeof *file);
}
