/* cmd_whoami.c: hug whoami, and auth whoami. */
#include <stdlib.h>
#include <string.h>

#include "cli/account_text.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"

#define DEFAULT_BASE "https://huggingface.co"

static void
add_orgs(struct str *out, const struct whoami *whoami, bool json)
{
	for (size_t i = 0; i < whoami->orgs.n; i++) {
		str_addz(out, i ? (json ? ", " : ",") : "");
		if (json)
			json_add_string(out, whoami->orgs.v[i]);
		else
			utf8_safe(out, whoami->orgs.v[i]);
	}
}

static void
print_old(const struct cli *cli, const struct whoami *whoami, const char *base)
{
	struct str orgs = STR_INIT;

	out_putf("%s\n", whoami->name);
	add_orgs(&orgs, whoami, false);
	if (orgs.n)
		out_putf(cli->color ? OUT_BOLD "orgs: " OUT_PLAIN " %s\n"
				    : "orgs:  %s\n",
		    orgs.v);
	if (strcmp(base, DEFAULT_BASE) != 0)
		out_putf("Authenticated through private endpoint: %s\n", base);
	str_fini(&orgs);
}

/* What is said of a token: its name, what it may, where it is from. */
static void
add_token(struct str *out, const struct whoami *whoami, const char *source)
{
	str_addz(out, *whoami->token_name ? whoami->token_name : "?");
	if (*whoami->role)
		str_addf(out, " (%s)", whoami->role);
	str_addf(out, ", from %s", source);
}

static void
print_new(const struct cli *cli, const struct whoami *whoami, const char *base,
    const char *source)
{
	struct str orgs = STR_INIT;
	struct str json = STR_INIT;
	struct str token = STR_INIT;
	struct out_pair pairs[4] = { { "user", whoami->name, NULL } };
	bool machine = cli->format == FORMAT_JSON;
	size_t n = 1;

	add_orgs(&orgs, whoami, false);
	str_addz(&json, "[");
	add_orgs(&json, whoami, true);
	str_addz(&json, "]");
	if (orgs.n || machine)
		pairs[n++] = (struct out_pair){ "orgs", orgs.v,
			!orgs.n                                    ? "null"
			: cli->voice->policy.accounts.orgs_as_list ? json.v
								   : NULL };
	if (strcmp(base, DEFAULT_BASE) != 0)
		pairs[n++] = (struct out_pair){ "endpoint", base, NULL };
	else if (machine)
		pairs[n++] = (struct out_pair){ "endpoint", "", "null" };
	add_token(&token, whoami, source);
	if (cli->voice->policy.accounts.names_token)
		pairs[n++] = (struct out_pair){ "token", token.v, NULL };
	out_results(cli, "Logged in", pairs, n);
	str_fini(&orgs);
	str_fini(&json);
	str_fini(&token);
}

static enum exit_code
whoami_run(const struct cli *cli, const void *args)
{
	struct whoami whoami;
	const char *source;
	struct error err;
	char *base = hub_choose_base();
	enum exit_code code = EXIT_NOT_ALL;

	(void)args;
	if (account_ask(cli, NULL, &whoami, &source, &err)) {
		if (cli->voice->policy.accounts.plain_whoami)
			print_old(cli, &whoami, base);
		else
			print_new(cli, &whoami, base, source);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	} else if (!source && err.about == ERR_ABOUT_TOKEN) {
		code = account_nobody(cli);
	} else {
		account_say_refused(cli, source, &err);
	}
	whoami_fini(&whoami);
	free(base);
	return code;
}

static const struct arg whoami_args[] = { { .name = NULL } };
static const struct opt whoami_opts[] = { { .name = NULL } };

static const struct example whoami_examples[] = {
	{ "hug whoami", "Show the account of the current token" },
	{ "hug whoami --as laptop",
	    "Show the account of another stored token" },
	{ NULL, NULL },
};

const struct command cmd_whoami = {
	.name = "whoami",
	.summary = "Show which account the current token belongs to",
	.examples = whoami_examples,
	.args = whoami_args,
	.opts = whoami_opts,
	.run = whoami_run,
	.faces = FACE_HUG | FACE_OLD,
};

static const struct example auth_whoami_examples[] = {
	{ "hug auth whoami", "Show the account of the current token" },
	{ "hug auth whoami --json", "The same, for a program" },
	{ NULL, NULL },
};

const struct command cmd_auth_whoami = {
	.name = "auth whoami",
	.summary = "Show which account the current token belongs to",
	.examples = auth_whoami_examples,
	.args = whoami_args,
	.opts = whoami_opts,
	.run = whoami_run,
};
