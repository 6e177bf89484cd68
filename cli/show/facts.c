#include "cli/show/facts.h"

#include <string.h>

#include "cli/show/pytext.h"
#include "core/base/json.h"

/* An object in the making. */
struct object {
	struct str *out;
	bool any;
};

static void
begin_key(struct object *o, const char *key)
{
	json_add_key(o->out, !o->any, key);
	o->any = true;
}

static void
end(struct object *o)
{
	str_addz(o->out, o->any ? "}" : "{}");
}

/* Adds a value under a key, unless it is null. */
static void
put(struct object *o, const char *key, const struct cJSON *value)
{
	if (json_is_null(value))
		return;
	begin_key(o, key);
	py_add_json(o->out, value);
}

/* What Python takes for nothing: null, false, "", 0, an empty list or object. */
static bool
is_nothing(const struct cJSON *value)
{
	double number;

	if (json_is_null(value) ||
	    (json_is_bool(value) && !json_is_true(value)))
		return true;
	if (json_text(value))
		return !*json_text(value);
	if (json_double(value, &number))
		return number >= 0 && number <= 0;
	return (json_is_array(value) || json_is_object(value)) &&
	       !json_first(value);
}

/* -- dates -- */

bool
facts_is_date(const char *text)
{
	static const char shape[] = "0000-00-00T00:00:00";

	for (size_t i = 0; i < sizeof(shape) - 1; i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';

		if (shape[i] == '0' ? !digit : text[i] != shape[i])
			return false;
	}
	return true;
}

void
facts_add_day(struct str *out, const char *date)
{
	if (facts_is_date(date))
		str_add(out, date, 10);
}

/* "2026-03-01T10:00:00+00:00" made of what the Hub writes. */
static void
add_date(struct str *out, const char *date)
{
	size_t n = strlen(date);
	const char *dot = strchr(date, '.');
	size_t digits = 0;

	if (n < 20 || date[n - 1] != 'Z') {
		str_addz(out, date);
		return;
	}
	str_add(out, date, 19);
	if (dot)
		digits = strspn(dot + 1, "0123456789");
	digits = digits > 6 ? 6 : digits;
	if (dot && strspn(dot + 1, "0") < digits) {
		str_add(out, dot, digits + 1);
		for (size_t i = digits; i < 6; i++)
			str_addc(out, '0');
	}
	str_addz(out, "+00:00");
}

static void
put_date(struct object *o, const char *key, const struct cJSON *value)
{
	struct str date = STR_INIT;

	if (is_nothing(value) || !json_text(value))
		return;
	add_date(&date, json_text(value));
	begin_key(o, key);
	json_add_string(o->out, date.v);
	str_fini(&date);
}

/* -- parts that have members of their own -- */

/* A member: what hf calls it, what the Hub calls it. */
struct name {
	const char *to, *from;
};

static void
put_named(struct object *o, const struct cJSON *value, const struct name *names)
{
	for (; names->to; names++)
		put(o, names->to, json_get(value, names->from));
}

static void
put_object(struct object *o, const char *key, const struct cJSON *value,
    const struct name *names)
{
	struct object inner = { o->out, false };

	if (is_nothing(value))
		return;
	begin_key(o, key);
	put_named(&inner, value, names);
	end(&inner);
}

static const struct name safetensors_names[] = { { "parameters", "parameters" },
	{ "total", "total" }, { NULL, NULL } };

static const struct name transformers_names[] = { { "auto_model",
						      "auto_model" },
	{ "custom_class", "custom_class" }, { "pipeline_tag", "pipeline_tag" },
	{ "processor", "processor" }, { NULL, NULL } };

static const struct name sibling_lfs_names[] = { { "size", "size" },
	{ "sha256", "sha256" }, { "pointer_size", "pointerSize" },
	{ NULL, NULL } };

