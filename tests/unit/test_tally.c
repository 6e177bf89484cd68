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
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/walk.h"
#include "core/store/carry.h"
#include "core/store/purge.h"
#include "core/store/scan.h"
#include "core/store/tally.h"
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

			/* Some are copies, some lie elsewhere. */
			snprintf(name, sizeof(name), "%s%zu",
			    roll(9) ? "blobs/" : "/outside/", b);
			blob.key = strdup(name);
			arr_push(&repo.blobs, blob);
			repo.size += blob.size;
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

			arr_push(&repo.strays, stray);
		}
		arr_push(&scan->repos, repo);
	}
}

/* What marks free, counted anew: blobs of which every entry is marked. */
static uint64_t
recount(const struct scan *scan, const struct tally *tally, uint64_t *stays)
{
	uint64_t freed = 0;

	*stays = 0;
	arr_each (repo, &scan->repos) {
		for (size_t b = 0; b < repo->blobs.n; b++) {
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
			if (gone && gone == links &&
			    repo->blobs.v[b].key[0] != '/')
				freed += repo->blobs.v[b].size;
			if (gone && gone < links)
				*stays += repo->blobs.v[b].size;
		}
		for (size_t s = 0; s < repo->strays.n; s++)
			freed += tally_stray(tally, repo, s)
			             ? repo->strays.v[s].size
			             : 0;
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
		for (int step = 0; step < 12; step++)
			random_mark(&scan, tally);
		purge = (struct purge){ .scan = &scan };
		tally_plan(tally, &purge);
		purge_plan(&purge);
		/* With a whole repository its strays go, and count as extra. */
		if (!tally_sum(tally).whole)
			assert_int_equal(purge.freed, tally_sum(tally).freed);
		purge_fini(&purge);
		tally_free(tally);
		scan_fini(&scan);
	}
}

/* -- the trash -- */

static char root[] = "/tmp/hug-trash-XXXXXX";

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
#define ODD "a\nb\x1b[2J"

static void
make_cache(void)
{
	struct error err;

	assert_true(walk_remove(root, &err));
	put(REPO "/blobs/1111", "one");
	put(REPO "/blobs/2222", "two");
	put(REPO "/refs/main", "bbbb");
	point(REPO "/snapshots/aaaa/x", "../../blobs/1111");
	point(REPO "/snapshots/aaaa/" ODD, "../../blobs/2222");
	point(REPO "/snapshots/bbbb/x", "../../blobs/2222");
}

static void
hear(void *context, const char *text)
{
	(void)text;
	if (context)
		++*(int *)context;
}

/* Throws revision "aaaa"; the scan is gone after it. */
static struct trash *
throw_one(void)
{
	struct scan scan;
	struct purge purge = { .scan = &scan };
	struct carry_watch watch = { .tell = hear };
	struct trash *trash;
	struct error err;

	assert_true(scan_cache(&scan, root, NULL, &err));
	for (size_t i = 0; i < scan.repos.n; i++) {
		if (scan.repos.v[i].type)
			purge_choose(&purge, &scan.repos.v[i],
			    strcmp(scan.repos.v[i].revisions.v[0].name, "aaaa")
				? 1
				: 0);
	}
	purge_plan(&purge);
	assert_int_equal(purge.freed, 3);
	trash = trash_throw(&purge, &watch, &err);
	assert_non_null(trash);
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
	assert_false(is_there(REPO "/snapshots/aaaa"));
	assert_false(is_there(REPO "/blobs/1111"));
	assert_true(is_there(REPO "/blobs/2222"));
	assert_true(trash_restore(trash, hear, NULL));
	assert_true(is_there(REPO "/snapshots/aaaa/" ODD));
	assert_true(is_there(REPO "/blobs/1111"));
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
	put(REPO "/blobs/1111", "new");
	point(REPO "/snapshots/aaaa/x", "../../blobs/1111");
	assert_true(trash_restore(trash, hear, NULL));
	trash_free(trash);
	str_addf(&path, "%s/" REPO "/blobs/1111", root);
	assert_true(file_read_all(path.v, 100, &text, &err));
	assert_string_equal(text.v, "new");
	assert_true(is_there(REPO "/snapshots/aaaa/" ODD));
	str_fini(&text);
	str_fini(&path);
}

static void
test_emptied(void **state)
{
	struct trash *trash;

	(void)state;
	make_cache();
	trash = throw_one();
	assert_true(trash_empty(trash, NULL, hear, NULL));
	trash_free(trash);
	assert_false(is_there(REPO "/blobs/1111"));
	assert_false(is_there(REPO "/snapshots/aaaa"));
}

