/* caution_texts.c: what small files of a repository make one think of: the files that
 * indexes name, the code that configurations name. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/weights/cautions_own.h"
#include "core/weights/naming.h"

static bool
ends(const char *text, const char *with)
{
	size_t n = strlen(text), m = strlen(with);

	return n >= m && !strcmp(text + n - m, with);
}

/* "folder/" of the text that is read, and a name behind it. */
static char *
beside(const struct cautions *c, const char *name, const char *tail)
{
	const char *path = c->reading->path;
	struct str out = STR_INIT;

	str_add(&out, path, (size_t)(caution_base(path) - path));
	str_addz(&out, name);
	str_addz(&out, tail);
	return str_steal(&out);
}

/* A file that an index names. */
static void
on_indexed(void *context, const char *name)
{
	struct cautions *c = context;
	char *path = beside(c, name, "");

	if (!c->index_is_meant)
		c->index_is_meant = c->wants(c->context, path);
	if (!caution_is_listed(c, path) && c->lost.n < CAUTION_NAMES_MAX &&
	    map_add(&c->is_lost, path, 0)) {
		arr_push(&c->lost, path);
		return;
	}
	free(path);
}

/* Whether the name says that it must be an index of weights. */
static bool
must_be_index(const char *path)
{
	return ends(path, ".safetensors.index.json") ||
	       ends(path, ".bin.index.json");
}

static void
judge_index(
    struct cautions *c, const struct named_index *index, size_t lost_before)
{
	const char *path = c->reading->path;
	struct str text = STR_INIT;
	struct caution *caution;
	size_t lost = c->lost.n - lost_before;

	if (!index->has_map && !must_be_index(path))
		return;
	if (index->has_map && (!index->is_object || index->odd))
		str_addf(&text,
		    "%s is not an index that a loader can read: its "
		    "weight_map does not map names to files",
		    path);
	else if (!index->names)
		str_addf(&text, "%s names no files", path);
	else if (lost)
		str_addf(&text,
		    "%s names %zu %s that the repository does not have", path,
		    lost, lost == 1 ? "file" : "files");
	else
		return;
	caution = caution_add(c, CAUTION_INCOMPLETE, str_steal(&text));
	for (size_t i = lost_before; i < c->lost.n; i++)
		caution_add_path(caution, c->lost.v[i]);
}

/* Takes back what an index lacks that nobody asked for. */
static void
forget_lost(struct cautions *c, size_t before)
{
	map_fini(&c->is_lost);
	while (c->lost.n > before)
		free(c->lost.v[--c->lost.n]);
	arr_each (path, &c->lost)
		map_add(&c->is_lost, *path, 0);
}

static bool
read_index(struct cautions *c, char *text, size_t n, struct error *err)
{
	const struct naming naming = { .file = on_indexed, .context = c };
	struct named_index index;
	size_t before = c->lost.n;

	c->index_is_meant = c->reading->wanted;
	if (!naming_read_index(&naming, text, n, &index, err))
		return false;
	if (c->index_is_meant)
		judge_index(c, &index, before);
	else
		forget_lost(c, before);
	return true;
}

/* Code of this repository lies beside the text that names it, or at the top. */
static char *
code_path(const struct cautions *c, const struct named_code *code)
{
	struct str name = STR_INIT;
	char *near;

	if (code->repo) {
		str_addf(&name, "%s/%s.py", code->repo, code->module);
		return str_steal(&name);
	}
	str_addf(&name, "%s%s", code->folder, code->module);
	near = beside(c, name.v, ".py");
	if (!code->maybe && !caution_is_listed(c, near)) {
		str_clear(&name);
		str_addf(&name, "%s.py", code->module);
		if (caution_is_listed(c, name.v)) {
			free(near);
			return str_steal(&name);
		}
	}
	str_fini(&name);
	return near;
}

static void
on_code(void *context, const struct named_code *code)
{
	struct cautions *c = context;
	char *path = code_path(c, code);

	if (code->maybe && !caution_is_listed(c, path)) {
		free(path);
		return;
	}
	if (!c->code_by.n ||
	    strcmp(c->code_by.v[c->code_by.n - 1], c->reading->path) != 0)
		arr_push(&c->code_by, mem_strdup(c->reading->path));
	if (c->code.n < CAUTION_NAMES_MAX && map_add(&c->code_of, path, 0))
		arr_push(&c->code, path);
	else
		free(path);
}

void
cautions_add_text(struct cautions *c, size_t i, char *text, size_t n)
{
	const struct naming naming = { .code = on_code, .context = c };
	const char *path = c->texts.v[i].path;
	struct error err;
	bool ok;

	c->reading = &c->texts.v[i];
	if (caution_is_index(caution_base(path)))
		ok = read_index(c, text, n, &err);
	else
		ok = naming_read_config(
		    &naming, caution_base(path), text, n, &err);
	if (!ok)
		cautions_no_text(c, i, err.message);
}
