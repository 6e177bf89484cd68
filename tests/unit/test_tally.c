/* test_tally.c: what marks free, against a naive recount; the trash, journal by
 * journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/str.h"
#include "core/census/scan.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/root.h"
#include "core/purge/carry.h"
#include "core/purge/purge.h"
#include "core/purge/tally.h"
#include "core/purge/trash_back.h"
#include "core/purge/trash_throw.h"
#include "core/store/trash.h"

#define CACHES 200
#define STEPS 60

static uint64_t dice = 88172645463325252u;

static size_t
roll(size_t sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (size_t)(dice % sides);
}

/* Some inodes that several files are names of; one of them has more names than
 * are here. */
#define INODES 4

static void
link_blob(struct scan_disk *disk)
{
	uint64_t number = roll(INODES);

	*disk = (struct scan_disk){ .held = 100 + number,
		.number = number,
		.names = number ? 2 : 1000 };
}

/* A cache in memory alone: repositories whose files lead to random blobs. */
static void
random_scan(struct scan *scan)
{
	*scan = (struct scan){ .root = strdup("/nowhere") };
	for (size_t r = 0; r < 1 + roll(3); r++) {
		struct scan_repo repo = { .type = "model" };
		char name[64];

		snprintf(name, sizeof(name), "models--o--r%zu", r);
		repo.folder = strdup(name);
		repo.id = strdup(name + 8);
		for (size_t b = 0; b < 1 + roll(8); b++) {
			struct scan_blob blob = { .size = roll(1000) };

			blob.disk.held = blob.size;

			/* Some are copies, some lie elsewhere. */
			snprintf(name, sizeof(name), "%s%zu",
			    roll(9) ? "blobs/" : "/outside/", b);
			blob.key = strdup(name);
			blob.foreign = *name == '/';
			if (!blob.foreign && roll(4) == 0)
				link_blob(&blob.disk);
			arr_push(&repo.blobs, blob);
			repo.held += blob.foreign ? 0 : blob.size;
		}
		for (size_t v = 0; v < 1 + roll(4); v++) {
			struct scan_revision revision = { 0 };

			snprintf(name, sizeof(name), "%zu", v);
			revision.name = strdup(name);
			for (size_t f = 0; f < roll(6); f++) {
				struct scan_file file = {
					.blob = (uint32_t)roll(repo.blobs.n)
				};

				snprintf(name, sizeof(name), "f%zu", f);
				file.path = strdup(name);
				arr_push(&revision.files, file);
			}
			arr_push(&repo.revisions, revision);
		}
		for (size_t s = 0; s < roll(3); s++) {
			struct scan_stray stray = { .name = strdup("x"),
				.size = roll(50) };

			stray.disk.held = stray.size;
			if (roll(4) == 0)
				link_blob(&stray.disk);

			arr_push(&repo.strays, stray);
		}
		repo.other_held = roll(20);
		arr_push(&scan->repos, repo);
	}
}

/* A name that goes: bytes with one name go with it, others with the last. */
static void
goes(const struct scan_disk *disk, uint64_t *freed, unsigned *gone)
{
	if (disk->names < 2)
		*freed += disk->held;
	else if (++gone[disk->number] == disk->names)
		*freed += disk->held;
}

/* What marks free, counted anew: blobs of which every entry is marked. */
static uint64_t
recount(const struct scan *scan, const struct tally *tally, uint64_t *stays)
{
	unsigned names[INODES] = { 0 };
	uint64_t freed = 0;

	*stays = 0;
	arr_each (repo, &scan->repos) {
		bool whole = tally_repo(tally, repo) == TALLY_ALL;

		for (size_t b = 0; b < repo->blobs.n; b++) {
			const struct scan_blob *blob = &repo->blobs.v[b];
			size_t links = 0, gone = 0;

			for (size_t v = 0; v < repo->revisions.n; v++) {
				const struct scan_revision *revision =
				    &repo->revisions.v[v];

				for (size_t f = 0; f < revision->files.n; f++) {
					if (revision->files.v[f].blob != b)
						continue;
					links++;
					gone += tally_file(tally, repo, v, f);
				}
			}
			if (gone && gone == links && !blob->foreign)
				goes(&blob->disk, &freed, names);
			if (gone && gone < links && !blob->foreign)
				*stays += blob->disk.held;
		}
		for (size_t s = 0; s < repo->strays.n; s++) {
			if (whole || tally_stray(tally, repo, s))
				goes(&repo->strays.v[s].disk, &freed, names);
		}
		freed += whole ? repo->other_held : 0;
	}
	return freed;
}

