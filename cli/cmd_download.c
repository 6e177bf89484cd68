/* cmd_download.c: hug download. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/choose.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/failon.h"
#include "cli/know.h"
#include "cli/know_text.h"
#include "cli/out.h"
#include "cli/quants.h"
#include "cli/queue_text.h"
#include "cli/request.h"
#include "cli/session.h"
#include "cli/show/table.h"
#include "cli/suggest.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/down/download.h"
#include "core/hub/address.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/queue/list.h"
#include "core/queue/work.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/store/snapshot.h"

/* By enum verify. */
static const char *const verify_names[] = { "full", "size", NULL };

static const char *const link_names[] = { "auto", "True", "False", NULL };

static void
download_defaults(void *args)
{
	struct download_args *a = args;

	a->type = TYPE_NONE;
	a->local_links = TYPE_NONE;
}

static const struct arg download_args[] = {
	{ "REPO_ID",
	    "Repository: org/name, dataset/org/name, space/org/name, "
	    "hf://..., or the address of its page",
	    .offset = offsetof(struct download_args, repo), .required = true },
	{ "FILENAMES", "Files or patterns to download (default: all files)",
	    .offset = offsetof(struct download_args, files), .many = true },
	{ .name = NULL },
};

#define AT(member) .offset = offsetof(struct download_args, member)

static const struct opt download_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct download_args, type)),
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)", AT(revision) },
	{ "include", 0, OPT_LIST, "PATTERN...",
	    "Download only files that match one of these", AT(include) },
	{ "exclude", 0, OPT_LIST, "PATTERN...",
	    "Skip files that match one of these", AT(exclude) },
	{ "files-from", 0, OPT_TEXT, "FILE",
	    "Read file names from FILE, one per line (-: standard "
	    "input)",
	    AT(files_from), .faces = FACE_HUG },
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(cache_dir) },
	{ "local-dir", 0, OPT_TEXT, "DIR",
	    "Download into DIR, under the files' own names, instead "
	    "of the cache",
	    AT(local_dir) },
	{ "local-dir-use-symlinks", 0, OPT_CHOICE, NULL,
	    "Ignored (accepted for old scripts)", AT(local_links),
	    .choices = link_names, .faces = FACE_OLD | FACE_HUG },
	{ "force-download", 0, OPT_FLAG, NULL,
	    "Download files again even if they are there", AT(force) },
	{ "no-force-download", 0, OPT_UNFLAG, NULL, "The opposite", AT(force),
	    .faces = FACE_HF },
	{ "resume-download", 0, OPT_FLAG, NULL,
	    "Ignored (downloads always resume)", AT(resume),
	    .faces = FACE_OLD | FACE_HUG },
	TARGET_TOKEN_OPT(offsetof(struct download_args, token)),
	{ "max-workers", 0, OPT_NUMBER, "N",
	    "Use at most N connections (default: as many as help)",
	    AT(max_workers) },
	{ "limit-rate", 0, OPT_SIZE, "RATE",
	    "Limit the speed to RATE bytes per second, for example "
	    "500K or 20M",
	    AT(rate), .faces = FACE_HUG },
	{ "verify", 0, OPT_CHOICE, NULL,
	    "Verify checksums (full) or only sizes (default: full)", AT(verify),
	    .choices = verify_names, .faces = FACE_HUG },
	SESSION_PROGRESS_OPT(offsetof(struct download_args, progress)),
	{ "offline", 0, OPT_FLAG, NULL,
	    "Use only local files, not the network (or set "
	    "HF_HUB_OFFLINE)",
	    AT(offline), .faces = FACE_HUG },
	{ "dry-run", 0, OPT_FLAG, NULL,
	    "List what would be downloaded, and stop", AT(dry_run),
	    .faces = FACE_HUG | FACE_HF },
	{ "no-dry-run", 0, OPT_UNFLAG, NULL, "The opposite", AT(dry_run),
	    .faces = FACE_HF },
	{ "pick", 0, OPT_FLAG, NULL, "Choose the files on the screen first",
	    AT(pick), .faces = FACE_HUG },
	{ "queue", 0, OPT_FLAG, NULL,
	    "Queue it for the app or `hug queue run`, and return", AT(queue),
	    .faces = FACE_HUG },
	{ "fail-on", 0, OPT_REPEAT, "LIST",
	    "Fail before anything is downloaded on any of: gated, "
	    "licence=NAMES, code, pickle, incomplete",
	    AT(fail_on), .faces = FACE_HUG },
	{ "quiet", 0, OPT_FLAG, NULL, "Print the path and errors only",
	    AT(quiet), .faces = FACE_OLD },
	{ "debug", 0, OPT_FLAG, NULL,
	    "Log requests to standard error, without the token (or "
	    "set HF_DEBUG)",
	    AT(debug), .faces = FACE_HUG },
	{ .name = NULL },
};

