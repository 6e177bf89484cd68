/* url.c: addresses: of the network, and of repositories as people write them. */
#include "core/net/url.h"

#include <stdlib.h>
#include <string.h>

#include "cli/target.h"
#include "cli/voice/voice.h"
#include "core/base/repoid.h"
#include "core/hub/address.h"
#include "tests/fuzz/fuzz.h"

static const char base[] = "https://hub.example:8443";

static void
check_escape(const char *text)
{
	struct str out = STR_INIT;
	char *back;

	for (int keep = 0; keep < 2; keep++) {
		str_clear(&out);
		url_escape(&out, text, keep);
		must(!strpbrk(out.v, " ?#&\"<>\\\n\x7f"));
		must(keep || !strchr(out.v, '/'));
		back = url_unescape(out.v, out.n);
		must(!strcmp(back, text));
		free(back);
	}
	str_fini(&out);
	back = url_unescape(text, strlen(text));
	must(strlen(back) <= strlen(text));
	free(back);
}

/* No password and no signature is shown. */
static void
check_shown(const char *url)
{
	struct str out = STR_INIT;
	char *origin = url_origin(url);
	const char *query;

	url_shown(&out, url);
	must(out.n && fuzz_is_shown(out.v));
	query = strchr(out.v, '?');
	must(!query || !strcmp(query, "?..."));
	if (origin) {
		char *again = url_origin(origin);
		const char *host = strstr(out.v, "://");

		must(again && !strcmp(origin, again));
		must(host && !memchr(host + 3, '@', strcspn(host + 3, "/?#")));
		free(again);
	}
	free(origin);
	str_fini(&out);
}

static void
check_resolved(const char *reference)
{
	const char *why;
	char *found =
	    url_follow("https://hub.example/a/b?c=d", reference, &why);

	/* Never from https to http, or to what is neither. */
	must(!found || !strncmp(found, "https://", 8));
	if (found)
		check_shown(found);
	free(found);
}

static void
check_address(const char *text, unsigned flags)
{
	struct address address;
	struct error err;

	if (!address_read(text, base, flags, &address, &err)) {
		fuzz_check_error(&err);
	} else {
		must(address.id);
		must(!address.path || *address.path);
		if (repo_check_id(address.id, &err))
			must(!strpbrk(address.id, " \\\"\n?#%@:") &&
			     !strstr(address.id, ".."));
		else
			fuzz_check_error(&err);
	}
	address_fini(&address);
}

static void
check_target(const char *text, enum face face)
{
	const struct cli cli = {
		.face = face, .voice = voice_of(face), .name = "hug"
	};
	struct address a, b;
	struct error err;
	bool ok = target_read(&cli, text, TYPE_NONE, base,
	    TARGET_REVISION | TARGET_PATH, &a, &err);

	must(!ok || repo_check_id(a.id, &err));
	if (!ok)
		fuzz_check_error(&err);
	address_fini(&a);
	if (!target_read_two(
		&cli, text, "datasets/a/b", TYPE_NONE, base, &a, &b, &err))
		fuzz_check_error(&err);
	address_fini(&a);
	address_fini(&b);
	if (!target_read_as(&cli, text, REPO_SPACE, base, 0, &a, &err))
		fuzz_check_error(&err);
	address_fini(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	char *text = fuzz_rest(&in);

	check_escape(text);
	check_shown(text);
	check_resolved(text);
	for (unsigned flags = 0; flags < 4; flags++)
		check_address(text, flags);
	check_target(text, FACE_HUG);
	check_target(text, FACE_HF);
	check_target(text, FACE_OLD);
	free(text);
	return 0;
}
