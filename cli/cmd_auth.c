/* cmd_auth.c: hug auth list, switch and token. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/account_text.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/session.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/login/account.h"
#include "core/login/gitcred.h"
#include "core/os/clock.h"
#include "core/os/env.h"

/* -- list -- */

/* What the table has of one token. */
struct line {
	char *name, *masked, *expires;
	bool active;
};

static char *
expiry_of(const struct account *account)
{
	time_t at = (time_t)account->expires;
	char day[24] = "";
	struct str out = STR_INIT;
	struct tm parts;

	if (account->expires && gmtime_r(&at, &parts))
		strftime(day, sizeof(day), "%Y-%m-%d", &parts);
	str_addz(&out, day);
	if (account->expires && (double)account->expires < clock_unix_s())
		str_addz(&out, " (expired)");
	return str_steal(&out);
}

static int
widest(const struct line *lines, size_t n, size_t offset, int least)
{
	for (size_t i = 0; i < n; i++) {
		const char *text =
		    *(char *const *)(const void *)((const char *)&lines[i] +
						   offset);
		int columns = (int)utf8_width(text);

		least = columns > least ? columns : least;
	}
	return least;
}

static void
pad(struct str *out, const char *text, int columns)
{
	int left = columns - (int)utf8_width(text);

	str_addz(out, text);
	while (left-- > 0)
		str_addc(out, ' ');
}

static void
print_old(const struct line *lines, size_t n)
{
	int name = widest(lines, n, offsetof(struct line, name), 5) + 2;
	struct str out = STR_INIT;

	str_addz(&out, "  ");
	pad(&out, "name", name);
	str_addz(&out, "| ");
	pad(&out, "token", 15);
	str_addc(&out, '\n');
	for (int i = 0; i < name + 2; i++)
		str_addc(&out, '-');
	str_addz(&out, "|---------------\n");
	for (size_t i = 0; i < n; i++) {
		str_addz(&out, lines[i].active ? "* " : "  ");
		pad(&out, lines[i].name, name);
		str_addz(&out, "| ");
		pad(&out, lines[i].masked, 15);
		str_addc(&out, '\n');
	}
	out_put(out.v);
	str_fini(&out);
}

static void
add_rule(struct str *out, int columns)
{
	str_addc(out, ' ');
	while (columns--)
		str_addc(out, '-');
}

static void
print_new(const struct line *lines, size_t n)
{
	int name = widest(lines, n, offsetof(struct line, name), 4);
	int token = widest(lines, n, offsetof(struct line, masked), 5);
	int expires = widest(lines, n, offsetof(struct line, expires), 0);
	struct str out = STR_INIT;

	if (expires && expires < 7)
		expires = 7;
	str_addz(&out, "  ");
	pad(&out, "name", name + 1);
	pad(&out, "token", token + (expires ? 1 : 0));
	pad(&out, expires ? "expires" : "", expires);
	str_addz(&out, "\n-");
	add_rule(&out, name);
	add_rule(&out, token);
	if (expires)
		add_rule(&out, expires);
	str_addc(&out, '\n');
	for (size_t i = 0; i < n; i++) {
		str_addz(&out, lines[i].active ? "* " : "  ");
		pad(&out, lines[i].name, name + 1);
		pad(&out, lines[i].masked, token + (expires ? 1 : 0));
		pad(&out, lines[i].expires, expires);
		str_addc(&out, '\n');
	}
	out_put(out.v);
	str_fini(&out);
}

static void
print_json(const struct line *lines, size_t n)
{
	struct str out = STR_INIT;

	str_addc(&out, '[');
	for (size_t i = 0; i < n; i++) {
		str_addz(&out, i ? ", " : "");
		json_add_pair(&out, true, "name", lines[i].name);
		json_add_pair(&out, false, "token", lines[i].masked);
		if (*lines[i].expires)
			json_add_pair(&out, false, "expires", lines[i].expires);
		str_addf(&out, ", \"active\": %s}",
		    lines[i].active ? "true" : "false");
	}
	str_addz(&out, "]\n");
	out_put(out.v);
	str_fini(&out);
}

static void
print_names(const struct line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out_line(lines[i].name);
}

/* JSON has its own way to write what a terminal must not see. */
static char *
shown(const char *text, bool json)
{
	struct str safe = STR_INIT;

	if (json)
		return mem_strdup(text);
	utf8_safe(&safe, text);
	return str_steal(&safe);
}

static char *
masked(const char *token, bool json)
{
	char *raw = account_masked(token);
	char *text = shown(raw, json);

	free(raw);
	return text;
}

