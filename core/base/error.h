/* error.h: why something failed, in words for a person. */
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

/* A plain value: copy it, never free it. */
struct error {
	enum err_code code;
	int detail;         /* errno or HTTP status, 0 if neither */
	char message[1024]; /* "download a/b: disk is full" */
	char hint[256];     /* what to do about it; may be empty */
};

/* Fills `err` (no hint, detail 0) and returns false. Long text is cut. */
bool err_set(struct error *err, enum err_code code, const char *format, ...)
    PRINTF(3, 4);

/* Like err_set with ERR_SYSTEM, detail `errnum`, and its text appended. */
bool err_errno(struct error *err, int errnum, const char *format, ...)
    PRINTF(3, 4);

/* The same as "cannot <verb> <path>", the path made safe to show. */
bool err_path(
    struct error *err, int errnum, const char *verb, const char *path);

/* Puts "text: " before the message and returns false. */
bool err_wrap(struct error *err, const char *format, ...) PRINTF(2, 3);

/* Sets the hint, unless one is there already, and returns false. */
bool err_hint(struct error *err, const char *format, ...) PRINTF(2, 3);

#endif
