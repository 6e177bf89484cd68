#include "tui/frame/planned.h"

#include <stdio.h>

#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/queue/list.h"
#include "core/queue/record.h"
#include "tui/engine/hub.h"
#include "tui/engine/xfer.h"
#include "tui/frame/app.h"
#include "tui/frame/remedy.h"

/* "29 files", "at least", and the bytes at the end. */
static void
put(struct dialog *dialog, enum role role, const char *before, size_t files,
    bool least, uint64_t bytes)
{
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX], right[TIMEFMT_MAX + 16];

	fmt_bytes(size, bytes);
	snprintf(right, sizeof(right), "%s%s", least ? "at least " : "", size);
	str_addz(&text, before);
	str_addf(&text, "%zu file%s", files, files == 1 ? "" : "s");
	dialog_line(dialog, role, text.v, right);
	str_fini(&text);
}

/* Whether it fits on the disk. */
static bool
put_disk(struct dialog *dialog, const struct hub_plan *plan, const char *advice)
{
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];
	bool fits = !plan->disk_known || plan->missing_bytes <= plan->disk;

	if (plan->disk_known) {
		fmt_bytes(size, plan->disk);
		dialog_line(dialog, ROLE_TEXT, "free on the disk", size);
	}
	if (!fits) {
		fmt_bytes(size, plan->missing_bytes - plan->disk);
		str_addf(&text, "short by %s: %s", size, advice);
		dialog_line(dialog, ROLE_BAD, text.v, NULL);
		str_fini(&text);
	}
	return fits;
}

bool
planned_lines(
    struct dialog *dialog, const struct hub_plan *plan, const char *advice)
{
	if (plan->here)
		put(dialog, ROLE_TEXT, "here already: ", plan->here, false,
		    plan->here_bytes);
	if (plan->partial)
		put(dialog, ROLE_TEXT, "here in part: ", plan->partial, false,
		    plan->kept);
	if (plan->missing) {
		put(dialog, ROLE_TITLE, "to download: ", plan->missing,
		    plan->unknown, plan->missing_bytes);
		return put_disk(dialog, plan, advice);
	}
	dialog_line(
	    dialog, ROLE_TEXT, "nothing to download: all of it is here", NULL);
	return false;
}

struct saying {
	struct dialog *dialog;
	enum role role;
};

static void
put_line(void *context, const char *line, size_t n)
{
	const struct saying *saying = context;
	struct str text = STR_INIT;

	str_add(&text, line, n);
	dialog_line(saying->dialog, saying->role, text.v, NULL);
	str_fini(&text);
}

void
planned_say(struct dialog *dialog, const struct app *app, enum role role,
    const char *text)
{
	struct saying saying = { dialog, role };
	int columns = app->surface.columns - 8;

	text_wrap(text, columns < 72 ? columns : 72, put_line, &saying);
}

void
planned_cautions(
    struct dialog *dialog, const struct app *app, const struct hub_event *event)
{
	if (event->cautions.n)
		dialog_line(dialog, ROLE_TEXT, "", NULL);
	arr_each (caution, &event->cautions) {
		struct str text = STR_INIT;

		str_addf(&text, "! %s", *caution);
		planned_say(dialog, app, ROLE_WARN, text.v);
		str_fini(&text);
	}
	if (event->more)
		dialog_line(
		    dialog, ROLE_DIM, "asking what to know of it...", NULL);
}

void
planned_failure(struct dialog *dialog, const struct app *app,
    const struct error *err, enum action_id again)
{
	struct str advice = STR_INIT;

	planned_say(dialog, app, ROLE_TEXT, err->message);
	remedy_on_screen(&advice, err, &app->options.settings.keys, again);
	if (advice.n)
		planned_say(dialog, app, ROLE_TEXT, advice.v);
	str_fini(&advice);
}

void
planned_start(
    struct app *app, struct screen *asker, struct queue_job *job, bool paused)
{
	struct str line = STR_INIT;

	job->state = paused ? QUEUE_PAUSED : QUEUE_WAITING;
	record_add_job(&line, job);
	(void)engine_xfer_change(app->engine, asker, line.v);
	str_fini(&line);
}
