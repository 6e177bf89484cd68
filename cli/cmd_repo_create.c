/* cmd_repo_create.c: hug repo create, and duplicate. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/commands.h"
#include "cli/out.h"
#include "cli/questions.h"
#include "cli/space.h"
#include "cli/target.h"
#include "cli/visibility.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/catalog.h"
#include "core/hub/endpoint.h"
#include "core/hub/manage.h"
#include "core/login/whoami.h"

struct create_args {
	const char *repo;
	const char *to; /* of duplicate */
	unsigned type;
	const char *type_text; /* of huggingface-cli, which takes any word */
	const char *type_old;
	const char *organization;
	const char *sdk;
	unsigned sdk_old;
	const char *template;
	struct visibility_args visible;
	bool exist_ok;
	bool yes; /* without effect */
	const char *resource_group;
	unsigned region;
	struct space_args space;
	const char *token;
};

static const char *const sdks[] = { "gradio", "streamlit", "docker", "static",
	NULL };
static const char *const regions[] = { "us", "eu", NULL };

#define SDK_LIST "['gradio', 'streamlit', 'docker', 'static']"

static void
create_defaults(void *args)
{
	struct create_args *a = args;

	a->type = TYPE_NONE;
	a->sdk_old = TYPE_NONE;
	a->region = TYPE_NONE;
	a->space.sleep_s = SLEEP_NONE;
}

#define AT(member) .offset = offsetof(struct create_args, member)
#define SPACE_AT(member) offsetof(struct create_args, space.member)
#define VISIBLE_AT(member) offsetof(struct create_args, visible.member)
#define NEW (FACE_HUG | FACE_HF)

#define COMMON_OPTS                                                            \
	VISIBILITY_OPTS(VISIBLE_AT),                                           \
	    TARGET_TOKEN_OPT(offsetof(struct create_args, token)),             \
	    { "exist-ok", 0, OPT_FLAG, NULL, "Succeed if it already exists",   \
		    AT(exist_ok) },                                            \
	    { "no-exist-ok", 0, OPT_UNFLAG, NULL, "The opposite",              \
		    AT(exist_ok), .faces = FACE_HF },                          \
	{                                                                      \
		"resource-group-id", 0, OPT_TEXT, "ID",                        \
		    "Create it in this resource group of the organisation",    \
		    AT(resource_group)                                         \
	}

static const struct arg create_args[] = {
	{ "REPO_ID", "Name of the new repository (default namespace: yours)",
	    AT(repo), .required = true },
	{ .name = NULL },
};

static const struct opt create_opts[] = {
	{ "repo-type", 0, OPT_TEXT, "TYPE",
	    "Kind of repository (default: model)", AT(type_text),
	    .faces = FACE_OLD },
	{ "repo-type", 0, OPT_CHOICE, NULL,
	    "Kind of repository (default: model)", AT(type),
	    .choices = target_types, .faces = FACE_HUG, .alias = "type" },
	{ "type", 0, OPT_CHOICE, NULL, "Kind of repository (default: model)",
	    AT(type), .choices = target_hf_types, .faces = FACE_HF,
	    .alias = "repo-type" },
	{ "type", 0, OPT_TEXT, "TYPE", "The same, as it was called before",
	    AT(type_old), .faces = FACE_OLD },
	{ "organization", 0, OPT_TEXT, "NAME",
	    "Create it in this organisation, if REPO_ID has no "
	    "namespace",
	    AT(organization), .faces = FACE_OLD | FACE_HUG },
	{ "space_sdk", 0, OPT_CHOICE, NULL, "What a Space runs on", AT(sdk_old),
	    .choices = sdks, .faces = FACE_OLD },
	{ "sdk", 0, OPT_TEXT, "SDK",
	    "SDK of a Space: gradio, streamlit, docker or static", AT(sdk),
	    .faces = NEW, .alias = "space-sdk" },
	{ "space_sdk", 0, OPT_TEXT, "SDK", "The same as --sdk", AT(sdk),
	    .faces = FACE_HUG },
	{ "template", 0, OPT_TEXT, "NAME", "Create a Space from this template",
	    AT(template), .faces = NEW },
	COMMON_OPTS,
	{ "region", 0, OPT_CHOICE, NULL, "Store the files in this region",
	    AT(region), .choices = regions, .faces = NEW },
	SPACE_OPTS(SPACE_AT, NEW),
	{ "yes", 'y', OPT_FLAG, NULL, "Ignored (accepted for old scripts)",
	    AT(yes), .faces = FACE_OLD | FACE_HUG },
	{ .name = NULL },
};

