/* upload_view.c: how an upload stands, for who looks on. It changes nothing. */
#include "core/up/upload_own.h"

/* What is committed, of what is to be as far as that is known. */
static struct upload_work
commits(const struct upload *u)
{
	size_t under_way = u->in_commit ? u->commit.files.n : 0;
	struct upload_work work = { .all = u->ready.n };

	work.done = u->next_ready > under_way ? u->next_ready - under_way : 0;
	return work;
}

void
upload_look_at(const struct upload *u, struct upload_view *view)
{
	view->stage = upload_stage(u);
	view->files = u->counts.files;
	view->sums = u->sum_work;
	/* Of those that are being made, too. */
	view->sums.done_bytes = up_summed(u);
	view->sent = u->send_work;
	view->committed = commits(u);
	view->sending.n = 0;
	arr_each (object, &u->active) {
		const struct up_file *file =
		    &u->selection.files.v[(*object)->file];

		arr_push(&view->sending,
		    (struct upload_view_file){ .path = file->path,
			.sent = (*object)->job.event.done,
			.size = file->mark.size,
			.rate = (uint64_t)(*object)->rate.per_s });
	}
}
