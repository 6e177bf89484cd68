/* cmd_parquet.c: hug datasets parquet. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/out.h"
#include "cli/questions.h"
#include "cli/show/records.h"
#include "cli/target.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/hub/tree.h"

/*
 * Where the Hub keeps a dataset as Parquet, <config>/<split>/0000.parquet (hub-docs,
 * datasets-parquet). The list of the Datasets Server, which hf asks, is made of it;
 * asking the Hub itself works on any Hub, and hands the token to nobody else.
 */
#define PARQUET "refs/convert/parquet"

/* What is only the beginning of a large split is in such a folder. */
#define PARTIAL "partial-"

struct parquet_args {
	const char *repo;
	const char *subset, *split;
	const char *token;
};

#define AT(member) .offset = offsetof(struct parquet_args, member)

static const struct arg parquet_args[] = {
	{ "DATASET_ID", "The dataset, as namespace/name", AT(repo),
	    .required = true },
	{ .name = NULL },
};

static const struct opt parquet_opts[] = {
	{ "subset", 0, OPT_TEXT, "NAME", "Show only this subset (config)",
	    AT(subset) },
	{ "split", 0, OPT_TEXT, "NAME", "Show only this split", AT(split) },
	TARGET_TOKEN_OPT(offsetof(struct parquet_args, token)),
	{ .name = NULL },
};

struct listing {
	struct questions ask;
	const struct parquet_args *args;
	struct repo repo;
	struct records records;
	size_t n;
};

static void
print_file(struct listing *l, const char *subset, const char *split,
    const struct treefile *file)
{
	const struct cli *cli = l->ask.session.cli;
	struct str url = STR_INIT, text = STR_INIT;

	filemeta_url(&url, l->ask.session.hub, &l->repo, PARQUET, file->path);
	if (cli->format == FORMAT_QUIET) {
		utf8_safe(&text, url.v);
		out_line(text.v);
	} else {
		json_add_pair(&text, true, "subset", subset);
		json_add_pair(&text, false, "split", split);
		json_add_pair(&text, false, "url", url.v);
		str_addf(
		    &text, ", \"size\": %llu}", (unsigned long long)file->size);
		if (cli->format == FORMAT_JSON) {
			out_put(l->n ? ", " : "[");
			out_put(text.v);
		} else {
			records_add(&l->records, text.v);
		}
	}
	l->n++;
	str_fini(&url);
	str_fini(&text);
}

static bool
ends(const char *text, const char *tail)
{
	size_t n = strlen(text), m = strlen(tail);

	return n >= m && !strcmp(text + n - m, tail);
}

static bool
on_file(void *context, const struct treefile *file)
{
	struct listing *l = context;
	const struct parquet_args *a = l->args;
	char *subset = mem_strdup(file->path);
	char *split = strchr(subset, '/');
	char *name = split ? strchr(split + 1, '/') : NULL;

	if (name && ends(name, ".parquet")) {
		*split++ = *name = '\0';
		if (!strncmp(split, PARTIAL, strlen(PARTIAL)))
			split += strlen(PARTIAL);
		if ((!a->subset || !strcmp(a->subset, subset)) &&
		    (!a->split || !strcmp(a->split, split)))
			print_file(l, subset, split, file);
	}
	free(subset);
	return true;
}

static bool
list(struct listing *l, struct error *err)
{
	const struct tree_taker taker = {
		.take = on_file, .done = questions_ended, .context = l
	};

	if (questions_wait(&l->ask,
		tree_list(l->ask.session.hub,
		    &(struct tree_request){ .repo = &l->repo,
			.revision = PARQUET,
			.folder = "",
			.recursive = true },
		    &taker),
		err))
		return true;
	if (err->about != ERR_ABOUT_REVISION)
		return false;
	err_set(err, ERR_NOT_FOUND, "the Hub has no Parquet files of %s",
	    l->repo.id);
	return err_hint(err,
	    "It makes them of public datasets that it can read, some time "
	    "after a change");
}

static bool
look(struct listing *l, struct error *err)
{
	struct session *s = &l->ask.session;
	const char *no_viewer = s->cli->voice->text.parquet.no_viewer;
	struct address address = { .type = REPO_DATASET };
	bool ok;

	if (no_viewer && strcmp(s->hub->base, "https://huggingface.co") != 0) {
		err_set(err, ERR_CONFLICT, "%s%s)", no_viewer, s->hub->site);
		return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
	}
	ok = target_read_as(s->cli, l->args->repo, REPO_DATASET, s->hub->base,
	    0, &address, err);
	l->repo = target_repo(&address);
	ok = ok && list(l, err);
	if (!ok)
		target_not_found(s->cli, &l->repo, err);
	address_fini(&address);
	return ok;
}

static enum exit_code
parquet_run(const struct cli *cli, const void *args)
{
	struct listing l = { .args = args };
	enum exit_code code = EXIT_ALL;
	struct error err;

	if (!questions_open(&l.ask, cli, l.args->token, &err) ||
	    !look(&l, &err)) {
		code = questions_failed(&l.ask, &err);
	} else {
		if (cli->format == FORMAT_JSON)
			out_line(l.n ? "]" : "[]");
		else if (cli->format != FORMAT_QUIET)
			records_print(&l.records, cli);
		if (!out_finish(cli))
			code = EXIT_NOT_ALL;
	}
	records_fini(&l.records);
	return questions_close(&l.ask, code);
}

static const struct example examples[] = {
	{ "hug datasets parquet rajpurkar/squad",
	    "List the Parquet files of a dataset" },
	{ "hug datasets parquet rajpurkar/squad --split train -q",
	    "Print only the addresses of one split" },
	{ NULL, NULL },
};

const struct command cmd_datasets_parquet = {
	.name = "datasets parquet",
	.summary = "List a dataset's Parquet files",
	.details =
	    "The Hub converts datasets to Parquet, in the revision "
	    "refs/convert/parquet. Prints subset, split, address and size in "
	    "bytes of each file. `hug download` with this revision fetches "
	    "them.\n",
	.examples = examples,
	.args = parquet_args,
	.opts = parquet_opts,
	.args_size = sizeof(struct parquet_args),
	.run = parquet_run,
	.faces = FACE_HUG | FACE_HF,
};
