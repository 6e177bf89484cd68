/* screens.c: the table of screens, which the frame goes by (frame/screen.h). */
#include "tui/cache/screen.h"
#include "tui/frame/screen.h"
#include "tui/log/screen.h"
#include "tui/repo/screen.h"
#include "tui/transfers/screen.h"

screen_maker *const screen_makers[SCREENS_MAX] = {
	repo_screen_new,
	transfers_screen_new,
	cache_screen_new,
	log_screen_new,
	NULL,
};
