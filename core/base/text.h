/*
 * text.h: the one maker of text that people read.
 *
 * A format is our own and is taken as it is, line ends included. What it is
 * filled with comes from anywhere (names on disk, words of a server, the
 * environment, arguments) and is made safe on its way in (utf8_safe), so that
 * it neither steers a terminal nor begins a line of its own.
 */
#ifndef CORE_BASE_TEXT_H
#define CORE_BASE_TEXT_H

#include <stdarg.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/str.h"

/*
 * As printf, with these differences: the text of a %s and the character of a %c
 * are made safe; a width counts columns; "%.*s" takes so many bytes of a text,
 * and "%.300s" shows so many at most, without tearing a character. %n, %p and %a
 * are not there, nor is a precision for integers.
 */
void text_addf(struct str *out, const char *format, ...) PRINTF(2, 3);
void text_addv(struct str *out, const char *format, va_list args);

/* Appends untrusted text of several lines: made safe, line ends stay. */
void text_add_lines(struct str *out, const char *text);

/*
 * Appends a text as a word of a shell's command line. What would steer a terminal is
 * written in digits, in $'...', which bash, zsh and ksh read: the name is the same, and
 * no control character is in what is copied.
 */
void text_add_shell(struct str *out, const char *text);

/* At most `n` of the bytes of a text, so that no UTF-8 character is torn. */
size_t text_cut(const char *text, size_t n);

/*
 * Copies as much of a text as `size` bytes hold with their terminator, without
 * tearing a character.
 */
void text_copy(char *to, size_t size, const char *text);

/*
 * Appends a message as it fits into so many cells of a terminal, safe to show. Of the
 * longest absolute path in it folders are left out from the front, and only then is the
 * end cut off; `mark` (of one cell) is where something is missing.
 */
void text_add_fitting(
    struct str *out, const char *text, size_t cells, const char *mark);

#endif