static void
random_mark(const struct scan *scan, struct tally *tally)
{
	const struct scan_repo *repo = &scan->repos.v[roll(scan->repos.n)];
	size_t revision = roll(repo->revisions.n);
	size_t files = repo->revisions.v[revision].files.n;

	switch (roll(8)) {
	case 0:
		tally_clear(tally);
		break;
	case 1:
	case 2:
	case 3:
		if (files)
			tally_mark_file(
			    tally, repo, revision, roll(files), roll(3) != 0);
		break;
	case 4:
		if (repo->strays.n)
			tally_mark_stray(
			    tally, repo, roll(repo->strays.n), roll(2) != 0);
		break;
	default:
		tally_mark(tally, repo, revision, roll(3) != 0);
		break;
	}
}

static void
test_against_recount(void **state)
{
	(void)state;
	for (int i = 0; i < CACHES; i++) {
		struct scan scan;
		struct tally *tally;

		random_scan(&scan);
		tally = tally_new(&scan);
		arr_each (repo, &scan.repos)
			tally_add(tally, repo);
		tally_share(tally);
		for (int step = 0; step < STEPS; step++) {
			uint64_t stays;

			random_mark(&scan, tally);
			assert_int_equal(tally_sum(tally).freed,
			    recount(&scan, tally, &stays));
			assert_int_equal(tally_sum(tally).stays, stays);
		}
		tally_clear(tally);
		assert_int_equal(tally_sum(tally).freed, 0);
		assert_int_equal(tally_sum(tally).listed, 0);
		tally_free(tally);
		scan_fini(&scan);
	}
}

/* The plan that is made of marks frees what the tally says. */
static void
test_plan_frees_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < CACHES; i++) {
		struct scan scan;
		struct tally *tally;
		struct purge purge;

		random_scan(&scan);
		tally = tally_new(&scan);
		arr_each (repo, &scan.repos)
			tally_add(tally, repo);
		tally_share(tally);
		for (int step = 0; step < 12; step++)
			random_mark(&scan, tally);
		purge = (struct purge){ .scan = &scan };
		purge_choose_marked(&purge, tally);
		purge_plan(&purge);
		assert_int_equal(purge.freed, tally_sum(tally).freed);
		assert_int_equal(purge.official, tally_sum(tally).official);
		purge_fini(&purge);
		tally_free(tally);
		scan_fini(&scan);
	}
}

/* -- the trash -- */

static char root[] = "/tmp/hug-trash-XXXXXX";

/* Empties the folder of the test. */
static void
wipe(void)
{
	struct root_removal removal = { 0 };
	root_names names = { 0 };
	struct error err;
	struct root *at = root_open(root, &err);

	assert_non_null(at);
	assert_true(root_list(at, "", &names, &err));
	arr_each (name, &names)
		assert_true(root_remove(at, *name, &removal));
	root_names_free(&names);
	root_close(at);
}

static void
put(const char *path, const char *text)
{
	struct str whole = STR_INIT;
	struct error err;

	str_addf(&whole, "%s/%s", root, path);
	assert_true(dir_make_parent(whole.v, &err));
	assert_true(file_replace(whole.v, text, strlen(text), &err));
	str_fini(&whole);
}

static void
point(const char *path, const char *target)
{
	struct str whole = STR_INIT;
	struct error err;

	str_addf(&whole, "%s/%s", root, path);
	assert_true(dir_make_parent(whole.v, &err));
	assert_true(file_link(target, whole.v, &err));
	str_fini(&whole);
}

static bool
is_there(const char *path)
{
	struct str whole = STR_INIT;
	bool there;

	str_addf(&whole, "%s/%s", root, path);
	there = file_entry_exists(whole.v);
	str_fini(&whole);
	return there;
}

