#include "cli/request.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/input.h"
#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/os/dir.h"
#include "core/os/env.h"

/* A list of file names that is longer is no such list. */
#define NAMES_MAX ((size_t)256 * 1024 * 1024)

static struct texts
texts_of(const struct text_list *list)
{
	return (struct texts){ list->list.v, list->list.n };
}

bool
request_read_names(const char *from, struct str *text, struct text_list *files,
    struct error *err)
{
	struct span rest, line;

	if (!input_read(from, NAMES_MAX, text, err))
		return err_wrap(err, "--files-from");
	if (memchr(text->v, '\0', text->n))
		return err_set(
		    err, ERR_USAGE, "--files-from: a name holds a zero byte");
	rest = (struct span){ text->v, text->n };
	/* Some editors put a byte order mark in front. */
	if (span_starts_nocase(rest, "\xef\xbb\xbf")) {
		rest.p += 3;
		rest.n -= 3;
	}
	while (span_next(&rest, '\n', &line)) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!line.n)
			continue;
		text->v[line.p + line.n - text->v] = '\0';
		arr_push(&files->list, line.p);
	}
	if (files->list.n)
		return true;
	return err_set(err, ERR_USAGE, "--files-from contains no file name");
}

/* "'a', 'b'" */
void
request_add_quoted(struct str *out, const char *name, const struct texts *texts)
{
	if (!texts->n)
		return;
	str_addf(out, "%s%s=[", out->n ? ", " : "", name);
	for (size_t i = 0; i < texts->n; i++) {
		str_addz(out, i ? ", '" : "'");
		utf8_safe(out, texts->v[i]);
		str_addc(out, '\'');
	}
	str_addc(out, ']');
}

static bool
is_folder(const char *name)
{
	size_t n = strlen(name);

	return n && name[n - 1] == '/';
}

/* "<before><what><after>", what made safe to show. */
static bool
refuse(
    struct error *err, const char *before, const char *what, const char *after)
{
	err_set(err, ERR_CONFLICT, "%s%.300s%s", before, what, after);
	return err_hint(err, "See `hug help download`");
}

/* An address says the type and the revision itself. */
static bool
check_address(const struct cli *cli, const struct download_args *args,
    const struct address *address, struct error *err)
{
	if (!target_agrees(cli, args->type, address, err))
		return false;
	if (!target_alone(args->repo, args->type, args->revision, address, err))
		return err_hint(err, "See `hug help download`");
	if (address->revision && args->revision)
		return refuse(err, "'", args->repo,
		    "' names a revision, and so does --revision");
	if (args->local_dir && args->cache_dir &&
	    cli->voice->policy.download.one_folder_option)
		return err_set(err, ERR_CONFLICT,
		    "Cannot use both `--local-dir` and `--cache-dir` at the "
		    "same time. Use `--cache-dir` (or set the HF_HOME "
		    "environment variable) for shared caching, or "
		    "`--local-dir` for a one-off download to a specific "
		    "directory.");
	return true;
}

static bool
add_path(struct request_texts *texts, struct error *err)
{
	struct str names = STR_INIT;

	if (!texts->address.path)
		return true;
	if (texts->files.list.n) {
		struct texts files = texts_of(&texts->files);

		request_add_quoted(&names, "", &files);
		err_set(err, ERR_CONFLICT,
		    "Cannot combine a file path in the hf:// URI ('%.200s') "
		    "with positional filenames %.300s.",
		    texts->address.path, names.v + 1);
		str_fini(&names);
		return err_hint(err, "See `hug help download`");
	}
	arr_push(&texts->files.list, texts->address.path);
	return true;
}

/* As the official client: names say it all. */
static void
warn_of_patterns(const struct cli *cli, const struct download_args *args)
{
	const char *word = cli->voice->text.download.been;

	if (args->include.list.n)
		out_note(cli,
		    "Ignoring `--include` since filenames have %s explicitly "
		    "set.",
		    word);
	if (args->exclude.list.n)
		out_note(cli,
		    "Ignoring `--exclude` since filenames have %s explicitly "
		    "set.",
		    word);
}

