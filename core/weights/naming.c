#include "core/weights/naming.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/jsonscan.h"
#include "core/base/mem.h"

/* -- the text -- */

/* Overwrites a word outside strings, with what JSON has for a number. */
static size_t
take_word(char *at, size_t left, const char *word)
{
	size_t n = strlen(word);

	if (left < n || memcmp(at, word, n) != 0)
		return 0;
	memset(at, ' ', n);
	at[0] = '0';
	return n;
}

/* Python writes numbers that JSON does not have: Mamba's time_step_limit is
 * [0.0, Infinity]. */
static void
drop_odd_numbers(char *text, size_t n)
{
	bool in_string = false;

	for (size_t i = 0; i < n; i++) {
		if (in_string && text[i] == '\\') {
			i++;
		} else if (text[i] == '"') {
			in_string = !in_string;
		} else if (!in_string && (text[i] == 'N' || text[i] == 'I')) {
			size_t took = take_word(text + i, n - i, "NaN");

			if (!took)
				took = take_word(text + i, n - i, "Infinity");
			i += took ? took - 1 : 0;
		}
	}
}

static bool
scan(bool (*take)(
	 void *context, const struct json_token *token, struct error *err),
    void *context, char *text, size_t n, struct error *err)
{
	struct json_scan scan = { .take = take, .context = context };
	bool ok;

	drop_odd_numbers(text, n);
	ok = json_scan_feed(&scan, text, n, err) && json_scan_end(&scan, err);
	json_scan_drop(&scan);
	return ok;
}

/* -- indexes -- */

struct index_reader {
	const struct naming *naming;
	struct named_index *index;
	bool in_map;
};

static bool
take_of_index(void *context, const struct json_token *token, struct error *err)
{
	struct index_reader *r = context;

	(void)err;
	if (token->depth == 1 && r->in_map)
		r->in_map = token->kind != JSON_CLOSE;
	else if (token->depth == 1 && !strcmp(token->key, "weight_map")) {
		r->index->has_map = true;
		r->in_map = token->kind == JSON_OBJECT;
		r->index->is_object = r->in_map;
	} else if (r->in_map && token->kind == JSON_STRING &&
		   token->depth == 2) {
		r->index->names++;
		r->naming->file(r->naming->context, token->text);
	} else if (r->in_map) {
		r->index->odd = true;
	}
	return true;
}

bool
naming_read_index(const struct naming *naming, char *text, size_t n,
    struct named_index *index, struct error *err)
{
	struct index_reader reader = { .naming = naming, .index = index };

	*index = (struct named_index){ 0 };
	return scan(take_of_index, &reader, text, n, err);
}

/* -- code -- */

enum config {
	CONFIG_NONE,
	CONFIG_AUTO,    /* auto_map, custom_pipelines */
	CONFIG_MODULES, /* [{"type": "module.Class"}] */
	CONFIG_INDEX,   /* {"part": ["library", "Class"]} */
};

static enum config
config_of(const char *base)
{
	static const struct {
		const char *name;
		enum config config;
	} rows[] = { { "config.json", CONFIG_AUTO },
		{ "tokenizer_config.json", CONFIG_AUTO },
		{ "processor_config.json", CONFIG_AUTO },
		{ "preprocessor_config.json", CONFIG_AUTO },
		{ "video_preprocessor_config.json", CONFIG_AUTO },
		{ "modules.json", CONFIG_MODULES },
		{ "model_index.json", CONFIG_INDEX } };

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!strcmp(base, rows[i].name))
			return rows[i].config;
	}
	return CONFIG_NONE;
}

bool
naming_is_config(const char *base)
{
	return config_of(base) != CONFIG_NONE;
}

struct config_reader {
	const struct naming *naming;
	enum config config;
	bool mapped;    /* inside of an auto_map */
	unsigned depth; /* of that */
	bool piped;     /* the same of custom_pipelines */
	unsigned pipes;
	char *part; /* of a diffusers index: whose list this is; NULL: none */
};

/* "module.Class" or "org/name--module.Class". */
static void
take_reference(const struct config_reader *r, const char *text)
{
	const char *dashes = strstr(text, "--");
	const char *begin = dashes ? dashes + 2 : text;
	size_t n = strcspn(begin, ".");
	char *module = mem_strndup(begin, n);
	char *repo = dashes ? mem_strndup(text, (size_t)(dashes - text)) : NULL;

	if (n)
		r->naming->code(r->naming->context,
		    &(struct named_code){
			.repo = repo, .folder = "", .module = module });
	free(module);
	free(repo);
}

static void
take_auto(struct config_reader *r, const struct json_token *token)
{
	bool opens = token->kind == JSON_OBJECT || token->kind == JSON_ARRAY;
	bool names = r->mapped || !strcmp(token->key, "auto_map") ||
	             (r->piped && !strcmp(token->key, "impl"));

	if (token->kind == JSON_CLOSE) {
		r->mapped = r->mapped && token->depth > r->depth;
		r->piped = r->piped && token->depth > r->pipes;
	} else if (names && token->kind == JSON_STRING) {
		take_reference(r, token->text);
	} else if (opens && !r->mapped && !strcmp(token->key, "auto_map")) {
		r->mapped = true;
		r->depth = token->depth;
	} else if (opens && !r->piped &&
		   !strcmp(token->key, "custom_pipelines")) {
		r->piped = true;
		r->pipes = token->depth;
	}
}

/* The module of "module.sub.Class", which may be that of a library. */
static void
take_maybe(const struct config_reader *r, const char *folder, const char *text,
    size_t n)
{
	char *module = mem_strndup(text, n);

	r->naming->code(r->naming->context,
	    &(struct named_code){
		.folder = folder, .module = module, .maybe = true });
	free(module);
}

static void
take_part(struct config_reader *r, const struct json_token *token)
{
	struct str folder = STR_INIT;

	if (token->depth == 1) {
		free(r->part);
		r->part =
		    token->kind == JSON_ARRAY ? mem_strdup(token->key) : NULL;
	} else if (r->part && token->depth == 2) {
		if (strcmp(r->part, "_class_name") != 0)
			str_addf(&folder, "%s/", r->part);
		if (token->kind == JSON_STRING)
			take_maybe(
			    r, folder.v, token->text, strlen(token->text));
		/* Behind the first is the name of a class. */
		free(r->part);
		r->part = NULL;
		str_fini(&folder);
	}
}

static bool
take_of_config(void *context, const struct json_token *token, struct error *err)
{
	struct config_reader *r = context;
	const char *dot;

	(void)err;
	switch (r->config) {
	case CONFIG_AUTO:
		take_auto(r, token);
		break;
	case CONFIG_MODULES:
		dot = strchr(token->text, '.');
		if (token->kind == JSON_STRING && dot &&
		    !strcmp(token->key, "type"))
			take_maybe(
			    r, "", token->text, (size_t)(dot - token->text));
		break;
	case CONFIG_INDEX:
		take_part(r, token);
		break;
	case CONFIG_NONE:
		break;
	}
	return true;
}

bool
naming_read_config(const struct naming *naming, const char *base, char *text,
    size_t n, struct error *err)
{
	struct config_reader reader = { .naming = naming,
		.config = config_of(base) };
	bool ok = scan(take_of_config, &reader, text, n, err);

	free(reader.part);
	return ok;
}
