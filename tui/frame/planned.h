/* planned.h: what a download would do, as lines of a question; and its start. */
#ifndef TUI_FRAME_PLANNED_H
#define TUI_FRAME_PLANNED_H

#include <stdbool.h>

#include "core/base/error.h"
#include "tui/frame/actions.h"
#include "widgets/surface.h"

struct app;
struct dialog;
struct hub_event;
struct hub_plan;
struct queue_job;
struct screen;

/* Adds what is here and what is to be fetched, and how that fits on the disk, with
 * `advice` where it does not. False if starting it is not what one wants. */
MUST_USE bool planned_lines(
    struct dialog *dialog, const struct hub_plan *plan, const char *advice);

/* Adds what one should know before, if there is something, or that it is asked. */
void planned_cautions(struct dialog *dialog, const struct app *app,
    const struct hub_event *event);

/* Adds why there is no plan, and what can be done; `again` tries again there. */
void planned_failure(struct dialog *dialog, const struct app *app,
    const struct error *err, enum action_id again);

/* Adds a job to the transfers, or, `paused`, only to their list. That it is there, or was
 * before, the Transfers screen says. */
void planned_start(
    struct app *app, struct screen *asker, struct queue_job *job, bool paused);

/* Adds a text in as many lines as it takes. */
void planned_say(struct dialog *dialog, const struct app *app, enum role role,
    const char *text);

#endif
