#include "cli/upload_text.h"

#include <stdio.h>
#include <string.h>

#include "cli/out.h"
#include "cli/show/table.h"
#include "cli/upload_place.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/hub/endpoint.h"
#include "core/net/url.h"

/* -- news -- */

/* What only hug says: the others do without a word. */
static void
tell_more(
    const struct cli *cli, enum upload_news what, const char *text, uint64_t n)
{
	struct str line = STR_INIT;

	if (!cli->voice->policy.upload.tells_more)
		return;
	upload_add_news(&line, what, text, n);
	if (line.n)
		out_say(cli, "%s", line.v);
	str_fini(&line);
}

void
upload_text_news(
    const struct cli *cli, enum upload_news what, const char *text, uint64_t n)
{
	switch (what) {
	case UPLOAD_BRANCH:
		out_say(cli, "Branch '%s' not found. Creating it...", text);
		break;
	case UPLOAD_CARD:
		out_tellf("%sWarnings while validating metadata in "
			  "README.md:\n",
		    cli->voice->text.errors.warning);
		out_tell(text);
		out_tell("\n");
		break;
	case UPLOAD_SMALLER:
		out_say(cli,
		    "Commit of %llu files failed (%s). Retrying in smaller "
		    "chunks.",
		    (unsigned long long)n, text);
		break;
	case UPLOAD_LEFT:
		out_note(
		    cli, "left out, as it changed or vanished: '%s'", text);
		break;
	case UPLOAD_TORN:
		out_note(cli, "changed while it was uploaded: '%s'", text);
		break;
	default:
		tell_more(cli, what, text, n);
	}
}

static bool
is_data(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (!strcmp(dot, ".arrow") || !strcmp(dot, ".parquet"));
}

void
upload_text_data(
    const struct cli *cli, const struct upload *upload, enum repo_type type)
{
	const struct selection *selection = upload_selection(upload);

	if (!cli->voice->policy.upload.warns_of_data || type == REPO_DATASET)
		return;
	arr_each (file, &selection->files) {
		struct str target = STR_INIT;

		upload_add_target(upload, &target, file->path);
		if (is_data(target.v))
			out_tellf("%sIt seems that you are about to commit a "
				  "data file (%s) to a %s repository. You are "
				  "sure this is intended? If you are trying to "
				  "upload a dataset, please set "
				  "`repo_type='dataset'` or "
				  "`--repo-type=dataset` in a CLI.\n",
			    cli->voice->text.errors.warning, target.v,
			    repo_type_name(type));
		str_fini(&target);
	}
}

/* -- before and after -- */

static void
add_count(struct str *out, size_t n, const char *what)
{
	if (n)
		str_addf(out, "%s%zu %s", out->n ? ", " : "", n, what);
}

void
upload_text_skipped(const struct cli *cli, const struct upload *upload)
{
	const struct selection *selection = upload_selection(upload);

	if (!cli->voice->policy.upload.tells_more)
		return;
	arr_each (oddity, &selection->skipped)
		out_say(cli, "skipped '%s': %s", oddity->path, oddity->why);
	arr_each (oddity, &selection->impossible)
		out_say(cli, "skipped '%s': %s", oddity->path, oddity->why);
}

/* As the official clients: what was left out of the commit. */
static void
tell_left_out(const struct cli *cli, const struct upload_counts *counts)
{
	if (counts->ignored)
		out_say(cli,
		    "Skipped %zu file(s) in commit (ignored by gitignore "
		    "file).",
		    counts->ignored);
	if (counts->same)
		out_say(cli,
		    "Removing %zu file(s) from commit that have not changed.",
		    counts->same);
	/* A warning of theirs, which --quiet does not silence. */
	if (!counts->commits)
		out_tell("No files have been modified since last commit. "
			 "Skipping to prevent empty commit.\n");
}

void
upload_text_counts(const struct cli *cli, const struct upload_counts *counts)
{
	struct str text = STR_INIT;

	if (!cli->voice->policy.upload.tells_more) {
		tell_left_out(cli, counts);
		return;
	}
	add_count(&text, counts->same, "unchanged");
	add_count(&text, counts->ignored, "ignored by .gitignore");
	if (!counts->commits)
		out_say(cli, "nothing to do%s%s", text.n ? ": " : "", text.v);
	else if (text.n)
		out_say(cli, "%s", text.v);
	str_fini(&text);
}

