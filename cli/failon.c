#include "cli/failon.h"

#include <stdlib.h>
#include <string.h>

#include "cli/know_text.h"
#include "cli/out.h"
#include "cli/similar.h"
#include "core/base/mem.h"
#include "core/base/pattern.h"
#include "core/base/repoid.h"
#include "core/base/span.h"
#include "core/base/str.h"

/* A word that is so like a kind is a mistyped one, not a licence. */
#define TOO_LIKE 0.7

/* What stands for a repository that states no licence. */
#define NO_LICENCE "unknown"

/* -- reading -- */

static bool
unknown_word(struct span word, struct error *err)
{
	return err_set(err, ERR_USAGE,
	    "--fail-on: '%.*s' is not a caution; use gated, licence=NAME, "
	    "code, pickle or incomplete, separated by commas",
	    (int)word.n, word.p);
}

static bool
read_kind(struct span word, enum caution_kind *kind)
{
	for (unsigned i = 0; i < CAUTIONS; i++) {
		*kind = (enum caution_kind)i;
		if (span_is_nocase(word, caution_name(*kind)))
			return true;
	}
	*kind = CAUTION_LICENCE;
	return span_is_nocase(word, "license");
}

/* In ASCII small letters: the Hub's licences are. */
static char *
small(const char *text, size_t n)
{
	char *copy = mem_strndup(text, n);

	for (char *p = copy; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	}
	return copy;
}

static bool
add_licence(struct failon *f, struct span word, struct error *err)
{
	struct failon_licence licence = { .text = small(word.p, word.n) };

	licence.pattern = pattern_new(licence.text, err);
	if (!licence.pattern) {
		free(licence.text);
		err_wrap(err, "--fail-on");
		err->code = ERR_USAGE;
		return false;
	}
	f->kinds |= 1u << CAUTION_LICENCE;
	arr_push(&f->licences, licence);
	return true;
}

static bool
needs_names(struct error *err)
{
	return err_set(err, ERR_USAGE,
	    "--fail-on: name the licences that are refused, for example "
	    "licence=other,cc-by-nc-*; licence=" NO_LICENCE
	    " is a repository that states none");
}

/* The kind that a word is so like that it was probably meant; NULL: none. */
static const char *
like_kind(struct span word)
{
	char *text = small(word.p, word.n);
	const char *kind = NULL;

	for (unsigned i = 0; i < CAUTIONS; i++) {
		if (similarity(text, caution_name((enum caution_kind)i)) >=
		    TOO_LIKE)
			kind = caution_name((enum caution_kind)i);
	}
	free(text);
	return kind;
}

/* A word that is no kind: a licence, if licences may stand here. */
static bool
read_other(
    struct failon *f, struct span word, bool in_licences, struct error *err)
{
	const char *kind = like_kind(word);

	if (in_licences && !kind)
		return add_licence(f, word, err);
	unknown_word(word, err);
	if (!kind)
		return false;
	if (!in_licences)
		return err_hint(err, "Did you mean %s?", kind);
	/* "pickel" as a licence would check less than the user believes. */
	return err_hint(err,
	    "Did you mean %s? A licence of that name is licence=%.*s", kind,
	    (int)word.n, word.p);
}

/* One word; `in_licences`: licences may follow. */
static bool
read_word(
    struct failon *f, struct span word, bool *in_licences, struct error *err)
{
	struct span name = word, value = { word.p + word.n, 0 };
	const char *equals = memchr(word.p, '=', word.n);
	enum caution_kind kind;

	if (equals) {
		name.n = (size_t)(equals - word.p);
		value = (struct span){ equals + 1, word.n - name.n - 1 };
	}
	if (!read_kind(name, &kind)) {
		return equals ? unknown_word(word, err)
		              : read_other(f, word, *in_licences, err);
	}
	if (kind != CAUTION_LICENCE && equals)
		return unknown_word(word, err);
	*in_licences = kind == CAUTION_LICENCE;
	if (*in_licences)
		return value.n ? add_licence(f, value, err) : needs_names(err);
	f->kinds |= 1u << kind;
	return true;
}

bool
failon_read(struct failon *f, const struct text_list *values, struct error *err)
{
	*f = (struct failon){ 0 };
	arr_each (value, &values->list) {
		struct span rest = span_of(*value), word;
		bool in_licences = false;

		while (span_next(&rest, ',', &word)) {
			word = span_trim(word);
			if (word.n && !read_word(f, word, &in_licences, err))
				return false;
		}
	}
	if (f->kinds || !values->list.n)
		return true;
	return unknown_word(span_of(""), err);
}

