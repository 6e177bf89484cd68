#include "core/net/route.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/net/url.h"
#include "core/os/env.h"
#include "core/os/file.h"

/*
 * The official client's variables in its order. libcurl trusts its bundle and
 * its folder together by default, and then parses the whole bundle at the first
 * connection; the hashed folder alone is quicker to start.
 */
static void
choose_authorities(struct route *route)
{
	static const char *const names[] = { "REQUESTS_CA_BUNDLE",
		"CURL_CA_BUNDLE", "SSL_CERT_FILE" };
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	const char *folder = env_get("SSL_CERT_DIR");

	for (unsigned i = 0; i < 3 && !route->ca_file; i++) {
		const char *value = env_get(names[i]);

		if (value && file_kind(value, NULL) == FILE_FOLDER)
			folder = value;
		else
			route->ca_file = mem_strdup(value);
	}
	if (!folder && !route->ca_file && info->capath &&
	    file_kind(info->capath, NULL) == FILE_FOLDER)
		folder = info->capath;
	route->ca_folder = mem_strdup(folder);
}

void
route_init(struct route *route)
{
	/* A CGI program gets HTTP_PROXY from its visitors' Proxy header. */
	if (!env_get("http_proxy") && !env_get("REQUEST_METHOD"))
		route->proxy = env_get("HTTP_PROXY");
	route->direct = env_get("no_proxy");
	if (!route->direct)
		route->direct = env_get("NO_PROXY");
	choose_authorities(route);
}

void
route_fini(struct route *route)
{
	free(route->ca_file);
	free(route->ca_folder);
}

/* Whether `entry`, a host with a port, names this one or a domain it is in. */
static bool
is_entry_of(struct span entry, struct span host)
{
	if (entry.n && *entry.p == '.') {
		entry.p++;
		entry.n--;
	}
	if (!entry.n || host.n < entry.n)
		return false;
	if (host.n > entry.n && host.p[host.n - entry.n - 1] != '.')
		return false;
	return !strncasecmp(host.p + host.n - entry.n, entry.p, entry.n);
}

/* libcurl passes over entries of NO_PROXY that have a port (httpx does not). */
static bool
is_direct(const struct route *route, const char *url)
{
	char *origin = route->direct ? url_origin(url) : NULL;
	const char *host = origin ? strstr(origin, "://") : NULL;
	struct span rest = { route->direct,
		route->direct ? strlen(route->direct) : 0 };
	struct span entry;
	bool found = false;

	while (host && !found && span_next(&rest, ',', &entry)) {
		entry = span_trim(entry);
		found = entry.n && memchr(entry.p, ':', entry.n) &&
		        is_entry_of(entry, span_of(host + 3));
	}
	free(origin);
	return found;
}

void
route_apply(const struct route *route, void *easy, const char *url)
{
	bool plain = !strncmp(url, "http://", 7);

	curl_easy_setopt(easy, CURLOPT_PROXY, plain ? route->proxy : NULL);
	/* NULL stands for the variable. */
	curl_easy_setopt(
	    easy, CURLOPT_NOPROXY, is_direct(route, url) ? "*" : NULL);
	if (route->ca_file || route->ca_folder) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, route->ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, route->ca_folder);
	}
}
