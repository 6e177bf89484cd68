#include "core/login/account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"

/* What is longer is no file of tokens. */
#define FILE_MAX_SIZE ((size_t)1024 * 1024)

/* A token is one line; anything longer is another file. */
#define TOKEN_MAX 8192

char *
account_clean(const char *text)
{
	char *out = mem_strdup(text);
	size_t n = 0;
	struct span s;

	for (const char *p = text; *p; p++)
		if (*p != '\r' && *p != '\n')
			out[n++] = *p;
	out[n] = '\0';
	s = span_trim(span_of(out));
	memmove(out, s.p, s.n);
	out[s.n] = '\0';
	if (s.n)
		return out;
	free(out);
	return NULL;
}

bool
account_check(const char *token, const char *source, struct error *err)
{
	for (const char *p = token; *p; p++) {
		if (*p <= 0x20 || *p >= 0x7f)
			return err_set(err, ERR_AUTH,
			    "the token from %s holds characters no token has",
			    source);
	}
	return true;
}

/* What ends a line for some reader of the file, or steers a terminal. */
static bool
ends_lines(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	       point == 0x2028 || point == 0x2029;
}

char *
account_section(const char *text)
{
	size_t n = strlen(text);
	struct str out = STR_INIT;

	while (n) {
		uint32_t point;
		size_t len = utf8_decode(text, n, &point);

		if (!len || ends_lines(point))
			str_addc(&out, ' ');
		else
			str_add(&out, text, len);
		len = len ? len : 1;
		text += len;
		n -= len;
	}
	/* No reader takes a section without a name. */
	if (!span_trim((struct span){ out.v, out.n }).n) {
		str_cut(&out, 0);
		str_addz(&out, "token");
	}
	return str_steal(&out);
}

static char *
stored_path(void)
{
	char *token = env_token_file();
	char *slash = token ? strrchr(token, '/') : NULL;
	struct str path = STR_INIT;

	if (!token)
		return NULL;
	if (slash)
		str_addf(&path, "%.*s/", (int)(slash - token), token);
	str_addz(&path, "stored_tokens");
	free(token);
	return str_steal(&path);
}

/* -- reading -- */

static void
append_line(char **text, struct span line)
{
	struct str out = STR_INIT;

	str_addz(&out, *text ? *text : "");
	str_add(&out, line.p, line.n);
	str_addc(&out, '\n');
	mem_drop(*text);
	*text = str_steal(&out);
}

static void
set_text(char **text, struct span value)
{
	mem_drop(*text);
	*text = mem_strndup(value.p, value.n);
}

/* "key = value" or "key: value"; false if it is neither. */
static bool
part(struct span line, struct span *key, struct span *value)
{
	size_t n = 0;

	while (n < line.n && line.p[n] != '=' && line.p[n] != ':')
		n++;
	*key = span_trim((struct span){ line.p, n });
	if (n == line.n || !key->n)
		return false;
	*value = span_trim((struct span){ line.p + n + 1, line.n - n - 1 });
	return true;
}

static void
take_line(struct accounts *accounts, struct span line)
{
	struct account *last =
	    accounts->list.n ? &accounts->list.v[accounts->list.n - 1] : NULL;
	struct span trimmed = span_trim(line), key, value;

	if (!trimmed.n)
		return;
	if (*line.p == '[' && trimmed.p[trimmed.n - 1] == ']') {
		struct account account = { .name = mem_strndup(
					       trimmed.p + 1, trimmed.n - 2),
			.token = mem_strdup("") };

		arr_push(&accounts->list, account);
		return;
	}
	if (!last || *trimmed.p == '#' || *trimmed.p == ';' ||
	    !part(trimmed, &key, &value))
		append_line(last ? &last->rest : &accounts->before, line);
	else if (span_is_nocase(key, "hf_token"))
		set_text(&last->token, value);
	else if (span_is_nocase(key, "refresh_token"))
		set_text(&last->refresh, value);
	else if (!span_is_nocase(key, "expires_at") ||
		 !span_u64(value, &last->expires))
		append_line(&last->rest, line);
}

/* These files are not in the cache, of which the usual advice speaks. */
static bool
advised(bool ok, struct error *err)
{
	if (ok || err->remedy == REMEDY_NONE)
		return ok;
	err_unadvised(err);
	return err_hint(err,
	    "Check that folder and its disk, or choose another "
	    "with HF_HOME");
}

/* Reads a file of tokens. One that is not there is empty; a file in place of a
 * folder above it is no reason to fail either. */
static bool
read_secret(const char *path, bool named, struct str *text, struct error *err)
{
	if (!path || (named ? file_read_input(path, FILE_MAX_SIZE, text, err)
			    : file_read_all(path, FILE_MAX_SIZE, text, err)))
		return true;
	str_drop(text);
	str_init(text);
	if (err->code == ERR_NOT_FOUND || err->detail == ENOTDIR)
		return true;
	if (err->detail)
		err_path(err, err->detail, "read", path);
	err_unadvised(err);
	return err_remedy(err, REMEDY_MAKE_READABLE);
}

bool
accounts_load(struct accounts *accounts, struct error *err)
{
	struct str text = STR_INIT;
	struct span rest, line;
	bool ok;

	*accounts = (struct accounts){ .path = stored_path() };
	ok = read_secret(accounts->path, false, &text, err);
	/* A zero byte would cut a text of ours short, and make it another. */
	for (size_t i = 0; i < text.n; i++)
		if (!text.v[i])
			text.v[i] = '?';
	rest = (struct span){ text.v, text.n };
	while (rest.n && span_next(&rest, '\n', &line))
		take_line(accounts, line);
	str_drop(&text);
	return ok;
}

