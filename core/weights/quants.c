#include "core/weights/quants.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"

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

/* "-00001-of-00003", "-split-a", ".part1of3": at its end; false: `p` is none. */
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

static struct quant *
quant_for(struct quants *quants, const char *path, const struct stem *stem)
{
	struct str name = STR_INIT, type = STR_INIT;
	struct quant made = { .parts = stem->parts };
	const char *end;

	str_add(&name, path, stem->n);
	arr_each (quant, &quants->list) {
		if (!strcmp(quant->name, name.v) &&
		    quant->parts == stem->parts) {
			str_fini(&name);
			return quant;
		}
	}
	/* The file's own name says it best, then the nearest folder. */
	end = name.v + name.n;
	while (end > name.v) {
		const char *begin = end;

		while (begin > name.v && begin[-1] != '/')
			begin--;
		if (add_type(&type, begin, (size_t)(end - begin)))
			break;
		end = begin > name.v ? begin - 1 : begin;
	}
	made.name = str_steal(&name);
	made.type = str_steal(&type);
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

void
quants_add(struct quants *quants, const char *path, uint64_t size)
{
	const char *base = base_of(path);
	bool imatrix = has(base, "imatrix");
	struct quant_file file = { .size = size };
	size_t number = quants->files.n;
	struct stem stem;
	bool is_gguf = read_stem(path, &stem);

	if (imatrix && (ends(base, ".dat") || ends(base, ".imatrix") ||
			   (is_gguf && !names_type(base))))
		arr_push(&quants->calibrations, number);
	else if (is_gguf && has(base, "mmproj"))
		arr_push(&quants->projectors, number);
	else if (is_gguf) {
		struct quant *quant = quant_for(quants, path, &stem);

		quant->size += size;
		arr_push(&quant->files, number);
	} else {
		return;
	}
	file.path = mem_strdup(path);
	file.part = stem.part;
	arr_push(&quants->files, file);
}

static int
by_size(const void *a, const void *b)
{
	const struct quant *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->name, y->name);
}

void
quants_end(struct quants *quants)
{
	/* Parts as they are numbered; there are few. */
	arr_each (quant, &quants->list) {
		for (size_t i = 1; i < quant->files.n; i++) {
			size_t file = quant->files.v[i], j = i;

			while (
			    j && quants->files.v[quant->files.v[j - 1]].part >
				     quants->files.v[file].part) {
				quant->files.v[j] = quant->files.v[j - 1];
				j--;
			}
			quant->files.v[j] = file;
		}
	}
	if (quants->list.n)
		qsort(quants->list.v, quants->list.n, sizeof(*quants->list.v),
		    by_size);
}

void
quants_fini(struct quants *quants)
{
	arr_each (file, &quants->files)
		free(file->path);
	arr_each (quant, &quants->list) {
		free(quant->type);
		free(quant->name);
		arr_free(&quant->files);
	}
	arr_free(&quants->files);
	arr_free(&quants->list);
	arr_free(&quants->projectors);
	arr_free(&quants->calibrations);
}

bool
quant_is_whole(const struct quant *quant)
{
	return !quant->parts || quant->files.n == quant->parts;
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

static void
add_types(struct str *out, const struct quants *quants)
{
	for (size_t i = 0; i < quants->list.n; i++) {
		const char *type = quants->list.v[i].type;
		bool again = !*type;

		for (size_t j = 0; j < i && !again; j++)
			again = !strcmp(type, quants->list.v[j].type);
		if (!again)
			str_addf(out, "%s%s", out->n ? ", " : "", type);
	}
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
choose_one(const struct quants *quants, struct span wanted,
    quant_choice *chosen, struct error *err)
{
	const struct quant *found = NULL;
	struct str names = STR_INIT;
	size_t n = 0;

	for (int loose = 0; loose < 2 && !n; loose++) {
		arr_each (quant, &quants->list) {
			if (!is_type(quant->type, wanted, loose))
				continue;
			found = quant;
			str_addf(&names, "%s%s", n++ ? ", " : "", quant->name);
		}
	}
	if (!n)
		return none_is(quants, wanted, err);
	if (n > 1)
		err_set(err, ERR_NOT_FOUND,
		    "%zu models here are of type %.*s: %s; name the files", n,
		    (int)wanted.n, wanted.p, names.v);
	else if (!quant_is_whole(found))
		err_set(err, ERR_NOT_FOUND,
		    "%s has %zu of its %u parts only, so it cannot be loaded",
		    found->name, found->files.n, found->parts);
	str_fini(&names);
	if (n > 1 || !quant_is_whole(found))
		return false;
	arr_each (file, &found->files)
		arr_push(chosen, *file);
	return true;
}

bool
quants_choose(const struct quants *quants, const char *types,
    quant_choice *files, struct error *err)
{
	struct span rest = span_of(types), wanted;
	bool any = false;

	while (span_next(&rest, ',', &wanted)) {
		if (!wanted.n)
			continue;
		any = true;
		if (!choose_one(quants, wanted, files, err))
			return false;
	}
	if (!any)
		return err_set(
		    err, ERR_NOT_FOUND, "there is no type behind the colon");
	if (quants->projectors.n == 1)
		arr_push(files, quants->projectors.v[0]);
	return true;
}
