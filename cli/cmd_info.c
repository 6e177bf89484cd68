/* cmd_info.c: hug info: what one should know of a repository before fetching it. */
#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/commands.h"
#include "cli/know.h"
#include "cli/know_text.h"
#include "cli/out.h"
#include "cli/questions.h"
#include "cli/show/facts.h"
#include "cli/target.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/down/download.h"
#include "core/hub/endpoint.h"
#include "core/os/fs.h"
#include "core/os/machine.h"

struct info_args {
	const char *repo;
	unsigned type;
	const char *revision;
	const char *token;
};

static void
info_defaults(void *args)
{
	struct info_args *a = args;

	a->type = TYPE_NONE;
}

#define AT(member) .offset = offsetof(struct info_args, member)

static const struct arg info_args[] = {
	{ "REPO_ID",
	    "Repository, optionally with a revision: org/name@revision",
	    AT(repo), .required = true },
	{ .name = NULL },
};

static const struct opt info_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct info_args, type)),
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)", AT(revision) },
	TARGET_TOKEN_OPT(offsetof(struct info_args, token)),
	{ .name = NULL },
};

struct info {
	struct questions ask;
	struct address address;
	struct download_request request; /* of all of it */
	struct know know;
	char *root; /* of the cache; NULL: there can be none */
};

/* -- for people -- */

/* A line, unless there is nothing to say. */
static void
line(const char *key, const char *value)
{
	if (value && *value)
		out_putf("%-11s  %s\n", key, value);
}

static void
number_line(const struct cJSON *info, const char *key)
{
	uint64_t number;

	if (json_u64(info, key, &number))
		out_putf("%-11s  %llu\n", key, (unsigned long long)number);
}

static void
print_licences(const struct cautions *c)
{
	struct str text = STR_INIT;

	arr_each (licence, &c->licences)
		text_addf(&text, "%s%.100s", text.n ? ", " : "", *licence);
	line("licence", text.n ? text.v : "not stated");
	str_fini(&text);
}

static const char *
gate(enum gated gated)
{
	static const char *const texts[] = {
		[GATED_UNKNOWN] = "not known",
		[GATED_NO] = "no",
		[GATED_AUTO] = "yes; access is given to everyone who asks",
		[GATED_MANUAL] = "yes; the owner decides who gets access",
	};

	return texts[gated];
}

static void
print_files(const struct cautions *c)
{
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];

	fmt_bytes(size, c->bytes);
	out_putf("files        %llu, %s\n", (unsigned long long)c->files, size);
	for (unsigned i = 0; i < WEIGHTS_FORMATS; i++) {
		if (!c->weights[i])
			continue;
		fmt_bytes(size, c->weights[i]);
		str_addf(&text, "%s%s %s", text.n ? ", " : "",
		    weights_format_name((enum weights_format)i), size);
	}
	line("weights", text.v);
	str_fini(&text);
}

static void
print_human(const struct info *i)
{
	const struct cautions *c = &i->know.cautions;
	const struct cJSON *info = i->know.info;
	struct str day = STR_INIT;

	line("repository", i->request.repo.id);
	line("type", repo_type_name(i->request.repo.type));
	line("revision", i->request.revision);
	line("commit", i->know.commit);
	facts_add_day(&day, json_str(info, "lastModified", ""));
	line("changed", day.v);
	str_fini(&day);
	if (json_bool(info, "private", false))
		line("private", "yes");
	print_licences(c);
	line("gated", gate(c->gated));
	line("task", json_str(info, "pipeline_tag", ""));
	line("library", json_str(info, "library_name", ""));
	line("sdk", json_str(info, "sdk", ""));
	number_line(info, "downloads");
	number_line(info, "likes");
	print_files(c);
	know_print_sizes(c, c->bytes, i->root);
	know_print(c);
}

/* -- for programs -- */

static void
add_number(struct str *out, const char *key, uint64_t number)
{
	json_add_key(out, false, key);
	str_addf(out, "%llu", (unsigned long long)number);
}

static void
add_text(struct str *out, const char *key, const char *text)
{
	json_add_key(out, false, key);
	if (text)
		json_add_string(out, text);
	else
		str_addz(out, "null");
}

/* A number of the Hub's, if it names one. */
static void
add_fact(struct str *out, const struct cJSON *info, const char *key)
{
	uint64_t number;

	if (json_u64(info, key, &number))
		add_number(out, key, number);
}

static void
add_gate(struct str *out, enum gated gated)
{
	static const char *const texts[] = {
		[GATED_UNKNOWN] = "null",
		[GATED_NO] = "false",
		[GATED_AUTO] = "\"auto\"",
		[GATED_MANUAL] = "\"manual\"",
	};

	json_add_key(out, false, "gated");
	str_addz(out, texts[gated]);
}

