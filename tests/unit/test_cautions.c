/* test_cautions.c: what one should know of repositories of each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/weights/cautions.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A file, and its text if it is a small one. */
struct file {
	const char *path, *text;
};

static bool
begins(void *context, const char *path)
{
	const char *const *only = context;

	return !strncmp(path, *only, strlen(*only));
}

/* What is wanted begins with `only`; NULL: all. */
static void
look(struct cautions *c, struct repo repo, const char *info,
    const struct file *files, const char *only)
{
	struct error err;
	struct cJSON *json = json_parse(info, strlen(info), &err);

	assert_non_null(json);
	cautions_init(c, &repo, only ? begins : NULL, &only, only);
	cautions_take_info(c, json);
	json_free(json);
	for (size_t i = 0; files[i].path; i++)
		cautions_add_file(c, files[i].path, 100);
	cautions_listed(c);
	for (size_t i = 0; i < c->texts.n; i++) {
		for (const struct file *file = files; file->path; file++) {
			char *text;

			if (strcmp(file->path, c->texts.v[i].path) != 0)
				continue;
			text = mem_strdup(file->text ? file->text : "{}");
			cautions_add_text(c, i, text, strlen(text));
			free(text);
		}
	}
	cautions_end(c);
}

/* "kind(path,path)", one after the other; "?path" is unchecked. */
static void
describe(struct str *out, const struct cautions *c)
{
	arr_each (caution, &c->list) {
		str_addf(out, "%s%s", out->n ? " " : "",
		    caution_name(caution->kind));
		for (size_t i = 0; i < caution->paths.n; i++)
			str_addf(
			    out, "%c%s", i ? ',' : '(', caution->paths.v[i]);
		str_addz(out, caution->paths.n ? ")" : "");
	}
	arr_each (unchecked, &c->unchecked)
		str_addf(out, "%s?%s", out->n ? " " : "", unchecked->what);
}

#define FINE "{\"gated\": false, \"tags\": [\"license:mit\"]}"

struct row {
	struct file files[10];
	const char *is;
	const char *only;
};

static void
check_rows(struct repo repo, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str is = STR_INIT;
		struct cautions c;

		look(&c, repo, FINE, rows[i].files, rows[i].only);
		describe(&is, &c);
		assert_string_equal(is.v, rows[i].is);
		str_fini(&is);
		cautions_fini(&c);
	}
}

static const struct repo model = { REPO_MODEL, "acme/owl" };
static const struct repo dataset = { REPO_DATASET, "acme/owl" };
static const struct repo space = { REPO_SPACE, "acme/owl" };

