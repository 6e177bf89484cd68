#include "core/login/refresh.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/login/account.h"
#include "core/login/login.h"
#include "core/login/oauth.h"
#include "core/net/http.h"
#include "core/net/url.h"
#include "core/os/clock.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/run/loop.h"

/* What is good for longer is not renewed yet. */
#define MARGIN_S (24 * 3600)

/* As long as the official client waits for the lock. */
#define LOCK_MS 30000
#define LOCK_AGAIN_MS 100

struct refresh {
	struct hub *hub;
	void (*done)(void *context, const struct refresh_end *end);
	void *context;
	char *name;    /* of the account */
	char *refresh; /* its refresh token */
	int lock;      /* -1: not held */
	uint64_t until_ms;
	struct loop_timer timer;
	struct http_call *call;
};

/* The one that has this token, or NULL. */
static const struct account *
account_with(const struct accounts *accounts, const char *token)
{
	arr_each (account, &accounts->list) {
		if (!strcmp(account->token, token))
			return account;
	}
	return NULL;
}

static void
finish(struct refresh *r, const struct refresh_end *end)
{
	if (r->lock >= 0)
		file_close(r->lock);
	r->lock = -1;
	r->done(r->context, end);
}

static void
use(struct refresh *r, const char *token)
{
	mem_drop(r->hub->token);
	r->hub->token = mem_strdup(token);
}

static void
fail(struct refresh *r, bool for_good, const char *why)
{
	struct str name = STR_INIT;
	struct str safe = STR_INIT;

	utf8_safe(&name, r->name);
	utf8_safe(&safe, why);
	finish(r, &(struct refresh_end){ name.v, safe.v, for_good });
	str_fini(&name);
	str_fini(&safe);
}

/* Puts the new token where the old one was, in both files. */
static bool
save(struct refresh *r, const struct oauth_token *token, struct error *err)
{
	struct account account = { .name = r->name,
		.token = mem_strdup(token->token),
		.refresh =
		    mem_strdup(token->refresh ? token->refresh : r->refresh) };
	char *active;
	struct accounts accounts;
	bool ok = accounts_load(&accounts, err);

	ok = account_active(&active, err) && ok;
	if (token->expires_in_s)
		account.expires =
		    (uint64_t)clock_unix_s() + token->expires_in_s;
	if (ok) {
		accounts_put(&accounts, &account);
		ok = accounts_save(&accounts, err);
	}
	/* Unless somebody switched to another one meanwhile. */
	if (ok && active && !strcmp(active, r->hub->token))
		ok = account_activate(account.token, err);
	accounts_fini(&accounts);
	mem_drop(active);
	mem_drop(account.token);
	mem_drop(account.refresh);
	return ok;
}

static void
take(struct refresh *r, const struct oauth_token *token)
{
	struct str safe = STR_INIT;
	struct error err;

	if (!save(r, token, &err)) {
		fail(r, false, err.message);
		return;
	}
	use(r, token->token);
	utf8_safe(&safe, r->name);
	finish(r, &(struct refresh_end){ .name = safe.v });
	str_fini(&safe);
}

static void
on_answer(
    void *context, const struct http_answer *answer, const struct error *err)
{
	struct refresh *r = context;
	const char *word;
	struct oauth_token token;
	struct cJSON *root = NULL;
	struct str why = STR_INIT;
	struct error ignored, bad;

	r->call = NULL;
	/* The body decides, whatever the status, as for the official client
	 * (huggingface_hub 2.4.0, utils/_oauth_device.py: refresh_access_token). */
	if (!err)
		root = json_parse(answer->body.v, answer->body.n, &ignored);
	word = json_str(root, "error", NULL);
	if (!oauth_read(root, &token, &bad)) {
		fail(r, false, bad.message);
	} else if (token.token) {
		take(r, &token);
	} else {
		if (err)
			str_addz(&why, err->message);
		else if (word)
			str_addf(&why, "%s - %s", word,
			    json_str(root, "error_description", ""));
		else
			str_addf(&why, "%d - ", answer->status);
		fail(r, word && !strcmp(word, "invalid_grant"), why.v);
	}
	json_free(root);
	str_fini(&why);
}

static void
post(struct refresh *r)
{
	struct str form = STR_INIT;

	str_addz(&form, "grant_type=refresh_token&refresh_token=");
	url_escape(&form, r->refresh, false);
	str_addc(&form, '&');
	oauth_add_client(&form);
	r->call = oauth_post(r->hub, "/oauth/token", form.v, on_answer, r);
	str_drop(&form);
}

/* With the lock: somebody else may have done it while we waited. */
static void
look_again(struct refresh *r)
{
	struct accounts accounts;
	struct error err;
	bool ok = accounts_load(&accounts, &err);
	const struct account *account =
	    ok ? accounts_find(&accounts, r->name) : NULL;
	bool renewed = account && strcmp(account->token, r->hub->token) != 0;

	/* One that another program put there is checked as well. */
	if (renewed && *account->token &&
	    account_check(account->token, accounts.path, &err))
		use(r, account->token);
	accounts_fini(&accounts);
	if (ok && !renewed)
		post(r);
	else
		finish(r, NULL);
}

static void
try_lock(void *context)
{
	struct refresh *r = context;
	struct str path = STR_INIT;
	struct accounts accounts;
	enum flock_result result;
	struct error err;

	MAY_FAIL(accounts_load(&accounts, &err),
	    "only its path is needed; look_again() reports what is wrong");
	str_addf(&path, "%s.lock", accounts.path);
	accounts_fini(&accounts);
	result = flock_try(path.v, &r->lock, &err);
	str_fini(&path);
	if (result != FLOCK_HELD)
		r->lock = -1;
	if (result == FLOCK_BUSY && clock_ms() < r->until_ms)
		loop_timer_start(
		    r->hub->loop, &r->timer, LOCK_AGAIN_MS, try_lock, r);
	else if (result == FLOCK_BUSY)
		fail(r, false, "another program does not end with it");
	else
		look_again(r);
}

struct refresh *
refresh_start(struct hub *hub,
    void (*done)(void *context, const struct refresh_end *end), void *context)
{
	const struct account *account = NULL;
	struct accounts accounts;
	struct refresh *r = NULL;
	struct error ignored;

	if (hub->offline || !hub->token ||
	    strcmp(hub->token_source, LOGIN_TOKEN_FILE) != 0)
		return NULL;
	if (accounts_load(&accounts, &ignored))
		account = account_with(&accounts, hub->token);
	if (account && account->refresh && account->expires &&
	    (double)account->expires - MARGIN_S <= clock_unix_s()) {
		r = mem_new(struct refresh);
		r->hub = hub;
		r->done = done;
		r->context = context;
		r->name = mem_strdup(account->name);
		r->refresh = mem_strdup(account->refresh);
		r->lock = -1;
		r->until_ms = clock_ms() + clock_scaled(LOCK_MS);
		loop_timer_start(hub->loop, &r->timer, 0, try_lock, r);
	}
	accounts_fini(&accounts);
	return r;
}

void
refresh_free(struct refresh *r)
{
	if (!r)
		return;
	if (r->call)
		http_cancel(r->call);
	if (r->lock >= 0)
		file_close(r->lock);
	loop_timer_stop(&r->timer);
	free(r->name);
	mem_drop(r->refresh);
	free(r);
}
