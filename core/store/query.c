#include "core/store/query.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/pattern.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/store/filter.h"
#include "core/store/scan_repo.h"

/* Deeper brackets are a mistake. */
#define DEPTH_MAX 50

enum node_kind {
	NODE_ALL, /* every child holds */
	NODE_ANY,
	NODE_NOT,
	NODE_WORD,
	NODE_FILTER, /* the official client's */
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

struct parser {
	const char *at;
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

/* The next word without moving on; "(" and ")" are words of their own. */
static struct span
peek(struct parser *p)
{
	size_t n;

	p->at += strspn(p->at, " \t");
	if (*p->at == '(' || *p->at == ')')
		return (struct span){ p->at, 1 };
	n = strcspn(p->at, " \t()");
	return (struct span){ p->at, n };
}

static bool
skip(struct parser *p, const char *word)
{
	struct span next = peek(p);

	if (!span_is(next, word))
		return false;
	p->at += next.n;
	return true;
}

static bool
read_is(struct query *node, const char *what, struct error *err)
{
	static const char *const names[] = { "detached", "partial", "damaged",
		"marked", "open" };

	for (unsigned i = 0; i < 5; i++) {
		if (!strcmp(names[i], what)) {
			node->kind = (enum node_kind)(NODE_DETACHED + i);
			return true;
		}
	}
	return err_set(err, ERR_USAGE,
	    "is:%.40s is not known: detached, partial, damaged, marked, open",
	    what);
}

/* "only>1GB" and "files>=10" by way of a size, which both are. */
static bool
read_number(struct query *node, const char *text, struct error *err)
{
	struct str as_size = STR_INIT;
	bool ok;

	node->kind = *text == 'o' ? NODE_ONLY : NODE_FILES;
	str_addf(&as_size, "size%s", text + (*text == 'o' ? 4 : 5));
	ok = filter_parse(&node->filter, as_size.v, err);
	str_fini(&as_size);
	return ok;
}

static bool
has_operator(const char *text, const char *key)
{
	size_t n = strlen(key);

	return !strncmp(text, key, n) && text[n] && strchr("<>=!", text[n]);
}

static struct query *
read_term(struct parser *p)
{
	struct span span = peek(p);
	char *text = mem_strndup(span.p, span.n);
	struct query *node = node_new(NODE_WORD);
	bool ok = true;

	p->at += span.n;
	if (!strncmp(text, "is:", 3)) {
		ok = read_is(node, text + 3, p->err);
	} else if (!strncmp(text, "name=", 5)) {
		node->kind = NODE_NAME;
		node->pattern = pattern_new(text + 5, p->err);
		ok = node->pattern != NULL;
	} else if (has_operator(text, "only") || has_operator(text, "files")) {
		ok = read_number(node, text, p->err);
	} else if (has_operator(text, "size") ||
		   has_operator(text, "accessed") ||
		   has_operator(text, "modified") ||
		   has_operator(text, "type") || has_operator(text, "refs")) {
		node->kind = NODE_FILTER;
		ok = filter_parse(&node->filter, text, p->err);
	} else if (strpbrk(text, "<>=!")) {
		/* A key that there is not: the reader of terms says so. */
		ok = filter_parse(&node->filter, text, p->err);
	} else {
		node->word = mem_strdup(text);
	}
	free(text);
	if (ok)
		return node;
	query_free(node);
	return NULL;
}

static struct query *read_any(struct parser *p);

static struct query *
read_one(struct parser *p)
{
	struct query *inner, *node;

	if (++p->depth > DEPTH_MAX) {
		err_set(p->err, ERR_USAGE, "too many brackets");
		return NULL;
	}
	if (skip(p, "(")) {
		inner = read_any(p);
		if (inner && !skip(p, ")")) {
			err_set(p->err, ERR_USAGE, "a ) is missing");
			query_free(inner);
			inner = NULL;
		}
		p->depth--;
		return inner;
	}
	if (skip(p, "not")) {
		inner = read_one(p);
		p->depth--;
		if (!inner)
			return NULL;
		node = node_new(NODE_NOT);
		arr_push(&node->children, inner);
		return node;
	}
	p->depth--;
	return read_term(p);
}

static struct query *
read_all(struct parser *p)
{
	struct query *node = node_new(NODE_ALL);

	for (;;) {
		struct span next = peek(p);
		struct query *child;

		if (!next.n || span_is(next, ")") || span_is(next, "or"))
			return node;
		child = read_one(p);
		if (!child)
			break;
		arr_push(&node->children, child);
	}
	query_free(node);
	return NULL;
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

struct query *
query_parse(const char *text, struct error *err)
{
	struct parser p = { text, 0, err };
	struct query *query = read_any(&p);

	if (query && peek(&p).n) {
		err_set(err, ERR_USAGE, "a ( is missing");
		query_free(query);
		return NULL;
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

static bool
is_detached(const struct query_of *of)
{
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
