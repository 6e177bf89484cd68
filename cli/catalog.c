#include "cli/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "cli/out.h"
#include "cli/show/facts.h"
#include "cli/show/pytext.h"
#include "cli/target.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"

/* As users name them. */
const char *const catalog_sorts[] = { "created_at", "downloads",
	"last_modified", "likes", "trending_score", NULL };
const char *const catalog_space_sorts[] = { "created_at", "last_modified",
	"likes", "trending_score", NULL };

static const char *
sort_key(const char *sort)
{
	if (!strcmp(sort, "created_at"))
		return "createdAt";
	if (!strcmp(sort, "last_modified"))
		return "lastModified";
	return strcmp(sort, "trending_score") ? sort : "trendingScore";
}

/* Properties that can be asked for, in the order of their bytes. */
static const char *const model_properties[] = { "author", "baseModels",
	"cardData", "childrenModelCount", "config", "createdAt", "disabled",
	"downloads", "downloadsAllTime", "evalResults", "gated", "gguf",
	"inference", "inferenceProviderMapping", "lastModified", "library_name",
	"likes", "mask_token", "model-index", "pipeline_tag", "private",
	"resourceGroup", "safetensors", "sha", "siblings", "spaces", "tags",
	"transformersInfo", "trendingScore", "usedStorage", "widgetData",
	NULL };
static const char *const dataset_properties[] = { "author", "cardData",
	"citation", "createdAt", "description", "disabled", "downloads",
	"downloadsAllTime", "gated", "lastModified", "likes", "mainSize",
	"paperswithcode_id", "private", "resourceGroup", "sha", "siblings",
	"tags", "trendingScore", "usedStorage", NULL };
static const char *const space_properties[] = { "author", "cardData",
	"createdAt", "datasets", "disabled", "lastModified", "likes", "models",
	"private", "region", "resourceGroup", "runtime", "sdk", "sha",
	"siblings", "subdomain", "tags", "trendingScore", "usedStorage", NULL };

const char *const *
catalog_properties(enum repo_type type)
{
	static const char *const *const all[] = { model_properties,
		dataset_properties, space_properties };

	return all[type];
}

static struct catalog_texts
texts_of(const struct text_list *list)
{
	return (struct catalog_texts){ list->list.v, list->list.n };
}

struct catalog_texts
catalog_expand(const struct catalog_command *l)
{
	return (struct catalog_texts){ (const char *const *)l->expand.v,
		l->expand.n };
}

/* hug's own columns, and what to ask the Hub for to fill them. */
static const char *const own_model[] = { "downloads", "likes", "lastModified",
	"pipeline_tag", "private", "gated" };
static const char *const own_dataset[] = { "downloads", "likes", "lastModified",
	"private", "gated" };
static const char *const own_space[] = { "likes", "lastModified", "sdk",
	"private" };

/* The task is a model's alone, downloads are of no Space. */
static const struct column own_model_columns[] = { { "id", COLUMN_ID },
	{ "downloads", COLUMN_RIGHT }, { "likes", COLUMN_RIGHT },
	{ "updated", 0 }, { "task", 0 }, { "access", 0 } };
static const struct column own_dataset_columns[] = { { "id", COLUMN_ID },
	{ "downloads", COLUMN_RIGHT }, { "likes", COLUMN_RIGHT },
	{ "updated", 0 }, { "access", 0 } };
static const struct column own_space_columns[] = { { "id", COLUMN_ID },
	{ "likes", COLUMN_RIGHT }, { "updated", 0 }, { "sdk", 0 },
	{ "access", 0 } };

/* As hug people get the columns that help to choose, page by page. */
static bool
is_own(const struct catalog_command *l)
{
	return l->ask.session.cli->voice->policy.lists.helpful_columns &&
	       l->ask.session.cli->format == FORMAT_HUMAN && !l->args->expand;
}

static void
choose_own(struct catalog_command *l)
{
	switch (l->type) {
	case REPO_MODEL:
		l->query.expand = (struct catalog_texts){ own_model, 6 };
		l->table = (struct table){ own_model_columns, .n = 6 };
		break;
	case REPO_DATASET:
		l->query.expand = (struct catalog_texts){ own_dataset, 5 };
		l->table = (struct table){ own_dataset_columns, .n = 5 };
		break;
	case REPO_SPACE:
		l->query.expand = (struct catalog_texts){ own_space, 4 };
		l->table = (struct table){ own_space_columns, .n = 5 };
		break;
	case REPO_KERNEL:
		break;
	}
}

static void
add_count(struct table *table, const struct cJSON *item, const char *key)
{
	struct str text = STR_INIT;

	if (json_get(item, key))
		py_add_json(&text, json_get(item, key));
	table_add(table, text.v);
	str_fini(&text);
}

