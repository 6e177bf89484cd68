/*
 * generate.c: man pages and completions from the command table.
 *
 *	generate FOLDER     writes man/ and completions/ there
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/show/help.h"
#include "cli/show/render.h"
#include "cli/voice/voice.h"
#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"

/* Environment, for the pages and the README alike. */
static const char *const variables[][2] = {
	{ "HF_HOME", "Folder of everything (default: ~/.cache/huggingface)" },
	{ "HF_HUB_CACHE", "Folder of the cache (default: hub in HF_HOME)" },
	{ "HF_ENDPOINT", "Another Hub (default: https://huggingface.co)" },
	{ "HF_TOKEN", "Access token; else the file HF_TOKEN_PATH, or token in "
		      "HF_HOME" },
	{ "HF_HUB_DISABLE_IMPLICIT_TOKEN",
	    "1: send a token only if --token is given" },
	{ "HF_HUB_OFFLINE", "1: no network" },
	{ "HF_HUB_ETAG_TIMEOUT", "Seconds to wait for an answer "
				 "(default: 10)" },
	{ "HF_HUB_DOWNLOAD_TIMEOUT", "The same of files (default: 10)" },
	{ "HF_HUB_DISABLE_PROGRESS_BARS", "1: no progress" },
	{ "HF_HUB_DISABLE_SYMLINKS", "1: copies in place of links" },
	{ "HF_HUB_DISABLE_SHARED_BLOBS",
	    "1: leave the store alone that repositories share" },
	{ "HF_DEBUG", "1: log requests, without the token" },
	{ "NO_COLOR", "Set: no colours" },
	{ "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY", "Proxies" },
	{ "REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR",
	    "Certificates to trust in place of the system's" },
	{ NULL, NULL },
};

static const struct cli as_hug = {
	.face = FACE_HUG, .name = "hug", .voice = &voice_hug
};

/* The commands of hug, in their order, ended by NULL. */
static const struct command *pages[80];

static void
choose_pages(void)
{
	size_t n = 0;

	for (unsigned i = 0; commands[i]; i++) {
		if (!command_is_listed(commands[i], &as_hug))
			continue;
		assert(n + 1 < sizeof(pages) / sizeof(*pages));
		pages[n++] = commands[i];
	}
}

/* -- man pages -- */

/* Text as roff takes it: no dash, dot or backslash that means something. */
static void
add_roff(struct str *out, const char *text)
{
	bool begins = true;

	for (; *text; text++) {
		if (begins && (*text == '.' || *text == '\''))
			str_addz(out, "\\&");
		begins = *text == '\n';
		if (*text == '-')
			str_addz(out, "\\-");
		else if (*text == '\\')
			str_addz(out, "\\e");
		else if (*text == '\'')
			str_addz(out, "\\(aq");
		else if (*text == '~')
			str_addz(out, "\\(ti");
		else
			str_addc(out, *text);
	}
}

static void
add_item(struct str *out, const char *left, const char *right)
{
	str_addz(out, ".TP\n.B ");
	add_roff(out, left);
	str_addc(out, '\n');
	add_roff(out, right);
	str_addc(out, '\n');
}

static void
add_head(struct str *out, const char *name, const char *summary)
{
	str_addz(out, ".\\\" Made by docs/generate from the command table.\n");
	str_addf(out, ".TH %s 1 " PACKAGE_DATE " \"hug " PACKAGE_VERSION "\"\n",
	    name);
	str_addz(out, ".SH NAME\n");
	add_roff(out, name);
	str_addz(out, " \\- ");
	add_roff(out, summary);
	str_addz(out, "\n.SH SYNOPSIS\n");
}

static void
add_option(void *context, const struct opt *opt)
{
	struct str words = STR_INIT;

	render_option(&words, opt);
	add_item(context, words.v, opt->help);
	str_fini(&words);
}

static void
add_options(struct str *out, const struct command *command)
{
	bool has_h = false;

	for (const struct opt *opt = command->opts; opt->name; opt++)
		has_h =
		    has_h || (opt->letter == 'h' && opt_is_of(opt, &as_hug));
	str_addz(out, ".SH OPTIONS\n");
	help_each_option(&as_hug, command, add_option, out);
	if (help_has_as(command))
		add_item(out, "--as NAME", HELP_AS);
	add_item(out, "--format human|json|quiet", HELP_FORMAT);
	add_item(out, "--json", HELP_JSON);
	add_item(out, "-q, --quiet", HELP_QUIET);
	add_item(out, has_h ? "--help" : "-h, --help", HELP_HELP);
}

static void
add_examples(struct str *out, const struct command *command)
{
	const struct example *example = command->examples;

	if (!example)
		return;
	str_addz(out, ".SH EXAMPLES\n");
	for (; example->line; example++)
		add_item(out, example->line, example->means);
}

