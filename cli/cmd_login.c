/* cmd_login.c: hug login, and auth login. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/account_text.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/session.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/login/account.h"
#include "core/login/device.h"
#include "core/login/gitcred.h"
#include "core/login/oauth.h"
#include "core/os/clock.h"
#include "core/os/env.h"
#include "core/run/loop.h"

struct login_args {
	const char *token;
	bool from_stdin;
	bool git;
	bool force;
	bool browser;
};

#define AT(member) .offset = offsetof(struct login_args, member)

static const struct arg login_args[] = { { .name = NULL } };

static const struct opt login_opts[] = {
	{ "token", 0, OPT_TEXT, "TOKEN",
	    "The access token; --token-stdin is safer, as other "
	    "users can see command lines",
	    AT(token) },
	{ "token-stdin", 0, OPT_FLAG, NULL,
	    "Read the token from standard input", AT(from_stdin),
	    .faces = FACE_HUG },
	{ "browser", 0, OPT_FLAG, NULL,
	    "Log in with a browser, on this or another machine", AT(browser),
	    .faces = FACE_HUG },
	{ "add-to-git-credential", 0, OPT_FLAG, NULL,
	    "Also save the token in git's credential helper", AT(git) },
	{ "no-add-to-git-credential", 0, OPT_UNFLAG, NULL,
	    "Leave git's credential helper alone", AT(git), .faces = FACE_HF },
	{ "force", 0, OPT_FLAG, NULL, "Log in even if already logged in",
	    AT(force), .faces = FACE_HF | FACE_HUG },
	{ "no-force", 0, OPT_UNFLAG, NULL, "Not when logged in already",
	    AT(force), .faces = FACE_HF },
	{ .name = NULL },
};

static void
save_to_git(const struct cli *cli, const char *token)
{
	const char *no_helper = cli->voice->text.accounts.no_helper;
	char *helpers = gitcred_helpers(), *base = hub_choose_base();
	bool ok = helpers && gitcred_approve(base, token);

	if (!helpers && no_helper)
		out_line(no_helper);
	else if (!helpers)
		out_say(cli,
		    "git has no credential helper: `git config --global "
		    "credential.helper store` sets one");
	if (ok)
		out_say(cli,
		    "Your token has been saved in your configured git "
		    "credential helpers (%s).",
		    helpers);
	else
		out_say(
		    cli, "Token has not been saved to git credential helper.");
	free(helpers);
	free(base);
}

/* What a token is called in the file. */
static char *
name_of(const struct whoami *whoami)
{
	struct str name = STR_INIT;
	char *text;

	if (*whoami->token_name)
		str_addz(&name, whoami->token_name);
	else
		str_addf(&name, "oauth-%s", whoami->name);
	text = account_section(name.v);
	str_fini(&name);
	return text;
}

static void
note_active(const struct cli *cli, const char *name)
{
	const char *variable;
	char *token = account_of_environment(&variable);

	if (token)
		out_say(cli,
		    "Note: Environment variable`HF_TOKEN` is set and is the "
		    "current active token independently from the token you've "
		    "just configured.");
	else
		out_say(cli, "The current active token is: `%s`", name);
	mem_drop(token);
}

static bool
store(const struct cli *cli, const struct login_args *a,
    const struct account *account, struct error *err)
{
	struct accounts accounts;
	char *path = env_token_file();
	bool ok = accounts_load(&accounts, err);

	if (ok) {
		accounts_put(&accounts, account);
		ok = accounts_save(&accounts, err);
	}
	if (ok)
		out_say(cli, "The token `%s` has been saved to %s",
		    account->name, accounts.path);
	if (ok && a->git)
		save_to_git(cli, account->token);
	ok = ok && account_activate(account->token, err);
	if (ok) {
		out_say(cli, "Your token has been saved to %s", path);
		out_say(cli, "Login successful.");
		note_active(cli, account->name);
	}
	accounts_fini(&accounts);
	free(path);
	return ok;
}