#define REPO "models--o--r"
#define ONE "1111111111111111111111111111111111111111"
#define TWO "2222222222222222222222222222222222222222"
#define OLD "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NEW "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ODD "a\nb\x1b[2J"

static void
make_cache(void)
{
	wipe();
	put(REPO "/blobs/" ONE, "one");
	put(REPO "/blobs/" TWO, "two");
	put(REPO "/refs/main", NEW);
	point(REPO "/snapshots/" OLD "/x", "../../blobs/" ONE);
	point(REPO "/snapshots/" OLD "/" ODD, "../../blobs/" TWO);
	point(REPO "/snapshots/" NEW "/x", "../../blobs/" TWO);
}

static void
hear(void *context, const char *text)
{
	(void)text;
	if (context)
		++*(int *)context;
}

static const struct carry_watch watch = { .tell = hear };

/* Throws revision "aaaa"; the scan is gone after it. */
static struct trash *
throw_one(void)
{
	struct scan scan;
	struct purge purge = { .scan = &scan };
	struct carry_result result = { 0 };
	struct trash *trash;
	struct error err;

	assert_true(scan_cache(&scan, root, NULL, &err));
	for (size_t i = 0; i < scan.repos.n; i++) {
		if (scan.repos.v[i].type)
			purge_choose(&purge, &scan.repos.v[i],
			    strcmp(scan.repos.v[i].revisions.v[0].name, OLD)
				? 1
				: 0);
	}
	purge_plan(&purge);
	assert_int_equal(purge.official, 3);
	trash = trash_throw(&purge, &watch, &result, &err);
	assert_non_null(trash);
	assert_int_equal(result.revisions, 1);
	assert_int_equal(result.waiting, purge.freed);
	purge_fini(&purge);
	scan_fini(&scan);
	return trash;
}

static void
test_back(void **state)
{
	struct trash *trash;

	(void)state;
	make_cache();
	trash = throw_one();
	assert_false(is_there(REPO "/snapshots/" OLD));
	assert_false(is_there(REPO "/blobs/" ONE));
	assert_true(is_there(REPO "/blobs/" TWO));
	assert_true(trash_restore(trash, hear, NULL));
	assert_true(is_there(REPO "/snapshots/" OLD "/" ODD));
	assert_true(is_there(REPO "/blobs/" ONE));
	trash_free(trash);
}

/* What was made anew meanwhile wins; what lacks comes back. */
static void
test_made_anew(void **state)
{
	struct trash *trash;
	struct str text = STR_INIT;
	struct str path = STR_INIT;
	struct error err;

	(void)state;
	make_cache();
	trash = throw_one();
	put(REPO "/blobs/" ONE, "new");
	point(REPO "/snapshots/" OLD "/x", "../../blobs/" ONE);
	assert_true(trash_restore(trash, hear, NULL));
	trash_free(trash);
	str_addf(&path, "%s/" REPO "/blobs/" ONE, root);
	assert_true(file_read_all(path.v, 100, &text, &err));
	assert_string_equal(text.v, "new");
	assert_true(is_there(REPO "/snapshots/" OLD "/" ODD));
	str_fini(&text);
	str_fini(&path);
}

static void
test_emptied(void **state)
{
	struct carry_result result = { 0 };
	struct trash *trash;

	(void)state;
	make_cache();
	trash = throw_one();
	assert_true(trash_empty(trash, NULL, &watch, &result));
	assert_int_not_equal(result.freed, 0);
	trash_free(trash);
	assert_false(is_there(REPO "/blobs/" ONE));
	assert_false(is_there(REPO "/snapshots/" OLD));
	assert_false(is_there(".locks/.trash"));
}

/* The state of the only batch; -1 if there is none. */
static int
look(char **name)
{
	trash_list list = { 0 };
	struct error err;
	struct root *at = root_open(root, &err);
	int state = -1;

	assert_true(trash_look(at, &list, &err));
	assert_true(list.n < 2);
	if (list.n) {
		state = (int)list.v[0].state;
		if (name)
			*name = strdup(list.v[0].name);
	}
	trash_list_free(&list);
	root_close(at);
	return state;
}

