/* json.c: answers of the Hub, whole and value by value. */
#include "core/base/json.h"

#include <stdlib.h>
#include <string.h>

#include "cli/show/facts.h"
#include "cli/show/pytext.h"
#include "core/base/jsonscan.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tui/engine/repo_root.h"

/* Everything that may be asked of a value. */
static void
look(const struct cJSON *value)
{
	uint64_t number;
	double any;

	if (json_number(value, &number))
		must(number <= (uint64_t)1 << 53 && json_double(value, &any));
	must(utf8_valid(json_key(value), strlen(json_key(value))));
	if (json_text(value))
		must(utf8_valid(json_text(value), strlen(json_text(value))));
	(void)json_u64(value, "size", &number);
	(void)json_bool(value, "private", false);
	(void)json_str(value, "name", "");
	json_each (item, value)
		look(item);
}

/* What we write we read again, and write the same. */
static void
write_again(const struct cJSON *value)
{
	struct str once = STR_INIT, twice = STR_INIT, lines = STR_INIT;
	struct cJSON *again;
	struct error err;

	py_add_json(&once, value);
	py_add_indented(&lines, value, 0);
	py_add_str(&twice, value);
	str_clear(&twice);
	/* Python's words for numbers beyond a double are no JSON. */
	if (!strstr(once.v, "Infinity")) {
		again = json_parse(once.v, once.n, &err);
		must(again);
		py_add_json(&twice, again);
		must(!strcmp(once.v, twice.v));
		json_free(again);
		again = json_parse(lines.v, lines.n, &err);
		must(again);
		json_free(again);
	}
	str_fini(&once);
	str_fini(&twice);
	str_fini(&lines);
}

/* In hf's shape it is JSON still. */
static void
write_facts(const struct cJSON *value)
{
	struct str out = STR_INIT;
	struct cJSON *again;
	struct error err;

	for (int type = 0; type <= 3; type++) {
		str_clear(&out);
		if (type == 3)
			facts_add_file(&out, value);
		else
			facts_add_repo(&out, (enum repo_type)type, value);
		again = json_parse(out.v, out.n, &err);
		must(strstr(out.v, "Infinity") || json_is_object(again));
		json_free(again);
	}
	str_fini(&out);
}

/* Files of a root are named as such, each once. */
static bool
take_root_file(void *context, const struct treefile *file)
{
	size_t *files = context;

	must(*file->path && !strchr(file->path, '/') && file->oid);
	++*files;
	return true;
}

static void
list_root(const struct cJSON *value)
{
	struct repo_root root = { .more = false };
	size_t files = 0;

	json_each (item, value)
		repo_root_take(&root, item);
	repo_root_each(&root, take_root_file, &files);
	must(files == root.files.n);
	repo_root_fini(&root);
}

static void
check_string(const char *text)
{
	struct str out = STR_INIT;
	struct cJSON *value;
	struct error err;

	json_add_string(&out, text);
	for (size_t i = 0; i < out.n; i++)
		must(out.v[i] >= 0x20 && out.v[i] < 0x7f);
	/* Other bytes are halves of pairs, as Python writes them; no reader of
	 * ours takes those. */
	if (utf8_valid(text, strlen(text))) {
		value = json_parse(out.v, out.n, &err);
		must(value && json_text(value));
		must(!strcmp(json_text(value), text));
		json_free(value);
	}
	str_fini(&out);
}

/* -- value by value -- */

static void
add_value(struct str *out, unsigned depth, const char *key, const char *text)
{
	str_addf(out, "%u ", depth);
	json_add_string(out, key);
	str_addc(out, ' ');
	json_add_string(out, text);
	str_addc(out, '\n');
}

static bool
take(void *context, const struct json_token *token, struct error *err)
{
	uint64_t number;

	(void)err;
	must(utf8_valid(token->key, strlen(token->key)));
	must(utf8_valid(token->text, strlen(token->text)));
	(void)json_token_u64(token, &number);
	if (token->kind != JSON_CLOSE)
		add_value(context, token->depth, token->key,
		    token->kind == JSON_STRING ? token->text : "");
	return true;
}

/* In pieces of `step` bytes. */
static bool
scan(const char *text, size_t n, size_t step, struct str *seen)
{
	struct json_scan scan = { .take = take, .context = seen };
	struct error err;
	bool ok = true;

	for (size_t at = 0; ok && at < n; at += step)
		ok = json_scan_feed(
		    &scan, text + at, n - at < step ? n - at : step, &err);
	if (ok)
		ok = json_scan_end(&scan, &err);
	if (!ok)
		fuzz_check_error(&err);
	json_scan_drop(&scan);
	return ok;
}

static void
add_tree(struct str *out, const struct cJSON *value, unsigned depth)
{
	const char *text = json_text(value);

	add_value(out, depth, json_key(value), text ? text : "");
	json_each (item, value)
		add_tree(out, item, depth + 1);
}

/* However it is cut; and what it takes, the other reader takes for the same. */
static void
check_scan(const char *text, size_t n, size_t step)
{
	struct str whole = STR_INIT, cut = STR_INIT, tree = STR_INIT;
	bool ok = scan(text, n, n ? n : 1, &whole);
	struct error err;

	must(scan(text, n, step, &cut) == ok);
	must(!strcmp(whole.v, cut.v));
	if (ok) {
		struct cJSON *root = json_parse(text, n, &err);

		must(root);
		add_tree(&tree, root, 0);
		must(!strcmp(whole.v, tree.v));
		json_free(root);
	}
	str_fini(&whole);
	str_fini(&cut);
	str_fini(&tree);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	struct str bytes = STR_INIT;
	struct cJSON *root;
	struct error err;
	char *text;

	/* As bodies are: terminated, whatever they hold. */
	str_add(&bytes, data, size);
	root = json_parse(bytes.v, bytes.n, &err);
	if (root) {
		look(root);
		write_again(root);
		write_facts(root);
		list_root(root);
	} else {
		fuzz_check_error(&err);
	}
	json_free(root);
	check_scan(bytes.v, bytes.n, 1 + size % 7);
	text = fuzz_rest(&in);
	check_string(text);
	free(text);
	str_fini(&bytes);
	return 0;
}
