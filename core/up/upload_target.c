/* upload_target.c: the repository, its branch, its pull request and its card. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/pattern.h"
#include "core/hub/call.h"
#include "core/hub/card.h"
#include "core/hub/endpoint.h"
#include "core/hub/manage.h"
#include "core/hub/resolve.h"
#include "core/hub/revision.h"
#include "core/hub/tree.h"
#include "core/up/upload_own.h"

/* -- what is deleted -- */

/* A listing of what is there, matched against the patterns. */
struct deleting {
	struct upload *upload;
	void (*then)(struct upload *u);
	ARR(struct pattern *) patterns;
	struct map kept; /* paths that are sent */
	bool only_those; /* what was found before, and somebody agreed to */
	up_paths before;
	struct map agreed;
	up_paths targets;
	struct map above; /* folders that those are in */
	up_paths folders;
};

static void
deleting_free(struct deleting *d)
{
	arr_each (pattern, &d->patterns)
		pattern_free(*pattern);
	arr_free(&d->patterns);
	map_fini(&d->kept);
	map_fini(&d->above);
	map_fini(&d->agreed);
	arr_each (path, &d->before)
		free(*path);
	arr_free(&d->before);
	arr_each (target, &d->targets)
		free(*target);
	arr_free(&d->targets);
	arr_each (folder, &d->folders)
		free(*folder);
	arr_free(&d->folders);
	free(d);
}

static bool
on_there(void *context, const struct treefile *file)
{
	struct deleting *d = context;
	struct upload *u = d->upload;
	const char *path = file->path;
	size_t n = strlen(u->request.target);
	const char *below = path;

	if (n) {
		if (strncmp(path, u->request.target, n) != 0 || path[n] != '/')
			return true;
		below = path + n + 1;
	}
	/* Without .gitattributes a repository would not work as it does. */
	if (!strcmp(path, ".gitattributes") || map_find(&d->kept, path, NULL))
		return true;
	if (d->only_those && !map_find(&d->agreed, path, NULL))
		return true;
	arr_each (pattern, &d->patterns) {
		if (!pattern_match(*pattern, below))
			continue;
		arr_push(&u->all_deletes, mem_strdup(path));
		break;
	}
	return true;
}

/* Notes the folders that what is sent will be in. */
static void
note_folders(struct deleting *d)
{
	arr_each (target, &d->targets) {
		char *folder = mem_strdup(*target);
		char *slash;

		while ((slash = strrchr(folder, '/'))) {
			char *own;

			*slash = '\0';
			if (map_find(&d->above, folder, NULL))
				break;
			own = mem_strdup(folder);
			arr_push(&d->folders, own);
			(void)map_add(&d->above, own, 0);
		}
		free(folder);
	}
}

/* Whether a path stands in the way of one that is sent, or below one: a file where a
 * folder is to be, or the other way round. */
static bool
is_in_the_way(const struct deleting *d, const char *path)
{
	char *part = mem_strdup(path);
	bool found = map_find(&d->above, path, NULL);
	char *slash;

	while (!found && (slash = strrchr(part, '/'))) {
		*slash = '\0';
		found = map_find(&d->kept, part, NULL);
	}
	free(part);
	return found;
}

static void
sort_out(struct deleting *d)
{
	struct upload *u = d->upload;

	u->blocking.n = u->deletes.n = 0;
	note_folders(d);
	arr_each (path, &u->all_deletes) {
		if (is_in_the_way(d, *path))
			arr_push(&u->blocking, *path);
		else
			arr_push(&u->deletes, *path);
	}
}

static void
on_all_there(void *context, const struct error *err)
{
	struct deleting *d = context;
	struct upload *u = d->upload;
	void (*then)(struct upload * u) = d->then;

	u->call = NULL;
	/* What is not there yet has nothing to delete; that it cannot be seen by
	 * this user the next steps tell. */
	if (err && err->code != ERR_NOT_FOUND && err->code != ERR_AUTH) {
		deleting_free(d);
		up_fail(u, err);
		return;
	}
	u->no_tree = err != NULL;
	sort_out(d);
	deleting_free(d);
	then(u);
}

static void
on_stopped(void *context)
{
	deleting_free(context);
}

/* What others have put there since somebody agreed to deletions is not ours to
 * delete. Of a repository that could not be listed nothing was agreed to. */
