/* cmd_login.c: hug login, and auth login. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/account_text.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/account.h"
#include "core/hub/endpoint.h"
#include "core/hub/gitcred.h"
#include "core/os/env.h"

struct login_args {
	const char *token;
	bool from_stdin;
	bool git;
	bool force;
};

#define AT(member) .offset = offsetof(struct login_args, member)

static const struct arg login_args[] = { { .name = NULL } };

static const struct opt login_opts[] = {
	{ "token", 0, OPT_TEXT, "TOKEN",
	    "The token. Other users of this machine can see it while the "
	    "command runs: better --token-stdin, or the question",
	    AT(token) },
	{ "token-stdin", 0, OPT_FLAG, NULL,
	    "Read the token from standard input", AT(from_stdin),
	    .faces = FACE_HUG },
	{ "add-to-git-credential", 0, OPT_FLAG, NULL,
	    "Give it to git's credential helper too", AT(git) },
	{ "no-add-to-git-credential", 0, OPT_UNFLAG, NULL,
	    "Leave git's credential helper alone", AT(git), .faces = FACE_HF },
	{ "force", 0, OPT_FLAG, NULL, "Also when logged in already", AT(force),
	    .faces = FACE_HF | FACE_HUG },
	{ "no-force", 0, OPT_UNFLAG, NULL, "Not when logged in already",
	    AT(force), .faces = FACE_HF },
	{ .name = NULL },
};

static const char logo[] =
    "\n"
    "    _|    _|  _|    _|    _|_|_|    _|_|_|  _|_|_|  _|      _|    _|_|_|"
    "      _|_|_|_|    _|_|      _|_|_|  _|_|_|_|\n"
    "    _|    _|  _|    _|  _|        _|          _|    _|_|    _|  _|      "
    "      _|        _|    _|  _|        _|\n"
    "    _|_|_|_|  _|    _|  _|  _|_|  _|  _|_|    _|    _|  _|  _|  _|  _|_|"
    "      _|_|_|    _|_|_|_|  _|        _|_|_|\n"
    "    _|    _|  _|    _|  _|    _|  _|    _|    _|    _|    _|_|  _|    _|"
    "      _|        _|    _|  _|        _|\n"
    "    _|    _|    _|_|      _|_|_|    _|_|_|  _|_|_|  _|      _|    _|_|_|"
    "      _|        _|    _|    _|_|_|  _|_|_|_|\n"
    "\n";

static const char no_helper[] =
    "Cannot authenticate through git-credential as no helper is defined on "
    "your machine.\nYou might have to re-authenticate when pushing to the "
    "Hugging Face Hub.\nRun the following command in your terminal in case "
    "you want to set the 'store' credential helper as default.\n\ngit config "
    "--global credential.helper store\n\nRead "
    "https://git-scm.com/book/en/v2/Git-Tools-Credential-Storage for more "
    "details.";

static void
save_to_git(const struct cli *cli, const char *token)
{
	char *helpers = gitcred_helpers(), *base = hub_choose_base();
	bool ok = helpers && gitcred_approve(base, token);

	if (!helpers && cli->face == FACE_HUG)
		account_note(cli,
		    "git has no credential helper: `git config --global "
		    "credential.helper store` sets one");
	else if (!helpers)
		puts(no_helper);
	if (ok)
		account_note(cli,
		    "Your token has been saved in your configured git "
		    "credential helpers (%s).",
		    helpers);
	else
		account_note(
		    cli, "Token has not been saved to git credential helper.");
	free(helpers);
	free(base);
}

/* What a token is called: what could end its line in the file is left out. */
static char *
name_of(const struct whoami *whoami)
{
	struct str name = STR_INIT;
	char *text;

	if (*whoami->token_name)
		str_addz(&name, whoami->token_name);
	else
		str_addf(&name, "oauth-%s", whoami->name);
	text = str_steal(&name);
	for (char *p = text; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	}
	return text;
}

static void
note_active(const struct cli *cli, const char *name)
{
	const char *variable;
	char *token = account_of_environment(&variable);

	if (token)
		account_note(cli,
		    "Note: Environment variable`HF_TOKEN` is set and is the "
		    "current active token independently from the token you've "
		    "just configured.");
	else
		account_note(cli, "The current active token is: `%s`", name);
	if (token)
		mem_wipe(token, strlen(token));
	free(token);
}

static bool
store(const struct cli *cli, const struct login_args *a, const char *token,
    const char *name, struct error *err)
{
	struct accounts accounts;
	char *path = env_token_file();
	struct str safe = STR_INIT;
	bool ok = accounts_load(&accounts, err);

	utf8_safe(&safe, name);
	if (ok) {
		accounts_put(&accounts, name, token);
		ok = accounts_save(&accounts, err);
	}
	if (ok)
		account_note(cli, "The token `%s` has been saved to %s", safe.v,
		    accounts.path);
	if (ok && a->git)
		save_to_git(cli, token);
	ok = ok && account_activate(token, err);
	if (ok) {
		account_note(cli, "Your token has been saved to %s", path);
		account_note(cli, "Login successful.");
		note_active(cli, safe.v);
	}
	accounts_fini(&accounts);
	str_fini(&safe);
	free(path);
	return ok;
}

