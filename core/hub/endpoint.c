#include "core/hub/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/net/http.h"
#include "core/net/url.h"
#include "core/os/env.h"
#include "core/os/file.h"

/* Of a token's name in a message. */
#define NAME_CELLS 40

char *
hub_choose_base(void)
{
	const char *value = env_get("HF_ENDPOINT");
	size_t n;

	if (env_flag("HUGGINGFACE_CO_STAGING"))
		value = "https://hub-ci.huggingface.co";
	else if (!value)
		value = "https://huggingface.co";
	n = strlen(value);
	while (n && value[n - 1] == '/')
		n--;
	return mem_strndup(value, n);
}

static void
take_token(struct hub *hub, const struct hub_options *options)
{
	hub->token = mem_strdup(options->token);
	hub->token_source = options->source;
	hub->token_trouble = mem_strdup(options->trouble);
	hub->token_name = options->name_of;
}

static bool
is_offline(void)
{
	return env_get("HF_HUB_OFFLINE") ? env_flag("HF_HUB_OFFLINE")
	                                 : env_flag("TRANSFORMERS_OFFLINE");
}

static void
on_wait(void *context, uint64_t ms)
{
	const struct hub *hub = context;
	char text[120];

	if (!hub->note)
		return;
	snprintf(text, sizeof(text),
	    "the Hub allows no more requests for now; going on in %llu s",
	    (unsigned long long)(ms + 999) / 1000);
	hub->note(hub->note_context, text);
}

char *
hub_choose_site(void)
{
	char *base = hub_choose_base();
	struct str site = STR_INIT;

	url_shown(&site, base);
	if (site.n && site.v[site.n - 1] == '/')
		str_cut(&site, site.n - 1);
	free(base);
	return str_steal(&site);
}

/* No list of authorities is larger. */
#define AUTHORITIES_MAX ((uint64_t)64 * 1024 * 1024)

/*
 * What libcurl is told to read authorities from (core/net/route.c) it opens
 * itself, and would wait for a FIFO or read a device for ever. What is missing
 * or no list it reports.
 */
static bool
check_authorities(struct error *err)
{
	static const char *const names[] = { "REQUESTS_CA_BUNDLE",
		"CURL_CA_BUNDLE", "SSL_CERT_FILE" };

	for (unsigned i = 0; i < 3; i++) {
		const char *path = env_get(names[i]);
		uint64_t size = 0;
		enum file_kind kind =
		    path ? file_kind(path, &size) : FILE_MISSING;

		if (!path || kind == FILE_FOLDER)
			continue;
		if (!file_check_kind(path, err))
			return err_wrap(err, "%s", names[i]) ||
			       err_hint(err,
				   "Name a file or a folder of certificates");
		if (kind != FILE_REGULAR || size <= AUTHORITIES_MAX)
			return true;
		err_set(err, ERR_LIMIT,
		    "%s: %.600s is too large for a list of certificates",
		    names[i], path);
		return err_hint(err, "Name a file or a folder of certificates");
	}
	return true;
}

static bool
set_up(struct hub *hub, const struct log *log,
    const struct hub_options *options, struct error *err)
{
	unsigned head_s, body_s;

	if (!env_seconds("HF_HUB_ETAG_TIMEOUT", 10, &head_s, err) ||
	    !env_seconds("HF_HUB_DOWNLOAD_TIMEOUT", 10, &body_s, err))
		return false;
	hub->head_ms = head_s * 1000;
	hub->body_ms = body_s * 1000;
	hub->offline = options->offline || is_offline();
	hub->base = hub_choose_base();
	hub->origin = url_origin(hub->base);
	if (!hub->origin) {
		err_set(err, ERR_USAGE,
		    "HF_ENDPOINT is no http or https address: '%.200s'",
		    hub->base);
		return err_hint(
		    err, "Unset it, or set it to https://huggingface.co");
	}
	hub->site = hub_choose_site();
	take_token(hub, options);
	if (!hub->offline && !check_authorities(err))
		return false;
	hub->http = http_new(hub->loop, log, err);
	if (hub->http)
		http_on_wait(hub->http, on_wait, hub);
	return hub->http != NULL;
}

struct hub *
hub_new(struct loop *loop, const struct log *log,
    const struct hub_options *options, struct error *err)
{
	struct hub *hub = mem_new(struct hub);

	hub->loop = loop;
	if (!set_up(hub, log, options, err)) {
		hub_free(hub);
		return NULL;
	}
	return hub;
}

void
hub_add_token(struct str *out, const struct hub *hub)
{
	struct str safe = STR_INIT;
	char *name;

	if (!hub->token) {
		str_addf(out, "no token%s%s", hub->token_trouble ? ": " : "",
		    hub->token_trouble ? hub->token_trouble : "");
		return;
	}
	str_addz(out, "the token ");
	name = hub->token_name ? hub->token_name(hub->token) : NULL;
	if (name) {
		utf8_safe(&safe, name);
		str_addc(out, '\'');
		utf8_fit(out, safe.v, NAME_CELLS);
		str_addz(out, "' ");
	}
	str_addf(out, "from %s", hub->token_source);
	free(name);
	str_fini(&safe);
}

void
hub_free(struct hub *hub)
{
	if (!hub)
		return;
	http_free(hub->http);
	free(hub->base);
	free(hub->origin);
	free(hub->site);
	mem_drop(hub->token);
	free(hub->token_trouble);
	free(hub);
}

void
hub_add_own_url(struct str *out, const struct hub *hub, const char *url)
{
	static const char *const bases[] = { "https://huggingface.co",
		"https://hub-ci.huggingface.co" };

	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		size_t n = strlen(bases[i]);

		if (strncmp(url, bases[i], n) != 0 || url[n] != '/')
			continue;
		str_addz(out, hub->base);
		url += n;
		break;
	}
	str_addz(out, url);
}
