#include "cli/filters.h"

#include "cli/voice/voice.h"
#include "core/census/query.h"

static bool
read_query(struct filters *filters, const char *text, struct error *err)
{
	struct query *query = query_parse(text, err);

	if (query) {
		arr_push(&filters->queries, query);
		return true;
	}
	/* There may be several: the message names the one that it is about. */
	err_wrap(err, "filter '%.200s'", text);
	return false;
}

bool
filters_read(struct filters *filters, const struct cli *cli,
    const struct text_list *texts, struct error *err)
{
	*filters = (struct filters){ .official = { 0 } };
	arr_each (text, &texts->list) {
		struct filter filter;

		if (cli->voice->policy.cache.filters_are_queries) {
			if (!read_query(filters, *text, err))
				return false;
			continue;
		}
		if (!filter_parse(&filter, *text, err))
			return false;
		arr_push(&filters->official, filter);
	}
	return true;
}

void
filters_fini(struct filters *filters)
{
	arr_each (query, &filters->queries)
		query_free(*query);
	arr_free(&filters->queries);
	arr_free(&filters->official);
}

bool
filters_any(const struct filters *filters)
{
	return filters->official.n || filters->queries.n;
}

bool
filters_hold(const struct filters *filters, const struct scan_repo *repo,
    const struct scan_revision *revision, double now)
{
	struct query_of of = { .repo = repo, .revision = revision, .now = now };

	arr_each (filter, &filters->official) {
		if (!filter_holds(filter, repo, revision, now))
			return false;
	}
	arr_each (query, &filters->queries) {
		if (!query_holds(*query, &of))
			return false;
	}
	return true;
}
