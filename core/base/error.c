#include "core/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "core/base/str.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

/* What was formed last: an argument may be a part of the error itself. */
static void
begin(struct error *err, enum err_code code, const char *message)
{
	err->code = code;
	err->about = ERR_ABOUT_OTHER;
	err->detail = 0;
	err->offline = false;
	err->type = 0;
	err->repo[0] = '\0';
	err->request[0] = '\0';
	err->url[0] = err->said[0] = err->hint[0] = '\0';
	text_copy(err->message, sizeof(err->message), message);
}

bool
err_set(struct error *err, enum err_code code, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	begin(err, code, text.v);
	str_fini(&text);
	return false;
}

bool
err_lines(struct error *err, enum err_code code, const char *lines)
{
	struct str text = STR_INIT;

	text_add_lines(&text, lines);
	begin(err, code, text.v);
	str_fini(&text);
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

/* Whether a cut before `c` would tear a UTF-8 character. */
static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Cuts a text that is too long in its middle: both ends tell more. */
static void
squeeze(struct str *text, size_t limit)
{
	size_t head, tail;

	if (text->n <= limit)
		return;
	head = text_cut(text->v, limit / 2 - 3);
	tail = text->n - (limit / 2);
	while (is_tail(text->v[tail]))
		tail++;
	memcpy(text->v + head, "...", 3);
	memmove(text->v + head + 3, text->v + tail, text->n - tail + 1);
	str_cut(text, head + 3 + text->n - tail);
}

bool
err_errno(struct error *err, int errnum, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	squeeze(&text, 500);
	err_set(err, ERR_SYSTEM, "%s: %s", text.v, strerror(errnum));
	err->detail = errnum;
	str_fini(&text);
	return err_hint(err, "%s", errno_hint(errnum));
}

bool
err_path(struct error *err, int errnum, const char *verb, const char *path)
{
	return err_errno(err, errnum, "cannot %s %s", verb, path);
}

bool
err_wrap(struct error *err, const char *format, ...)
{
	struct str text = STR_INIT;
	struct str old = STR_INIT;
	va_list args;

	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	squeeze(&text, 300);
	str_addz(&old, err->message);
	squeeze(&old, 700);
	str_addz(&text, ": ");
	str_addz(&text, old.v);
	text_copy(err->message, sizeof(err->message), text.v);
	str_fini(&text);
	str_fini(&old);
	return false;
}

bool
err_hint(struct error *err, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	if (err->hint[0])
		return false;
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	text_copy(err->hint, sizeof(err->hint), text.v);
	str_fini(&text);
	return false;
}

bool
err_repo(struct error *err, unsigned type, const char *id)
{
	struct str safe = STR_INIT;

	utf8_safe(&safe, id);
	err->type = (unsigned char)type;
	text_copy(err->repo, sizeof(err->repo), safe.v);
	str_fini(&safe);
	return false;
}

bool
err_about(
    struct error *err, enum err_about about, const char *url, const char *said)
{
	struct str text = STR_INIT;

	err->about = about;
	utf8_safe(&text, url ? url : "");
	text_copy(err->url, sizeof(err->url), text.v);
	str_clear(&text);
	text_add_lines(&text, said ? said : "");
	text_copy(err->said, sizeof(err->said), text.v);
	str_fini(&text);
	return false;
}
