/* copy.c: what of a row can be copied, and its page (screen.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/repoid.h"
#include "core/hub/endpoint.h"
#include "core/net/url.h"
#include "core/queue/list.h"
#include "core/store/layout.h"
#include "tui/repo/screen.h"

enum copy_answer {
	COPY_PATH,
	COPY_CACHED,
	COPY_ID,
	COPY_ADDRESS,
	COPY_ETAG,
};

void
repo_ask_copy(struct repo_screen *s, struct app *app)
{
	struct menu *menu =
	    app_choose(app, &s->base, REPO_ASK_COPY, "copy", false);
	struct repo_row row;

	menu_add(menu, 'p', "path in the repository", NULL, COPY_PATH);
	if (repo_row(&s->m, s->m.table.rows.cursor, &row) && row.is_file) {
		if (s->m.pick.files.v[row.number].here == PICK_HERE)
			menu_add(
			    menu, 'f', "path on this disk", NULL, COPY_CACHED);
		menu_add(menu, 's', "checksum", NULL, COPY_ETAG);
	}
	menu_add(menu, 'i', "id of the repository", NULL, COPY_ID);
	menu_add(menu, 'a', "address of its page", NULL, COPY_ADDRESS);
}

static void
add_page(struct str *out, const struct repo_screen *s, const char *path)
{
	const struct queue_job *job = s->m.job;
	char *base = hub_choose_site();

	repo_page_url(out, base, &(struct repo){ job->type, job->repo });
	if (*path || strcmp(job->revision, "main") != 0) {
		str_addz(out, "/tree/");
		url_escape(out, job->revision, true);
	}
	if (*path) {
		str_addc(out, '/');
		url_escape(out, path, true);
	}
	free(base);
}

static void
add_cached(struct str *out, const struct repo_screen *s, const char *path)
{
	const struct queue_job *job = s->m.job;
	struct cache cache;
	char *pointer;

	cache_init(&cache, job->root, &(struct repo){ job->type, job->repo });
	pointer = cache_pointer(&cache, s->m.commit, path);
	str_addz(out, pointer);
	free(pointer);
	cache_fini(&cache);
}

void
repo_copy(struct repo_screen *s, struct app *app, int answer)
{
	struct str path = STR_INIT;
	struct str text = STR_INIT;
	char etag[DIGEST_HEX_MAX] = "";
	struct repo_row row;

	if (!repo_row(&s->m, s->m.table.rows.cursor, &row))
		return;
	repo_add_path(&path, &s->m, &row);
	if (row.is_file)
		pick_etag(&s->m.pick, row.number, etag);
	if (answer == COPY_PATH)
		str_addz(&text, path.v);
	else if (answer == COPY_CACHED)
		add_cached(&text, s, path.v);
	else if (answer == COPY_ETAG)
		str_addz(&text, etag);
	else if (answer == COPY_ADDRESS)
		add_page(&text, s, path.v);
	else
		str_addz(&text, s->m.job->repo);
	app_copy(app, text.v, NULL);
	str_fini(&text);
	str_fini(&path);
}

void
repo_show_page(struct repo_screen *s, struct app *app)
{
	struct str path = STR_INIT;
	struct str url = STR_INIT;
	struct repo_row row;

	if (repo_row(&s->m, s->m.table.rows.cursor, &row))
		repo_add_path(&path, &s->m, &row);
	add_page(&url, s, path.v);
	app_open_page(app, url.v);
	str_fini(&url);
	str_fini(&path);
}
