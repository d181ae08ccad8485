#include "CCairo.h"

#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <cairo.h>
#include <ft2build.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include FT_FREETYPE_H
#include FT_SFNT_NAMES_H
#include FT_TRUETYPE_IDS_H

enum { FONTS = 2 };

struct ccairo_canvas {
  cairo_surface_t *surface;
  cairo_t *context;
  cairo_font_face_t *fonts[FONTS];
  uint8_t *file;  // of a PDF
  size_t count, capacity;
  int is_pdf;
};

// Fonts

static void copy_version(FT_Face face, char *version, size_t size) {
  FT_SfntName name;
  for (FT_UInt i = 0; i < FT_Get_Sfnt_Name_Count(face); i++) {
    if (FT_Get_Sfnt_Name(face, i, &name) != 0 || name.name_id != 5 || name.platform_id != TT_PLATFORM_MACINTOSH) {
      continue;
    }
    size_t length = name.string_len < size - 1 ? name.string_len : size - 1;
    memcpy(version, name.string, length);
    version[length] = 0;
    return;
  }
}

int ccairo_measure_font(const char *path, const uint32_t *code_points, size_t count, int32_t *advances,
                        ccairo_font_facts *facts) {
  FT_Library library;
  FT_Face face;
  memset(facts, 0, sizeof *facts);
  if (FT_Init_FreeType(&library) != 0) return CCAIRO_NO_MEMORY;
  if (FT_New_Face(library, path, 0, &face) != 0) {
    FT_Done_FreeType(library);
    return CCAIRO_NO_FONT;
  }
  facts->units_per_em = face->units_per_EM;
  copy_version(face, facts->version, sizeof facts->version);
  for (size_t i = 0; i < count; i++) {
    FT_UInt glyph = FT_Get_Char_Index(face, code_points[i]);
    int known = glyph != 0 && FT_Load_Glyph(face, glyph, FT_LOAD_NO_SCALE) == 0;
    advances[i] = known ? (int32_t)face->glyph->metrics.horiAdvance : -1;
  }
  FT_Done_Face(face);
  FT_Done_FreeType(library);
  return facts->units_per_em > 0 ? CCAIRO_OK : CCAIRO_NO_FONT;
}

// A face and the library it lives in. cairo may keep a font face for a while after it is released, so they go with it.
typedef struct {
  FT_Library library;
  FT_Face face;
} open_font;

static const cairo_user_data_key_t open_font_key;

static void release_font(void *data) {
  open_font *font = data;
  if (font->face) FT_Done_Face(font->face);
  if (font->library) FT_Done_FreeType(font->library);
  free(font);
}

int ccairo_open_font(ccairo_canvas *canvas, int number, const char *path) {
  if (number < 0 || number >= FONTS || canvas->fonts[number]) return CCAIRO_FAILED;
  open_font *font = calloc(1, sizeof *font);
  if (!font || FT_Init_FreeType(&font->library) != 0) {
    free(font);
    return CCAIRO_NO_MEMORY;
  }
  if (FT_New_Face(font->library, path, 0, &font->face) != 0) {
    release_font(font);
    return CCAIRO_NO_FONT;
  }
  cairo_font_face_t *face = cairo_ft_font_face_create_for_ft_face(font->face, FT_LOAD_NO_HINTING);
  if (cairo_font_face_set_user_data(face, &open_font_key, font, release_font) != CAIRO_STATUS_SUCCESS) {
    cairo_font_face_destroy(face);
    release_font(font);
    return CCAIRO_NO_MEMORY;
  }
  canvas->fonts[number] = face;
  return CCAIRO_OK;
}

// Canvases

static cairo_status_t append(void *closure, const unsigned char *bytes, unsigned int count) {
  ccairo_canvas *canvas = closure;
  if (canvas->count + count > canvas->capacity) {
    size_t capacity = 2 * (canvas->count + count);
    uint8_t *file = realloc(canvas->file, capacity);
    if (!file) return CAIRO_STATUS_NO_MEMORY;
    canvas->file = file;
    canvas->capacity = capacity;
  }
  memcpy(canvas->file + canvas->count, bytes, count);
  canvas->count += count;
  return CAIRO_STATUS_SUCCESS;
}

static void set_font_options(cairo_t *context) {
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(context, options);
  cairo_font_options_destroy(options);
}

static ccairo_canvas *begin(ccairo_canvas *canvas) {
  canvas->context = cairo_create(canvas->surface);
  set_font_options(canvas->context);
  cairo_set_line_join(canvas->context, CAIRO_LINE_JOIN_ROUND);
  if (!canvas->is_pdf) {
    cairo_set_source_rgb(canvas->context, 1, 1, 1);
    cairo_paint(canvas->context);
  }
  return canvas;
}

ccairo_canvas *ccairo_image(double width, double height, double pixels_per_point) {
  ccairo_canvas *canvas = calloc(1, sizeof *canvas);
  if (!canvas) return NULL;
  int columns = (int)ceil(width * pixels_per_point - 1e-6), rows = (int)ceil(height * pixels_per_point - 1e-6);
  canvas->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows);
  begin(canvas);
  cairo_scale(canvas->context, pixels_per_point, pixels_per_point);
  return canvas;
}

ccairo_canvas *ccairo_pdf(double width, double height) {
  ccairo_canvas *canvas = calloc(1, sizeof *canvas);
  if (!canvas) return NULL;
  canvas->is_pdf = 1;
  canvas->surface = cairo_pdf_surface_create_for_stream(append, canvas, width, height);
  // The date of drawing would make two equal figures differ; PDF's own epoch stands in for it.
  cairo_pdf_surface_set_metadata(canvas->surface, CAIRO_PDF_METADATA_CREATE_DATE, "1970-01-01T00:00:00Z");
  return begin(canvas);
}

