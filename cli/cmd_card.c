/* cmd_card.c: hug models, datasets and spaces: card. */
#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/plain.h"
#include "cli/questions.h"
#include "cli/show/facts.h"
#include "cli/show/pytext.h"
#include "cli/suggest.h"
#include "cli/target.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/down/download.h"
#include "core/hub/catalog.h"
#include "core/hub/endpoint.h"
#include "core/os/file.h"
#include "core/run/loop.h"

/* What is longer is no card. */
#define CARD_MAX ((size_t)16 * 1024 * 1024)

struct card_args {
	const char *repo;
	bool metadata, text;
	const char *revision;
	const char *token;
};

#define AT(member) .offset = offsetof(struct card_args, member)

#define CARD_ARG(title, what)                                                  \
	{                                                                      \
		{ title, "The " what ", as namespace/name", AT(repo),          \
			.required = true },                                    \
		{                                                              \
			.name = NULL                                           \
		}                                                              \
	}

static const struct arg model_arg[] = CARD_ARG("MODEL_ID", "model");
static const struct arg dataset_arg[] = CARD_ARG("DATASET_ID", "dataset");
static const struct arg space_arg[] = CARD_ARG("SPACE_ID", "Space");

static const struct opt card_opts[] = {
	{ "metadata", 0, OPT_FLAG, NULL,
	    "Print only the metadata at its beginning, as JSON", AT(metadata) },
	{ "text", 0, OPT_FLAG, NULL, "Print only the text behind them",
	    AT(text) },
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)", AT(revision),
	    .faces = FACE_HUG },
	TARGET_TOKEN_OPT(offsetof(struct card_args, token)),
	{ .name = NULL },
};

/* One card, while it is got. */
struct card {
	struct questions ask;
	const struct card_args *args;
	struct repo repo;
	const char *revision;
	struct download *download;
	char *path; /* of the README; NULL: it is not here */
	char commit[COMMIT_MAX];
	struct str text;
};

/* -- the file, by way of the cache -- */

static void
on_done(void *context, const struct download_result *result,
    const struct error *err)
{
	struct card *c = context;

	if (!err) {
		c->path = mem_strdup(result->path);
		text_copy(c->commit, COMMIT_MAX, result->commit);
	}
	questions_ended(&c->ask, err);
}

static void
on_interrupt(void *context)
{
	struct card *c = context;

	download_cancel(c->download);
}

static bool
fetch(struct card *c, struct error *err)
{
	static const char *const files[] = { "README.md" };
	struct session *s = &c->ask.session;
	void (*cancel)(void *) = s->cancel;
	char *root = cache_root(NULL, err);
	const struct download_request request = { .repo = c->repo,
		.revision = c->revision,
		.root = root,
		.files = { files, 1 },
		.literal = true };
	bool ok;

	if (!root)
		return false;
	c->download =
	    download_start(s->hub, s->workers, &s->bus, &request, on_done, c);
	s->cancel = on_interrupt;
	s->context = c;
	ok = questions_wait(&c->ask, NULL, err);
	s->cancel = cancel;
	s->context = &c->ask;
	download_free(c->download);
	free(root);
	return ok && file_read_all(c->path, CARD_MAX, &c->text, err);
}

/* -- its two parts -- */

/* How many bytes the line end has here; 0: no line ends here. */
static size_t
line_end(const char *p)
{
	return *p == '\r' ? 1 + (p[1] == '\n') : *p == '\n';
}

/* Where the text begins, behind "---", lines and "---" (repocard.py:
 * REGEX_YAML_BLOCK); NULL: there is no head. */
static const char *
behind_head(const char *text)
{
	const char *p = text + strspn(text, " \t\r\n\v\f");

	if (strncmp(p, "---", 3) != 0 || !line_end(p + 3))
		return NULL;
	for (p += 3 + line_end(p + 3); *p; p++) {
		const char *end = p + line_end(p);

		if (end == p || strncmp(end, "---", 3) != 0)
			continue;
		end += 3 + strspn(end + 3, " \t");
		if (!*end || line_end(end))
			return end + line_end(end);
	}
	return NULL;
}

