/* upload_pull.c: the pull request that an upload goes to: the last time's, a new one,
 * and one whose opening was not answered. */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/pull.h"
#include "core/hub/resolve.h"
#include "core/login/whoami.h"
#include "core/os/clock.h"
#include "core/up/upload_own.h"

static void
take_pull(struct upload *u, unsigned long number, enum upload_news news)
{
	struct str text = STR_INIT;

	u->proposes = false;
	u->pull = number;
	str_addf(&text, "refs/pr/%lu", number);
	free(u->branch);
	u->branch = str_steal(&text);
	pull_page_url(&text, u->hub, &u->repo, number);
	free(u->pull_url);
	u->pull_url = str_steal(&text);
	if (number != journal_pull(u->journal))
		journal_opened(u->journal, number, u->pull_url);
	up_tell(u, news, u->pull_url, 0);
}

void
up_set_pull(struct upload *u, unsigned long number)
{
	take_pull(u, number, UPLOAD_PULL);
}

/* This matters more than why there was no answer. */
void
up_warn_of_pull(struct error *err)
{
	err_unadvised(err);
	err_hint(err, "A pull request may have been opened: look at the "
		      "repository's page before trying again");
}

/* -- looking for one whose opening was not answered -- */

static void list(void *context);
static void ask_to_open(struct upload *u);
static void go_there(struct upload *u);

/* What is known of it is not enough to go on. */
static void
end_search(struct upload *u, const struct error *err)
{
	struct error own = *err;

	up_warn_of_pull(&own);
	up_fail(u, &own);
}

static void
not_found(struct upload *u)
{
	if (u->opening.again) {
		u->opening.then(u);
		return;
	}
	/* The Hub may still be at it. */
	if (clock_ms() - u->opening.looked_ms < clock_scaled(UP_LOST_MS)) {
		loop_timer_start(
		    u->hub->loop, &u->timer, clock_scaled(UP_LOOK_MS), list, u);
		return;
	}
	ask_to_open(u);
}

static void
on_listed(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;
	unsigned long number = 0;
	struct error own;
	size_t n = 0;

	u->call = NULL;
	if (!err)
		n = pull_find_draft(answer, u->opening.after,
		    u->request.message, u->opening.author, &number);
	json_free(answer);
	if (err && (err->code != ERR_NETWORK || u->opening.again)) {
		end_search(u, err);
	} else if (n > 1) {
		err_set(&own, ERR_CONFLICT,
		    "two new pull requests have the title of this one");
		end_search(u, &own);
	} else if (n) {
		take_pull(u, number,
		    u->opening.again ? UPLOAD_PULL_AGAIN : UPLOAD_PULL);
		if (u->opening.again)
			u->opening.then(u);
		else
			go_there(u);
	} else {
		not_found(u);
	}
}

static void
list(void *context)
{
	struct upload *u = context;

	u->call = pull_list(u->hub, &u->repo, (struct asker){ on_listed, u });
}

/* Others may have opened one with the same title: this user's is wanted. */
static void
on_author(void *context, const struct whoami *whoami, const struct error *err)
{
	struct upload *u = context;

	u->call = NULL;
	if (err) {
		end_search(u, err);
		return;
	}
	u->opening.author = mem_strdup(whoami->name);
	list(u);
}

static void
search(struct upload *u)
{
	u->opening.looked_ms = clock_ms();
	if (u->opening.author)
		list(u);
	else
		u->call = whoami_start(u->hub, on_author, u);
}

/* -- opening one -- */

static void
on_pull_head(void *context, const char *commit, const struct error *err)
{
	struct upload *u = context;

	u->call = NULL;
	if (err) {
		up_fail(u, err);
		return;
	}
	memcpy(u->head, commit, COMMIT_MAX);
	journal_seen(u->journal, u->head);
	u->lost = 0;
	u->opening.then(u);
}

static void
go_there(struct upload *u)
{
	u->call =
	    repo_resolve(u->hub, &u->repo, u->branch, true, on_pull_head, u);
}

static void
on_opened(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;
	unsigned long number = 0;
	struct error own;

	u->call = NULL;
	if (!err && !pull_number(answer, &number)) {
		up_no_number(&own);
		err = &own;
	}
	json_free(answer);
	if (!err) {
		up_set_pull(u, number);
		go_there(u);
	} else if (!up_is_lost(err)) {
		up_fail(u, err);
	} else if (++u->lost > UP_LOST_MOST) {
		end_search(u, err);
	} else {
		/* Asking again could open another one. */
		up_tell(u, UPLOAD_PULL_LOST, err->message, 0);
		search(u);
	}
}

static void
ask_to_open(struct upload *u)
{
	u->call = pull_open(u->hub, &u->repo, u->request.message,
	    u->request.description, (struct asker){ on_opened, u });
}

/* One that is opened from here on has a larger number than all that are there. It is
 * noted before it is asked for, so that the next run finds it if this one is killed. */
static void
on_before(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;

	u->call = NULL;
	if (err) {
		json_free(answer);
		up_fail(u, err);
		return;
	}
	u->opening.after = pull_newest(answer);
	json_free(answer);
	journal_opening(u->journal, u->opening.after);
	ask_to_open(u);
}

void
up_open_pull(struct upload *u, void (*then)(struct upload *u))
{
	u->opening.then = then;
	u->opening.again = false;
	u->call = pull_list(u->hub, &u->repo, (struct asker){ on_before, u });
}

/* -- the one of the last time -- */

static void
on_last(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;
	const char *status = json_str(answer, "status", "");

	u->call = NULL;
	if (!err && (!strcmp(status, "open") || !strcmp(status, "draft")))
		take_pull(u, journal_pull(u->journal), UPLOAD_PULL_AGAIN);
	json_free(answer);
	/* That it cannot be asked about does not mean that it is not there. */
	if (err && err->detail != 404)
		up_fail(u, err);
	else
		u->opening.then(u);
}

void
up_find_pull(struct upload *u, void (*then)(struct upload *u))
{
	unsigned long last = journal_pull(u->journal);

	u->opening.then = then;
	u->opening.again = true;
	u->proposes = u->request.pull_request;
	if (u->proposes && journal_opens(u->journal, &u->opening.after))
		search(u);
	else if (u->proposes && last)
		u->call = pull_look(
		    u->hub, &u->repo, last, (struct asker){ on_last, u });
	else
		then(u);
}
