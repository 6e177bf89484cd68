#include "cli/upload_request.h"

#include <string.h>

#include "cli/out.h"
#include "cli/request.h"
#include "cli/target.h"
#include "cli/voice/voice.h"
#include "core/os/file.h"

static struct texts
texts_of(const struct text_list *list)
{
	return (struct texts){ list->list.v, list->list.n };
}

static void
warn_of_patterns(const struct upload_asked *p)
{
	const struct cli *cli = p->cli;
	const char *quote = cli->voice->text.upload.quote;
	const struct {
		const char *name;
		size_t n;
	} lists[] = { { "--include", p->args->include.list.n },
		{ "--exclude", p->args->exclude.list.n },
		{ "--delete", p->args->delete.list.n } };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (lists[i].n && !p->args->quiet)
			out_tellf("%sIgnoring %s%s%s since a single file is "
				  "uploaded.\n",
			    cli->voice->text.errors.warning, quote,
			    lists[i].name, quote);
	}
}

static void
make_message(struct upload_asked *p)
{
	const struct cli *cli = p->cli;
	const char *tool = cli->voice->text.upload.tool;

	if (p->args->message && *p->args->message)
		str_addz(&p->message, p->args->message);
	else if (p->place.is_file)
		str_addf(&p->message, "Upload %s with %s",
		    cli->voice->policy.upload.title_as_typed ? p->place.named
							     : p->place.target,
		    tool);
	else
		str_addf(&p->message, "Upload folder using %s", tool);
}

static void
choose_files(struct upload_asked *p, struct upload_request *r)
{
	r->includes = texts_of(&p->args->include);
	r->excludes = texts_of(&p->args->exclude);
	r->deletes = texts_of(&p->args->delete);
	r->files = texts_of(&p->files);
	if (p->place.pattern) {
		p->one[0] = p->place.pattern;
		r->includes = (struct texts){ p->one, 1 };
	}
	if (!p->place.is_file)
		return;
	warn_of_patterns(p);
	r->includes = r->excludes = r->deletes = (struct texts){ 0 };
}

