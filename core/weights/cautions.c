#include "core/weights/cautions.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/weights/cautions_own.h"
#include "core/weights/naming.h"

/* Folders with weights, and GGUF files, that are looked at; more are of no use to
 * anybody, and said to be unchecked. */
#define FOLDERS_MAX 65536
#define GGUF_MAX 65536

/* Sets and models that lack files which are told apart. */
#define TOLD_MAX 20

/* Pickles of one folder that are kept. */
#define FOLDER_PICKLES_MAX 5

/* A folder with weights. */
struct caution_folder {
	char *name;
	bool safe;       /* some are no pickles */
	bool vocabulary; /* of CTranslate2, whose model.bin is no pickle */
	bool model_bin;
	size_t total; /* of pickles */
	ARR(char *) pickles;
};

const char *
caution_name(enum caution_kind kind)
{
	static const char *const names[] = { "gated", "licence", "code",
		"pickle", "incomplete" };

	return names[kind];
}

static unsigned
bit(enum caution_kind kind)
{
	return 1u << kind;
}

const char *
caution_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool
ends(const char *text, const char *with)
{
	size_t n = strlen(text), m = strlen(with);

	return n >= m && !strcmp(text + n - m, with);
}

/* -- results -- */

/* The next caution; it takes the text. Good until the next one. */
struct caution *
caution_add(struct cautions *c, enum caution_kind kind, char *text)
{
	struct caution caution = { .kind = kind, .text = text };

	arr_push(&c->list, caution);
	return &c->list.v[c->list.n - 1];
}

void
caution_add_path(void *context, const char *path)
{
	struct caution *caution = context;

	if (caution->paths.n < CAUTION_PATHS_MAX)
		arr_push(&caution->paths, mem_strdup(path));
	caution->paths_total++;
}

void
cautions_unknown(
    struct cautions *c, unsigned kinds, const char *what, const char *why)
{
	struct caution_unchecked unchecked = { kinds, mem_strdup(what),
		mem_strdup(why) };

	arr_push(&c->unchecked, unchecked);
}

void
cautions_no_text(struct cautions *c, size_t i, const char *why)
{
	cautions_unknown(c, c->texts.v[i].kinds, c->texts.v[i].path, why);
}

/* -- what the Hub says of the repository -- */

void
cautions_init(struct cautions *c, const struct repo *repo, caution_wants *wants,
    void *context, bool picked)
{
	struct str script = STR_INIT;

	*c = (struct cautions){ .type = repo->type,
		.wants = wants,
		.context = context,
		.picked = picked };
	if (repo->type == REPO_DATASET) {
		str_addf(&script, "%s.py", caution_base(repo->id));
		c->script = str_steal(&script);
	}
}

static void
add_licence(struct cautions *c, const char *licence)
{
	if (!licence || !*licence)
		return;
	arr_each (known, &c->licences) {
		if (!strcmp(*known, licence))
			return;
	}
	arr_push(&c->licences, mem_strdup(licence));
}

/* "license": "mit", or a list; and what "other" is called. False if the answer does
 * not speak of it. */
static bool
take_licences(struct cautions *c, const struct cJSON *info)
{
	static const char tag[] = "license:";
	const struct cJSON *card = json_get(info, "cardData");
	const struct cJSON *licence = json_get(card, "license");

	add_licence(c, json_text(licence));
	if (json_is_array(licence)) {
		json_each (item, licence)
			add_licence(c, json_text(item));
	}
	json_each (item, json_get(info, "tags")) {
		const char *text = json_text(item);

		if (text && !strncmp(text, tag, sizeof(tag) - 1))
			add_licence(c, text + sizeof(tag) - 1);
	}
	add_licence(c, json_str(card, "license_name", NULL));
	return json_get(info, "cardData") || json_get(info, "tags");
}

static bool
is_other(const struct cautions *c)
{
	arr_each (licence, &c->licences) {
		if (!strcmp(*licence, "other"))
			return true;
	}
	return false;
}

