#include "core/purge/history.h"

/* More are forgotten. */
#define FLIPS_MAX ((size_t)1 << 20)

/* What was taken back cannot be done again after something else. */
static void
forget_undone(struct history *h)
{
	if (h->at < h->steps.n) {
		h->flips.n = h->steps.v[h->at];
		h->steps.n = h->at;
	}
}

void
history_note(struct history *h, struct flip flip)
{
	if (h->replaying || !h->steps.n)
		return;
	forget_undone(h);
	if (h->at)
		arr_push(&h->flips, flip);
}

void
history_forget(struct history *h)
{
	h->flips.n = h->steps.n = h->at = 0;
}

void
history_step(struct history *h)
{
	forget_undone(h);
	if (h->flips.n > FLIPS_MAX)
		history_forget(h);
	/* One in which nothing happened is none. */
	if (h->at && h->steps.v[h->at - 1] == h->flips.n)
		return;
	arr_push(&h->steps, h->flips.n);
	h->at++;
}

/* Flips of the steps that are done. */
static size_t
done_flips(const struct history *h)
{
	return h->at < h->steps.n ? h->steps.v[h->at] : h->flips.n;
}

bool
history_can_undo(const struct history *h)
{
	return h->at && done_flips(h) > h->steps.v[0];
}

bool
history_can_redo(const struct history *h)
{
	return h->at < h->steps.n && h->steps.v[h->at] < h->flips.n;
}

void
history_undo(struct history *h,
    void (*flip)(void *context, const struct flip *f, bool on), void *context)
{
	size_t end = done_flips(h), from;

	if (!history_can_undo(h))
		return;
	/* Steps may be empty: begun and left, or of what is gone by now. */
	do
		from = h->steps.v[--h->at];
	while (from == end && h->at);
	h->replaying = true;
	while (end > from) {
		end--;
		flip(context, &h->flips.v[end], !h->flips.v[end].on);
	}
	h->replaying = false;
}

void
history_redo(struct history *h,
    void (*flip)(void *context, const struct flip *f, bool on), void *context)
{
	size_t from, end;

	if (!history_can_redo(h))
		return;
	do {
		from = h->steps.v[h->at++];
		end = done_flips(h);
	} while (from == end && h->at < h->steps.n);
	h->replaying = true;
	for (; from < end; from++)
		flip(context, &h->flips.v[from], h->flips.v[from].on);
	h->replaying = false;
}

void
history_inherit(struct history *h, const struct history *before,
    bool (*now)(void *context, struct flip *f), void *context)
{
	size_t step = 0;

	for (size_t i = 0; i <= before->flips.n; i++) {
		struct flip f;

		for (; step < before->steps.n && before->steps.v[step] == i;
		     step++)
			arr_push(&h->steps, h->flips.n);
		if (i == before->flips.n)
			break;
		f = before->flips.v[i];
		if (now(context, &f))
			arr_push(&h->flips, f);
	}
	h->at = before->at;
}

void
history_fini(struct history *h)
{
	arr_free(&h->flips);
	arr_free(&h->steps);
}
