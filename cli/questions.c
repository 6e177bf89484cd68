#include "cli/questions.h"

#include "cli/out.h"
#include "cli/suggest.h"
#include "core/base/json.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/run/loop.h"

static void
on_interrupt(void *context)
{
	struct questions *ask = context;
	struct error err;

	hub_call_cancel(ask->call);
	err_set(&err, ERR_CANCELLED, "stopped");
	questions_ended(ask, &err);
}

bool
questions_open(struct questions *ask, const struct cli *cli, const char *token,
    struct error *err)
{
	struct session_options options = { .token = token,
		.look = PROGRESS_NONE };

	ask->call = NULL;
	ask->answer = NULL;
	session_warn_of_token(cli, token);
	if (!session_open(&ask->session, cli, &options, err))
		return false;
	ask->session.cancel = on_interrupt;
	ask->session.context = ask;
	ask->session.hub->brief = true;
	return true;
}

enum exit_code
questions_close(struct questions *ask, enum exit_code code)
{
	json_free(ask->answer);
	session_halt(&ask->session);
	session_close(&ask->session);
	return code;
}

void
questions_ended(void *context, const struct error *err)
{
	struct questions *ask = context;

	ask->call = NULL;
	ask->ok = !err;
	if (err)
		ask->error = *err;
	loop_stop(ask->session.loop);
}

static void
on_answer(void *context, struct cJSON *answer, const struct error *err)
{
	struct questions *ask = context;

	ask->answer = answer;
	questions_ended(ask, err);
}

struct asker
questions_asker(struct questions *ask)
{
	json_free(ask->answer);
	ask->answer = NULL;
	return (struct asker){ on_answer, ask };
}

bool
questions_wait(struct questions *ask, struct hub_call *call, struct error *err)
{
	ask->call = call;
	loop_run(ask->session.loop);
	if (!ask->ok)
		*err = ask->error;
	return ask->ok;
}

enum exit_code
questions_failed(struct questions *ask, const struct error *err)
{
	struct error own = *err;

	suggest_repo(&ask->session, &own);
	/* There is no cache here that could have the answer. */
	if (own.about == ERR_ABOUT_REACH ||
	    (own.about == ERR_ABOUT_OTHER && own.code == ERR_NETWORK))
		own.about = ERR_ABOUT_CALL;
	out_error(ask->session.cli, &own);
	if (err->code == ERR_USAGE && err->about != ERR_ABOUT_VALUE)
		return EXIT_USAGE;
	return session_failed(&ask->session, err);
}
