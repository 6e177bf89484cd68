/* cmd_version.c: hug version. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"

static enum exit_code
version_run(const void *args)
{
	(void)args;
	printf("%s %s\n", PACKAGE_NAME, PACKAGE_VERSION);
	return out_finish() ? EXIT_ALL : EXIT_NOT_ALL;
}

static const struct arg version_args[] = { { .name = NULL } };
static const struct opt version_opts[] = { { .name = NULL } };

const struct command cmd_version = {
	.name = "version",
	.summary = "Print the version",
	.args = version_args,
	.opts = version_opts,
	.run = version_run,
};