static void
print_for_agent(const struct whoami *whoami, const char *name)
{
	out_putf("Login successful: logged in as %s (token saved as '%s').\n",
	    whoami->name, name);
}

/* Asks whose it is, and saves it under that name. */
static enum exit_code
check_and_store(
    const struct cli *cli, const struct login_args *a, struct account *account)
{
	struct whoami whoami;
	struct error err;
	enum exit_code code = EXIT_NOT_ALL;

	if (!account_ask(cli, account->token, &whoami, NULL, &err)) {
		account_say_refused(cli, NULL, &err);
		whoami_fini(&whoami);
		return EXIT_NOT_ALL;
	}
	account->name = name_of(&whoami);
	if (*whoami.role)
		out_say(cli, "Token is valid (permission: %s).", whoami.role);
	else
		out_say(cli, "Token is valid.");
	if (store(cli, a, account, &err))
		code = EXIT_ALL;
	else
		out_error(cli, &err);
	if (code == EXIT_ALL && cli->format == FORMAT_AGENT && !a->token)
		print_for_agent(&whoami, account->name);
	if (code == EXIT_ALL && cli->mute)
		out_line(account->name);
	whoami_fini(&whoami);
	free(account->name);
	return code;
}

static enum exit_code
login_with(const struct cli *cli, const struct login_args *a, char *token)
{
	const struct sayings *say = &cli->voice->text;
	struct account account = { .token = token };
	enum exit_code code;

	if (!a->git && say->accounts.not_in_git)
		out_say(cli, "%s", say->accounts.not_in_git);
	if (!strncmp(token, "api_org", 7))
		return out_wrong(cli,
		    "You must use your personal account token, not an "
		    "organization token.");
	code = check_and_store(cli, a, &account);
	if (code == EXIT_ALL && say->accounts.after_login && a->token &&
	    isatty(STDERR_FILENO))
		out_say(cli, "%s", say->accounts.after_login);
	return code;
}

/* -- with a browser -- */

struct browsing {
	struct session base;
	const struct login_args *args;
	struct device_login *login;
	struct account account;
	uint64_t expires_in_s;
	struct error err;
};

static void
on_shown(void *context, const struct device_code *code)
{
	struct browsing *b = context;

	if (b->base.cli->format == FORMAT_AGENT)
		out_putf(
		    "Ask the user to open %s in a browser and enter the "
		    "code %s. The code expires in %llu seconds. Waiting for "
		    "authorization...\n",
		    code->url, code->code, (unsigned long long)code->expires_s);
	else
		out_putf("\n    Open this URL in your browser:\n        "
			 "%s\n\n    And enter the code: %s\n\n    Waiting for "
			 "authorization",
		    code->url, code->code);
	out_flush();
}

static void
on_pending(void *context)
{
	struct browsing *b = context;

	if (b->base.cli->format == FORMAT_AGENT)
		return;
	out_put(".");
	out_flush();
}

static void
on_browsed(
    void *context, const struct oauth_token *token, const struct error *err)
{
	struct browsing *b = context;

	b->login = NULL;
	if (err) {
		b->err = *err;
	} else {
		b->account.token = mem_strdup(token->token);
		b->account.refresh =
		    token->refresh ? mem_strdup(token->refresh) : NULL;
		b->expires_in_s = token->expires_in_s;
	}
	loop_stop(b->base.loop);
}

static void
stop_browsing(void *context)
{
	struct browsing *b = context;

	device_cancel(b->login);
	b->login = NULL;
	err_set(&b->err, ERR_CANCELLED, "stopped");
	loop_stop(b->base.loop);
}

static void
note_expiry(const struct cli *cli, const struct browsing *b)
{
	unsigned long long days = b->expires_in_s / 86400;

	if (b->expires_in_s && b->account.refresh)
		out_say(cli,
		    "Note: This token will be refreshed automatically when it "
		    "expires.");
	else if (b->expires_in_s)
		out_say(cli,
		    "Note: This token expires in %llu days. Log in again to "
		    "renew it.",
		    days ? days : 1);
}

