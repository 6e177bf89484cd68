#include "cli/confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/out.h"
#include "core/base/error.h"
#include "core/os/sig.h"

bool
confirm_read(char *answer, size_t size)
{
	bool read;

	sig_while_asking(true);
	read = fgets(answer, (int)size, stdin) != NULL;
	sig_while_asking(false);
	if (!read)
		return false;
	answer[strcspn(answer, "\r\n")] = '\0';
	return true;
}

static bool
cannot_ask(const struct cli *cli, const char *question)
{
	struct error err;

	if (cli->face == FACE_HF)
		err_set(&err, ERR_CONFLICT,
		    "%s Use --yes to skip confirmation.", question);
	else
		err_set(&err, ERR_USAGE,
		    "%s There is no terminal to ask on; add --yes to go ahead",
		    question);
	out_error(cli, &err);
	return false;
}

bool
confirm_name(
    const struct cli *cli, const char *question, const char *name, bool yes)
{
	char answer[300];

	if (yes)
		return true;
	if (cli->format != FORMAT_HUMAN || !isatty(STDIN_FILENO))
		return cannot_ask(cli, question);
	out_ask("%s\nType its name, %s, to go on: ", question, name);
	if (confirm_read(answer, sizeof(answer)) && !strcmp(answer, name))
		return true;
	out_tell("Aborted!\n");
	return false;
}

bool
confirm(const struct cli *cli, const char *question, bool yes)
{
	char answer[80];

	if (yes)
		return true;
	if (cli->format != FORMAT_HUMAN ||
	    (cli->face == FACE_HUG && !isatty(STDIN_FILENO)))
		return cannot_ask(cli, question);
	for (;;) {
		out_ask("%s [y/N]: ", question);
		if (!confirm_read(answer, sizeof(answer)) || !*answer ||
		    !strcasecmp(answer, "n") || !strcasecmp(answer, "no")) {
			out_tell("Aborted!\n");
			return false;
		}
		if (!strcasecmp(answer, "y") || !strcasecmp(answer, "yes"))
			return true;
		out_line("Error: invalid input");
	}
}
