#include "cli/commands.h"

#include <stddef.h>

#include "cli/command.h"

const struct command *const commands[] = {
	&cmd_download,
	&cmd_cache_ls,
	&cmd_cache_rm,
	&cmd_cache_prune,
	&cmd_cache_free,
	&cmd_cache_verify,
	&cmd_cache_du,
	&cmd_scan_cache,
	&cmd_delete_cache,
	&cmd_ui,
	&cmd_login,
	&cmd_logout,
	&cmd_whoami,
	&cmd_auth_login,
	&cmd_auth_logout,
	&cmd_auth_list,
	&cmd_auth_switch,
	&cmd_auth_token,
	&cmd_auth_whoami,
	&cmd_env,
	&cmd_version,
	NULL,
};
