#include "cli/out.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/voice/voice.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

/* -- what a terminal gets -- */

/* The sequence that a mark stands for; NULL: it is no mark. */
static const char *
sequence_of(char mark)
{
	switch (mark) {
	case '0':
		return "\x1b[0m";
	case 'b':
		return "\x1b[1m";
	case 'g':
		return "\x1b[32m";
	case 'y':
		return "\x1b[90m";
	case 'r':
		return "\x1b[1m\x1b[31m";
	case 'h':
		return "\r";
	case 'u':
		return "\x1b[1A";
	case 'k':
		return "\x1b[K";
	case 'j':
		return "\x1b[J";
	case 'c':
		return "\x1b[?7l";
	case 'w':
		return "\x1b[?7h";
	default:
		return NULL;
	}
}

/* Appends a text, its marks as what they stand for, and all else safe. */
static void
add_shown(struct str *out, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n\t\xff");
		const char *sequence;

		utf8_safe_n(out, text, n);
		text += n;
		if (!*text)
			break;
		sequence = *text == '\xff' ? sequence_of(text[1]) : NULL;
		if (sequence) {
			str_addz(out, sequence);
			text++;
		} else if (*text == '\xff') {
			utf8_safe_n(out, text, 1);
		} else {
			str_addc(out, *text);
		}
		text++;
	}
}

/* One write a text, so that what others write does not come in between. */
static void
put(FILE *file, const char *text)
{
	struct str shown = STR_INIT;

	add_shown(&shown, text);
	fwrite(shown.v, 1, shown.n, file);
	str_fini(&shown);
}

static void
put_format(FILE *file, const char *format, va_list args)
{
	struct str text = STR_INIT;

	text_addv(&text, format, args);
	put(file, text.v);
	str_fini(&text);
}

void
out_put(const char *text)
{
	put(stdout, text);
}

void
out_line(const char *text)
{
	put(stdout, text);
	fputc('\n', stdout);
}

void
out_putf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_format(stdout, format, args);
	va_end(args);
}

void
out_exact(const char *text)
{
	if (isatty(STDOUT_FILENO)) {
		out_putf("%s\n", text);
		return;
	}
	fputs(text, stdout);
	fputc('\n', stdout);
}

bool
out_bytes(const char *bytes, size_t n, struct error *err)
{
	while (n) {
		ssize_t done = write(STDOUT_FILENO, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			err_errno(
			    err, errno, "cannot write the result to stdout");
			err_unadvised(err);
			return false;
		}
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

void
out_ask(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_format(stdout, format, args);
	va_end(args);
	fflush(stdout);
}

void
out_ask_on(int fd, const char *question)
{
	struct str shown = STR_INIT;

	add_shown(&shown, question);
	MAY_FAIL(write(fd, shown.v, shown.n),
	    "where nothing can be asked nothing is answered either");
	str_fini(&shown);
}

void
out_flush(void)
{
	fflush(stdout);
}

void
out_tell(const char *text)
{
	put(stderr, text);
}

void
out_tellf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_format(stderr, format, args);
	va_end(args);
}

void
out_frame(const char *text)
{
	struct str shown = STR_INIT;

	add_shown(&shown, text);
	MAY_FAIL(write(STDERR_FILENO, shown.v, shown.n),
	    "the next frame draws all of it again");
	str_fini(&shown);
}

void
out_frame_away(void)
{
	/* The program may be stopped between two parts of a frame. */
	static const char away[] = "\x1b[?7h\r\x1b[J";

	MAY_FAIL(write(STDERR_FILENO, away, sizeof(away) - 1),
	    "a terminal that is gone shows nothing either");
}

/* -- messages -- */

void
out_error(const struct cli *cli, const struct error *err)
{
	cli->voice->text.errors.tell(cli, err);
}

static void
tell_line(const struct cli *cli, const char *text)
{
	struct str line = STR_INIT;

	if (cli->notes_json) {
		json_add_pair(&line, true, "event", "note");
		json_add_pair(&line, false, "text", text);
		str_addc(&line, '}');
	} else {
		str_addz(&line, text);
	}
	str_addc(&line, '\n');
	out_tell(line.v);
	str_fini(&line);
}

void
out_note(const struct cli *cli, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	if (!cli->notes_json)
		text_addf(&text, "%s: ", cli->name);
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	tell_line(cli, text.v);
	str_fini(&text);
}

void
out_say(const struct cli *cli, const char *format, ...)
{
	struct str body = STR_INIT;
	struct str text = STR_INIT;
	va_list args;

	if (cli->mute)
		return;
	va_start(args, format);
	text_addv(&body, format, args);
	va_end(args);
	if (cli->voice->policy.output.names_itself && !cli->notes_json)
		str_addf(
		    &text, "%s: %s", cli->name, body.v + strspn(body.v, "\n"));
	else
		str_addz(&text, body.v);
	tell_line(cli, text.v);
	str_fini(&body);
	str_fini(&text);
}

enum exit_code
out_wrong(const struct cli *cli, const char *format, ...)
{
	struct error err;
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	if (cli->voice->text.errors.value) {
		out_tellf("%s%s\n", cli->voice->text.errors.value, text.v);
	} else {
		err_set(&err, ERR_USAGE, "%s", text.v);
		err_about(&err, ERR_ABOUT_VALUE, "", NULL);
		out_error(cli, &err);
	}
	str_fini(&text);
	return EXIT_NOT_ALL;
}

void
out_add_bold(struct str *out, const struct cli *cli, const char *text)
{
	text_addf(out, cli->color ? OUT_BOLD "%s" OUT_PLAIN : "%s", text);
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
		str_addf(&text, "%s ", cli_tick(cli));
		utf8_safe(&text, done);
		for (size_t i = 0; i < n; i++)
			add_result(&text, "\n  ", ": ", &pairs[i]);
		break;
	}
	out_line(text.v);
	str_fini(&text);
}

void
out_result(
    const struct cli *cli, const char *done, const char *key, const char *value)
{
	out_results(cli, done, &(struct out_pair){ key, value, NULL }, 1);
}

/* Whether stdout is a pipe that nobody reads any more. */
static bool
has_reader_left(void)
{
	struct pollfd look = { .fd = STDOUT_FILENO };

	return poll(&look, 1, 0) == 1 && look.revents & POLLERR;
}

bool
out_is_wanted(void)
{
	return !ferror(stdout);
}

bool
out_finish(const struct cli *cli)
{
	struct error err;

	if (!ferror(stdout) && !fflush(stdout))
		return true;
	/* `| head` has what it wanted: nothing to be told. */
	if (has_reader_left())
		return false;
	err_errno(&err, errno, "cannot write the result to stdout");
	err_unadvised(&err);
	out_error(cli, &err);
	return false;
}
