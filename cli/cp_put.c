/* cp_put.c: from here, or standard input, to the Hub. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cp.h"
#include "cli/out.h"
#include "cli/upload_text.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/down/cat.h"
#include "core/hub/endpoint.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/sig.h"
#include "core/os/spool.h"
#include "core/run/loop.h"
#include "core/up/select.h"
#include "core/up/upload.h"

/* A file on its way. */
struct putting {
	struct cp *cp;
	const char *src;   /* as messages show it */
	const char *local; /* where its bytes are */
	bool is_named;     /* and `src` is its name, too */
	char *target;      /* in the repository */
	struct str message;
	struct upload_request request;
	struct upload *upload;
	struct upload_result result;
	char *url; /* of the commit */
	bool over;
};

/* -- the upload -- */

static void
on_news(void *context, enum upload_news what, const char *text, uint64_t n)
{
	struct putting *p = context;

	progress_make_way(p->cp->base.progress);
	if (what == UPLOAD_FILES)
		upload_text_data(
		    p->cp->base.cli, p->upload, p->cp->to.repo.type);
	else
		upload_text_news(p->cp->base.cli, what, text, n);
}

static void
on_done(
    void *context, const struct upload_result *result, const struct error *err)
{
	struct putting *p = context;
	struct upload_counts counts;

	p->over = true;
	cp_ended(p->cp, err);
	if (err) {
		if (result->unsure)
			out_say(p->cp->base.cli,
			    "a commit was on its way and may still be made");
		return;
	}
	upload_look(p->upload, &counts);
	upload_text_counts(p->cp->base.cli, &counts);
	p->url = mem_strdup(result->url ? result->url : "");
}

static void
on_planned(void *context)
{
	struct putting *p = context;

	loop_stop(p->cp->base.loop);
}

static void
on_interrupt(void *context)
{
	struct putting *p = context;

	upload_cancel(p->upload);
}

/* One that looks like a key is asked about, as by `hug upload`. */
static bool
is_meant(struct putting *p)
{
	struct str question = STR_INIT;
	size_t n;
	bool sure;

	(void)upload_secrets(p->upload, &n);
	if (!n)
		return true;
	str_addf(&question, "%s seems to be secret. Upload it?", p->src);
	sure = cp_is_sure(p->cp, question.v);
	str_fini(&question);
	return sure;
}

static void
upload(struct putting *p)
{
	struct cp *cp = p->cp;

	p->upload = upload_start(cp->base.hub, cp->base.workers, &cp->base.bus,
	    &p->request, on_done, p);
	cp->base.cancel = on_interrupt;
	cp->base.context = p;
	loop_run(cp->base.loop);
	if (p->over)
		return;
	progress_make_way(cp->base.progress);
	if (is_meant(p)) {
		upload_go(p->upload);
		loop_run(cp->base.loop);
		return;
	}
	session_quiet(&cp->base);
	upload_cancel(p->upload);
	loop_run(cp->base.loop);
	/* Why not is told. */
	cp->failure.code = ERR_NONE;
	cp->code = EXIT_NOT_ALL;
}

/* As hf writes an address: with its type, and a slash in a revision as %2F, unless it
 * is one of the Hub's own (utils/_hf_uris.py: to_uri). */
static void
add_uri(struct str *out, const struct cp_end *end, const char *path)
{
	const char *revision = end->address.revision;
	bool own = revision && (!strncmp(revision, "refs/pr/", 8) ||
				   !strncmp(revision, "refs/convert/", 13));

	str_addf(
	    out, "hf://%ss/%s", repo_type_name(end->repo.type), end->repo.id);
	if (revision)
		str_addc(out, '@');
	for (; revision && *revision; revision++) {
		if (*revision == '/' && !own)
			str_addz(out, "%2F");
		else
			str_addc(out, *revision);
	}
	str_addf(out, "/%s", path);
}

static void
print(struct putting *p)
{
	struct cp *cp = p->cp;
	struct str dst = STR_INIT;

	add_uri(&dst, &cp->to, p->target);
	if (cp->from.remote)
		cp_print(cp, "Copied", cp->from.text, cp->to.text, "commit_url",
		    p->url);
	else
		cp_print(cp, "Uploaded", p->src, dst.v, "commit_url", p->url);
	str_fini(&dst);
}

static void
make_message(struct putting *p)
{
	const struct cli *cli = p->cp->base.cli;

	if (p->cp->args->message)
		str_addz(&p->message, p->cp->args->message);
	else
		str_addf(&p->message, "Upload %s with %s", p->target,
		    cli->voice->text.upload.tool);
}

