/*
 * contents.c: asks what the file of the row holds, once the cursor rests (screen.h).
 * While keys are held nothing is asked; an answer for a row that the cursor has left
 * never comes, because its request was cancelled.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/weights/contents.h"
#include "tui/engine/engine.h"
#include "tui/engine/peek.h"
#include "tui/repo/screen.h"

/* Milliseconds. */
#define REST_MS 200

/* In a folder with more files an index is not compared with them: the user waits. */
#define SIBLINGS_MAX 100000

/* The cursor has left; what was asked for it is dropped. */
static void
leave(struct repo_screen *s, struct app *app)
{
	struct repo_peeks *p = &s->peeks;

	if (p->asking)
		engine_cancel(app->engine, p->asking);
	p->asking = 0;
	free(p->path);
	p->path = NULL;
	p->inside.state = REPO_INSIDE_NONE;
	p->inside.contents = NULL;
	p->inside.found = 0;
}

static void
show(struct repo_peeks *p, struct repo_peek *kept)
{
	kept->used = ++p->used;
	p->inside.state = REPO_INSIDE_KNOWN;
	p->inside.contents = kept->contents;
	p->inside.cached = kept->cached;
	/* How it is divided into rows has to be found anew. */
	p->inside.columns = 0;
	p->inside.ends.n = 0;
}

static void
drop(struct repo_peek *kept)
{
	free(kept->path);
	contents_free(kept->contents);
	*kept = (struct repo_peek){ .path = NULL };
}

/* The cursor has come to a file. */
static void
enter(struct repo_screen *s, struct app *app, const char *path)
{
	struct repo_peeks *p = &s->peeks;

	leave(s, app);
	p->path = mem_strdup(path);
	memcpy(p->commit, s->m.commit, COMMIT_MAX);
	p->since_ms = app->now_ms;
	for (size_t i = 0; i < REPO_PEEKS; i++) {
		struct repo_peek *kept = &p->kept[i];

		if (kept->path && !strcmp(kept->path, path) &&
		    !strcmp(kept->commit, p->commit))
			show(p, kept);
	}
}

/* An index is compared with the files beside it, once all of them are listed. */
static void
give_siblings(
    const struct repo_model *m, uint32_t folder, struct contents *contents)
{
	const struct pick_folder *in = &m->pick.folders.v[folder];

	if (!contents_wants_siblings(contents) || in->files.n > SIBLINGS_MAX ||
	    (m->state != REPO_STATE_READY && m->state != REPO_STATE_STALE))
		return;
	arr_each (number, &in->files) {
		const struct pick_file *file = &m->pick.files.v[*number];

		contents_take_sibling(contents, file->name, file->size);
	}
	contents_take_sibling(contents, NULL, 0);
}

static void
ask(struct repo_screen *s, struct app *app, uint32_t file)
{
	struct repo_peeks *p = &s->peeks;
	const struct pick_file *asked = &s->m.pick.files.v[file];
	struct contents *contents = contents_new(p->path, asked->size);
	char etag[DIGEST_HEX_MAX];

	give_siblings(&s->m, asked->folder, contents);
	p->early = contents_wants_siblings(contents) &&
	           s->m.state == REPO_STATE_PARTIAL;
	pick_etag(&s->m.pick, file, etag);
	p->asking = engine_peek(app->engine, &s->base, s->m.job, p->commit,
	    p->path, etag, asked->size, contents);
	p->inside.state = REPO_INSIDE_READING;
}

/* All files are listed: what was not compared with them is read again. */
static void
drop_early(struct repo_screen *s, struct app *app)
{
	for (size_t i = 0; i < REPO_PEEKS; i++) {
		struct repo_peek *kept = &s->peeks.kept[i];

		if (!kept->path || !kept->early)
			continue;
		if (s->peeks.inside.contents == kept->contents)
			leave(s, app);
		drop(kept);
	}
}

uint64_t
repo_pass_contents(struct repo_screen *s, struct app *app)
{
	struct repo_peeks *p = &s->peeks;
	struct repo_row row;
	struct str path = STR_INIT;
	uint64_t rested;

	if (s->m.state == REPO_STATE_READY)
		drop_early(s, app);
	if (!s->layout.info.rows || !*s->m.commit ||
	    app_screen(app) != &s->base ||
	    !repo_row(&s->m, s->m.table.rows.cursor, &row) || !row.is_file) {
		leave(s, app);
		return 0;
	}
	repo_add_path(&path, &s->m, &row);
	if (!p->path || strcmp(p->path, path.v) != 0 ||
	    strcmp(p->commit, s->m.commit) != 0)
		enter(s, app, path.v);
	str_fini(&path);
	if (p->inside.state != REPO_INSIDE_NONE)
		return 0;
	rested = app->now_ms - p->since_ms;
	if (rested < REST_MS)
		return REST_MS - rested;
	ask(s, app, row.number);
	return 0;
}

void
repo_on_contents(
    struct repo_screen *s, struct app *app, struct peek_event *event)
{
	struct repo_peeks *p = &s->peeks;
	struct repo_peek *oldest = &p->kept[0];

	if (event->base.generation != p->asking)
		return;
	p->asking = 0;
	if (!event->cached)
		repo_was_read(&s->m, event->contents ? NULL : &event->error);
	if (!event->contents) {
		p->inside.state = REPO_INSIDE_FAILED;
		p->inside.error = event->error;
		app_tell(app, "%s", event->error.message);
		return;
	}
	for (size_t i = 1; i < REPO_PEEKS; i++) {
		if (p->kept[i].used < oldest->used)
			oldest = &p->kept[i];
	}
	drop(oldest);
	*oldest = (struct repo_peek){ .path = mem_strdup(p->path),
		.contents = event->contents,
		.cached = event->cached,
		.early = p->early };
	memcpy(oldest->commit, p->commit, COMMIT_MAX);
	event->contents = NULL;
	show(p, oldest);
}

void
repo_forget_contents(struct repo_screen *s)
{
	struct repo_peeks *p = &s->peeks;

	for (size_t i = 0; i < REPO_PEEKS; i++)
		drop(&p->kept[i]);
	free(p->path);
	p->path = NULL;
	p->inside.state = REPO_INSIDE_NONE;
	p->inside.contents = NULL;
	p->inside.found = 0;
	arr_free(&p->inside.ends);
}