void ccairo_free(ccairo_canvas *canvas) {
  if (!canvas) return;
  cairo_destroy(canvas->context);
  cairo_surface_destroy(canvas->surface);
  for (int i = 0; i < FONTS; i++) cairo_font_face_destroy(canvas->fonts[i]);
  free(canvas->file);
  free(canvas);
}

// Drawing

static void use(ccairo_canvas *canvas, ccairo_colour c) {
  cairo_set_source_rgba(canvas->context, c.red, c.green, c.blue, c.alpha);
}

void ccairo_add_points(ccairo_canvas *canvas, const double *xy, size_t points, int close) {
  for (size_t i = 0; i < points; i++) {
    if (i == 0) {
      cairo_move_to(canvas->context, xy[0], xy[1]);
    } else {
      cairo_line_to(canvas->context, xy[2 * i], xy[2 * i + 1]);
    }
  }
  if (close) cairo_close_path(canvas->context);
}

void ccairo_add_circle(ccairo_canvas *canvas, double x, double y, double radius) {
  cairo_new_sub_path(canvas->context);
  cairo_arc(canvas->context, x, y, radius, 0, 2 * acos(-1));
  cairo_close_path(canvas->context);
}

void ccairo_fill(ccairo_canvas *canvas, ccairo_colour colour) {
  use(canvas, colour);
  cairo_fill_preserve(canvas->context);
}

void ccairo_stroke(ccairo_canvas *canvas, ccairo_colour colour, double width, const double *dashes, int dash_count) {
  use(canvas, colour);
  cairo_set_line_width(canvas->context, width);
  cairo_set_dash(canvas->context, dashes, dash_count, 0);
  cairo_stroke_preserve(canvas->context);
}

void ccairo_clear_path(ccairo_canvas *canvas) { cairo_new_path(canvas->context); }

void ccairo_text(ccairo_canvas *canvas, int font, double size, double x, double y, double angle, const char *utf8,
                 ccairo_colour colour) {
  if (font < 0 || font >= FONTS || !canvas->fonts[font]) return;
  cairo_save(canvas->context);
  cairo_set_font_face(canvas->context, canvas->fonts[font]);
  cairo_set_font_size(canvas->context, size);
  cairo_translate(canvas->context, x, y);
  cairo_rotate(canvas->context, angle);
  cairo_move_to(canvas->context, 0, 0);
  use(canvas, colour);
  cairo_show_text(canvas->context, utf8);
  cairo_restore(canvas->context);
  cairo_new_path(canvas->context);
}

void ccairo_picture(ccairo_canvas *canvas, const uint8_t *rgb, int columns, int rows, double x, double y, double width,
                    double height) {
  cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows);
  if (cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS) {
    uint8_t *to = cairo_image_surface_get_data(picture);
    int stride = cairo_image_surface_get_stride(picture);
    for (int j = 0; j < rows; j++) {
      for (int i = 0; i < columns; i++) {
        const uint8_t *from = rgb + 3 * ((size_t)j * columns + i);
        uint32_t pixel = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
        memcpy(to + (size_t)j * stride + 4 * (size_t)i, &pixel, 4);
      }
    }
    cairo_surface_mark_dirty(picture);
    cairo_save(canvas->context);
    cairo_rectangle(canvas->context, x, y, width, height);
    cairo_clip(canvas->context);
    cairo_translate(canvas->context, x, y);
    cairo_scale(canvas->context, width / columns, height / rows);
    cairo_set_source_surface(canvas->context, picture, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(canvas->context), CAIRO_FILTER_NEAREST);
    cairo_paint(canvas->context);
    cairo_restore(canvas->context);
  }
  cairo_surface_destroy(picture);
}

void ccairo_begin_clip(ccairo_canvas *canvas, double x, double y, double width, double height) {
  cairo_save(canvas->context);
  cairo_rectangle(canvas->context, x, y, width, height);
  cairo_clip(canvas->context);
}

void ccairo_end_clip(ccairo_canvas *canvas) { cairo_restore(canvas->context); }

int ccairo_finish(ccairo_canvas *canvas, ccairo_result *result) {
  memset(result, 0, sizeof *result);
  if (canvas->is_pdf) {
    cairo_show_page(canvas->context);
    cairo_surface_finish(canvas->surface);
  } else {
    cairo_surface_flush(canvas->surface);
  }
  cairo_status_t status = cairo_status(canvas->context);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(canvas->surface);
  if (status != CAIRO_STATUS_SUCCESS) return status == CAIRO_STATUS_NO_MEMORY ? CCAIRO_NO_MEMORY : CCAIRO_FAILED;
  if (canvas->is_pdf) {
    result->bytes = canvas->file;
    result->count = canvas->count;
  } else {
    result->bytes = cairo_image_surface_get_data(canvas->surface);
    result->width = cairo_image_surface_get_width(canvas->surface);
    result->height = cairo_image_surface_get_height(canvas->surface);
    result->stride = cairo_image_surface_get_stride(canvas->surface);
    result->count = (size_t)result->stride * result->height;
  }
  return CCAIRO_OK;
}

const char *ccairo_message(const ccairo_canvas *canvas) {
  cairo_status_t status = cairo_status(canvas->context);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(canvas->surface);
  return cairo_status_to_string(status);
}
