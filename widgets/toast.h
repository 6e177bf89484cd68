/*
 * toast.h: short messages: information for 4 s, warnings for 8 s, errors until a
 * key is pressed. A newer one takes the place of what is no error.
 */
#ifndef WIDGETS_TOAST_H
#define WIDGETS_TOAST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"

enum toast_level {
	TOAST_INFO,
	TOAST_WARN,
	TOAST_ERROR,
};

struct toast {
	char *text;
	enum toast_level level;
	unsigned times; /* equal ones are one */
};

/* {0} is a valid empty value. */
struct toasts {
	ARR(struct toast) queue; /* the first is shown */
	uint64_t since_ms;       /* of the first */
};

/* Copies the text. A newer one takes the place of those before it, but waits behind
 * an error that was not seen; the same text again only counts up. `now_ms` is of
 * any clock that never goes back. */
void toast_add(struct toasts *toasts, enum toast_level level, const char *text,
    uint64_t now_ms);

/* The one to show, NULL if there is none. */
const struct toast *toast_now(const struct toasts *toasts);

/* Drops what was shown long enough; milliseconds until the next has been, 0 if
 * nothing has to be dropped by itself. */
uint64_t toast_pass(struct toasts *toasts, uint64_t now_ms);

/* A key was pressed: an error was seen. */
void toast_seen(struct toasts *toasts, uint64_t now_ms);

/* Drops all. */
void toast_fini(struct toasts *toasts);

#endif