static void
put_siblings(struct object *o, const struct cJSON *siblings)
{
	bool first = true;

	if (json_is_null(siblings))
		return;
	begin_key(o, "siblings");
	str_addc(o->out, '[');
	json_each (sibling, siblings) {
		struct object one = { o->out, false };

		str_addz(o->out, first ? "" : ", ");
		first = false;
		put(&one, "rfilename", json_get(sibling, "rfilename"));
		put(&one, "size", json_get(sibling, "size"));
		put(&one, "blob_id", json_get(sibling, "blobId"));
		put_object(
		    &one, "lfs", json_get(sibling, "lfs"), sibling_lfs_names);
		end(&one);
	}
	str_addc(o->out, ']');
}

/* An object keyed by provider, or a list that names them. */
static void
put_providers(
    struct object *o, const struct cJSON *providers, const struct cJSON *id)
{
	static const struct name names[] = { { "provider_id", "providerId" },
		{ "status", "status" }, { "task", "task" },
		{ "adapter", "adapter" },
		{ "adapter_weights_path", "adapterWeightsPath" },
		{ "type", "type" }, { NULL, NULL } };
	bool first = true;

	if (json_is_null(providers))
		return;
	begin_key(o, "inference_provider_mapping");
	str_addc(o->out, '[');
	json_each (provider, providers) {
		struct object one = { o->out, false };

		str_addz(o->out, first ? "" : ", ");
		first = false;
		if (json_is_object(providers)) {
			begin_key(&one, "provider");
			json_add_string(o->out, json_key(provider));
		} else {
			put(&one, "provider", json_get(provider, "provider"));
		}
		put(&one, "hf_model_id", id);
		put_named(&one, provider, names);
		end(&one);
	}
	str_addc(o->out, ']');
}

static void
put_evaluations(struct object *o, const struct cJSON *results)
{
	static const struct name dataset_names[] = { { "dataset_id", "id" },
		{ "task_id", "task_id" }, { NULL, NULL } };
	static const struct name source_names[] = { { "source_url", "url" },
		{ "source_name", "name" }, { "source_user", "user" },
		{ "source_org", "org" }, { NULL, NULL } };
	bool first = true;

	if (is_nothing(results))
		return;
	begin_key(o, "eval_results");
	str_addc(o->out, '[');
	json_each (result, results) {
		const struct cJSON *data = json_get(result, "data");
		const struct cJSON *own = data ? data : result;
		const struct cJSON *dataset = json_get(own, "dataset");
		struct object one = { o->out, false };

		/* One that the Hub could not read. */
		if (json_get(result, "error"))
			continue;
		str_addz(o->out, first ? "" : ", ");
		first = false;
		put_named(&one, dataset, dataset_names);
		put(&one, "value", json_get(own, "value"));
		put(&one, "dataset_revision", json_get(dataset, "revision"));
		put(&one, "verify_token", json_get(own, "verifyToken"));
		put(&one, "date", json_get(own, "date"));
		put_named(&one, json_get(own, "source"), source_names);
		put(&one, "notes", json_get(own, "notes"));
		end(&one);
	}
	str_addc(o->out, ']');
}

static void
put_volumes(struct object *o, const struct cJSON *volumes)
{
	static const struct name names[] = { { "type", "type" },
		{ "source", "source" }, { "mount_path", "mountPath" },
		{ "revision", "revision" }, { "read_only", "readOnly" },
		{ "path", "path" }, { NULL, NULL } };
	bool first = true;

	if (json_is_null(volumes))
		return;
	begin_key(o, "volumes");
	str_addc(o->out, '[');
	json_each (volume, volumes) {
		struct object one = { o->out, false };

		str_addz(o->out, first ? "" : ", ");
		first = false;
		put_named(&one, volume, names);
		end(&one);
	}
	str_addc(o->out, ']');
}

