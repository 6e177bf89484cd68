/* cmd_cache_verify.c: hug cache verify. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/deletion.h"
#include "cli/out.h"
#include "cli/session.h"
#include "cli/target.h"
#include "cli/verify_text.h"
#include "cli/voice/voice.h"
#include "core/base/str.h"
#include "core/census/checked.h"
#include "core/census/unreadable.h"
#include "core/down/download.h"
#include "core/down/verify.h"
#include "core/hub/address.h"
#include "core/hub/endpoint.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/run/loop.h"
#include "core/store/layout.h"

struct verify_args {
	const char *repo;
	unsigned type;
	const char *revision;
	const char *cache_dir;
	const char *local_dir;
	bool fail_missing;
	bool fail_extra;
	bool repair;
	const char *token;
	bool offline;
};

static void
verify_defaults(void *args)
{
	struct verify_args *a = args;

	a->type = TYPE_NONE;
}

#define AT(member) .offset = offsetof(struct verify_args, member)

static const struct arg verify_args[] = {
	{ "REPO_ID",
	    "Repository to compare with the Hub (default: every "
	    "cached file, without the Hub)",
	    AT(repo), .required = true, .optional_of = FACE_HUG },
	{ .name = NULL },
};

static const struct opt verify_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct verify_args, type)),
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)", AT(revision) },
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(cache_dir) },
	{ "local-dir", 0, OPT_TEXT, "DIR",
	    "Verify the files in DIR instead of the cache", AT(local_dir) },
	{ "fail-on-missing-files", 0, OPT_FLAG, NULL,
	    "Fail if files of the Hub are missing here", AT(fail_missing) },
	{ "fail-on-extra-files", 0, OPT_FLAG, NULL,
	    "Fail if there are files here that the Hub does not have",
	    AT(fail_extra) },
	{ "repair", 0, OPT_FLAG, NULL,
	    "Download damaged files and broken links again", AT(repair),
	    .faces = FACE_HUG },
	TARGET_TOKEN_OPT(offsetof(struct verify_args, token)),
	{ "offline", 0, OPT_FLAG, NULL,
	    "Do not use the network; compare files with the "
	    "checksums in their names",
	    AT(offline), .faces = FACE_HUG },
	{ .name = NULL },
};

/* Files of one revision that are to be fetched again. */
struct repair {
	enum repo_type type;
	char *id;
	char *revision;
	ARR(const char *) paths; /* borrowed from what found them */
};

/* What is not as it should be, by its kind. */
struct found {
	size_t damaged;    /* files with another checksum, links to nothing */
	size_t unreadable; /* files and folders of which nothing is known */
	size_t onesided; /* 1 if that is to be a failure, whatever the files */
};

struct verifying {
	struct session base;
	const struct verify_args *args;
	struct address address;
	char *root, *folder;

	/* One repository. */
	struct verify_request request;
	struct verifier *verify;

	/* All of the cache. */
	struct scan scan;
	struct check *check;
	size_t unknown;             /* blobs whose names say nothing */
	unreadable_list unreadable; /* folders */
	verify_paths
	    hidden; /* files whose links lead to where we may not look */

	struct found found;
	const struct verify_result *result; /* of one repository */

	ARR(struct repair) repairs;
	size_t repair;
	size_t repaired; /* files */
	struct download *download;
	struct download_request fetch;
	enum exit_code code;
};

/* -- repairing -- */

static struct repair *
repair_of(struct verifying *v, enum repo_type type, const char *id,
    const char *revision)
{
	arr_each (repair, &v->repairs) {
		if (repair->type == type && !strcmp(repair->id, id) &&
		    !strcmp(repair->revision, revision))
			return repair;
	}
	arr_push(&v->repairs, (struct repair){ .type = type,
				  .id = mem_strdup(id),
				  .revision = mem_strdup(revision) });
	return &v->repairs.v[v->repairs.n - 1];
}

static void repair_next(struct verifying *v);
static void tell_end(struct verifying *v);

