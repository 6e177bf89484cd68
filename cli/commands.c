#include "cli/commands.h"

#include <stddef.h>

#include "cli/command.h"

const struct command *const commands[] = {
	&cmd_download,
	&cmd_env,
	&cmd_version,
	NULL,
};