static void
put_runtime(struct object *o, const struct cJSON *runtime)
{
	const struct cJSON *hardware = json_get(runtime, "hardware");
	struct object one = { o->out, false };

	if (is_nothing(runtime))
		return;
	begin_key(o, "runtime");
	put(&one, "stage", json_get(runtime, "stage"));
	put(&one, "hardware", json_get(hardware, "current"));
	put(&one, "requested_hardware", json_get(hardware, "requested"));
	put(&one, "sleep_time", json_get(runtime, "gcTimeout"));
	put(&one, "storage", json_get(runtime, "storage"));
	begin_key(&one, "dev_mode");
	str_addz(
	    o->out, json_bool(runtime, "devMode", false) ? "true" : "false");
	put_volumes(&one, json_get(runtime, "volumes"));
	put(&one, "raw", runtime);
	end(&one);
}

/* -- the card's head -- */

static bool
is_one_of(const char *key, const char *const *keys)
{
	for (; *keys; keys++) {
		if (!strcmp(*keys, key))
			return true;
	}
	return false;
}

/* hf's classes know some keys, and put them in front in their own order. */
static const char *const *
card_keys(enum repo_type type)
{
	static const char *const model[] = { "base_model", "datasets",
		"eval_results", "language", "library_name", "license",
		"license_name", "license_link", "metrics", "model_name",
		"pipeline_tag", "tags", NULL };
	static const char *const dataset[] = { "annotations_creators",
		"language_creators", "language", "license", "multilinguality",
		"size_categories", "source_datasets", "task_categories",
		"task_ids", "paperswithcode_id", "pretty_name", "config_names",
		NULL };
	static const char *const space[] = { "title", "sdk", "sdk_version",
		"python_version", "app_file", "app_port", "license",
		"duplicated_from", "models", "datasets", "tags", NULL };

	switch (type) {
	case REPO_MODEL:
		return model;
	case REPO_DATASET:
		return dataset;
	case REPO_SPACE:
		return space;
	case REPO_KERNEL:
		break;
	}
	return model;
}

/* A lone tag is a list of one; the same tag counts once. */
static void
put_tags(struct object *o, const struct cJSON *tags)
{
	bool first = true;

	if (json_is_null(tags))
		return;
	begin_key(o, "tags");
	str_addc(o->out, '[');
	if (json_text(tags))
		json_add_string(o->out, json_text(tags));
	json_each (tag, tags) {
		const struct cJSON *same = json_first(tags);

		while (same != tag && json_text(tag) &&
		       !(json_text(same) &&
			   !strcmp(json_text(same), json_text(tag))))
			same = json_next(same);
		if (same != tag && json_text(tag))
			continue;
		str_addz(o->out, first ? "" : ", ");
		first = false;
		py_add_json(o->out, tag);
	}
	str_addc(o->out, ']');
}

static void
add_card(struct str *out, enum repo_type type, const struct cJSON *card)
{
	/* These come last, whatever their place was. */
	static const char *const late[] = { "model-index", "train-eval-index",
		"train_eval_index", NULL };
	const char *const *keys = card_keys(type);
	struct object one = { out, false };

	for (unsigned i = 0; keys[i]; i++) {
		if (!strcmp(keys[i], "tags"))
			put_tags(&one, json_get(card, "tags"));
		else
			put(&one, keys[i], json_get(card, keys[i]));
	}
	json_each (member, card) {
		if (!is_one_of(json_key(member), keys) &&
		    !is_one_of(json_key(member), late))
			put(&one, json_key(member), member);
	}
	put(&one, "model-index", json_get(card, "model-index"));
	put(&one, "train-eval-index", json_get(card, "train-eval-index"));
	end(&one);
}

static void
put_card(struct object *o, enum repo_type type, const struct cJSON *card)
{
	if (is_nothing(card))
		return;
	begin_key(o, "card_data");
	add_card(o->out, type, card);
}

void
facts_add_card(struct str *out, enum repo_type type, const struct cJSON *card)
{
	if (is_nothing(card))
		str_addz(out, "{}");
	else
		add_card(out, type, card);
}