static bool
refuse(struct error *err, const char *why)
{
	err_set(err, ERR_USAGE, "%s", why);
	return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

/* A pull request with several commits begins at the main branch. */
static bool
check_branch(
    const struct upload_asked *p, const char *revision, struct error *err)
{
	const struct policies *does = &p->cli->voice->policy;

	if (!p->args->create_pr || !revision || !strcmp(revision, "main"))
		return true;
	if (does->upload.tells_more && !strncmp(revision, "refs/pr/", 8))
		return refuse(err, "--create-pr opens another pull request: "
				   "leave it out to add to that of --revision");
	if (p->place.is_file || !does->upload.pull_needs_main)
		return true;
	if (does->upload.tells_more)
		return refuse(err,
		    "a pull request with a folder is for the main branch: "
		    "leave out --revision or --create-pr");
	err_set(err, ERR_USAGE,
	    "Cannot use `create_pr=True` with `revision='%s'`: pull requests "
	    "created by `upload_folder` are always opened against the default "
	    "branch. Don't set `revision` when `create_pr=True`.",
	    revision);
	return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

static bool
check_together(
    const struct upload_asked *p, const char *revision, struct error *err)
{
	const struct upload_args *a = p->args;
	bool is_default =
	    !p->place.is_file && p->cli->voice->policy.upload.empty_is_default;

	if (!check_branch(p, revision, err))
		return false;
	if (a->files_from && p->place.is_file)
		return refuse(err, "--files-from needs a folder, and one file "
				   "is given");
	if (a->message && !*a->message && !is_default)
		return refuse(err, "`commit_message` can't be empty, please "
				   "pass a value.");
	return true;
}

/* Which repository, and which revision of it. */
static bool
read_repo(struct upload_asked *p, const char **revision, struct error *err)
{
	const struct upload_args *a = p->args;
	const struct cli *cli = p->cli;
	const char *no_buckets = cli->voice->text.upload.no_buckets;

	if (no_buckets && !strncmp(a->repo, "hf://buckets/", 13))
		return err_set(err, ERR_CONFLICT, "%s", no_buckets);
	if (cli->voice->policy.upload.tells_more &&
	    (*a->repo == '.' || *a->repo == '/') &&
	    file_kind(a->repo, NULL) != FILE_MISSING) {
		err_set(err, ERR_USAGE,
		    "'%s' is a file or folder, and the repository comes first",
		    a->repo);
		return err_hint(err, "Type `hug upload ORG/NAME %s`", a->repo);
	}
	return target_read(cli, a->repo, a->type, p->base,
		   TARGET_REVISION | TARGET_PATH | TARGET_URI, &p->address,
		   err) &&
	       target_alone(a->repo, a->type, a->revision, &p->address, err) &&
	       target_revision(a->revision, &p->address, revision, err);
}

/* How many commits. A single file needs one, which then opens its own pull request,
 * for whichever branch. */
static enum upload_commits
commits_of(const struct upload_asked *p)
{
	if (p->args->one_commit)
		return UPLOAD_ONLY;
	return p->cli->voice->policy.upload.several_commits && !p->place.is_file
	           ? UPLOAD_SEVERAL
	           : UPLOAD_ONE;
}

static bool
read_request(struct upload_asked *p, struct error *err)
{
	const struct upload_args *a = p->args;
	const struct cli *cli = p->cli;
	struct upload_request *r = &p->request;
	const char *target = a->target;
	const char *revision = NULL;

	if (!read_repo(p, &revision, err))
		return false;
	if (p->address.path && target)
		return err_set(err, ERR_CONFLICT,
		    "Cannot combine a path in the hf:// URI ('%s') with the "
		    "`path_in_repo` argument ('%s').",
		    p->address.path, target);
	if (p->address.path)
		target = p->address.path;
	if (!upload_place_read(&p->place, cli, &p->address, a->local, target,
		a->include.list.n > 0, err) ||
	    !check_together(p, revision, err) ||
	    (a->files_from && !request_read_names(
				  a->files_from, &p->names, &p->files, err)) ||
	    !visibility_read(cli, &a->visible, p->address.type,
		&p->settings.visibility, err))
		return false;
	make_message(p);
	choose_files(p, r);
	p->settings.sdk = p->address.type == REPO_SPACE ? "gradio" : NULL;
	r->repo = target_repo(&p->address);
	r->revision = revision;
	r->local = p->place.local;
	r->is_file = p->place.is_file;
	r->target = p->place.target;
	r->message = p->message.v;
	r->description = a->description;
	r->pull_request = a->create_pr;
	r->commits = commits_of(p);
	r->any_branch = cli->voice->policy.upload.makes_any_branch;
	r->no_waiting = !cli->voice->policy.upload.waits_for_quota;
	r->only_403 = cli->voice->policy.upload.looks_after_403;
	r->dry_run = a->dry_run;
	r->removes = a->remove_local;
	r->skip_impossible = a->skip_unreadable;
	r->looks_for_secrets =
	    cli->voice->policy.upload.asks && !a->include_secrets;
	/* What is still being written lacks files. */
	r->looks_for_doubts =
	    cli->voice->policy.upload.tells_more && !upload_stays(a);
	r->settings = &p->settings;
	limit_set(&p->limit, a->rate);
	r->limit = a->rate ? &p->limit : NULL;
	return true;
}

/* -- again and again -- */

bool
upload_stays(const struct upload_args *a)
{
	return a->every || a->watch;
}

/* What is deleted here must not be deleted there the next time, nor be nowhere but in what
 * somebody may refuse. */
static bool
may_remove(const struct upload_args *a, struct error *err)
{
	if (a->remove_local && a->delete.list.n)
		return refuse(err, "--remove-local and --delete cannot be used "
				   "together");
	if (a->remove_local && a->create_pr)
		return refuse(err, "--remove-local and --create-pr cannot be "
				   "used together");
	return true;
}

static bool
read_every(struct upload_asked *p, struct error *err)
{
	const struct upload_args *a = p->args;
	const struct cli *cli = p->cli;
	const char *quote = cli->voice->text.upload.quote;

	if (!upload_stays(a))
		return true;
	if (a->every && a->watch)
		return refuse(
		    err, "--every and --watch cannot be used together");
	if (a->dry_run || a->queue || a->strict || a->remove_local)
		return refuse(err, "--every and --watch cannot be used with "
				   "--dry-run, --queue, --strict or "
				   "--remove-local");
	if (a->delete.list.n && cli->voice->policy.upload.asks)
		return refuse(err, "--every and --watch delete nothing: "
				   "--delete cannot be used with them");
	if (a->delete.list.n && !p->place.is_file)
		out_tellf("%sIgnoring %s--delete%s when uploading with "
			  "scheduled commits.\n",
		    cli->voice->text.errors.warning, quote, quote);
	p->request.deletes = (struct texts){ 0 };
	p->every.watch = a->watch;
	p->calm = (struct calm_rules){ .calm_s = a->calm,
		.grow = texts_of(&a->append) };
	p->request.calm = &p->calm;
	if (!a->message || !cli->voice->policy.upload.asks) {
		str_set(&p->message, "Scheduled Commit");
		p->request.message = p->message.v;
	}
	return every_read(a->every, &p->every, p->cli, err);
}

bool
upload_asked_read(struct upload_asked *asked, const struct cli *cli,
    const struct upload_args *args, const char *base, struct error *err)
{
	asked->cli = cli;
	asked->args = args;
	asked->base = base;
	return may_remove(args, err) && read_request(asked, err) &&
	       read_every(asked, err);
}

void
upload_asked_fini(struct upload_asked *asked)
{
	upload_place_fini(&asked->place);
	address_fini(&asked->address);
	arr_free(&asked->files.list);
	str_fini(&asked->names);
	str_fini(&asked->message);
}