static const struct arg duplicate_args[] = {
	{ "FROM_ID", "Repository to copy", AT(repo), .required = true },
	{ "TO_ID",
	    "Name of the copy (default: the same name in your "
	    "namespace)",
	    AT(to) },
	{ .name = NULL },
};

static const struct opt duplicate_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct create_args, type)),
	COMMON_OPTS,
	SPACE_OPTS(SPACE_AT, NEW),
	{ .name = NULL },
};

/* One repository in the making. */
struct making {
	struct questions ask;
	const struct create_args *args;
	struct address address;
	struct address target; /* of a copy */
	struct space_parts parts;
	struct repo_settings settings;
	char *template, *template_sdk;
	char *url, *id; /* of what was made */
	bool was_there;
};

static bool
invalid(struct error *err, const char *text)
{
	err_set(err, ERR_CONFLICT, "%s", text);
	return err_about(err, ERR_ABOUT_ARGUMENT, NULL, NULL);
}

/* -- what is to be made -- */

static bool
read_old_type(struct making *m, struct error *err)
{
	const struct create_args *a = m->args;
	const char *text = a->type_text ? a->type_text : a->type_old;

	m->address.type = REPO_MODEL;
	for (unsigned i = 0; text && target_types[i]; i++) {
		if (strcmp(target_types[i], text) != 0)
			continue;
		m->address.type = (enum repo_type)i;
		return true;
	}
	return !text || invalid(err, "Invalid repo type");
}

/* "organization/name", where the organisation is an option. */
static char *
full_name(const struct create_args *a)
{
	struct str name = STR_INIT;

	if (a->organization && !strchr(a->repo, '/'))
		str_addf(&name, "%s/", a->organization);
	str_addz(&name, a->repo);
	return str_steal(&name);
}

static bool
read_target(struct making *m, struct error *err)
{
	const struct create_args *a = m->args;
	char *name = full_name(a);
	bool ok = target_read(m->ask.session.cli, name, a->type,
	    m->ask.session.hub->base, 0, &m->address, err);
	size_t n = a->organization ? strlen(a->organization) : 0;

	free(name);
	if (ok && n &&
	    (strncmp(m->address.id, a->organization, n) != 0 ||
		m->address.id[n] != '/'))
		return err_set(err, ERR_USAGE,
		    "REPO_ID names one namespace and --organization another");
	if (ok && (a->type_text || a->type_old))
		ok = read_old_type(m, err);
	return ok;
}

static const char *
sdk_of(const struct create_args *a)
{
	return a->sdk_old != TYPE_NONE ? sdks[a->sdk_old] : a->sdk;
}

static bool
check_sdk(const struct cli *cli, const char *sdk, struct error *err)
{
	const char *needs = cli->voice->text.repos.needs_sdk;

	if (!sdk && needs)
		return err_set(err, ERR_USAGE, "%s", needs) ||
		       err_hint(
			   err, "Or start from a template with --template");
	if (!sdk)
		return invalid(err,
		    "No space_sdk provided. `create_repo` expects space_sdk to "
		    "be one of " SDK_LIST " when repo_type is 'space'`");
	for (unsigned i = 0; sdks[i]; i++) {
		if (!strcmp(sdks[i], sdk))
			return true;
	}
	if (needs)
		return err_set(err, ERR_USAGE,
		    "--sdk takes one of gradio, streamlit, docker, static, not "
		    "'%.100s'",
		    sdk);
	return invalid(
	    err, "Invalid space_sdk. Please choose one of " SDK_LIST ".");
}

static void
note_ignored(const struct cli *cli, const char *what)
{
	out_say(cli, "%sIgnoring provided %s because repo_type is not 'space'.",
	    cli->voice->text.errors.warning, what);
}

