// Markdown to HTML by MD4C; Swift calls it directly.
#ifndef CMARKDOWN_H
#define CMARKDOWN_H
#include <md4c.h>
#include <md4c-html.h>
#endif
