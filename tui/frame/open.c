/* open.c: how a repository comes to be shown (app.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/hub/address.h"
#include "core/hub/endpoint.h"
#include "core/queue/list.h"
#include "tui/frame/app.h"
#include "tui/frame/screen.h"

void
app_open_repo(struct app *app, struct queue_job *job)
{
	for (size_t i = 0; i < app->n_screens; i++) {
		struct screen *screen = app->screens[i];

		if (!screen->ops->open)
			continue;
		app_go(app, i);
		screen->ops->open(screen, app, job);
		return;
	}
	queue_job_free(job);
}

bool
app_open_named(struct app *app, const char *name, struct error *err)
{
	struct address address = { .id = NULL };
	char *base = hub_choose_base();
	const char *revision;
	bool ok = address_read(name, base, ADDRESS_OWN, &address, err) &&
	          repo_check_id(address.id, err);

	if (ok) {
		revision = address.revision ? address.revision : "main";
		ok = repo_check_revision(revision, err);
	}
	if (ok)
		app_open_repo(
		    app, queue_job_for(base,
			     &(struct repo){ address.type, address.id },
			     revision, app->options.root));
	address_fini(&address);
	free(base);
	return ok;
}

/* An id alone may as well be words to look for: only what says that it is an address. */
static bool
is_address(const char *text)
{
	struct address address = { .id = NULL };
	char *base = hub_choose_base();
	struct error ignored;
	bool is = strstr(text, "://") &&
	          address_read(text, base, ADDRESS_OWN, &address, &ignored) &&
	          repo_check_id(address.id, &ignored);

	address_fini(&address);
	free(base);
	return is;
}

bool
app_offer_pasted(struct app *app, const char *text, size_t n)
{
	struct span trimmed = span_trim((struct span){ text, n });
	char *copy = mem_strndup(trimmed.p, trimmed.n);
	struct dialog *dialog;

	if (!app_find(app, SCREEN_REPO) || app->options.choose ||
	    strlen(copy) != trimmed.n || !is_address(copy)) {
		free(copy);
		return false;
	}
	free(app->pasted);
	app->pasted = copy;
	dialog = app_ask(app, NULL, APP_ASK_OPEN, "open this repository?");
	dialog_line(dialog, ROLE_TEXT, copy, NULL);
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	dialog_button(dialog, "Open (y)", 'y', 1);
	dialog_button(dialog, "No (n)", 'n', 0);
	return true;
}

void
app_open_pasted(struct app *app, bool yes)
{
	struct error err;

	if (yes && !app_open_named(app, app->pasted, &err))
		app_fail(app, TOAST_WARN, "repo", &err);
	free(app->pasted);
	app->pasted = NULL;
}
