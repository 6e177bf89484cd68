/* token.c: the files of tokens, tokens that are typed, and those that the Hub
 * gives. */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/utf8.h"
#include "core/login/account.h"
#include "core/login/oauth.h"
#include "tests/fuzz/fuzz.h"

static void
check_same(const struct accounts *a, const struct accounts *b)
{
	must(a->list.n == b->list.n);
	arr_each (account, &a->list) {
		const struct account *other = accounts_find(b, account->name);

		must(other);
		/* Of two sections with a name, another may be the first. */
		if (accounts_find(a, account->name) != account)
			continue;
		for (const struct account *more = account + 1;
		     other && more < arr_end(&a->list); more++)
			if (!strcmp(more->name, account->name))
				other = NULL;
		if (!other)
			continue;
		must(!strcmp(account->token, other->token));
		must(!account->refresh == !other->refresh);
		must(!account->refresh ||
		     !strcmp(account->refresh, other->refresh));
		must(account->expires == other->expires);
	}
}

/* Nothing is lost or made up when the file is written again. */
static void
check_stored(const uint8_t *data, size_t size)
{
	struct accounts first, second;
	struct account added = { .token = mem_strdup("hf_added") };
	struct error err;

	fuzz_write("stored_tokens", data, size);
	must(accounts_load(&first, &err));
	must(accounts_save(&first, &err));
	must(accounts_load(&second, &err));
	check_same(&first, &second);
	accounts_fini(&first);

	added.name = account_section("work");
	accounts_put(&second, &added);
	must(accounts_save(&second, &err));
	must(accounts_load(&first, &err));
	check_same(&second, &first);
	must(!strcmp(accounts_find(&first, "work")->token, "hf_added"));
	while (first.list.n)
		must(accounts_remove(&first, first.list.v[0].name));
	accounts_fini(&first);
	accounts_fini(&second);
	free(added.name);
	free(added.token);
}

/* A section with any name of the Hub's is read back as one. */
static void
check_section(const char *text)
{
	struct accounts written, read;
	struct account account = { .name = account_section(text),
		.token = mem_strdup("hf_x") };
	struct error err;

	must(utf8_valid(account.name, strlen(account.name)));
	fuzz_write("stored_tokens", "", 0);
	must(accounts_load(&written, &err) && !written.list.n);
	accounts_put(&written, &account);
	must(accounts_save(&written, &err));
	must(accounts_load(&read, &err));
	must(read.list.n == 1);
	must(!strcmp(read.list.v[0].name, account.name));
	accounts_fini(&written);
	accounts_fini(&read);
	free(account.name);
	free(account.token);
}

static void
check_typed(const char *text)
{
	char *clean = account_clean(text);
	char *masked = account_masked(text);
	struct error err;

	must(!clean || (*clean && !strpbrk(clean, "\r\n")));
	must(strstr(masked, "****"));
	if (strlen(text) > 16)
		must(!strstr(masked, text));
	if (clean && account_check(clean, "--token", &err)) {
		must(utf8_valid(clean, strlen(clean)));
		must(!strpbrk(clean, " \t\x7f"));
	}
	mem_drop(clean);
	free(masked);
}

static void
check_active(const uint8_t *data, size_t size)
{
	struct error err;
	char *token;

	fuzz_write("token", data, size);
	must(account_active(&token, &err));
	if (token)
		must(account_activate(token, &err));
	mem_drop(token);
	must(account_forget(&err));
}

static void
check_answer(const uint8_t *data, size_t size)
{
	struct str text = STR_INIT;
	struct cJSON *root;
	struct oauth_token token;
	struct error err;

	str_add(&text, data, size);
	root = json_parse(text.v, text.n, &err);
	if (oauth_read(root, &token, &err)) {
		must(!token.token || account_check(token.token, "", &err));
		must(!token.refresh || account_check(token.refresh, "", &err));
		must(token.expires_in_s <= UINT64_C(10) * 365 * 24 * 3600);
	} else {
		fuzz_check_error(&err);
	}
	json_free(root);
	str_fini(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	char *text;

	(void)fuzz_folder();
	check_stored(data, size);
	check_active(data, size);
	check_answer(data, size);
	text = fuzz_rest(&in);
	check_section(text);
	check_typed(text);
	free(text);
	return 0;
}
