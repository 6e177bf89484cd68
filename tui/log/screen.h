/* screen.h: the Log: what happened, line by line. */
#ifndef TUI_LOG_SCREEN_H
#define TUI_LOG_SCREEN_H

#include "core/base/attr.h"

struct app;
struct screen;

/* As of frame/screen.h; shows the app's journal. */
MUST_USE struct screen *log_screen_new(const struct app *app);

#endif
