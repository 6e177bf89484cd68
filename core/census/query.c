#include "core/census/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/pattern.h"
#include "core/base/span.h"
#include "core/base/timefmt.h"
#include "core/census/filter.h"
#include "core/census/scan_repo.h"

/* Deeper brackets are a mistake. */
#define DEPTH_MAX 50

enum node_kind {
	NODE_ALL, /* every child holds */
	NODE_ANY,
	NODE_NOT,
	NODE_WORD,
	NODE_FILTER, /* what the official client knows as well */
	NODE_ONLY,
	NODE_FILES,
	NODE_NAME,
	NODE_DETACHED,
	NODE_PARTIAL,
	NODE_DAMAGED,
	NODE_MARKED,
	NODE_OPEN,
};

struct query {
	enum node_kind kind;
	ARR(struct query *) children;
	char *word;
	struct filter filter; /* its operator and number serve others too */
	struct pattern *pattern;
};

/* How the value of a key is written. */
enum value {
	VALUE_SIZE,
	VALUE_AGE,
	VALUE_COUNT,
	VALUE_TEXT,
	VALUE_PATTERN,
};

static const struct key {
	const char *name;
	enum node_kind kind;
	enum filter_key filter;
	enum value value;
} keys[] = {
	{ "size", NODE_FILTER, FILTER_SIZE, VALUE_SIZE },
	{ "accessed", NODE_FILTER, FILTER_ACCESSED, VALUE_AGE },
	{ "modified", NODE_FILTER, FILTER_MODIFIED, VALUE_AGE },
	{ "type", NODE_FILTER, FILTER_TYPE, VALUE_TEXT },
	{ "refs", NODE_FILTER, FILTER_REFS, VALUE_TEXT },
	{ "only", NODE_ONLY, FILTER_SIZE, VALUE_SIZE },
	{ "files", NODE_FILES, FILTER_SIZE, VALUE_COUNT },
	{ "name", NODE_NAME, FILTER_SIZE, VALUE_PATTERN },
};

#define BLANKS " \t\r\n\v\f"
#define OPERATORS "<>=!"

struct parser {
	const char *text;
	const char *at; /* what was read of it */
	unsigned depth;
	struct error *err;
};

static struct query *
node_new(enum node_kind kind)
{
	struct query *node = mem_new(struct query);

	node->kind = kind;
	return node;
}

void
query_free(struct query *query)
{
	if (!query)
		return;
	arr_each (child, &query->children)
		query_free(*child);
	arr_free(&query->children);
	free(query->word);
	pattern_free(query->pattern);
	free(query);
}

/* -- reading -- */

/* Puts the place before a message; false. Bytes that continue a character of
 * UTF-8 do not count. */
static bool
add_place(struct parser *p, const char *at)
{
	size_t number = 1;

	if (!*at)
		return err_wrap(p->err, "at the end");
	for (const char *c = p->text; c < at; c++)
		number += ((unsigned char)*c & 0xc0) != 0x80;
	return err_wrap(p->err, "at character %zu", number);
}

static bool
wrong(struct parser *p, const char *at, const char *message)
{
	err_set(p->err, ERR_USAGE, "%s", message);
	return add_place(p, at);
}

/* The word itself, made safe, stands between `before` and `after`. */
static bool
wrong_word(
    struct parser *p, struct span word, const char *before, const char *after)
{
	char *copy = mem_strndup(word.p, word.n);

	err_set(p->err, ERR_USAGE, "%s'%.80s'%s", before, copy, after);
	free(copy);
	return add_place(p, word.p);
}

/* Up to the next blank or bracket. */
static struct span
peek_value(struct parser *p)
{
	p->at += strspn(p->at, BLANKS);
	return (struct span){ p->at, strcspn(p->at, BLANKS "()") };
}

/*
 * The next word without moving on. A bracket is a word, so is what stands
 * together of the characters of operators. Empty only at the end.
 */
static struct span
peek(struct parser *p)
{
	size_t n;

	p->at += strspn(p->at, BLANKS);
	if (*p->at == '(' || *p->at == ')')
		return (struct span){ p->at, 1 };
	n = strspn(p->at, OPERATORS);
	if (!n)
		n = strcspn(p->at, BLANKS "()" OPERATORS);
	return (struct span){ p->at, n };
}

static bool
skip(struct parser *p, const char *word)
{
	struct span next = peek(p);

	if (!span_is_nocase(next, word))
		return false;
	p->at += next.n;
	return true;
}

static bool
is_operator(struct span word)
{
	return word.n && strchr(OPERATORS, *word.p);
}

/* Whether no condition can begin with it. */
static bool
ends_terms(struct span word)
{
	return !word.n || span_is(word, ")") || span_is_nocase(word, "or");
}