static bool
print_bytes(const char *text, struct error *err)
{
	struct plain plain;
	bool ok;

	plain_begin(&plain);
	ok = plain_put(&plain, text, strlen(text), err) &&
	     plain_end(&plain, err);
	plain_fini(&plain);
	return ok;
}

static bool
print_json(const struct card *c)
{
	struct str out = STR_INIT;

	json_add_pair(&out, true, "repo_id", c->repo.id);
	json_add_pair(&out, false, "card", c->text.v);
	str_addc(&out, '}');
	out_line(out.v);
	str_fini(&out);
	return true;
}

/* A byte order mark is no text. */
static const char *
text_of(const struct card *c)
{
	return c->text.v + 3 * !strncmp(c->text.v, "\xef\xbb\xbf", 3);
}

static bool
print_text(struct card *c, struct error *err)
{
	const struct cli *cli = c->ask.session.cli;
	bool loaded = cli->voice->policy.cards.as_loaded;
	const char *all = text_of(c);
	const char *text = behind_head(all);
	bool ok = true;
	size_t n;

	if (loaded &&
	    (cli->format == FORMAT_JSON || cli->format == FORMAT_QUIET))
		return true;
	if (cli->format == FORMAT_JSON)
		return print_json(c);
	if (!text && loaded && !c->args->text)
		ok = print_bytes("---\n{}\n---\n", err);
	text = c->args->text && text ? text : all;
	n = strlen(text);
	ok = ok && print_bytes(text, err);
	if (ok && (loaded || (n && text[n - 1] != '\n')))
		ok = print_bytes("\n", err);
	return ok;
}

/* What the Hub reads in the head: it is the one that counts. */
static bool
print_metadata(struct card *c, struct error *err)
{
	static const char *const wanted[] = { "cardData" };
	struct questions *ask = &c->ask;
	struct str text = STR_INIT, lines = STR_INIT;
	struct cJSON *root;

	if (!questions_wait(ask,
		catalog_info(ask->session.hub, &c->repo,
		    *c->commit ? c->commit : c->revision,
		    (struct catalog_texts){ wanted, 1 }, questions_asker(ask)),
		err))
		return false;
	facts_add_card(&text, c->repo.type, json_get(ask->answer, "cardData"));
	root = json_parse(text.v, text.n, err);
	if (root && ask->session.cli->format == FORMAT_HUMAN)
		py_add_indented(&lines, root, 0);
	if (root)
		out_line(lines.n ? lines.v : text.v);
	json_free(root);
	str_fini(&text);
	str_fini(&lines);
	return root != NULL;
}

static bool
show(struct card *c, struct error *err)
{
	const struct cli *cli = c->ask.session.cli;

	if (strlen(c->text.v) != c->text.n)
		return err_set(err, ERR_CORRUPT, "README.md of %s is not text",
		    c->repo.id);
	if (cli->voice->policy.cards.as_loaded && !behind_head(text_of(c)))
		out_tell("Repo card metadata block was not found. Setting "
			 "CardData to empty.\n");
	if (c->args->metadata)
		return print_metadata(c, err);
	if (!print_text(c, err))
		return false;
	if (!c->args->text && cli->voice->policy.cards.as_loaded &&
	    cli->format != FORMAT_QUIET) {
		out_flush();
		out_tellf("Hint: Use `hf %ss card %s --metadata` to extract "
			  "only the card metadata.\n",
		    repo_type_name(c->repo.type), c->args->repo);
	}
	return true;
}

/* -- the run -- */

static bool
check_options(
    const struct cli *cli, const struct card_args *a, struct error *err)
{
	const char *both = cli->voice->text.cards.both;

	if (!a->metadata || !a->text)
		return true;
	if (both)
		return err_set(err, ERR_CONFLICT, "%s", both);
	return err_set(
	    err, ERR_USAGE, "--metadata and --text cannot be used together");
}

