#include "core/census/filter.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/span.h"
#include "core/base/str.h"
#include "core/census/scan.h"

struct unit {
	const char *name;
	double factor;
};

static const struct unit sizes[] = { { "k", 1e3 }, { "kb", 1e3 }, { "m", 1e6 },
	{ "mb", 1e6 }, { "g", 1e9 }, { "gb", 1e9 }, { "t", 1e12 },
	{ "tb", 1e12 }, { "p", 1e15 }, { "pb", 1e15 }, { NULL, 0 } };

static const struct unit ages[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 },
	{ "d", 86400 }, { "w", 604800 }, { "mo", 2592000 }, { "y", 31536000 },
	{ NULL, 0 } };

static bool
refuse(
    struct error *err, const char *before, const char *what, const char *after)
{

	err_set(err, ERR_USAGE, "%s%.200s%s", before, what, after);
	return false;
}

/* A whole number and a unit; without one the number counts alone. */
static bool
read_number(const char *text, const struct unit *units, double *number,
    struct error *err)
{
	size_t digits = strspn(text, "0123456789");
	const char *name = text + digits;
	struct str names = STR_INIT;
	bool found = false;

	if (!digits || strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO"
				    "PQRSTUVWXYZ") != strlen(name))
		return refuse(err, "Invalid value '", text,
		    "'. Must match pattern '\\d+[a-z]+' or be a plain "
		    "number.");
	*number = strtod(text, NULL);
	for (; *name && units->name && !found; units++) {
		found = !strcasecmp(units->name, name);
		if (found)
			*number *= units->factor;
		str_addf(&names, "%s'%s'", names.n ? ", " : "", units->name);
	}
	if (*name && !found) {
		struct str after = STR_INIT;

		str_addf(&after, "'. Must be one of [%s].", names.v);
		refuse(err, "Unknown unit '", name, after.v);
		str_fini(&after);
	}
	str_fini(&names);
	return found || !*name;
}

/*
 * Unlike a filter's value: there a bare number is seconds, which nobody means
 * who writes "5" for an age of what is to be deleted.
 */
bool
filter_age(const char *text, double *seconds, struct error *err)
{
	static const char examples[] = "; use for example 12h, 30d or 6mo";
	struct error ignored;
	struct str after = STR_INIT;
	bool bare = *text && !text[strspn(text, "0123456789")];
	bool ok = !bare && read_number(text, ages, seconds, &ignored);

	if (!ok) {
		str_addf(&after, "' %s%s",
		    bare ? "has no unit" : "is not a duration", examples);
		refuse(err, "'", text, after.v);
	}
	str_fini(&after);
	return ok;
}

bool
filter_duration(const char *text, double *seconds)
{
	struct error ignored;

	return read_number(text, ages, seconds, &ignored);
}

static bool
read_key(struct filter *filter, struct span key)
{
	static const char *const keys[] = { "size", "accessed", "modified",
		"type", "refs" };

	for (unsigned i = 0; i < 5; i++) {
		if (!span_is_nocase(key, keys[i]))
			continue;
		filter->key = (enum filter_key)i;
		return true;
	}
	return false;
}

static bool
read_value(struct filter *filter, const char *value, struct error *err)
{
	size_t n = strlen(value);

	if (filter->key == FILTER_SIZE)
		return read_number(value, sizes, &filter->number, err);
	if (filter->key == FILTER_ACCESSED || filter->key == FILTER_MODIFIED)
		return read_number(value, ages, &filter->number, err);
	if (strcmp(filter->op, "=") != 0)
		return err_set(err, ERR_USAGE,
		    filter->key == FILTER_TYPE
			? "Only '=' is supported for 'type' filters. Got '%s'."
			: "Only '=' is supported for 'refs' filters. Got %s.",
		    filter->op);
	if (n >= sizeof(filter->text))
		return refuse(err, "Invalid value '", value, "'.");
	memcpy(filter->text, value, n + 1);
	return true;
}

bool
filter_parse(struct filter *filter, const char *text, struct error *err)
{
	struct span key = { text, strcspn(text, "=!<>") };
	const char *op = text + key.n;
	size_t n = strspn(op, "=!<>");
	struct span value = span_trim(span_of(op + n));
	char *copy;
	bool ok;

	key = span_trim(key);
	if (!n || !key.n || !value.n)
		return refuse(err, "Invalid filter expression: '", text, "'.");
	if (n > 2 || (n == 2 && op[1] != '=') || (n == 2 && *op == '=') ||
	    (n == 1 && *op == '!')) {
		struct str before = STR_INIT;

		str_addf(&before, "Unsupported operator '%.*s' in filter '",
		    (int)n, op);
		refuse(err, before.v, text,
		    "'. Must be one of ['>=', '<=', '>', '<', '=', '!='].");
		str_fini(&before);
		return false;
	}
	memcpy(filter->op, op, n);
	filter->op[n] = '\0';
	if (!read_key(filter, key)) {
		struct str before = STR_INIT;

		str_addf(&before, "Unsupported filter key '%.*s' in '",
		    (int)key.n, key.p);
		refuse(err, before.v, text,
		    "'. Must be one of ['accessed', 'modified', 'refs', "
		    "'size', 'type'].");
		str_fini(&before);
		return false;
	}
	copy = mem_strndup(value.p, value.n);
	ok = read_value(filter, copy, err);
	free(copy);
	return ok;
}

static bool
compare(double left, const char *op, double right)
{
	bool less = left<right, more = left> right;

	if (op[0] == '<')
		return less || (op[1] && !more);
	if (op[0] == '>')
		return more || (op[1] && !less);
	return (op[0] == '!') == (less || more);
}

static bool
names_ref(const struct filter *filter, char *const *refs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcasecmp(refs[i], filter->text))
			return true;
	}
	return false;
}

bool
filter_holds(const struct filter *filter, const struct scan_repo *repo,
    const struct scan_revision *revision, double now)
{
	switch (filter->key) {
	case FILTER_SIZE:
		return compare((double)(revision ? revision->size : repo->size),
		    filter->op, filter->number);
	case FILTER_ACCESSED:
		return compare(
		    now - repo->accessed, filter->op, filter->number);
	case FILTER_MODIFIED:
		return compare(
		    now - (revision ? revision->modified : repo->modified),
		    filter->op, filter->number);
	case FILTER_TYPE:
		return !strcasecmp(repo->type, filter->text);
	case FILTER_REFS:
		return revision ? names_ref(filter, revision->refs.v,
				      revision->refs.n)
		                : names_ref(filter, repo->refs.v, repo->refs.n);
	}
	return false;
}
