/*
 * fetch.c: downloads side by side on one loop, steered and looked at while they run:
 *
 *	fetch CACHE [limit=BYTES] [rate=BYTES] [patience=SECONDS] [workers=N] REPO...
 *
 * Each repository is a download with a Hub of its own; the limit is shared, the rate
 * is each one's. Prints lines of JSON: how all of them stand ten times a second, notes
 * as they come, and how each ended. Lines of standard input: "limit BYTES", "rate
 * BYTES", "retry", "cancel".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/json.h"
#include "core/base/str.h"
#include "core/down/download.h"
#include "core/down/view.h"
#include "core/hub/endpoint.h"
#include "core/os/clock.h"
#include "core/os/log.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/xfer/limit.h"

#define LOOK_MS 100
#define MOST 16

struct one {
	struct all *all;
	struct hub *hub;
	struct job_bus bus;
	struct download_request request;
	struct download *download;
	struct download_view view;
	bool ended;
};

struct all {
	struct loop *loop;
	struct workers *workers;
	struct log log;
	struct limit limit;
	struct one one[MOST];
	unsigned n, running;
	struct loop_timer look;
	uint64_t begun_ms;
	char line[200];
	size_t filled;
	int code;
};

/* -- out -- */

static void
add_number(struct str *out, bool first, const char *key, uint64_t value)
{
	json_add_key(out, first, key);
	str_addf(out, "%" PRIu64, value);
}

static void
print(struct str *out)
{
	puts(out->v);
	fflush(stdout);
	str_fini(out);
}

static void
add_stream(struct str *out, const struct view_stream *s)
{
	static const char *const waits[JOB_WAITS] = { "none", "network", "disk",
		"sum", "limit", "hub" };

	add_number(out, true, "open", s->open);
	add_number(out, false, "from", s->from);
	add_number(out, false, "at", s->at);
	add_number(out, false, "rate", s->rate);
	add_number(out, false, "age_ms", s->age_ms);
	add_number(out, false, "tries", s->tries);
	add_number(out, false, "again_ms", s->again_ms);
	add_number(out, false, "version", s->version);
	json_add_pair(out, false, "waits_for", waits[s->waits_for]);
	json_add_pair(out, false, "host", s->host);
	json_add_pair(out, false, "last", s->last);
	str_addc(out, '}');
}

static void
add_file(struct str *out, const struct view_file *f,
    const struct view_stream *streams)
{
	static const char *const phases[] = { "lock", "connect", "run", "again",
		"stalled", "verify", "link" };

	add_number(out, true, "size", f->size);
	json_add_pair(out, false, "path", f->path);
	json_add_pair(out, false, "phase", phases[f->phase]);
	add_number(out, false, "kept", f->kept);
	add_number(out, false, "flying", f->flying);
	add_number(out, false, "came", f->came);
	add_number(out, false, "twice", f->twice);
	add_number(out, false, "summed", f->summed);
	add_number(out, false, "rate", f->rate);
	add_number(out, false, "quiet_ms", f->quiet_ms);
	add_number(out, false, "no_ranges", f->no_ranges);
	add_number(out, false, "connections", f->connections);
	add_number(out, false, "again_ms", f->again_ms);
	json_add_pair(out, false, "why", f->why);
	json_add_key(out, false, "streams");
	str_addc(out, '[');
	for (size_t i = 0; i < f->streams; i++) {
		if (i)
			str_addc(out, ',');
		add_stream(out, &streams[f->first + i]);
	}
	str_addz(out, "]}");
}

static void
add_view(struct str *out, const struct download_view *v)
{
	static const char *const stages[] = { "begin", "find", "compare",
		"transfer", "search", "end" };

	add_number(out, true, "done", v->done);
	json_add_pair(out, false, "stage", stages[v->stage]);
	add_number(out, false, "came", v->came);
	add_number(out, false, "total", v->total);
	add_number(out, false, "again_ms", v->again_ms);
	json_add_pair(out, false, "why", v->why);
	add_number(out, false, "queued", v->queued);
	add_number(out, false, "queued_bytes", v->queued_bytes);
	add_number(out, false, "finished", v->finished);
	add_number(out, false, "finished_bytes", v->finished_bytes);
	add_number(out, false, "failed", v->failed);
	add_number(out, false, "connections", v->connections);
	json_add_key(out, false, "files");
	str_addc(out, '[');
	for (size_t i = 0; i < v->files.n; i++) {
		if (i)
			str_addc(out, ',');
		add_file(out, &v->files.v[i], v->streams.v);
	}
	str_addz(out, "]}");
}

static void
on_look(void *context)
{
	struct all *all = context;
	struct str out = STR_INIT;

	add_number(&out, true, "now_ms", clock_ms());
	add_number(&out, false, "t", clock_ms() - all->begun_ms);
	json_add_key(&out, false, "views");
	str_addc(&out, '[');
	for (unsigned i = 0; i < all->n; i++) {
		struct one *one = &all->one[i];

		download_look(one->download, &one->view);
		if (i)
			str_addc(&out, ',');
		add_view(&out, &one->view);
	}
	str_addz(&out, "]}");
	print(&out);
	loop_timer_start(all->loop, &all->look, LOOK_MS, on_look, all);
}

