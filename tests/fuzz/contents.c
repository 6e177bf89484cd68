/*
 * contents.c: the name of a file, how much larger it is than it says, and its bytes.
 * Nobody can make it read much, ask for bytes that are not there, or make a long list.
 */
#include "core/weights/contents.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct contents *c)
{
	const struct lines *lines = contents_lines(c);

	must(lines->list.n <= LINES_MAX);
	arr_each (line, &lines->list) {
		must(line->text < lines->text.n);
		must(strlen(lines->text.v + line->text) <= LINE_BYTES_MAX + 3);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	char *name = fuzz_text(&in, '\n');
	uint64_t more = (uint64_t)fuzz_byte(&in) << fuzz_byte(&in) % 48;
	uint64_t from, to, whole = in.n + more;
	struct contents *c = contents_new(name, whole);
	unsigned ranges = 0;

	if (contents_wants_siblings(c) && in.n % 2) {
		contents_take_sibling(c, "a-00001-of-00002.bin", in.n);
		contents_take_sibling(c, "a-00003-of-00002.bin", UINT64_MAX);
		contents_take_sibling(c, name, 1);
		contents_take_sibling(c, NULL, 0);
	}
	while (contents_wants(c, &from, &to)) {
		size_t n = from < in.n ? in.n - (size_t)from : 0;
		char *copy;

		must(to <= whole && to - from <= CONTENTS_RANGE_MAX);
		must(ranges++ < 20);
		if (n > to - from)
			n = (size_t)(to - from);
		copy = mem_zalloc(n ? n : 1);
		if (n)
			memcpy(copy, in.p + from, n);
		contents_take(c, copy, n);
		free(copy);
	}
	check(c);
	contents_free(c);
	free(name);
	return 0;
}
