/* test_root.c: what lies below a root is reached without links; a lane runs one
 * thing after the other. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/str.h"
#include "core/os/root.h"
#include "core/run/lane.h"
#include "core/run/loop.h"
#include "core/run/workers.h"

static char folder[] = "/tmp/hug-root-XXXXXX";
static struct root *root;

static void
put(const char *below, const char *text)
{
	struct error err;

	assert_true(root_make_parents(root, below, &err));
	assert_true(root_create(root, below, text, strlen(text), &err));
}

static void
point(const char *below, const char *target)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/%s", folder, below);
	assert_int_equal(symlink(target, path.v), 0);
	str_fini(&path);
}

static bool
is_there(const char *below)
{
	struct root_info info;
	struct error err;

	return root_look(root, below, &info, &err) && info.kind != ROOT_MISSING;
}

static void
test_paths(void **state)
{
	static const char *const good[] = { "a", "a/b", "...", ".a", "a/..b",
		"a b/c\n" };
	static const char *const bad[] = { "", ".", "..", "/", "/a", "a/",
		"a//b", "a/./b", "a/../b", "../a", "a/.." };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(root_is_below(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(root_is_below(bad[i]));
}

/* A link on the way stops every call, and the error says where it leads. */
static void
test_links_on_the_way(void **state)
{
	struct root_removal removal = { 0 };
	struct str text = STR_INIT;
	root_names names = { 0 };
	struct error err;

	(void)state;
	put("real/inner/file", "mine");
	point("way", "real");
	assert_false(root_unlink(root, "way/inner/file", NULL, &err));
	assert_int_equal(err.detail, ELOOP);
	assert_non_null(strstr(err.message, "way is a link to real"));
	assert_false(root_rename(root, "way/inner/file", "stolen", &err));
	assert_false(root_rename(root, "real/inner/file", "way/x", &err));
	assert_false(root_rename_back(root, "real/inner", "way/x", &err));
	assert_false(root_create(root, "way/new", "x", 1, &err));
	assert_false(root_make(root, "way/new", 0700, &err));
	assert_false(root_read(root, "way/inner/file", 99, &text, &err));
	assert_false(root_list(root, "way/inner", &names, &err));
	assert_false(root_remove_folder(root, "way/inner"));
	assert_false(root_remove(root, "way/inner", &removal));
	assert_int_equal(removal.left, 1);
	assert_true(is_there("real/inner/file"));
	/* The link itself is an entry, and goes; what it led to stays. */
	assert_true(root_remove(root, "way", &removal));
	assert_false(is_there("way"));
	assert_true(is_there("real/inner/file"));
	removal.left = 0;
	assert_true(root_remove(root, "real", &removal));
	str_fini(&text);
}

/* What took the name meanwhile keeps it. */
static void
test_rename_back(void **state)
{
	struct root_removal removal = { 0 };
	struct str text = STR_INIT;
	struct error err;

	(void)state;
	put("old", "old");
	put("new", "new");
	assert_false(root_rename_back(root, "old", "new", &err));
	assert_int_equal(err.detail, EEXIST);
	assert_true(root_read(root, "new", 9, &text, &err));
	assert_string_equal(text.v, "new");
	assert_true(root_rename_back(root, "old", "free", &err));
	assert_false(is_there("old"));
	put("folder/file", "x");
	put("other/file", "y");
	assert_false(root_rename_back(root, "folder", "other", &err));
	assert_int_equal(err.detail, EEXIST);
	assert_true(is_there("folder/file"));
	assert_true(root_remove(root, "folder", &removal));
	assert_true(root_remove(root, "other", &removal));
	assert_true(root_remove(root, "new", &removal));
	assert_true(root_remove(root, "free", &removal));
	str_fini(&text);
}

/* Deeper than paths may be long and descriptors many. */
static void
test_a_deep_tree(void **state)
{
	struct rlimit limit, few = { 32, 32 };
	struct root_removal removal = { 0 };
	char *home = getcwd(NULL, 0);

	(void)state;
	assert_int_equal(chdir(folder), 0);
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(mkdir("deep", 0700), 0);
		assert_int_equal(chdir("deep"), 0);
	}
	assert_int_equal(chdir(home), 0);
	free(home);
	getrlimit(RLIMIT_NOFILE, &limit);
	few.rlim_max = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_true(root_remove(root, "deep", &removal));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(removal.left, 0);
	assert_false(is_there("deep"));
}

/* An inode counts once, and is free with its last name. */
static void
test_sums(void **state)
{
	struct root_removal removal = { 0 };
	struct root_sum all = { 0 }, one = { 0 };
	struct str a = STR_INIT;
	struct str b = STR_INIT;

	(void)state;
	put("sum/a", "1234");
	put("apart", "");
	str_addf(&a, "%s/sum/a", folder);
	str_addf(&b, "%s/sum/b", folder);
	assert_int_equal(link(a.v, b.v), 0);
	str_clear(&b);
	str_addf(&b, "%s/out", folder);
	assert_int_equal(link(a.v, b.v), 0);
	root_add_up(root, "", NULL, &all);
	root_add_up(root, "sum", NULL, &one);
	assert_int_equal(one.files, 2);
	assert_int_equal(one.bytes, all.bytes);
	assert_int_equal(one.last, 0);
	assert_int_equal(all.last, all.bytes);
	assert_true(root_remove(root, "sum", &removal));
	assert_int_equal(removal.freed, 0);
	assert_true(root_remove(root, "out", &removal));
	assert_int_equal(removal.freed, all.bytes);
	assert_true(root_remove(root, "apart", &removal));
	str_fini(&a);
	str_fini(&b);
}

/* -- lanes -- */

#define ITEMS 50

struct item {
	struct work work;
	struct loop *loop;
	atomic_int *running;
	int *done, number;
	bool alone;
};

static void
run_item(struct work *work)
{
	struct item *item = CONTAINER_OF(work, struct item, work);

	item->alone = atomic_fetch_add(item->running, 1) == 0;
	usleep(200);
	atomic_fetch_sub(item->running, 1);
}

static void
item_done(struct work *work)
{
	struct item *item = CONTAINER_OF(work, struct item, work);

	assert_int_equal(item->number, (*item->done)++);
	assert_true(item->alone);
	if (*item->done == ITEMS)
		loop_stop(item->loop);
}

/* One after the other, in order, though the pool has more threads. */
static void
test_lane(void **state)
{
	struct item items[ITEMS];
	struct loop *loop = loop_new();
	atomic_int running;
	int done = 0;
	struct workers *workers;
	struct error err;
	struct lane lane;

	(void)state;
	atomic_init(&running, 0);
	workers = workers_new(loop, 4, &err);
	assert_non_null(workers);
	lane_init(&lane, workers);
	for (int i = 0; i < ITEMS; i++) {
		items[i] = (struct item){ .loop = loop,
			.running = &running,
			.done = &done,
			.number = i };
		items[i].work.run = run_item;
		items[i].work.done = item_done;
		lane_submit(&lane, &items[i].work);
	}
	loop_run(loop);
	assert_int_equal(done, ITEMS);
	workers_free(workers);
	loop_free(loop);
}

static int
set_up(void **state)
{
	struct error err;

	(void)state;
	if (!mkdtemp(folder))
		return 1;
	root = root_open(folder, &err);
	return root ? 0 : 1;
}

static int
tear_down(void **state)
{
	(void)state;
	root_close(root);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_links_on_the_way),
		cmocka_unit_test(test_rename_back),
		cmocka_unit_test(test_a_deep_tree),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_lane),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
