#include "cli/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/hub/endpoint.h"
#include "core/login/account.h"
#include "core/login/login.h"
#include "core/login/refresh.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/sig.h"
#include "core/run/loop.h"
#include "core/run/workers.h"

/* Sums and disk of two files at once keep any disk busy. */
#define POOL_THREADS 4

static void
on_signal(void *context, int fd, unsigned events)
{
	struct session *s = context;
	unsigned char number;

	(void)events;
	if (read(fd, &number, 1) != 1)
		return;
	s->interrupted = number;
	if (s->cancel)
		s->cancel(s->context);
}

static void
on_event(void *context, const struct job_event *event)
{
	struct session *s = context;

	if (event->kind == JOB_DOWNLOAD)
		s->came = event->came;
	progress_tell(s->progress, event);
}

enum progress_look
session_look(const struct cli *cli, enum progress_look chosen)
{
	if (chosen != PROGRESS_AUTO)
		return chosen;
	if (cli->format != FORMAT_HUMAN)
		return PROGRESS_NONE;
	if (env_flag("HF_HUB_DISABLE_PROGRESS_BARS"))
		return PROGRESS_NOTES;
	return PROGRESS_AUTO;
}

const char *const session_looks[] = { "auto", "plain", "bar", "json", "none",
	NULL };

enum progress_look
session_look_chosen(const struct cli *cli, unsigned chosen)
{
	static const enum progress_look looks[] = { PROGRESS_AUTO,
		PROGRESS_PLAIN, PROGRESS_BAR, PROGRESS_JSON, PROGRESS_NONE };

	return session_look(cli, looks[chosen]);
}

/* A token that others can read is theirs too. */
static void
warn_of_readers(const struct cli *cli)
{
	char *path = env_token_file();

	if (cli->voice->policy.accounts.warns_of_readers &&
	    file_is_open_to_others(path))
		out_note(cli,
		    "warning: others can read the token in %s; `chmod 600` "
		    "keeps it",
		    path);
	free(path);
}

char *
session_stored_token(const char *name, struct error *err)
{
	const struct account *account;
	struct accounts accounts;
	bool ok = accounts_load(&accounts, err);
	char *token = NULL;

	account = ok ? accounts_find(&accounts, name) : NULL;
	if (account && *account->token) {
		token = mem_strdup(account->token);
	} else if (account) {
		err_set(
		    err, ERR_USAGE, "the stored token '%.100s' is empty", name);
		err_hint(err, "`hug login` stores another");
	} else if (ok) {
		err_set(
		    err, ERR_USAGE, "no stored token is called '%.100s'", name);
		err_hint(err, "`hug auth list` shows them");
	}
	accounts_fini(&accounts);
	return token;
}

/* As the stored account that was asked for, or as whoever is logged in. */
static struct hub *
open_hub(struct session *s, const struct cli *cli,
    const struct session_options *options, struct error *err)
{
	struct login_options login = { .token = options->token,
		.source = "--token",
		.offline = options->offline };
	struct hub *opened;
	char *token;

	if (cli->as && options->token) {
		err_set(
		    err, ERR_USAGE, "--as and --token cannot be used together");
		return NULL;
	}
	if (!cli->as)
		return login_hub(s->loop, &s->log, &login, err);
	token = session_stored_token(cli->as, err);
	if (!token)
		return NULL;
	login.token = token;
	login.source = "--as";
	opened = login_hub(s->loop, &s->log, &login, err);
	mem_drop(token);
	return opened;
}

/* Says why a request waits; a download says it among its own notes. */
static void
on_hub_note(void *context, const char *text)
{
	const struct session *s = context;

	progress_make_way(s->progress);
	out_say(s->cli, "%s", text);
}

/* -- a token that is soon to expire -- */

/* As hf says it; 0.36 renews nothing. */
static void
tell_refreshed(const struct cli *cli, const struct refresh_end *end)
{
	if (!cli->voice->policy.accounts.tells_refreshed)
		return;
	if (!end->why)
		out_say(
		    cli, "Access token `%s` has been refreshed.", end->name);
	else if (end->for_good)
		out_say(cli,
		    "Your Hugging Face access token has expired and could not "
		    "be refreshed (session expired or revoked). Run `%s` to "
		    "re-authenticate. (Failed to refresh access token: %s)",
		    cli->voice->text.accounts.login, end->why);
	else
		out_say(cli,
		    "Could not refresh your Hugging Face access token: Failed "
		    "to refresh access token: %s. Will retry later.",
		    end->why);
}

static void
on_refreshed(void *context, const struct refresh_end *end)
{
	struct session *s = context;

	if (end)
		tell_refreshed(s->cli, end);
	loop_stop(s->loop);
}

static void
stop_refresh(void *context)
{
	struct session *s = context;

	loop_stop(s->loop);
}

/* Before anything is asked with it; false: a signal came. */
static bool
refresh(struct session *s, struct error *err)
{
	struct refresh *r = refresh_start(s->hub, on_refreshed, s);

	if (!r)
		return true;
	s->cancel = stop_refresh;
	s->context = s;
	loop_run(s->loop);
	s->cancel = NULL;
	refresh_free(r);
	return !s->interrupted || err_set(err, ERR_CANCELLED, "stopped");
}

bool
session_open(struct session *s, const struct cli *cli,
    const struct session_options *options, struct error *err)
{
	*s = (struct session){ .cli = cli, .log = LOG_OFF, .signals = -1 };
	if (options->debug || env_flag("HF_DEBUG"))
		s->log.fd = STDERR_FILENO;
	s->loop = loop_new();
	if (!sig_open(&s->signals, err))
		return false;
	loop_watch(s->loop, s->signals, LOOP_READ, on_signal, s);
	s->workers = workers_new(s->loop, POOL_THREADS, err);
	if (!s->workers)
		return false;
	s->hub = open_hub(s, cli, options, err);
	if (!s->hub)
		return false;
	s->hub->workers = s->workers;
	s->hub->note = on_hub_note;
	s->hub->note_context = s;
	if (s->hub->token_source &&
	    !strcmp(s->hub->token_source, LOGIN_TOKEN_FILE))
		warn_of_readers(cli);
	if (!refresh(s, err))
		return false;
	/* A log on the terminal and a block would write over each other. */
	s->progress = progress_new(s->loop, cli,
	    s->log.fd >= 0 && options->look == PROGRESS_AUTO ? PROGRESS_PLAIN
							     : options->look);
	s->bus = (struct job_bus){ on_event, s, 0 };
	return true;
}

void
session_quiet(struct session *s)
{
	progress_free(s->progress);
	s->progress = NULL;
	s->bus.tell = NULL;
}

void
session_halt(struct session *s)
{
	session_quiet(s);
	if (s->hub)
		s->hub->workers = NULL;
	workers_free(s->workers);
	s->workers = NULL;
}

void
session_close(struct session *s)
{
	hub_free(s->hub);
	loop_free(s->loop);
}

void
session_warn_of_token(const struct cli *cli, const char *token)
{
	if (token && cli->voice->text.accounts.token_seen)
		out_tell(cli->voice->text.accounts.token_seen);
}

enum exit_code
session_failed(const struct session *s, const struct error *err)
{
	if (err->code == ERR_CANCELLED &&
	    s->cli->voice->policy.errors.signal_is_code)
		return (enum exit_code)(128 + s->interrupted);
	return EXIT_NOT_ALL;
}
