/* log_screen.h: the Log: what happened, line by line. */
#ifndef TUI_LOG_SCREEN_H
#define TUI_LOG_SCREEN_H

#include "core/base/attr.h"

struct journal;
struct screen;

/* The journal outlives it. */
MUST_USE struct screen *log_screen_new(const struct journal *journal);

#endif
