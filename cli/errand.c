#include "cli/errand.h"

#include "cli/out.h"
#include "core/base/json.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/run/loop.h"

static void
on_interrupt(void *context)
{
	struct errand *errand = context;
	struct error err;

	hub_call_cancel(errand->call);
	err_set(&err, ERR_CANCELLED, "stopped");
	errand_ended(errand, &err);
}

bool
errand_open(struct errand *errand, const struct cli *cli, const char *token,
    struct error *err)
{
	struct session_options options = { .token = token,
		.look = PROGRESS_NONE };

	errand->call = NULL;
	errand->answer = NULL;
	session_warn_of_token(cli, token);
	if (!session_open(&errand->base, cli, &options, err))
		return false;
	errand->base.cancel = on_interrupt;
	errand->base.context = errand;
	errand->base.hub->brief = true;
	return true;
}

enum exit_code
errand_close(struct errand *errand, enum exit_code code)
{
	json_free(errand->answer);
	session_halt(&errand->base);
	session_close(&errand->base);
	return code;
}

void
errand_ended(void *context, const struct error *err)
{
	struct errand *errand = context;

	errand->call = NULL;
	errand->ok = !err;
	if (err)
		errand->error = *err;
	loop_stop(errand->base.loop);
}

static void
on_answer(void *context, struct cJSON *answer, const struct error *err)
{
	struct errand *errand = context;

	errand->answer = answer;
	errand_ended(errand, err);
}

struct asker
errand_asker(struct errand *errand)
{
	json_free(errand->answer);
	errand->answer = NULL;
	return (struct asker){ on_answer, errand };
}

bool
errand_wait(struct errand *errand, struct hub_call *call, struct error *err)
{
	errand->call = call;
	loop_run(errand->base.loop);
	if (!errand->ok)
		*err = errand->error;
	return errand->ok;
}

enum exit_code
errand_failed(const struct errand *errand, const struct error *err)
{
	struct error own = *err;

	/* There is no cache here that could have the answer. */
	if (own.about == ERR_ABOUT_REACH ||
	    (own.about == ERR_ABOUT_OTHER && own.code == ERR_NETWORK))
		own.about = ERR_ABOUT_CALL;
	out_error(errand->base.cli, &own);
	if (err->code == ERR_USAGE && err->about != ERR_ABOUT_VALUE)
		return EXIT_USAGE;
	return session_failed(&errand->base, err);
}