/* When time is over what is left stays, is not asked about, and goes later. */
static void
test_emptied_later(void **state)
{
	atomic_ullong until;
	trash_names names = { 0 };
	struct trash *trash;

	(void)state;
	make_cache();
	trash = throw_one();
	atomic_init(&until, 1);
	assert_false(trash_empty(trash, &until, hear, NULL));
	trash_free(trash);
	assert_true(is_there(".locks/.trash"));
	trash_find(root, &names);
	assert_int_equal(names.n, 0);
	trash_sweep(root, &until);
	trash_sweep(root, NULL);
	trash_empty_abandoned(root);
	assert_false(is_there(REPO "/blobs/1111"));
	assert_true(is_there(REPO "/snapshots/bbbb/x"));
	arr_free(&names);
}

/* An owner's batch is nobody else's; one without is, and its journal may be
 * cut anywhere. */
static void
test_abandoned(void **state)
{
	for (size_t cut = 0;; cut++) {
		struct trash *trash;
		trash_names names = { 0 };
		struct str journal = STR_INIT;
		struct str text = STR_INIT;
		struct error err;
		size_t whole;

		make_cache();
		trash = throw_one();
		trash_find(root, &names);
		assert_int_equal(names.n, 0);
		trash_free(trash);
		trash_find(root, &names);
		assert_int_equal(names.n, 1);
		str_addf(
		    &journal, "%s/.locks/.trash/%s/journal", root, names.v[0]);
		assert_true(file_read_all(journal.v, 1 << 20, &text, &err));
		whole = text.n;
		assert_true(file_replace(
		    journal.v, text.v, cut < whole ? cut : whole, &err));
		trash = trash_open(root, names.v[0]);
		assert_non_null(trash);
		(void)!trash_restore(trash, hear, NULL);
		trash_free(trash);
		/* No link of what is there leads to nothing. */
		if (is_there(REPO "/snapshots/aaaa"))
			assert_true(is_there(REPO "/blobs/2222"));
		assert_true(is_there(REPO "/snapshots/bbbb/x"));
		if (cut >= whole)
			assert_true(is_there(REPO "/blobs/1111"));
		else if (!is_there(REPO "/blobs/1111"))
			assert_true(is_there(".locks/.trash"));
		free(names.v[0]);
		arr_free(&names);
		str_fini(&journal);
		str_fini(&text);
		if (cut >= whole)
			break;
	}
	(void)state;
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

/* Bytes of files in blobs and snapshots. */
static uint64_t
count_bytes(size_t repos)
{
	static const char *const folders[] = { "blobs", "snapshots" };
	struct walk_sum sum = { 0, 0 };
	char path[200];

	for (size_t r = 0; r < repos; r++) {
		for (size_t i = 0; i < 2; i++) {
			snprintf(path, sizeof(path), "%s/models--o--r%zu/%s",
			    root, r, folders[i]);
			walk_add_up(NULL, path, NULL, &sum);
		}
	}
	return sum.bytes;
}

/* Carries out what is marked, in one go or by way of the trash. */
static void
carry(const struct scan *scan, const struct tally *tally, bool trash)
{
	struct purge purge = { .scan = scan };
	struct carry_watch watch = { .tell = hear };
	struct trash *kept;
	struct error err;

	tally_plan(tally, &purge);
	purge_plan(&purge);
	if (purge.repos.n && trash) {
		kept = trash_throw(&purge, &watch, &err);
		assert_non_null(kept);
		assert_true(trash_empty(kept, NULL, hear, NULL));
		trash_free(kept);
	} else {
		assert_true(carry_out(&purge, NULL, &watch));
	}
	purge_fini(&purge);
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
		uint64_t before;

		assert_true(walk_remove(root, &err));
		for (size_t r = 0; r < repos; r++)
			put_repo(r);
		before = count_bytes(repos);
		assert_true(scan_cache(&scan, root, NULL, &err));
		tally = tally_new(&scan);
		arr_each (repo, &scan.repos)
			tally_add(tally, repo);
		tally_share(tally);
		random_marks(&scan, tally);
		sum = tally_sum(tally);
		carry(&scan, tally, i % 2);
		assert_int_equal(
		    before - count_bytes(repos), sum.freed + sum.extra);
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
	struct error err;

	(void)state;
	return walk_remove(root, &err) ? 0 : 1;
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
		cmocka_unit_test(test_abandoned),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