/* What is only for Spaces is left out of anything else, and said. */
static void
drop_space(struct making *m)
{
	const struct cli *cli = m->ask.session.cli;
	struct str given = STR_INIT;

	if (m->settings.sdk)
		note_ignored(cli, "space_sdk");
	space_add_given(&given, &m->args->space);
	if (given.n)
		note_ignored(cli, given.v);
	str_fini(&given);
	m->settings =
	    (struct repo_settings){ .visibility = m->settings.visibility,
		    .resource_group = m->settings.resource_group,
		    .region = m->settings.region };
}

static void
add_template_names(struct str *out, const struct cJSON *templates)
{
	json_each (template, json_get(templates, "templates")) {
		str_addz(out, out->n ? ", " : "");
		utf8_safe(out, json_str(template, "name", "?"));
	}
}

static bool
unknown_template(struct making *m, struct error *err)
{
	struct str text = STR_INIT;
	struct str safe = STR_INIT;

	utf8_safe(&safe, m->args->template);
	str_addf(
	    &text, "Unknown Space template '%s'. Expected one of ", safe.v);
	str_clear(&safe);
	add_template_names(&safe, m->ask.answer);
	str_addf(&text, "%s.%s", safe.v,
	    m->ask.session.cli->voice->text.repos.templates);
	invalid(err, text.v);
	str_fini(&text);
	str_fini(&safe);
	return false;
}

/* Finds the template by its id or its name, and what it runs on. */
static bool
choose_template(struct making *m, struct error *err)
{
	const char *wanted = m->args->template;
	const struct cJSON *found = NULL;

	if (!questions_wait(&m->ask,
		catalog_templates(m->ask.session.hub, questions_asker(&m->ask)),
		err))
		return false;
	json_each (template, json_get(m->ask.answer, "templates")) {
		if (!found &&
		    (!strcmp(json_str(template, "repoId", ""), wanted) ||
			!strcasecmp(json_str(template, "name", ""), wanted)))
			found = template;
	}
	if (!found)
		return unknown_template(m, err);
	m->template = mem_strdup(json_str(found, "repoId", ""));
	m->template_sdk = mem_strdup(json_str(found, "sdk", ""));
	m->settings.template = m->template;
	if (m->settings.sdk && strcmp(m->settings.sdk, m->template_sdk) != 0)
		return invalid(err,
		    "space_sdk must match the SDK of the chosen "
		    "space_template.");
	m->settings.sdk = m->template_sdk;
	if (json_bool(found, "preferredPrivate", false) &&
	    !m->settings.visibility)
		m->settings.visibility = "private";
	return true;
}

static bool
read_settings(struct making *m, struct error *err)
{
	const struct create_args *a = m->args;
	const struct cli *cli = m->ask.session.cli;

	m->settings = (struct repo_settings){
		.resource_group = a->resource_group,
		.region = a->region == TYPE_NONE ? NULL : regions[a->region],
		.sdk = sdk_of(a),
	};
	if (!space_read(&m->parts, cli, &a->space, m->ask.session.hub->token,
		&m->settings, err) ||
	    !visibility_read(cli, &a->visible, m->address.type,
		&m->settings.visibility, err))
		return false;
	/* 0.36 says what it wants even if nothing was said. */
	if (!m->settings.visibility && cli->voice->policy.repos.sends_public)
		m->settings.visibility = "public";
	if (a->template && m->address.type != REPO_SPACE)
		return err_set(err, ERR_CONFLICT,
			   "space_template can only be used with repo_type "
			   "'space'. Got repo_type=%s.",
			   repo_type_name(m->address.type)) ||
		       err_about(err, ERR_ABOUT_ARGUMENT, NULL, NULL);
	if (m->address.type != REPO_SPACE)
		drop_space(m);
	return true;
}

/* -- the answer -- */

/* The address of a page that is known to be there. */
static bool
take_known(struct making *m)
{
	const struct repo repo = target_repo(&m->address);
	struct str url = STR_INIT;

	repo_page_url(&url, m->ask.session.hub->base, &repo);
	m->url = str_steal(&url);
	m->id = mem_strdup(m->address.id);
	return true;
}

/* Without the right to make it there, it may be there all the same. */
static bool
is_there(struct making *m)
{
	const struct repo repo = target_repo(&m->address);
	struct error ignored;

	return questions_wait(&m->ask,
	    catalog_info(m->ask.session.hub, &repo, NULL,
		(struct catalog_texts){ NULL, 0 }, questions_asker(&m->ask)),
	    &ignored);
}