/* One download, while it runs. */
struct getting {
	struct session base;
	struct download *download;
	const struct download_args *args;
	struct download_request request;
	struct quants quants;     /* of the repository, if types were named */
	quant_paths chosen;       /* of them */
	struct queue_job *picked; /* on the screen; NULL: nothing */
	struct failon failon;
	struct know know;        /* if --fail-on or a plan asked for it */
	bool known;              /* it is there */
	char commit[COMMIT_MAX]; /* of the plan */
	uint64_t missing;        /* bytes that a plan has to fetch */
	enum exit_code code;
	struct error failure; /* ERR_NONE: it has not failed */
};

/* -- results -- */

static int
by_path(const void *a, const void *b)
{
	const struct plan_file *const *x = a;
	const struct plan_file *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

/* The files in order of their names; the caller frees the array. */
static const struct plan_file **
sorted(const struct plan *plan)
{
	const struct plan_file **files =
	    mem_resize(NULL, plan->files.n, sizeof(*files));

	for (size_t i = 0; i < plan->files.n; i++)
		files[i] = &plan->files.v[i];
	if (plan->files.n)
		qsort(files, plan->files.n, sizeof(*files), by_path);
	return files;
}

static void
print_summary(const struct plan *plan)
{
	char size[TIMEFMT_MAX];
	size_t count = 0;
	uint64_t bytes = 0;

	arr_each (file, &plan->files) {
		if (file->present)
			continue;
		count++;
		sum_add(&bytes, plan->unknown ? 0 : file->size);
	}
	fmt_size(size, bytes);
	out_putf(
	    "[dry-run] Will download %zu files (out of %zu) totalling %s.\n",
	    count, plan->files.n, plan->unknown ? "an unknown size" : size);
}

static void
print_dry_run(const struct cli *cli, const struct plan *plan)
{
	static const struct column columns[] = { { "file", COLUMN_ID },
		{ "size", 0 } };
	struct table table = { .columns = columns, .n = 2 };
	const struct plan_file **files = sorted(plan);

	if (cli->format == FORMAT_HUMAN || cli->format == FORMAT_AGENT)
		print_summary(plan);
	for (size_t i = 0; i < plan->files.n; i++) {
		char size[TIMEFMT_MAX] = "-";

		if (!files[i]->present && files[i]->size != SIZE_UNKNOWN)
			fmt_size(size, files[i]->size);
		table_add(&table, files[i]->path);
		table_add(&table, size);
	}
	table_print(&table, cli);
	table_fini(&table);
	free(files);
}

/* As Python's Path writes a folder: without "./" in front and "/" behind. */
static void
add_as_typed(struct str *out, const char *folder)
{
	while (!strncmp(folder, "./", 2))
		folder += 2 + strspn(folder + 2, "/");
	if (strcmp(folder, ".") != 0)
		str_addz(out, folder);
	while (out->n > 1 && out->v[out->n - 1] == '/')
		str_cut(out, out->n - 1);
}

/* The official 0.36 names what is below a folder as the folder was typed. */
static char *
path_as_typed(const struct getting *g, const char *path)
{
	const struct download_args *args = g->args;
	struct str out = STR_INIT;
	const char *below = NULL;

	if (args->local_dir && strlen(path) > strlen(g->request.folder)) {
		below = path + strlen(g->request.folder) + 1;
		add_as_typed(&out, args->local_dir);
	} else if (args->cache_dir && !args->local_dir) {
		below = path + strlen(g->request.root) + 1;
		str_addz(&out, args->cache_dir);
	}
	if (!below)
		str_addz(&out, path);
	else if (out.n)
		path_add(&out, below);
	else
		str_addz(&out, below);
	return str_steal(&out);
}

static void
print_json(const struct getting *g, const struct download_result *result)
{
	struct str text = STR_INIT;

	json_add_pair(&text, true, "path", result->path);
	json_add_pair(&text, false, "repo_id", g->request.repo.id);
	json_add_pair(
	    &text, false, "repo_type", repo_type_name(g->request.repo.type));
	json_add_pair(&text, false, "revision", g->request.revision);
	if (*result->commit)
		json_add_pair(&text, false, "commit", result->commit);
	str_addf(&text, ", \"bytes_fetched\": %llu}",
	    (unsigned long long)g->base.came);
	out_line(text.v);
	str_fini(&text);
}

static void
print_result(const struct getting *g, const struct download_result *result)
{
	const struct cli *cli = g->base.cli;
	char *path;

	if (g->args->dry_run) {
		print_dry_run(cli, result->plan);
	} else if (cli->voice->policy.download.result_has_words &&
		   cli->format != FORMAT_QUIET) {
		out_result(cli, "Downloaded", "path", result->path);
	} else if (cli->voice->policy.download.path_is_as_typed) {
		path = path_as_typed(g, result->path);
		out_exact(path);
		free(path);
	} else if (cli->format == FORMAT_JSON) {
		print_json(g, result);
	} else {
		out_exact(result->path);
	}
}

/* In the words of hf; hug calls it an error. */
static void
tell_nothing(const struct getting *g)
{
	struct str text = STR_INIT;

	request_add_quoted(&text, "allow_patterns", &g->request.includes);
	request_add_quoted(&text, "ignore_patterns", &g->request.excludes);
	out_tellf("No files matched %s.\n", text.v);
	str_fini(&text);
}

/* What the official clients raise as a Python error, of which scripts see the
 * last line. */
static bool
raise_error(const struct getting *g, const struct error *err)
{
	bool unreachable =
	    err->about == ERR_ABOUT_REACH || err->code == ERR_NETWORK;
	const struct sayings *say = &g->base.cli->voice->text;
	const char *text = NULL;

	if (g->args->dry_run && (unreachable || err->about == ERR_ABOUT_REPO))
		text = say->download.no_dry_run;
	else if (g->request.force && g->request.files.n == 1 && unreachable)
		text = g->base.hub->offline ? say->download.no_force_offline
		                            : say->download.no_force;
	if (text)
		out_tell(text);
	return text != NULL;
}

/* Of a whole download: what its own indexes say is missing. */
static void
tell_lost(const struct getting *g, const struct download_result *result)
{
	const struct cli *cli = g->base.cli;

	if (cli->voice->policy.download.tells_cautions &&
	    cli->format != FORMAT_QUIET && !g->args->dry_run &&
	    !g->request.files.n && !g->request.includes.n &&
	    !g->request.excludes.n)
		know_tell_lost(cli, result->plan, result->path);
}

static void
on_done(void *context, const struct download_result *result,
    const struct error *err)
{
	struct getting *g = context;

	session_quiet(&g->base);
	if (err) {
		g->failure = *err;
		g->code = session_failed(&g->base, err);
	} else {
		if (result->nothing)
			tell_nothing(g);
		print_result(g, result);
		g->missing = result->plan->missing;
		text_copy(g->commit, COMMIT_MAX, result->commit);
		tell_lost(g, result);
		g->code = out_finish(g->base.cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	loop_stop(g->base.loop);
}

/* -- the run -- */

static void
on_interrupt(void *context)
{
	struct getting *g = context;

	download_cancel(g->download);
}

static void
note_options(const struct cli *cli, const struct download_args *args)
{
	session_warn_of_token(cli, args->token);
	if (args->local_links != TYPE_NONE)
		out_note(cli,
		    "Ignoring --local-dir-use-symlinks. Downloading to a local "
		    "directory does not use symlinks anymore.");
	if (args->resume)
		out_note(cli, "--resume-download has no effect: downloads "
			      "always resume.");
}

/* Says why it failed, and what was probably meant. */
static void
tell_failure(struct getting *g)
{
	struct error *err = &g->failure;

	if (err->code == ERR_NONE || raise_error(g, err))
		return;
	suggest_repo(&g->base, err);
	if (err->path[0])
		suggest_file(&g->base, &g->request.repo, g->request.revision,
		    err->path, true, err);
	out_error(g->base.cli, err);
}

static void
tell_of_projectors(const struct getting *g)
{
	struct str names = STR_INIT;

	if (g->quants.projectors.n < 2)
		return;
	arr_each (file, &g->quants.projectors)
		str_addf(&names, "%s%s", names.n ? ", " : "", file->path);
	out_note(g->base.cli,
	    "There are %zu projectors, and none of them is downloaded: %s. "
	    "Name one as a file.",
	    g->quants.projectors.n, names.v);
	str_fini(&names);
}

/* Without the Hub the cache tells, of what it has. */
static bool
list_types(struct getting *g, struct error *err)
{
	const struct download_request *request = &g->request;
	struct str why = STR_INIT;

	if (quants_list(
		&g->base, &request->repo, request->revision, &g->quants, err))
		return true;
	if (!hub_is_out_of_reach(err) || request->force)
		return false;
	quants_fini(&g->quants);
	if (!quants_list_cached(
		request->root, &request->repo, request->revision, &g->quants))
		return false;
	str_addf(&why, "%s; types as the cache has them", err->message);
	out_note(g->base.cli, "%s", why.v);
	str_fini(&why);
	return true;
}

/* Finds the files of the types; `types` NULL: none were named. */
static bool
choose_types(struct getting *g, const char *types, struct error *err)
{
	if (!types)
		return true;
	if (g->request.files.n || g->request.includes.n ||
	    g->request.excludes.n)
		return err_set(err, ERR_USAGE,
		    "a type (:%.100s) cannot be combined with files or "
		    "patterns",
		    types);
	if (!list_types(g, err))
		return false;
	if (!quants_choose(&g->quants, types, &g->chosen, err))
		return g->quants.list.n
		           ? err_hint(err, "`hug quants %.150s` lists them",
				 g->request.repo.id)
		           : false;
	g->request.files = (struct texts){ g->chosen.v, g->chosen.n };
	g->request.literal = true;
	tell_of_projectors(g);
	return true;
}

/* What was picked on the screen is what is downloaded, of the commit that it was of. */
static void
take_picked(struct getting *g)
{
	struct download_request picked;

	if (!g->picked)
		return;
	work_request(g->picked, &picked);
	g->request.commit = picked.commit;
	g->request.folder = picked.folder;
	g->request.files = picked.files;
	g->request.includes = picked.includes;
	g->request.excludes = picked.excludes;
	g->request.literal = picked.literal;
}

/* -- what one should know before -- */

/* What --fail-on says. The commit that was looked at is then the one to fetch. */
static bool
check_first(struct getting *g, struct error *err)
{
	if (!g->failon.kinds)
		return true;
	/* A plan shows all of them. */
	if (!know_ask(&g->base, &g->request,
		g->args->dry_run ? 0 : g->failon.kinds, &g->know, err)) {
		if (err->code != ERR_CANCELLED)
			err_wrap(err, "--fail-on cannot be checked");
		return false;
	}
	g->known = true;
	if (!failon_passes(&g->failon, g->base.cli, &g->know.cautions,
		&g->request.repo, err))
		return false;
	if (!*g->know.commit)
		return err_set(err, ERR_NETWORK,
		    "--fail-on cannot be checked: the Hub's answer does not "
		    "name the commit");
	g->request.commit = g->know.commit;
	return true;
}

/* The cautions below a plan. That they cannot be had does not change the plan. */
static void
print_cautions(struct getting *g)
{
	const struct cli *cli = g->base.cli;
	struct error err;

	if (!g->args->dry_run || g->code != EXIT_ALL ||
	    !cli->voice->policy.download.tells_cautions ||
	    cli->format != FORMAT_HUMAN)
		return;
	if (!g->known && *g->commit)
		g->request.commit = g->commit;
	if (!g->known && !know_ask(&g->base, &g->request, 0, &g->know, &err)) {
		out_note(cli, "cautions cannot be shown: %s", err.message);
		if (err.code == ERR_CANCELLED)
			g->code = session_failed(&g->base, &err);
		return;
	}
	out_put("\n");
	know_print_sizes(&g->know.cautions, g->missing,
	    g->request.folder ? g->request.folder : g->request.root);
	know_print(&g->know.cautions);
	if (!out_finish(cli))
		g->code = EXIT_NOT_ALL;
}

/* A queue keeps no token. */
static enum exit_code
queue_it(const struct cli *cli, const struct download_args *args)
{
	struct error err;
	bool ok = false;

	if (args->dry_run)
		err_set(&err, ERR_USAGE,
		    "--queue and --dry-run cannot be used together");
	else if (args->fail_on.list.n)
		err_set(&err, ERR_USAGE,
		    "--queue and --fail-on cannot be used together");
	else if (args->token) {
		err_set(&err, ERR_USAGE,
		    "--queue keeps no token, so --token cannot be used with "
		    "it");
		err_hint(&err, "Store it with `hug login`, then name it with "
			       "--as");
	} else {
		ok = queue_add_args(cli, args, &err);
	}
	if (!ok)
		out_error(cli, &err);
	if (!ok && err.code == ERR_USAGE)
		return EXIT_USAGE;
	return out_finish(cli) && ok ? EXIT_ALL : EXIT_NOT_ALL;
}

static bool
begin(struct getting *g, const struct cli *cli,
    const struct session_options *options, struct request_texts *texts,
    const char *types, struct error *err)
{
	if (!session_open(&g->base, cli, options, err) ||
	    !request_read(texts, cli, g->args, g->base.hub, &g->request, err))
		return false;
	take_picked(g);
	return failon_read(&g->failon, &g->args->fail_on, err) &&
	       choose_types(g, types, err) && check_first(g, err);
}

/* The screen has a chooser for types. */
static struct queue_job *
refuse_types(const char *types, struct error *err)
{
	err_set(err, ERR_USAGE,
	    "a type (:%.100s) cannot be combined with --pick", types);
	err_hint(err, "On the screen m chooses a quantisation");
	return NULL;
}

static enum exit_code
refuse_pick(const struct cli *cli, const struct error *err)
{
	out_error(cli, err);
	return err->code == ERR_USAGE ? EXIT_USAGE : EXIT_NOT_ALL;
}

static enum exit_code
download_run(const struct cli *cli, const void *args)
{
	struct download_args a = *(const struct download_args *)args;
	struct cli own = *cli;
	struct request_texts texts = { .names = STR_INIT };
	struct getting g = { .args = &a };
	struct session_options options = {
		.token = a.token, .offline = a.offline, .debug = a.debug
	};
	const char *types = NULL;
	char *repo = NULL;
	struct error err;

	if (a.queue && !a.pick)
		return queue_it(cli, &a);
	if (a.quiet)
		own.format = FORMAT_QUIET;
	if (cli->voice->policy.download.types_follow)
		types = quants_split(a.repo, &repo);
	if (types)
		a.repo = repo;
	if (a.pick) {
		g.picked = types ? refuse_types(types, &err)
		                 : choose_files(&own, &a, &err);
		if (!g.picked) {
			free(repo);
			return refuse_pick(&own, &err);
		}
	}
	options.look = session_look_chosen(&own, a.progress);
	note_options(&own, &a);
	if (begin(&g, &own, &options, &texts, types, &err)) {
		g.base.cancel = on_interrupt;
		g.base.context = &g;
		g.download = download_start(g.base.hub, g.base.workers,
		    &g.base.bus, &g.request, on_done, &g);
		loop_run(g.base.loop);
		tell_failure(&g);
		print_cautions(&g);
	} else {
		suggest_repo(&g.base, &err);
		out_error(&own, &err);
		g.code = err.code == ERR_USAGE ? EXIT_USAGE
		         : err.code == ERR_CONFLICT
		             ? own.voice->policy.errors.conflict
		             : session_failed(&g.base, &err);
	}
	session_halt(&g.base);
	download_free(g.download);
	session_close(&g.base);
	request_fini(&texts);
	quants_fini(&g.quants);
	queue_job_free(g.picked);
	arr_free(&g.chosen);
	failon_fini(&g.failon);
	know_fini(&g.know);
	free(repo);
	return g.code;
}

static const struct example examples[] = {
	{ "hug download openai-community/gpt2",
	    "Download the main branch of a model; print its folder" },
	{ "hug download openai-community/gpt2 config.json",
	    "Download one file; print its path" },
	{ "hug download openai-community/gpt2 --include '*.json' --exclude "
	  "'onnx/*'",
	    "Download what matches one pattern and not the other" },
	{ "hug download openai-community/gpt2 --local-dir gpt2",
	    "Download into the folder gpt2, under the files' own names" },
	{ "hug download dataset/rajpurkar/squad", "Download a dataset" },
	{ "hug download hf://openai-community/gpt2@main/config.json",
	    "Download a file by its URI; the address of its page works too" },
	{ "hug download acme/tiny-owl-GGUF:Q4_K_M",
	    "Download one type of a GGUF model, with all its parts and its "
	    "projector" },
	{ "hug download openai-community/gpt2 --pick",
	    "Choose the files on the screen, then download them" },
	{ "hug download openai-community/gpt2 --dry-run",
	    "List what would be downloaded, with sizes" },
	{ "hug download openai-community/gpt2 --fail-on "
	  "gated,licence=other,code",
	    "Fail before anything is downloaded if one of these holds" },
	{ "hug download openai-community/gpt2 --limit-rate 20M --max-workers 4",
	    "Leave bandwidth to others" },
	{ "hug download openai-community/gpt2 --json",
	    "Write the result for a program" },
	{ NULL, NULL },
};

const struct command cmd_download = {
	.name = "download",
	.summary = "Download files from a repository",
	.details = "Prints the path of the file, or of the folder with the "
		   "files, as the last line of standard output. Files that "
		   "are already there are not downloaded again, interrupted "
		   "downloads resume, and every file is verified against "
		   "its checksum.\n\nPatterns match the whole path: * and ? "
		   "also match /, [a-z] and [!a-z] match one character, and "
		   "a pattern that ends in / matches everything below.\n\n"
		   "REPO_ID:TYPE, or REPO_ID:TYPE,TYPE, is what a "
		   "repository has as GGUF of these types: all parts, and "
		   "the projector if there is one. `hug quants` lists the "
		   "types."
		   "\n\n--fail-on checks before a byte is downloaded, "
		   "and fails with exit code 1 on any of: gated "
		   "(access has to be asked for), licence=NAMES (one "
		   "of these licences, which may have wildcards; "
		   "unknown is a repository that states none), code "
		   "(which a loader would run), pickle (weights that "
		   "exist only as pickles), incomplete (files are "
		   "missing that an index or their numbers name). "
		   "What cannot be checked fails, too. `hug info` "
		   "shows the same.\n",
	.examples = examples,
	.args = download_args,
	.opts = download_opts,
	.args_size = sizeof(struct download_args),
	.defaults = download_defaults,
	.run = download_run,
};
