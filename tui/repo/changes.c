/*
 * changes.c: asks which commit changed the files in view last, once the cursor rests on
 * one of them (screen.h). Each file is asked for once, and all that are seen together.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/engine/engine.h"
#include "tui/repo/screen.h"

/* Milliseconds; files that are kept, and asked for at once. */
#define REST_MS 200
#define KEPT_MAX 5000
#define ASKED_MAX 100

void
repo_forget_changes(struct repo_screen *s)
{
	struct repo_changes *c = &s->changes;

	map_fini(&c->known);
	arr_each (change, &c->list) {
		free(change->path);
		free(change->title);
		free(change->date);
	}
	arr_free(&c->list);
	s->peeks.inside.change = NULL;
}

/* NULL if nothing is known of the file, nor asked. */
static struct repo_change *
find(const struct repo_changes *c, const char *path)
{
	size_t at;

	return map_find(&c->known, path, &at) && at < c->list.n ? &c->list.v[at]
	                                                        : NULL;
}

/* What is known of a file, or begins to be: without a title it is asked for, or the Hub
 * said nothing. */
static struct repo_change *
change_of(struct repo_changes *c, const char *path)
{
	struct repo_change made = { .path = NULL };
	struct repo_change *found = find(c, path);

	if (found)
		return found;
	made.path = mem_strdup(path);
	map_add(&c->known, made.path, c->list.n);
	arr_push(&c->list, made);
	return &c->list.v[c->list.n - 1];
}

/* The files in view that nothing is known of. */
static struct repo_event *
wanted(struct repo_screen *s)
{
	const struct rows *rows = &s->m.table.rows;
	struct repo_event *event = NULL;
	struct str path = STR_INIT;
	struct repo_row row;

	for (size_t i = rows->top; i < rows->top + rows->seen; i++) {
		struct repo_file file = { .size = 0 };

		if (!repo_row(&s->m, i, &row) || !row.is_file)
			continue;
		pick_path(&s->m.pick, row.number, &path);
		if (find(&s->changes, path.v) ||
		    (event && event->files.n == ASKED_MAX))
			continue;
		if (!event)
			event = repo_event_new(s->m.commit);
		repo_event_add(event, path.v, "", &file);
		(void)change_of(&s->changes, path.v);
	}
	str_fini(&path);
	return event;
}

/* The file of the row; false if there is none, or it is not shown. */
static bool
row_path(struct repo_screen *s, struct app *app, struct str *path)
{
	struct repo_row row;

	if (!s->layout.info.rows || !*s->m.commit ||
	    s->m.state == REPO_STATE_STALE || app_screen(app) != &s->base ||
	    !repo_row(&s->m, s->m.table.rows.cursor, &row) || !row.is_file)
		return false;
	pick_path(&s->m.pick, row.number, path);
	return true;
}

uint64_t
repo_pass_changes(struct repo_screen *s, struct app *app)
{
	struct repo_changes *c = &s->changes;
	struct str path = STR_INIT;
	struct repo_event *event;
	uint64_t rested = app->now_ms - c->since_ms, wait = 0;
	struct repo_change *found;

	s->peeks.inside.change = NULL;
	if (strcmp(c->commit, s->m.commit) != 0 || c->list.n > KEPT_MAX) {
		repo_forget_changes(s);
		memcpy(c->commit, s->m.commit, COMMIT_MAX);
	}
	if (!row_path(s, app, &path)) {
		c->row = SIZE_MAX;
	} else if ((found = find(c, path.v)) != NULL) {
		s->peeks.inside.change = found->title ? found : NULL;
	} else if (c->row != s->m.table.rows.cursor) {
		c->row = s->m.table.rows.cursor;
		c->since_ms = app->now_ms;
		wait = REST_MS;
	} else if (rested < REST_MS) {
		wait = REST_MS - rested;
	} else if (!c->asking) {
		event = wanted(s);
		if (event)
			c->asking = engine_repo_changes(
			    app->engine, &s->base, s->m.job, event);
	}
	str_fini(&path);
	return wait;
}

void
repo_on_changes(struct repo_screen *s, const struct repo_event *event)
{
	struct repo_changes *c = &s->changes;

	c->asking = 0;
	s->peeks.inside.change = NULL; /* they may move */
	if (strcmp(event->commit, c->commit) != 0)
		return;
	arr_each (ref, &event->refs) {
		struct repo_change *change = change_of(c, ref->name);

		free(change->title);
		free(change->date);
		change->title = mem_strdup(ref->title);
		change->date = mem_strdup(ref->date);
		memcpy(change->commit, ref->commit, COMMIT_MAX);
	}
}