static enum exit_code
finish_browsing(const struct cli *cli, struct browsing *b)
{
	enum exit_code code;

	if (!b->account.token) {
		if (b->err.code != ERR_CANCELLED) {
			err_wrap(&b->err, "Login failed");
			out_error(cli, &b->err);
		}
		return session_failed(&b->base, &b->err);
	}
	if (b->expires_in_s)
		b->account.expires = (uint64_t)clock_unix_s() + b->expires_in_s;
	code = check_and_store(cli, b->args, &b->account);
	if (code == EXIT_ALL)
		note_expiry(cli, b);
	return code;
}

static enum exit_code
login_browser(const struct cli *cli, const struct login_args *a)
{
	struct browsing b = { .args = a };
	enum exit_code code = EXIT_NOT_ALL;
	bool ok = session_open(&b.base, cli,
	    &(struct session_options){ .look = PROGRESS_NONE }, &b.err);

	if (ok && b.base.hub->offline) {
		hub_offline_error(b.base.hub->base, &b.err);
	} else if (ok) {
		b.base.cancel = stop_browsing;
		b.base.context = &b;
		b.login =
		    device_start(b.base.hub, &(struct device_watch){ on_shown,
						 on_pending, on_browsed, &b });
		loop_run(b.base.loop);
		if (cli->format != FORMAT_AGENT)
			out_put("\n");
		out_flush();
	}
	session_halt(&b.base);
	session_close(&b.base);
	if (ok)
		code = finish_browsing(cli, &b);
	else
		out_error(cli, &b.err);
	mem_drop(b.account.token);
	mem_drop(b.account.refresh);
	return code;
}

/* As huggingface-cli has it, before it asks. */
static void
say_where(const struct cli *cli)
{
	char *site = hub_choose_site();

	out_say(cli, "A token is made at %s/settings/tokens", site);
	free(site);
}

static void
greet(const struct cli *cli)
{
	const struct sayings *say = &cli->voice->text;
	struct error ignored;
	char *token;

	MAY_FAIL(account_active(&token, &ignored),
	    "a token that cannot be read is replaced, as a wrong one is");
	if (say->accounts.logo)
		out_put(say->accounts.logo);
	out_flush();
	if (say->accounts.already_saved && token)
		out_tell(say->accounts.already_saved);
	if (say->accounts.token_is_made_at)
		out_tell(say->accounts.token_is_made_at);
	else if (isatty(STDIN_FILENO))
		say_where(cli);
	mem_drop(token);
}

static bool
is_logged_in(void)
{
	const char *variable;
	char *token = account_of_environment(&variable);
	struct error ignored;
	bool there;

	if (!token)
		MAY_FAIL(account_active(&token, &ignored),
		    "a token that cannot be read is replaced, as a wrong one "
		    "is");
	there = token != NULL;
	mem_drop(token);
	return there;
}

/* Without anybody to ask it is the browser. */
static bool
wants_browser(void)
{
	char line[80];

	if (!isatty(STDIN_FILENO))
		return true;
	out_line("? How would you like to log in?\n  1. Log in with your "
		 "browser\n  2. Paste an access token");
	for (;;) {
		out_ask("Choice [1]: ");
		if (!fgets(line, sizeof(line), stdin) || *line == '2')
			return false;
		if (*line == '1' || *line == '\n')
			return true;
		out_line("Invalid choice. Enter a number between 1 and 2.");
	}
}