static void
on_fetched(void *context, const struct download_result *result,
    const struct error *err)
{
	struct verifying *v = context;
	const struct repair *repair = &v->repairs.v[v->repair++];

	(void)result;
	if (err) {
		out_error(v->base.cli, err);
		v->code = session_failed(&v->base, err);
	} else {
		v->repaired += repair->paths.n;
		out_note(v->base.cli, "fetched again: %zu file(s) of %s/%s",
		    repair->paths.n, repo_type_name(repair->type), repair->id);
	}
	if (err && err->code == ERR_CANCELLED)
		loop_stop(v->base.loop);
	else
		repair_next(v);
}

static void
repair_next(struct verifying *v)
{
	const struct repair *repair;

	/* What is done is freed at the end: we are called by it. */
	if (v->repair == v->repairs.n) {
		tell_end(v);
		return;
	}
	repair = &v->repairs.v[v->repair];
	v->fetch = (struct download_request){
		.repo = { repair->type, repair->id },
		.revision = repair->revision,
		.root = v->root,
		.folder = v->folder,
		.files = { (const char *const *)repair->paths.v,
		    repair->paths.n },
		.literal = true,
		.force = true,
	};
	download_free(v->download);
	v->download = download_start(v->base.hub, v->base.workers, &v->base.bus,
	    &v->fetch, on_fetched, v);
}

/* -- what was found -- */

/*
 * Whether another copy from the Hub mends it. A file that this user may not read
 * can be a good one; what it needs is another mode.
 */
static bool
can_repair(const struct check_file *file)
{
	return file->state == CHECK_BAD ||
	       (file->state == CHECK_FAILED && !file->denied);
}

static void
tell_verified(const struct verifying *v, const struct verify_result *result)
{
	const char *type = repo_type_name(v->request.repo.type);
	struct str text = STR_INIT;
	char count[24], repaired[24];
	struct out_pair pairs[5];
	size_t n = 0;

	snprintf(count, sizeof(count), "%zu", result->files->n);
	snprintf(repaired, sizeof(repaired), "%zu", v->repaired);
	str_addf(&text, "Verified %s file(s) for %s '%s'. ", count, type,
	    v->request.repo.id);
	if (v->repaired)
		str_addf(&text, "Repaired %s. ", repaired);
	str_addz(&text, "All checksums match.");
	pairs[n++] = (struct out_pair){ "repo_id", v->request.repo.id, NULL };
	pairs[n++] = (struct out_pair){ "repo_type", type, NULL };
	pairs[n++] = (struct out_pair){ "checked", count, count };
	if (v->args->repair)
		pairs[n++] =
		    (struct out_pair){ "repaired", repaired, repaired };
	pairs[n++] = (struct out_pair){ "path", result->place, NULL };
	out_results(v->base.cli, text.v, pairs, n);
	str_fini(&text);
}

static void
tell_failed(const struct verifying *v, const struct verify_result *result)
{
	out_tellf(
	    "Error: Verification failed for '%s' (%s) in %s.\n  Revision: "
	    "%s\n",
	    v->request.repo.id, repo_type_name(v->request.repo.type),
	    result->place, result->revision);
}

static void
note_repairs(struct verifying *v, const struct verify_result *result)
{
	struct repair *repair = repair_of(
	    v, v->request.repo.type, v->request.repo.id, result->revision);

	arr_each (file, result->files) {
		if (can_repair(file))
			arr_push(&repair->paths, file->name);
	}
	arr_each (path, &result->broken)
		arr_push(&repair->paths, *path);
	if (!repair->paths.n)
		v->repair = v->repairs.n;
}

/* Of what is wrong all will be fetched again. */
static bool
will_repair(const struct verifying *v)
{
	return v->args->repair && v->repair < v->repairs.n;
}

static void
fail(struct verifying *v, const struct error *err)
{
	session_quiet(&v->base);
	out_error(v->base.cli, err);
	v->code = session_failed(&v->base, err);
	loop_stop(v->base.loop);
}

