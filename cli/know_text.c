#include "cli/know_text.h"

#include <stdbool.h>
#include <string.h>

#include "cli/out.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/os/fs.h"
#include "core/os/machine.h"

/* Paths that are shown of a caution on a line. */
#define SHOWN 5

/* "a, b and 3 more", safe to show. */
static void
add_paths(struct str *out, const struct caution *caution)
{
	size_t n = caution->paths.n < SHOWN ? caution->paths.n : SHOWN;

	for (size_t i = 0; i < n; i++)
		text_addf(out, "%s%.200s", i ? ", " : "", caution->paths.v[i]);
	if (caution->paths_total > n)
		text_addf(out, " and %zu more", caution->paths_total - n);
}

/* "code: config.json names code ...: modeling.py" */
static void
add_caution(struct str *out, const struct caution *caution)
{
	text_addf(
	    out, "%s: %.600s", caution_name(caution->kind), caution->text);
	if (caution->paths.n) {
		str_addz(out, ": ");
		add_paths(out, caution);
	}
}

/* "code, incomplete" */
static void
add_kinds(struct str *out, unsigned kinds, const char *quote)
{
	const char *between = "";

	for (unsigned kind = 0; kind < CAUTIONS; kind++) {
		if (!(kinds & 1u << kind))
			continue;
		str_addf(out, "%s%s%s%s", between, quote,
		    caution_name((enum caution_kind)kind), quote);
		between = ", ";
	}
}

void
know_print(const struct cautions *c)
{
	struct str text = STR_INIT;

	arr_each (caution, &c->list) {
		str_clear(&text);
		add_caution(&text, caution);
		out_putf("caution      %s\n", text.v);
	}
	arr_each (unchecked, &c->unchecked) {
		str_clear(&text);
		add_kinds(&text, unchecked->kinds, "");
		out_putf("not checked  %s: %.300s: %.500s\n", text.v,
		    unchecked->what, unchecked->why);
	}
	str_fini(&text);
}

uint64_t
know_memory(const struct cautions *c)
{
	return weights_memory(cautions_weights(c));
}

static void
print_memory(const struct cautions *c)
{
	char need[TIMEFMT_MAX], have[TIMEFMT_MAX];
	uint64_t memory = machine_memory(), needs = know_memory(c);

	if (!needs)
		return;
	fmt_bytes(need, needs);
	fmt_bytes(have, memory);
	if (!memory)
		out_putf("memory       about %s to load\n", need);
	else
		out_putf(
		    "memory       about %s to load, %s: this machine has %s\n",
		    need,
		    needs > memory           ? "which does not fit"
		    : needs > memory / 5 * 4 ? "which is tight"
					     : "which fits",
		    have);
}

void
know_print_sizes(const struct cautions *c, uint64_t bytes, const char *folder)
{
	char need[TIMEFMT_MAX], have[TIMEFMT_MAX];
	uint64_t is_free;

	print_memory(c);
	if (!folder || !fs_free_bytes(folder, &is_free))
		return;
	fmt_bytes(need, bytes);
	fmt_bytes(have, is_free);
	out_putf("disk         %s to download; %s%s are free in %s\n", need,
	    bytes > is_free ? "only " : "", have, folder);
}

void
know_add_json(struct str *out, const struct cautions *c)
{
	json_add_key(out, false, "cautions");
	str_addc(out, '[');
	for (size_t i = 0; i < c->list.n; i++) {
		const struct caution *caution = &c->list.v[i];

		str_addz(out, i ? ", " : "");
		json_add_pair(out, true, "kind", caution_name(caution->kind));
		json_add_pair(out, false, "text", caution->text);
		json_add_key(out, false, "paths");
		str_addc(out, '[');
		for (size_t k = 0; k < caution->paths.n; k++) {
			str_addz(out, k ? ", " : "");
			json_add_string(out, caution->paths.v[k]);
		}
		str_addf(out, "], \"paths_total\": %zu}", caution->paths_total);
	}
	str_addc(out, ']');
	json_add_key(out, false, "unchecked");
	str_addc(out, '[');
	for (size_t i = 0; i < c->unchecked.n; i++) {
		const struct caution_unchecked *unchecked = &c->unchecked.v[i];

		str_addz(out, i ? ", " : "");
		json_add_key(out, true, "kinds");
		str_addc(out, '[');
		add_kinds(out, unchecked->kinds, "\"");
		str_addc(out, ']');
		json_add_pair(out, false, "what", unchecked->what);
		json_add_pair(out, false, "why", unchecked->why);
		str_addc(out, '}');
	}
	str_addc(out, ']');
}

void
know_tell(const struct cli *cli, const struct caution *caution)
{
	struct str text = STR_INIT;

	add_caution(&text, caution);
	out_note(cli, "%s", text.v);
	str_fini(&text);
}
