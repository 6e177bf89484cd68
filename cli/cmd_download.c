/* cmd_download.c: hug download. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/progress.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/log.h"
#include "core/os/sig.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/store/snapshot.h"
#include "core/xfer/download.h"

/* A list of file names that is longer is no such list. */
#define NAMES_MAX ((size_t)256 * 1024 * 1024)

/* Sums and disk of two files at once keep any disk busy. */
#define POOL_THREADS 4

struct download_args {
	const char *repo;
	struct text_list files;
	unsigned type;
	const char *revision;
	struct text_list include;
	struct text_list exclude;
	const char *cache_dir;
	const char *local_dir;
	bool force;
	const char *token;
	bool quiet;
	unsigned max_workers;
	uint64_t rate;
	unsigned verify;
	bool dry_run;
	const char *files_from;
	bool debug;
};

static const char *const types[] = { "model", "dataset", "space", NULL };

/* By enum verify. */
static const char *const verify_names[] = { "full", "size", NULL };

static const struct arg download_args[] = {
	{ "REPO_ID", "Repository, as namespace/name",
	    offsetof(struct download_args, repo), true, false },
	{ "FILES", "Files of it, or patterns; all files if none is named",
	    offsetof(struct download_args, files), false, true },
	{ .name = NULL },
};

static const struct opt download_opts[] = {
	{ "repo-type", 0, OPT_CHOICE, NULL,
	    "Kind of repository (default: model)",
	    offsetof(struct download_args, type), types },
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)",
	    offsetof(struct download_args, revision), NULL },
	{ "include", 0, OPT_LIST, "PATTERN...",
	    "Only files that match one of these",
	    offsetof(struct download_args, include), NULL },
	{ "exclude", 0, OPT_LIST, "PATTERN...",
	    "No files that match one of these",
	    offsetof(struct download_args, exclude), NULL },
	{ "files-from", 0, OPT_TEXT, "FILE",
	    "Read names of files from FILE, one a line; - is standard input",
	    offsetof(struct download_args, files_from), NULL },
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Folder of the cache (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    offsetof(struct download_args, cache_dir), NULL },
	{ "local-dir", 0, OPT_TEXT, "DIR",
	    "Put the files into DIR, under their own names, not into the cache",
	    offsetof(struct download_args, local_dir), NULL },
	{ "force-download", 0, OPT_FLAG, NULL, "Fetch again what the cache has",
	    offsetof(struct download_args, force), NULL },
	{ "token", 0, OPT_TEXT, "TOKEN",
	    "Access token; better in HF_TOKEN, where other users of the "
	    "machine do not see it",
	    offsetof(struct download_args, token), NULL },
	{ "max-workers", 0, OPT_NUMBER, "N",
	    "Connections at once (default: as many as help)",
	    offsetof(struct download_args, max_workers), NULL },
	{ "limit-rate", 0, OPT_SIZE, "RATE",
	    "Bytes a second at most, as 500K or 20M",
	    offsetof(struct download_args, rate), NULL },
	{ "verify", 0, OPT_CHOICE, NULL,
	    "What is checked of what is fetched (default: full, the sum)",
	    offsetof(struct download_args, verify), verify_names },
	{ "dry-run", 0, OPT_FLAG, NULL, "List what would be fetched, and stop",
	    offsetof(struct download_args, dry_run), NULL },
	{ "quiet", 'q', OPT_FLAG, NULL, "Print the path and errors only",
	    offsetof(struct download_args, quiet), NULL },
	{ "debug", 0, OPT_FLAG, NULL,
	    "Log requests to standard error, without the token (or HF_DEBUG)",
	    offsetof(struct download_args, debug), NULL },
	{ .name = NULL },
};

/* The machinery that a download runs on. */
struct session {
	struct loop *loop;
	struct workers *workers;
	struct log log;
	struct hub *hub;
	struct progress *progress;
	struct job_bus bus;
	struct download *download;
	int signals;     /* pipe that signals come through */
	int interrupted; /* the signal's number, 0: none */
	const struct download_args *args;
	enum exit_code code;
};

/* -- results -- */