static void
on_verified(
    void *context, const struct verify_result *result, const struct error *err)
{
	struct verifying *v = context;
	bool same;

	if (err) {
		fail(v, err);
		return;
	}
	v->result = result;
	v->found.damaged = verify_print_mismatches(v->base.cli, result->files);
	v->found.unreadable = verify_print_unreadable(
	    v->base.cli, result->files, &result->unreadable, &v->hidden);
	same = verify_tell_onesided(v->base.cli, &result->missing,
	    v->args->fail_missing,
	    "Missing files (present remotely, absent locally)",
	    "remote file(s) are missing locally.", "--fail-on-missing-files");
	same &= verify_tell_onesided(v->base.cli, &result->extra,
	    v->args->fail_extra,
	    "Extra files (present locally, absent remotely)",
	    "local file(s) do not exist on the remote repo.",
	    "--fail-on-extra-files");
	v->found.onesided = !same;
	if (v->args->repair) {
		/* A link to nothing is missing, which alone is no failure. */
		v->found.damaged += result->broken.n;
		note_repairs(v, result);
	}
	if (will_repair(v))
		repair_next(v);
	else
		tell_end(v);
}

/* -- all of the cache -- */

/* The type of a repository that can be downloaded. */
static bool
type_of(const struct scan_repo *repo, enum repo_type *type)
{
	for (*type = REPO_MODEL; *type <= REPO_SPACE; (*type)++) {
		if (repo->type && !strcmp(repo->type, repo_type_name(*type)))
			return true;
	}
	return false;
}

static void
note_path(struct verifying *v, const struct scan_repo *repo,
    const struct scan_revision *revision, const char *path)
{
	enum repo_type type;
	struct repair *repair;

	if (!type_of(repo, &type))
		return;
	repair = repair_of(v, type, repo->id, revision->name);
	arr_push(&repair->paths, path);
}

/*
 * Notes the first file that is this blob. Its path is not enough: another
 * revision may have another blob, a good one, by the same path.
 */
static void
note_blob(struct verifying *v, const struct scan_repo *repo, const char *key)
{
	arr_each (revision, &repo->revisions) {
		arr_each (file, &revision->files) {
			if (strcmp(repo->blobs.v[file->blob].key, key) != 0)
				continue;
			note_path(v, repo, revision, file->path);
			return;
		}
	}
}

/* The key of the blob at `path` if that lies in this repository. */
static const char *
key_in(const struct scan *scan, const struct scan_repo *repo, const char *path)
{
	struct str front = STR_INIT;
	const char *key = NULL;

	str_addf(&front, "%s/%s/", scan->root, repo->folder);
	if (!strncmp(path, front.v, front.n))
		key = path + front.n;
	str_fini(&front);
	return key;
}

/* Whether a link leads to nothing; else to where this user may not look. */
static bool
is_broken(const struct verifying *v, const struct scan_repo *repo,
    const struct scan_revision *revision, const char *name)
{
	struct str path = STR_INIT;
	bool broken;

	str_addf(&path, "%s/%s/snapshots/%s/%s", v->scan.root, repo->folder,
	    revision->name, name);
	broken = !file_is_out_of_reach(path.v);
	str_fini(&path);
	return broken;
}

/* Of the repository that was named, or of all. */
static bool
is_wanted(const struct verifying *v, const struct scan_repo *repo)
{
	const struct repo *wanted = &v->request.repo;

	return !wanted->id ||
	       (repo->type && !strcmp(repo->id, wanted->id) &&
		   !strcmp(repo->type, repo_type_name(wanted->type)));
}

static void
note_all_repairs(struct verifying *v)
{
	arr_each (repo, &v->scan.repos) {
		if (!is_wanted(v, repo))
			continue;
		arr_each (file, check_result(v->check)) {
			const char *key =
			    can_repair(file)
				? key_in(&v->scan, repo, file->path)
				: NULL;

			if (key)
				note_blob(v, repo, key);
		}
		arr_each (revision, &repo->revisions) {
			arr_each (path, &revision->broken) {
				if (is_broken(v, repo, revision, *path))
					note_path(v, repo, revision, *path);
			}
		}
	}
}