static bool
may_be_there(int status)
{
	return status == 401 || status == 402 || status == 403;
}

#define EXIST_OK_HINT "Pass --exist-ok if it may already exist"

/* What to make of a refusal where a repository that is there is fine. */
static bool
settle(struct making *m, struct error *err)
{
	if (!m->args->exist_ok) {
		if (err->detail == 409)
			err_hint(err, EXIST_OK_HINT);
		return false;
	}
	m->was_there = true;
	if (err->detail == 409)
		return manage_read_url(
		    m->ask.session.hub, m->ask.answer, &m->url, &m->id, err);
	if (may_be_there(err->detail) && is_there(m))
		return take_known(m);
	return false;
}

static bool
make(struct making *m, struct error *err)
{
	const struct repo repo = target_repo(&m->address);

	if (m->args->template && !choose_template(m, err))
		return false;
	if (repo.type == REPO_SPACE &&
	    !check_sdk(m->ask.session.cli, m->settings.sdk, err))
		return false;
	if (!questions_wait(&m->ask,
		manage_create(m->ask.session.hub, &repo, &m->settings,
		    questions_asker(&m->ask)),
		err))
		return settle(m, err);
	/* It was made, wherever the Hub says that it is. */
	return manage_read_url(
		   m->ask.session.hub, m->ask.answer, &m->url, &m->id, err) ||
	       (strchr(repo.id, '/') && take_known(m));
}

static void
print_made(const struct making *m)
{
	const struct cli *cli = m->ask.session.cli;
	struct str text = STR_INIT;

	if (!cli->voice->policy.repos.tells_in_sentences) {
		const struct out_pair pairs[] = { { "repo_id", m->id, NULL },
			{ "url", m->url, NULL } };

		out_results(cli,
		    m->was_there ? cli->voice->text.repos.exists
				 : "Repo created",
		    pairs, 2);
		return;
	}
	str_addz(&text, "Successfully created ");
	out_add_bold(&text, cli, m->id);
	str_addz(&text, " on the Hub.\nYour repo is now available at ");
	out_add_bold(&text, cli, m->url);
	out_line(text.v);
	str_fini(&text);
}

static void
finish(struct making *m)
{
	space_fini(&m->parts);
	address_fini(&m->address);
	address_fini(&m->target);
	free(m->template);
	free(m->template_sdk);
	free(m->url);
	free(m->id);
}

/* 0.36 tells of each option that it would rather not have. */
static bool
note_old_options(const struct cli *cli, const struct create_args *a)
{
	static const char end[] =
	    "argument is deprecated and will be removed in a future version.";

	if (!cli->voice->policy.repos.deprecates_options)
		return true;
	if (a->type_old)
		out_putf("The --type %s Use --repo-type instead.\n", end);
	if (a->organization)
		out_putf(
		    "The --organization %s Pass the organization namespace "
		    "directly in the repo_id.\n",
		    end);
	if (a->yes)
		out_putf("The --yes %s It does not have any effect.\n", end);
	if (!a->organization || !strchr(a->repo, '/'))
		return true;
	out_line("You cannot pass both --organization and a repo_id with a "
		 "namespace.");
	return false;
}

