#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

// A progressive file is decoded scan by scan, each of which goes over all its pixels: a file of some KB with thousands of
// empty scans would take hours. Encoders write about 10; a script of libjpeg's may have 100.
enum { MAXIMUM_SCANS = 100 };

typedef struct {
  struct jpeg_error_mgr manager;  // first, so that a pointer to it is a pointer to the whole
  jmp_buf exit;
  char text[JMSG_LENGTH_MAX];
} errors;

// All that must survive a longjmp: owned by the caller of the function that calls setjmp.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  struct jpeg_decompress_struct info;
  errors errors;
  uint64_t most_pixels;
  struct jpeg_progress_mgr progress;
} reader;

static void on_error(j_common_ptr info) {
  errors *state = (errors *)info->err;
  state->manager.format_message(info, state->text);
  longjmp(state->exit, 1);
}

// libjpeg only warns of data that is cut off or damaged, and fills the rest with grey. A half-image in a training set
// does harm that nobody sees, so such a warning is an error here. These few say nothing about the pixels.
static int is_harmless(int code) {
  return code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM;
}

static void on_message(j_common_ptr info, int level) {
  if (level < 0 && !is_harmless(info->err->msg_code)) on_error(info);
}

static void count_scans(j_common_ptr info) {
  if (!info->is_decompressor || ((j_decompress_ptr)info)->input_scan_number <= MAXIMUM_SCANS) return;
  errors *state = (errors *)info->err;
  snprintf(state->text, sizeof state->text, "more than %d scans", MAXIMUM_SCANS);
  longjmp(state->exit, 1);
}

static void print_nothing(j_common_ptr info) { (void)info; }

static void set_message(cjpeg_picture *out, const char *text) {
  free(out->message);
  out->message = malloc(strlen(text) + 1);
  if (out->message) strcpy(out->message, text);
}

static int read_pixels(reader *in, cjpeg_picture *out) {
  j_decompress_ptr info = &in->info;
  jpeg_create_decompress(info);
  info->progress = &in->progress;
  jpeg_mem_src(info, in->bytes, in->count);
  jpeg_read_header(info, TRUE);
  out->width = info->image_width;
  out->height = info->image_height;
  if ((uint64_t)out->width * out->height > in->most_pixels) {
    char text[96];
    snprintf(text, sizeof text, "%u x %u pixels", (unsigned)out->width, (unsigned)out->height);
    set_message(out, text);
    return CJPEG_TOO_LARGE;
  }
  if (info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK) return CJPEG_CMYK;
  info->out_color_space = info->jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
  // The defaults, but said aloud: the accurate integer transform gives the same bits with and without vector units.
  info->dct_method = JDCT_ISLOW;
  info->do_fancy_upsampling = TRUE;
  jpeg_start_decompress(info);

  out->channels = info->output_components;
  size_t row = (size_t)out->width * out->channels;
  out->byte_count = row * out->height;
  out->pixels = calloc(out->byte_count, 1);
  if (!out->pixels) return CJPEG_NO_MEMORY;
  while (info->output_scanline < info->output_height) {
    JSAMPROW line = out->pixels + row * info->output_scanline;
    jpeg_read_scanlines(info, &line, 1);
  }
  jpeg_finish_decompress(info);
  return CJPEG_OK;
}

static int read_guarded(reader *in, cjpeg_picture *out) {
  if (setjmp(in->errors.exit)) return CJPEG_CORRUPT;
  return read_pixels(in, out);
}

int cjpeg_decode(const uint8_t *bytes, size_t count, uint64_t most_pixels, cjpeg_picture *out) {
  memset(out, 0, sizeof *out);
  reader *in = calloc(1, sizeof *in);
  if (!in) return CJPEG_NO_MEMORY;
  in->bytes = bytes;
  in->count = count;
  in->most_pixels = most_pixels;
  in->progress.progress_monitor = count_scans;
  in->info.err = jpeg_std_error(&in->errors.manager);
  in->errors.manager.error_exit = on_error;
  in->errors.manager.emit_message = on_message;
  in->errors.manager.output_message = print_nothing;
  int status = read_guarded(in, out);
  if (status == CJPEG_CORRUPT) set_message(out, in->errors.text);
  jpeg_destroy_decompress(&in->info);
  free(in);
  return status;
}

void cjpeg_free_picture(cjpeg_picture *picture) {
  free(picture->pixels);
  free(picture->message);
  memset(picture, 0, sizeof *picture);
}
