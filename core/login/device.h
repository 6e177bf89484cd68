/*
 * device.h: logging in with a browser, maybe on another machine: the Hub gives a
 * code, a person enters it there, and we ask until that was done (RFC 8628;
 * huggingface_hub 2.4.0, utils/_oauth_device.py: request_device_code,
 * poll_device_token). No token goes along.
 */
#ifndef CORE_LOGIN_DEVICE_H
#define CORE_LOGIN_DEVICE_H

#include <stdint.h>

#include "core/base/error.h"

struct device_login;
struct hub;
struct oauth_token;

/* What a person has to know; untrusted text. */
struct device_code {
	const char *url;
	const char *code;
	uint64_t expires_s; /* it is good for so long; an hour at most */
};

struct device_watch {
	void (*shown)(void *context, const struct device_code *code);
	void (*pending)(void *context); /* it was not entered yet */
	/* Once; `token` is borrowed and was checked, NULL with the error. The
	 * login is freed after it. */
	void (*done)(void *context, const struct oauth_token *token,
	    const struct error *err);
	void *context;
};

/* Begins one, whose callbacks come from the loop; never NULL, and gone after `done`.
 * `watch` is copied. */
struct device_login *device_start(
    struct hub *hub, const struct device_watch *watch);

/* Ends it without done. NULL is fine. */
void device_cancel(struct device_login *login);

#endif
