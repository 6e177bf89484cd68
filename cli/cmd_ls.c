/* cmd_ls.c: hug ls: the files of a repository, without fetching them. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/out.h"
#include "cli/questions.h"
#include "cli/show/filelist.h"
#include "cli/suggest.h"
#include "cli/target.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/hub/endpoint.h"
#include "core/hub/tree.h"

struct ls_args {
	const char *repo;
	const char *path; /* in it; NULL: none */
	unsigned type;
	const char *revision;
	bool recursive, tree, long_form, bytes;
	const char *token;
};

static void
ls_defaults(void *args)
{
	struct ls_args *a = args;

	a->type = TYPE_NONE;
}

#define AT(member) .offset = offsetof(struct ls_args, member)

static const struct arg ls_args[] = {
	{ "REPO_ID",
	    "Repository, optionally with a revision and a folder: "
	    "org/name@revision/folder",
	    AT(repo), .required = true },
	{ "PATH", "Folder or file in the repository", AT(path) },
	{ .name = NULL },
};

static const struct opt ls_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct ls_args, type)),
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)", AT(revision) },
	{ "recursive", 'R', OPT_FLAG, NULL, "List files in folders too",
	    AT(recursive) },
	{ "tree", 0, OPT_FLAG, NULL, "Show the files as a tree", AT(tree) },
	{ "long", 'l', OPT_FLAG, NULL,
	    "Show when each file last changed (slower)", AT(long_form) },
	{ "bytes", 'b', OPT_FLAG, NULL, "Show sizes in bytes", AT(bytes) },
	{ "human-readable", 'h', OPT_UNFLAG, NULL,
	    "Show short sizes, as 1.2 MB (default)", AT(bytes) },
	TARGET_TOKEN_OPT(offsetof(struct ls_args, token)),
	{ .name = NULL },
};

struct listing {
	struct questions ask;
	const struct ls_args *args;
	struct filelist files;
	const char *only; /* the path of the one that is wanted; NULL: all */
};

static bool
on_item(void *context, const struct cJSON *item, struct error *err)
{
	struct listing *l = context;

	(void)err;
	if (!l->only || !strcmp(json_str(item, "path", ""), l->only))
		filelist_add(&l->files, item);
	return out_is_wanted() && (!l->only || !l->files.seen);
}

static void
on_page(void *context)
{
	(void)context;
	out_flush();
}

static bool
ask(struct listing *l, const struct tree_request *request, struct error *err)
{
	const struct pages_taker taker = { .item = on_item,
		.page = on_page,
		.done = questions_ended,
		.context = l };

	return questions_wait(
	    &l->ask, tree_pages(l->ask.session.hub, request, &taker), err);
}

/* A path that is no folder may be a file: its folder tells. */
static bool
ask_file(struct listing *l, struct tree_request request, struct error *err)
{
	char *folder = path_folder(request.folder);
	struct error own = { .code = ERR_NONE };
	bool ok;

	l->only = request.folder;
	request.folder = folder;
	request.recursive = false;
	ok = ask(l, &request, &own) && l->files.seen;
	free(folder);
	/* Else the first answer says it best. */
	if (!ok && own.code == ERR_CANCELLED)
		*err = own;
	return ok;
}

/* The folder may stand behind the repository, or for itself. */
static bool
add_path(const struct ls_args *a, struct address *address, struct error *err)
{
	if (!a->path)
		return true;
	if (address->path)
		return err_set(err, ERR_USAGE,
		    "'%.300s' names a path already, so '%.300s' is one too "
		    "many",
		    a->repo, a->path);
	address->path = mem_strdup(a->path);
	return repo_check_path(a->path, err);
}

static bool
list(struct listing *l, struct error *err)
{
	const struct ls_args *a = l->args;
	struct tree_request request = { .recursive = a->recursive || a->tree,
		.expand = a->long_form };
	struct address address;
	struct repo repo;
	char *folder = NULL;
	bool ok =
	    target_read(l->ask.session.cli, a->repo, a->type,
		l->ask.session.hub->base, TARGET_REVISION | TARGET_PATH,
		&address, err) &&
	    target_revision(a->revision, &address, &request.revision, err);

	ok = ok && add_path(a, &address, err);
	if (ok) {
		repo = target_repo(&address);
		folder = mem_strdup(address.path ? address.path : "");
		/* "folder/" is the same folder. */
		while (*folder && folder[strlen(folder) - 1] == '/')
			folder[strlen(folder) - 1] = '\0';
		request.repo = &repo;
		request.folder = folder;
		if (!request.revision)
			request.revision = "main";
		ok = ask(l, &request, err);
		if (!ok && err->about == ERR_ABOUT_FILE && *folder)
			ok = ask_file(l, request, err);
		if (!ok)
			suggest_file(&l->ask.session, &repo, request.revision,
			    folder, false, err);
	}
	address_fini(&address);
	free(folder);
	return ok;
}

static enum exit_code
ls_run(const struct cli *cli, const void *args)
{
	struct listing l = { .args = args };
	enum exit_code code;
	struct error err;

	l.files = (struct filelist){ .cli = cli,
		.tree = l.args->tree && cli->format != FORMAT_JSON,
		.human = !l.args->bytes,
		.dates = l.args->long_form };
	if (questions_open(&l.ask, cli, l.args->token, &err) &&
	    list(&l, &err)) {
		filelist_end(&l.files);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	} else {
		code = questions_failed(&l.ask, &err);
	}
	filelist_fini(&l.files);
	return questions_close(&l.ask, code);
}

static const struct example examples[] = {
	{ "hug ls openai-community/gpt2", "List the top folder of a model" },
	{ "hug ls -R openai-community/gpt2@main/onnx",
	    "List everything below a folder" },
	{ "hug ls --tree dataset/rajpurkar/squad", "Show a dataset as a tree" },
	{ NULL, NULL },
};

const struct command cmd_ls = {
	.name = "ls",
	.summary = "List the files of a repository",
	.details = "Lists page by page, and downloads nothing.\n",
	.examples = examples,
	.args = ls_args,
	.opts = ls_opts,
	.args_size = sizeof(struct ls_args),
	.defaults = ls_defaults,
	.run = ls_run,
	.faces = FACE_HUG,
};
