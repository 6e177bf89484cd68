/* add.c: a download from what a user types, and back to a command (screen.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/hub/address.h"
#include "core/hub/endpoint.h"
#include "core/queue/record.h"
#include "tui/engine/xfer.h"
#include "tui/transfers/screen.h"

/* A name with one of these means more than one file. */
static bool
is_pattern(const char *text)
{
	size_t n = strlen(text);

	return strpbrk(text, "*?[") || (n && text[n - 1] == '/');
}

/* What stands behind the address. */
static void
take_names(struct queue_job *job, struct span rest)
{
	struct span word;

	while (rest.n && span_next(&rest, ' ', &word)) {
		char *name;

		if (!word.n)
			continue;
		name = mem_strndup(word.p, word.n);
		if (is_pattern(name))
			arr_push(&job->includes, name);
		else
			arr_push(&job->files, name);
	}
}

static bool
fill(struct queue_job *job, const char *root, const char *text, char *base,
    struct error *err)
{
	struct span rest = span_trim(span_of(text)), first;
	struct address address = { .id = NULL };
	char *name;
	bool ok;

	job->endpoint = base;
	job->root = mem_strdup(root);
	if (!span_next(&rest, ' ', &first) || !first.n)
		return err_set(err, ERR_USAGE, "no repository was named");
	name = mem_strndup(first.p, first.n);
	ok = address_read(name, base, ADDRESS_OWN, &address, err) &&
	     repo_check_id(address.id, err);
	if (ok) {
		job->type = address.type;
		job->repo = mem_strdup(address.id);
		job->revision =
		    mem_strdup(address.revision ? address.revision : "main");
		ok = repo_check_revision(job->revision, err);
	}
	if (ok && address.path)
		take_names(job, span_of(address.path));
	take_names(job, rest);
	address_fini(&address);
	free(name);
	return ok;
}

bool
xfer_add(struct app *app, struct screen *asker, const char *text, bool paused,
    struct error *err)
{
	struct queue_job *job = queue_job_new();
	struct str line = STR_INIT;
	bool ok;

	job->state = paused ? QUEUE_PAUSED : QUEUE_WAITING;
	ok = fill(job, app->options.root, text, hub_choose_base(), err);
	if (ok) {
		record_add_job(&line, job);
		(void)engine_xfer_change(app->engine, asker, line.v);
	}
	str_fini(&line);
	queue_job_free(job);
	return ok;
}

static void
add_words(struct str *out, const char *option, const queue_names *names)
{
	if (names->n && option)
		str_addf(out, " %s", option);
	arr_each (name, names) {
		str_addc(out, ' ');
		str_add_shell(out, *name);
	}
}

void
xfer_add_command(struct str *out, const struct queue_job *job)
{
	struct str target = STR_INIT;

	str_addf(&target, "%s/%s", repo_type_name(job->type), job->repo);
	str_addz(out, "hug download ");
	str_add_shell(out, target.v);
	add_words(out, NULL, &job->files);
	if (strcmp(job->revision, "main") != 0) {
		str_addz(out, " --revision ");
		str_add_shell(out, job->revision);
	}
	add_words(out, "--include", &job->includes);
	add_words(out, "--exclude", &job->excludes);
	if (job->folder) {
		str_addz(out, " --local-dir ");
		str_add_shell(out, job->folder);
	}
	str_fini(&target);
}