static void
add_paragraphs(struct str *out, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n");
		char *line = mem_strndup(text, n);

		if (n)
			add_roff(out, line);
		else if (text[n])
			str_addz(out, ".PP");
		str_addz(out, n || text[n] ? "\n" : "");
		free(line);
		if (!text[n])
			return;
		text += n + 1;
	}
}

/* "hug-cache-ls" */
static void
add_page_name(struct str *out, const struct command *command)
{
	str_addz(out, "hug-");
	for (const char *p = command->name; *p; p++)
		str_addc(out, *p == ' ' ? '-' : *p);
}

static void
command_page(struct str *out, const struct command *command)
{
	struct str name = STR_INIT;

	add_page_name(&name, command);
	add_head(out, name.v, command->summary);
	str_addf(out, ".B hug %s\n", command->name);
	arg_each (arg, command, &as_hug)
		str_addf(out,
		    arg_is_required(arg, FACE_HUG) ? ".I %s%s\n"
						   : ".RI [ %s%s ]\n",
		    arg->name, arg->many ? "..." : "");
	str_addz(out, ".RI [ options ]\n.SH DESCRIPTION\n");
	add_roff(out, command->summary);
	str_addz(out, ".\n");
	if (command->details) {
		str_addz(out, ".PP\n");
		add_paragraphs(out, command->details);
	}
	if (command->args->name)
		str_addz(out, ".SH ARGUMENTS\n");
	arg_each (arg, command, &as_hug)
		add_item(out, arg->name, arg->help);
	add_options(out, command);
	add_examples(out, command);
	str_addz(out, ".SH SEE ALSO\n.BR hug (1)\n");
	str_fini(&name);
}

static void
main_page(struct str *out)
{
	struct str name = STR_INIT;

	add_head(out, "hug", "the Hugging Face Hub from a terminal");
	str_addz(out, ".B hug\n.I command\n.RI [ arguments ]\n.RI [ options ]\n"
		      ".SH DESCRIPTION\n");
	add_roff(out,
	    "Downloads models, datasets and Spaces into the cache that all "
	    "Hugging Face libraries share.\nResults go to standard output, "
	    "everything else to standard error.\n");
	str_addz(out, ".PP\n");
	add_roff(out,
	    "Through a link named huggingface-cli or hf it takes the options "
	    "and gives the output of the official client that had that "
	    "name.\n");
	str_addz(out, ".SH COMMANDS\n");
	for (unsigned i = 0; pages[i]; i++) {
		str_clear(&name);
		str_addf(&name, "hug %s", pages[i]->name);
		add_item(out, name.v, pages[i]->summary);
	}
	str_addz(out, ".SH EXIT STATUS\n");
	add_item(out, "0", "All of it happened");
	add_item(out, "1", "It did not; standard error says why");
	add_item(out, "2", "The command line makes no sense");
	add_item(out, "130, 143", "Interrupted, terminated");
	str_addz(out, ".SH ENVIRONMENT\n");
	for (unsigned i = 0; variables[i][0]; i++)
		add_item(out, variables[i][0], variables[i][1]);
	str_addz(out, ".SH SEE ALSO\n");
	for (unsigned i = 0; pages[i]; i++) {
		str_clear(&name);
		add_page_name(&name, pages[i]);
		str_addz(out, ".BR ");
		add_roff(out, name.v);
		str_addf(out, " (1)%s\n", pages[i + 1] ? "," : "");
	}
	str_fini(&name);
}

/* -- files -- */

/* Writes `text` to FOLDER/<place>, and empties it. */
static bool
save(const char *folder, const char *place, struct str *text)
{
	struct str path = STR_INIT;
	struct error err;
	bool ok;

	str_addf(&path, "%s/%s", folder, place);
	ok = dir_make_parent(path.v, &err) &&
	     file_replace(path.v, text->v, text->n, &err);
	if (!ok)
		fprintf(stderr, "generate: %s\n", err.message);
	str_clear(text);
	str_fini(&path);
	return ok;
}

int
main(int argc, char **argv)
{
	struct str text = STR_INIT;
	struct str place = STR_INIT;
	static const char *const scripts[][2] = { { "bash", "completions/hug" },
		{ "zsh", "completions/_hug" },
		{ "fish", "completions/hug.fish" } };
	bool ok;

	if (argc != 2)
		return EXIT_USAGE;
	choose_pages();
	main_page(&text);
	ok = save(argv[1], "man/hug.1", &text);
	for (unsigned i = 0; ok && pages[i]; i++) {
		str_clear(&place);
		str_addz(&place, "man/");
		add_page_name(&place, pages[i]);
		str_addz(&place, ".1");
		command_page(&text, pages[i]);
		ok = save(argv[1], place.v, &text);
	}
	for (unsigned i = 0; ok && i < 3; i++)
		ok = completion_add(&text, scripts[i][0]) &&
		     save(argv[1], scripts[i][1], &text);
	str_fini(&text);
	str_fini(&place);
	return ok ? EXIT_ALL : EXIT_NOT_ALL;
}
