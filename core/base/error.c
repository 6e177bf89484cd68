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
	err->remedy = REMEDY_NONE;
	err->detail = 0;
	err->offline = err->disabled = false;
	err->of_file = err->of_commit = false;
	err->in_folder = err->in_url = false;
	err->type = 0;
	err->repo[0] = err->path[0] = err->page[0] = '\0';
	err->token[0] = err->trouble[0] = '\0';
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
static enum remedy
remedy_of(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return REMEDY_FREE_SPACE;
	case EACCES:
	case EPERM:
	case EROFS:
		return REMEDY_PERMISSIONS;
	case EEXIST:
	case ENOTDIR:
		return REMEDY_MOVE_FILE;
	case ENAMETOOLONG:
		return REMEDY_SHORTER_NAME;
	case EMFILE:
		return REMEDY_OPEN_FILES;
	default:
		return REMEDY_NONE;
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
	return err_remedy(err, remedy_of(errnum));
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
err_remedy(struct error *err, enum remedy remedy)
{
	if (!err->hint[0] && err->remedy == REMEDY_NONE)
		err->remedy = remedy;
	return false;
}

static const char *const remedy_names[REMEDIES] = {
	[REMEDY_NONE] = "",
	[REMEDY_FREE_SPACE] = "free-space",
	[REMEDY_PERMISSIONS] = "permissions",
	[REMEDY_MOVE_FILE] = "move-file",
	[REMEDY_SHORTER_NAME] = "shorter-name",
	[REMEDY_OPEN_FILES] = "open-files",
	[REMEDY_LOG_IN] = "log-in",
	[REMEDY_NEW_TOKEN] = "new-token",
	[REMEDY_OTHER_TOKEN] = "other-token",
	[REMEDY_ASK_ACCESS] = "ask-access",
	[REMEDY_READ_TOKEN] = "read-token",
	[REMEDY_MAKE_READABLE] = "make-readable",
	[REMEDY_CHECK_REPO] = "check-repo",
	[REMEDY_OTHER_REPO] = "other-repo",
	[REMEDY_NAME_TYPE] = "name-type",
	[REMEDY_LIST_FILES] = "list-files",
	[REMEDY_LIST_DOWNLOAD] = "list-download",
	[REMEDY_CHECK_PATTERNS] = "check-patterns",
	[REMEDY_LEAVE_OUT] = "leave-out",
	[REMEDY_SECRETS] = "secrets",
	[REMEDY_ASK_OWNER] = "ask-owner",
	[REMEDY_CHOOSE_REVISION] = "choose-revision",
	[REMEDY_NAME_REVISION] = "name-revision",
	[REMEDY_OTHER_CLIENT] = "other-client",
	[REMEDY_GO_ONLINE] = "go-online",
	[REMEDY_WAIT] = "wait",
	[REMEDY_TRY_LATER] = "try-later",
	[REMEDY_CHECK_ADDRESS] = "check-address",
	[REMEDY_CHECK_SETTINGS] = "check-settings",
	[REMEDY_CHECK_CONNECTION] = "check-connection",
	[REMEDY_RUN_AGAIN] = "run-again",
	[REMEDY_DOWNLOAD_FIRST] = "download-first",
	[REMEDY_DOWNLOAD_AGAIN] = "download-again",
};

const char *
err_remedy_name(enum remedy remedy)
{
	return remedy_names[remedy];
}

enum remedy
err_remedy_called(const char *name)
{
	for (int i = 0; i < REMEDIES; i++) {
		if (!strcmp(name, remedy_names[i]))
			return (enum remedy)i;
	}
	return REMEDY_NONE;
}

bool
err_hint(struct error *err, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	if (err->hint[0] || err->remedy != REMEDY_NONE)
		return false;
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	text_copy(err->hint, sizeof(err->hint), text.v);
	str_fini(&text);
	return false;
}

void
err_unadvised(struct error *err)
{
	err->remedy = REMEDY_NONE;
	err->hint[0] = '\0';
}

void
err_fact(char *fact, size_t size, const char *text)
{
	struct str safe = STR_INIT;

	utf8_safe(&safe, text ? text : "");
	text_copy(fact, size, safe.v);
	str_fini(&safe);
}

void
err_join(struct str *out, const struct error *err, const char *advice)
{
	size_t n = strlen(err->message);
	bool ended = n && strchr(".!?", err->message[n - 1]);

	text_addf(out, "%s", err->message);
	if (*advice)
		text_addf(out, "%s %s", ended ? "" : ".", advice);
}

bool
err_repo(struct error *err, unsigned type, const char *id)
{
	err->type = (unsigned char)type;
	err_fact(err->repo, sizeof(err->repo), id);
	return false;
}

bool
err_about(
    struct error *err, enum err_about about, const char *url, const char *said)
{
	struct str text = STR_INIT;

	err->about = about;
	err_fact(err->url, sizeof(err->url), url);
	text_add_lines(&text, said ? said : "");
	text_copy(err->said, sizeof(err->said), text.v);
	str_fini(&text);
	return false;
}
