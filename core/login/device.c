#include "core/login/device.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/endpoint.h"
#include "core/login/oauth.h"
#include "core/net/http.h"
#include "core/net/url.h"
#include "core/os/clock.h"
#include "core/run/loop.h"

#define GRANT "urn:ietf:params:oauth:grant-type:device_code"

/* Where the Hub does not say otherwise; how much slower it is when asked. */
#define INTERVAL_S 5
#define EXPIRES_S 900
#define SLOWER_S 5

/* Whatever the Hub says: it is not flooded, and nobody waits for ever. */
#define INTERVAL_MIN_S 1
#define INTERVAL_MAX_S 300
#define EXPIRES_MAX_S 3600

struct device_login {
	struct hub *hub;
	struct device_watch watch;
	struct http_call *call;
	struct loop_timer timer;
	char *device;
	uint64_t interval_s;
	uint64_t until_ms;
};

static void
drop(struct device_login *login)
{
	loop_timer_stop(&login->timer);
	mem_drop(login->device);
	free(login);
}

static void
finish(struct device_login *login, const struct oauth_token *token,
    const struct error *err)
{
	login->watch.done(login->watch.context, token, err);
	drop(login);
}

/* -- asking until it was entered -- */

static void poll_again(void *context);

static void
wait_on(struct device_login *login)
{
	struct error err;

	if (clock_ms() >= login->until_ms) {
		err_set(&err, ERR_AUTH,
		    "Device code expired (timeout). Please try again.");
		finish(login, NULL, &err);
		return;
	}
	loop_timer_start(login->hub->loop, &login->timer,
	    clock_scaled(login->interval_s * 1000), poll_again, login);
}

static void
set_odd(struct error *err, const char *word, const char *why)
{
	err_set(err, ERR_AUTH, "OAuth error: %.200s - %.400s", word, why);
}

static void
set_interval(struct device_login *login, uint64_t seconds)
{
	login->interval_s = seconds < INTERVAL_MIN_S   ? INTERVAL_MIN_S
	                    : seconds > INTERVAL_MAX_S ? INTERVAL_MAX_S
	                                               : seconds;
}

static void
on_error(struct device_login *login, const struct cJSON *root)
{
	const char *word = json_str(root, "error", "");
	struct error err;

	if (!strcmp(word, "authorization_pending") && login->watch.pending)
		login->watch.pending(login->watch.context);
	if (!strcmp(word, "slow_down"))
		set_interval(login, login->interval_s + SLOWER_S);
	if (!*word || !strcmp(word, "slow_down") ||
	    !strcmp(word, "authorization_pending")) {
		wait_on(login);
		return;
	}
	if (!strcmp(word, "expired_token"))
		err_set(
		    &err, ERR_AUTH, "Device code expired. Please try again.");
	else if (!strcmp(word, "access_denied"))
		err_set(&err, ERR_AUTH,
		    "Authorization was denied. Please try again.");
	else
		set_odd(&err, word, json_str(root, "error_description", ""));
	finish(login, NULL, &err);
}

static void
on_polled(
    void *context, const struct http_answer *answer, const struct error *err)
{
	struct device_login *login = context;
	struct cJSON *root = NULL;
	struct error ignored, bad;
	struct oauth_token token;

	login->call = NULL;
	/* What says nothing is no answer: a proxy, a network that is away. */
	if (!err && answer->status < 500)
		root = json_parse(answer->body.v, answer->body.n, &ignored);
	if (!oauth_read(root, &token, &bad))
		finish(login, NULL, &bad);
	else if (token.token)
		finish(login, &token, NULL);
	else
		on_error(login, root);
	json_free(root);
}

static void
poll_again(void *context)
{
	struct device_login *login = context;
	struct str form = STR_INIT;

	str_addz(&form, "grant_type=");
	url_escape(&form, GRANT, false);
	str_addz(&form, "&device_code=");
	url_escape(&form, login->device, false);
	str_addc(&form, '&');
	oauth_add_client(&form);
	login->call =
	    oauth_post(login->hub, "/oauth/token", form.v, on_polled, login);
	str_drop(&form);
}

/* -- the code -- */

static bool
read_code(struct device_login *login, const struct cJSON *root)
{
	const char *url = json_str(root, "verification_uri", NULL);
	struct device_code code = {
		.url = json_str(root, "verification_uri_complete", url),
		.code = json_str(root, "user_code", NULL),
	};
	const char *device = json_str(root, "device_code", NULL);
	uint64_t interval_s;

	if (!code.url || !code.code || !device)
		return false;
	if (!json_u64(root, "interval", &interval_s))
		interval_s = INTERVAL_S;
	set_interval(login, interval_s);
	if (!json_u64(root, "expires_in", &code.expires_s))
		code.expires_s = EXPIRES_S;
	if (code.expires_s > EXPIRES_MAX_S)
		code.expires_s = EXPIRES_MAX_S;
	login->device = mem_strdup(device);
	login->until_ms = clock_ms() + code.expires_s * 1000;
	login->watch.shown(login->watch.context, &code);
	return true;
}

static void
on_code(
    void *context, const struct http_answer *answer, const struct error *err)
{
	struct device_login *login = context;
	struct cJSON *root = NULL;
	struct error own = { .code = ERR_NONE };

	login->call = NULL;
	if (err)
		own = *err;
	else if (answer->status >= 300)
		err_set(&own, ERR_AUTH, "the Hub gives no code (%d)",
		    answer->status);
	else if ((root = json_parse(answer->body.v, answer->body.n, &own)) !=
		     NULL &&
		 !read_code(login, root))
		err_set(&own, ERR_NETWORK, "the Hub's answer holds no code");
	json_free(root);
	if (own.code != ERR_NONE) {
		finish(login, NULL, &own);
		return;
	}
	poll_again(login);
}

struct device_login *
device_start(struct hub *hub, const struct device_watch *watch)
{
	struct device_login *login = mem_new(struct device_login);
	struct str form = STR_INIT;

	login->hub = hub;
	login->watch = *watch;
	oauth_add_client(&form);
	login->call = oauth_post(hub, "/oauth/device", form.v, on_code, login);
	str_fini(&form);
	return login;
}

void
device_cancel(struct device_login *login)
{
	if (!login)
		return;
	if (login->call)
		http_cancel(login->call);
	drop(login);
}
