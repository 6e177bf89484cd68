#include "core/up/calm.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/pattern.h"
#include "core/base/str.h"
#include "core/os/clock.h"
#include "core/os/writers.h"

#define LARGE ((uint64_t)100 << 20)
#define HUGE ((uint64_t)10 << 30)

/* What programs write line by line; events of TensorBoard. */
static const char *const usual[] = { "*.log", "*.txt", "*.jsonl", "*.csv",
	"*.tsv", "*events.out.tfevents*" };

typedef ARR(struct pattern *) patterns;

static bool
add_pattern(patterns *list, const char *text, struct error *err)
{
	struct pattern *pattern = pattern_new(text, err);

	if (pattern)
		arr_push(list, pattern);
	return pattern != NULL;
}

static bool
grows(const patterns *list, const char *path)
{
	arr_each (pattern, list) {
		if (pattern_match(*pattern, path))
			return true;
	}
	return false;
}

static int64_t
calm_ns(const struct calm_rules *rules, uint64_t size)
{
	unsigned seconds = rules->calm_s ? rules->calm_s : CALM_S;

	if (size >= HUGE && seconds < CALM_HUGE_S)
		seconds = CALM_HUGE_S;
	else if (size >= LARGE && seconds < CALM_LARGE_S)
		seconds = CALM_LARGE_S;
	return (int64_t)clock_scaled((uint64_t)seconds * 1000) * 1000000;
}

/* A time that is yet to come says nothing: the clock of another machine. */
static bool
is_calm(const struct up_file *file, const struct calm_rules *rules, int64_t now)
{
	const struct up_mark *m = &file->mark;
	int64_t last = m->changed_ns > m->modified_ns && m->modified_ns <= now
	                   ? m->changed_ns
	                   : m->modified_ns;

	if (last > now)
		last = m->changed_ns;
	return now - last >= calm_ns(rules, m->size);
}

static void
hold(up_oddities *held, struct up_file *file, const char *why)
{
	arr_push(held,
	    (struct up_oddity){ .path = file->path, .why = mem_strdup(why) });
	file->path = NULL;
}

/* Takes out what was held. */
static void
close_up(up_files *files)
{
	size_t kept = 0;

	for (size_t i = 0; i < files->n; i++) {
		if (files->v[i].path)
			files->v[kept++] = files->v[i];
	}
	files->n = kept;
}

bool
calm_hold(up_files *files, const struct calm_rules *rules, up_oddities *held,
    struct error *err)
{
	int64_t now = (int64_t)(clock_unix_s() * 1e9);
	struct writers *writers = NULL;
	patterns list = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof(usual) / sizeof(*usual); i++)
		ok = add_pattern(&list, usual[i], err);
	for (size_t i = 0; ok && i < rules->grow.n; i++)
		ok = add_pattern(&list, rules->grow.v[i], err);
	arr_each (file, files) {
		if (!ok || file->known)
			continue;
		file->grows = grows(&list, file->path);
		if (file->grows)
			continue;
		if (!is_calm(file, rules, now)) {
			hold(held, file, "changed just now");
			continue;
		}
		/* Only now: it looks at all processes. */
		if (!writers)
			writers = writers_find();
		if (writers_have(writers, file->mark.device, file->mark.number))
			hold(held, file, "being written");
	}
	close_up(files);
	writers_free(writers);
	arr_each (pattern, &list)
		pattern_free(*pattern);
	arr_free(&list);
	return ok;
}
