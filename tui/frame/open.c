/* open.c: how a repository comes to be shown (app.h). */
#include <stdlib.h>

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
