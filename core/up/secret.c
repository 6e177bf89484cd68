#include "core/up/secret.h"

#include <string.h>

#include "core/base/error.h"
#include "core/os/file.h"

/* Names as tools write them; examples and public halves are called otherwise. */
static const char *const names[] = { ".env", ".env.local", ".env.production",
	".env.development", ".netrc", "_netrc", ".git-credentials", ".pypirc",
	".htpasswd", ".pgpass", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519",
	"id_ecdsa_sk", "id_ed25519_sk", "stored_tokens" };

/* A key is no longer, and a token with a line end much shorter. */
#define KEY_MAX 65536u
#define TOKEN_MAX 80u

/* Behind "hf_" stand 34 letters and digits; some had fewer. */
#define TOKEN_LETTERS 30

static bool
ends_in(const char *name, const char *tail)
{
	size_t n = strlen(name), m = strlen(tail);

	return n > m && !strcmp(name + n - m, tail);
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool
begins_as_token(const char *head)
{
	static const char *const fronts[] = { "hf_oauth_", "api_org_", "hf_" };

	for (size_t i = 0; i < sizeof(fronts) / sizeof(*fronts); i++) {
		const char *at = head + strlen(fronts[i]);
		size_t n = 0;

		if (strncmp(head, fronts[i], strlen(fronts[i])) != 0)
			continue;
		while (is_letter(at[n]))
			n++;
		return n >= TOKEN_LETTERS;
	}
	return false;
}

bool
secret_is(const char *path, const char *local, uint64_t size)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	bool key = ends_in(name, ".pem") || ends_in(name, ".key");
	char head[513];
	struct error err;
	size_t got = 0;
	int fd;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcmp(name, names[i]))
			return true;
	}
	if (!(key && size <= KEY_MAX) &&
	    (size > TOKEN_MAX || size < TOKEN_LETTERS))
		return false;
	fd = file_open_regular(local, NULL, &err);
	if (fd < 0)
		return false;
	if (!file_read_at(fd, head, sizeof(head) - 1, 0, &got, &err))
		got = 0;
	file_close(fd);
	head[got] = '\0';
	return begins_as_token(head) || (key && strstr(head, "-----BEGIN ") &&
					    strstr(head, "PRIVATE KEY-----"));
}
