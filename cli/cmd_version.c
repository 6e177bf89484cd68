/* cmd_version.c: hug version. */

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/voice/voice.h"

static enum exit_code
version_run(const struct cli *cli, const void *args)
{
	(void)args;
	if (cli->voice->policy.output.version_is_result ||
	    cli->format == FORMAT_JSON)
		out_result(cli, "hf version", "version",
		    cli->voice->text.version.release);
	else
		out_line(cli->voice->text.version.line);
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
