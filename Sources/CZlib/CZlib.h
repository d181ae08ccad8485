// zlib's own reader of gzip files; Swift calls it directly.
#ifndef CZLIB_H
#define CZLIB_H
#include <zlib.h>
#endif
