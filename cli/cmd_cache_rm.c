/* cmd_cache_rm.c: hug cache rm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/deletion.h"
#include "cli/out.h"
#include "cli/similar.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "core/hub/address.h"
#include "core/hub/endpoint.h"
#include "core/os/file.h"

struct rm_args {
	struct text_list targets;
	const char *cache_dir;
	bool yes;
	bool dry_run;
};

static const struct arg rm_args[] = {
	{ "TARGETS",
	    "Repositories (org/name, dataset/org/name), revisions "
	    "(commit hashes), or files (hf://org/name/path)",
	    .offset = offsetof(struct rm_args, targets), .required = true,
	    .many = true },
	{ .name = NULL },
};

#define AT(member) .offset = offsetof(struct rm_args, member)

static const struct opt rm_opts[] = {
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(cache_dir) },
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask for confirmation", AT(yes) },
	{ "dry-run", 0, OPT_FLAG, NULL, "Show what would be deleted, and stop",
	    AT(dry_run) },
	{ "no-dry-run", 0, OPT_UNFLAG, NULL, "The opposite", AT(dry_run),
	    .faces = FACE_HF },
	{ .name = NULL },
};

struct removal {
	const struct cli *cli;
	const struct rm_args *args;
	struct scan scan;
	struct purge purge;
	ARR(char *) labels; /* of single files */
	ARR(const char *) missing;
	size_t file_targets;
};

static bool
is_hash(const char *target)
{
	return strlen(target) == 40 &&
	       strspn(target, "0123456789abcdefABCDEF") == 40;
}

/* What is called exactly so wins; else case does not matter. */
static int (*const comparisons[])(
    const char *, const char *) = { strcmp, strcasecmp };

#define COMPARISONS (sizeof(comparisons) / sizeof(*comparisons))

/* Revisions of a repository, or of all that are listed, that are called so. A hash
 * that several repositories have means all of them: each is shown. */
static bool
choose_revision(
    struct removal *r, const struct scan_repo *only, const char *hash)
{
	bool found = false;

	for (size_t pass = 0; pass < COMPARISONS && !found; pass++) {
		arr_each (repo, &r->scan.repos) {
			if (!cache_lists(r->cli, repo) ||
			    (only && repo != only))
				continue;
			for (size_t i = 0; i < repo->revisions.n; i++) {
				if (comparisons[pass](
					repo->revisions.v[i].name, hash) != 0)
					continue;
				purge_choose(&r->purge, repo, i);
				found = true;
			}
		}
	}
	return found;
}

/* The next repository of that name after `after` (NULL: the first one); NULL if no
 * more follows. */
static const struct scan_repo *
next_repo(const struct removal *r, const struct scan_repo *after,
    const char *full, size_t pass)
{
	bool passed = !after;

	arr_each (repo, &r->scan.repos) {
		struct str name = STR_INIT;
		bool same;

		if (!passed || !cache_lists(r->cli, repo)) {
			passed = passed || repo == after;
			continue;
		}
		str_addf(&name, "%s/%s", repo->type, repo->id);
		same = !comparisons[pass](name.v, full);
		str_fini(&name);
		if (same)
			return repo;
	}
	return NULL;
}

static bool
choose_repo(struct removal *r, const char *id)
{
	const struct scan_repo *repo = NULL;
	bool found = false;

	for (size_t pass = 0; pass < COMPARISONS && !found; pass++) {
		while ((repo = next_repo(r, repo, id, pass))) {
			found = true;
			/* hf sees nothing to delete without revisions. */
			if (repo->revisions.n ||
			    r->cli->voice->policy.deletion.takes_empty_repos)
				purge_choose(&r->purge, repo, SIZE_MAX);
		}
	}
	return found;
}

/* "dataset/org/name" */
static void
add_full(struct str *out, const struct address *address)
{
	str_addf(out, "%s/%s", repo_type_name(address->type), address->id);
}

