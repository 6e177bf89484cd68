#include "cli/deletion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/out.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/store/carry.h"
#include "core/store/scan.h"

bool
deletion_speaks(const struct cli *cli)
{
	return cli->format == FORMAT_HUMAN || cli->format == FORMAT_AGENT;
}

static int
by_type_and_id(const void *a, const void *b)
{
	const struct purge_repo *const *x = a;
	const struct purge_repo *const *y = b;
	int order = strcmp((*x)->repo->type, (*y)->repo->type);

	return order ? order : strcasecmp((*x)->repo->id, (*y)->repo->id);
}

static void
list_repo(const struct purge_repo *entry)
{
	const struct scan_repo *repo = entry->repo;
	struct str line = STR_INIT;
	char size[TIMEFMT_MAX];

	str_addf(&line, "  - %s/", repo->type);
	utf8_safe(&line, repo->id);
	printf("%s:\n", line.v);
	for (size_t i = 0; i < repo->revisions.n; i++) {
		const struct scan_revision *revision = &repo->revisions.v[i];

		if (!entry->chosen[i])
			continue;
		str_clear(&line);
		str_addz(&line, "      ");
		utf8_safe(&line, revision->name);
		str_addz(&line, " [");
		for (size_t k = 0; k < revision->refs.n; k++) {
			str_addz(&line, k ? " " : "");
			utf8_safe(&line, revision->refs.v[k]);
		}
		fmt_size(size, revision->size);
		str_addf(&line, "%s] %s", revision->refs.n ? "" : "(detached)",
		    size);
		puts(line.v);
	}
	str_fini(&line);
}

void
deletion_list(const struct cli *cli, const struct purge *purge)
{
	const struct purge_repo **entries;

	if (!deletion_speaks(cli) || !purge->repos.n)
		return;
	entries = mem_resize(NULL, purge->repos.n, sizeof(*entries));
	for (size_t i = 0; i < purge->repos.n; i++)
		entries[i] = &purge->repos.v[i];
	qsort(entries, purge->repos.n, sizeof(*entries), by_type_and_id);
	for (size_t i = 0; i < purge->repos.n; i++) {
		struct str line = STR_INIT;

		if (!entries[i]->whole) {
			if (entries[i]->count)
				list_repo(entries[i]);
			continue;
		}
		str_addf(&line, "  - %s/", entries[i]->repo->type);
		utf8_safe(&line, entries[i]->repo->id);
		printf("%s (entire repo)\n", line.v);
		str_fini(&line);
	}
	free(entries);
}

static void
on_told(void *context, const char *text)
{
	struct str safe = STR_INIT;

	utf8_safe(&safe, text);
	out_note(context, "%s", safe.v);
	str_fini(&safe);
}

bool
deletion_run(const struct cli *cli, const struct purge *purge)
{
	struct cli copy = *cli;

	return carry_out(purge, NULL,
	    &(struct carry_watch){ .tell = on_told, .context = &copy });
}
