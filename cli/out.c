#include "cli/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/official.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/utf8.h"

static void
say_as_hug(const struct error *err)
{
	size_t n = strlen(err->message);
	bool ended = n && strchr(".!?", err->message[n - 1]);

	fprintf(stderr, "hug: %s", err->message);
	if (err->hint[0])
		fprintf(stderr, "%s %s", ended ? "" : ".", err->hint);
	fputc('\n', stderr);
}

void
out_error(const struct cli *cli, const struct error *err)
{
	if (cli->face == FACE_OLD)
		official_old(err);
	else if (cli->face == FACE_HF)
		official_hf(cli, err);
	else
		say_as_hug(err);
}

void
out_note(const struct cli *cli, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", cli->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void
out_say(const struct cli *cli, const char *format, ...)
{
	char line[1400];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (cli->face == FACE_HUG)
		out_note(cli, "%s", line + strspn(line, "\n"));
	else
		fprintf(stderr, "%s\n", line);
}

enum exit_code
out_wrong(const struct cli *cli, const char *format, ...)
{
	struct error err;
	char text[800];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (cli->face == FACE_OLD) {
		fprintf(stderr, "ValueError: %s\n", text);
		return EXIT_NOT_ALL;
	}
	err_set(&err, ERR_USAGE, "%s", text);
	err_about(&err, ERR_ABOUT_VALUE, "", NULL);
	out_error(cli, &err);
	return EXIT_NOT_ALL;
}

void
out_add_bold(struct str *out, const struct cli *cli, const char *text)
{
	str_addf(out, cli->color ? "\x1b[1m%s\x1b[0m" : "%s", text);
}

static void
add_json_results(struct str *text, const struct out_pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_add_key(text, !i, pairs[i].key);
		if (pairs[i].json)
			str_addz(text, pairs[i].json);
		else
			json_add_string(text, pairs[i].value);
	}
	str_addc(text, '}');
}

static void
add_result(struct str *text, const char *before, const char *between,
    const struct out_pair *pair)
{
	str_addf(text, "%s%s%s", before, pair->key, between);
	utf8_safe(text, pair->value);
}

void
out_results(const struct cli *cli, const char *done,
    const struct out_pair *pairs, size_t n)
{
	struct str text = STR_INIT;

	switch (cli->format) {
	case FORMAT_JSON:
		add_json_results(&text, pairs, n);
		break;
	case FORMAT_AGENT:
		for (size_t i = 0; i < n; i++)
			add_result(&text, i ? " " : "", "=", &pairs[i]);
		break;
	case FORMAT_QUIET:
		utf8_safe(&text, pairs[0].value);
		break;
	case FORMAT_HUMAN:
		str_addf(&text, "%s %s", cli_tick(cli), done);
		for (size_t i = 0; i < n; i++)
			add_result(&text, "\n  ", ": ", &pairs[i]);
		break;
	}
	puts(text.v);
	str_fini(&text);
}

void
out_result(
    const struct cli *cli, const char *done, const char *key, const char *value)
{
	out_results(cli, done, &(struct out_pair){ key, value, NULL }, 1);
}

bool
out_finish(const struct cli *cli)
{
	struct error err;

	if (!ferror(stdout) && !fflush(stdout))
		return true;
	err_errno(&err, errno, "cannot write the result to stdout");
	err.hint[0] = '\0';
	out_error(cli, &err);
	return false;
}
