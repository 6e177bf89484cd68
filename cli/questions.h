/*
 * questions.h: a command that asks the Hub one thing after the other, and waits
 * for each answer.
 */
#ifndef CLI_QUESTIONS_H
#define CLI_QUESTIONS_H

#include <stdbool.h>

#include "cli/session.h"
#include "core/hub/ask.h"

struct cJSON;
struct hub_call;

struct questions {
	struct session session;
	struct hub_call *call;
	struct cJSON *answer; /* of the last question; NULL: no JSON came */
	struct error error;
	bool ok;
};

/* questions_close in any case; it ends with this code. */
MUST_USE bool questions_open(struct questions *ask, const struct cli *cli,
    const char *token, struct error *err);
enum exit_code questions_close(struct questions *ask, enum exit_code code);

/* Who gets the answers of hub_ask and its like; for pages_taker questions_ended. */
struct asker questions_asker(struct questions *ask);
void questions_ended(void *ask, const struct error *err);

/*
 * Waits for the end of what was asked; nothing else may be asked meanwhile.
 * False if it failed, or was broken off.
 */
MUST_USE bool questions_wait(
    struct questions *ask, struct hub_call *call, struct error *err);

/* Prints why it failed; the code to end with. */
enum exit_code questions_failed(struct questions *ask, const struct error *err);

#endif
