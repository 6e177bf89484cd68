#include "core/base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/utf8.h"

/* Most patterns are a text with "*" before it, behind it, or both: these are matched by
 * comparing bytes, which is several times faster on a million paths. */
struct pattern {
	char *fixed;        /* of such a one; NULL: it is compiled */
	size_t n;           /* its bytes */
	bool before, after; /* where it has a "*" */

	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
};

/* A pattern longer than any path that can exist is a mistake or an attack. */
#define PATTERN_MAX 8192

/* A text of ours with / for \, since both part folders. */
static char *
with_slashes(const char *text)
{
	char *copy = mem_strdup(text);

	for (char *p = copy; *p; p++)
		if (*p == '\\')
			*p = '/';
	return copy;
}

/* The "]" that closes the set whose content starts at `s`; NULL if none. */
static const char *
set_end(const char *s)
{
	if (*s == '!')
		s++;
	if (*s == ']')
		s++;
	return strchr(s, ']');
}

/* Code point at `s`, which is valid UTF-8; moves `s` past it. */
static uint32_t
take_point(const char **s, const char *end)
{
	uint32_t point = 0;

	*s += utf8_decode(*s, (size_t)(end - *s), &point);
	return point;
}

/*
 * Writes the set [start, end) as a class. Ranges that run backwards are empty,
 * so a set may come to match nothing, or, negated, anything. A "-" that is
 * first, last, or follows a range stands for itself.
 */
static void
add_set(struct str *re, const char *s, const char *end)
{
	struct str members = STR_INIT;
	bool negated = *s == '!';

	s += negated;
	while (s < end) {
		uint32_t first = take_point(&s, end);
		uint32_t last = first;

		if (end - s >= 2 && *s == '-') {
			s++;
			last = take_point(&s, end);
		}
		if (first <= last)
			str_addf(&members, "\\x{%x}-\\x{%x}", (unsigned)first,
			    (unsigned)last);
	}
	if (members.n)
		str_addf(re, "[%s%s]", negated ? "^" : "", members.v);
	else
		str_addz(re, negated ? "." : "(?!)");
	str_fini(&members);
}

/* Whether a star follows; one in a set is a character. */
static bool
has_star(const char *s)
{
	for (; *s; s++) {
		const char *close = *s == '[' ? set_end(s + 1) : NULL;

		if (*s == '*')
			return true;
		s = close ? close : s;
	}
	return false;
}

/*
 * A "*" followed by fixed text only ever needs the nearest place where that
 * text stands: the atomic group says so, which keeps a pattern of many stars
 * linear. The last star takes the rest.
 */
static void
translate(struct str *re, const char *s)
{
	bool in_group = false;

	str_addz(re, "\\A");
	while (*s) {
		const char *close = *s == '[' ? set_end(s + 1) : NULL;

		if (*s == '*') {
			while (*s == '*')
				s++;
			if (in_group)
				str_addc(re, ')');
			in_group = has_star(s);
			str_addz(re, in_group ? "(?>.*?" : ".*");
		} else if (*s == '?') {
			str_addc(re, '.');
			s++;
		} else if (close) {
			add_set(re, s + 1, close);
			s = close + 1;
		} else {
			uint32_t point = take_point(&s, s + strlen(s));

			str_addf(re, "\\x{%x}", (unsigned)point);
		}
	}
	str_addz(re, in_group ? ")\\z" : "\\z");
}

static bool
compile(struct pattern *p, const char *re, struct error *err)
{
	int code;
	PCRE2_SIZE at;

	p->code = pcre2_compile((PCRE2_SPTR)re, PCRE2_ZERO_TERMINATED,
	    PCRE2_DOTALL | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &code, &at,
	    NULL);
	if (!p->code)
		return err_set(
		    err, ERR_USAGE, "the pattern cannot be compiled");
	/* Without JIT the same matches are found, only slower. */
	(void)pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
	p->match = pcre2_match_data_create(1, NULL);
	p->limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(p->limits, 1000000);
	return true;
}

/* The text of a pattern that is no more than that; NULL if it is. */
static char *
fixed_text(const char *glob, bool *before, bool *after)
{
	size_t n = strlen(glob), first = strspn(glob, "*");
	char *fixed;

	*before = first > 0;
	*after = n && glob[n - 1] == '*';
	while (n > first && glob[n - 1] == '*')
		n--;
	fixed = mem_strndup(glob + first, n - first);
	if (!strpbrk(fixed, "*?["))
		return fixed;
	free(fixed);
	return NULL;
}

struct pattern *
pattern_new(const char *text, struct error *err)
{
	struct pattern *p;
	struct str re = STR_INIT;
	char *glob;
	bool ok;

	if (strlen(text) > PATTERN_MAX || !utf8_valid(text, strlen(text))) {
		err_set(
		    err, ERR_USAGE, "a pattern is too long, or not UTF-8 text");
		return NULL;
	}
	p = mem_new(struct pattern);
	glob = with_slashes(text);
	if (*glob && glob[strlen(glob) - 1] == '/') {
		glob = mem_resize(glob, strlen(glob) + 2, 1);
		strncat(glob, "*", 2);
	}
	p->fixed = fixed_text(glob, &p->before, &p->after);
	p->n = p->fixed ? strlen(p->fixed) : 0;
	if (!p->fixed)
		translate(&re, glob);
	ok = p->fixed || compile(p, re.v, err);
	free(glob);
	str_fini(&re);
	if (!ok) {
		pattern_free(p);
		return NULL;
	}
	return p;
}

void
pattern_free(struct pattern *p)
{
	if (!p)
		return;
	pcre2_match_context_free(p->limits);
	pcre2_match_data_free(p->match);
	pcre2_code_free(p->code);
	free(p->fixed);
	free(p);
}

/* The bytes alone: what is found in text that is UTF-8 begins where a character does. */
static bool
has_fixed(const struct pattern *p, const char *path, size_t n)
{
	if (n < p->n)
		return false;
	if (p->before && p->after)
		return strstr(path, p->fixed) != NULL;
	if (p->before)
		return !memcmp(path + n - p->n, p->fixed, p->n);
	return (p->after || n == p->n) && !memcmp(path, p->fixed, p->n);
}

bool
pattern_match(const struct pattern *p, const char *path)
{
	char *copy = strchr(path, '\\') ? with_slashes(path) : NULL;
	const char *text = copy ? copy : path;
	size_t n = strlen(path);
	bool found;

	if (p->fixed)
		found = has_fixed(p, text, n) && utf8_valid(text, n);
	else
		found = pcre2_match(p->code, (PCRE2_SPTR)text, n, 0, 0,
			    p->match, p->limits) >= 0;
	free(copy);
	return found;
}

bool
pattern_is_name(const char *text)
{
	size_t n = strlen(text);

	return n && !strpbrk(text, "*?[\\") && text[n - 1] != '/';
}

char *
pattern_folder(const char *text)
{
	size_t fixed = strcspn(text, "*?[\\");

	while (fixed && text[fixed - 1] != '/')
		fixed--;
	return mem_strndup(text, fixed ? fixed - 1 : 0);
}
