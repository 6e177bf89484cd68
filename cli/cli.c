#include "cli/cli.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/agent.h"
#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/os/env.h"

void
cli_init(struct cli *cli, const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;
	const char *name = slash ? slash + 1 : argv0;
	const struct voice *voice = voice_called(name);

	*cli = (struct cli){
		.face = voice->face, .name = voice->name, .voice = voice
	};
	if (voice->policy.output.agent_format && agent_calls())
		cli->format = FORMAT_AGENT;
	cli->color = isatty(STDOUT_FILENO) && !env_get("NO_COLOR");
}

bool
cli_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

const char *
cli_yes(void)
{
	return cli_is_utf8() ? "\xe2\x9c\x94" : "yes";
}

const char *
cli_tick(const struct cli *cli)
{
	if (!cli_is_utf8())
		return "[OK]";
	return cli->color ? OUT_GREEN "\xe2\x9c\x93" OUT_PLAIN : "\xe2\x9c\x93";
}