static enum exit_code
login_with(const struct cli *cli, const struct login_args *a, const char *token)
{
	struct whoami whoami;
	struct error err;
	enum exit_code code = EXIT_NOT_ALL;
	char *name;

	if (!a->git && cli->face != FACE_HUG)
		account_note(cli,
		    "The token has not been saved to the git credentials "
		    "helper. Pass `add_to_git_credential=True` in this "
		    "function directly or `--add-to-git-credential` if using "
		    "via `hf`CLI if you want to set the git credential as "
		    "well.");
	if (!strncmp(token, "api_org", 7))
		return account_wrong(cli,
		    "You must use your personal account token, not an "
		    "organization token.");
	if (!account_ask(cli, token, &whoami, NULL, &err)) {
		account_say_refused(cli, NULL, &err);
		whoami_fini(&whoami);
		return EXIT_NOT_ALL;
	}
	name = name_of(&whoami);
	if (*whoami.role)
		account_note(
		    cli, "Token is valid (permission: %s).", whoami.role);
	else
		account_note(cli, "Token is valid.");
	if (store(cli, a, token, name, &err))
		code = EXIT_ALL;
	else
		out_error(cli, &err);
	if (code == EXIT_ALL && cli->face == FACE_HUG && a->token &&
	    isatty(STDERR_FILENO))
		account_note(cli,
		    "hint: --token can be seen by other users of this machine; "
		    "--token-stdin cannot");
	whoami_fini(&whoami);
	free(name);
	return code;
}

/* As huggingface-cli has it, before it asks. */
static void
greet(const struct cli *cli)
{
	char *token = account_active();

	if (cli->face == FACE_OLD)
		fputs(logo, stdout);
	fflush(stdout);
	if (cli->face == FACE_OLD && token)
		fputs("    A token is already saved on your machine. Run `hf "
		      "auth whoami` to get more information or `hf auth "
		      "logout` if you want to log out.\n"
		      "    Setting a new token will erase the existing one.\n",
		    stderr);
	if (cli->face != FACE_HUG)
		fputs(
		    "    To log in, `huggingface_hub` requires a token "
		    "generated from https://huggingface.co/settings/tokens .\n",
		    stderr);
	else if (isatty(STDIN_FILENO))
		account_note(cli, "A token is made at %s",
		    "https://huggingface.co/settings/tokens");
	if (token)
		mem_wipe(token, strlen(token));
	free(token);
}

static bool
is_logged_in(void)
{
	const char *variable;
	char *token = account_of_environment(&variable);
	bool there;

	token = token ? token : account_active();
	there = token != NULL;
	if (token)
		mem_wipe(token, strlen(token));
	free(token);
	return there;
}

static enum exit_code
login_run(const struct cli *cli, const void *args)
{
	const struct login_args *a = args;
	struct str line = STR_INIT;
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;
	char *token;

	if (a->token && !a->from_stdin)
		return login_with(cli, a, a->token);
	if (cli->face == FACE_HF && !a->force && is_logged_in()) {
		account_note(cli,
		    "User is already logged in. Use `hf auth login --force` to "
		    "force re-login.");
		return EXIT_ALL;
	}
	if (!a->from_stdin)
		greet(cli);
	if (!account_prompt(
		"Enter your token (input will not be visible): ", &line)) {
		err_set(&err, ERR_CANCELLED, "no token was given");
		if (cli->face == FACE_OLD)
			fputs("EOFError\n", stderr);
		else
			out_error(cli, &err);
		code = isatty(STDIN_FILENO) ? EXIT_INTERRUPTED : EXIT_NOT_ALL;
	} else if (!(token = account_clean(line.v))) {
		account_wrong(cli, "No token was given.");
	} else {
		code = login_with(cli, a, token);
		mem_wipe(token, strlen(token));
		free(token);
	}
	mem_wipe(line.v, line.n);
	str_fini(&line);
	return code;
}

const struct command cmd_login = {
	.name = "login",
	.summary = "Log in with a token",
	.details = "Asks the Hub whose token it is, and saves it where "
		   "huggingface_hub finds it.\nWithout --token it asks for "
		   "one; what is typed is not shown.\n",
	.args = login_args,
	.opts = login_opts,
	.args_size = sizeof(struct login_args),
	.run = login_run,
	.faces = FACE_HUG | FACE_OLD,
};

const struct command cmd_auth_login = {
	.name = "auth login",
	.summary = "Log in with a token",
	.details = "The same as login.\n",
	.args = login_args,
	.opts = login_opts,
	.args_size = sizeof(struct login_args),
	.run = login_run,
};