static void
label_file(struct removal *r, const struct scan_repo *repo, const char *path)
{
	arr_each (revision, &repo->revisions) {
		arr_each (file, &revision->files) {
			struct str label = STR_INIT;

			if (strcmp(file->path, path) != 0)
				continue;
			str_addf(&label, "%s/%s@%s/%s", repo->type, repo->id,
			    revision->name, path);
			arr_push(&r->labels, str_steal(&label));
			break;
		}
	}
}

static bool
choose_file(struct removal *r, const struct address *address)
{
	const struct scan_repo *repo = NULL;
	struct str full = STR_INIT;
	bool found = false;

	add_full(&full, address);
	for (size_t pass = 0; pass < COMPARISONS && !found; pass++) {
		while ((repo = next_repo(r, repo, full.v, pass))) {
			if (!purge_choose_file(&r->purge, repo, address->path))
				continue;
			found = true;
			label_file(r, repo, address->path);
		}
	}
	str_fini(&full);
	return found;
}

static bool
read_uri(struct removal *r, const char *target, struct error *err)
{
	struct address address;
	struct str id = STR_INIT;
	const char *name = r->cli->name;
	bool ok = address_read(target, "", 0, &address, err);
	bool found = true;

	if (!strncmp(target, "hf://buckets/", 13))
		ok = err_set(err, ERR_CONFLICT,
		    "Only repository hf:// URIs are supported by `%s cache "
		    "rm`.",
		    name);
	else if (ok && address.revision && address.path)
		ok = err_set(err, ERR_CONFLICT,
		    "Revisions in hf:// URIs are not supported by `%s cache "
		    "rm`. Drop '@<revision>' to delete the file from all "
		    "cached revisions.",
		    name);
	else if (ok && address.revision)
		ok = err_set(err, ERR_CONFLICT,
		    "Revisions in hf:// URIs are not supported by `%s cache "
		    "rm`. Pass the revision hash instead, see '%s cache ls "
		    "--revisions'.",
		    name, name);
	if (ok && address.path) {
		r->file_targets++;
		found = choose_file(r, &address);
	} else if (ok) {
		str_addf(
		    &id, "%s/%s", repo_type_name(address.type), address.id);
		found = choose_repo(r, id.v);
	}
	if (!found)
		arr_push(&r->missing, target);
	str_fini(&id);
	address_fini(&address);
	return ok;
}

/* A revision of one repository: "org/name@HASH". */
static bool
choose_revision_of(struct removal *r, const struct address *address)
{
	const struct scan_repo *repo = NULL;
	struct str full = STR_INIT;
	bool found = false;

	add_full(&full, address);
	for (size_t pass = 0; pass < COMPARISONS && !found; pass++) {
		while ((repo = next_repo(r, repo, full.v, pass)))
			found = choose_revision(r, repo, address->revision) ||
			        found;
	}
	str_fini(&full);
	return found;
}

/* As hug any address does, as with download: a model needs no "model/" before
 * it, a dataset may have "datasets/". */
static bool
choose_own(struct removal *r, const char *target, struct error *err)
{
	struct address address;
	struct str id = STR_INIT;
	char *base = hub_choose_base();
	bool found = false;
	bool ok = address_read(
	    target, base, ADDRESS_OWN | ADDRESS_CACHE, &address, err);

	if (ok && address.path)
		ok = err_set(err, ERR_USAGE,
			 "'%.300s' names a file, where only a repository or a "
			 "revision can be named",
			 target) ||
		     err_hint(err, "Name a file as hf://org/name/path");
	else if (ok && address.revision && !is_hash(address.revision))
		ok = err_set(err, ERR_USAGE,
			 "'%.300s' names a revision by another name than its "
			 "hash",
			 target) ||
		     err_hint(err, "`hug cache ls --revisions` lists the "
				   "hashes");
	if (ok && address.revision) {
		found = choose_revision_of(r, &address);
	} else if (ok) {
		add_full(&id, &address);
		found = choose_repo(r, id.v);
	}
	if (ok && !found)
		arr_push(&r->missing, target);
	address_fini(&address);
	str_fini(&id);
	free(base);
	return ok;
}

