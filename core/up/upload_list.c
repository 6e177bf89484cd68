/* upload_list.c: what is to be sent, and whether it can be. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/os/clock.h"
#include "core/os/file.h"
#include "core/up/calm.h"
#include "core/up/secret.h"
#include "core/up/upload_own.h"

/* A README that the Hub would not take anyway. */
#define TEXT_MAX ((size_t)16 * 1024 * 1024)

/* A text that the Hub is to look at; false if it is no text. */
static bool
read_text(const char *path, struct str *out, struct error *err)
{
	if (!file_read_all(path, TEXT_MAX, out, err))
		return false;
	if (strlen(out->v) == out->n && utf8_valid(out->v, out->n))
		return true;
	return err_set(err, ERR_CORRUPT, "%s is not UTF-8 text", path);
}

/* What goes to the Hub for a look: a README of the folder, and the .gitignore that
 * is to stand at the repository's root. */
static bool
read_texts(struct upload *u, struct error *err)
{
	bool ok = true;

	arr_each (file, &u->selection.files) {
		struct str target = STR_INIT;
		bool card =
		    !strcmp(u->request.is_file ? u->request.target : file->path,
			"README.md");
		char *local;

		upload_add_target(u, &target, file->path);
		if (card || !strcmp(target.v, ".gitignore")) {
			local = up_local(u, file);
			ok = ok && read_text(local,
				       card ? &u->card : &u->ignore, err);
			u->has_card = u->has_card || (card && !file->known);
			u->has_ignore = u->has_ignore || !card;
			free(local);
		}
		str_fini(&target);
	}
	return ok;
}

static bool
check_wants(const struct upload *u, struct error *err)
{
	arr_each (want, &u->wanted.wants) {
		if (!want->must || want->hit)
			continue;
		return err_set(err, ERR_NOT_FOUND,
		    "there is no file '%s' to upload", want->text);
	}
	return true;
}

static void
find_secrets(struct upload *u)
{
	for (size_t i = 0; i < u->selection.files.n; i++) {
		const struct up_file *file = &u->selection.files.v[i];
		char *local;

		/* It is published already. */
		if (file->known)
			continue;
		local = up_local(u, file);
		if (secret_is(file->path, local, file->mark.size))
			arr_push(&u->secrets, i);
		free(local);
	}
}

/* All targets have to be such as the Hub takes. */
static void
check_targets(struct upload *u)
{
	up_files kept = { 0 };
	struct error err;
	const char *clean;

	arr_each (file, &u->selection.files) {
		struct str target = STR_INIT;

		upload_add_target(u, &target, file->path);
		if (up_check_target(target.v, &clean, &err)) {
			arr_push(&kept, *file);
		} else {
			arr_push(&u->selection.impossible,
			    (struct up_oddity){
				file->path, mem_strdup(err.message), true });
		}
		str_fini(&target);
	}
	arr_free(&u->selection.files);
	u->selection.files.v = kept.v;
	u->selection.files.n = kept.n;
	u->selection.files.cap = kept.cap;
}

static bool
list_all(struct upload *u, struct error *err)
{
	const struct upload_request *r = &u->request;
	const struct journal_key key = { .endpoint = u->hub->base,
		.repo = &r->repo,
		.revision = u->branch,
		.prefix = r->target,
		.folder = r->local,
		.pull_request = r->pull_request,
		.listed_s = clock_unix_s() };

	if (!(r->is_file ? select_file(r->local, &u->selection, err)
			 : select_folder(r->local, &u->wanted, &u->selection,
			       &u->cancelled, err)) ||
	    !check_wants(u, err))
		return false;
	check_targets(u);
	if (u->selection.impossible.n && !r->skip_impossible) {
		const struct up_oddity *first = u->selection.impossible.v;

		err_set(err, ERR_SYSTEM, "cannot upload '%s': %s", first->path,
		    first->why);
		if (u->selection.impossible.n > 1)
			err_wrap(err,
			    "%zu files and folders, of which the "
			    "first is",
			    u->selection.impossible.n);
		err_fact(err->path, sizeof(err->path), first->path);
		if (first->misplaced)
			err_about(err, ERR_ABOUT_ARGUMENT, NULL, first->why);
		return err_remedy(err, REMEDY_LEAVE_OUT);
	}
	u->journal = journal_open(&key, &u->selection.files, err);
	if (!u->journal)
		return false;
	if (r->calm &&
	    !calm_hold(&u->selection.files, r->calm, &u->selection.held, err))
		return false;
	if (!read_texts(u, err))
		return false;
	if (r->looks_for_secrets)
		find_secrets(u);
	return true;
}

static void
run_listing(struct work *work)
{
	struct upload *u = CONTAINER_OF(work, struct upload, listing);

	u->listed.code = ERR_NONE;
	(void)list_all(u, &u->listed);
}

static void
planned(struct upload *u)
{
	const char *trouble = journal_flush(u->journal);

	if (trouble)
		up_tell(u, UPLOAD_UNKEPT, trouble, 0);
	if (u->request.planned)
		u->request.planned(u->context);
	else
		upload_go(u);
}

static void
list_deletions(struct upload *u)
{
	if (u->request.deletes.n && !u->request.is_file)
		up_list_deletions(u, planned);
	else
		planned(u);
}

/* Whether the journal has all of it as it is. */
static bool
is_as_noted(const struct upload *u)
{
	arr_each (file, &u->selection.files) {
		if (!file->known)
			return false;
	}
	return true;
}

static void
on_listed(struct work *work)
{
	struct upload *u = CONTAINER_OF(work, struct upload, listing);

	if (!up_back(u))
		return;
	if (u->listed.code != ERR_NONE) {
		up_fail(u, &u->listed);
		return;
	}
	if (u->request.only_if_changed && is_as_noted(u)) {
		u->counts.files = u->counts.same = u->selection.files.n;
		memcpy(u->head, journal_head(u->journal), COMMIT_MAX);
		up_end(u);
		return;
	}
	if (u->request.looks_for_doubts)
		up_look_for_doubts(u, list_deletions);
	else
		list_deletions(u);
}

void
up_list(struct upload *u)
{
	up_out(u, &u->listing, run_listing, on_listed);
}
