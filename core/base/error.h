/*
 * error.h: why something failed, in words for a person.
 *
 * The functions below make safe to show what they fill their formats with
 * (text.h): callers hand over names and words as they are.
 */
#ifndef CORE_BASE_ERROR_H
#define CORE_BASE_ERROR_H

#include <stdbool.h>

#include "core/base/attr.h"

/* What a program can act on; each code maps to one reaction. */
enum err_code {
	ERR_NONE,
	ERR_USAGE,     /* the request itself makes no sense */
	ERR_SYSTEM,    /* disk, memory, permission; detail is errno */
	ERR_NETWORK,   /* no answer, or one that is not the Hub's */
	ERR_AUTH,      /* the token is missing, wrong or too weak */
	ERR_GATED,     /* access has to be asked for first */
	ERR_NOT_FOUND, /* repository, revision or file */
	ERR_CONFLICT,  /* something else holds or made it already */
	ERR_LIMIT,     /* larger, deeper or more than we accept */
	ERR_CORRUPT,   /* bytes are not what their sum says */
	ERR_CANCELLED, /* the user stopped it */
	ERR_INTERNAL,
};

/* What the Hub's answer, or the lack of one, was about. */
enum err_about {
	ERR_ABOUT_OTHER,
	ERR_ABOUT_VALUE,    /* a name or id that cannot be one */
	ERR_ABOUT_ARGUMENT, /* what was given makes no sense together */
	ERR_ABOUT_REPO,
	ERR_ABOUT_REVISION,
	ERR_ABOUT_FILE,
	ERR_ABOUT_GATE,
	ERR_ABOUT_REACH, /* offline, no network, disabled, too busy, broken */
	ERR_ABOUT_CALL,  /* the same, where no cache could have helped */
};

/* A plain value: copy it, never free it. All text in it is safe to show. */
struct error {
	enum err_code code;
	enum err_about about;
	int detail;         /* errno or HTTP status, 0 if neither */
	bool offline;       /* offline mode forbids what was wanted */
	unsigned char type; /* of the repository that it is about: repo_type */
	char repo[200];     /* its id, safe to show; "" if it is about none */
	char url[400];      /* of the request; "" if none */
	char said[600];     /* the server's own words, with their line ends */
	char request[128];  /* what the server calls it */
	char message[1024]; /* "download a/b: disk is full" */
	char hint[256];     /* what to do about it; may be empty */
};

/*
 * Fills `err` (no hint, detail 0) and returns false. Long text is cut. What this
 * function and those below are given need not be safe to show: the error's texts
 * are, whatever went in, and may have line ends.
 */
bool err_set(struct error *err, enum err_code code, const char *format, ...)
    PRINTF(3, 4);

/* The same with a text of several lines, as the old names need it. */
bool err_lines(struct error *err, enum err_code code, const char *lines);

/* Like err_set with ERR_SYSTEM, detail `errnum`, and its text appended. */
bool err_errno(struct error *err, int errnum, const char *format, ...)
    PRINTF(3, 4);

/* The same as "cannot <verb> <path>". */
bool err_path(
    struct error *err, int errnum, const char *verb, const char *path);

/* Sets what it is about, where, and what the server said (NULL: ""). */
bool err_about(
    struct error *err, enum err_about about, const char *url, const char *said);

/* Sets the repository that it is about; `type` is of enum repo_type. */
bool err_repo(struct error *err, unsigned type, const char *id);

/* Puts "text: " before the message and returns false. */
bool err_wrap(struct error *err, const char *format, ...) PRINTF(2, 3);

/* Sets the hint, unless one is there already, and returns false. */
bool err_hint(struct error *err, const char *format, ...) PRINTF(2, 3);

#endif
