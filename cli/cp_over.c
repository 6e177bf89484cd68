/* cp_over.c: from one place on the Hub to another. */
#include <stdlib.h>
#include <string.h>

#include "cli/cp.h"
#include "cli/out.h"
#include "cli/upload_text.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/endpoint.h"
#include "core/run/loop.h"
#include "core/up/copy.h"

struct copying {
	struct cp *cp;
	struct copy *copy;
	char *url; /* of the commit; NULL: nothing had to change */
};

static void
on_done(void *context, const char *url, const struct error *err)
{
	struct copying *c = context;

	c->url = url ? mem_strdup(url) : NULL;
	cp_ended(c->cp, err);
}

static void
on_interrupt(void *context)
{
	struct copying *c = context;
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	cp_ended(c->cp, &err);
}

static void
print(struct copying *c)
{
	struct cp *cp = c->cp;
	const struct upload_counts counts = { .same = copy_same(c->copy),
		.commits = c->url != NULL };

	upload_text_counts(cp->base.cli, &counts);
	/* Without a commit there is only the place. */
	cp_print(cp, "Copied", cp->from.text, cp->to.text,
	    c->url ? "commit_url" : "dst", c->url ? c->url : cp->to.text);
}

/* Whether the Hub refused to copy what can come through here. */
static bool
must_come_here(struct copying *c)
{
	const char *to = NULL;
	const char *path = copy_unmoved(c->copy, &to);

	if (!path)
		return false;
	if (!to) {
		if (!c->cp->base.cli->voice->policy.upload.tells_more)
			return false;
		err_set(&c->cp->failure, ERR_CONFLICT,
		    "the Hub cannot copy %s: it is not in Xet storage", path);
		err_hint(&c->cp->failure,
		    "Copy the folder's files one by one: `hug cp` brings such "
		    "a file through this machine");
		return false;
	}
	c->cp->failure.code = ERR_NONE;
	cp_through(c->cp, path, to);
	return true;
}

void
cp_over(struct cp *cp)
{
	struct copying c = { .cp = cp };
	struct str message = STR_INIT;

	if (cp->args->message)
		str_addz(&message, cp->args->message);
	else
		str_addf(&message, "Copy files from %ss/%s",
		    repo_type_name(cp->from.repo.type), cp->from.repo.id);
	cp->base.cancel = on_interrupt;
	cp->base.context = &c;
	c.copy = copy_start(cp->base.hub,
	    &(struct copy_request){
		.from = { cp->from.repo, cp->from.address.revision,
		    cp->from.path },
		.to = { cp->to.repo, cp->to.address.revision, cp->to.path },
		.contents = cp->from.folder,
		.to_folder = cp->to.folder,
		.waits_out = cp->base.cli->voice->policy.upload.waits_for_quota,
		.message = message.v,
		.done = on_done,
		.context = &c });
	loop_run(cp->base.loop);
	if (!must_come_here(&c)) {
		if (cp->code == EXIT_ALL)
			print(&c);
		else if (copy_is_committing(c.copy))
			out_say(cp->base.cli,
			    "the commit was on its way and may still be made");
	}
	copy_free(c.copy);
	free(c.url);
	str_fini(&message);
}