static bool
read_is(struct query *node, struct parser *p, struct span word)
{
	static const char *const names[] = { "detached", "partial", "damaged",
		"marked", "open" };
	struct span what = { word.p + 3, word.n - 3 };

	for (unsigned i = 0; i < 5; i++) {
		if (span_is_nocase(what, names[i])) {
			node->kind = (enum node_kind)(NODE_DETACHED + i);
			return true;
		}
	}
	return wrong_word(p, word, "",
	    " is not known; use is:detached, is:partial, is:damaged, "
	    "is:marked or is:open");
}

static bool
read_operator(struct query *node, struct parser *p, const struct key *key)
{
	static const char *const names[] = { "=", "!=", "<", "<=", ">", ">=" };
	struct span op = peek(p);

	p->at += op.n;
	for (unsigned i = 0; i < 6; i++) {
		if (!span_is(op, names[i]))
			continue;
		if (i && key->value >= VALUE_TEXT)
			return wrong_word(p, op, "",
			    " works for sizes, ages and counts only; use '=', "
			    "with not before it for the opposite");
		snprintf(
		    node->filter.op, sizeof(node->filter.op), "%s", names[i]);
		return true;
	}
	return wrong_word(
	    p, op, "", " is not an operator; use =, !=, <, <=, > or >=");
}

static bool
read_text(struct query *node, struct parser *p, struct span value)
{
	if (value.n >= sizeof(node->filter.text))
		return wrong(p, value.p, "the value is too long");
	memcpy(node->filter.text, value.p, value.n);
	node->filter.text[value.n] = '\0';
	return true;
}

static bool
read_value(struct query *node, struct parser *p, const struct key *key)
{
	struct span value = peek_value(p);
	char *text;
	uint64_t number;
	bool ok = false;

	p->at += value.n;
	if (!value.n)
		return wrong(p, value.p, "a value is missing");
	text = mem_strndup(value.p, value.n);
	switch (key->value) {
	case VALUE_SIZE:
	case VALUE_COUNT:
		ok = parse_size(text, &number);
		node->filter.number = ok ? (double)number : 0;
		if (!ok)
			wrong_word(p, value, "",
			    key->value == VALUE_SIZE
				? " is not a size; use for example 500M, 20GB "
				  "or 1.5GiB"
				: " is not a number");
		break;
	case VALUE_AGE:
		ok = filter_duration(text, &node->filter.number);
		if (!ok)
			wrong_word(p, value, "",
			    " is not a duration; use for example 12h, 30d or "
			    "6mo");
		break;
	case VALUE_TEXT:
		ok = read_text(node, p, value);
		break;
	case VALUE_PATTERN:
		node->pattern = pattern_new(text, p->err);
		ok = node->pattern || add_place(p, value.p);
		break;
	}
	free(text);
	return ok;
}

static bool
read_condition(struct query *node, struct parser *p, struct span word)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (!span_is_nocase(word, keys[i].name))
			continue;
		node->kind = keys[i].kind;
		node->filter.key = keys[i].filter;
		return read_operator(node, p, &keys[i]) &&
		       read_value(node, p, &keys[i]);
	}
	return wrong_word(p, word, "",
	    " is not a key; use size, accessed, modified, type, refs, only, "
	    "files or name");
}

static struct query *
read_term(struct parser *p)
{
	struct span word = peek(p);
	struct query *node;
	bool ok = true;

	if (ends_terms(word) || is_operator(word) ||
	    span_is_nocase(word, "and")) {
		if (!word.n)
			wrong(p, word.p, "a condition is missing");
		else
			wrong_word(p, word,
			    is_operator(word)
				? "a key is missing before "
				: "a condition is missing before ",
			    "");
		return NULL;
	}
	node = node_new(NODE_WORD);
	p->at += word.n;
	if (is_operator(peek(p)))
		ok = read_condition(node, p, word);
	else if (span_starts_nocase(word, "is:"))
		ok = read_is(node, p, word);
	else
		node->word = mem_strndup(word.p, word.n);
	if (ok)
		return node;
	query_free(node);
	return NULL;
}

static struct query *read_any(struct parser *p);
static struct query *read_one(struct parser *p);

static struct query *
read_brackets(struct parser *p, struct span open)
{
	struct query *inner = read_any(p);

	if (inner && !skip(p, ")")) {
		wrong_word(p, open, "this ", " is not closed");
		query_free(inner);
		inner = NULL;
	}
	return inner;
}

static struct query *
read_not(struct parser *p)
{
	struct query *node = node_new(NODE_NOT);
	struct query *inner = read_one(p);

	if (!inner) {
		query_free(node);
		return NULL;
	}
	arr_push(&node->children, inner);
	return node;
}

