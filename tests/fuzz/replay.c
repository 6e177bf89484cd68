/*
 * replay.c: a main for targets where there is no libFuzzer. It runs every file
 * of the target's corpus, then a fixed number of changed ones: the same ones each
 * time, whatever the machine.
 *
 *	tests/fuzz/json [RUNS [SEED]]      tests/fuzz/json FILE...
 *
 * FUZZ_CORPUS names the folder with a folder for each target. An input that
 * fails is kept in the current folder.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/os/file.h"
#include "tests/fuzz/fuzz.h"

#define RUNS 2000

/* Longer inputs find no more, and take longer. */
#define INPUT_MAX 2048

struct seeds {
	ARR(struct str) list;
};

static const char *target;
static struct str current;

/* Of the sanitizers' library, if there is one. */
void __sanitizer_set_death_callback(void (*callback)(void))
    __attribute__((weak));

static void
keep_current(void)
{
	char name[80];
	int fd;

	snprintf(name, sizeof(name), "failed-%.60s", target);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (write(fd, current.v, current.n) >= 0)
		dprintf(2, "the input is kept in %s\n", name);
	(void)close(fd);
}

static void
on_abort(int number)
{
	(void)number;
	keep_current();
}

static void
run_current(void)
{
	/* A copy that ends with the input, so that reading on is noticed. */
	uint8_t *copy = mem_resize(NULL, current.n, 1);

	memcpy(copy, current.v, current.n);
	(void)LLVMFuzzerTestOneInput(copy, current.n);
	free(copy);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
read_seed(struct seeds *seeds, const char *path)
{
	struct str bytes = STR_INIT;
	struct error err;

	if (!file_read_all(path, (size_t)16 << 20, &bytes, &err)) {
		fprintf(stderr, "%s\n", err.message);
		exit(1);
	}
	arr_push(&seeds->list, bytes);
}

/* In the order of their names, which does not depend on the file system. */
static void
read_corpus(struct seeds *seeds, const char *folder)
{
	ARR(char *) names = { 0 };
	struct str path = STR_INIT;
	DIR *dir;
	const struct dirent *entry;

	str_addf(&path, "%s/%s", folder, target);
	dir = opendir(path.v);
	while (dir && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] != '.')
			arr_push(&names, mem_strdup(entry->d_name));
	}
	if (dir)
		(void)closedir(dir);
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	arr_each (name, &names) {
		struct str one = STR_INIT;

		str_addf(&one, "%s/%s", path.v, *name);
		read_seed(seeds, one.v);
		str_fini(&one);
		free(*name);
	}
	arr_free(&names);
	str_fini(&path);
}

/* -- changes -- */

static uint64_t dice;

static size_t
throw_dice(size_t bound)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return bound ? (size_t)(dice >> 11) % bound : 0;
}

static void
replace(size_t at, size_t old, const char *bytes, size_t n)
{
	struct str out = STR_INIT;

	str_add(&out, current.v, at);
	str_add(&out, bytes, n);
	str_add(&out, current.v + at + old, current.n - at - old);
	str_fini(&current);
	current = out;
}

/* A byte that means something to some reader, or any. */
static char
odd_byte(void)
{
	static const char odd[] = "\0\n\r\t \"'\\/{}[]()<>=:;,.#-_*?!&%@0917aA"
				  "\x1b\x7f\x80\xc3\xe2\xff";

	if (throw_dice(3))
		return odd[throw_dice(sizeof(odd) - 1)];
	return (char)throw_dice(256);
}

static void
change_once(const struct seeds *seeds)
{
	size_t at = throw_dice(current.n + 1);
	size_t n = throw_dice(1 + throw_dice(current.n - at + 1));
	const struct str *other = &seeds->list.v[throw_dice(seeds->list.n)];
	char byte = odd_byte();
	char *part;

	switch (throw_dice(6)) {
	case 0: /* another byte */
		replace(at, at < current.n, &byte, 1);
		break;
	case 1: /* one more */
		replace(at, 0, &byte, 1);
		break;
	case 2: /* some less */
		replace(at, n, "", 0);
		break;
	case 3: /* a part twice */
		part = mem_strndup(current.v + at, n);
		replace(at, 0, part, n);
		free(part);
		break;
	case 4: /* the end of another one */
		n = throw_dice(other->n + 1);
		replace(at, current.n - at, other->v + n, other->n - n);
		break;
	default: /* a bit */
		if (at < current.n)
			current.v[at] ^= (char)(1 << throw_dice(8));
		break;
	}
	if (current.n > INPUT_MAX)
		str_cut(&current, INPUT_MAX);
}

static void
run_changed(const struct seeds *seeds, uint64_t runs)
{
	for (uint64_t i = 0; i < runs; i++) {
		const struct str *seed =
		    &seeds->list.v[throw_dice(seeds->list.n)];

		str_clear(&current);
		str_add(&current, seed->v, seed->n);
		for (size_t left = 1 + throw_dice(6); left; left--)
			change_once(seeds);
		run_current();
	}
}

/* -- */

static void
run_seeds(const struct seeds *seeds)
{
	arr_each (seed, &seeds->list) {
		str_clear(&current);
		str_add(&current, seed->v, seed->n);
		run_current();
	}
}

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *corpus = getenv("FUZZ_CORPUS");
	struct seeds seeds = { 0 };
	uint64_t runs = RUNS, seed = 1;
	bool numbers = argc < 2 || span_u64(span_of(argv[1]), &runs);

	target = slash ? slash + 1 : argv[0];
	str_init(&current);
	(void)signal(SIGABRT, on_abort);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(keep_current);
	if (numbers && argc > 2 && !span_u64(span_of(argv[2]), &seed))
		return 2;
	for (int i = 1; !numbers && i < argc; i++)
		read_seed(&seeds, argv[i]);
	if (numbers)
		read_corpus(&seeds, corpus ? corpus : "tests/fuzz/corpus");
	printf("1..2\n");
	run_seeds(&seeds);
	printf("%s 1 - %s: %zu inputs of the corpus\n",
	    seeds.list.n ? "ok" : "not ok", target, seeds.list.n);
	(void)fflush(stdout);
	dice = seed * 0x9e3779b97f4a7c15u | 1;
	if (numbers && seeds.list.n)
		run_changed(&seeds, runs);
	printf("ok 2 - %s: %llu changed ones\n", target,
	    (unsigned long long)(numbers ? runs : 0));
	arr_each (one, &seeds.list)
		str_fini(one);
	arr_free(&seeds.list);
	str_fini(&current);
	return 0;
}
