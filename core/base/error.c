#include "core/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/str.h"
#include "core/base/utf8.h"

/* Whether a cut before `c` would tear a UTF-8 character. */
static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static bool
is_plain(const char *text)
{
	while ((*text >= 0x20 && *text < 0x7f) || *text == '\n')
		text++;
	return !*text;
}

/* Takes one character of `text`, or what is left of one that a cut has torn. */
static size_t
add_mended(struct str *out, const char *text, size_t left)
{
	char one[5] = "";
	uint32_t point;
	size_t n = utf8_decode(text, left, &point);

	if (!n && (unsigned char)*text >= 0xc2) {
		for (n = 1; is_tail(text[n]); n++)
			;
		return n;
	}
	n = n ? n : 1;
	memcpy(one, text, n);
	if (*one == '\n')
		str_addc(out, '\n');
	else
		utf8_safe(out, one);
	return n;
}

/*
 * Whatever went into a text of `size` bytes, it may be shown: a character that a
 * cut has torn is left out, and what could steer a terminal is written as its
 * code. Line ends stay: the old names have messages of several lines.
 */
static void
mend(char *text, size_t size)
{
	struct str out = STR_INIT;
	size_t n = strlen(text);

	if (is_plain(text))
		return;
	for (size_t at = 0; at < n;)
		at += add_mended(&out, text + at, n - at);
	n = out.n < size ? out.n : size - 1;
	while (n < out.n && n && is_tail(out.v[n]))
		n--;
	memcpy(text, out.v, n);
	text[n] = '\0';
	str_fini(&out);
}

bool
err_set(struct error *err, enum err_code code, const char *format, ...)
{
	va_list args;

	err->code = code;
	err->about = ERR_ABOUT_OTHER;
	err->detail = 0;
	err->request[0] = '\0';
	err->url[0] = err->said[0] = err->hint[0] = '\0';
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	mend(err->message, sizeof(err->message));
	return false;
}

/* The remedies for the failures of the system that users meet. */
static const char *
errno_hint(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return "Free some space, or choose another folder with "
		       "--cache-dir or HF_HUB_CACHE";
	case EACCES:
	case EPERM:
	case EROFS:
		return "Check the folder's permissions, or choose another "
		       "with --cache-dir or HF_HUB_CACHE";
	case EEXIST:
	case ENOTDIR:
		return "A file stands where a folder is needed: move it, or "
		       "choose another folder with --cache-dir or "
		       "HF_HUB_CACHE";
	case ENAMETOOLONG:
		return "This file system does not take so long a name";
	case EMFILE:
		return "Raise the limit of open files (ulimit -n), or use a "
		       "smaller --max-workers";
	default:
		return "";
	}
}

/* Cuts a text that is too long in its middle: both ends tell more. */
static void
squeeze(char *text, size_t limit)
{
	size_t n = strlen(text);
	size_t head = limit / 2 - 3;
	size_t tail = n - (limit / 2);

	if (n <= limit)
		return;
	while (head && is_tail(text[head]))
		head--;
	while (is_tail(text[tail]))
		tail++;
	memcpy(text + head, "...", 3);
	memmove(text + head + 3, text + tail, n - tail + 1);
}

bool
err_errno(struct error *err, int errnum, const char *format, ...)
{
	char text[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	squeeze(text, 500);
	err_set(err, ERR_SYSTEM, "%.500s: %s", text, strerror(errnum));
	err->detail = errnum;
	return err_hint(err, "%s", errno_hint(errnum));
}

bool
err_path(struct error *err, int errnum, const char *verb, const char *path)
{
	struct str safe = STR_INIT;

	utf8_safe(&safe, path);
	err_errno(err, errnum, "cannot %s %s", verb, safe.v);
	str_fini(&safe);
	return false;
}

bool
err_wrap(struct error *err, const char *format, ...)
{
	char text[4096];
	char old[sizeof(err->message)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	memcpy(old, err->message, sizeof(old));
	squeeze(text, 300);
	squeeze(old, 700);
	snprintf(
	    err->message, sizeof(err->message), "%.300s: %.700s", text, old);
	mend(err->message, sizeof(err->message));
	return false;
}

bool
err_hint(struct error *err, const char *format, ...)
{
	va_list args;

	if (err->hint[0])
		return false;
	va_start(args, format);
	vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
	mend(err->hint, sizeof(err->hint));
	return false;
}

bool
err_about(
    struct error *err, enum err_about about, const char *url, const char *said)
{
	err->about = about;
	snprintf(err->url, sizeof(err->url), "%s", url ? url : "");
	snprintf(err->said, sizeof(err->said), "%s", said ? said : "");
	mend(err->url, sizeof(err->url));
	mend(err->said, sizeof(err->said));
	return false;
}
