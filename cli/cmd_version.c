/* cmd_version.c: hug version. */

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"

/* What scripts compare: the release whose place we take. */
#define RELEASE_OLD "0.36.2"
#define RELEASE_HF "2.4.0"

static enum exit_code
version_run(const struct cli *cli, const void *args)
{
	(void)args;
	if (cli->face == FACE_OLD)
		out_line("huggingface_hub version: " RELEASE_OLD);
	else if (cli->face == FACE_HF)
		out_result(cli, "hf version", "version", RELEASE_HF);
	else if (cli->format == FORMAT_JSON)
		out_result(cli, "", "version", PACKAGE_VERSION);
	else
		out_putf("%s %s\n", PACKAGE_NAME, PACKAGE_VERSION);
	return out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
}

static const struct arg version_args[] = { { .name = NULL } };
static const struct opt version_opts[] = { { .name = NULL } };

static const struct example version_examples[] = {
	{ "hug version", "Print the version" },
	{ "hug --version", "The same" },
	{ NULL, NULL },
};

const struct command cmd_version = {
	.name = "version",
	.summary = "Print the version",
	.examples = version_examples,
	.args = version_args,
	.opts = version_opts,
	.run = version_run,
};
