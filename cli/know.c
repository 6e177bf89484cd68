#include "cli/know.h"

#include <stdlib.h>
#include <string.h>

#include "cli/know_text.h"
#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/path.h"
#include "core/down/download.h"
#include "core/down/plan.h"
#include "core/hub/endpoint.h"
#include "core/os/clock.h"
#include "core/os/file.h"
#include "core/queue/list.h"
#include "core/queue/work.h"
#include "core/run/loop.h"
#include "core/store/snapshot.h"

/* A command that has done its work waits no longer for what is only worth knowing. */
#define QUEUED_WAIT_MS 10000

struct waiting {
	struct session *session;
	struct know *know;
	struct error error;
	bool ok;
};

static void
on_done(void *context, const struct error *err)
{
	struct waiting *w = context;

	w->ok = !err;
	if (err)
		w->error = *err;
	loop_stop(w->session->loop);
}

static void
on_interrupt(void *context)
{
	struct waiting *w = context;

	know_stop(w->know);
}

bool
know_ask(struct session *session, const struct download_request *request,
    unsigned kinds, struct know *know, struct error *err)
{
	struct waiting w = { .session = session, .know = know };
	void (*cancel)(void *) = session->cancel;
	void *context = session->context;

	if (!know_init(know, request, kinds, err))
		return false;
	session->cancel = on_interrupt;
	session->context = &w;
	know_start(know, session->hub, on_done, &w);
	loop_run(session->loop);
	session->cancel = cancel;
	session->context = context;
	if (!w.ok)
		*err = w.error;
	return w.ok;
}

/* -- after a download -- */

static bool
is_index(const char *path)
{
	static const char end_of[] = ".index.json";
	size_t n = strlen(path), m = sizeof(end_of) - 1;

	return n >= m && !strcmp(path + n - m, end_of);
}

static bool
has_index(const struct plan *plan)
{
	arr_each (file, &plan->files) {
		if (is_index(file->path))
			return true;
	}
	return false;
}

void
know_tell_lost(
    const struct cli *cli, const struct plan *plan, const char *folder)
{
	/* Of whatever type it is: of a Space only indexes are read. */
	const struct repo repo = { REPO_SPACE, "" };
	struct cautions c;

	if (!has_index(plan))
		return;
	cautions_init(&c, &repo, NULL, NULL, false);
	arr_each (file, &plan->files)
		cautions_add_file(&c, file->path,
		    file->size == SIZE_UNKNOWN ? 0 : file->size);
	cautions_listed(&c);
	for (size_t i = 0; i < c.texts.n; i++) {
		char *path = path_join(folder, c.texts.v[i].path);
		struct str text = STR_INIT;
		struct error ignored;

		/* What cannot be read is no reason to fail now. */
		if (is_index(path) &&
		    file_read_all(
			path, (size_t)CAUTION_TEXT_BYTES_MAX, &text, &ignored))
			cautions_add_text(&c, i, text.v, text.n);
		str_fini(&text);
		free(path);
	}
	cautions_end(&c);
	arr_each (caution, &c.list) {
		if (caution->kind == CAUTION_INCOMPLETE)
			know_tell(cli, caution);
	}
	cautions_fini(&c);
}

/* -- after a download was queued -- */

static void
on_late(void *context)
{
	struct session *session = context;

	session->cancel(session->context);
}

static void
tell_known(const struct cli *cli, const struct cautions *c)
{
	arr_each (caution, &c->list)
		know_tell(cli, caution);
	arr_each (unchecked, &c->unchecked)
		out_note(cli, "not checked: %.300s: %.500s", unchecked->what,
		    unchecked->why);
}

void
know_tell_queued(const struct cli *cli, const struct queue_job *job)
{
	const struct session_options options = { .look = PROGRESS_NONE };
	struct download_request request;
	struct know know = { .begun = false };
	struct session session;
	struct loop_timer late = { 0 };
	struct error err;
	bool ok;

	if (!cli->voice->policy.download.tells_cautions ||
	    cli->format != FORMAT_HUMAN)
		return;
	out_flush();
	work_request(job, &request);
	ok = session_open(&session, cli, &options, &err);
	if (ok && !session.hub->offline) {
		loop_timer_start(session.loop, &late,
		    clock_scaled(QUEUED_WAIT_MS), on_late, &session);
		ok = know_ask(&session, &request, 0, &know, &err);
		loop_timer_stop(&late);
		if (!ok && err.code == ERR_CANCELLED && !session.interrupted)
			err_set(&err, ERR_NETWORK,
			    "the Hub did not answer in time");
	}
	if (ok)
		tell_known(cli, &know.cautions);
	else
		out_note(cli, "cautions cannot be shown: %s", err.message);
	know_fini(&know);
	session_halt(&session);
	session_close(&session);
}
