/*
 * cautions.c: what a repository says of itself: its information, then lines, each the
 * path of a file with its size before it, then the text of all small files. Nobody can
 * make what is said of it long, and what is not there is never taken for read.
 */
#include "core/weights/cautions.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "tests/fuzz/fuzz.h"

static bool
wants(void *context, const char *path)
{
	(void)context;
	return strlen(path) % 2;
}

static void
take_info(struct cautions *c, struct fuzz *in)
{
	char *text = fuzz_text(in, '\n');
	struct error err;
	struct cJSON *info = json_parse(text, strlen(text), &err);

	cautions_take_info(c, info);
	must(info || c->gated == GATED_UNKNOWN || c->type == REPO_SPACE);
	json_free(info);
	free(text);
}

static void
take_files(struct cautions *c, struct fuzz *in)
{
	while (in->n && *in->p != '\n') {
		uint64_t size = (uint64_t)fuzz_byte(in) << fuzz_byte(in) % 56;
		char *path = fuzz_text(in, '\n');

		if (*path)
			cautions_add_file(c, path, size);
		free(path);
	}
	(void)fuzz_byte(in);
	cautions_listed(c);
}

static void
take_texts(struct cautions *c, struct fuzz *in)
{
	char *text = fuzz_rest(in);
	size_t n = strlen(text);

	must(c->texts.n <= CAUTION_TEXTS_MAX);
	for (size_t i = 0; i < c->texts.n; i++) {
		char *copy = mem_strndup(text, n);

		must(c->texts.v[i].size <= CAUTION_TEXT_BYTES_MAX);
		cautions_add_text(c, i, copy, n);
		free(copy);
	}
	free(text);
}

static void
check(const struct cautions *c)
{
	arr_each (caution, &c->list) {
		must(caution->kind < CAUTIONS && *caution->text);
		must(caution->paths.n <= CAUTION_PATHS_MAX);
		must(caution->paths.n <= caution->paths_total);
	}
	arr_each (unchecked, &c->unchecked)
		must(unchecked->kinds && *unchecked->what && *unchecked->why);
	must(c->gated != GATED_UNKNOWN || c->unchecked.n);
	must(cautions_weights(c) <= c->bytes || c->smallest_gguf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	unsigned how = fuzz_byte(&in);
	const struct repo repo = { (enum repo_type)(how % 3), "acme/owl" };
	struct cautions c;

	cautions_init(&c, &repo, how & 4 ? wants : NULL, NULL, (how & 8) != 0);
	take_info(&c, &in);
	take_files(&c, &in);
	take_texts(&c, &in);
	cautions_end(&c);
	check(&c);
	cautions_fini(&c);
	return 0;
}
