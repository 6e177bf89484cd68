/* number.c: sizes, ages and numbers that are typed, and as they are printed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/rate.h"
#include "core/base/span.h"
#include "core/base/timefmt.h"
#include "core/census/filter.h"
#include "tests/fuzz/fuzz.h"

static void
print_bytes(uint64_t bytes)
{
	static void (*const ways[])(char out[TIMEFMT_MAX], uint64_t number) = {
		fmt_size, fmt_listed, fmt_bytes, fmt_duration
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		char text[TIMEFMT_MAX] = "";

		ways[i](text, bytes);
		must(*text && strlen(text) < TIMEFMT_MAX - 1);
	}
}

/* A time that lies long ago is never shown as a short one. */
static void
print_seconds(double seconds)
{
	for (int old = 0; old < 2; old++) {
		char text[TIMEFMT_MAX] = "";

		fmt_ago(text, seconds, old);
		must(strlen(text) > 4 && strlen(text) < TIMEFMT_MAX - 1);
		must(!strcmp(text + strlen(text) - 4, " ago"));
		if (seconds >= 63072000)
			must(strstr(text, "years"));
	}
}

static void
print_duration(uint64_t seconds)
{
	char text[TIMEFMT_MAX];

	fmt_duration(text, seconds);
	if (seconds >= 86400)
		must(strchr(text, 'd') || !strcmp(text, "years"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	char *text = fuzz_text(&in, '\n');
	uint64_t bytes = 0, number;
	double seconds = 0, same;
	struct error err;

	if (parse_size(text, &bytes))
		print_bytes(bytes);
	if (filter_duration(text, &seconds)) {
		must(seconds >= 0);
		print_seconds(seconds);
	}
	if (filter_age(text, &same, &err))
		must(!(same < seconds || same > seconds));
	else
		fuzz_check_error(&err);
	if (span_u64(span_of(text), &number)) {
		must(parse_size(text, &bytes) || number >= (uint64_t)18e18);
		print_bytes(number);
		print_duration(number);
	}
	/* Times of files are what the disk says. */
	if (in.n >= sizeof(seconds)) {
		memcpy(&seconds, in.p, sizeof(seconds));
		memcpy(&number, in.p, sizeof(number));
		if (!isnan(seconds))
			print_seconds(seconds);
		print_duration(number);
		print_bytes(number);
	}
	free(text);
	return 0;
}