static void
say(const struct one *one, const char *key, const char *text)
{
	struct str out = STR_INIT;

	add_number(&out, true, "download", (uint64_t)(one - one->all->one));
	json_add_pair(&out, false, key, text);
	str_addc(&out, '}');
	print(&out);
}

static void
on_event(void *context, const struct job_event *event)
{
	if (event->note)
		say(context, "note", event->note);
}

static void
on_done(void *context, const struct download_result *result,
    const struct error *err)
{
	struct one *one = context;

	one->ended = true;
	if (err)
		one->all->code = 1;
	say(one, err ? "error" : "path", err ? err->message : result->path);
	if (!--one->all->running)
		loop_stop(one->all->loop);
}

/* -- in -- */

static void
obey(struct all *all, const char *line)
{
	const char *space = strchr(line, ' ');
	uint64_t number = space ? strtoull(space + 1, NULL, 10) : 0;

	if (!strncmp(line, "limit ", 6))
		limit_set(&all->limit, number);
	for (unsigned i = 0; i < all->n; i++) {
		struct one *one = &all->one[i];

		if (one->ended)
			continue;
		if (!strncmp(line, "rate ", 5))
			download_set_rate(one->download, number);
		else if (!strcmp(line, "retry"))
			download_retry_now(one->download);
		else if (!strcmp(line, "cancel"))
			download_cancel(one->download);
	}
}

static void
on_input(void *context, int fd, unsigned events)
{
	struct all *all = context;
	char *end;
	ssize_t n;

	(void)events;
	n = read(
	    fd, all->line + all->filled, sizeof(all->line) - 1 - all->filled);
	if (n <= 0) {
		loop_unwatch(all->loop, fd);
		return;
	}
	all->filled += (size_t)n;
	all->line[all->filled] = '\0';
	while ((end = strchr(all->line, '\n'))) {
		*end = '\0';
		obey(all, all->line);
		all->filled = strlen(end + 1);
		memmove(all->line, end + 1, all->filled + 1);
	}
}

/* -- all of it -- */

static bool
is_option(const char *text, const char *name, uint64_t *number)
{
	size_t n = strlen(name);

	if (strncmp(text, name, n) || text[n] != '=')
		return false;
	*number = strtoull(text + n + 1, NULL, 10);
	return true;
}

static bool
start(struct all *all, const char *repo, const struct download_request *request,
    struct error *err)
{
	struct one *one = &all->one[all->n];

	one->all = all;
	one->hub = hub_new(all->loop, &all->log,
	    &(struct hub_options){ .token = "hf_test", .source = "a test" },
	    err);
	if (!one->hub)
		return false;
	one->hub->workers = all->workers;
	one->bus = (struct job_bus){ on_event, one, 0 };
	one->request = *request;
	one->request.repo.id = repo;
	one->download = download_start(
	    one->hub, all->workers, &one->bus, &one->request, on_done, one);
	all->n++;
	all->running++;
	return true;
}

static bool
start_all(struct all *all, char **args, struct error *err)
{
	struct download_request request = {
		.revision = "main", .root = *args++, .limit = &all->limit
	};
	uint64_t number;

	for (; *args; args++) {
		if (is_option(*args, "limit", &number))
			limit_set(&all->limit, number);
		else if (is_option(*args, "rate", &number))
			request.rate = number;
		else if (is_option(*args, "patience", &number))
			request.patience_s = (unsigned)number;
		else if (is_option(*args, "workers", &number))
			request.workers = (unsigned)number;
		else if (all->n == MOST || !start(all, *args, &request, err))
			return false;
	}
	return true;
}

static void
finish(struct all *all)
{
	loop_timer_stop(&all->look);
	loop_unwatch(all->loop, STDIN_FILENO);
	for (unsigned i = 0; i < all->n; i++) {
		download_free(all->one[i].download);
		hub_free(all->one[i].hub);
		download_view_fini(&all->one[i].view);
	}
	workers_free(all->workers);
	loop_free(all->loop);
}

int
main(int argc, char **argv)
{
	static struct all all;
	struct error err;

	if (argc < 3)
		return 2;
	all.loop = loop_new();
	all.log = (struct log)LOG_OFF;
	all.begun_ms = clock_ms();
	all.workers = workers_new(all.loop, 4, &err);
	if (!all.workers || !start_all(&all, argv + 1, &err)) {
		printf("{\"error\":\"%s\"}\n", err.message);
		return 1;
	}
	loop_watch(all.loop, STDIN_FILENO, LOOP_READ, on_input, &all);
	loop_timer_start(all.loop, &all.look, 0, on_look, &all);
	loop_run(all.loop);
	finish(&all);
	return all.code;
}
