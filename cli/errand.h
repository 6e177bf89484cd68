/*
 * errand.h: a command that asks the Hub one thing after the other, and waits
 * for each answer.
 */
#ifndef CLI_ERRAND_H
#define CLI_ERRAND_H

#include <stdbool.h>

#include "cli/session.h"
#include "core/hub/ask.h"

struct cJSON;
struct hub_call;

struct errand {
	struct session base;
	struct hub_call *call;
	struct cJSON *answer; /* of the last question; NULL: no JSON came */
	struct error error;
	bool ok;
};

/* errand_close in any case; it ends with this code. */
MUST_USE bool errand_open(struct errand *errand, const struct cli *cli,
    const char *token, struct error *err);
enum exit_code errand_close(struct errand *errand, enum exit_code code);

/* Who gets the answers of hub_ask and its like; for pages_taker errand_ended. */
struct asker errand_asker(struct errand *errand);
void errand_ended(void *errand, const struct error *err);

/*
 * Waits for the end of what was asked; nothing else may be asked meanwhile.
 * False if it failed, or was broken off.
 */
MUST_USE bool errand_wait(
    struct errand *errand, struct hub_call *call, struct error *err);

/* Prints why it failed; the code to end with. */
enum exit_code errand_failed(
    const struct errand *errand, const struct error *err);

#endif