static int
by_path(const void *a, const void *b)
{
	const struct plan_file *const *x = a;
	const struct plan_file *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

/* The files in order of their names; the caller frees the array. */
static const struct plan_file **
sorted(const struct plan *plan)
{
	const struct plan_file **files =
	    mem_resize(NULL, plan->files.n, sizeof(*files));

	for (size_t i = 0; i < plan->files.n; i++)
		files[i] = &plan->files.v[i];
	if (plan->files.n)
		qsort(files, plan->files.n, sizeof(*files), by_path);
	return files;
}

static void
print_summary(const struct plan *plan)
{
	char size[TIMEFMT_MAX];
	size_t count = 0;
	uint64_t bytes = 0;

	arr_each (file, &plan->files) {
		if (file->present)
			continue;
		count++;
		bytes += plan->unknown ? 0 : file->size;
	}
	fmt_size(size, bytes);
	printf("[dry-run] Will download %zu files (out of %zu) totalling %s.\n",
	    count, plan->files.n, plan->unknown ? "an unknown size" : size);
}

/* Two columns, FILE and SIZE; "-" where nothing has to be fetched. */
static void
print_table(const struct plan_file **files, size_t n)
{
	struct str name = STR_INIT;
	size_t width = 4;

	for (size_t i = 0; i < n; i++) {
		str_clear(&name);
		utf8_safe(&name, files[i]->path);
		if (utf8_width(name.v) > width)
			width = utf8_width(name.v);
	}
	printf("%-*s SIZE\n", (int)width, "FILE");
	for (size_t i = 0; i < width; i++)
		putchar('-');
	printf(" ------\n");
	for (size_t i = 0; i < n; i++) {
		char size[TIMEFMT_MAX] = "-";

		if (!files[i]->present && files[i]->size != SIZE_UNKNOWN)
			fmt_size(size, files[i]->size);
		str_clear(&name);
		utf8_safe(&name, files[i]->path);
		printf("%s%*s %s\n", name.v, (int)(width - utf8_width(name.v)),
		    "", size);
	}
	str_fini(&name);
}

static void
print_dry_run(const struct plan *plan, bool quiet)
{
	const struct plan_file **files = sorted(plan);
	struct str name = STR_INIT;

	if (quiet) {
		for (size_t i = 0; i < plan->files.n; i++) {
			str_clear(&name);
			utf8_safe(&name, files[i]->path);
			puts(name.v);
		}
	} else {
		print_summary(plan);
		if (plan->files.n)
			print_table(files, plan->files.n);
	}
	str_fini(&name);
	free(files);
}

static void
on_done(void *context, const struct download_result *result,
    const struct error *err)
{
	struct session *s = context;

	progress_free(s->progress);
	s->progress = NULL;
	s->bus.tell = NULL;
	if (err) {
		out_error(err);
		s->code = EXIT_NOT_ALL;
		if (err->code == ERR_CANCELLED)
			s->code = (enum exit_code)(128 + s->interrupted);
	} else {
		if (s->args->dry_run)
			print_dry_run(result->plan, s->args->quiet);
		else
			puts(result->path);
		s->code = out_finish() ? EXIT_ALL : EXIT_NOT_ALL;
	}
	loop_stop(s->loop);
}

/* -- the run -- */

static void
on_signal(void *context, int fd, unsigned events)
{
	struct session *s = context;
	unsigned char number;

	(void)events;
	if (read(fd, &number, 1) != 1)
		return;
	s->interrupted = number;
	download_cancel(s->download);
}

static bool
session_open(
    struct session *s, const struct download_args *args, struct error *err)
{
	enum progress_look look = PROGRESS_AUTO;

	*s = (struct session){ .log = LOG_OFF, .signals = -1, .args = args };
	if (args->debug || env_flag("HF_DEBUG"))
		s->log.fd = STDERR_FILENO;
	if (args->quiet)
		look = PROGRESS_NONE;
	else if (env_flag("HF_HUB_DISABLE_PROGRESS_BARS"))
		look = PROGRESS_NOTES;
	s->loop = loop_new();
	if (!sig_open(&s->signals, err))
		return false;
	loop_watch(s->loop, s->signals, LOOP_READ, on_signal, s);
	s->workers = workers_new(s->loop, POOL_THREADS, err);
	if (!s->workers)
		return false;
	s->hub = hub_new(s->loop, &s->log,
	    &(struct hub_options){ .token = args->token }, err);
	if (!s->hub)
		return false;
	s->progress = progress_new(s->loop, look);
	s->bus = (struct job_bus){ progress_tell, s->progress, 0 };
	return true;
}

static void
session_close(struct session *s)
{
	progress_free(s->progress);
	workers_free(s->workers);
	download_free(s->download);
	hub_free(s->hub);
	loop_free(s->loop);
}

static struct texts
texts_of(const struct text_list *list)
{
	return (struct texts){ list->list.v, list->list.n };
}

/* Adds the lines of --files-from, which stay in `text`. */
static bool
read_names(const char *from, struct str *text, struct text_list *files,
    struct error *err)
{
	struct span rest, line;

	if (!file_read_all(
		strcmp(from, "-") ? from : "/dev/stdin", NAMES_MAX, text, err))
		return err_wrap(err, "--files-from");
	if (memchr(text->v, '\0', text->n))
		return err_set(
		    err, ERR_USAGE, "--files-from: a name holds a zero byte");
	rest = (struct span){ text->v, text->n };
	/* Some editors put a byte order mark in front. */
	if (span_starts_nocase(rest, "\xef\xbb\xbf")) {
		rest.p += 3;
		rest.n -= 3;
	}
	while (span_next(&rest, '\n', &line)) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!line.n)
			continue;
		text->v[line.p + line.n - text->v] = '\0';
		arr_push(&files->list, line.p);
	}
	if (files->list.n)
		return true;
	return err_set(err, ERR_USAGE, "--files-from names no file");
}

