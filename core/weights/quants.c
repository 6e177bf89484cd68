#include "core/weights/quants.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/sums.h"

/* -- names -- */

static bool
starts(const char *text, const char *with)
{
	return !strncasecmp(text, with, strlen(with));
}

static bool
is_word_end(char c)
{
	return !c || strchr("-._ ", c);
}

/* The length of one of the words at `p`, with an end of a word behind it; 0: none. */
static size_t
word_at(const char *p, const char *const *words)
{
	for (; *words; words++) {
		size_t n = strlen(*words);

		if (!strncasecmp(p, *words, n) && is_word_end(p[n]))
			return n;
	}
	return 0;
}

/* "Q4_K_M", "IQ2_XXS", "Q4_0_8_8", "TQ1_0": a family, and words with '_' before. */
static size_t
family_at(const char *p)
{
	static const char *const tails[] = { "XXS", "XXL", "XS", "XL", "NL",
		"K", "S", "M", "L", "0", "1", "2", "3", "4", "8", NULL };
	size_t n = starts(p, "IQ") || starts(p, "TQ") ? 2
	           : starts(p, "Q")                   ? 1
	                                              : 0;
	size_t tail;

	if (!n || p[n] < '1' || p[n] > '8' || !is_word_end(p[n + 1]))
		return 0;
	n++;
	while (p[n] == '_' && (tail = word_at(p + n + 1, tails)))
		n += 1 + tail;
	return n;
}

/* The length of a type's name at `p`; 0: none. */
static size_t
type_at(const char *p)
{
	static const char *const whole[] = { "BF16", "F16", "FP16", "F32",
		"FP32", "MXFP4_MOE", "MXFP4", "NVFP4", NULL };
	size_t before = starts(p, "UD-") ? 3 : 0;
	size_t n = word_at(p + before, whole);

	if (!n)
		n = family_at(p + before);
	return n ? before + n : 0;
}

/* Appends the last type that the `n` bytes name, in capital letters. */
static bool
add_type(struct str *out, const char *text, size_t n)
{
	char *copy = mem_strndup(text, n);
	const char *found = NULL;
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		size_t here =
		    i && !is_word_end(copy[i - 1]) ? 0 : type_at(copy + i);

		if (!here)
			continue;
		found = copy + i;
		length = here;
		i += here - 1;
	}
	for (size_t i = 0; i < length; i++)
		str_addc(out, found[i] >= 'a' && found[i] <= 'z'
				  ? (char)(found[i] - 'a' + 'A')
				  : found[i]);
	free(copy);
	return found != NULL;
}

static bool
has(const char *text, const char *word)
{
	for (; *text; text++) {
		if (starts(text, word))
			return true;
	}
	return false;
}