/* An agent tells its user where to go, other programs cannot. */
static enum exit_code
login_for_program(const struct cli *cli, const struct login_args *a)
{
	struct error err;

	if (cli->format == FORMAT_AGENT && (a->force || !is_logged_in()))
		return login_browser(cli, a);
	if (cli->format == FORMAT_AGENT) {
		out_line("Already logged in. Use `hf auth login --force` to "
			 "re-login.");
		return out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	err_set(&err, ERR_CONFLICT,
	    "`hf auth login` is interactive and does not support --format "
	    "json/quiet. Pass --token for a non-interactive login.");
	out_error(cli, &err);
	return EXIT_NOT_ALL;
}

static enum exit_code
login_given(const struct cli *cli, const struct login_args *a)
{
	char *token = mem_strdup(a->token);
	enum exit_code code = login_with(cli, a, token);

	mem_drop(token);
	return code;
}

static enum exit_code
login_typed(const struct cli *cli, const struct login_args *a)
{
	struct str line = STR_INIT;
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;
	char *token;

	if (!a->from_stdin)
		greet(cli);
	if (!account_prompt(
		"Enter your token (input will not be visible): ", &line)) {
		err_set(&err, ERR_CANCELLED, "%s",
		    isatty(STDIN_FILENO) ? "stopped" : "no token was given");
		if (!isatty(STDIN_FILENO))
			err_hint(&err, "Pipe it in: hug login --token-stdin");
		if (cli->voice->text.accounts.no_input)
			out_tell(cli->voice->text.accounts.no_input);
		else
			out_error(cli, &err);
		code = isatty(STDIN_FILENO) ? EXIT_INTERRUPTED : EXIT_NOT_ALL;
	} else if (!(token = account_clean(line.v))) {
		out_wrong(cli, "No token was given.");
	} else {
		code = login_with(cli, a, token);
		mem_drop(token);
	}
	str_drop(&line);
	return code;
}

/* Quiet is one line, the name of the token, and what cannot be left unsaid. */
static enum exit_code
login_run(const struct cli *cli, const void *args)
{
	const struct login_args *a = args;
	struct cli own = *cli;

	own.mute = cli->format == FORMAT_QUIET;
	if (a->token && !a->from_stdin)
		return login_given(&own, a);
	return a->browser ? login_browser(&own, a) : login_typed(&own, a);
}

/* hf asks first how, and whether there is any need to. */
static enum exit_code
login_hf_run(const struct cli *cli, const void *args)
{
	const struct login_args *a = args;

	if (a->token)
		return login_given(cli, a);
	if (cli->format != FORMAT_HUMAN)
		return login_for_program(cli, a);
	if (is_logged_in() && !a->force) {
		out_say(cli,
		    "User is already logged in. Use `hf auth login --force` to "
		    "force re-login.");
		return EXIT_ALL;
	}
	if (is_logged_in())
		out_say(cli,
		    "Note: a token is already saved on this machine. Logging "
		    "in again will replace the active token.");
	return wants_browser() ? login_browser(cli, a) : login_typed(cli, a);
}

static const struct example login_examples[] = {
	{ "hug login", "Ask for the token" },
	{ "hug login --browser", "Log in with a browser" },
	{ "hug login --token-stdin < token.txt", "Read the token from a file" },
	{ NULL, NULL },
};

const struct command cmd_login = {
	.name = "login",
	.summary = "Log in with an access token",
	.details = "Asks the Hub which account the token belongs to, and "
		   "saves it where all Hugging Face libraries find it. "
		   "Without --token it asks for the token; what you type is "
		   "not shown.\n",
	.examples = login_examples,
	.args = login_args,
	.opts = login_opts,
	.args_size = sizeof(struct login_args),
	.run = login_run,
	.local = true,
	.faces = FACE_HUG | FACE_OLD,
};

static const struct example auth_login_examples[] = {
	{ "hug auth login", "Ask for the token" },
	{ "hug auth login --browser", "Log in with a browser" },
	{ NULL, NULL },
};

const struct command cmd_auth_login = {
	.name = "auth login",
	.summary = "Log in with an access token",
	.details = "The same as `hug login`.\n",
	.examples = auth_login_examples,
	.args = login_args,
	.opts = login_opts,
	.args_size = sizeof(struct login_args),
	.run = login_run,
	.local = true,
	.faces = FACE_HUG | FACE_OLD,
};

const struct command cmd_auth_login_hf = {
	.name = "auth login",
	.summary = "Log in with a token",
	.details = "The same as login.\n",
	.args = login_args,
	.opts = login_opts,
	.args_size = sizeof(struct login_args),
	.run = login_hf_run,
	.local = true,
	.faces = FACE_HF,
};