static struct query *
read_one(struct parser *p)
{
	struct span word = peek(p);
	struct query *node;

	if (++p->depth > DEPTH_MAX) {
		wrong(
		    p, word.p, "too many brackets or 'not' inside each other");
		return NULL;
	}
	if (skip(p, "("))
		node = read_brackets(p, word);
	else if (skip(p, "not"))
		node = read_not(p);
	else
		node = read_term(p);
	p->depth--;
	return node;
}

static struct query *
read_all(struct parser *p)
{
	struct query *node = node_new(NODE_ALL);

	do {
		struct query *child = read_one(p);

		if (!child) {
			query_free(node);
			return NULL;
		}
		arr_push(&node->children, child);
	} while (skip(p, "and") || !ends_terms(peek(p)));
	return node;
}

static struct query *
read_any(struct parser *p)
{
	struct query *node = node_new(NODE_ANY);

	do {
		struct query *child = read_all(p);

		if (!child) {
			query_free(node);
			return NULL;
		}
		arr_push(&node->children, child);
	} while (skip(p, "or"));
	return node;
}

bool
query_is_blank(const char *text)
{
	return !text[strspn(text, BLANKS)];
}

struct query *
query_parse(const char *text, struct error *err)
{
	struct parser p = { text, text, 0, err };
	struct query *query = NULL;
	struct span rest;

	if (query_is_blank(text)) {
		err_set(err, ERR_USAGE, "a condition is missing");
		return NULL;
	}
	query = read_any(&p);
	rest = query ? peek(&p) : (struct span){ NULL, 0 };
	if (rest.n) {
		/* Only a bracket ends a list of terms before its end. */
		wrong_word(&p, rest, "this ", " closes nothing");
		query_free(query);
		query = NULL;
	}
	return query;
}

/* -- asking -- */

static bool
has_word(const struct query_of *of, const char *word)
{
	const struct scan_repo *repo = of->repo;

	if (strcasestr(repo->id ? repo->id : repo->folder, word))
		return true;
	arr_each (revision, &repo->revisions) {
		if (of->revision && of->revision != revision)
			continue;
		if (!strncasecmp(revision->name, word, strlen(word)))
			return true;
		arr_each (ref, &revision->refs) {
			if (strcasestr(*ref, word))
				return true;
		}
	}
	return false;
}

static bool
compare(const struct filter *filter, double left)
{
	double right = filter->number;

	switch (filter->op[0]) {
	case '<':
		return left < right || (filter->op[1] && left <= right);
	case '>':
		return left > right || (filter->op[1] && left >= right);
	case '!':
		return left < right || left > right;
	default:
		return left <= right && left >= right;
	}
}

/* While refs cannot be understood nothing is known to be without one. */
static bool
is_detached(const struct query_of *of)
{
	if (of->repo->unclear)
		return false;
	if (of->revision)
		return !of->revision->refs.n;
	return of->repo->revisions.n && !of->repo->refs.n;
}

static bool
holds_kind(const struct query *query, const struct query_of *of)
{
	const struct scan_repo *repo = of->repo;
	size_t files = of->revision ? of->revision->files.n : repo->blobs.n;
	uint64_t size = of->revision ? of->revision->size : repo->size;

	switch (query->kind) {
	case NODE_WORD:
		return has_word(of, query->word);
	case NODE_FILTER:
		return repo->type && filter_holds(&query->filter, repo,
					 of->revision, of->now);
	case NODE_ONLY:
		return compare(&query->filter,
		    (double)(of->only ? of->only(of->context, of) : size));
	case NODE_FILES:
		return compare(&query->filter, (double)files);
	case NODE_NAME:
		return repo->id && pattern_match(query->pattern, repo->id);
	case NODE_DETACHED:
		return is_detached(of);
	case NODE_PARTIAL:
		return repo->partials != 0;
	case NODE_DAMAGED:
		return of->revision ? of->revision->broken.n != 0
		                    : repo->warning != NULL;
	case NODE_MARKED:
		return of->marked && of->marked(of->context, of);
	case NODE_OPEN:
		return of->open && of->open(of->context, of);
	case NODE_ALL:
	case NODE_ANY:
	case NODE_NOT:
		break;
	}
	return false;
}

bool
query_holds(const struct query *query, const struct query_of *of)
{
	if (query->kind == NODE_NOT)
		return !query_holds(query->children.v[0], of);
	if (query->kind != NODE_ALL && query->kind != NODE_ANY)
		return holds_kind(query, of);
	arr_each (child, &query->children) {
		if (query_holds(*child, of) == (query->kind == NODE_ANY))
			return query->kind == NODE_ANY;
	}
	return query->kind == NODE_ALL;
}