/* When time is over what is left stays, and can only be freed. */
static void
test_emptied_later(void **state)
{
	struct carry_result result = { 0 };
	atomic_ullong until;
	struct trash *trash;
	struct error err;
	char *name;

	(void)state;
	make_cache();
	trash = throw_one();
	assert_int_equal(look(NULL), TRASH_WAITING);
	atomic_init(&until, 1);
	assert_false(trash_empty(trash, &until, &watch, &result));
	trash_free(trash);
	assert_int_equal(result.freed, 0);
	assert_int_equal(look(&name), TRASH_DECIDED);
	trash = trash_open(root, name, &err);
	assert_false(trash_restore(trash, hear, NULL));
	assert_true(trash_empty(trash, NULL, &watch, &result));
	trash_free(trash);
	free(name);
	assert_int_equal(look(NULL), -1);
	assert_true(is_there(REPO "/snapshots/" NEW "/x"));
}

/* A journal is used whole or not at all, wherever it is cut. */
static void
test_cut_journal(void **state)
{
	struct str text = STR_INIT;
	size_t whole = 1;

	(void)state;
	for (size_t cut = 0; cut <= whole; cut++) {
		struct str path = STR_INIT;
		struct trash *trash;
		struct error err;
		char *name;

		make_cache();
		trash_free(throw_one());
		assert_int_equal(look(&name), TRASH_LEFT);
		str_addf(&path, "%s/.locks/.trash/%s/journal", root, name);
		str_clear(&text);
		assert_true(file_read_all(path.v, 1 << 20, &text, &err));
		whole = text.n;
		assert_true(file_replace(path.v, text.v, cut, &err));
		assert_int_equal(
		    look(NULL), cut < whole ? TRASH_UNSOUND : TRASH_LEFT);
		trash = trash_open(root, name, &err);
		assert_non_null(trash);
		assert_int_equal(
		    trash_restore(trash, hear, NULL), cut == whole);
		trash_free(trash);
		assert_int_equal(is_there(REPO "/blobs/" ONE), cut == whole);
		str_fini(&path);
		free(name);
	}
	str_fini(&text);
}

/* What a journal may not say, whoever wrote it. */
static const char *const bad_journals[] = {
	"R 3 ../\n",
	"R 14 models--o--r/..\n",
	"R 18446744073709551615 models--o--r\n",
	"R 18446744073709551614 models--o--r\n",
	"R 12 /etc/passwd0\n",
	"R 6 .locks\n",
	"R 7 version\n",
	"B 20 models--o--r/../../x0\n",
	"B 20 models--o--r/blobs/..\n",
	"B 22 models--o--r/blobs/a/b\n",
	"r 21 models--o--r/snapshots\n",
	"s 24 models--o--r/snapshots/\n",
	"f 26 models--o--r/snapshots/aa\n",
	"X 12 models--o--r\n",
	"R 12 models--o--r",
	"R12 models--o--r\n",
	"\n",
};

static void
test_bad_journals(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_journals) / sizeof(char *); i++) {
		struct carry_result result = { 0 };
		struct str path = STR_INIT;
		struct str text = STR_INIT;
		struct trash *trash;
		struct error err;
		char *name;

		make_cache();
		trash_free(throw_one());
		look(&name);
		str_addf(&path, "%s/.locks/.trash/%s/journal", root, name);
		str_addf(&text, "hug-trash 2\n%send\n", bad_journals[i]);
		assert_true(file_replace(path.v, text.v, text.n, &err));
		assert_int_equal(look(NULL), TRASH_UNSOUND);
		trash = trash_open(root, name, &err);
		assert_non_null(trash);
		assert_false(trash_restore(trash, hear, NULL));
		assert_true(trash_empty(trash, NULL, &watch, &result));
		trash_free(trash);
		assert_true(is_there(REPO "/snapshots/" NEW "/x"));
		str_fini(&path);
		str_fini(&text);
		free(name);
	}
}

/* -- what really got free -- */

static void
put_sized(const char *path, size_t size)
{
	char *text = malloc(size + 1);

	memset(text, 'x', size);
	text[size] = '\0';
	put(path, text);
	free(text);
}

/* Revisions whose links lead to random blobs, copies among them, and blobs that
 * nothing leads to. */