static bool
get_and_show(struct card *c, enum repo_type type, struct error *err)
{
	struct address address = { .type = type };
	struct session *s = &c->ask.session;
	bool ok =
	    target_read_as(s->cli, c->args->repo, type, s->hub->base,
		TARGET_REVISION, &address, err) &&
	    target_revision(c->args->revision, &address, &c->revision, err);

	c->repo = target_repo(&address);
	if (!c->revision)
		c->revision = "main";
	ok = ok && fetch(c, err) && show(c, err);
	if (!ok && err->about == ERR_ABOUT_FILE &&
	    s->cli->voice->policy.errors.guesses)
		err_set(err, ERR_NOT_FOUND, "%s %s has no card (README.md)",
		    repo_type_name(c->repo.type), c->repo.id);
	if (!ok)
		suggest_repo(s, err);
	address_fini(&address);
	return ok;
}

static enum exit_code
run(const struct cli *cli, const void *args, enum repo_type type)
{
	struct card c = { .args = args, .text = STR_INIT };
	enum exit_code code = EXIT_ALL;
	struct error err;

	if (!check_options(cli, args, &err)) {
		out_error(cli, &err);
		return err.code == ERR_USAGE ? EXIT_USAGE : EXIT_NOT_ALL;
	}
	if (!questions_open(&c.ask, cli, c.args->token, &err) ||
	    !get_and_show(&c, type, &err)) {
		out_error(cli, &err);
		code = err.code == ERR_USAGE && err.about != ERR_ABOUT_VALUE
		           ? EXIT_USAGE
		           : session_failed(&c.ask.session, &err);
	} else if (!out_finish(cli)) {
		code = EXIT_NOT_ALL;
	}
	free(c.path);
	str_fini(&c.text);
	return questions_close(&c.ask, code);
}

static enum exit_code
models_card(const struct cli *cli, const void *args)
{
	return run(cli, args, REPO_MODEL);
}

static enum exit_code
datasets_card(const struct cli *cli, const void *args)
{
	return run(cli, args, REPO_DATASET);
}

static enum exit_code
spaces_card(const struct cli *cli, const void *args)
{
	return run(cli, args, REPO_SPACE);
}

#define CARD_COMMAND                                                           \
	.details = "The card is the repository's README.md, and is kept in "   \
		   "the cache. --metadata prints what the Hub reads in the "   \
		   "YAML at its beginning. On a terminal, control characters " \
		   "are shown as escapes.\n",                                  \
	.opts = card_opts, .args_size = sizeof(struct card_args),              \
	.faces = FACE_HUG | FACE_HF

static const struct example models_card_examples[] = {
	{ "hug models card openai-community/gpt2", "Read the card of a model" },
	{ "hug models card openai-community/gpt2 --metadata",
	    "Print its metadata as JSON" },
	{ NULL, NULL },
};

const struct command cmd_models_card = {
	.name = "models card",
	.summary = "Print a model's card (README)",
	.examples = models_card_examples,
	.args = model_arg,
	.run = models_card,
	CARD_COMMAND,
};

static const struct example datasets_card_examples[] = {
	{ "hug datasets card rajpurkar/squad", "Read the card of a dataset" },
	{ "hug datasets card rajpurkar/squad --text",
	    "Leave out the metadata at its beginning" },
	{ NULL, NULL },
};

const struct command cmd_datasets_card = {
	.name = "datasets card",
	.summary = "Print a dataset's card (README)",
	.examples = datasets_card_examples,
	.args = dataset_arg,
	.run = datasets_card,
	CARD_COMMAND,
};

static const struct example spaces_card_examples[] = {
	{ "hug spaces card openai/whisper", "Read the card of a Space" },
	{ "hug spaces card openai/whisper --metadata --json",
	    "Print its metadata for a program" },
	{ NULL, NULL },
};

const struct command cmd_spaces_card = {
	.name = "spaces card",
	.summary = "Print a Space's card (README)",
	.examples = spaces_card_examples,
	.args = space_arg,
	.run = spaces_card,
	CARD_COMMAND,
};
