/* cmd_completion.c: hug completion. */
#include <string.h>

#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/mistake.h"
#include "cli/out.h"
#include "core/base/str.h"
#include "core/base/text.h"

struct completion_args {
	const char *shell;
};

static const struct arg completion_args[] = {
	{ "SHELL", "bash, zsh or fish",
	    .offset = offsetof(struct completion_args, shell),
	    .required = true },
	{ .name = NULL },
};

static const struct opt completion_opts[] = { { .name = NULL } };

static enum exit_code
completion_run(const struct cli *cli, const void *args)
{
	const struct completion_args *a = args;
	struct str script = STR_INIT;
	struct str text = STR_INIT;
	enum exit_code code = EXIT_USAGE;
	struct error err;

	if (completion_add(&script, a->shell)) {
		out_put(script.v);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	} else {
		text_addf(&text,
		    "SHELL is one of bash, zsh, fish, not '%.100s'", a->shell);
		MAY_FAIL(mistake(&(struct mistake){ MISTAKE_VALUE, cli,
				     &cmd_completion, NULL, text.v },
			     &err),
		    "it fills the error, which is shown");
		out_error(cli, &err);
	}
	str_fini(&script);
	str_fini(&text);
	return code;
}

static const struct example examples[] = {
	{ "source <(hug completion bash)",
	    "Complete in this bash; add the line to ~/.bashrc to keep it" },
	{ "hug completion zsh > ~/.zfunc/_hug",
	    "Install for zsh, where ~/.zfunc is in fpath" },
	{ "hug completion fish > ~/.config/fish/completions/hug.fish",
	    "Install for fish" },
	{ NULL, NULL },
};

const struct command cmd_completion = {
	.name = "completion",
	.summary = "Print a script for tab completion",
	.details =
	    "The script completes commands, options, cached repositories and "
	    "their revisions. `make install` and packages put it in place "
	    "already.\n",
	.examples = examples,
	.args = completion_args,
	.opts = completion_opts,
	.args_size = sizeof(struct completion_args),
	.run = completion_run,
	.local = true,
	.faces = FACE_HUG,
};