static bool
ends(const char *text, const char *with)
{
	size_t n = strlen(text), m = strlen(with);

	return n >= m && !strcasecmp(text + n - m, with);
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* -- parts -- */

/* A path without what numbers its part. */
struct stem {
	size_t n;
	unsigned part, parts; /* 0: not known */
};

static bool
read_digits(const char **p, unsigned *number)
{
	const char *start = *p;

	*number = 0;
	while (**p >= '0' && **p <= '9' && *p - start < 6)
		*number = *number * 10 + (unsigned)(*(*p)++ - '0');
	return *p > start;
}

/* "-00001-of-00003", "-split-a", ".part1of3": at the end of a name; false: something else is at
 * `p`. */
static bool
read_part(const char *p, struct stem *stem)
{
	const char *of;

	if (starts(p, "-split-") && p[7] >= 'a' && p[7] <= 'z' && !p[8]) {
		stem->part = (unsigned)(p[7] - 'a') + 1;
		return true;
	}
	if (starts(p, ".part"))
		p += 5;
	else if (*p == '-')
		p++;
	else
		return false;
	if (!read_digits(&p, &stem->part) || !stem->part)
		return false;
	of = starts(p, "-of-") ? p + 4 : starts(p, "of") ? p + 2 : NULL;
	return of && read_digits(&of, &stem->parts) && !*of &&
	       stem->part <= stem->parts;
}

/* False: it is no GGUF file. */
static bool
read_stem(const char *path, struct stem *stem)
{
	const char *base = base_of(path), *dot = NULL, *p;
	struct str name = STR_INIT;

	*stem = (struct stem){ 0 };
	for (p = base; *p; p++) {
		if (starts(p, ".gguf"))
			dot = p;
	}
	if (!dot)
		return false;
	stem->n = (size_t)(dot - path);
	if (dot[5])
		return read_part(dot + 5, stem);
	str_add(&name, path, stem->n);
	for (p = name.v + (base - path); *p; p++) {
		struct stem own = { 0 };

		if (*p != '-' || !read_part(p, &own) || !own.parts)
			continue;
		own.n = (size_t)(p - name.v);
		*stem = own;
		break;
	}
	str_fini(&name);
	return true;
}

/* -- collecting -- */

/* The file's own name says the type best, then the nearest folder. */
static char *
type_of(const char *path, size_t n)
{
	struct str type = STR_INIT;
	const char *end = path + n;

	while (end > path) {
		const char *begin = end;

		while (begin > path && begin[-1] != '/')
			begin--;
		if (add_type(&type, begin, (size_t)(end - begin)))
			break;
		end = begin > path ? begin - 1 : begin;
	}
	return str_steal(&type);
}

/* Parts of one model have one key; a file that is no part has its own. */
static struct quant *
quant_for(struct quants *quants, const char *path, const struct stem *stem)
{
	struct quant made = { .parts = stem->parts };
	struct str key = STR_INIT;
	size_t at;

	str_addf(&key, "%u ", stem->parts);
	str_add(&key, path, stem->part ? stem->n : strlen(path));
	if (map_find(&quants->known, key.v, &at)) {
		str_fini(&key);
		return &quants->list.v[at];
	}
	made.key = str_steal(&key);
	made.name = mem_strndup(path, stem->n);
	made.type = type_of(path, stem->n);
	map_add(&quants->known, made.key, quants->list.n);
	arr_push(&quants->list, made);
	return &quants->list.v[quants->list.n - 1];
}

static bool
names_type(const char *base)
{
	struct str ignored = STR_INIT;
	bool found = add_type(&ignored, base, strlen(base));

	str_fini(&ignored);
	return found;
}

static void
push(quant_files *files, const char *path, uint64_t size, unsigned part)
{
	struct quant_file file = { mem_strdup(path), size, part };

	arr_push(files, file);
}

void
quants_add(struct quants *quants, const char *path, uint64_t size)
{
	const char *base = base_of(path);
	struct stem stem;
	bool is_gguf = read_stem(path, &stem);
	struct quant *quant;

	if (has(base, "imatrix") &&
	    (ends(base, ".dat") || ends(base, ".imatrix") ||
		(is_gguf && !names_type(base)))) {
		push(&quants->calibrations, path, size, 0);
	} else if (is_gguf && has(base, "mmproj")) {
		push(&quants->projectors, path, size, 0);
	} else if (is_gguf) {
		quant = quant_for(quants, path, &stem);
		sum_add(&quant->size, size);
		push(&quant->files, path, size, stem.part);
	}
}

static int
by_part(const void *a, const void *b)
{
	const struct quant_file *x = a, *y = b;

	return (x->part > y->part) - (x->part < y->part);
}

static int
by_size(const void *a, const void *b)
{
	const struct quant *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Its files in order: one that is no part, or parts without a gap. */
static bool
is_whole(const struct quant *quant)
{
	const quant_files *files = &quant->files;

	if (!files->v[0].part)
		return files->n == 1;
	for (size_t i = 0; i < files->n; i++) {
		if (files->v[i].part != i + 1)
			return false;
	}
	return !quant->parts || files->n == quant->parts;
}

void
quants_end(struct quants *quants)
{
	map_fini(&quants->known);
	arr_each (quant, &quants->list) {
		qsort(quant->files.v, quant->files.n, sizeof(*quant->files.v),
		    by_part);
		quant->whole = is_whole(quant);
	}
	if (quants->list.n)
		qsort(quants->list.v, quants->list.n, sizeof(*quants->list.v),
		    by_size);
}

static void
free_files(quant_files *files)
{
	arr_each (file, files)
		free(file->path);
	arr_free(files);
}

void
quants_fini(struct quants *quants)
{
	arr_each (quant, &quants->list) {
		free(quant->type);
		free(quant->name);
		free(quant->key);
		free_files(&quant->files);
	}
	arr_free(&quants->list);
	free_files(&quants->projectors);
	free_files(&quants->calibrations);
	map_fini(&quants->known);
}

/* -- choosing -- */

/* Takes "F" or "FP" off the front. */
static bool
take_float(struct span *type)
{
	size_t n = 0;

	if (type->n > 1 && (*type->p == 'F' || *type->p == 'f'))
		n = type->p[1] == 'P' || type->p[1] == 'p' ? 2 : 1;
	type->p += n;
	type->n -= n;
	return n > 0;
}

/* "FP16" and "F16" are one; with `loose` so are "UD-Q4_K_XL" and "Q4_K_XL". */
static bool
is_type(const char *text, struct span wanted, bool loose)
{
	struct span type =
	    span_of(text + (loose && starts(text, "UD-") ? 3 : 0));

	return take_float(&type) == take_float(&wanted) && type.n == wanted.n &&
	       !strncasecmp(type.p, wanted.p, wanted.n);
}

/* An error has no room for more. */
#define NAMES_MAX 600

/* Each once. */
static void
add_types(struct str *out, const struct quants *quants)
{
	struct map said = MAP_INIT;

	for (size_t i = 0; i < quants->list.n && out->n < NAMES_MAX; i++) {
		const char *type = quants->list.v[i].type;

		if (*type && map_add(&said, type, i))
			str_addf(out, "%s%s", out->n ? ", " : "", type);
	}
	map_fini(&said);
}

static bool
none_is(const struct quants *quants, struct span wanted, struct error *err)
{
	struct str types = STR_INIT;

	add_types(&types, quants);
	if (types.n)
		err_set(err, ERR_NOT_FOUND,
		    "there is no GGUF file of type %.*s here; there is %s",
		    (int)wanted.n, wanted.p, types.v);
	else
		err_set(err, ERR_NOT_FOUND,
		    "there are no GGUF files with a type in their name here");
	str_fini(&types);
	return false;
}

static bool
not_whole(const struct quant *quant, struct error *err)
{
	if (quant->parts)
		return err_set(err, ERR_NOT_FOUND,
		    "%s has %zu of its %u parts only, so it cannot be loaded",
		    quant->name, quant->files.n, quant->parts);
	return err_set(err, ERR_NOT_FOUND,
	    "a part of %s is missing, so it cannot be loaded", quant->name);
}

static bool
choose_one(const struct quants *quants, struct span wanted, quant_paths *paths,
    struct error *err)
{
	const struct quant *found = NULL;
	struct str names = STR_INIT;
	size_t n = 0;

	for (int loose = 0; loose < 2 && !n; loose++) {
		arr_each (quant, &quants->list) {
			if (!is_type(quant->type, wanted, loose))
				continue;
			found = quant;
			if (n++ && names.n < NAMES_MAX)
				str_addz(&names, ", ");
			if (names.n < NAMES_MAX)
				str_addz(&names, quant->name);
		}
	}
	if (n > 1)
		err_set(err, ERR_NOT_FOUND,
		    "%zu models here are of type %.*s: %s; name the files", n,
		    (int)wanted.n, wanted.p, names.v);
	str_fini(&names);
	if (!n)
		return none_is(quants, wanted, err);
	if (n > 1)
		return false;
	if (!found->whole)
		return not_whole(found, err);
	arr_each (file, &found->files)
		arr_push(paths, file->path);
	return true;
}

bool
quants_choose(const struct quants *quants, const char *types,
    quant_paths *paths, struct error *err)
{
	struct span rest = span_of(types), wanted;
	bool any = false;

	while (span_next(&rest, ',', &wanted)) {
		if (!wanted.n)
			continue;
		any = true;
		if (!choose_one(quants, wanted, paths, err))
			return false;
	}
	if (!any)
		return err_set(
		    err, ERR_NOT_FOUND, "there is no type behind the colon");
	if (quants->projectors.n == 1)
		arr_push(paths, quants->projectors.v[0].path);
	return true;
}

uint64_t
weights_memory(uint64_t bytes)
{
	uint64_t sum = bytes;

	sum_add(&sum, bytes / 10);
	return sum;
}

const char *
weights_fit(uint64_t bytes, uint64_t memory)
{
	uint64_t needs = weights_memory(bytes);

	if (!memory)
		return "-";
	if (needs > memory)
		return "no";
	return needs > memory / 5 * 4 ? "tight" : "fits";
}
