#include "core/weights/shards.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/str.h"

/* A name in its parts. */
struct numbered {
	size_t stem; /* bytes before the number */
	unsigned number, count;
	int digits, of_digits;
	const char *tail;
};

/* Only kinds of files that are cut into shards. "page-1-of-2.png" is not. */
static bool
is_cut(const char *tail)
{
	static const char *const ends[] = { ".safetensors", ".bin", ".pt",
		".pth", ".ckpt", ".msgpack", ".h5", ".parquet", ".arrow",
		".tar", NULL };
	const char *dot = strrchr(tail, '.');

	for (unsigned i = 0; dot && ends[i]; i++) {
		if (!strcasecmp(dot, ends[i]))
			return true;
	}
	return false;
}

/* Reads digits at `p`, at most nine; how many. */
static int
read_number(const char *p, unsigned *number)
{
	int n = 0;

	*number = 0;
	while (n < 9 && p[n] >= '0' && p[n] <= '9')
		*number = *number * 10 + (unsigned)(p[n++] - '0');
	return n;
}

/* Reads the name around "-of-" at `of`. */
static bool
read_at(const char *path, const char *base, const char *of, struct numbered *to)
{
	const char *begin = of;

	while (begin > base && begin[-1] >= '0' && begin[-1] <= '9')
		begin--;
	if (begin == of || begin == base || begin[-1] != '-')
		return false;
	to->digits = read_number(begin, &to->number);
	to->of_digits = read_number(of + 4, &to->count);
	to->stem = (size_t)(begin - path);
	to->tail = of + 4 + to->of_digits;
	return begin + to->digits == of && to->of_digits && *to->tail == '.' &&
	       to->count && to->number <= to->count && is_cut(to->tail);
}

static bool
read_name(const char *path, struct numbered *to)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;

	for (const char *of = strstr(base, "-of-"); of;
	     of = strstr(of + 1, "-of-")) {
		if (read_at(path, base, of, to))
			return true;
	}
	return false;
}

bool
shards_is_numbered(const char *path)
{
	struct numbered name;

	return read_name(path, &name);
}

/* NULL if there are too many. */
static struct shard_set *
set_of(struct shards *shards, const char *path, const struct numbered *name)
{
	struct shard_set made = { .count = name->count,
		.digits = name->digits,
		.of_digits = name->of_digits };
	struct str key = STR_INIT;
	size_t at;

	/* A name has no zero byte and no line end is needed: numbers first. */
	str_addf(&key, "%u %d %d %zu ", name->count, name->digits,
	    name->of_digits, name->stem);
	str_add(&key, path, name->stem);
	str_addz(&key, name->tail);
	if (map_find(&shards->known, key.v, &at)) {
		str_fini(&key);
		return &shards->sets.v[at];
	}
	if (shards->sets.n == SHARDS_SETS_MAX) {
		shards->more = true;
		str_fini(&key);
		return NULL;
	}
	made.key = str_steal(&key);
	made.stem = mem_strndup(path, name->stem);
	made.tail = mem_strdup(name->tail);
	map_add(&shards->known, made.key, shards->sets.n);
	arr_push(&shards->sets, made);
	return &shards->sets.v[shards->sets.n - 1];
}

void
shards_add(struct shards *shards, const char *path, bool wanted)
{
	struct numbered name;
	struct shard_set *set;

	if (!read_name(path, &name))
		return;
	set = set_of(shards, path, &name);
	if (!set)
		return;
	set->wanted = set->wanted || wanted;
	arr_push(&set->numbers, name.number);
}

static int
by_number(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
shards_end(struct shards *shards)
{
	map_fini(&shards->known);
	arr_each (set, &shards->sets) {
		size_t n = 0;

		qsort(set->numbers.v, set->numbers.n, sizeof(*set->numbers.v),
		    by_number);
		arr_each (number, &set->numbers) {
			if (!n || set->numbers.v[n - 1] != *number)
				set->numbers.v[n++] = *number;
		}
		set->numbers.n = n;
	}
}

void
shards_fini(struct shards *shards)
{
	arr_each (set, &shards->sets) {
		free(set->key);
		free(set->stem);
		free(set->tail);
		arr_free(&set->numbers);
	}
	arr_free(&shards->sets);
	map_fini(&shards->known);
}

size_t
shard_set_missing(const struct shard_set *set, size_t most,
    void (*take)(void *context, const char *path), void *context)
{
	unsigned first = set->numbers.v[0] ? 1 : 0;
	/* The last number of a set that begins with 0 is one less. */
	unsigned end = first + set->count;
	size_t have = 0, at = 0;
	struct str path = STR_INIT;

	arr_each (number, &set->numbers)
		have += *number < end;
	for (unsigned i = first; i < end && most && have < set->count; i++) {
		if (at < set->numbers.n && set->numbers.v[at] == i) {
			at++;
			continue;
		}
		str_clear(&path);
		str_addf(&path, "%s%0*u-of-%0*u%s", set->stem, set->digits, i,
		    set->of_digits, set->count, set->tail);
		take(context, path.v);
		most--;
	}
	str_fini(&path);
	return set->count - have;
}
