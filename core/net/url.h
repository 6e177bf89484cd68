/*
 * url.h: addresses. Parsed by the library that also makes the requests, so
 * that both always mean the same host.
 */
#ifndef CORE_NET_URL_H
#define CORE_NET_URL_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/str.h"

/*
 * "scheme://host:port" in lower case with the port always there: two addresses
 * of one origin give the same text. NULL if it is no http or https address.
 * The caller frees it.
 */
MUST_USE char *url_origin(const char *url);

/*
 * Where a reference leads that came from `base`, a redirect or the next page.
 * From https it never leads to http: at the same host https is asked instead,
 * another host is refused. NULL then, or if it is no http or https address,
 * with `why` "no http or https address" or the like. The caller frees it.
 */
MUST_USE char *url_follow(
    const char *base, const char *reference, const char **why);

/*
 * Appends `text` percent-encoded: everything but A-Z a-z 0-9 _ . - ~, and "/"
 * too unless `keep_slash`.
 */
void url_escape(struct str *out, const char *text, bool keep_slash);

/* `n` characters with %xx decoded; the caller frees it. */
MUST_USE char *url_unescape(const char *text, size_t n);

/*
 * Appends the address as it may be shown and logged: safe characters, no
 * password, and no query, since signatures stand there.
 */
void url_shown(struct str *out, const char *url);

#endif
