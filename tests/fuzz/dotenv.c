/* dotenv.c: files with names and values of variables. */
#include "cli/dotenv.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "tests/fuzz/fuzz.h"

static void
check_pairs(const struct dotenv *env)
{
	arr_each (pair, &env->pairs) {
		must(*pair->key && (*pair->key < '0' || *pair->key > '9'));
		must(strspn(pair->key,
			 "abcdefghijklmnopqrstuvwxyz"
			 "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") ==
		     strlen(pair->key));
		for (struct dotenv_pair *other = env->pairs.v; other < pair;
		     other++)
			must(strcmp(other->key, pair->key) != 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	struct dotenv env = { .token = "hf_own" },
		      twice = { .token = "hf_own" };
	char *text = fuzz_rest(&in);
	struct str again = STR_INIT;
	unsigned lines = 1, bad;

	(void)fuzz_folder(); /* for an environment without secrets */
	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	bad = dotenv_read(&env, text);
	must(bad <= lines);
	check_pairs(&env);
	/* The same text once more changes nothing. */
	str_addf(&again, "%s\n%s", text, text);
	must(dotenv_read(&twice, again.v) == bad);
	must(twice.pairs.n == env.pairs.n);
	arr_each (pair, &twice.pairs)
		must(!strcmp(
		    pair->value, env.pairs.v[pair - twice.pairs.v].value));
	dotenv_fini(&twice);
	dotenv_fini(&env);
	str_fini(&again);
	free(text);
	return 0;
}
