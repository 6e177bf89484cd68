/*
 * device.h: logging in with a browser, maybe on another machine: the Hub gives a
 * code, a person enters it there, and we ask until that was done (RFC 8628;
 * hub-api.md 2.6). No token goes along.
 */
#ifndef CORE_HUB_DEVICE_H
#define CORE_HUB_DEVICE_H

#include <stdint.h>

#include "core/base/error.h"

struct device_login;
struct hub;

/* What a person has to know; untrusted text. */
struct device_code {
	const char *url;
	const char *code;
	uint64_t expires_s; /* it is good for so long */
};

/* What comes of it. */
struct device_token {
	const char *token;
	const char *refresh;   /* NULL: none */
	uint64_t expires_in_s; /* 0: not told */
};

struct device_watch {
	void (*shown)(void *context, const struct device_code *code);
	void (*pending)(void *context); /* it was not entered yet */
	/* Once; `token` is borrowed, NULL with the error. The login is freed
	 * after it. */
	void (*done)(void *context, const struct device_token *token,
	    const struct error *err);
	void *context;
};

struct device_login *device_start(
    struct hub *hub, const struct device_watch *watch);

/* Ends it without done. NULL is fine. */
void device_cancel(struct device_login *login);

#endif