static void
judge_licence(struct cautions *c, const struct cJSON *info)
{
	const struct cJSON *card = json_get(info, "cardData");
	const char *link = json_str(card, "license_link", "");
	struct str text = STR_INIT;

	if (!take_licences(c, info)) {
		cautions_unknown(c, bit(CAUTION_LICENCE), "the Hub's answer",
		    "it does not say which licence there is");
		return;
	}
	if (!c->licences.n) {
		str_addz(&text, "no licence is stated");
	} else if (is_other(c)) {
		str_addf(&text, "the licence is not a common one%s%s",
		    *link ? "; read " : "", link);
	} else {
		return;
	}
	caution_add(c, CAUTION_LICENCE, str_steal(&text));
}

void
cautions_take_info(struct cautions *c, const struct cJSON *info)
{
	const struct cJSON *gated = json_get(info, "gated");
	const char *how = json_text(gated);

	/* A Space has no gate, and its information does not speak of one. */
	if ((json_is_bool(gated) && !json_is_true(gated)) ||
	    (!gated && c->type == REPO_SPACE))
		c->gated = GATED_NO;
	else if (how && !strcmp(how, "auto"))
		c->gated = GATED_AUTO;
	else if (how || json_is_true(gated))
		c->gated = GATED_MANUAL;
	if (c->gated == GATED_AUTO)
		caution_add(c, CAUTION_GATED,
		    mem_strdup("access is given to everyone who asks for it"));
	else if (c->gated == GATED_MANUAL)
		caution_add(c, CAUTION_GATED,
		    mem_strdup("access needs the approval of the owner"));
	judge_licence(c, info);
	if (c->gated == GATED_UNKNOWN)
		cautions_unknown(c, bit(CAUTION_GATED), "the Hub's answer",
		    "it does not say whether the repository is gated");
}

/* -- files -- */

/* An index of weights, or what may be one. */
bool
caution_is_index(const char *base)
{
	return ends(base, ".index.json");
}

/* Kinds that the text of a file matters for; 0: none. */
static unsigned
kinds_of_text(const struct cautions *c, const char *path)
{
	const char *base = caution_base(path);

	if (caution_is_index(base))
		return bit(CAUTION_INCOMPLETE);
	return c->type == REPO_MODEL && naming_is_config(base)
	           ? bit(CAUTION_CODE)
	           : 0;
}

static struct caution_folder *
folder_of(struct cautions *c, const char *path)
{
	struct caution_folder made = { .name = path_folder(path) };
	size_t at;

	if (map_find(&c->folder_of, made.name, &at)) {
		free(made.name);
		return &c->folders.v[at];
	}
	if (c->folders.n == FOLDERS_MAX) {
		c->more_folders = true;
		free(made.name);
		return NULL;
	}
	map_add(&c->folder_of, made.name, c->folders.n);
	arr_push(&c->folders, made);
	return &c->folders.v[c->folders.n - 1];
}

static bool
is_vocabulary(const char *base)
{
	return !strcmp(base, "vocabulary.json") ||
	       !strcmp(base, "vocabulary.txt") ||
	       !strncmp(base, "shared_vocabulary.", 18);
}

/* A dataset is no weights: there ".bin" says nothing, and what is no pickle is no
 * other form of one. */
static enum weights_format
format_of(const struct cautions *c, const char *path)
{
	enum weights_format format = weights_format_of(path);

	if (c->type == REPO_DATASET && format == WEIGHTS_PICKLE &&
	    ends(path, ".bin"))
		return WEIGHTS_NONE;
	return format == WEIGHTS_STATE && c->picked ? WEIGHTS_PICKLE : format;
}

/* Takes a wanted file that has weights, or says what they are. */
static void
add_weights(struct cautions *c, const char *path, uint64_t size)
{
	enum weights_format format = format_of(c, path);
	const char *base = caution_base(path);
	bool vocabulary = is_vocabulary(base);
	struct caution_folder *folder;

	if (format < WEIGHTS_FORMATS)
		sum_add(&c->weights[format], size);
	if (format >= WEIGHTS_FORMATS && !vocabulary)
		return;
	folder = folder_of(c, path);
	if (!folder)
		return;
	if (vocabulary) {
		folder->vocabulary = true;
	} else if (format != WEIGHTS_PICKLE) {
		folder->safe = folder->safe || c->type != REPO_DATASET;
	} else if (!strcmp(base, "model.bin")) {
		folder->model_bin = true;
	} else {
		folder->total++;
		if (folder->pickles.n < FOLDER_PICKLES_MAX)
			arr_push(&folder->pickles, mem_strdup(path));
	}
}