void
failon_fini(struct failon *f)
{
	arr_each (licence, &f->licences) {
		free(licence->text);
		pattern_free(licence->pattern);
	}
	arr_free(&f->licences);
}

/* -- judging -- */

static bool
refuses(const struct failon *f, const char *licence)
{
	char *text = small(licence, strlen(licence));
	bool found = false;

	arr_each (refused, &f->licences)
		found = found || pattern_match(refused->pattern, text);
	free(text);
	return found;
}

/* Whether a licence is refused; says so of each. */
static bool
judge_licences(
    const struct failon *f, const struct cli *cli, const struct cautions *c)
{
	bool found = false;

	arr_each (licence, &c->licences) {
		if (!refuses(f, *licence))
			continue;
		found = true;
		out_note(cli, "licence: the licence is %.200s", *licence);
	}
	if (!c->licences.n && refuses(f, NO_LICENCE)) {
		found = true;
		out_note(cli, "licence: no licence is stated");
	}
	return found;
}

static const char *
advice(enum caution_kind kind)
{
	static const char *const texts[] = {
		"Ask for access on its page",
		"Look for the licence on its page",
		"Read the code with `hug cat`",
		"Exclude them, or look for the same weights as safetensors",
		"Choose another revision, or ask its owner for the files",
	};

	return texts[kind];
}

/* Whether there is a caution of the kind; says so of each. */
static bool
judge_kind(
    enum caution_kind kind, const struct cli *cli, const struct cautions *c)
{
	bool found = false;

	arr_each (caution, &c->list) {
		if (caution->kind != kind)
			continue;
		know_tell(cli, caution);
		found = true;
	}
	return found;
}

/* The kinds that are there, of those that are not to be. */
static unsigned
judge(const struct failon *f, const struct cli *cli, const struct cautions *c)
{
	unsigned found = 0;

	for (unsigned i = 0; i < CAUTIONS; i++) {
		enum caution_kind kind = (enum caution_kind)i;

		if (!(f->kinds & 1u << i))
			continue;
		if (kind == CAUTION_LICENCE ? judge_licences(f, cli, c)
					    : judge_kind(kind, cli, c))
			found |= 1u << i;
	}
	return found;
}

/* How much could not be checked, each said on stderr. */
static size_t
judge_unchecked(
    const struct failon *f, const struct cli *cli, const struct cautions *c)
{
	size_t n = 0;

	arr_each (unchecked, &c->unchecked) {
		unsigned kinds = unchecked->kinds & f->kinds;

		for (unsigned kind = 0; kind < CAUTIONS; kind++) {
			if (!(kinds & 1u << kind))
				continue;
			n++;
			out_note(cli, "%s cannot be checked: %.200s: %.500s",
			    caution_name((enum caution_kind)kind),
			    unchecked->what, unchecked->why);
		}
	}
	return n;
}

static void
add_kinds(struct str *out, unsigned kinds)
{
	for (unsigned kind = 0; kind < CAUTIONS; kind++) {
		if (kinds & 1u << kind)
			str_addf(out, "%s%s", out->n ? ", " : "",
			    caution_name((enum caution_kind)kind));
	}
}

bool
failon_passes(const struct failon *f, const struct cli *cli,
    const struct cautions *c, const struct repo *repo, struct error *err)
{
	unsigned found = judge(f, cli, c);
	size_t unchecked = judge_unchecked(f, cli, c);
	struct str kinds = STR_INIT;

	if (!found && !unchecked)
		return true;
	add_kinds(&kinds, found);
	if (found)
		err_set(err, ERR_LIMIT,
		    "%.200s is not downloaded because of --fail-on: %s",
		    repo->id, kinds.v);
	else
		err_set(err, ERR_LIMIT,
		    "%.200s is not downloaded because not all of --fail-on "
		    "could be checked",
		    repo->id);
	str_fini(&kinds);
	for (unsigned kind = 0; kind < CAUTIONS; kind++) {
		if (found & 1u << kind && !(found & (found - 1)))
			return err_hint(err, "%s, or leave %s out of --fail-on",
			    advice((enum caution_kind)kind),
			    caution_name((enum caution_kind)kind));
	}
	return err_hint(err,
	    "`hug info %.150s` shows all cautions; leave a word out of "
	    "--fail-on to accept it",
	    repo->id);
}