/* Whether folders of it are closed, which is why links may seem broken. */
static bool
has_closed(const struct verifying *v, const struct scan_repo *repo)
{
	struct str path = STR_INIT;
	bool closed = false;

	str_addf(&path, "%s/%s", v->scan.root, repo->folder);
	arr_each (folder, &v->unreadable) {
		const char *rest = folder->path + path.n;

		closed = closed || (!strncmp(folder->path, path.v, path.n) &&
				       (!*rest || *rest == '/'));
	}
	str_fini(&path);
	return closed;
}

/* How many links lead to nothing; prints them, and collects those of which
 * that is not known, unless a folder that was noted is the reason. */
static size_t
print_broken(struct verifying *v)
{
	verify_paths paths = { 0 };
	size_t n;

	arr_each (repo, &v->scan.repos) {
		arr_each (revision, &repo->revisions) {
			arr_each (path, &revision->broken) {
				struct str text = STR_INIT;

				if (!is_wanted(v, repo))
					continue;
				str_addf(&text, "%s/%s@%s/%s", repo->type,
				    repo->id, revision->name, *path);
				if (is_broken(v, repo, revision, *path))
					arr_push(&paths, str_steal(&text));
				else if (!has_closed(v, repo))
					arr_push(&v->hidden, str_steal(&text));
				str_fini(&text);
			}
		}
	}
	n = paths.n;
	if (n)
		verify_print_list(
		    v->base.cli, "Links that lead to nothing", &paths);
	arr_each (path, &paths)
		free(*path);
	arr_free(&paths);
	return n;
}

static void
tell_unwell(const struct verifying *v)
{
	const struct found *found = &v->found;
	const char *root = v->scan.root;

	if (v->repaired)
		out_tellf("hug: %zu file(s) in %s were repaired, but not all\n",
		    v->repaired, root);
	else if (found->damaged)
		out_tellf("hug: %zu damaged file(s) in %s. `hug cache verify "
			  "--repair` fetches them again\n",
		    found->damaged, root);
	if (found->unreadable)
		out_tellf(
		    "hug: %zu file(s) or folder(s) in %s cannot be read, and "
		    "were not verified\n",
		    found->unreadable, root);
}

static void
tell_all(const struct verifying *v, bool good)
{
	const check_files *files = check_result(v->check);
	char checked[24], damaged[24], unreadable[24], repaired[24],
	    unknown[24];
	char text[160];
	struct out_pair pairs[6];
	size_t n = 0, read = 0;

	arr_each (file, files)
		read += file->state == CHECK_GOOD || file->state == CHECK_BAD;
	snprintf(checked, sizeof(checked), "%zu", read);
	snprintf(damaged, sizeof(damaged), "%zu", v->found.damaged);
	snprintf(unreadable, sizeof(unreadable), "%zu", v->found.unreadable);
	snprintf(repaired, sizeof(repaired), "%zu", v->repaired);
	snprintf(unknown, sizeof(unknown), "%zu", v->unknown);
	if (v->unknown)
		out_note(v->base.cli,
		    "%zu file(s) are copies whose names say nothing: name "
		    "their repository to compare them with the Hub",
		    v->unknown);
	if (!good)
		tell_unwell(v);
	if (v->repaired)
		snprintf(text, sizeof(text),
		    "Verified %s blob(s); %s file(s) repaired.", checked,
		    repaired);
	else
		snprintf(text, sizeof(text),
		    "Verified %s blob(s); none damaged.", checked);
	pairs[n++] = (struct out_pair){ "checked", checked, checked };
	pairs[n++] = (struct out_pair){ "damaged", damaged, damaged };
	pairs[n++] = (struct out_pair){ "unreadable", unreadable, unreadable };
	if (v->args->repair)
		pairs[n++] =
		    (struct out_pair){ "repaired", repaired, repaired };
	pairs[n++] = (struct out_pair){ "not_checked", unknown, unknown };
	pairs[n++] = (struct out_pair){ "path", v->scan.root, NULL };
	if (good || v->base.cli->format == FORMAT_JSON)
		out_results(v->base.cli, text, pairs, n);
}

