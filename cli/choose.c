#include "cli/choose.h"

#include "cli/queue_text.h"
#include "cli/request.h"
#include "cli/screens.h"
#include "core/hub/endpoint.h"
#include "core/os/log.h"
#include "core/queue/list.h"
#include "core/run/loop.h"

static bool
may_choose(
    const struct cli *cli, const struct download_args *args, struct error *err)
{
	if (args->files.list.n || args->files_from)
		return err_set(err, ERR_USAGE,
		    "--pick cannot be combined with names of files");
	if (args->queue)
		return err_set(err, ERR_USAGE,
		    "--pick and --queue cannot be used together");
	if (args->token) {
		err_set(err, ERR_USAGE, "--pick cannot be used with --token");
		return err_hint(err, "Store the token with `hug login`, then "
				     "name it with --as");
	}
	return cli->screens || err_set(err, ERR_USAGE,
				   "this program was built without screens");
}

struct queue_job *
choose_files(
    const struct cli *cli, const struct download_args *args, struct error *err)
{
	struct hub_options options = { .offline = true };
	struct screens_options screens = { .root = NULL };
	struct request_texts texts = { .names = STR_INIT };
	const struct log log = LOG_OFF;
	struct download_request request;
	struct queue_job *from = NULL, *chosen = NULL;
	struct loop *loop;
	struct hub *hub;

	if (!may_choose(cli, args, err))
		return NULL;
	loop = loop_new();
	hub = hub_new(loop, &log, &options, err);
	if (hub && request_read(&texts, cli, args, hub, &request, err))
		from = queue_job_of(cli, &request, hub->base, err);
	if (from) {
		screens.root = from->root;
		chosen = cli->screens->choose(&screens, from, err);
	}
	queue_job_free(from);
	request_fini(&texts);
	hub_free(hub);
	loop_free(loop);
	return chosen;
}
