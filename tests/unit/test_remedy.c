/* test_remedy.c: both faces have words for every remedy, each its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "cli/remedy.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "tui/frame/keymap.h"
#include "tui/frame/remedy.h"

/* With all the facts that any remedy may need. */
static void
fill(struct error *err, enum remedy remedy)
{
	err_set(err, ERR_NETWORK, "it failed");
	err_repo(err, REPO_DATASET, "acme/songs");
	err_fact(err->path, sizeof(err->path), "data/");
	err_fact(err->page, sizeof(err->page), "http://hub/page");
	err_fact(err->token, sizeof(err->token), "the token 'laptop'");
	err_fact(err->trouble, sizeof(err->trouble), "cannot read it");
	err_remedy(err, remedy);
}

static void
test_command_line(void **state)
{
	struct str out = STR_INIT;
	struct error err;

	(void)state;
	for (int i = REMEDY_NONE + 1; i < REMEDIES; i++) {
		fill(&err, (enum remedy)i);
		str_clear(&out);
		remedy_add(&out, &err);
		if (!out.n)
			fail_msg("remedy %d has no words", i);
	}
	str_fini(&out);
}

static void
test_screen(void **state)
{
	struct keymap map = { .own = { NULL } };
	struct str out = STR_INIT;
	struct error err;

	(void)state;
	for (int i = REMEDY_NONE + 1; i < REMEDIES; i++) {
		fill(&err, (enum remedy)i);
		str_clear(&out);
		remedy_on_screen(&out, &err, &map, ACT_NONE);
		if (!out.n)
			fail_msg("remedy %d has no words", i);
		/* Nothing can be typed here that a shell takes. */
		if (strstr(out.v, "--") || strchr(out.v, '`') ||
		    strstr(out.v, "hug ") || strstr(out.v, "hf "))
			fail_msg("remedy %d: %s", i, out.v);
	}
	str_fini(&out);
}

/* What a remedy says of the facts, and which key is named. */
static void
test_facts(void **state)
{
	static const struct {
		enum remedy remedy;
		const char *line, *screen;
	} rows[] = {
		{ REMEDY_FREE_SPACE,
		    "Free some space, or choose another folder with "
		    "--cache-dir or HF_HUB_CACHE",
		    "Mark what is not needed and delete it with d" },
		{ REMEDY_LIST_FILES,
		    "Names are case-sensitive; `hug ls -R datasets/acme/songs` "
		    "lists them",
		    "Names are case-sensitive: open the repository with Enter "
		    "to see its files" },
		{ REMEDY_LEAVE_OUT, "Leave it out with --exclude 'data/*'",
		    "Leave this out: data/" },
		{ REMEDY_ASK_ACCESS,
		    "Ask for access at http://hub/page; this was asked with "
		    "the token 'laptop'",
		    "Open the page of the repository with o and ask for "
		    "access there" },
		{ REMEDY_READ_TOKEN,
		    "This was asked without a token: cannot read it",
		    "The stored token cannot be read: cannot read it" },
		{ REMEDY_CHECK_REPO,
		    "Check the name and --repo-type; if it is private, the "
		    "token 'laptop' may lack the permission",
		    "Check the name; others than models are dataset/NAME, "
		    "space/NAME. If it is private, the token 'laptop' may lack "
		    "the permission" },
		{ REMEDY_NONE, "", "" },
	};
	struct keymap map = { .own = { NULL } };
	struct str out = STR_INIT;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		fill(&err, rows[i].remedy);
		str_clear(&out);
		remedy_add(&out, &err);
		assert_string_equal(out.v, rows[i].line);
		str_clear(&out);
		remedy_on_screen(&out, &err, &map, ACT_NONE);
		assert_string_equal(out.v, rows[i].screen);
	}
	/* Without a token. */
	fill(&err, REMEDY_CHECK_REPO);
	err.token[0] = '\0';
	str_clear(&out);
	remedy_on_screen(&out, &err, &map, ACT_NONE);
	assert_non_null(
	    strstr(out.v, "private, log in, then try again with r"));
	/* Another key, and none. */
	fill(&err, REMEDY_LOG_IN);
	assert_true(keymap_set(&map, "retry", "F8", &err));
	fill(&err, REMEDY_LOG_IN);
	str_clear(&out);
	remedy_on_screen(&out, &err, &map, ACT_NONE);
	assert_string_equal(out.v, "Log in, then try again with F8");
	keymap_fini(&map);
	str_fini(&out);
}

/* What is advised first holds, whichever way it was. */
static void
test_once(void **state)
{
	struct str out = STR_INIT;
	struct error err;

	(void)state;
	fill(&err, REMEDY_TRY_LATER);
	err_hint(&err, "Do this");
	err_remedy(&err, REMEDY_WAIT);
	assert_int_equal(err.remedy, REMEDY_TRY_LATER);
	assert_string_equal(err.hint, "");
	err_unadvised(&err);
	err_hint(&err, "Do this");
	err_remedy(&err, REMEDY_WAIT);
	assert_int_equal(err.remedy, REMEDY_NONE);
	remedy_add(&out, &err);
	assert_string_equal(out.v, "Do this");
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_screen),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
