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

/* The repository that the first word names, as a job; NULL with `err`. */
static struct queue_job *
job_of(const char *root, struct span first, struct span rest, struct error *err)
{
	char *name = mem_strndup(first.p, first.n), *base = hub_choose_base();
	struct address address = { .id = NULL };
	struct queue_job *job = NULL;
	const char *revision;

	if (address_read(name, base, ADDRESS_OWN, &address, err) &&
	    repo_check_id(address.id, err)) {
		revision = address.revision ? address.revision : "main";
		if (repo_check_revision(revision, err))
			job = queue_job_for(base,
			    &(struct repo){ address.type, address.id },
			    revision, root);
	}
	if (job && address.path)
		take_names(job, span_of(address.path));
	if (job)
		take_names(job, rest);
	address_fini(&address);
	free(base);
	free(name);
	return job;
}

bool
xfer_add(
    struct app *app, struct screen *asker, const char *text, struct error *err)
{
	struct span rest = span_trim(span_of(text)), first;
	struct str line = STR_INIT;
	struct queue_job *job;

	if (!span_next(&rest, ' ', &first) || !first.n)
		return err_set(err, ERR_USAGE, "no repository was named");
	job = job_of(app->options.root, first, rest, err);
	if (!job)
		return false;
	record_add_job(&line, job);
	(void)engine_xfer_change(app->engine, asker, line.v);
	str_fini(&line);
	queue_job_free(job);
	return true;
}
