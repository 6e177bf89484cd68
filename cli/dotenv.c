#include "cli/dotenv.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"

static void
put(struct dotenv *env, struct span key, const char *value)
{
	char *copy = mem_strdup(value);

	arr_each (pair, &env->pairs) {
		if (!span_is(key, pair->key))
			continue;
		mem_drop(pair->value);
		pair->value = copy;
		return;
	}
	arr_push(&env->pairs,
	    (struct dotenv_pair){ mem_strndup(key.p, key.n), copy });
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

static const char *
skip_blanks(const char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

static bool
is_end(const char *p)
{
	p = skip_blanks(p);
	return !*p || *p == '#';
}

static size_t
key_length(const char *p)
{
	size_t n = 0;

	while ((p[n] >= 'a' && p[n] <= 'z') || (p[n] >= 'A' && p[n] <= 'Z') ||
	       p[n] == '_' || (n && p[n] >= '0' && p[n] <= '9'))
		n++;
	return n;
}

/* Where a value in quotes ends, its quotes with it; NULL if it is none. */
static const char *
quoted_end(const char *p)
{
	char quote = *p++;

	if (quote != '"' && quote != '\'')
		return NULL;
	while (*p && *p != quote)
		p += *p == '\\' && p[1] == quote ? 2 : 1;
	return *p && is_end(p + 1) ? p + 1 : NULL;
}

/* Where a bare value ends: at a "#" with a blank before it. */
static const char *
bare_end(const char *p, bool blank)
{
	for (; *p; p++) {
		if (*p == '#' && blank)
			break;
		blank = is_blank(*p);
	}
	return p;
}

/* Without its quotes; within double ones \n, \t, \", \\ and \$ mean something. */
static void
add_value(struct str *out, struct span value)
{
	static const char codes[] = "nt\"\\$";
	static const char meant[] = "\n\t\"\\$";
	char quote = value.n ? *value.p : '\0';

	if (!value.n || (quote != '"' && quote != '\'') ||
	    value.p[value.n - 1] != quote) {
		str_add(out, value.p, value.n);
		return;
	}
	for (size_t i = 1; i + 1 < value.n; i++) {
		const char *at =
		    quote == '"' && value.p[i] == '\\' && i + 2 < value.n
			? strchr(codes, value.p[i + 1])
			: NULL;

		str_addc(out, at ? meant[at - codes] : value.p[i]);
		i += at != NULL;
	}
}

/* False if it gives no value. */
static bool
read_line(struct dotenv *env, const char *line)
{
	const char *p = line, *end;
	struct span key;
	struct str value = STR_INIT;
	bool blank, given = false;

	if (!strncmp(p, "export", 6) && is_blank(p[6]))
		p = skip_blanks(p + 6);
	key = (struct span){ p, key_length(p) };
	if (!key.n)
		return false;
	p = skip_blanks(p + key.n);
	if (*p == '=') {
		blank = is_blank(p[1]);
		p = skip_blanks(p + 1);
		end = quoted_end(p);
		if (!end)
			end = bare_end(p, blank);
		add_value(
		    &value, span_trim((struct span){ p, (size_t)(end - p) }));
		put(env, key, value.v);
		given = true;
	} else if (is_end(p)) {
		char *name = mem_strndup(key.p, key.n);
		const char *own = getenv(name);

		if (env->token && !strcmp(name, "HF_TOKEN"))
			own = env->token;
		if (own)
			put(env, key, own);
		given = own != NULL;
		free(name);
	}
	str_drop(&value);
	return given;
}

unsigned
dotenv_read(struct dotenv *env, const char *text)
{
	struct span rest = span_of(text), line;
	unsigned number = 0, empty = 0;

	while (span_next(&rest, '\n', &line)) {
		char *copy;

		number++;
		line = span_trim(line);
		if (!line.n || *line.p == '#')
			continue;
		copy = mem_strndup(line.p, line.n);
		if (!read_line(env, copy) && !empty)
			empty = number;
		mem_drop(copy);
	}
	return empty;
}

void
dotenv_fini(struct dotenv *env)
{
	arr_each (pair, &env->pairs) {
		mem_drop(pair->key);
		mem_drop(pair->value);
	}
	arr_free(&env->pairs);
}
