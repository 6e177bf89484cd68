#include "cli/upload_every.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/out.h"
#include "cli/session.h"
#include "cli/upload_text.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/manage.h"
#include "core/os/clock.h"
#include "core/run/loop.h"
#include "core/up/calm.h"
#include "core/up/upload.h"

/* What watches looks so often for what is new. */
#define WATCH_MINUTES (2.0 / 60)

struct pushing {
	struct session *session;
	const struct every *every;
	struct upload_request *request;
	struct hub_call *naming;
	char *id;              /* of the repository, as the Hub calls it */
	struct upload *upload; /* NULL: it waits for the next one */
	struct loop_timer timer;
	bool stopping;
	size_t held;          /* files, that were told of */
	size_t secrets;       /* the same */
	struct error failure; /* ERR_NONE: none ends it */
};

static bool
is_quiet(const struct pushing *p)
{
	return p->session->cli->format != FORMAT_HUMAN;
}

/* -- words -- */

static void
tell_begin(const struct pushing *p)
{
	const struct cli *cli = p->session->cli;
	const struct upload_request *r = p->request;
	char line[400];

	if (cli->voice->policy.upload.tells_more) {
		if (p->every->watch)
			out_say(cli,
			    "watching %s; what changes goes to %s. Ctrl-C "
			    "stops it",
			    r->local, r->repo.id);
		else
			out_say(cli,
			    "uploading what changed in %s to %s every %s "
			    "minutes. Ctrl-C stops it",
			    r->local, r->repo.id, p->every->text);
		return;
	}
	/* As Python prints a float. */
	snprintf(line, sizeof(line), "Scheduling commits every %.6g%s minutes",
	    p->every->minutes,
	    floor(p->every->minutes) < p->every->minutes ? "" : ".0");
	out_say(cli, "Scheduled job to push '%s' to '%s' every %.6g%s minutes.",
	    r->local, r->repo.id, p->every->minutes,
	    floor(p->every->minutes) < p->every->minutes ? "" : ".0");
	if (!is_quiet(p))
		out_putf("%s to %s.\n", line, r->repo.id);
	out_flush();
}

static void
tell_end(const struct pushing *p)
{
	const struct cli *cli = p->session->cli;

	if (cli->voice->policy.upload.tells_more)
		out_say(cli, "stopped");
	else if (cli->voice->policy.upload.result_has_words)
		out_result(
		    cli, "Uploaded", "url", "Stopped scheduled commits.");
	else
		out_line("Stopped scheduled commits.");
}

static void
tell_pushed(const struct pushing *p, const struct upload_result *result,
    const struct upload_counts *counts)
{
	const struct cli *cli = p->session->cli;

	if (!counts->commits || !cli->voice->policy.upload.tells_more)
		return;
	out_exact(result->pull_url ? result->pull_url : result->url);
	out_flush();
	out_say(cli, "%zu new, %zu changed", counts->fresh, counts->changed);
}

/* -- one upload after the other -- */

static void push(void *context);

static uint64_t
pause_ms(const struct pushing *p)
{
	return clock_scaled((uint64_t)(p->every->minutes * 60000));
}

static void
on_freed(void *context)
{
	struct pushing *p = context;

	upload_free(p->upload);
	p->upload = NULL;
	if (p->stopping)
		loop_stop(p->session->loop);
	else
		loop_timer_start(
		    p->session->loop, &p->timer, pause_ms(p), push, p);
}

/* What cannot improve by itself, as hug; the others try for ever. */
static bool
is_final(const struct pushing *p, const struct error *err)
{
	return p->session->cli->voice->policy.upload.tells_more &&
	       (err->code == ERR_AUTH || err->code == ERR_GATED ||
		   err->code == ERR_NOT_FOUND || err->code == ERR_USAGE);
}

static void
on_done(
    void *context, const struct upload_result *result, const struct error *err)
{
	struct pushing *p = context;
	const struct cli *cli = p->session->cli;
	struct upload_counts counts;

	upload_look(p->upload, &counts);
	progress_make_way(p->session->progress);
	if (!err) {
		tell_pushed(p, result, &counts);
	} else if (is_final(p, err)) {
		p->failure = *err;
		p->stopping = true;
	} else if (err->code != ERR_CANCELLED) {
		out_say(cli, "Error while pushing to Hub: %s", err->message);
	} else if (result->unsure) {
		out_say(cli, "a commit was on its way and may still be made");
	}
	loop_timer_start(p->session->loop, &p->timer, 0, on_freed, p);
}

/* Nobody is there to be asked: what seems to be secret stays here. */
static void
on_planned(void *context)
{
	struct pushing *p = context;
	const struct cli *cli = p->session->cli;
	const struct selection *selection = upload_selection(p->upload);
	size_t n;
	const size_t *secrets = upload_secrets(p->upload, &n);

	for (size_t i = 0; i < n && n != p->secrets; i++)
		out_say(cli, "left out, as it seems to be secret: '%s'",
		    selection->files.v[secrets[i]].path);
	p->secrets = n;
	upload_leave_secrets(p->upload);
	if (selection->held.n && selection->held.n != p->held &&
	    cli->voice->policy.upload.tells_more)
		out_say(cli, "%zu %s still being written", selection->held.n,
		    selection->held.n == 1 ? "file waits: it is"
					   : "files wait: they are");
	p->held = selection->held.n;
	upload_go(p->upload);
}