static void
account_fini(struct account *account)
{
	free(account->name);
	mem_drop(account->token);
	mem_drop(account->refresh);
	mem_drop(account->rest);
}

void
accounts_fini(struct accounts *accounts)
{
	arr_each (account, &accounts->list)
		account_fini(account);
	arr_free(&accounts->list);
	mem_drop(accounts->before);
	free(accounts->path);
}

/* -- writing -- */

/* Into a folder that we make, others may not even look. */
static bool
make_folder(const char *path, struct error *err)
{
	char *folder = path_folder(path);
	bool there = !*folder || file_kind(folder, NULL) == FILE_FOLDER;
	bool ok = there || dir_make(folder, err);

	if (ok && !there)
		MAY_FAIL(chmod(folder, 0700),
		    "the file of the token is closed to others, too");
	free(folder);
	return ok;
}

static bool
write_secret(const char *path, const char *text, size_t n, struct error *err)
{
	char *end;
	bool ok;

	if (!path) {
		err_set(err, ERR_SYSTEM,
		    "there is no home folder to keep the token in");
		return err_hint(err, "Set HOME, or HF_TOKEN_PATH to a file");
	}
	if (!make_folder(path, err))
		return advised(false, err);
	end = file_link_end(path);
	ok = file_replace_mode(end, text, n, 0600, err);
	free(end);
	return advised(ok, err);
}

/* None is left in it, if there ever was one. Behind a link it is the secret that
 * goes, and the next one is written there again; a link goes only where that
 * cannot be, or where it leads to a device or the like. */
static bool
remove_secret(const char *path, struct error *err)
{
	char *end = path ? file_link_end(path) : NULL;
	bool linked = path && strcmp(end, path) != 0;
	bool odd = linked && file_entry_exists(end) && !file_is_own(end);
	bool ok = !path || (!odd && file_remove(end, err)) ||
	          (linked && file_remove(path, err));

	free(end);
	return advised(ok, err);
}

static int
by_name(const void *a, const void *b)
{
	const struct account *x = a;
	const struct account *y = b;

	return strcmp(x->name, y->name);
}

bool
accounts_save(struct accounts *accounts, struct error *err)
{
	struct str text = STR_INIT;
	bool ok;

	if (!accounts->list.n && !accounts->before)
		return remove_secret(accounts->path, err);
	if (accounts->list.n)
		qsort(accounts->list.v, accounts->list.n,
		    sizeof(*accounts->list.v), by_name);
	str_addz(&text, accounts->before ? accounts->before : "");
	arr_each (account, &accounts->list) {
		str_addf(&text, "[%s]\nhf_token = %s\n", account->name,
		    account->token);
		if (account->refresh)
			str_addf(
			    &text, "refresh_token = %s\n", account->refresh);
		if (account->expires)
			str_addf(&text, "expires_at = %llu\n",
			    (unsigned long long)account->expires);
		str_addf(&text, "%s\n", account->rest ? account->rest : "");
	}
	ok = write_secret(accounts->path, text.v, text.n, err);
	str_drop(&text);
	return ok;
}

struct account *
accounts_find(const struct accounts *accounts, const char *name)
{
	arr_each (account, &accounts->list) {
		if (!strcmp(account->name, name))
			return account;
	}
	return NULL;
}

bool
accounts_remove(struct accounts *accounts, const char *name)
{
	size_t kept = 0, before = accounts->list.n;
	char *own = mem_strdup(name); /* it may be that of one that goes */

	/* A file may have a name twice; no token of it may stay behind. */
	for (size_t i = 0; i < before; i++) {
		struct account *account = &accounts->list.v[i];

		if (!strcmp(account->name, own))
			account_fini(account);
		else
			accounts->list.v[kept++] = *account;
	}
	accounts->list.n = kept;
	free(own);
	return kept < before;
}

void
accounts_put(struct accounts *accounts, const struct account *account)
{
	struct account copy = { .name = mem_strdup(account->name),
		.token = mem_strdup(account->token),
		.refresh =
		    account->refresh ? mem_strdup(account->refresh) : NULL,
		.expires = account->expires };

	accounts_remove(accounts, account->name);
	arr_push(&accounts->list, copy);
}

/* -- the active one -- */

bool
account_active(char **token, struct error *err)
{
	char *path = env_token_file();
	struct str text = STR_INIT;
	/* What a variable names may be a shell's <(command), or /dev/null. */
	bool named = env_get("HF_TOKEN_PATH") != NULL;
	bool ok = read_secret(path, named, &text, err);

	*token = account_clean(text.v);
	str_drop(&text);
	free(path);
	return ok;
}

bool
account_activate(const char *token, struct error *err)
{
	char *path = env_token_file();
	bool ok = write_secret(path, token, strlen(token), err);

	free(path);
	return ok;
}

bool
account_forget(struct error *err)
{
	char *path = env_token_file();
	bool ok = remove_secret(path, err);

	free(path);
	return ok;
}

char *
account_of_environment(const char **variable)
{
	static const char *const names[] = { "HF_TOKEN",
		"HUGGING_FACE_HUB_TOKEN" };

	for (size_t i = 0; i < 2; i++) {
		const char *value = env_get(names[i]);
		char *token = value ? account_clean(value) : NULL;

		*variable = names[i];
		if (token)
			return token;
	}
	*variable = NULL;
	return NULL;
}

char *
account_masked(const char *token)
{
	size_t n = strlen(token);
	struct str out = STR_INIT;

	str_addf(&out, "%.3s****%s", token, token + (n > 4 ? n - 4 : 0));
	return str_steal(&out);
}