/* -- repositories -- */

enum kind {
	PLAIN,
	DATE,
	SOLID, /* dropped if Python takes it for nothing */
	CARD,
	SIBLINGS,
	PROVIDERS,
	EVALUATIONS,
	SAFETENSORS,
	TRANSFORMERS,
	RUNTIME,
};

struct fact {
	const char *to, *from;
	enum kind kind;
};

static const struct fact model_facts[] = {
	{ "id", "id", PLAIN },
	{ "author", "author", PLAIN },
	{ "base_models", "baseModels", PLAIN },
	{ "card_data", "cardData", CARD },
	{ "children_model_count", "childrenModelCount", PLAIN },
	{ "config", "config", PLAIN },
	{ "created_at", "createdAt", DATE },
	{ "disabled", "disabled", PLAIN },
	{ "downloads", "downloads", PLAIN },
	{ "downloads_all_time", "downloadsAllTime", PLAIN },
	{ "eval_results", "evalResults", EVALUATIONS },
	{ "gated", "gated", PLAIN },
	{ "gguf", "gguf", PLAIN },
	{ "inference", "inference", PLAIN },
	{ "inference_provider_mapping", "inferenceProviderMapping", PROVIDERS },
	{ "last_modified", "lastModified", DATE },
	{ "library_name", "library_name", PLAIN },
	{ "likes", "likes", PLAIN },
	{ "mask_token", "mask_token", PLAIN },
	{ "model_index", "model-index", SOLID },
	{ "pipeline_tag", "pipeline_tag", PLAIN },
	{ "private", "private", PLAIN },
	{ "resource_group", "resourceGroup", PLAIN },
	{ "safetensors", "safetensors", SAFETENSORS },
	{ "security_repo_status", "securityRepoStatus", PLAIN },
	{ "sha", "sha", PLAIN },
	{ "siblings", "siblings", SIBLINGS },
	{ "spaces", "spaces", PLAIN },
	{ "tags", "tags", PLAIN },
	{ "transformers_info", "transformersInfo", TRANSFORMERS },
	{ "trending_score", "trendingScore", PLAIN },
	{ "used_storage", "usedStorage", PLAIN },
	{ "widget_data", "widgetData", PLAIN },
	{ NULL, NULL, PLAIN },
};

static const struct fact dataset_facts[] = {
	{ "id", "id", PLAIN },
	{ "author", "author", PLAIN },
	{ "card_data", "cardData", CARD },
	{ "citation", "citation", PLAIN },
	{ "created_at", "createdAt", DATE },
	{ "description", "description", PLAIN },
	{ "disabled", "disabled", PLAIN },
	{ "downloads", "downloads", PLAIN },
	{ "downloads_all_time", "downloadsAllTime", PLAIN },
	{ "gated", "gated", PLAIN },
	{ "last_modified", "lastModified", DATE },
	{ "likes", "likes", PLAIN },
	{ "main_size", "mainSize", PLAIN },
	{ "paperswithcode_id", "paperswithcode_id", PLAIN },
	{ "private", "private", PLAIN },
	{ "resource_group", "resourceGroup", PLAIN },
	{ "sha", "sha", PLAIN },
	{ "siblings", "siblings", SIBLINGS },
	{ "tags", "tags", PLAIN },
	{ "trending_score", "trendingScore", PLAIN },
	{ "used_storage", "usedStorage", PLAIN },
	{ NULL, NULL, PLAIN },
};

