#include "tui/frame/command.h"

#include <string.h>

#include "core/base/text.h"
#include "core/queue/list.h"

/* More names than these are lines of their own. */
#define WORDS_MAX 20

/* Whether a name would be taken for an option. */
static bool
has_option(const queue_names *names)
{
	arr_each (name, names) {
		if (**name == '-')
			return true;
	}
	return false;
}

static void
add_words(struct str *out, const char *option, const queue_names *names)
{
	if (names->n && option)
		str_addf(out, " %s", option);
	arr_each (name, names) {
		str_addc(out, ' ');
		text_add_shell(out, *name);
	}
}

/* Whether a word would mean other files than the one of that name, or an option. */
static bool
are_lines(const struct queue_job *job)
{
	bool odd = job->files.n > WORDS_MAX;

	if (!job->literal)
		return false;
	arr_each (name, &job->files) {
		size_t n = strlen(*name);

		/* Its line would end where the name goes on. */
		if (strpbrk(*name, "\r\n"))
			return false;
		odd = odd || strpbrk(*name, "*?[\\") || **name == '-' ||
		      (n && (*name)[n - 1] == '/');
	}
	return odd;
}

void
command_add_download(struct str *out, const struct queue_job *job, bool pinned)
{
	const char *revision =
	    pinned && job->commit ? job->commit : job->revision;
	struct str target = STR_INIT;
	bool lines = are_lines(job);

	str_addf(&target, "%s/%s", repo_type_name(job->type), job->repo);
	if (lines) {
		str_addz(out, "printf '%s\\n'");
		add_words(out, NULL, &job->files);
		str_addz(out, " | ");
	}
	str_addz(out, "hug download ");
	text_add_shell(out, target.v);
	if (!lines && !has_option(&job->files))
		add_words(out, NULL, &job->files);
	if (strcmp(revision, "main") != 0) {
		str_addz(out, " --revision ");
		text_add_shell(out, revision);
	}
	add_words(out, "--include", &job->includes);
	add_words(out, "--exclude", &job->excludes);
	if (job->folder) {
		str_addz(out, " --local-dir ");
		text_add_shell(out, job->folder);
	}
	if (lines)
		str_addz(out, " --files-from -");
	else if (has_option(&job->files))
		add_words(out, "--", &job->files);
	str_fini(&target);
}

static void
add_option(struct str *out, const char *option, const char *value)
{
	if (!value)
		return;
	str_addf(out, " %s ", option);
	text_add_shell(out, value);
}

void
command_add_upload(struct str *out, const struct queue_job *job)
{
	struct str repo = STR_INIT;

	str_addf(&repo, "%s/%s", repo_type_name(job->type), job->repo);
	str_addz(out, "hug upload ");
	text_add_shell(out, repo.v);
	str_addc(out, ' ');
	text_add_shell(out, job->folder);
	if (job->target && *job->target) {
		str_addc(out, ' ');
		text_add_shell(out, job->target);
	}
	if (strcmp(job->revision, "main") != 0)
		add_option(out, "--revision", job->revision);
	add_words(out, "--include", &job->includes);
	add_words(out, "--exclude", &job->excludes);
	add_words(out, "--delete", &job->deletes);
	add_option(out, "--commit-message", job->message);
	add_option(out, "--commit-description", job->description);
	str_addz(out, job->proposes ? " --create-pr" : "");
	str_addz(out, job->secrets ? " --include-secrets" : "");
	str_fini(&repo);
}