static size_t
depth_of(const char *path)
{
	size_t depth = 0;

	while ((path = strchr(path, '/')) != NULL) {
		path++;
		depth++;
	}
	return depth;
}

/* What is wanted comes first, then what lies nearer to the top: it is what is loaded. */
static int
by_place(const struct caution_text *a, const struct caution_text *b)
{
	size_t m = depth_of(a->path), n = depth_of(b->path);

	if (a->wanted != b->wanted)
		return a->wanted ? -1 : 1;
	return m != n ? (m > n) - (m < n) : strcmp(a->path, b->path);
}

/* Takes the text, and keeps the first, in order. Of those that are wanted the number is known. */
static void
add_text(struct cautions *c, struct caution_text text)
{
	size_t i;

	c->texts_total += text.wanted;
	if (c->texts.n == CAUTION_TEXTS_MAX) {
		if (by_place(&text, &c->texts.v[c->texts.n - 1]) > 0) {
			free(text.path);
			return;
		}
		free(c->texts.v[--c->texts.n].path);
	}
	arr_push(&c->texts, text);
	for (i = c->texts.n - 1; i; i--) {
		struct caution_text *v = &c->texts.v[i];

		if (by_place(v - 1, v) < 0)
			break;
		text = v[0];
		v[0] = v[-1];
		v[-1] = text;
	}
}

static bool
names_gguf(const char *path)
{
	for (; *path; path++) {
		if (!strncasecmp(path, ".gguf", 5))
			return true;
	}
	return false;
}

void
cautions_add_file(struct cautions *c, const char *path, uint64_t size)
{
	bool wanted = !c->wants || c->wants(c->context, path);
	unsigned kinds = kinds_of_text(c, path);

	arr_push(&c->known, map_hash(path));
	shards_add(&c->shards, path, wanted);
	if (names_gguf(path) && ++c->gguf_files <= GGUF_MAX)
		quants_add(&c->quants, path, size);
	/* Not wanted, an index still tells of the shards that are. */
	if (kinds && (wanted || caution_is_index(caution_base(path))))
		add_text(c, (struct caution_text){
				mem_strdup(path), size, kinds, wanted });
	if (!wanted)
		return;
	c->files++;
	sum_add(&c->bytes, size);
	add_weights(c, path, size);
	if (c->script && !strcmp(path, c->script))
		c->script_there = true;
}