static void
add_own(struct catalog_command *l, const struct cJSON *item)
{
	const struct cJSON *gated = json_get(item, "gated");
	struct str day = STR_INIT;

	table_add(&l->table, json_str(item, "id", ""));
	if (l->type != REPO_SPACE)
		add_count(&l->table, item, "downloads");
	add_count(&l->table, item, "likes");
	facts_add_day(&day, json_str(item, "lastModified", ""));
	table_add(&l->table, day.v);
	if (l->type == REPO_MODEL)
		table_add(&l->table, json_str(item, "pipeline_tag", ""));
	else if (l->type == REPO_SPACE)
		table_add(&l->table, json_str(item, "sdk", ""));
	table_add(&l->table, json_bool(item, "private", false) ? "private"
			     : json_text(gated)                ? "gated"
							       : "");
	str_fini(&day);
}

/* With `--limit` all, or with hf none, nothing is to be counted. */
static bool
is_enough(const struct catalog_command *l)
{
	long limit = l->args->limit;

	return limit > 0
	           ? l->seen >= limit
	           : l->ask.session.cli->voice->policy.lists.limit_0_is_none;
}

static void
print_json_item(struct catalog_command *l)
{
	out_put(l->seen ? ", " : "[");
	out_put(l->json.v);
}

static bool
on_repo(void *context, const struct cJSON *item, struct error *err)
{
	struct catalog_command *l = context;
	const struct cli *cli = l->ask.session.cli;

	(void)err;
	if (is_enough(l))
		return false;
	str_clear(&l->json);
	if (l->table.n) {
		add_own(l, item);
	} else if (cli->format == FORMAT_QUIET) {
		utf8_safe(&l->json, json_str(item, "id", ""));
		out_line(l->json.v);
	} else {
		facts_add_repo(&l->json, l->type, item);
		if (cli->format == FORMAT_JSON)
			print_json_item(l);
		else
			records_add(&l->records, l->json.v);
	}
	l->seen++;
	return out_is_wanted() && !is_enough(l);
}

static void
on_repo_page(void *context)
{
	struct catalog_command *l = context;

	if (l->table.n)
		table_flush(&l->table, l->ask.session.cli);
	else
		out_flush();
}

static void
end_repos(struct catalog_command *l)
{
	const struct cli *cli = l->ask.session.cli;

	if (l->table.n)
		table_print(&l->table, cli);
	else if (cli->format == FORMAT_JSON)
		out_line(l->seen ? "]" : "[]");
	else if (cli->format != FORMAT_QUIET)
		records_print(&l->records, cli);
	out_flush();
	if ((l->args->warm || l->args->providers.list.n) && !l->args->expand &&
	    cli->format != FORMAT_QUIET)
		out_tell("Hint: Use `--expand inferenceProviderMapping` to see "
			 "which provider serves each model and the "
			 "provider-specific model id.\n");
}

bool
catalog_list_repos(struct catalog_command *l, struct error *err)
{
	const struct catalog_args *a = l->args;
	const char *const *names =
	    l->type == REPO_SPACE ? catalog_space_sorts : catalog_sorts;
	const struct pages_taker taker = { .item = on_repo,
		.page = on_repo_page,
		.done = questions_ended,
		.context = l };

	l->query = (struct catalog_query){
		.type = l->type,
		.search = a->search,
		.author = a->author,
		.filters = texts_of(&a->filter),
		.sort = a->sort == TYPE_NONE ? NULL : sort_key(names[a->sort]),
		.limit = a->limit > 0 ? (unsigned long)a->limit : 0,
		.expand = catalog_expand(l),
		.pipeline_tag = a->pipeline_tag,
		.gated = a->gated       ? "true"
		         : a->not_gated ? "false"
		                        : NULL,
		.apps = texts_of(&a->apps),
		.num_parameters = a->num_parameters,
		.inference = a->warm ? "warm" : NULL,
		.inference_providers = texts_of(&a->providers),
	};
	/* More than a page at once is not to be had. */
	if (l->query.limit > 1000)
		l->query.limit = 1000;
	if (a->limit < 0) {
		err_set(err, ERR_CONFLICT, "%s",
		    l->ask.session.cli->voice->text.lists.negative_limit);
		return err_about(err, ERR_ABOUT_ARGUMENT, NULL, NULL);
	}
	if (is_own(l))
		choose_own(l);
	if (!questions_wait(&l->ask,
		catalog_list(l->ask.session.hub, &l->query, &taker), err)) {
		/* What came stands there; a list that is cut off is no list. */
		if (l->seen && l->ask.session.cli->format == FORMAT_JSON)
			out_put("\n");
		return false;
	}
	end_repos(l);
	return true;
}
