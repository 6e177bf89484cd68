#include "core/net/url.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

/* One part of a parsed address, as a copy of ours; NULL if it has none. */
static char *
part(CURLU *u, CURLUPart which, unsigned flags)
{
	char *text = NULL;
	char *copy;

	if (curl_url_get(u, which, &text, flags))
		return NULL;
	copy = mem_strdup(text);
	curl_free(text);
	return copy;
}

char *
url_origin(const char *url)
{
	CURLU *u = curl_url();
	struct str out = STR_INIT;
	char *scheme = NULL, *host = NULL, *port = NULL;

	if (!curl_url_set(u, CURLUPART_URL, url, 0)) {
		scheme = part(u, CURLUPART_SCHEME, 0);
		host = part(u, CURLUPART_HOST, 0);
		port = part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	}
	curl_url_cleanup(u);
	if (scheme && host && port &&
	    (!strcmp(scheme, "http") || !strcmp(scheme, "https"))) {
		str_addf(&out, "%s://%s:%s", scheme, host, port);
		for (char *p = out.v; *p; p++)
			*p = (char)tolower((unsigned char)*p);
	}
	free(scheme);
	free(host);
	free(port);
	return out.n ? str_steal(&out) : NULL;
}

static bool
has_part(CURLU *u, CURLUPart which, const char *value)
{
	char *text = part(u, which, 0);
	bool same = text && value && !strcasecmp(text, value);

	free(text);
	return same;
}

/* Makes https of an http address; false if `host` is not its. */
static bool
upgrade(CURLU *u, const char *host)
{
	if (!has_part(u, CURLUPART_HOST, host))
		return false;
	/* That of http, written out, is not one of https. */
	if (has_part(u, CURLUPART_PORT, "80"))
		curl_url_set(u, CURLUPART_PORT, NULL, 0);
	return !curl_url_set(u, CURLUPART_SCHEME, "https", 0);
}

char *
url_follow(const char *base, const char *reference, const char **why)
{
	CURLU *u = curl_url();
	char *host = NULL, *found = NULL;
	bool secret = false;

	*why = "no http or https address";
	if (!curl_url_set(u, CURLUPART_URL, base, 0)) {
		secret = has_part(u, CURLUPART_SCHEME, "https");
		host = part(u, CURLUPART_HOST, 0);
	}
	if (host && !curl_url_set(u, CURLUPART_URL, reference, 0)) {
		bool plain = has_part(u, CURLUPART_SCHEME, "http");

		if (secret && plain && !upgrade(u, host))
			*why = "another host by http, where https was asked";
		else if (plain || has_part(u, CURLUPART_SCHEME, "https"))
			found = part(u, CURLUPART_URL, 0);
	}
	curl_url_cleanup(u);
	free(host);
	return found;
}

void
url_escape(struct str *out, const char *text, bool keep_slash)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789_.-~";

	for (; *text; text++) {
		if (strchr(plain, *text) || (keep_slash && *text == '/'))
			str_addc(out, *text);
		else
			str_addf(out, "%%%02X", (unsigned char)*text);
	}
}

void
url_shown(struct str *out, const char *url)
{
	CURLU *u = curl_url();
	char *text = NULL;

	if (!curl_url_set(u, CURLUPART_URL, url, 0)) {
		bool query = false;
		char *had = part(u, CURLUPART_QUERY, 0);

		query = had != NULL;
		free(had);
		curl_url_set(u, CURLUPART_USER, NULL, 0);
		curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
		curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
		curl_url_set(u, CURLUPART_QUERY, query ? "..." : NULL, 0);
		text = part(u, CURLUPART_URL, 0);
	}
	curl_url_cleanup(u);
	utf8_safe(out, text ? text : "(no address)");
	free(text);
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

char *
url_unescape(const char *text, size_t n)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < n; i++) {
		int high = n - i > 2 ? hex_value(text[i + 1]) : -1;
		int low = n - i > 2 ? hex_value(text[i + 2]) : -1;

		if (text[i] == '%' && high >= 0 && low >= 0 && high + low) {
			str_addc(&out, (char)(high * 16 + low));
			i += 2;
		} else {
			str_addc(&out, text[i]);
		}
	}
	return str_steal(&out);
}
