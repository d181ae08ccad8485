// Drawing to a PNG's pixels or a PDF by cairo, with fonts opened by FreeType from a file, so that no font configuration
// of the machine has a say in what a figure looks like. Lengths are points (1/72 inch), y goes down.
#ifndef CCAIRO_H
#define CCAIRO_H

#include <stddef.h>
#include <stdint.h>

typedef struct ccairo_canvas ccairo_canvas;
typedef struct { double red, green, blue, alpha; } ccairo_colour;

// A font file's measures, in its own units; no hinting, no rounding, so they're the same with any FreeType.
typedef struct {
  int units_per_em;
  char version[64];  // the name table's version, "Version 2.37"; empty where it has none
} ccairo_font_facts;

enum { CCAIRO_OK = 0, CCAIRO_NO_FONT = 1, CCAIRO_NO_MEMORY = 2, CCAIRO_FAILED = 3 };

// Fills `advances` with the advance width of each code point, -1 where the font has no glyph for it.
int ccairo_measure_font(const char *path, const uint32_t *code_points, size_t count, int32_t *advances,
                        ccairo_font_facts *facts);

// Null where there is no memory. ccairo_free must follow. A canvas of pixels starts white.
ccairo_canvas *ccairo_image(double width, double height, double pixels_per_point);
ccairo_canvas *ccairo_pdf(double width, double height);
void ccairo_free(ccairo_canvas *canvas);

// Opens a font file under a number, 0 or 1.
int ccairo_open_font(ccairo_canvas *canvas, int number, const char *path);

// A path is built and then filled, stroked, or both; ccairo_clear_path ends it.
void ccairo_add_points(ccairo_canvas *canvas, const double *xy, size_t points, int close);
void ccairo_add_circle(ccairo_canvas *canvas, double x, double y, double radius);
void ccairo_fill(ccairo_canvas *canvas, ccairo_colour colour);
void ccairo_stroke(ccairo_canvas *canvas, ccairo_colour colour, double width, const double *dashes, int dash_count);
void ccairo_clear_path(ccairo_canvas *canvas);

// Text from (x, y) on its baseline, turned by `angle` radians.
void ccairo_text(ccairo_canvas *canvas, int font, double size, double x, double y, double angle, const char *utf8,
                 ccairo_colour colour);
// RGB bytes, stretched over a rectangle without smoothing.
void ccairo_picture(ccairo_canvas *canvas, const uint8_t *rgb, int columns, int rows, double x, double y, double width,
                    double height);
void ccairo_begin_clip(ccairo_canvas *canvas, double x, double y, double width, double height);
void ccairo_end_clip(ccairo_canvas *canvas);

// Ends the drawing. Of pixels: `bytes` are width x height x 4, blue green red and one unused. Of a PDF: the file.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  int width, height, stride;
} ccairo_result;
int ccairo_finish(ccairo_canvas *canvas, ccairo_result *result);

// What the last failure was, in cairo's words.
const char *ccairo_message(const ccairo_canvas *canvas);

#endif
