/* query.c: filters, as hug and as the official client read them. */
#include "core/census/query.h"

#include <stdlib.h>
#include <string.h>

#include "cli/filters.h"
#include "cli/voice/voice.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/census/filter.h"
#include "core/census/scan_repo.h"
#include "tests/fuzz/fuzz.h"

#define NOW 2e9

static char folder[] = "models--acme--owl", id[] = "acme/owl", ref[] = "main",
	    commit[] = "41bc0e12";
static char *refs[] = { ref };

static struct scan_repo
owl(struct scan_revision *revision)
{
	struct scan_repo repo = { .folder = folder,
		.type = "model",
		.id = id,
		.size = 3 << 20,
		.accessed = NOW - 86400,
		.modified = NOW - 172800 };

	*revision = (struct scan_revision){
		.name = commit, .size = 3 << 20, .modified = repo.modified
	};
	revision->refs.v = repo.refs.v = refs;
	revision->refs.n = repo.refs.n = 1;
	repo.revisions.v = revision;
	repo.revisions.n = 1;
	return repo;
}

static bool
holds(const struct query *query, bool whole)
{
	struct scan_revision revision;
	struct scan_repo repo = owl(&revision);
	struct query_of of = {
		.repo = &repo, .revision = whole ? NULL : &revision, .now = NOW
	};

	return query_holds(query, &of);
}

/* The text in brackets, or denied, is a filter exactly where it is one. */
static void
check_with(
    const char *text, const char *before, const char *after, bool ok, bool held)
{
	struct str with = STR_INIT;
	struct query *query;
	struct error err;

	str_addf(&with, "%s%s%s", before, text, after);
	query = query_parse(with.v, &err);
	must(!query || ok);
	/* One more level may be one too many. */
	must(query || !ok || strstr(err.message, "inside each other"));
	if (query)
		must(holds(query, false) == held);
	query_free(query);
	str_fini(&with);
}

static void
check_query(const char *text)
{
	struct error err = { .code = ERR_NONE };
	struct query *query = query_parse(text, &err);
	bool held = query && holds(query, false);

	if (query) {
		must(!query_is_blank(text));
		(void)holds(query, true);
	} else {
		fuzz_check_error(&err);
		must(err.code == ERR_USAGE);
		must(query_is_blank(text) || !strncmp(err.message, "at ", 3));
	}
	if (query || !strstr(err.message, "closes nothing")) {
		check_with(text, "(", ")", query != NULL, held);
		check_with(text, "not (", ")", query != NULL, !held);
	}
	query_free(query);
}

static void
check_official(const char *text)
{
	struct scan_revision revision;
	struct scan_repo repo = owl(&revision);
	struct filter filter;
	struct error err;

	if (!filter_parse(&filter, text, &err)) {
		fuzz_check_error(&err);
		return;
	}
	must(filter.key <= FILTER_REFS);
	must(filter.number >= 0 || filter.key >= FILTER_TYPE);
	(void)filter_holds(&filter, &repo, NULL, NOW);
	(void)filter_holds(&filter, &repo, &revision, NOW);
}

/* All that --filter takes, a line each. */
static void
check_all(struct fuzz in, enum face face)
{
	const struct cli cli = {
		.face = face, .voice = voice_of(face), .name = "hug"
	};
	struct scan_revision revision;
	struct scan_repo repo = owl(&revision);
	struct filters filters;
	struct text_list texts = { 0 };
	struct error err;

	while (in.n && texts.list.n < 8)
		arr_push(&texts.list, fuzz_text(&in, '\n'));
	if (filters_read(&filters, &cli, &texts, &err)) {
		must(filters_any(&filters) == (texts.list.n > 0));
		(void)filters_hold(&filters, &repo, &revision, NOW);
	} else {
		fuzz_check_error(&err);
	}
	filters_fini(&filters);
	arr_each (text, &texts.list)
		free((void *)(uintptr_t)*text);
	arr_free(&texts.list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	char *text;

	check_all(in, FACE_HUG);
	check_all(in, FACE_HF);
	text = fuzz_rest(&in);
	check_query(text);
	check_official(text);
	free(text);
	return 0;
}
