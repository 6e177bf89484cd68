#include "tui/transfers/speed.h"

#include "core/base/timefmt.h"
#include "widgets/graph.h"

static const char *const words[QUEUE_KINDS] = {
	[QUEUE_DOWNLOAD] = "down", [QUEUE_UPLOAD] = "up"
};

/* What is said left of a graph. */
#define LABELS 18

/* From so many rows on the last one is for the times. */
#define TIMED_ROWS 5

void
xfer_add_pace(struct str *out, const struct xfer_totals *t)
{
	const struct xfer_way *up = &t->ways[QUEUE_UPLOAD];
	const struct xfer_way *down = &t->ways[QUEUE_DOWNLOAD];
	uint64_t rest = xfer_all_rest_s(t);
	char text[TIMEFMT_MAX];

	if (!t->running)
		return;
	fmt_bytes(text, (uint64_t)down->rate);
	if (down->running)
		str_addf(out, "%s%s/s", up->running ? "down " : "", text);
	fmt_bytes(text, (uint64_t)up->rate);
	if (up->running)
		str_addf(out, "%sup %s/s", down->running ? "  " : "", text);
	if (!rest)
		return;
	fmt_duration(text, rest);
	str_addf(out, "  %s left", text);
}

/* "2 min", "53 s" */
static void
add_time(struct str *out, size_t seconds)
{
	if (seconds >= 120)
		str_addf(out, "%zu min", seconds / 60);
	else
		str_addf(out, "%zu s", seconds - 1);
}

/* "down, 0 to 402 MB/s", and with what is said nowhere else: "in the last 2 min". */
static void
draw_head(const struct area *area, enum queue_kind kind, uint64_t most,
    size_t seconds)
{
	struct str text = STR_INIT;
	char speed[TIMEFMT_MAX];

	fmt_bytes(speed, most);
	str_addf(&text, " %s", words[kind]);
	if (most)
		str_addf(&text, ", 0 to %s/s", speed);
	if (most && area->rows < TIMED_ROWS && area->columns >= 48) {
		str_addz(&text, " in the last ");
		add_time(&text, seconds);
	}
	str_addc(&text, ' ');
	area_text(area, 1, 0, area->columns - 2, ROLE_DIM, text.v);
	str_fini(&text);
}

/* "2 min ago" under the oldest value, and "now" under the newest. */
static void
draw_times(const struct area *area, size_t seconds)
{
	struct str text = STR_INIT;

	if (seconds < 20)
		return;
	add_time(&text, seconds);
	str_addz(&text, " ago");
	area_print(
	    area, area->columns - (int)seconds, 0, ROLE_DIM, "%s", text.v);
	str_fini(&text);
	area_right(area, 0, 0, area->columns, ROLE_DIM, "now");
}

static void
draw_way(const struct xfer_way *way, enum queue_kind kind, uint64_t limit,
    const struct area *area)
{
	int labels = area->columns >= 2 * LABELS ? LABELS : area->columns / 2;
	int times = area->rows >= TIMED_ROWS;
	struct area graph = area_part(area, labels, 1,
	    area->columns - labels - 1, area->rows - 1 - times);
	struct area below =
	    area_part(area, labels, area->rows - 1, graph.columns, times);
	size_t seconds = graph_shown(&graph, HISTORY);
	char text[TIMEFMT_MAX];

	draw_head(area, kind,
	    (uint64_t)graph_most(&graph, way->history, HISTORY), seconds);
	fmt_bytes(text, (uint64_t)way->rate);
	area_print(area, 1, 1, ROLE_TEXT, "%s %s/s", words[kind], text);
	fmt_bytes(text, limit);
	if (limit && area->rows > 2)
		area_print(area, 1, 2, ROLE_WARN, "limit %s/s", text);
	else if (area->rows > 2)
		area_print(area, 1, 2, ROLE_DIM, "limit off");
	graph_draw(&graph, way->history, HISTORY);
	if (times)
		draw_times(&below, seconds);
}

void
xfer_draw_speed(const struct xfer_totals *t, const uint64_t limits[QUEUE_KINDS],
    const struct area *area)
{
	bool down = xfer_way_shows(t, QUEUE_DOWNLOAD);
	bool up = xfer_way_shows(t, QUEUE_UPLOAD);
	int half = down && up ? area->columns / 2 : 0;
	struct area left =
	    area_part(area, 0, 0, half ? half : area->columns, area->rows);
	struct area right =
	    area_part(area, half, 0, area->columns - half, area->rows);

	area_line(area, 0);
	if (down)
		draw_way(&t->ways[QUEUE_DOWNLOAD], QUEUE_DOWNLOAD,
		    limits[QUEUE_DOWNLOAD], &left);
	if (up)
		draw_way(&t->ways[QUEUE_UPLOAD], QUEUE_UPLOAD,
		    limits[QUEUE_UPLOAD], &right);
}