void
upload_text_card(const struct cli *cli, const struct upload *upload,
    const struct upload_result *result, enum repo_type type)
{
	const struct selection *selection = upload_selection(upload);

	if (!cli->voice->policy.upload.tells_more || !result->made ||
	    type != REPO_MODEL)
		return;
	arr_each (file, &selection->files) {
		if (!strcmp(file->path, "README.md"))
			return;
	}
	out_say(cli, "hint: this new model has no README.md, which tells "
		     "people what it is, and its licence");
}

/* -- the plan -- */

static const char *
word_of(const struct up_file *file)
{
	switch ((enum up_state)file->state) {
	case UP_SAME:
		return "same";
	case UP_IGNORED:
		return "ignored";
	case UP_LEFT:
		return "left out";
	default:
		return file->fresh ? "new" : "changed";
	}
}

static void
add_warnings(struct str *text, const struct upload *upload)
{
	size_t n;
	const struct up_doubt *doubts = upload_doubts(upload, &n);

	json_add_key(text, false, "warnings");
	str_addc(text, '[');
	for (size_t i = 0; i < n; i++) {
		str_addz(text, i ? ", " : "");
		json_add_pair(text, true, "text", doubts[i].text);
		json_add_key(text, false, "paths");
		str_addc(text, '[');
		for (size_t k = 0; k < doubts[i].paths.n; k++) {
			str_addz(text, k ? ", " : "");
			json_add_string(text, doubts[i].paths.v[k]);
		}
		str_addz(text, "]}");
	}
	str_addc(text, ']');
}

static void
plan_json(const struct upload *upload, const struct upload_result *result)
{
	const struct selection *selection = upload_selection(upload);
	struct upload_counts counts;
	struct str text = STR_INIT;
	bool first = true;
	char *const *deleted;
	size_t n;

	upload_look(upload, &counts);
	deleted = upload_deletions(upload, &n);
	json_add_pair(&text, true, "repo_id", result->id);
	json_add_key(&text, false, "files");
	str_addc(&text, '[');
	arr_each (file, &selection->files) {
		struct str target = STR_INIT;

		upload_add_target(upload, &target, file->path);
		str_addz(&text, first ? "" : ", ");
		json_add_pair(&text, true, "path", target.v);
		json_add_pair(&text, false, "state", word_of(file));
		str_addf(&text, ", \"size\": %llu, \"lfs\": %s}",
		    (unsigned long long)file->mark.size,
		    file->lfs ? "true" : "false");
		str_fini(&target);
		first = false;
	}
	str_addc(&text, ']');
	json_add_key(&text, false, "deleted");
	str_addc(&text, '[');
	for (size_t i = 0; i < n; i++) {
		str_addz(&text, i ? ", " : "");
		json_add_string(&text, deleted[i]);
	}
	str_addc(&text, ']');
	add_warnings(&text, upload);
	str_addf(&text,
	    ", \"new\": %zu, \"changed\": %zu, \"same\": %zu, \"ignored\": "
	    "%zu, \"bytes\": %llu, \"commits\": %u}",
	    counts.fresh, counts.changed, counts.same, counts.ignored,
	    (unsigned long long)counts.bytes, counts.commits);
	out_line(text.v);
	str_fini(&text);
}

static void
plan_table(const struct cli *cli, const struct upload *upload)
{
	static const struct column columns[] = { { "change", 0 },
		{ "file", COLUMN_ID }, { "size", 0 } };
	const struct selection *selection = upload_selection(upload);
	struct table table = { .columns = columns, .n = 3 };
	char size[TIMEFMT_MAX];
	char *const *deleted;
	size_t n;

	arr_each (file, &selection->files) {
		struct str target = STR_INIT;

		if (file->state == UP_SAME)
			continue;
		upload_add_target(upload, &target, file->path);
		fmt_size(size, file->mark.size);
		table_add(&table, word_of(file));
		table_add(&table, target.v);
		table_add(&table, size);
		str_fini(&target);
	}
	deleted = upload_deletions(upload, &n);
	for (size_t i = 0; i < n; i++) {
		table_add(&table, "deleted");
		table_add(&table, deleted[i]);
		table_add(&table, "-");
	}
	table_print(&table, cli);
	table_fini(&table);
}

