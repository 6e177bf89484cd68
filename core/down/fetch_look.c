/* fetch_look.c: how a fetch stands, for who looks on. It changes nothing. */
#include "core/base/text.h"
#include "core/down/fetch_own.h"
#include "core/down/view.h"
#include "core/os/clock.h"

/* A connection that brings nothing for so long is worth a word. */
#define STALLED_MS 10000

/* So soon after a byte the next request's round trip is no news. */
#define MOVING_MS 1000

/* Adds its connections; what they say of the file goes into `file`, and whether one
 * of them brings bytes is returned. */
static bool
look_at_streams(const struct fetch *fetch, struct download_view *view,
    struct view_file *file)
{
	uint64_t now = clock_ms();
	uint64_t youngest = now - fetch->moved_ms;
	bool begun = false, blocked = false;

	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		struct view_stream stream;

		if (!fetch->stream[i])
			continue;
		stream_look(fetch->stream[i], &stream);
		arr_push(&view->streams, stream);
		file->connections += stream.open;
		begun = begun || stream.begun;
		blocked = blocked || stream.waits_for != JOB_WAIT_NETWORK;
		if (stream.open && stream.age_ms < youngest)
			youngest = stream.age_ms;
		if (stream.again_ms) {
			file->again_ms = stream.again_ms;
			text_copy(file->why, sizeof(file->why), stream.last);
		}
	}
	if (file->connections && !blocked)
		file->quiet_ms = youngest;
	return begun || now - fetch->moved_ms < clock_scaled(MOVING_MS);
}

static enum view_phase
phase_of_streams(
    const struct fetch *fetch, const struct view_file *file, bool moves)
{
	if (!fetch->streams.source.readers)
		return VIEW_VERIFY;
	if (file->again_ms && !file->connections)
		return VIEW_AGAIN;
	if (file->quiet_ms >= clock_scaled(STALLED_MS))
		return VIEW_STALLED;
	return moves && fetch->came ? VIEW_RUN : VIEW_CONNECT;
}

static enum view_phase
phase_of(const struct fetch *fetch, const struct view_file *file, bool moves)
{
	switch (fetch->phase) {
	case PHASE_LOCK:
		return VIEW_WAIT_LOCK;
	case PHASE_OPEN:
		return VIEW_CONNECT;
	case PHASE_STREAM:
		return phase_of_streams(fetch, file, moves);
	case PHASE_DECIDE:
	case PHASE_CHECK:
		break;
	case PHASE_PUBLISH:
		return VIEW_LINK;
	}
	return VIEW_VERIFY;
}

void
fetch_look(const struct fetch *fetch, struct download_view *view)
{
	uint64_t here = fetch->job.event.done;
	uint64_t fresh = here > fetch->found ? here - fetch->found : 0;
	struct view_file file = { .blob = fetch->blob,
		.path = fetch->file->path,
		.etag = fetch->file->etag,
		.size = fetch->file->size,
		.kept = fetch->partial.kept,
		.came = fetch->came,
		.summed = partial_summed(&fetch->partial),
		.rate = (uint64_t)fetch->rate.per_s,
		.no_ranges = fetch->streams.source.no_ranges,
		.first = view->streams.n };
	bool moves = look_at_streams(fetch, view, &file);

	file.flying = here > file.kept ? here - file.kept : 0;
	file.twice = file.came > fresh ? file.came - fresh : 0;
	file.streams = view->streams.n - file.first;
	file.phase = phase_of(fetch, &file, moves);
	if (file.phase == VIEW_WAIT_LOCK)
		text_copy(file.why, sizeof(file.why),
		    "another download is fetching it");
	view->connections += file.connections;
	arr_push(&view->files, file);
}