static void
put_repo(size_t number)
{
	size_t blobs = 1 + roll(6), revisions = 1 + roll(4);
	char path[200], target[100];

	for (size_t b = 0; b < blobs; b++) {
		snprintf(path, sizeof(path), "models--o--r%zu/blobs/%064zx%s",
		    number, b, roll(8) ? "" : ".incomplete");
		put_sized(path, 1 + roll(900));
	}
	for (size_t v = 0; v < revisions; v++) {
		if (!v || roll(2)) {
			snprintf(path, sizeof(path),
			    "models--o--r%zu/refs/b%zu", number, v);
			snprintf(target, sizeof(target), "%040zx", v);
			put(path, target);
		}
		for (size_t f = 0; f < 1 + roll(5); f++) {
			snprintf(path, sizeof(path),
			    "models--o--r%zu/snapshots/%040zx/%sf%zu", number,
			    v, roll(2) ? "" : "d/", f);
			snprintf(target, sizeof(target), "%s../../blobs/%064zx",
			    strstr(path, "/d/") ? "../" : "", roll(blobs));
			if (roll(6))
				point(path, target);
			else
				put_sized(path, 1 + roll(900));
		}
	}
}

/* Bytes of all files of the cache but the trash. */
static uint64_t
count_bytes(void)
{
	struct root_sum sum = { 0 };

	root_add_up_path(root, NULL, &sum);
	return sum.bytes;
}

/* Carries out what is marked, in one go or by way of the trash. */
static uint64_t
carry(const struct scan *scan, const struct tally *tally, bool keep)
{
	struct purge purge = { .scan = scan };
	struct carry_result result = { 0 };
	struct trash *kept;
	struct error err;

	purge_choose_marked(&purge, tally);
	purge_plan(&purge);
	if (purge.repos.n && keep) {
		kept = trash_throw(&purge, &watch, &result, &err);
		assert_non_null(kept);
		assert_int_equal(result.waiting, purge.freed);
		assert_true(trash_empty(kept, NULL, &watch, &result));
		trash_free(kept);
	} else {
		assert_true(trash_delete(&purge, NULL, &watch, &result));
	}
	purge_fini(&purge);
	return result.freed;
}

/* Broken repositories (a link to what is being downloaded) are no one's. */
static void
random_marks(const struct scan *scan, struct tally *tally)
{
	for (int step = 0; step < 12; step++) {
		const struct scan_repo *repo =
		    &scan->repos.v[roll(scan->repos.n)];

		if (!repo->type || !repo->revisions.n)
			continue;
		if (roll(3))
			tally_mark(
			    tally, repo, roll(repo->revisions.n), roll(4) != 0);
		else if (repo->strays.n)
			tally_mark_stray(
			    tally, repo, roll(repo->strays.n), roll(3) != 0);
	}
}

static void
test_frees_what_it_says(void **state)
{
	(void)state;
	for (int i = 0; i < CACHES; i++) {
		size_t repos = 1 + roll(3);
		struct tally_sum sum;
		struct tally *tally;
		struct scan scan;
		struct error err;
		uint64_t before, freed;

		wipe();
		for (size_t r = 0; r < repos; r++)
			put_repo(r);
		before = count_bytes();
		assert_true(scan_cache(&scan, root, NULL, &err));
		tally = tally_new(&scan);
		arr_each (repo, &scan.repos)
			tally_add(tally, repo);
		tally_share(tally);
		random_marks(&scan, tally);
		sum = tally_sum(tally);
		freed = carry(&scan, tally, i % 2);
		assert_int_equal(freed, sum.freed);
		assert_int_equal(before - count_bytes(), sum.freed);
		tally_free(tally);
		scan_fini(&scan);
	}
}

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : 1;
}

static int
tear_down(void **state)
{
	(void)state;
	wipe();
	return rmdir(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_recount),
		cmocka_unit_test(test_plan_frees_the_same),
		cmocka_unit_test(test_frees_what_it_says),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_made_anew),
		cmocka_unit_test(test_emptied),
		cmocka_unit_test(test_emptied_later),
		cmocka_unit_test(test_cut_journal),
		cmocka_unit_test(test_bad_journals),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