static void
test_information(void **state)
{
	static const struct {
		const char *info, *is;
	} rows[] = {
		{ FINE, "" },
		{ "{\"gated\": \"auto\", \"tags\": [\"license:mit\"]}",
		    "gated" },
		{ "{\"gated\": \"manual\", \"tags\": [\"license:mit\"]}",
		    "gated" },
		{ "{\"gated\": true, \"tags\": [\"license:mit\"]}", "gated" },
		{ "{\"tags\": [\"license:mit\"]}", "?the Hub's answer" },
		{ "{\"gated\": 1, \"tags\": [\"license:mit\"]}",
		    "?the Hub's answer" },
		{ "{\"gated\": false}", "?the Hub's answer" },
		{ "[]", "?the Hub's answer ?the Hub's answer" },
		{ "{\"gated\": false, \"tags\": []}", "licence" },
		{ "{\"gated\": false, \"cardData\": {}}", "licence" },
		{ "{\"gated\": false, \"cardData\": {\"license\": 7}}",
		    "licence" },
		{ "{\"gated\": false, \"cardData\": {\"license\": \"mit\"}}",
		    "" },
		{ "{\"gated\": false, \"cardData\": {\"license\": [\"mit\", "
		  "\"other\"]}}",
		    "licence" },
		{ "{\"gated\": false, \"cardData\": {\"license\": \"other\", "
		  "\"license_name\": \"owl\"}}",
		    "licence" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct file none[] = { { NULL, NULL } };
		struct str is = STR_INIT;
		struct cautions c;

		look(&c, model, rows[i].info, none, NULL);
		describe(&is, &c);
		assert_string_equal(is.v, rows[i].is);
		str_fini(&is);
		cautions_fini(&c);
	}
}

static void
test_licences(void **state)
{
	const struct file none[] = { { NULL, NULL } };
	struct cautions c;

	(void)state;
	look(&c, model,
	    "{\"gated\": false, \"tags\": [\"x\", 3, \"license:other\"], "
	    "\"cardData\": {\"license\": \"other\", \"license_name\": "
	    "\"owl-1.0\", \"license_link\": \"LICENSE\"}}",
	    none, NULL);
	assert_int_equal(c.licences.n, 2);
	assert_string_equal(c.licences.v[0], "other");
	assert_string_equal(c.licences.v[1], "owl-1.0");
	assert_string_equal(
	    c.list.v[0].text, "the licence is not a common one; read LICENSE");
	cautions_fini(&c);
}

#define AUTO(what) "{\"auto_map\": " what "}"

static void
test_code(void **state)
{
	static const struct row rows[] = {
		{ { { "config.json", "{}" }, { "modeling_owl.py", NULL } }, "",
		    NULL },
		{ { { "config.json", AUTO("{}") } }, "", NULL },
		{ { { "config.json", AUTO("null") } }, "", NULL },
		{ { { "config.json",
		      AUTO("{\"AutoModel\": \"modeling_owl.Owl\", "
			   "\"AutoConfig\": "
			   "\"configuration_owl.C\", \"AutoX\": "
			   "\"modeling_owl.X\"}") } },
		    "code(modeling_owl.py,configuration_owl.py)", NULL },
		{ { { "tokenizer_config.json",
		      AUTO("{\"AutoTokenizer\": [null, \"tok.Fast\"]}") } },
		    "code(tok.py)", NULL },
		{ { { "config.json",
		      AUTO("{\"A\": \"other/repo--modeling.M\"}") } },
		    "code(other/repo/modeling.py)", NULL },
		{ { { "config.json", AUTO("\"modeling.M\"") } },
		    "code(modeling.py)", NULL },
		{ { { "config.json", "{\"auto\\u005fmap\": {\"A\": \"m.M\"}, "
				     "\"n\": [NaN, -Infinity, \"NaN\"]}" } },
		    "code(m.py)", NULL },
		{ { { "config.json",
		      "{\"text\": {\"auto_map\": {\"A\": \"m.M\"}}, \"b\": "
		      "\"c.d\"}" } },
		    "code(m.py)", NULL },
		{ { { "config.json",
		      "{\"custom_pipelines\": {\"x\": {\"impl\": \"p.P\", "
		      "\"pt\": [\"Auto.B\"]}}, \"impl\": \"q.Q\"}" } },
		    "code(p.py)", NULL },
		{ { { "vision/config.json", AUTO("{\"A\": \"m.M\"}") },
		      { "m.py", NULL } },
		    "code(m.py)", NULL },
		{ { { "vision/config.json", AUTO("{\"A\": \"m.M\"}") },
		      { "vision/m.py", NULL }, { "m.py", NULL } },
		    "code(vision/m.py)", NULL },
		{ { { "modules.json",
			"[{\"type\": \"custom_st.T\"}, {\"type\": "
			"\"sentence_transformers.models.T\"}]" },
		      { "custom_st.py", NULL } },
		    "code(custom_st.py)", NULL },
		{ { { "modules.json",
		      "[{\"type\": \"pylate.models.Dense\"}]" } },
		    "", NULL },
		{ { { "model_index.json",
			"{\"_class_name\": [\"pipe\", \"P\"], \"unet\": "
			"[\"my_unet\", \"U\"], \"vae\": [\"diffusers\", "
			"\"V\"]}" },
		      { "pipe.py", NULL }, { "unet/my_unet.py", NULL } },
		    "code(pipe.py,unet/my_unet.py)", NULL },
		{ { { "config.json", "{\"auto_map\": " } }, "?config.json",
		    NULL },
		{ { { "config.json", "[[[[" } }, "?config.json", NULL },
		{ { { "a/config.json", AUTO("{\"A\": \"m.M\"}") } }, "", "b/" },
	};

	(void)state;
	check_rows(model, rows, COUNT(rows));
}

static void
test_code_of_others(void **state)
{
	static const struct row datasets[] = {
		{ { { "owl.py", NULL } }, "code(owl.py)", NULL },
		{ { { "other.py", NULL }, { "src/owl.py", NULL } }, "", NULL },
		{ { { "config.json", AUTO("{\"A\": \"m.M\"}") } }, "", NULL },
		{ { { "owl.py", NULL } }, "", "data/" },
		{ { { "data.pkl", NULL }, { "raw.bin", NULL } },
		    "pickle(data.pkl)", NULL },
		{ { { "train-00000-of-00002.parquet", NULL },
		      { "train-00001-of-00002.parquet", NULL } },
		    "", NULL },
		{ { { "train-00000-of-00003.parquet", NULL },
		      { "train-00002-of-00003.parquet", NULL } },
		    "incomplete(train-00001-of-00003.parquet)", NULL },
	};
	static const struct row spaces[] = {
		{ { { "app.py", NULL },
		      { "config.json", AUTO("{\"A\": \"m.M\"}") } },
		    "", NULL },
	};

	(void)state;
	check_rows(dataset, datasets, COUNT(datasets));
	check_rows(space, spaces, COUNT(spaces));
}

static void
test_pickles(void **state)
{
	static const struct row rows[] = {
		{ { { "pytorch_model.bin", NULL } },
		    "pickle(pytorch_model.bin)", NULL },
		{ { { "pytorch_model.bin", NULL },
		      { "model.safetensors", NULL } },
		    "", NULL },
		{ { { "pytorch_model.bin", NULL },
		      { "onnx/model.onnx", NULL } },
		    "pickle(pytorch_model.bin)", NULL },
		{ { { "a/m.pt", NULL }, { "b/m.PTH", NULL },
		      { "b/m.gguf", NULL }, { "c/m.ckpt", NULL } },
		    "pickle(a/m.pt,c/m.ckpt)", NULL },
		{ { { "m.pkl", NULL }, { "n.pickle", NULL },
		      { "o.joblib", NULL } },
		    "pickle(m.pkl,n.pickle,o.joblib)", NULL },
		{ { { "openvino_model.bin", NULL }, { "ggml-base.bin", NULL },
		      { "q4_0-GGML.bin", NULL }, { "tokenizer.bin", NULL } },
		    "", NULL },
		{ { { "training_args.bin", NULL }, { "optimizer.pt", NULL },
		      { "scheduler.pt", NULL }, { "rng_state_0.pth", NULL },
		      { "random_states_0.pkl", NULL } },
		    "", NULL },
		{ { { "training_args.bin", NULL } },
		    "pickle(training_args.bin)", "training" },
		{ { { "model.bin", NULL } }, "pickle(model.bin)", NULL },
		{ { { "model.bin", NULL }, { "vocabulary.json", NULL } }, "",
		    NULL },
		{ { { "model.bin", NULL }, { "x/vocabulary.json", NULL } },
		    "pickle(model.bin)", NULL },
		/* Of what is asked for, these are all weights. */
		{ { { "pytorch_model.bin", NULL },
		      { "model.safetensors", NULL } },
		    "pickle(pytorch_model.bin)", "pytorch" },
		{ { { "pytorch_model.bin", NULL },
		      { "model.safetensors", NULL } },
		    "", "model" },
	};

	(void)state;
	check_rows(model, rows, COUNT(rows));
}

#define S1 "model-00001-of-00002.safetensors"
#define S2 "model-00002-of-00002.safetensors"
#define INDEX "model.safetensors.index.json"
#define MAP(what) "{\"metadata\": {}, \"weight_map\": {" what "}}"
#define FULL MAP("\"a\": \"" S1 "\", \"b\": \"" S2 "\", \"c\": \"" S1 "\"")

static void
test_shards(void **state)
{
	static const struct row rows[] = {
		{ { { S1, NULL }, { S2, NULL } }, "", NULL },
		{ { { S1, NULL } }, "incomplete(" S2 ")", NULL },
		{ { { S2, NULL } }, "incomplete(" S1 ")", NULL },
		{ { { "a/" S1, NULL }, { "b/" S2, NULL } },
		    "incomplete(a/" S2 ") incomplete(b/" S1 ")", NULL },
		{ { { S1, NULL }, { S2, NULL },
		      { "model-00001-of-00003.safetensors", NULL } },
		    "incomplete(model-00002-of-00003.safetensors,"
		    "model-00003-of-00003.safetensors)",
		    NULL },
		{ { { "model-00001-of-00002.fp16.safetensors", NULL } },
		    "incomplete(model-00002-of-00002.fp16.safetensors)", NULL },
		{ { { "page-1-of-2.png", NULL }, { "m-2-of-1.bin.txt", NULL },
		      { "-of-2.safetensors", NULL },
		      { "m--of-2.safetensors", NULL },
		      { "m-1-of-.safetensors", NULL } },
		    "", NULL },
		{ { { S1, NULL }, { "x/y", NULL } }, "", "x/" },
		{ { { "x/m-Q4_0-00001-of-00002.gguf", NULL } }, "incomplete",
		    NULL },
		{ { { "x/m-Q4_0-00001-of-00002.gguf", NULL } }, "", "y/" },
		{ { { "m-Q4_0-00001-of-00002.gguf", NULL },
		      { "m-Q4_0-00002-of-00002.gguf", NULL } },
		    "", NULL },
	};

	(void)state;
	check_rows(model, rows, COUNT(rows));
}

static void
test_indexes(void **state)
{
	static const struct row rows[] = {
		{ { { INDEX, FULL }, { S1, NULL }, { S2, NULL } }, "", NULL },
		{ { { INDEX, FULL }, { S1, NULL } }, "incomplete(" S2 ")",
		    NULL },
		{ { { INDEX, FULL } }, "incomplete(" S1 "," S2 ")", NULL },
		{ { { "x/" INDEX, FULL }, { S1, NULL }, { S2, NULL } },
		    "incomplete(x/" S1 ",x/" S2 ")", NULL },
		/* The index says three, the names two. */
		{ { { INDEX,
			MAP("\"a\": \"model-00003-of-00003.safetensors\"") },
		      { S1, NULL }, { S2, NULL } },
		    "incomplete(model-00003-of-00003.safetensors)", NULL },
		{ { { INDEX, MAP("") } }, "incomplete", NULL },
		{ { { INDEX, "{}" } }, "incomplete", NULL },
		{ { { "faiss.index.json", "{}" } }, "", NULL },
		{ { { "faiss.index.json", "{\"weight_map\": {}}" } },
		    "incomplete", NULL },
		{ { { INDEX, "{\"weight_map\": [\"a\"]}" } }, "incomplete",
		    NULL },
		{ { { INDEX, "{\"weight_map\": {\"a\": 1}}" } }, "incomplete",
		    NULL },
		{ { { INDEX, "{\"weight_map\": {\"a\": {\"b\": \"" S1 "\"}}}" },
		      { S1, NULL }, { S2, NULL } },
		    "incomplete", NULL },
		{ { { INDEX, MAP("\"a\": \"../config.json\"") },
		      { "config.json", NULL } },
		    "incomplete(../config.json)", NULL },
		{ { { INDEX, "{\"weight_map\": {\"a\":" } }, "?" INDEX, NULL },
		{ { { INDEX, "\xff" } }, "?" INDEX, NULL },
		/* Nobody asked for what it is about. */
		{ { { INDEX, FULL }, { S1, NULL }, { "x", NULL } }, "", "x" },
		{ { { INDEX, MAP("\"a\": \"" S1 "\", \"b\": 5") }, { S1, NULL },
		      { S2, NULL } },
		    "incomplete", NULL },
		/* It says nothing of what is asked for, the names do. */
		{ { { INDEX, MAP("\"a\": \"" S2 "\"") }, { S1, NULL } },
		    "incomplete(" S2 ")", "model-00001" },
		/* A shard was asked for, without the index. */
		{ { { INDEX, FULL }, { S1, NULL } }, "incomplete(" S2 ")",
		    "model-" },
		{ { { INDEX,
			MAP("\"a\": \"gone.safetensors\", \"b\": \"" S1 "\"") },
		      { S1, NULL }, { S2, NULL } },
		    "incomplete(gone.safetensors)", "model-" },
	};

	(void)state;
	check_rows(model, rows, COUNT(rows));
}

/* Names that nobody would list by hand: what is said stays short, and quick. */
static void
test_many(void **state)
{
	struct cautions c;
	struct str text = STR_INIT;
	char path[100];

	(void)state;
	cautions_init(&c, &model, NULL, NULL, false);
	for (unsigned i = 0; i < 200000; i++) {
		snprintf(path, sizeof(path), "d%u/config.json", i);
		cautions_add_file(&c, path, 2);
		snprintf(path, sizeof(path), "d%u/m-1-of-999999999.pt", i);
		cautions_add_file(&c, path, 1);
	}
	cautions_add_file(&c, INDEX, 1);
	cautions_add_file(&c, "config.json", CAUTION_TEXT_BYTES_MAX + 1);
	cautions_listed(&c);
	assert_int_equal(c.texts.n, CAUTION_TEXTS_MAX - 1);
	assert_string_equal(c.texts.v[0].path, INDEX);
	str_addz(&text, "{\"weight_map\": {");
	for (unsigned i = 0; i < 1000000; i++)
		str_addf(&text, "%s\"%u\": \"%u\"", i ? "," : "", i, i);
	str_addz(&text, "}}");
	cautions_add_text(&c, 0, text.v, text.n);
	for (size_t i = 1; i < c.texts.n; i++)
		cautions_no_text(&c, i, "no");
	cautions_end(&c);
	assert_true(c.list.n > 2 && c.unchecked.n > CAUTION_TEXTS_MAX);
	arr_each (caution, &c.list)
		assert_true(caution->paths.n <= CAUTION_PATHS_MAX);
	str_fini(&text);
	cautions_fini(&c);
}

static void
test_sizes(void **state)
{
	const struct file files[] = { { "a.safetensors", NULL },
		{ "b.safetensors", NULL }, { "b.bin", NULL },
		{ "README.md", NULL }, { NULL, NULL } };
	const struct file ggufs[] = { { "a-Q4_0.gguf", NULL },
		{ "b-Q8_0-00001-of-00002.gguf", NULL },
		{ "b-Q8_0-00002-of-00002.gguf", NULL }, { NULL, NULL } };
	struct cautions c;

	(void)state;
	look(&c, model, FINE, files, NULL);
	assert_true(c.files == 4 && c.bytes == 400);
	assert_true(c.weights[WEIGHTS_SAFETENSORS] == 200);
	assert_true(cautions_weights(&c) == 200);
	cautions_fini(&c);
	look(&c, model, FINE, ggufs, NULL);
	assert_true(c.weights[WEIGHTS_GGUF] == 300);
	assert_true(cautions_weights(&c) == 100);
	cautions_fini(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_information),
		cmocka_unit_test(test_licences),
		cmocka_unit_test(test_code),
		cmocka_unit_test(test_code_of_others),
		cmocka_unit_test(test_pickles),
		cmocka_unit_test(test_shards),
		cmocka_unit_test(test_indexes),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
