#include "cli/deletion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/cache_text.h"
#include "cli/out.h"
#include "cli/session.h"
#include "cli/show/progress.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/census/scan.h"
#include "core/purge/trash_throw.h"
#include "core/run/job.h"

bool
deletion_speaks(const struct cli *cli)
{
	return cli->format == FORMAT_HUMAN || cli->format == FORMAT_AGENT;
}

static int
by_type_and_id(const void *a, const void *b)
{
	const struct purge_repo *const *x = a;
	const struct purge_repo *const *y = b;
	int order = strcmp((*x)->repo->type, (*y)->repo->type);

	return order ? order : strcasecmp((*x)->repo->id, (*y)->repo->id);
}

static void
list_repo(const struct cli *cli, const struct purge_repo *entry)
{
	const struct scan_repo *repo = entry->repo;
	struct str line = STR_INIT;
	char size[TIMEFMT_MAX];

	out_putf("  - %s/%s:\n", repo->type, repo->id);
	for (size_t i = 0; i < repo->revisions.n; i++) {
		const struct scan_revision *revision = &repo->revisions.v[i];

		if (!entry->chosen[i])
			continue;
		str_clear(&line);
		str_addz(&line, "      ");
		utf8_safe(&line, revision->name);
		str_addz(&line, " [");
		for (size_t k = 0; k < revision->refs.n; k++) {
			str_addz(&line, k ? " " : "");
			utf8_safe(&line, revision->refs.v[k]);
		}
		fmt_size(size, cache_size(cli, repo, revision));
		str_addf(&line, "%s] %s", revision->refs.n ? "" : "(detached)",
		    size);
		out_line(line.v);
	}
	str_fini(&line);
}

void
deletion_list(const struct cli *cli, const struct purge *purge)
{
	const struct purge_repo **entries;

	if (!deletion_speaks(cli) || !purge->repos.n)
		return;
	entries = mem_resize(NULL, purge->repos.n, sizeof(*entries));
	for (size_t i = 0; i < purge->repos.n; i++)
		entries[i] = &purge->repos.v[i];
	qsort(entries, purge->repos.n, sizeof(*entries), by_type_and_id);
	for (size_t i = 0; i < purge->repos.n; i++) {
		if (entries[i]->whole)
			out_putf("  - %s/%s (entire repo)\n",
			    entries[i]->repo->type, entries[i]->repo->id);
		else if (entries[i]->count)
			list_repo(cli, entries[i]);
	}
	free(entries);
}

/* A deletion that runs, as a job that is shown. */
struct deleting {
	const struct cli *cli;
	struct progress *progress;
	struct job_bus bus;
	struct job job;
};

static void
on_told(void *context, const char *text)
{
	struct deleting *d = context;

	progress_make_way(d->progress);
	out_note(d->cli, "%s", text);
}

static void
on_freed(void *context, uint64_t bytes)
{
	struct deleting *d = context;

	/* A link, or another name of a file that stays, is no file. */
	d->job.event.files_done += bytes != 0;
	d->job.event.done += bytes;
	job_changed(&d->job);
}

/* "model/org/name: <what>" */
static void
tell_of(const struct cli *cli, const struct scan_repo *repo, const char *front,
    const char *what, const char *tail)
{
	out_note(cli, "%s%s%s%s: %s%s", front, repo->type ? repo->type : "",
	    repo->type ? "/" : "", repo->id ? repo->id : repo->folder, what,
	    tail);
}

bool
deletion_tell_refused(const struct cli *cli, const struct purge *purge)
{
	arr_each (repo, &purge->refused)
		tell_of(cli, *repo, "cannot delete ", purge_refuses(*repo),
		    (*repo)->linked ? ", and hug deletes nothing through a "
				      "link. Delete it there, or remove the "
				      "link first"
				    : "");
	return !purge->refused.n;
}

/* Whether a rule could choose something of a repository. */
static bool
has_unused(const struct scan_repo *repo)
{
	arr_each (revision, &repo->revisions) {
		if (!revision->refs.n)
			return true;
	}
	return repo->strays.n > 0;
}

bool
deletion_tell_unclear(const struct cli *cli, const struct scan *scan)
{
	bool all = true;

	if (!cli->voice->policy.deletion.tells_unclear)
		return true;
	arr_each (repo, &scan->repos) {
		if (!repo->type)
			continue;
		if (repo->fixed && has_unused(repo)) {
			tell_of(cli, repo, "cannot delete ", repo->fixed, "");
			all = false;
		}
		if (repo->unclear)
			tell_of(cli, repo, "left alone: ", repo->unclear,
			    ", so what is in use is not known. `hug cache rm` "
			    "with its name deletes it");
	}
	return all;
}

static void
add_size(char out[TIMEFMT_MAX], bool about, uint64_t bytes)
{
	*out = '~';
	fmt_size(about ? out + 1 : out, bytes);
}

void
deletion_size(
    const struct cli *cli, const struct purge *purge, char out[TIMEFMT_MAX])
{
	bool on_disk = cli->voice->policy.cache.sizes_on_disk;
	char text[TIMEFMT_MAX + 1];

	add_size(text, on_disk && purge->about,
	    on_disk ? purge->freed : purge->official);
	snprintf(out, TIMEFMT_MAX, "%.30s", text);
}

void
deletion_freed(const struct cli *cli, const struct purge *purge,
    const struct carry_result *result, char out[TIMEFMT_MAX])
{
	char text[TIMEFMT_MAX + 1];

	if (!cli->voice->policy.deletion.tells_what_went && !result->left) {
		deletion_size(cli, purge, out);
		return;
	}
	add_size(text, cli->voice->policy.cache.sizes_on_disk && purge->about,
	    result->freed);
	snprintf(out, TIMEFMT_MAX, "%.30s", text);
}

void
deletion_add_left(
    const struct cli *cli, const struct carry_result *result, struct str *out)
{
	if (cli->voice->policy.deletion.counts_what_stays && result->left)
		str_addf(out, "; %zu thing%s could not be deleted",
		    result->left, result->left == 1 ? "" : "s");
}

bool
deletion_run(const struct cli *cli, const struct purge *purge,
    struct carry_result *result)
{
	struct deleting d = { .cli = cli };
	const struct carry_watch watch = {
		.tell = on_told, .freed = on_freed, .context = &d
	};
	bool all;

	/* What was printed stands above the block. */
	out_flush();
	d.progress = progress_new(NULL, cli, session_look(cli, PROGRESS_AUTO));
	d.bus = (struct job_bus){ progress_tell, d.progress, 0 };
	job_init(&d.job, &d.bus, NULL, JOB_FREE, "");
	d.job.event.total = purge->freed;
	job_start(&d.job);
	all = trash_delete(purge, NULL, &watch, result);
	job_end(&d.job, NULL);
	progress_free(d.progress);
	return all;
}