static void
print_list(
    const struct cli *cli, const struct accounts *accounts, const char *active)
{
	size_t n = accounts->list.n;
	struct line *lines = mem_zalloc((n + 1) * sizeof(*lines));
	bool json = cli->voice->policy.accounts.list_for_programs &&
	            cli->format == FORMAT_JSON;

	for (size_t i = 0; i < n; i++) {
		const struct account *account = &accounts->list.v[i];

		lines[i] = (struct line){ shown(account->name, json),
			masked(account->token, json), expiry_of(account),
			active && !strcmp(active, account->token) };
	}
	if (cli->voice->policy.accounts.bar_in_list)
		print_old(lines, n);
	else if (cli->voice->policy.accounts.list_for_programs &&
		 cli->format == FORMAT_QUIET)
		print_names(lines, n);
	else if (json)
		print_json(lines, n);
	else
		print_new(lines, n);
	for (size_t i = 0; i < n; i++) {
		free(lines[i].name);
		free(lines[i].masked);
		free(lines[i].expires);
	}
	free(lines);
}

static bool
is_stored(const struct accounts *accounts, const char *token)
{
	arr_each (account, &accounts->list) {
		if (token && !strcmp(account->token, token))
			return true;
	}
	return false;
}

static enum exit_code
list_run(const struct cli *cli, const void *args)
{
	const char *variable;
	char *environment = account_of_environment(&variable);
	char *active = NULL;
	struct accounts accounts;
	struct error err;
	bool ok = accounts_load(&accounts, &err);

	if (ok && !environment)
		ok = account_active(&active, &err);
	(void)args;
	if (!ok) {
		out_error(cli, &err);
	} else if (!accounts.list.n) {
		out_say(cli, "%s",
		    environment ? cli->voice->text.accounts.none_stored
				: "No access tokens found.");
	} else {
		print_list(cli, &accounts, environment ? environment : active);
		out_flush();
		if (environment)
			out_say(cli,
			    "\nNote: Environment variable `HF_TOKEN` is set "
			    "and "
			    "is the current active token independently from "
			    "the stored tokens listed above.");
		else if (!is_stored(&accounts, active))
			out_say(cli,
			    "\nNote: No active token is set and no environment "
			    "variable `HF_TOKEN` is found. Use `hf auth login` "
			    "to log in.");
	}
	accounts_fini(&accounts);
	mem_drop(environment);
	mem_drop(active);
	return ok && out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
}

static const struct arg no_args[] = { { .name = NULL } };
static const struct opt no_opts[] = { { .name = NULL } };

static const struct example auth_list_examples[] = {
	{ "hug auth list", "List the tokens; * marks the current one" },
	{ "hug auth list --json", "The same, for a program" },
	{ NULL, NULL },
};

const struct command cmd_auth_list = {
	.name = "auth list",
	.summary = "List the stored tokens",
	.examples = auth_list_examples,
	.args = no_args,
	.opts = no_opts,
	.run = list_run,
	.local = true,
	.alias = "ls",
};

/* -- switch -- */

struct switch_args {
	const char *name;
	bool git;
};

static const struct arg switch_args[] = {
	{ "NAME", "The stored token to use, as `hug auth list` names it",
	    .offset = offsetof(struct switch_args, name), .faces = FACE_HUG },
	{ .name = NULL },
};

static const struct opt switch_opts[] = {
	{ "token-name", 0, OPT_TEXT, "NAME",
	    "Name of the token, the same as NAME",
	    .offset = offsetof(struct switch_args, name) },
	{ "add-to-git-credential", 0, OPT_FLAG, NULL,
	    "Also save the token in git's credential helper",
	    .offset = offsetof(struct switch_args, git) },
	{ "no-add-to-git-credential", 0, OPT_UNFLAG, NULL,
	    "Leave git's credential helper alone",
	    .offset = offsetof(struct switch_args, git), .faces = FACE_HF },
	{ .name = NULL },
};

static void
put_choice(const char *indent, size_t i, const char *name)
{
	out_putf("%s%zu. %s\n", indent, i + 1, name);
}

/* The name that a number stands for; NULL: none was chosen. */
static const char *
ask_old(const struct accounts *accounts)
{
	char line[80];
	uint64_t n = 0;

	out_line("Available stored tokens:");
	for (size_t i = 0; i < accounts->list.n; i++)
		put_choice("", i, accounts->list.v[i].name);
	for (;;) {
		out_ask("Enter the number of the token to switch to (or 'q' to "
			"quit): ");
		if (!fgets(line, sizeof(line), stdin)) {
			out_tell("EOFError: EOF when reading a line\n");
			return NULL;
		}
		line[strcspn(line, "\r\n")] = '\0';
		if (!strcmp(line, "q") || !strcmp(line, "Q")) {
			out_line("No token name provided. Aborting.");
			return "";
		}
		if (!span_u64(span_trim(span_of(line)), &n))
			out_line(
			    "Invalid input. Please enter a number or 'q' to "
			    "quit.");
		else if (!n || n > accounts->list.n)
			out_line("Invalid selection. Please try again.");
		else
			return accounts->list.v[n - 1].name;
	}
}