static void
add_weights(struct str *out, const struct cautions *c)
{
	bool first = true;

	json_add_key(out, false, "weights");
	for (unsigned i = 0; i < WEIGHTS_FORMATS; i++) {
		if (!c->weights[i])
			continue;
		json_add_key(
		    out, first, weights_format_key((enum weights_format)i));
		str_addf(out, "%llu", (unsigned long long)c->weights[i]);
		first = false;
	}
	str_addz(out, first ? "{}" : "}");
}

static void
print_json(const struct info *i)
{
	const struct cautions *c = &i->know.cautions;
	const struct cJSON *info = i->know.info;
	struct str out = STR_INIT;
	uint64_t is_free;

	json_add_pair(&out, true, "repo_id", i->request.repo.id);
	json_add_pair(
	    &out, false, "repo_type", repo_type_name(i->request.repo.type));
	json_add_pair(&out, false, "revision", i->request.revision);
	add_text(&out, "commit", *i->know.commit ? i->know.commit : NULL);
	add_text(&out, "last_modified", json_str(info, "lastModified", NULL));
	json_add_key(&out, false, "licences");
	str_addc(&out, '[');
	for (size_t k = 0; k < c->licences.n; k++) {
		str_addz(&out, k ? ", " : "");
		json_add_string(&out, c->licences.v[k]);
	}
	str_addc(&out, ']');
	add_gate(&out, c->gated);
	add_fact(&out, info, "downloads");
	add_fact(&out, info, "likes");
	add_number(&out, "files", c->files);
	add_number(&out, "size", c->bytes);
	add_weights(&out, c);
	add_number(&out, "memory_needed", know_memory(c));
	add_number(&out, "memory", machine_memory());
	if (i->root && fs_free_bytes(i->root, &is_free))
		add_number(&out, "disk_free", is_free);
	know_add_json(&out, c);
	str_addc(&out, '}');
	out_line(out.v);
	str_fini(&out);
}

static void
print(const struct info *i)
{
	switch (i->ask.session.cli->format) {
	case FORMAT_JSON:
		print_json(i);
		break;
	case FORMAT_QUIET:
		arr_each (caution, &i->know.cautions.list)
			out_line(caution_name(caution->kind));
		break;
	case FORMAT_HUMAN:
	case FORMAT_AGENT:
		print_human(i);
		break;
	}
}

/* -- the run -- */

static bool
look(struct info *i, const struct info_args *args, struct error *err)
{
	const char *revision = NULL;
	struct error ignored;

	if (!target_read(i->ask.session.cli, args->repo, args->type,
		i->ask.session.hub->base, TARGET_REVISION, &i->address, err) ||
	    !target_revision(args->revision, &i->address, &revision, err))
		return false;
	i->request.repo = target_repo(&i->address);
	i->request.revision = revision ? revision : "main";
	/* Without a cache there is only no line for the disk. */
	i->root = cache_root(NULL, &ignored);
	return know_ask(&i->ask.session, &i->request, 0, &i->know, err);
}

static enum exit_code
info_run(const struct cli *cli, const void *args)
{
	const struct info_args *a = args;
	struct info i = { .root = NULL };
	enum exit_code code;
	struct error err;

	if (questions_open(&i.ask, cli, a->token, &err) && look(&i, a, &err)) {
		print(&i);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	} else {
		code = questions_failed(&i.ask, &err);
	}
	know_fini(&i.know);
	address_fini(&i.address);
	free(i.root);
	return questions_close(&i.ask, code);
}

static const struct example examples[] = {
	{ "hug info openai-community/gpt2",
	    "Show what to know about a model before its download" },
	{ "hug info dataset/rajpurkar/squad", "The same of a dataset" },
	{ "hug info openai-community/gpt2 --json", "Write it for a program" },
	{ NULL, NULL },
};

const struct command cmd_info = {
	.name = "info",
	.summary = "Show what to know about a repository before its download",
	.details = "Reads what the Hub says of the repository, its list of "
		   "files and a few small files, and downloads nothing else. "
		   "Cautions are shown for a gated repository (gated), a "
		   "licence that is not stated or not a common one (licence), "
		   "code that a loader would run (code), weights that exist "
		   "only as pickles (pickle), and files that an index or "
		   "their numbers name and the repository does not have "
		   "(incomplete). The exit code is 0 with cautions, too: "
		   "`hug download --fail-on` makes them errors. --quiet prints "
		   "the words alone.\n\nThe memory "
		   "is an estimate: the size of the weights and a tenth; of "
		   "GGUF models, that of the smallest.\n",
	.examples = examples,
	.args = info_args,
	.opts = info_opts,
	.args_size = sizeof(struct info_args),
	.defaults = info_defaults,
	.run = info_run,
	.faces = FACE_HUG,
};
