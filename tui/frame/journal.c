#include "tui/frame/journal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/os/clock.h"

#define LINES_MAX 10000

/* Dropped at once, so that dropping costs little. */
#define LINES_DROP 1000

void
journal_add(struct journal *journal, enum journal_level level, const char *area,
    const char *text)
{
	if (journal->lines.n == LINES_MAX) {
		for (size_t i = 0; i < LINES_DROP; i++)
			free(journal->lines.v[i].text);
		journal->lines.n -= LINES_DROP;
		journal->dropped += LINES_DROP;
		memmove(journal->lines.v, journal->lines.v + LINES_DROP,
		    journal->lines.n * sizeof(*journal->lines.v));
	}
	arr_push(&journal->lines, (struct journal_line){ clock_unix_s(), level,
				      area, mem_strdup(text) });
}

void
journal_fini(struct journal *journal)
{
	arr_each (line, &journal->lines)
		free(line->text);
	arr_free(&journal->lines);
}
