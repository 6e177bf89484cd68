#include "core/net/pauses.h"

#include <stdlib.h>
#include <string.h>

#include "core/net/url.h"
#include "core/os/clock.h"

void
pauses_add(struct pauses *pauses, const char *url, uint64_t ms)
{
	uint64_t until = clock_ms() + ms;
	char *origin = url_origin(url);

	if (!origin)
		return;
	arr_each (pause, &pauses->list) {
		if (strcmp(pause->origin, origin) != 0)
			continue;
		if (pause->until_ms < until)
			pause->until_ms = until;
		free(origin);
		return;
	}
	arr_push(&pauses->list, (struct pause){ origin, until });
}

uint64_t
pauses_left(const struct pauses *pauses, const char *url)
{
	uint64_t now = clock_ms();
	char *origin = pauses->list.n ? url_origin(url) : NULL;
	uint64_t ms = 0;

	arr_each (pause, &pauses->list) {
		if (origin && !strcmp(pause->origin, origin) &&
		    pause->until_ms > now)
			ms = pause->until_ms - now;
	}
	free(origin);
	return ms;
}

void
pauses_fini(struct pauses *pauses)
{
	arr_each (pause, &pauses->list)
		free(pause->origin);
	arr_free(&pauses->list);
}