/* As the official client: names say it all. */
static void
warn_of_patterns(const struct download_args *args)
{
	if (args->include.list.n)
		out_note("Ignoring `--include` since filenames have been "
			 "explicitly set.");
	if (args->exclude.list.n)
		out_note("Ignoring `--exclude` since filenames have been "
			 "explicitly set.");
}

static enum exit_code
run_session(const struct download_args *args, struct texts files)
{
	char *given =
	    args->cache_dir ? env_expand(args->cache_dir) : env_hub_cache();
	char *root = dir_resolve(given);
	char *wanted = args->local_dir ? env_expand(args->local_dir) : NULL;
	char *folder = wanted ? dir_resolve(wanted) : NULL;
	struct download_request request = {
		.repo = { (enum repo_type)args->type, args->repo },
		.revision = args->revision ? args->revision : "main",
		.root = root,
		.folder = folder,
		.files = files,
		.literal = args->files_from != NULL,
		.includes = texts_of(&args->include),
		.excludes = texts_of(&args->exclude),
		.force = args->force,
		.dry_run = args->dry_run,
		.workers = args->max_workers,
		.rate = args->rate,
		.verify = (enum verify)args->verify,
	};
	struct session s;
	struct error err;

	if (files.n) {
		warn_of_patterns(args);
		request.includes.n = request.excludes.n = 0;
	}
	if (session_open(&s, args, &err)) {
		s.download = download_start(
		    s.hub, s.workers, &s.bus, &request, on_done, &s);
		loop_run(s.loop);
	} else {
		out_error(&err);
		s.code = err.code == ERR_USAGE ? EXIT_USAGE : EXIT_NOT_ALL;
	}
	session_close(&s);
	free(given);
	free(root);
	free(wanted);
	free(folder);
	return s.code;
}

static enum exit_code
download_run(const void *args)
{
	const struct download_args *a = args;
	struct text_list files = { 0 };
	struct str names = STR_INIT;
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;

	arr_each (file, &a->files.list)
		arr_push(&files.list, *file);
	if (!a->files_from || read_names(a->files_from, &names, &files, &err))
		code = run_session(a, texts_of(&files));
	else
		out_error(&err);
	arr_free(&files.list);
	str_fini(&names);
	return code;
}

const struct command cmd_download = {
	.name = "download",
	.summary = "Download files of a repository into the cache",
	.details =
	    "Prints the path of the file, or of the folder with the files, as "
	    "the last line\nof standard output. What the cache has is not "
	    "fetched again; what an earlier run\nbegan is resumed. Every file "
	    "is checked against its sum before it gets its name.\n\n"
	    "Patterns match the whole path: * and ? also match /, [a-z] and "
	    "[!a-z] one\ncharacter, and a pattern that ends in / everything "
	    "below. --include a b and\n--include a --include b are the "
	    "same.\n",
	.args = download_args,
	.opts = download_opts,
	.args_size = sizeof(struct download_args),
	.run = download_run,
};