static void
take_agreed(struct deleting *d)
{
	struct upload *u = d->upload;

	d->only_those = u->agreed && !u->no_tree;
	arr_each (path, &u->all_deletes) {
		arr_push(&d->before, *path);
		(void)map_add(&d->agreed, *path, 0);
	}
	u->all_deletes.n = 0;
	u->blocking.n = u->deletes.n = 0;
}

void
up_list_deletions(struct upload *u, void (*then)(struct upload *u))
{
	struct deleting *d = mem_new(struct deleting);
	const struct tree_taker taker = { .take = on_there,
		.done = on_all_there,
		.stopped = on_stopped,
		.context = d };
	struct error err;

	d->upload = u;
	d->then = then;
	take_agreed(d);
	for (size_t i = 0; i < u->request.deletes.n; i++) {
		struct pattern *pattern =
		    pattern_new(u->request.deletes.v[i], &err);

		if (!pattern) {
			deleting_free(d);
			up_fail(u, &err);
			return;
		}
		arr_push(&d->patterns, pattern);
	}
	arr_each (file, &u->selection.files) {
		struct str target = STR_INIT;

		upload_add_target(u, &target, file->path);
		arr_push(&d->targets, str_steal(&target));
	}
	for (size_t i = 0; i < d->targets.n; i++)
		(void)map_add(&d->kept, d->targets.v[i], i);
	u->call = tree_list(u->hub,
	    &(struct tree_request){ .repo = &u->repo,
		.revision = u->branch,
		.folder = "",
		.recursive = true },
	    &taker);
}

/* -- the card -- */

static void
on_card(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;
	struct str text = STR_INIT;
	struct error own;

	u->call = NULL;
	card_add(&text, answer, "warnings");
	if (text.n)
		up_tell(u, UPLOAD_CARD, text.v, 0);
	str_clear(&text);
	card_add(&text, answer, "errors");
	if (err && text.n) {
		err_set(&own, ERR_CONFLICT,
		    "the metadata in README.md is "
		    "not valid");
		err_about(&own, ERR_ABOUT_CARD, NULL, text.v);
		err = &own;
	}
	json_free(answer);
	str_fini(&text);
	if (err)
		up_fail(u, err);
	else
		up_run(u);
}

static void
check_card(struct upload *u)
{
	/* A text of nothing but blanks would be asked about in vain, too. */
	if (u->has_card)
		u->call = card_check(u->hub, u->repo.type, u->card.v,
		    (struct asker){ on_card, u });
	else
		up_run(u);
}

/* -- the branch -- */

static void
on_branch(void *context, const char *commit, const struct error *err)
{
	struct upload *u = context;

	u->call = NULL;
	if (err) {
		up_fail(u, err);
		return;
	}
	memcpy(u->head, commit, COMMIT_MAX);
	check_card(u);
}

static void
on_branch_made(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;

	u->call = NULL;
	json_free(answer);
	/* With 409 somebody else was faster. Where it is now has to be known: what
	 * they commit there is not ours to replace. */
	if (err && err->detail != 409)
		up_fail(u, err);
	else
		u->call = repo_resolve(
		    u->hub, &u->repo, u->branch, true, on_branch, u);
}

static void
on_head(void *context, const char *commit, const struct error *err)
{
	struct upload *u = context;
	bool named = u->request.revision && !u->request.pull_request;

	u->call = NULL;
	if (commit)
		memcpy(u->head, commit, COMMIT_MAX);
	if (!err) {
		check_card(u);
		return;
	}
	if (err->about == ERR_ABOUT_REPO && u->request.dry_run) {
		u->absent = true;
		check_card(u);
		return;
	}
	if (err->about != ERR_ABOUT_REVISION ||
	    (named && u->request.must_exist) ||
	    (named && !u->request.any_branch &&
		!strncmp(u->branch, "refs/", 5))) {
		up_fail(u, err);
		return;
	}
	if (u->request.dry_run && named && strcmp(u->branch, "main") != 0) {
		/* It would begin as main is. */
		u->no_branch = true;
		free(u->branch);
		u->branch = mem_strdup("main");
		u->call =
		    repo_resolve(u->hub, &u->repo, u->branch, true, on_head, u);
	} else if (u->request.dry_run) {
		u->absent = true;
		check_card(u);
	} else if (named) {
		up_tell(u, UPLOAD_BRANCH, u->branch, 0);
		u->call = branch_create(u->hub, &u->repo, u->branch, NULL, true,
		    (struct asker){ on_branch_made, u });
	} else {
		/* A repository without any commit. */
		check_card(u);
	}
}