/* The last words, after what could be repaired is. */
static void
tell_end(struct verifying *v)
{
	const struct found *found = &v->found;
	/* Each of them is one path to be fetched. */
	bool good = v->code == EXIT_ALL && !found->onesided &&
	            v->repaired == found->damaged + found->unreadable;

	if (!good && v->code == EXIT_ALL)
		v->code = EXIT_NOT_ALL;
	if (v->check)
		tell_all(v, good);
	else if (good)
		tell_verified(v, v->result);
	else
		tell_failed(v, v->result);
	loop_stop(v->base.loop);
}

static void
on_checked(void *context, const struct error *err)
{
	struct verifying *v = context;

	checked_free(checked_record(v->check));
	if (err) {
		fail(v, err);
		return;
	}
	v->found.damaged =
	    verify_print_mismatches(v->base.cli, check_result(v->check));
	v->found.damaged += print_broken(v);
	v->found.unreadable = verify_print_unreadable(
	    v->base.cli, check_result(v->check), &v->unreadable, &v->hidden);
	if (v->args->repair)
		note_all_repairs(v);
	if (will_repair(v))
		repair_next(v);
	else
		tell_end(v);
}

/* -- the run -- */

static void
on_interrupt(void *context)
{
	struct verifying *v = context;

	if (v->download)
		download_cancel(v->download);
	else if (v->verify)
		verify_cancel(v->verify);
	else
		check_cancel(v->check);
}

static bool
start_all(struct verifying *v, struct error *err)
{
	if (!cache_look(&v->scan, v->args->cache_dir, err))
		return false;
	free(v->root);
	v->root = mem_strdup(v->scan.root);
	v->check = check_new();
	for (size_t i = 0; i < v->scan.repos.n; i++) {
		unreadable_find(
		    &v->unreadable, v->scan.root, v->scan.repos.v[i].folder);
		if (v->scan.repos.v[i].type)
			v->unknown += check_add_repo(v->check, &v->scan, i);
	}
	check_start(v->check, v->base.loop, v->base.workers, &v->base.bus,
	    v->scan.root, on_checked, v);
	return true;
}

/* Without the Hub: the blobs of one repository and their names. */
static bool
start_offline(struct verifying *v, struct error *err)
{
	struct cache cache;
	bool found = false;

	if (v->folder)
		return err_set(err, ERR_USAGE,
		    "without the Hub nothing says what the files of a folder "
		    "should be");
	if (!cache_look(&v->scan, v->args->cache_dir, err))
		return false;
	v->check = check_new();
	/* The scan does not know the name of one that is closed. */
	cache_init(&cache, v->scan.root, &v->request.repo);
	unreadable_find(&v->unreadable, cache.root, cache.name);
	cache_fini(&cache);
	for (size_t i = 0; i < v->scan.repos.n; i++) {
		if (!is_wanted(v, &v->scan.repos.v[i]))
			continue;
		v->unknown += check_add_repo(v->check, &v->scan, i);
		found = true;
	}
	if (!found && !v->unreadable.n)
		return err_set(err, ERR_NOT_FOUND, "%s is not in the cache %s",
		    v->request.repo.id, v->scan.root);
	check_start(v->check, v->base.loop, v->base.workers, &v->base.bus,
	    v->request.repo.id, on_checked, v);
	return true;
}

