#include "tui/cache/rules.h"

#include <string.h>

#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/census/filter.h"
#include "core/os/clock.h"
#include "core/purge/purge.h"
#include "core/purge/rule.h"
#include "tui/cache/model.h"

#define DAY_S 86400.0

static const char *const texts[CACHE_RULES] = {
	"detached: no branch or tag",
	"not used for ... days",
	"larger than ...",
	"all but the newest of each repo",
	"older than what main points to",
	"partial downloads, ... days old",
	"checksum is wrong",
	"what the filter shows",
	"until ... are free, oldest first",
};

static const char *const defaults[CACHE_RULES] = { NULL, "90d", "50GB", NULL,
	NULL, "2d", NULL, NULL, "20GB" };

const char *
rule_text(enum cache_rule rule)
{
	return texts[rule];
}

const char *
rule_default(enum cache_rule rule)
{
	return defaults[rule];
}

bool
rule_read(
    enum cache_rule rule, const char *text, double *value, struct error *err)
{
	struct str days = STR_INIT;
	uint64_t bytes = 0;
	bool ok = true;

	if (rule == RULE_LARGE || rule == RULE_FREE) {
		if (!parse_size(text, &bytes))
			return err_set(err, ERR_USAGE,
			    "'%.40s' is not a size; use for example 500M, 20GB "
			    "or 1.5T",
			    text);
		*value = (double)bytes;
	} else if (defaults[rule]) {
		/* A bare number is days. */
		str_addz(&days, text);
		if (strspn(text, "0123456789") == days.n)
			str_addc(&days, 'd');
		ok = filter_age(days.v, value, err);
		str_fini(&days);
	}
	return ok;
}

/* Calls for each revision and each stray that a rule means. */
struct chooser {
	const struct cache_model *model;
	struct tally *tally;
	bool on;
	struct rule_effect effect;
};

/* What is in use is never marked by a rule. */
static void
choose_revision(
    struct chooser *c, const struct scan_repo *repo, size_t revision)
{
	char flag = cache_revision_flag(c->model, repo, revision, NULL);

	if (c->on && (flag == 'L' || flag == 'R')) {
		c->effect.in_use++;
		return;
	}
	if (c->on && rule_spares(repo)) {
		c->effect.spared++;
		return;
	}
	if (!c->on || tally_revision(c->tally, repo, revision) != TALLY_ALL)
		c->effect.revisions++;
	tally_mark(c->tally, repo, revision, c->on);
}

static void
choose_partials(const struct cache_model *m, double age_s, struct chooser *c)
{
	double now = clock_unix_s();

	for (size_t i = 0; i < m->partials.n; i++) {
		const struct stray_ref *ref = &m->partials.v[i];
		const struct scan_stray *stray =
		    &ref->repo->strays.v[ref->stray];

		if (now - stray->modified < age_s ||
		    (c->on && rule_spares_stray(ref->repo, ref->stray)))
			continue;
		c->effect.strays++;
		tally_mark_stray(c->tally, ref->repo, ref->stray, c->on);
	}
}

static void
choose_shown(const struct cache_model *m, struct chooser *c)
{
	arr_each (item, &m->items) {
		if (item->kind != ITEM_REPO)
			continue;
		for (size_t i = 0; i < item->repo->revisions.n; i++) {
			if (cache_shows(m, item->repo, i))
				choose_revision(c, item->repo, i);
		}
	}
}

static void
choose_bad(const struct cache_model *m, struct chooser *c)
{
	bool any = m->checked && checked_has_bad(m->checked);

	for (size_t i = 0; any && i < m->own->repos.n; i++) {
		const struct scan_repo *repo = &m->own->repos.v[i];

		for (size_t k = 0; repo->type && k < repo->revisions.n; k++) {
			if (cache_revision_flag(m, repo, k, NULL) == 'B')
				choose_revision(c, repo, k);
		}
	}
}

static struct rule
rule_of(enum cache_rule rule, double value)
{
	struct rule r = { .detached = rule == RULE_DETACHED,
		.unused = rule == RULE_UNUSED,
		.age_s = value,
		.keep_last = rule == RULE_NEWEST,
		.behind_main = rule == RULE_BEHIND,
		.larger = rule == RULE_LARGE ? (uint64_t)value : 0 };

	return r;
}

static void
choose(const struct cache_model *m, enum cache_rule rule, double value,
    struct chooser *c)
{
	struct rule r = rule_of(rule, value);
	struct picks picks = { 0 };

	if (rule == RULE_PARTIAL)
		choose_partials(m, value, c);
	if (rule == RULE_FILTER)
		choose_shown(m, c);
	if (rule == RULE_BAD)
		choose_bad(m, c);
	if (rule == RULE_PARTIAL || rule == RULE_FILTER || rule == RULE_BAD)
		return;
	arr_each (repo, &m->own->repos) {
		if (repo->type && c->on && rule_spares(repo))
			c->effect.spared += repo->revisions.n;
	}
	rule_collect(&r, m->own, clock_unix_s(), &picks);
	if (rule == RULE_FREE)
		rule_detached_first(&picks);
	/* What is free already counts. */
	value -= rule == RULE_FREE ? (double)m->disk_free : 0;
	arr_each (pick, &picks.list) {
		if (rule == RULE_FREE &&
		    (double)tally_sum(c->tally).freed >= value && c->on)
			break;
		choose_revision(c, pick->repo, pick->revision);
	}
	arr_free(&picks.list);
}

struct rule_effect
rule_look(const struct cache_model *m, enum cache_rule rule, double value)
{
	struct chooser c = {
		.model = m, .tally = tally_new(m->own), .on = true
	};

	arr_each (repo, &m->own->repos)
		tally_add(c.tally, repo);
	tally_share(c.tally);
	choose(m, rule, value, &c);
	c.effect.freed = tally_sum(c.tally).freed;
	tally_free(c.tally);
	return c.effect;
}

void
rule_apply(struct cache_model *m, enum cache_rule rule, double value,
    enum rule_use use)
{
	struct chooser c = {
		.model = m, .tally = m->tally, .on = use != RULE_DROP
	};

	if (use == RULE_ONLY)
		tally_clear(m->tally);
	choose(m, rule, value, &c);
}