static enum exit_code
create_run(const struct cli *cli, const void *args)
{
	struct making m = { .args = args };
	enum exit_code code = EXIT_ALL;
	struct error err;

	if (!note_old_options(cli, args))
		return EXIT_NOT_ALL;
	if (!questions_open(&m.ask, cli, m.args->token, &err) ||
	    !read_target(&m, &err) || !read_settings(&m, &err) ||
	    !make(&m, &err)) {
		code = questions_failed(&m.ask, &err);
	} else {
		print_made(&m);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	code = questions_close(&m.ask, code);
	finish(&m);
	return code;
}

/* -- copies -- */

static void
on_whoami(void *context, const struct whoami *whoami, const struct error *err)
{
	struct making *m = context;

	if (whoami)
		m->id = mem_strdup(whoami->name);
	questions_ended(&m->ask, err);
}

/* What the copy is called: without a namespace it is the caller's. */
static bool
name_copy(struct making *m, struct error *err)
{
	const char *name = m->args->to ? m->target.id : m->address.id;
	struct str full = STR_INIT;
	const char *slash = strchr(name, '/');

	if (m->args->to && slash)
		return true;
	if (!questions_wait(
		&m->ask, whoami_start(m->ask.session.hub, on_whoami, m), err))
		return false;
	str_addf(&full, "%s/%s", m->id, slash ? slash + 1 : name);
	free(m->id);
	m->id = NULL;
	address_fini(&m->target);
	m->target.type = m->address.type;
	m->target.id = str_steal(&full);
	return true;
}

static bool
read_copy(struct making *m, struct error *err)
{
	const struct create_args *a = m->args;

	return target_read_two(m->ask.session.cli, a->repo, a->to, a->type,
	    m->ask.session.hub->base, &m->address, &m->target, err);
}

static bool
copy(struct making *m, struct error *err)
{
	const struct repo repo = target_repo(&m->address);

	if (!questions_wait(&m->ask,
		manage_duplicate(m->ask.session.hub, &repo, m->target.id,
		    &m->settings, questions_asker(&m->ask)),
		err)) {
		if (err->detail != 409)
			return false;
		if (!m->args->exist_ok)
			return err_hint(err, EXIST_OK_HINT);
		m->was_there = true;
	}
	return manage_read_url(
	    m->ask.session.hub, m->ask.answer, &m->url, &m->id, err);
}

static void
print_copy(const struct making *m)
{
	const struct cli *cli = m->ask.session.cli;
	const struct out_pair pairs[] = { { "from_id", m->address.id, NULL },
		{ "to_id", m->id, NULL }, { "url", m->url, NULL } };

	out_results(cli,
	    m->was_there ? cli->voice->text.repos.copy_exists
			 : "Repo duplicated",
	    pairs, 3);
	out_flush();
	if (json_bool(m->ask.answer, "filesCopyPending", false))
		out_tellf(
		    "Warning: LFS/Xet files are still being copied in the "
		    "background. Downloading them from '%s' may fail until the "
		    "copy is complete.\n",
		    m->id);
}

static enum exit_code
duplicate_run(const struct cli *cli, const void *args)
{
	struct making m = { .args = args };
	enum exit_code code = EXIT_ALL;
	struct error err;

	if (!questions_open(&m.ask, cli, m.args->token, &err) ||
	    !read_copy(&m, &err) || !read_settings(&m, &err) ||
	    !name_copy(&m, &err) || !copy(&m, &err)) {
		code = questions_failed(&m.ask, &err);
	} else {
		print_copy(&m);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	code = questions_close(&m.ask, code);
	finish(&m);
	return code;
}

static const struct example create_examples[] = {
	{ "hug repo create tiny-owl --private",
	    "Create a private model in your namespace" },
	{ "hug repo create dataset/acme/songs --exist-ok",
	    "Create a dataset of an organisation, unless it exists" },
	{ "hug repo create hoot --repo-type space --sdk gradio --secrets "
	  "API_KEY",
	    "Create a Space with a secret from the environment" },
	{ NULL, NULL },
};

const struct command cmd_repo_create = {
	.name = "repo create",
	.as_hf = "repos create",
	.summary = "Create a repository on the Hub",
	.details = "Prints the name and the address. Options for Spaces are "
		   "ignored, with a note, for models and datasets.\n",
	.examples = create_examples,
	.args = create_args,
	.opts = create_opts,
	.args_size = sizeof(struct create_args),
	.defaults = create_defaults,
	.run = create_run,
};

static const struct example repo_duplicate_examples[] = {
	{ "hug repo duplicate openai-community/gpt2",
	    "Copy a model into your namespace" },
	{ "hug repo duplicate openai-community/gpt2 acme/gpt2-copy --private",
	    "Copy it under another name, as a private model" },
	{ NULL, NULL },
};

const struct command cmd_repo_duplicate = {
	.name = "repo duplicate",
	.as_hf = "repos duplicate",
	.summary = "Copy a repository on the Hub",
	.details = "The Hub copies the files; nothing passes through this "
		   "machine.\n",
	.examples = repo_duplicate_examples,
	.args = duplicate_args,
	.opts = duplicate_opts,
	.args_size = sizeof(struct create_args),
	.defaults = create_defaults,
	.run = duplicate_run,
	.faces = NEW,
};
