#include "core/login/login.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/hub/endpoint.h"
#include "core/login/account.h"
#include "core/os/env.h"

/* A token while it is looked for. */
struct found {
	char *token; /* NULL: none yet */
	const char *source;
	char *trouble; /* why the stored one cannot be read; NULL: it can */
};

static void
take(struct found *found, const char *text, const char *source)
{
	if (found->token || !text)
		return;
	found->token = account_clean(text);
	if (found->token)
		found->source = source;
}

static void
choose(struct found *found, const struct login_options *options)
{
	struct error err;
	char *stored;

	take(found, options->token, options->source);
	if (found->token || env_flag("HF_HUB_DISABLE_IMPLICIT_TOKEN"))
		return;
	take(found, env_get("HF_TOKEN"), "HF_TOKEN");
	take(
	    found, env_get("HUGGING_FACE_HUB_TOKEN"), "HUGGING_FACE_HUB_TOKEN");
	if (found->token)
		return;
	/* Much can be had without a token: told where one is wanted. */
	if (!account_active(&stored, &err))
		found->trouble = mem_strdup(err.message);
	take(found, stored, LOGIN_TOKEN_FILE);
	mem_drop(stored);
}

/* Of several names the first. */
static char *
name_of(const char *token)
{
	struct accounts accounts;
	struct error ignored;
	char *name = NULL;

	if (accounts_load(&accounts, &ignored)) {
		arr_each (account, &accounts.list) {
			if (!name && !strcmp(account->token, token))
				name = mem_strdup(account->name);
		}
	}
	accounts_fini(&accounts);
	return name;
}

static bool
check(const struct found *found, struct error *err)
{
	char *site;

	if (!found->token || account_check(found->token, found->source, err))
		return true;
	site = hub_choose_site();
	err_hint(err, "Copy it again from %s/settings/tokens", site);
	free(site);
	return false;
}

struct hub *
login_hub(struct loop *loop, const struct log *log,
    const struct login_options *options, struct error *err)
{
	struct found found = { 0 };
	struct hub *hub = NULL;

	choose(&found, options);
	if (check(&found, err))
		hub = hub_new(loop, log,
		    &(struct hub_options){ .token = found.token,
			.source = found.source,
			.trouble = found.trouble,
			.name_of = name_of,
			.offline = options->offline },
		    err);
	mem_drop(found.token);
	free(found.trouble);
	return hub;
}
