/* What the files of room base share and nobody else sees. */
#ifndef BASE_BASE_PRIVATE_H
#define BASE_BASE_PRIVATE_H

#include "base/base.h"

/* The longest prefix of text[0..len) that does not end inside a UTF-8 character. */
size_t base_utf8_cut(const char *text, size_t len);

/* Control characters (also DEL) become spaces, so that a text stays one line. */
void base_one_line(char *text);

/* vsnprintf whose cut never falls inside a UTF-8 character; the text is one line. */
QD_PRINTF(3, 0)
void base_format_line(char *dst, size_t size, const char *fmt, va_list args);

#endif