/* A revision by the first digits of its hash, if only one begins with them; then
 * *hash is the whole of it. */
static bool
complete_hash(const struct removal *r, const char *digits, const char **hash,
    struct error *err)
{
	size_t n = strlen(digits), found = 0;

	*hash = NULL;
	if (n < 7 || n >= 40 || strspn(digits, "0123456789abcdef") != n ||
	    !r->cli->voice->policy.address.forms)
		return true;
	arr_each (repo, &r->scan.repos) {
		/* A repository may have such a name. */
		if (cache_lists(r->cli, repo) &&
		    !strcasecmp(repo->id, digits)) {
			*hash = NULL;
			return true;
		}
		for (size_t i = 0; i < repo->revisions.n; i++) {
			const char *name = repo->revisions.v[i].name;

			if (strncmp(name, digits, n) != 0 ||
			    !cache_lists(r->cli, repo))
				continue;
			found += !*hash || strcmp(*hash, name) != 0;
			*hash = name;
		}
	}
	if (found < 2)
		return true;
	err_set(
	    err, ERR_USAGE, "%zu revisions begin with '%.40s'", found, digits);
	return err_hint(err, "`hug cache ls --revisions` lists them");
}

static bool
read_targets(struct removal *r, struct error *err)
{
	arr_each (target, &r->args->targets.list) {
		const char *hash;

		if (!strncmp(*target, "hf://", 5)) {
			if (!read_uri(r, *target, err))
				return false;
			continue;
		}
		if (!complete_hash(r, *target, &hash, err))
			return false;
		hash = hash ? hash : is_hash(*target) ? *target : NULL;
		if (hash ? choose_revision(r, NULL, hash)
			 : choose_repo(r, *target))
			continue;
		if (is_hash(*target) || !r->cli->voice->policy.address.forms)
			arr_push(&r->missing, *target);
		else if (!choose_own(r, *target, err))
			return false;
	}
	if (r->file_targets && r->file_targets < r->args->targets.list.n)
		return err_set(err, ERR_CONFLICT,
		    "File targets cannot be mixed with repository or revision "
		    "targets.");
	return true;
}

/* Whether the names are alike without the organisation, which many share. */
static bool
is_near(const char *target, const char *id)
{
	const char *a = strrchr(target, '/'), *b = strrchr(id, '/');

	return similarity(a ? a + 1 : target, b ? b + 1 : id) >= SIMILAR_LEAST;
}

/* Says what is not there, and what is that it may have meant. */
static void
tell_not_cached(const struct removal *r, const char *target)
{
	struct str near = STR_INIT;
	struct str id = STR_INIT;
	double best = SIMILAR_LEAST;

	arr_each (repo, &r->scan.repos) {
		double like;

		if (!cache_lists(r->cli, repo) || !is_near(target, repo->id))
			continue;
		str_clear(&id);
		str_addf(&id, "%s/%s", repo->type, repo->id);
		like = similarity(target,
		    strchr(target, '/') &&
			    !strncmp(target, repo->type, strlen(repo->type))
			? id.v
			: repo->id);
		if (like >= best) {
			best = like;
			str_set(&near, id.v);
		}
	}
	if (near.n)
		out_note(r->cli, "'%s' is not in the cache. Did you mean %s?",
		    target, near.v);
	else
		out_note(r->cli,
		    "'%s' is not in the cache. `hug cache ls` lists what is",
		    target);
	str_fini(&near);
	str_fini(&id);
}