static int
by_hash(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Whether the listing has the file. */
bool
caution_is_listed(const struct cautions *c, const char *path)
{
	uint64_t hash = map_hash(path);

	return c->known.n && bsearch(&hash, c->known.v, c->known.n,
				 sizeof(*c->known.v), by_hash);
}

/* What was more than is looked at. */
static void
note_bounds(struct cautions *c)
{
	struct str what = STR_INIT;

	if (c->texts_total > CAUTION_TEXTS_MAX) {
		str_addf(&what, "%zu small files",
		    c->texts_total - CAUTION_TEXTS_MAX);
		cautions_unknown(c, bit(CAUTION_CODE) | bit(CAUTION_INCOMPLETE),
		    what.v, "no more than 128 are read");
	}
	if (c->more_folders)
		cautions_unknown(c, bit(CAUTION_PICKLE), "some folders",
		    "too many have weights");
	if (c->shards.more || c->gguf_files > GGUF_MAX)
		cautions_unknown(c, bit(CAUTION_INCOMPLETE), "some shards",
		    "there are too many");
	str_fini(&what);
}

/* Whether a text is to be read: an index that nobody asked for only if weights beside
 * it are asked for. */
static bool
is_worth_it(struct cautions *c, const struct caution_text *text)
{
	char *folder = path_folder(text->path);
	bool has_weights = map_find(&c->folder_of, folder, NULL);

	free(folder);
	return text->wanted || has_weights;
}

static void
choose_texts(struct cautions *c)
{
	size_t n = 0;

	arr_each (text, &c->texts) {
		bool large = text->size > CAUTION_TEXT_BYTES_MAX;

		if (!large && is_worth_it(c, text)) {
			c->texts.v[n++] = *text;
			continue;
		}
		if (large && text->wanted)
			cautions_unknown(c, text->kinds, text->path,
			    "it is larger than 16 MiB");
		free(text->path);
	}
	c->texts.n = n;
}

static bool
is_wanted(const struct cautions *c, const struct quant *quant)
{
	arr_each (file, &quant->files) {
		if (!c->wants || c->wants(c->context, file->path))
			return true;
	}
	return false;
}

void
cautions_listed(struct cautions *c)
{
	if (c->known.n)
		qsort(c->known.v, c->known.n, sizeof(*c->known.v), by_hash);
	choose_texts(c);
	shards_end(&c->shards);
	quants_end(&c->quants);
	arr_each (quant, &c->quants.list) {
		if (!is_wanted(c, quant))
			continue;
		if (!c->smallest_gguf || quant->size < c->smallest_gguf)
			c->smallest_gguf = quant->size;
	}
	note_bounds(c);
}

/* -- the end -- */

static void
judge_code(struct cautions *c)
{
	struct str text = STR_INIT;
	struct caution *caution;

	if (c->code_by.n) {
		for (size_t i = 0; i < c->code_by.n && i < 3; i++)
			str_addf(&text, "%s%s", i ? ", " : "", c->code_by.v[i]);
		if (c->code_by.n > 3)
			str_addf(
			    &text, " and %zu more files", c->code_by.n - 3);
		str_addf(&text,
		    " %s code that a loader runs with trust_remote_code",
		    c->code_by.n == 1 ? "names" : "name");
		caution = caution_add(c, CAUTION_CODE, str_steal(&text));
		arr_each (path, &c->code)
			caution_add_path(caution, *path);
	}
	if (c->script_there) {
		caution = caution_add(c, CAUTION_CODE,
		    mem_strdup("the dataset has a loading script, which the "
			       "datasets library runs with "
			       "trust_remote_code"));
		caution_add_path(caution, c->script);
	}
}

static void
judge_pickles(struct cautions *c)
{
	struct caution *caution = NULL;

	arr_each (folder, &c->folders) {
		if (folder->model_bin && !folder->vocabulary) {
			folder->total++;
			arr_push(&folder->pickles,
			    path_join(folder->name, "model.bin"));
		}
		if (folder->safe || !folder->total)
			continue;
		if (!caution)
			caution = caution_add(c, CAUTION_PICKLE,
			    mem_strdup(
				c->type == REPO_DATASET
				    ? "these files are pickles, which run code "
				      "when they are loaded"
				    : "these weights exist only as pickles, "
				      "which run code when they are loaded"));
		arr_each (path, &folder->pickles)
			caution_add_path(caution, *path);
		caution->paths_total += folder->total - folder->pickles.n;
	}
}

static void
take_first(void *context, const char *path)
{
	char **first = context;

	*first = mem_strdup(path);
}

/* Whether an index was found to lack the same file. */
static bool
is_told(const struct cautions *c, const struct shard_set *set)
{
	char *first = NULL;
	bool told;

	(void)shard_set_missing(set, 1, take_first, &first);
	told = first && map_find(&c->is_lost, first, NULL);
	free(first);
	return told;
}

/* Says how many more things lack files than are told apart. */
static void
judge_more(struct cautions *c, size_t n, const char *what)
{
	struct str text = STR_INIT;

	if (n <= TOLD_MAX)
		return;
	str_addf(&text, "%zu more %s lack files", n - TOLD_MAX, what);
	caution_add(c, CAUTION_INCOMPLETE, str_steal(&text));
}

static void
tell_shards(struct cautions *c, const struct shard_set *set, size_t missing)
{
	struct str text = STR_INIT;
	struct caution *caution;

	str_addf(&text, "%s*-of-%0*u%s: %zu of %u files are missing", set->stem,
	    set->of_digits, set->count, set->tail, missing, set->count);
	caution = caution_add(c, CAUTION_INCOMPLETE, str_steal(&text));
	(void)shard_set_missing(
	    set, CAUTION_PATHS_MAX, caution_add_path, caution);
	caution->paths_total = missing;
}

static void
judge_shards(struct cautions *c)
{
	size_t n = 0;

	arr_each (set, &c->shards.sets) {
		size_t missing;

		if (!set->wanted)
			continue;
		missing = shard_set_missing(set, 0, NULL, NULL);
		if (missing && !is_told(c, set) && n++ < TOLD_MAX)
			tell_shards(c, set, missing);
	}
	judge_more(c, n, "sets of numbered files");
}

static void
judge_quants(struct cautions *c)
{
	size_t n = 0;

	arr_each (quant, &c->quants.list) {
		struct str text = STR_INIT;

		if (quant->whole || !is_wanted(c, quant) || n++ >= TOLD_MAX)
			continue;
		if (quant->parts)
			str_addf(&text, "%s has %zu of its %u parts only",
			    quant->name, quant->files.n, quant->parts);
		else
			str_addf(&text, "a part of %s is missing", quant->name);
		caution_add(c, CAUTION_INCOMPLETE, str_steal(&text));
	}
	judge_more(c, n, "GGUF models");
}

static int
by_kind(const void *a, const void *b)
{
	const struct caution *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->text, y->text);
}

