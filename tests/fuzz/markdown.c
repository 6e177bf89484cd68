/*
 * markdown.c: a card. Its lines are few and short enough, none ends or begins a line of
 * its own, and it does not take long.
 */
#include "core/weights/markdown.h"

#include <string.h>
#include <time.h>

#include "core/weights/readme.h"
#include "tests/fuzz/fuzz.h"

/* Seconds of processor time, sanitizers and all; a card's 64 KiB take milliseconds. */
#define LONGEST 5

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	clock_t began = clock();
	struct lines lines;

	lines_init(&lines);
	readme_add(&lines, (struct span){ (const char *)data, size });
	must(lines.list.n <= LINES_MAX);
	must(lines.text.n <= (size_t)8 * 1024 * 1024);
	arr_each (line, &lines.list) {
		const char *text = lines.text.v + line->text;

		must(line->text < lines.text.n);
		must(strlen(text) <= LINE_BYTES_MAX + 3);
		must(!strchr(text, '\n'));
		must(line->hang <= LINE_BYTES_MAX);
	}
	lines_fini(&lines);
	must((clock() - began) / CLOCKS_PER_SEC < LONGEST);
	return 0;
}
