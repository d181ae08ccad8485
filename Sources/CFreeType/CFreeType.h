// FreeType's headers need an include path that only pkg-config knows; this target is where Package.swift names it.
#ifndef CFREETYPE_H
#define CFREETYPE_H
#include <ft2build.h>
#include FT_FREETYPE_H
#endif