static bool
check_folders(const struct cli *cli, const struct download_args *args,
    const struct request_texts *texts, struct error *err)
{
	arr_each (file, &texts->files.list) {
		const char *option = args->include.list.n   ? "include"
		                     : args->exclude.list.n ? "exclude"
		                                            : NULL;

		if (!cli->voice->policy.download.takes_folders ||
		    !is_folder(*file) || !option)
			continue;
		return err_set(err, ERR_CONFLICT,
		    "Cannot combine subfolder argument ('%.200s') with `--%s`. "
		    "Please use `--include \"%.200s*\"`%s instead.",
		    *file, option, *file,
		    strcmp(option, "exclude") ? "" : " with `--exclude`");
	}
	return true;
}

/*
 * Under the old names one name is that file, whatever characters it holds;
 * several, or a folder, are patterns that may well match nothing.
 */
static void
choose_files(const struct cli *cli, const struct download_args *args,
    struct request_texts *texts, struct download_request *request)
{
	size_t n = texts->files.list.n;
	bool one = n == 1 && !(cli->voice->policy.download.takes_folders &&
				 is_folder(texts->files.list.v[0]));

	request->files = texts_of(&texts->files);
	request->includes = texts_of(&args->include);
	request->excludes = texts_of(&args->exclude);
	request->literal = args->files_from != NULL;
	if (n) {
		warn_of_patterns(cli, args);
		request->includes.n = request->excludes.n = 0;
	}
	if (cli->voice->policy.download.names_must_match)
		return;
	request->may_be_nothing = true;
	request->trusting = true;
	request->literal = true;
	if (one || !n)
		return;
	request->includes = request->files;
	request->files.n = 0;
}

bool
request_read(struct request_texts *texts, const struct cli *cli,
    const struct download_args *args, const struct hub *hub,
    struct download_request *request, struct error *err)
{
	char *given;

	*texts = (struct request_texts){ .names = STR_INIT };
	arr_each (file, &args->files.list)
		arr_push(&texts->files.list, *file);
	if (args->files_from && !request_read_names(args->files_from,
				    &texts->names, &texts->files, err))
		return false;
	if (cli->voice->policy.address.only_ids)
		texts->address.id = mem_strdup(args->repo);
	else if (!address_read(args->repo, hub->base,
		     cli->voice->policy.address.forms, &texts->address, err) ||
		 !check_address(cli, args, &texts->address, err) ||
		 !add_path(texts, err) || !check_folders(cli, args, texts, err))
		return false;
	given = args->local_dir ? env_expand(args->local_dir) : NULL;
	texts->folder = given ? dir_resolve(given) : NULL;
	free(given);
	texts->root = cache_root(args->cache_dir, err);
	/* Without a cache there is none to copy from. */
	if (!texts->root && texts->folder)
		texts->root = path_join(texts->folder, ".cache/huggingface");
	if (!texts->root)
		return false;
	*request = (struct download_request){
		.repo = { args->type == TYPE_NONE ? texts->address.type
						  : (enum repo_type)args->type,
		    texts->address.id },
		.revision = texts->address.revision ? texts->address.revision
		            : args->revision        ? args->revision
		                                    : "main",
		.root = texts->root,
		.folder = texts->folder,
		.force = args->force,
		.dry_run = args->dry_run,
		.workers = args->max_workers,
		.rate = args->rate,
		.verify = (enum verify)args->verify,
	};
	choose_files(cli, args, texts, request);
	return true;
}

void
request_fini(struct request_texts *texts)
{
	address_fini(&texts->address);
	arr_free(&texts->files.list);
	str_fini(&texts->names);
	free(texts->root);
	free(texts->folder);
}
