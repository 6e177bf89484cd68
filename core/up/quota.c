#include "core/up/quota.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/str.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/up/kept.h"

#define COMMITS_AN_HOUR 128
#define HOUR_MS 3600000u

/* A line, as every one is: the time in 12 digits. */
#define LINE_BYTES 13

/* Read from its end: more commits than the Hub takes in an hour. */
#define READ_BYTES ((uint64_t)LINE_BYTES * 4 * COMMITS_AN_HOUR)

/* A file that is larger is cut down to what is read. */
#define LARGE_BYTES (READ_BYTES * 16)

char *
quota_path(const char *endpoint, const struct repo *repo)
{
	struct str about = STR_INIT;
	char *path;

	str_addf(&about, "%s\n%s/%s", endpoint, repo_type_name(repo->type),
	    repo->id);
	path = kept_path("commits", &about);
	str_fini(&about);
	return path;
}

/* The end of the file; its size. */
static uint64_t
read_end(const char *path, struct str *text)
{
	struct error err;
	uint64_t size = 0;
	size_t got = 0;
	int fd = file_open_regular(path, &size, &err);

	if (fd < 0)
		return 0;
	str_reserve(text, READ_BYTES + 1);
	if (file_read_at(fd, text->v, READ_BYTES,
		size > READ_BYTES ? size - READ_BYTES : 0, &got, &err))
		text->n = got;
	text->v[text->n] = '\0';
	file_close(fd);
	return size;
}

static int
by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
quota_wait_s(const char *path, double now)
{
	struct str text = STR_INIT;
	ARR(double) times = { 0 };
	double hour = (double)clock_scaled(HOUR_MS) / 1000;
	double wait = 0;
	char *rest, *line;

	if (path)
		(void)read_end(path, &text);
	for (line = text.n ? strtok_r(text.v, "\n", &rest) : NULL; line;
	     line = strtok_r(NULL, "\n", &rest)) {
		double when = strtod(line, NULL);

		/* One of another day, or of a clock that was wrong. */
		if (when > now - hour && when < now + hour)
			arr_push(&times, when);
	}
	if (times.n >= COMMITS_AN_HOUR) {
		qsort(times.v, times.n, sizeof(*times.v), by_time);
		wait = times.v[times.n - COMMITS_AN_HOUR] + hour - now + 1;
	}
	arr_free(&times);
	str_fini(&text);
	return wait;
}

/* Two that do so at once lose a line or two of each other, which counts a little less. */
static void
shorten(const char *path)
{
	struct str text = STR_INIT;
	struct error err;

	if (read_end(path, &text) > LARGE_BYTES)
		MAY_FAIL(!file_replace_mode(path, text.v, text.n, 0600, &err),
		    "it stays long");
	str_fini(&text);
}

void
quota_add(const char *path, double now)
{
	struct error err;
	char line[32];

	if (!path)
		return;
	snprintf(line, sizeof(line), "%012.0f\n", now);
	MAY_FAIL(!dir_make_parent(path, &err) ||
		     !file_append(path, line, strlen(line), &err),
	    "the Hub refuses one that is too many, and says for how long");
	shorten(path);
}