static void
find_head(struct upload *u)
{
	u->call = repo_resolve(u->hub, &u->repo, u->branch, true, on_head, u);
}

static void
find_pull(struct upload *u)
{
	up_find_pull(u, find_head);
}

/* -- the repository -- */

/* Who may not make repositories may still write to one that is there. */
static void
on_looked(void *context, const char *commit, const struct error *err)
{
	struct upload *u = context;

	(void)commit;
	u->call = NULL;
	if (err && err->about != ERR_ABOUT_REVISION)
		up_fail(u, &u->listed);
	else
		find_pull(u);
}

static bool
ends_in(const char *text, size_t n, const char *tail)
{
	size_t m = strlen(tail);

	return n >= m && !memcmp(text + n - m, tail, m);
}

/* Whether what was made, or was there, is what was asked for: files must not go
 * anywhere else. A bare name is in a namespace that the Hub knows. */
static bool
is_that(
    const struct upload *u, const char *url, const char *id, struct error *err)
{
	const char *slash = strchr(id, '/');
	size_t n = strlen(url);
	size_t front = n - (n < strlen(id) ? n : strlen(id));
	bool same =
	    !strcasecmp(id, u->id) || (slash && !strcasecmp(slash + 1, u->id));

	if (u->repo.type == REPO_DATASET)
		same = same && ends_in(url, front, "/datasets/");
	else if (u->repo.type == REPO_SPACE)
		same = same && ends_in(url, front, "/spaces/");
	else
		same = same && !ends_in(url, front, "/datasets/") &&
		       !ends_in(url, front, "/spaces/");
	if (same)
		return true;
	err_set(err, ERR_CONFLICT, "the Hub names another repository: %s", url);
	return err_remedy(err, REMEDY_CHECK_ADDRESS);
}

static void
on_made(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;
	bool there = err && err->detail == 409;
	bool may_be =
	    err && (err->detail == 403 ||
		       (!u->request.only_403 &&
			   (err->detail == 401 || err->detail == 402)));
	char *url = NULL, *id = NULL;
	struct error own;
	bool ok;

	u->call = NULL;
	if (may_be) {
		json_free(answer);
		u->listed = *err;
		u->call =
		    repo_resolve(u->hub, &u->repo, "main", true, on_looked, u);
		return;
	}
	if (err && !there) {
		json_free(answer);
		up_fail(u, err);
		return;
	}
	ok = manage_read_url(u->hub, answer, &url, &id, &own);
	ok = ok ? is_that(u, url, id, &own) : there;
	json_free(answer);
	if (ok)
		up_tell(
		    u, there ? UPLOAD_EXISTS : UPLOAD_MADE, url ? url : "", 0);
	if (ok && id) {
		free(u->id);
		u->id = id;
		u->repo.id = u->id;
		id = NULL;
	}
	free(id);
	free(url);
	if (!ok) {
		up_fail(u, &own);
		return;
	}
	if (there && u->no_tree && u->request.deletes.n)
		up_list_deletions(u, find_pull);
	else
		find_pull(u);
}

void
up_prepare(struct upload *u)
{
	struct repo_settings settings = { 0 };

	if (u->request.dry_run || u->request.must_exist) {
		find_head(u);
		return;
	}
	if (u->request.settings)
		settings = *u->request.settings;
	settings.again = true;
	u->call = manage_create(
	    u->hub, &u->repo, &settings, (struct asker){ on_made, u });
}

void
up_run(struct upload *u)
{
	bool same = *u->head && !strcmp(journal_head(u->journal), u->head);

	u->running = true;
	up_tell(u, UPLOAD_FILES, "", u->selection.files.n);
	if (!same && *u->head)
		journal_seen(u->journal, u->head);
	for (size_t i = 0; i < u->selection.files.n; i++) {
		struct up_file *file = &u->selection.files.v[i];

		if (!same)
			file->known = false;
		else if (file->known)
			up_settle(u, (unsigned)i, UP_SAME);
	}
	up_pump(u);
}