static bool
start_repo(struct verifying *v, struct error *err)
{
	const struct verify_args *a = v->args;
	char *given;

	if (v->base.cli->voice->policy.address.id_as_given)
		v->address.id = mem_strdup(a->repo);
	else if (!address_read(a->repo, v->base.hub->base,
		     ADDRESS_OWN | ADDRESS_CACHE, &v->address, err))
		return false;
	if (a->type == TYPE_KERNEL)
		return err_set(err, ERR_USAGE, "kernels are not supported");
	if (v->address.path)
		return err_set(err, ERR_USAGE,
		    "'%.300s' names a file; whole revisions are verified",
		    a->repo);
	if (!repo_check_id(v->address.id, err))
		return false;
	given = a->local_dir ? env_expand(a->local_dir) : NULL;
	v->folder = given ? dir_resolve(given) : NULL;
	free(given);
	v->root = cache_root(a->cache_dir, err);
	/* A folder can do without. */
	if (!v->root && v->folder)
		v->root = mem_strdup(v->folder);
	if (!v->root)
		return false;
	v->request = (struct verify_request){
		.repo = { a->type == TYPE_NONE ? v->address.type
					       : (enum repo_type)a->type,
		    v->address.id },
		.revision = a->revision ? a->revision : v->address.revision,
		.root = v->root,
		.folder = v->folder,
	};
	if (a->offline || (v->base.cli->voice->policy.cache.verifies_offline &&
			      v->base.hub->offline))
		return start_offline(v, err);
	v->verify = verify_start(v->base.hub, v->base.workers, &v->base.bus,
	    &v->request, on_verified, v);
	return true;
}

static bool
check_args(const struct cli *cli, const struct verify_args *a)
{
	struct error err;

	if (a->local_dir && a->cache_dir)
		err_set(&err, ERR_USAGE,
		    "%sCannot pass both --local-dir and --cache-dir. Use one "
		    "or the other.",
		    cli->voice->text.errors.front);
	else if (!a->repo && (a->local_dir || a->revision))
		err_set(&err, ERR_USAGE,
		    "--local-dir and --revision need a repository: "
		    "hug cache verify REPO_ID");
	else
		return true;
	out_error(cli, &err);
	return false;
}

static void
finish(struct verifying *v)
{
	session_halt(&v->base);
	download_free(v->download);
	verify_free(v->verify);
	check_free(v->check);
	scan_fini(&v->scan);
	arr_each (repair, &v->repairs) {
		free(repair->id);
		free(repair->revision);
		arr_free(&repair->paths);
	}
	arr_free(&v->repairs);
	arr_each (path, &v->hidden)
		free(*path);
	arr_free(&v->hidden);
	unreadable_fini(&v->unreadable);
	address_fini(&v->address);
	free(v->root);
	free(v->folder);
	session_close(&v->base);
}

static enum exit_code
verify_run(const struct cli *cli, const void *args)
{
	const struct verify_args *a = args;
	struct verifying v = { .args = a };
	struct session_options options = { .token = a->token,
		.offline = a->offline && !a->repair,
		.look = session_look(cli, PROGRESS_AUTO) };
	struct error err;

	if (!check_args(cli, a))
		return EXIT_USAGE;
	if (session_open(&v.base, cli, &options, &err) &&
	    (a->repo ? start_repo(&v, &err) : start_all(&v, &err))) {
		v.base.cancel = on_interrupt;
		v.base.context = &v;
		loop_run(v.base.loop);
	} else {
		out_error(cli, &err);
		v.code = err.code == ERR_USAGE && err.about != ERR_ABOUT_VALUE
		             ? EXIT_USAGE
		             : EXIT_NOT_ALL;
	}
	finish(&v);
	return out_finish(cli) ? v.code : EXIT_NOT_ALL;
}

static const struct example examples[] = {
	{ "hug cache verify", "Verify every cached file" },
	{ "hug cache verify openai-community/gpt2",
	    "Compare the cached main branch of a model with the Hub" },
	{ "hug cache verify openai-community/gpt2 --local-dir gpt2 --repair",
	    "Verify a folder, and download damaged files again" },
	{ NULL, NULL },
};

const struct command cmd_cache_verify = {
	.name = "cache verify",
	.summary = "Verify files against their checksums",
	.details = "Without a repository it compares every cached file with "
		   "the checksum in its name, which needs no network. With "
		   "a repository it compares the files of a revision with "
		   "the checksums on the Hub.\n",
	.examples = examples,
	.args = verify_args,
	.opts = verify_opts,
	.args_size = sizeof(struct verify_args),
	.defaults = verify_defaults,
	.run = verify_run,
	.faces = FACE_HUG | FACE_HF,
};