static void
tell_missing(const struct removal *r)
{
	if (!r->missing.n)
		return;
	if (r->cli->voice->policy.errors.guesses) {
		arr_each (target, &r->missing)
			tell_not_cached(r, *target);
		return;
	}
	out_tell("Warning: Could not find in cache:\n");
	arr_each (target, &r->missing)
		out_tellf("  - %s\n", *target);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
show_files(const struct removal *r, const char *size)
{
	if (!deletion_speaks(r->cli))
		return;
	out_putf(
	    "About to delete %zu file(s) totalling %s.\n", r->labels.n, size);
	qsort(r->labels.v, r->labels.n, sizeof(char *), by_text);
	arr_each (label, &r->labels)
		out_putf("  - %s\n", *label);
}

static void
show_repos(const struct removal *r, const char *size)
{
	const struct purge *p = &r->purge;
	size_t partly = p->revisions - p->whole_revisions;

	if (!deletion_speaks(r->cli))
		return;
	out_put("About to delete ");
	if (p->whole_repos)
		out_putf("%u repo(s)%s", p->whole_repos, partly ? " and " : "");
	if (partly || !p->whole_repos)
		out_putf("%zu revision(s)", partly);
	out_putf(" totalling %s.\n", size);
	deletion_list(r->cli, p);
}

/* Whether what the plan has at this path of the cache is gone; nothing is before a
 * plan is carried out. */
static bool
is_gone(const struct removal *r, const struct scan_repo *repo,
    const char *revision, const char *file)
{
	struct str path = STR_INIT;
	bool gone;

	str_addf(&path, "%s/%s", r->scan.root, repo->folder);
	if (revision)
		str_addf(&path, "/snapshots/%s", revision);
	if (file)
		str_addf(&path, "/%s", file);
	gone = file_kind(path.v, NULL) == FILE_MISSING;
	str_fini(&path);
	return gone;
}

static void
print_files(const struct removal *r, const struct purge_repo *one, bool done)
{
	arr_each (place, &one->files) {
		const struct scan_revision *revision =
		    &one->repo->revisions.v[place->revision];
		const char *path = revision->files.v[place->file].path;

		if (!done || is_gone(r, one->repo, revision->name, path))
			out_putf("%s/%s@%s/%s\n", one->repo->type,
			    one->repo->id, revision->name, path);
	}
}

/* Quiet: a line for each thing that goes, or (`done`) that is gone. */
static void
print_ids(const struct removal *r, bool done)
{
	arr_each (one, &r->purge.repos) {
		const struct scan_repo *repo = one->repo;

		print_files(r, one, done);
		if (one->whole && (!done || is_gone(r, repo, NULL, NULL)))
			out_putf("%s/%s\n", repo->type, repo->id);
		for (size_t i = 0; !one->whole && i < repo->revisions.n; i++) {
			const char *name = repo->revisions.v[i].name;

			if (one->chosen[i] &&
			    (!done || is_gone(r, repo, name, NULL)))
				out_putf("%s\n", name);
		}
	}
}

/* What would go. */
static void
tell_plan(const struct removal *r, const char *size)
{
	const struct purge *p = &r->purge;
	char repos[24], revisions[24], files[24];
	struct out_pair pairs[4] = { { "dry_run", "True", "true" } };
	size_t n = 1;

	snprintf(files, sizeof(files), "%zu", r->labels.n);
	snprintf(repos, sizeof(repos), "%u", p->whole_repos);
	snprintf(revisions, sizeof(revisions), "%zu", p->revisions);
	if (r->labels.n) {
		pairs[n++] = (struct out_pair){ "files", files, files };
	} else {
		pairs[n++] = (struct out_pair){ "repos", repos, repos };
		pairs[n++] =
		    (struct out_pair){ "revisions", revisions, revisions };
	}
	pairs[n++] = (struct out_pair){ "size", size, NULL };
	out_results(r->cli, "Dry run: no files were deleted.", pairs, n);
}

/* What went. */
static void
tell_result(const struct removal *r, const struct carry_result *result)
{
	char repos[24], revisions[24], files[24], size[TIMEFMT_MAX], left[24];
	struct str text = STR_INIT;
	struct out_pair pairs[4];
	size_t n = 0;

	deletion_freed(r->cli, &r->purge, result, size);
	snprintf(files, sizeof(files), "%zu", result->files);
	snprintf(repos, sizeof(repos), "%zu", result->repos);
	snprintf(revisions, sizeof(revisions), "%zu", result->revisions);
	snprintf(left, sizeof(left), "%zu", result->left);
	if (r->labels.n) {
		str_addf(&text, "Deleted %s file(s); freed %s", files, size);
		pairs[n++] = (struct out_pair){ "files_deleted", files, files };
	} else {
		str_addf(&text,
		    "Deleted %s repo(s) and %s revision(s); freed %s", repos,
		    revisions, size);
		pairs[n++] = (struct out_pair){ "repos_deleted", repos, repos };
		pairs[n++] = (struct out_pair){ "revisions_deleted", revisions,
			revisions };
	}
	deletion_add_left(r->cli, result, &text);
	str_addc(&text, '.');
	pairs[n++] = (struct out_pair){ "freed", size, NULL };
	if (result->left && r->cli->voice->policy.deletion.counts_what_stays)
		pairs[n++] = (struct out_pair){ "not_deleted", left, left };
	out_results(r->cli, text.v, pairs, n);
	str_fini(&text);
}

static enum exit_code
run_plan(struct removal *r)
{
	const struct cli *cli = r->cli;
	bool missing_is_fine = cli->voice->policy.deletion.missing_is_fine;
	struct carry_result result = { 0 };
	char size[TIMEFMT_MAX];
	bool all;

	tell_missing(r);
	purge_plan(&r->purge);
	all = deletion_tell_refused(cli, &r->purge);
	if (!r->purge.repos.n) {
		if (deletion_speaks(cli))
			out_line("Nothing to delete.");
		/* Without anything to delete something was missing. */
		return out_finish(cli) && all && missing_is_fine ? EXIT_ALL
		                                                 : EXIT_NOT_ALL;
	}
	deletion_size(cli, &r->purge, size);
	if (r->labels.n)
		show_files(r, size);
	else
		show_repos(r, size);
	if (!r->args->dry_run) {
		if (!confirm(cli, "Proceed with deletion?", r->args->yes))
			return EXIT_NOT_ALL;
		all = deletion_run(cli, &r->purge, &result) && all;
	}
	if (cli->format == FORMAT_QUIET &&
	    cli->voice->policy.deletion.quiet_lists_what_went)
		print_ids(r, !r->args->dry_run);
	else if (r->args->dry_run)
		tell_plan(r, size);
	else
		tell_result(r, &result);
	if (!missing_is_fine && r->missing.n)
		all = false;
	return out_finish(cli) && all ? EXIT_ALL : EXIT_NOT_ALL;
}

static enum exit_code
rm_run(const struct cli *cli, const void *args)
{
	struct removal r = { .cli = cli, .args = args };
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;

	r.purge.scan = &r.scan;
	if (cache_look(&r.scan, r.args->cache_dir, &err) &&
	    read_targets(&r, &err))
		code = run_plan(&r);
	else
		out_error(cli, &err);
	purge_fini(&r.purge);
	scan_fini(&r.scan);
	arr_each (label, &r.labels)
		free(*label);
	arr_free(&r.labels);
	arr_free(&r.missing);
	return code;
}

static const struct example cache_rm_examples[] = {
	{ "hug cache rm openai-community/gpt2 --dry-run",
	    "Show what deleting a model would free" },
	{ "hug cache rm dataset/rajpurkar/squad --yes",
	    "Delete a dataset without asking" },
	{ "hug cache rm hf://openai-community/gpt2/model.safetensors",
	    "Delete one file of all cached revisions" },
	{ NULL, NULL },
};

const struct command cmd_cache_rm = {
	.name = "cache rm",
	.alias = "remove",
	.summary = "Delete repositories, revisions or files from the cache",
	.details = "Shows what will be deleted and how much space that "
		   "frees, then asks. Files that another revision needs, "
		   "and files that are being downloaded, stay.\n",
	.examples = cache_rm_examples,
	.args = rm_args,
	.opts = rm_opts,
	.args_size = sizeof(struct rm_args),
	.run = rm_run,
	.faces = FACE_HUG | FACE_HF,
};
