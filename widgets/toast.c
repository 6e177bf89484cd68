#include "widgets/toast.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* After this a message that only informs has been read, if a key is pressed. */
#define READ_MS 700

static const uint64_t lives_ms[] = { 4000, 8000, 0 };

static void
drop_first(struct toasts *toasts, uint64_t now_ms)
{
	free(toasts->queue.v[0].text);
	memmove(toasts->queue.v, toasts->queue.v + 1,
	    --toasts->queue.n * sizeof(struct toast));
	toasts->since_ms = now_ms;
}

void
toast_add(struct toasts *toasts, enum toast_level level, const char *text,
    uint64_t now_ms)
{
	if (toasts->queue.n) {
		struct toast *last = &toasts->queue.v[toasts->queue.n - 1];

		if (!strcmp(last->text, text)) {
			last->times++;
			if (toasts->queue.n == 1)
				toasts->since_ms = now_ms;
			return;
		}
	}
	/* What is newer says more; only errors wait until they were seen. */
	while (toasts->queue.n && toasts->queue.v[0].level != TOAST_ERROR)
		drop_first(toasts, now_ms);
	if (!toasts->queue.n)
		toasts->since_ms = now_ms;
	arr_push(&toasts->queue, (struct toast){ mem_strdup(text), level, 1 });
}

const struct toast *
toast_now(const struct toasts *toasts)
{
	return toasts->queue.n ? &toasts->queue.v[0] : NULL;
}

uint64_t
toast_pass(struct toasts *toasts, uint64_t now_ms)
{
	while (toasts->queue.n) {
		uint64_t life = lives_ms[toasts->queue.v[0].level];
		uint64_t shown = now_ms - toasts->since_ms;

		if (!life)
			return 0;
		if (shown < life)
			return life - shown;
		drop_first(toasts, now_ms);
	}
	return 0;
}

void
toast_seen(struct toasts *toasts, uint64_t now_ms)
{
	uint64_t shown = now_ms - toasts->since_ms;

	if (!toasts->queue.n)
		return;
	if (toasts->queue.v[0].level == TOAST_ERROR ||
	    (toasts->queue.v[0].level == TOAST_INFO && shown >= READ_MS))
		drop_first(toasts, now_ms);
}

void
toast_fini(struct toasts *toasts)
{
	while (toasts->queue.n)
		drop_first(toasts, 0);
	arr_free(&toasts->queue);
}