static void
put(struct putting *p)
{
	struct cp *cp = p->cp;
	const struct policies *does = &cp->base.cli->voice->policy;
	const char *clean;

	if (!up_check_target(p->target, &clean, &cp->failure)) {
		if (does->upload.tells_more)
			err_set(&cp->failure, ERR_USAGE,
			    "'%s' cannot be a file of a repository", p->target);
		err_about(&cp->failure, ERR_ABOUT_ARGUMENT, "", NULL);
		return;
	}
	cp->failure.code = ERR_NONE;
	make_message(p);
	p->request = (struct upload_request){ .repo = cp->to.repo,
		.revision = cp->to.address.revision,
		.local = p->local,
		.is_file = true,
		.target = clean,
		.commits = UPLOAD_ONE,
		.message = p->message.v,
		.must_exist = true,
		.no_waiting = !does->upload.waits_for_quota,
		.looks_for_secrets = does->cp.asks && p->is_named,
		.planned = on_planned,
		.news = on_news };
	upload(p);
	upload_free(p->upload);
	if (cp->code == EXIT_ALL)
		print(p);
}

static void
fini(struct putting *p)
{
	str_fini(&p->message);
	free(p->target);
	free(p->url);
}

/* -- standard input -- */

static void
put_stdin(struct cp *cp)
{
	struct putting p = { .cp = cp, .src = "stdin", .message = STR_INIT };
	struct spool spool;
	bool ok;

	if (!*cp->to.path || cp->to.folder) {
		cp_is_wrong(cp, CP_NO_NAME, NULL);
		return;
	}
	if (!spool_open(&spool, &cp->failure))
		return;
	/* Nothing has begun that would have to be ended in order. */
	sig_while_asking(true);
	ok = spool_take(&spool, STDIN_FILENO, &cp->failure);
	sig_while_asking(false);
	if (ok) {
		p.local = spool.path;
		p.target = mem_strdup(cp->to.path);
		put(&p);
	}
	fini(&p);
	spool_close(&spool);
}

/* -- a file -- */

static char *
target_of(const struct cp *cp)
{
	const char *slash = strrchr(cp->from.text, '/');
	const char *name = slash ? slash + 1 : cp->from.text;
	struct str out = STR_INIT;

	str_addz(&out, cp->to.path);
	if (out.n && cp->to.folder)
		str_addc(&out, '/');
	if (!out.n || cp->to.folder)
		str_addz(&out, name);
	return str_steal(&out);
}

void
cp_put(struct cp *cp)
{
	enum file_kind kind = file_kind(cp->from.text, NULL);
	struct putting p = { .cp = cp,
		.src = cp->from.text,
		.is_named = true,
		.message = STR_INIT };
	char *local;

	if (!strcmp(cp->from.text, "-")) {
		put_stdin(cp);
		return;
	}
	if (kind != FILE_REGULAR) {
		cp_is_wrong(cp, kind == FILE_FOLDER ? CP_FOLDER : CP_NO_SOURCE,
		    kind == FILE_FOLDER ? NULL : cp->from.text);
		return;
	}
	local = dir_resolve(cp->from.text);
	p.local = local;
	p.target = target_of(cp);
	put(&p);
	fini(&p);
	free(local);
}

/* -- from the Hub, where it cannot copy by itself -- */

/* A file that comes into a spool. */
struct coming {
	struct cp *cp;
	struct spool spool;
	struct error failure; /* of our side */
};

static bool
on_bytes(void *context, const char *bytes, size_t n)
{
	struct coming *c = context;

	return spool_add(&c->spool, bytes, n, &c->failure);
}

static void
on_note(void *context, const char *text)
{
	const struct coming *c = context;

	out_say(c->cp->base.cli, "%s", text);
}

static void
on_came(void *context, const struct error *err)
{
	struct coming *c = context;

	if (err && c->failure.code != ERR_NONE)
		err = &c->failure;
	cp_ended(c->cp, err);
}

static void
on_stopped(void *context)
{
	struct coming *c = context;
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	cp_ended(c->cp, &err);
}

void
cp_through(struct cp *cp, const char *path, const char *to)
{
	struct coming c = { .cp = cp };
	const struct cat_taker taker = { on_bytes, on_note, on_came, &c };
	struct putting p = { .cp = cp,
		.src = cp->from.text,
		.target = mem_strdup(to),
		.message = STR_INIT };
	struct cat *cat;

	c.failure.code = ERR_NONE;
	if (spool_open(&c.spool, &cp->failure)) {
		cp->failure.code = ERR_NONE;
		cp->base.cancel = on_stopped;
		cp->base.context = &c;
		cat = cat_start(cp->base.hub, &cp->from.repo,
		    cp->from.address.revision ? cp->from.address.revision
					      : "main",
		    path, &taker);
		loop_run(cp->base.loop);
		cat_free(cat);
		p.local = c.spool.path;
		if (cp->failure.code == ERR_NONE)
			put(&p);
		spool_close(&c.spool);
	}
	fini(&p);
}
