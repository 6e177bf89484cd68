/* cmd_logout.c: hug logout, and auth logout. */
#include <stdlib.h>
#include <string.h>

#include "cli/account_text.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/hub/endpoint.h"
#include "core/login/account.h"
#include "core/login/gitcred.h"

struct logout_args {
	const char *name;
};

static const struct arg logout_args[] = {
	{ "NAME", "The stored token to delete (default: all of them)",
	    .offset = offsetof(struct logout_args, name), .faces = FACE_HUG },
	{ .name = NULL },
};

static const struct opt logout_opts[] = {
	{ "token-name", 0, OPT_TEXT, "NAME",
	    "Name of the token to delete, the same as NAME",
	    .offset = offsetof(struct logout_args, name) },
	{ .name = NULL },
};

static bool
forget_all(struct accounts *accounts, struct error *err)
{
	while (accounts->list.n)
		accounts_remove(accounts, accounts->list.v[0].name);
	return account_forget(err) && accounts_save(accounts, err);
}

/* A name that is not there is no mistake: it is as it was to be. */
static bool
forget_one(const struct cli *cli, struct accounts *accounts, const char *name,
    const char *active, struct error *err)
{
	const struct account *account = accounts_find(accounts, name);
	bool was = account && active && !strcmp(active, account->token);
	bool known = account != NULL;
	bool ok = true;

	if (known) {
		accounts_remove(accounts, name);
		ok = accounts_save(accounts, err);
	}
	if (ok && was)
		ok = account_forget(err);
	if (ok && was)
		out_say(cli, "Active token '%s' has been deleted.", name);
	if (ok && !known && cli->voice->policy.accounts.unknown_fails)
		out_say(cli, "No stored token is called %s.", name);
	return ok && (known || !cli->voice->policy.accounts.unknown_fails);
}

/* What the environment holds cannot be taken out of it from here. */
static bool
is_still_in(const struct cli *cli, bool removed)
{
	const char *variable;
	char *token = account_of_environment(&variable);
	struct error err;
	bool still = token != NULL;

	mem_drop(token);
	if (still && cli->voice->text.accounts.still_in) {
		out_tell(cli->voice->text.accounts.still_in);
	} else if (still) {
		if (removed)
			out_say(cli, "Deleted the stored tokens.");
		err_set(&err, ERR_AUTH,
		    "still logged in: the token in %s stays in use", variable);
		err_hint(&err, "Run `unset %s` to log out", variable);
		out_error(cli, &err);
	}
	return still;
}

static void
say_done(const struct cli *cli, const char *name)
{
	if (name)
		out_say(cli, "Successfully logged out from access token: %s.",
		    name);
	else
		out_say(cli, "Successfully logged out from all access tokens.");
}

static bool
is_anything(const struct accounts *accounts, const char *active)
{
	const char *variable;
	char *token = account_of_environment(&variable);
	bool there = token || active || accounts->list.n;

	mem_drop(token);
	return there;
}

static enum exit_code
logout_run(const struct cli *cli, const void *args)
{
	const struct logout_args *a = args;
	struct accounts accounts;
	struct error err;
	char *base = hub_choose_base();
	char *active = NULL;
	bool ok =
	    accounts_load(&accounts, &err) && account_active(&active, &err);
	bool stored = ok && (active || accounts.list.n);

	if (ok && !is_anything(&accounts, active)) {
		out_say(cli, "Not logged in!");
	} else if (ok) {
		ok = a->name ? forget_one(cli, &accounts, a->name, active, &err)
		             : forget_all(&accounts, &err);
		gitcred_reject(base);
		if (ok && is_still_in(cli, stored))
			ok = false;
		else if (ok)
			say_done(cli, a->name);
		else if (!a->name || !cli->voice->policy.accounts.unknown_fails)
			out_error(cli, &err);
	} else {
		out_error(cli, &err);
	}
	accounts_fini(&accounts);
	mem_drop(active);
	free(base);
	return ok ? EXIT_ALL : EXIT_NOT_ALL;
}

static const struct example logout_examples[] = {
	{ "hug logout", "Delete all stored tokens" },
	{ "hug logout laptop", "Delete the token named laptop" },
	{ NULL, NULL },
};

const struct command cmd_logout = {
	.name = "logout",
	.summary = "Log out and delete stored tokens",
	.examples = logout_examples,
	.args = logout_args,
	.opts = logout_opts,
	.args_size = sizeof(struct logout_args),
	.run = logout_run,
	.local = true,
	.faces = FACE_HUG | FACE_OLD,
};

static const struct example auth_logout_examples[] = {
	{ "hug auth logout", "Delete all stored tokens" },
	{ "hug auth logout laptop", "Delete the token named laptop" },
	{ NULL, NULL },
};

const struct command cmd_auth_logout = {
	.name = "auth logout",
	.summary = "Log out and delete stored tokens",
	.examples = auth_logout_examples,
	.args = logout_args,
	.opts = logout_opts,
	.args_size = sizeof(struct logout_args),
	.run = logout_run,
	.local = true,
};