void
upload_text_plan(const struct cli *cli, const struct upload *upload,
    const struct upload_result *result)
{
	struct upload_counts counts;
	struct str parts = STR_INIT;
	char size[TIMEFMT_MAX];

	if (cli->format == FORMAT_JSON) {
		plan_json(upload, result);
		return;
	}
	upload_look(upload, &counts);
	add_count(&parts, counts.fresh, "new");
	add_count(&parts, counts.changed, "changed");
	add_count(&parts, counts.same, "same");
	add_count(&parts, counts.ignored, "ignored by .gitignore");
	add_count(&parts, counts.left, "left out");
	add_count(&parts, counts.deleted, "to delete");
	fmt_size(size, counts.bytes);
	if (counts.fresh + counts.changed + counts.deleted + counts.ignored)
		plan_table(cli, upload);
	if (result->no_branch)
		out_putf("The branch does not exist yet, and would be created "
			 "from main.\n");
	if (result->absent)
		out_putf("%s does not exist yet, and would be created.\n",
		    result->id);
	out_putf("[dry-run] Would upload %zu of %zu %s (%s) in %u %s: %s.\n",
	    counts.fresh + counts.changed, counts.files,
	    counts.files == 1 ? "file" : "files", size, counts.commits,
	    counts.commits == 1 ? "commit" : "commits",
	    parts.n ? parts.v : "nothing to do");
	str_fini(&parts);
}

/* -- the result -- */

/* As 0.36: the place that was named, as it was named. */
static void
add_place(struct str *url, const struct upload_outcome *o)
{
	const char *revision = o->revision ? o->revision : "main";

	repo_page_url(url, o->hub->base, &o->repo);
	str_addz(url, o->place->is_file ? "/blob/" : "/tree/");
	if (o->result->pull)
		str_addf(url, "refs%%2Fpr%%2F%lu", o->result->pull);
	else
		str_addz(url, revision);
	str_addf(url, "/%s", o->place->named);
}

static void
result_json(const struct upload_outcome *o, const char *url)
{
	struct str text = STR_INIT;

	json_add_pair(&text, true, "url", url);
	json_add_pair(&text, false, "repo_id", o->repo.id);
	json_add_pair(&text, false, "repo_type", repo_type_name(o->repo.type));
	json_add_pair(
	    &text, false, "revision", o->revision ? o->revision : "main");
	if (o->result->url)
		json_add_pair(&text, false, "commit_url", o->result->url);
	if (o->result->pull_url)
		json_add_pair(
		    &text, false, "pull_request_url", o->result->pull_url);
	str_addf(&text,
	    ", \"commits\": %u, \"new\": %zu, \"changed\": %zu, \"same\": "
	    "%zu, \"ignored\": %zu, \"deleted\": %zu, \"bytes_sent\": %llu}",
	    o->counts->commits, o->counts->fresh, o->counts->changed,
	    o->counts->same, o->counts->ignored,
	    o->counts->commits ? o->counts->deleted : 0,
	    (unsigned long long)o->counts->sent);
	out_line(text.v);
	str_fini(&text);
}

void
upload_text_result(const struct cli *cli, const struct upload_outcome *o)
{
	struct str place = STR_INIT;
	const char *url = o->result->url ? o->result->url : "";

	if (cli->voice->policy.upload.result_is_place) {
		add_place(&place, o);
		url = place.v;
	} else if (!cli->voice->policy.upload.result_has_words &&
		   o->result->pull_url) {
		url = o->result->pull_url;
	}
	if (cli->voice->policy.upload.result_has_words)
		out_result(cli, "Uploaded", "url", url);
	else if (cli->format == FORMAT_JSON)
		result_json(o, url);
	else
		out_exact(url);
	str_fini(&place);
}