static void
on_news(void *context, enum upload_news what, const char *text, uint64_t n)
{
	struct pushing *p = context;

	progress_make_way(p->session->progress);
	if (what != UPLOAD_COMMIT)
		upload_text_news(p->session->cli, what, text, n);
}

static void
push(void *context)
{
	struct pushing *p = context;

	if (!p->session->cli->voice->policy.upload.tells_more)
		out_say(p->session->cli,
		    "(Background) scheduled commit triggered.");
	p->upload = upload_start(p->session->hub, p->session->workers,
	    &p->session->bus, p->request, on_done, p);
}

static void
on_interrupt(void *context)
{
	struct pushing *p = context;

	p->stopping = true;
	if (p->upload)
		upload_cancel(p->upload);
	else
		loop_timer_start(p->session->loop, &p->timer, 0, on_freed, p);
}

/* -- the repository's whole name -- */

static void
on_made(void *context, struct cJSON *answer, const struct error *err)
{
	struct pushing *p = context;
	struct error ignored;
	char *url = NULL;

	/* What is wrong with it the first upload tells. */
	if (!err || err->detail == 409)
		MAY_FAIL(manage_read_url(
			     p->session->hub, answer, &url, &p->id, &ignored),
		    "then it is called as it was typed");
	json_free(answer);
	free(url);
	p->naming = NULL;
	loop_stop(p->session->loop);
}

static void
on_stop_naming(void *context)
{
	struct pushing *p = context;

	hub_call_cancel(p->naming);
	p->naming = NULL;
	p->stopping = true;
	loop_stop(p->session->loop);
}

/* The clients make it first, and then know the namespace of a bare name. */
static void
name_repo(struct pushing *p)
{
	struct upload_request *r = p->request;
	struct repo_settings settings = { 0 };

	if (p->session->cli->voice->policy.upload.tells_more ||
	    strchr(r->repo.id, '/'))
		return;
	if (r->settings)
		settings = *r->settings;
	settings.again = true;
	p->session->cancel = on_stop_naming;
	p->naming = manage_create(
	    p->session->hub, &r->repo, &settings, (struct asker){ on_made, p });
	loop_run(p->session->loop);
	if (p->id)
		r->repo.id = p->id;
}

enum exit_code
upload_every(struct session *session, struct upload_request *request,
    const struct every *every)
{
	struct pushing p = {
		.session = session, .every = every, .request = request
	};

	request->planned = on_planned;
	request->news = on_news;
	request->only_if_changed = true;
	session->context = &p;
	name_repo(&p);
	session->cancel = on_interrupt;
	tell_begin(&p);
	if (!p.stopping) {
		push(&p);
		loop_run(session->loop);
	}
	session->cancel = NULL;
	session_quiet(session);
	free(p.id);
	if (p.failure.code != ERR_NONE) {
		out_error(session->cli, &p.failure);
		return EXIT_NOT_ALL;
	}
	tell_end(&p);
	return out_finish(session->cli) ? EXIT_ALL : EXIT_NOT_ALL;
}

/* As click and argparse say it. */
#define HF_USAGE                                                               \
	"Usage: hf upload [OPTIONS] REPO_ID [LOCAL_PATH] [PATH_IN_REPO]\nTry " \
	"'hf upload --help' for help.\n\nError: "
#define OLD_USAGE "huggingface-cli <command> [<args>] upload: error: "

static bool
no_number(const struct cli *cli, const char *text, struct error *err)
{
	const struct voice *voice = cli->voice;
	struct str lines = STR_INIT;

	if (voice->policy.upload.tells_more)
		return err_set(err, ERR_USAGE,
		    "--every needs a number of minutes, and '%s' is something "
		    "else",
		    text);
	if (voice->policy.upload.result_has_words)
		text_addf(&lines,
		    HF_USAGE "Invalid value for '--every': '%s' is not a valid "
			     "float.",
		    text);
	else
		text_addf(&lines,
		    OLD_USAGE "argument --every: invalid float value: '%s'",
		    text);
	err_lines(err, ERR_USAGE, lines.v);
	str_fini(&lines);
	return false;
}

static bool
not_above_0(const struct cli *cli, double minutes, struct error *err)
{
	const struct voice *voice = cli->voice;

	if (voice->policy.upload.tells_more)
		return err_set(err, ERR_USAGE,
		    "--every needs a number of minutes above 0");
	if (voice->policy.upload.result_has_words)
		return err_lines(err, ERR_USAGE,
		    HF_USAGE "Invalid value for every: --every must be a "
			     "positive value");
	err_set(err, ERR_USAGE,
	    "`every` must be a positive value (got '%.6g%s')", minutes,
	    floor(minutes) < minutes ? "" : ".0");
	return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

bool
every_read(const char *text, struct every *every, const struct cli *cli,
    struct error *err)
{
	char *end = NULL;
	double minutes = text ? strtod(text, &end) : WATCH_MINUTES;

	if (text && (end == text || *end || isnan(minutes)))
		return no_number(cli, text, err);
	if (!(minutes > 0) || isinf(minutes))
		return not_above_0(cli, minutes, err);
	every->minutes = minutes;
	every->text = text ? text : "";
	return true;
}
