/* cmd_cat.c: hug cat. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/out.h"
#include "cli/plain.h"
#include "cli/questions.h"
#include "cli/suggest.h"
#include "cli/target.h"
#include "core/base/path.h"
#include "core/down/cat.h"
#include "core/hub/endpoint.h"

struct cat_args {
	struct text_list files;
	unsigned type;
	const char *revision;
	const char *token;
};

static void
cat_defaults(void *args)
{
	struct cat_args *a = args;

	a->type = TYPE_NONE;
}

#define AT(member) .offset = offsetof(struct cat_args, member)

static const struct arg cat_args[] = {
	{ "FILES",
	    "Files (org/name/path, org/name@revision/path, hf://..., "
	    "the address of a page), or a repository followed by "
	    "file names",
	    AT(files), .required = true, .many = true },
	{ .name = NULL },
};

static const struct opt cat_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct cat_args, type)),
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)", AT(revision) },
	TARGET_TOKEN_OPT(offsetof(struct cat_args, token)),
	{ .name = NULL },
};

struct cat_command {
	struct questions ask;
	const struct cat_args *args;
	struct plain plain;
	struct error failure;
};

static bool
on_bytes(void *context, const char *bytes, size_t n)
{
	struct cat_command *p = context;

	return plain_put(&p->plain, bytes, n, &p->failure);
}

static void
on_note(void *context, const char *text)
{
	const struct cat_command *p = context;

	out_note(p->ask.session.cli, "%s", text);
}

static bool
check_path(const char *text, const struct address *address, struct error *err)
{
	size_t n = address->path ? strlen(address->path) : 0;
	bool ok = n && address->path[n - 1] != '/';

	if (ok)
		return path_check(address->path, err);
	err_set(err, ERR_USAGE, "'%.300s' is not a file", text);
	return err_hint(
	    err, "Add the path after the repository: org/name/path");
}

/* The address of one of the files; `path` of one that is named alone. */
static bool
read_address(struct cat_command *p, const char *text, const char *path,
    struct address *address, struct error *err)
{
	if (!target_read(p->ask.session.cli, text, p->args->type,
		p->ask.session.hub->base, TARGET_REVISION | TARGET_PATH,
		address, err))
		return false;
	if (path) {
		free(address->path);
		address->path = mem_strdup(path);
		return repo_check_path(path, err);
	}
	return true;
}

/* One file, to its end. */
static bool
write_file(struct cat_command *p, const char *text, const char *path,
    struct error *err)
{
	const struct cat_taker taker = { on_bytes, on_note, questions_ended,
		p };
	struct address address;
	struct repo repo;
	struct cat *cat = NULL;
	const char *revision;
	bool ok;

	p->failure.code = ERR_NONE;
	ok = read_address(p, text, path, &address, err) &&
	     check_path(text, &address, err) &&
	     target_revision(p->args->revision, &address, &revision, err);
	if (ok) {
		repo = target_repo(&address);
		cat = cat_start(p->ask.session.hub, &repo,
		    revision ? revision : "main", address.path, &taker);
		ok = questions_wait(&p->ask, NULL, err);
		cat_free(cat);
		if (!ok)
			suggest_file(&p->ask.session, &repo,
			    revision ? revision : "main", address.path, false,
			    err);
	}
	if (!plain_end(&p->plain, &p->failure))
		ok = false;
	if (!ok && p->failure.code != ERR_NONE)
		*err = p->failure;
	address_fini(&address);
	return ok;
}

/* "org/name a b": whether the first names a repository, the others its files. */
static bool
is_of_one(struct cat_command *p)
{
	const struct text_list *files = &p->args->files;
	struct address address;
	struct error ignored;
	bool one = files->list.n > 1 &&
	           read_address(p, files->list.v[0], NULL, &address, &ignored);

	if (files->list.n > 1) {
		one = one && !address.path;
		address_fini(&address);
	}
	return one;
}

static enum exit_code
cat_run(const struct cli *cli, const void *args)
{
	struct cat_command p = { .args = args };
	enum exit_code code = EXIT_ALL;
	struct error err;

	plain_begin(&p.plain);
	if (questions_open(&p.ask, cli, p.args->token, &err)) {
		const char *const *files = p.args->files.list.v;
		bool one = is_of_one(&p);

		for (size_t i = one; i < p.args->files.list.n; i++) {
			if (write_file(&p, files[one ? 0 : i],
				one ? files[i] : NULL, &err))
				continue;
			/* A reader that had enough is no mistake. */
			if (err.code == ERR_SYSTEM && err.detail == EPIPE)
				code = EXIT_NOT_ALL;
			else
				code = questions_failed(&p.ask, &err);
			if (err.code == ERR_CANCELLED || err.code == ERR_SYSTEM)
				break;
		}
	} else {
		code = questions_failed(&p.ask, &err);
	}
	plain_fini(&p.plain);
	return questions_close(&p.ask, code);
}

static const struct example examples[] = {
	{ "hug cat openai-community/gpt2/config.json",
	    "Print a file of a model" },
	{ "hug cat openai-community/gpt2@main/README.md",
	    "Print a file of a revision" },
	{ "hug cat dataset/rajpurkar/squad/README.md",
	    "Print a file of a dataset" },
	{ NULL, NULL },
};

const struct command cmd_cat = {
	.name = "cat",
	.summary = "Print files from a repository",
	.details = "Writes the files to standard output and caches nothing. "
		   "The checksum is verified at the end; the exit code says "
		   "whether everything arrived. On a terminal, control "
		   "characters are shown as escapes.\n",
	.examples = examples,
	.args = cat_args,
	.opts = cat_opts,
	.args_size = sizeof(struct cat_args),
	.defaults = cat_defaults,
	.run = cat_run,
	.faces = FACE_HUG,
};