void
cautions_end(struct cautions *c)
{
	judge_code(c);
	judge_pickles(c);
	judge_shards(c);
	judge_quants(c);
	if (c->list.n)
		qsort(c->list.v, c->list.n, sizeof(*c->list.v), by_kind);
}

bool
cautions_care_for(const struct cautions *c, const char *path)
{
	return kinds_of_text(c, path) ||
	       weights_format_of(path) != WEIGHTS_NONE ||
	       strstr(path, "-of-") || is_vocabulary(caution_base(path)) ||
	       (c->script && !strcmp(path, c->script));
}

uint64_t
cautions_weights(const struct cautions *c)
{
	static const enum weights_format order[] = { WEIGHTS_SAFETENSORS,
		WEIGHTS_PICKLE, WEIGHTS_GGUF, WEIGHTS_TENSORFLOW, WEIGHTS_FLAX,
		WEIGHTS_ONNX, WEIGHTS_OTHER };

	for (unsigned i = 0; i < WEIGHTS_FORMATS; i++) {
		if (order[i] == WEIGHTS_GGUF && c->weights[WEIGHTS_GGUF] &&
		    c->smallest_gguf)
			return c->smallest_gguf;
		if (c->weights[order[i]])
			return c->weights[order[i]];
	}
	return 0;
}

static void
free_texts(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
}

void
cautions_fini(struct cautions *c)
{
	arr_each (caution, &c->list) {
		free(caution->text);
		free_texts(caution->paths.v, caution->paths.n);
		arr_free(&caution->paths);
	}
	arr_each (unchecked, &c->unchecked) {
		free(unchecked->what);
		free(unchecked->why);
	}
	arr_each (folder, &c->folders) {
		free(folder->name);
		free_texts(folder->pickles.v, folder->pickles.n);
		arr_free(&folder->pickles);
	}
	arr_each (text, &c->texts)
		free(text->path);
	free_texts(c->licences.v, c->licences.n);
	free_texts(c->lost.v, c->lost.n);
	free_texts(c->code.v, c->code.n);
	free_texts(c->code_by.v, c->code_by.n);
	arr_free(&c->licences);
	arr_free(&c->lost);
	arr_free(&c->code);
	arr_free(&c->code_by);
	arr_free(&c->list);
	arr_free(&c->unchecked);
	arr_free(&c->folders);
	arr_free(&c->texts);
	arr_free(&c->known);
	map_fini(&c->folder_of);
	map_fini(&c->is_lost);
	map_fini(&c->code_of);
	shards_fini(&c->shards);
	quants_fini(&c->quants);
	free(c->script);
	*c = (struct cautions){ 0 };
}
