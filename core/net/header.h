/* header.h: an answer and its headers. */
#ifndef CORE_NET_HEADER_H
#define CORE_NET_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/span.h"
#include "core/base/str.h"

/* What came for a request. */
struct http_answer {
	int status;       /* of the last hop; 0 if none came */
	unsigned version; /* of HTTP, ten times: 11, 20; 0: not known */
	char *url;        /* of the last hop */
	struct str head;  /* its header lines, each ended by LF */
	struct str body;  /* unless it was streamed */
	bool passing;     /* the failure may pass if the request is repeated */
};

/* The value of the first header of that name; NULL p if there is none. */
struct span http_header(const struct http_answer *answer, const char *name);

/*
 * Whether the body came packed (Content-Encoding) although it was asked for as it
 * is; then `how` gets the way, safe to show.
 */
bool http_is_packed(const struct http_answer *answer, struct str *how);

/* As the total of a part: the server does not say of how much it is one. */
#define HTTP_NO_TOTAL UINT64_MAX

/* "bytes 100-199/200" in Content-Range: where the part begins, and of how much
 * it is one. False if there is none, or what it says makes no sense. */
bool http_content_range(
    const struct http_answer *answer, uint64_t *first, uint64_t *total);

/*
 * The address of rel="next" in the Link headers (RFC 8288); the caller frees
 * it. NULL if there is none.
 */
MUST_USE char *http_next_link(const struct http_answer *answer);

#endif
