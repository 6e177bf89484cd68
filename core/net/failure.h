/* failure.h: what it means that libcurl brought no answer, in words. */
#ifndef CORE_NET_FAILURE_H
#define CORE_NET_FAILURE_H

#include <stdbool.h>

struct error;

/*
 * Fills `err` for a CURL handle that ended with `code` (not CURLE_OK), of which
 * libcurl said `text`. `url` is safe to show. True if the failure may pass when
 * the request is repeated.
 */
bool failure_explain(
    void *easy, int code, const char *text, const char *url, struct error *err);

/* The same of a proxy that asks for a login, by its 407. */
void failure_proxy_login(const char *url, struct error *err);

#endif
