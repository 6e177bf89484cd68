#include "cli/choose.h"

#include "cli/queue_text.h"
#include "cli/request.h"
#include "cli/screens.h"
#include "core/queue/list.h"

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
	struct screens_options screens = { .root = NULL };
	struct queue_job *from, *chosen = NULL;

	if (!may_choose(cli, args, err))
		return NULL;
	from = queue_job_of_args(cli, args, err);
	if (from) {
		screens.root = from->root;
		chosen = cli->screens->choose(&screens, from, err);
	}
	queue_job_free(from);
	return chosen;
}