static const struct fact space_facts[] = {
	{ "id", "id", PLAIN },
	{ "author", "author", PLAIN },
	{ "card_data", "cardData", CARD },
	{ "created_at", "createdAt", DATE },
	{ "datasets", "datasets", PLAIN },
	{ "disabled", "disabled", PLAIN },
	{ "gated", "gated", PLAIN },
	{ "host", "host", PLAIN },
	{ "last_modified", "lastModified", DATE },
	{ "likes", "likes", PLAIN },
	{ "models", "models", PLAIN },
	{ "private", "private", PLAIN },
	{ "region", "region", PLAIN },
	{ "resource_group", "resourceGroup", PLAIN },
	{ "runtime", "runtime", RUNTIME },
	{ "sdk", "sdk", PLAIN },
	{ "sha", "sha", PLAIN },
	{ "siblings", "siblings", SIBLINGS },
	{ "subdomain", "subdomain", PLAIN },
	{ "tags", "tags", PLAIN },
	{ "trending_score", "trendingScore", PLAIN },
	{ "used_storage", "usedStorage", PLAIN },
	{ NULL, NULL, PLAIN },
};

static void
put_fact(struct object *o, enum repo_type type, const struct fact *fact,
    const struct cJSON *item)
{
	const struct cJSON *value = json_get(item, fact->from);

	switch (fact->kind) {
	case PLAIN:
		put(o, fact->to, value);
		break;
	case DATE:
		put_date(o, fact->to, value);
		break;
	case SOLID:
		if (!is_nothing(value))
			put(o, fact->to, value);
		break;
	case CARD:
		put_card(o, type, value);
		break;
	case SIBLINGS:
		put_siblings(o, value);
		break;
	case PROVIDERS:
		put_providers(o, value, json_get(item, "id"));
		break;
	case EVALUATIONS:
		put_evaluations(o, value);
		break;
	case SAFETENSORS:
		put_object(o, fact->to, value, safetensors_names);
		break;
	case TRANSFORMERS:
		put_object(o, fact->to, value, transformers_names);
		break;
	case RUNTIME:
		put_runtime(o, value);
		break;
	}
}

void
facts_add_repo(struct str *out, enum repo_type type, const struct cJSON *item)
{
	static const struct fact *const facts[] = { model_facts, dataset_facts,
		space_facts };
	struct object o = { out, false };

	for (const struct fact *fact = facts[type]; fact->to; fact++)
		put_fact(&o, type, fact, item);
	end(&o);
}

/* -- files -- */

static void
put_commit(struct object *o, const struct cJSON *commit)
{
	struct object one = { o->out, false };

	if (json_is_null(commit))
		return;
	begin_key(o, "last_commit");
	put(&one, "oid", json_get(commit, "id"));
	put(&one, "title", json_get(commit, "title"));
	put_date(&one, "date", json_get(commit, "date"));
	end(&one);
}

static void
put_security(struct object *o, const struct cJSON *security)
{
	const char *status = json_str(security, "status", "");
	struct object one = { o->out, false };

	if (json_is_null(security))
		return;
	begin_key(o, "security");
	begin_key(&one, "safe");
	str_addz(o->out, strcmp(status, "safe") ? "false" : "true");
	put(&one, "status", json_get(security, "status"));
	put(&one, "av_scan", json_get(security, "avScan"));
	put(&one, "pickle_import_scan", json_get(security, "pickleImportScan"));
	end(&one);
}

void
facts_add_file(struct str *out, const struct cJSON *item)
{
	static const struct name lfs_names[] = { { "size", "size" },
		{ "sha256", "oid" }, { "pointer_size", "pointerSize" },
		{ NULL, NULL } };
	struct object o = { out, false };

	put(&o, "path", json_get(item, "path"));
	if (strcmp(json_str(item, "type", ""), "file") != 0) {
		put(&o, "tree_id", json_get(item, "oid"));
		put_commit(&o, json_get(item, "lastCommit"));
		end(&o);
		return;
	}
	put(&o, "size", json_get(item, "size"));
	put(&o, "blob_id", json_get(item, "oid"));
	put_object(&o, "lfs", json_get(item, "lfs"), lfs_names);
	put(&o, "xet_hash", json_get(item, "xetHash"));
	put_commit(&o, json_get(item, "lastCommit"));
	put_security(&o, json_get(item, "securityFileStatus"));
	end(&o);
}