static const char *
ask_new(const struct accounts *accounts)
{
	char line[80];
	uint64_t n = 0;

	out_line("? Select a token to switch to:");
	for (size_t i = 0; i < accounts->list.n; i++)
		put_choice("  ", i, accounts->list.v[i].name);
	for (;;) {
		out_ask("Choice [1]: ");
		if (!fgets(line, sizeof(line), stdin)) {
			out_tell("\nAborted!\n");
			return NULL;
		}
		line[strcspn(line, "\r\n")] = '\0';
		if (!*line)
			return accounts->list.v[0].name;
		if (span_u64(span_trim(span_of(line)), &n) && n &&
		    n <= accounts->list.n)
			return accounts->list.v[n - 1].name;
		out_putf("Invalid choice. Enter a number between 1 and %zu.\n",
		    accounts->list.n);
	}
}

static enum exit_code
switch_to(const struct cli *cli, const struct accounts *accounts,
    const char *name, bool git)
{
	const struct account *account = accounts_find(accounts, name);
	const char *listed = cli->voice->text.accounts.listed;
	const char *variable;
	char *path = env_token_file(), *base, *environment;
	struct error err;
	bool ok;

	if (!account) {
		free(path);
		if (listed) {
			err_set(&err, ERR_USAGE,
			    "no stored token is called '%.100s'", name);
			err_hint(&err, "%s", listed);
			out_error(cli, &err);
			return EXIT_NOT_ALL;
		}
		out_wrong(cli, "Access token %s not found in %s", name,
		    accounts->path ? accounts->path : "stored_tokens");
		return EXIT_NOT_ALL;
	}
	ok = account_activate(account->token, &err);
	environment = account_of_environment(&variable);
	if (ok) {
		out_say(cli, "Your token has been saved to %s", path);
		out_say(cli, "The current active token is: %s", name);
	}
	if (ok && environment && strcmp(environment, account->token) != 0)
		out_say(cli,
		    "The environment variable `HF_TOKEN` is set and will "
		    "override the access token you've just switched to.");
	if (!ok)
		out_error(cli, &err);
	base = hub_choose_base();
	if (ok && git)
		gitcred_approve(base, account->token);
	mem_drop(environment);
	free(base);
	free(path);
	return ok ? EXIT_ALL : EXIT_NOT_ALL;
}

static enum exit_code
switch_run(const struct cli *cli, const void *args)
{
	const struct switch_args *a = args;
	struct accounts accounts;
	struct error err;
	enum exit_code code = EXIT_NOT_ALL;
	const char *name = a->name;

	if (!accounts_load(&accounts, &err)) {
		out_error(cli, &err);
	} else if (!name && !accounts.list.n) {
		out_say(cli, "No stored tokens found. Please login first.");
		out_line("No token name provided. Aborting.");
		code = cli->voice->policy.accounts.nothing_to_switch;
	} else if (!name && cli->format != FORMAT_HUMAN) {
		err_set(&err, ERR_CONFLICT,
		    "Use --token-name to select a token in non-interactive "
		    "mode.");
		out_error(cli, &err);
	} else {
		if (!name)
			name = cli->voice->policy.accounts.asks_number
			           ? ask_old(&accounts)
			           : ask_new(&accounts);
		if (name && *name)
			code = switch_to(cli, &accounts, name, a->git);
		else if (name)
			code = EXIT_ALL;
	}
	accounts_fini(&accounts);
	return code;
}

static const struct example auth_switch_examples[] = {
	{ "hug auth switch laptop", "Use the token named laptop from now on" },
	{ "hug auth switch", "Choose from a list" },
	{ NULL, NULL },
};

const struct command cmd_auth_switch = {
	.name = "auth switch",
	.summary = "Switch to another stored token",
	.examples = auth_switch_examples,
	.args = switch_args,
	.opts = switch_opts,
	.args_size = sizeof(struct switch_args),
	.run = switch_run,
	.local = true,
};

/* -- token -- */

static enum exit_code
token_run(const struct cli *cli, const void *args)
{
	const char *variable;
	char *token;
	struct error err;

	(void)args;
	if (cli->as) {
		token = session_stored_token(cli->as, &err);
		if (!token) {
			out_error(cli, &err);
			return EXIT_USAGE;
		}
	} else {
		token = account_of_environment(&variable);
		if (!token && !account_active(&token, &err)) {
			out_error(cli, &err);
			return EXIT_NOT_ALL;
		}
	}
	if (!token)
		return account_nobody(cli);
	out_exact(token);
	mem_drop(token);
	if (cli->voice->text.accounts.after_token) {
		out_flush();
		out_say(cli, "%s", cli->voice->text.accounts.after_token);
	}
	return out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
}

static const struct example auth_token_examples[] = {
	{ "hug auth token | wc -c", "Pass the token to a program" },
	{ "hug auth token --as laptop | wc -c", "Pass another stored token" },
	{ NULL, NULL },
};

const struct command cmd_auth_token = {
	.name = "auth token",
	.summary = "Print the current token",
	.details = "The token is a secret: pipe it to a program rather than "
		   "showing it on a screen.\n",
	.examples = auth_token_examples,
	.args = no_args,
	.opts = no_opts,
	.run = token_run,
	.faces = FACE_HUG | FACE_HF,
};
