#include "tui/frame/actions.h"

#include <string.h>

#define ALL SCREENS_ALL
#define CACHE SCREEN_CACHE
#define LOG SCREEN_LOG
#define XFER SCREEN_TRANSFERS
#define LISTS (CACHE | XFER)

static const struct action table[] = {
	{ ACT_TRANSFERS, "screen.transfers", "3", ALL, GROUP_EVERYWHERE,
	    "transfers", "Go to the Transfers screen" },
	{ ACT_CACHE, "screen.cache", "4", ALL, GROUP_EVERYWHERE, "cache",
	    "Go to the Cache screen" },
	{ ACT_LOG, "screen.log", "7", ALL, GROUP_EVERYWHERE, "log",
	    "Go to the Log" },
	{ ACT_SCREEN_BEFORE, "screen.before", "[", ALL, GROUP_EVERYWHERE,
	    "screen", "The screen before" },
	{ ACT_SCREEN_AFTER, "screen.after", "]", ALL, GROUP_EVERYWHERE,
	    "screen", "The screen after" },
	{ ACT_NEXT_PANE, "pane.next", "Tab", ALL, GROUP_EVERYWHERE, "pane",
	    "The next pane of the screen" },
	{ ACT_PANE_BEFORE, "pane.before", "S-Tab", ALL, GROUP_EVERYWHERE,
	    "pane", "The pane before" },
	{ ACT_OPEN, "open", "Enter l Right", ALL, GROUP_EVERYWHERE, "open",
	    "Open, go in" },
	{ ACT_FOLD, "fold", "h Left", ALL, GROUP_EVERYWHERE, "fold",
	    "Fold; then go to what it is part of" },
	{ ACT_BACK, "back", "Esc", ALL, GROUP_EVERYWHERE, "back",
	    "Close what is open; then drop the filter, then the marks" },
	{ ACT_UP_LEVEL, "up-level", "Backspace", ALL, GROUP_EVERYWHERE, "back",
	    "Go back one level" },
	{ ACT_LEAVE, "leave", "q", ALL, GROUP_EVERYWHERE, "quit",
	    "Go back one level; at the top quit" },
	{ ACT_QUIT, "quit", "Q", ALL, GROUP_EVERYWHERE, "quit",
	    "Quit from anywhere" },
	{ ACT_INTERRUPT, "interrupt", "Ctrl-C", ALL, GROUP_EVERYWHERE, "quit",
	    "Cancel an input; otherwise quit" },
	{ ACT_FILTER, "filter", "/", ALL, GROUP_EVERYWHERE, "filter",
	    "Filter: words, or size>10GB accessed>90d refs=main" },
	{ ACT_PALETTE, "palette", ": Ctrl-P", ALL, GROUP_EVERYWHERE, "command",
	    "Any command by name" },
	{ ACT_HELP, "help", "? F1", ALL, GROUP_EVERYWHERE, "help",
	    "This help" },
	{ ACT_UNDO, "undo", "z", ALL, GROUP_EVERYWHERE, "undo",
	    "Take back what was done last: marks, a deletion in its time" },
	{ ACT_REDO, "redo", "Z", ALL, GROUP_EVERYWHERE, "redo",
	    "Do again what undo took back" },
	{ ACT_COPY, "copy", "y", ALL, GROUP_EVERYWHERE, "copy",
	    "Copy id, path, commit or command" },
	{ ACT_PAGE, "page", "o", CACHE, GROUP_EVERYWHERE, "page",
	    "Open its page in a browser; without one, say the address" },
	{ ACT_STOP, "stop", "x", ALL, GROUP_EVERYWHERE, "stop",
	    "Stop what runs here: a scan, a deletion, a verification" },
	{ ACT_RETRY, "retry", "r", ALL, GROUP_EVERYWHERE, "again",
	    "Try again what failed here" },
	{ ACT_RELOAD, "reload", "Ctrl-R F5", ALL, GROUP_EVERYWHERE, "reload",
	    "Load again" },
	{ ACT_REDRAW, "redraw", "Ctrl-L", ALL, GROUP_EVERYWHERE, "redraw",
	    "Draw everything again" },
	{ ACT_SUSPEND, "suspend", "Ctrl-Z", ALL, GROUP_EVERYWHERE, "suspend",
	    "Suspend" },
	{ ACT_MOUSE, "mouse", "M", ALL, GROUP_EVERYWHERE, "mouse",
	    "Mouse on or off" },
	{ ACT_LAST_ERROR, "error", "!", ALL, GROUP_EVERYWHERE, "error",
	    "The last error; again: the Log" },
	{ ACT_SETTINGS, "settings", ",", ALL, GROUP_EVERYWHERE, "settings",
	    "Settings" },
	{ ACT_DOWN, "down", "j Down", ALL, GROUP_LISTS, "row", "One row down" },
	{ ACT_UP, "up", "k Up", ALL, GROUP_LISTS, "row", "One row up" },
	{ ACT_FIRST, "first", "g Home", ALL, GROUP_LISTS, "first",
	    "First row" },
	{ ACT_LAST, "last", "G End", ALL, GROUP_LISTS, "last", "Last row" },
	{ ACT_HALF_DOWN, "half-down", "Ctrl-D", ALL, GROUP_LISTS, "half",
	    "Half a page down" },
	{ ACT_HALF_UP, "half-up", "Ctrl-U", ALL, GROUP_LISTS, "half",
	    "Half a page up" },
	{ ACT_PAGE_DOWN, "page-down", "Ctrl-F PageDown", ALL, GROUP_LISTS,
	    "page", "A page down" },
	{ ACT_PAGE_UP, "page-up", "Ctrl-B PageUp", ALL, GROUP_LISTS, "page",
	    "A page up" },
	{ ACT_MARK, "mark", "Space", LISTS, GROUP_LISTS, "mark",
	    "Mark, and go down" },
	{ ACT_MARK_UP, "mark-up", "Ctrl-Space S-Space", LISTS, GROUP_LISTS,
	    "mark", "Mark, and go up" },
	{ ACT_RANGE, "range", "v", CACHE, GROUP_LISTS, "range",
	    "Start a range: moving marks; v ends it" },
	{ ACT_MARK_ALL, "mark-all", "a", LISTS, GROUP_LISTS, "all",
	    "Mark all that is shown; when all is marked, nothing" },
	{ ACT_INVERT, "invert", "*", CACHE, GROUP_LISTS, "invert",
	    "Mark what is not marked, and the other way round" },
	{ ACT_RULES, "rules", "m", LISTS, GROUP_LISTS, "by rule",
	    "Mark by rule: detached, not used for 90 days, ..." },
	{ ACT_SORT, "sort", "s", CACHE, GROUP_LISTS, "sort", "Sort" },
	{ ACT_SORT_BACK, "sort-back", "S", CACHE, GROUP_LISTS, "other way",
	    "Sort the other way round" },
	{ ACT_KIND, "kind", "t", ALL, GROUP_LISTS, "kind",
	    "Kind of repository; in the Log the level" },
	{ ACT_INFO, "info", "i", ALL, GROUP_LISTS, "info",
	    "Show or hide what is known of the row" },
	{ ACT_INFO_DOWN, "info-down", "J", ALL, GROUP_LISTS, "info",
	    "Scroll what is known of the row down" },
	{ ACT_INFO_UP, "info-up", "K", ALL, GROUP_LISTS, "info",
	    "Scroll it up" },
	{ ACT_EXPORT, "export", "E", CACHE, GROUP_LISTS, "export",
	    "Write what is shown to a file: csv, json or text" },
	{ ACT_DELETE, "cache.delete", "d", CACHE, GROUP_SCREEN, "delete",
	    "Delete what is marked, or the row; asks, and shows bytes" },
	{ ACT_PLAN, "cache.plan", "D", CACHE, GROUP_SCREEN, "plan",
	    "Look at the plan, change nothing" },
	{ ACT_VERIFY, "cache.verify", "V", CACHE, GROUP_SCREEN, "verify",
	    "Compare what is marked, or the row, with its checksums" },
	{ ACT_PAUSE, "transfers.pause", "p", XFER, GROUP_SCREEN, "pause",
	    "Pause what is marked, or the row; or continue it" },
	{ ACT_PAUSE_ALL, "transfers.pause-all", "P", ALL, GROUP_EVERYWHERE,
	    "all", "Pause all transfers; or continue them" },
	{ ACT_REMOVE, "transfers.remove", "d", XFER, GROUP_SCREEN, "remove",
	    "Remove from the list; downloaded bytes stay" },
	{ ACT_EARLIER, "transfers.earlier", "<", XFER, GROUP_SCREEN, "earlier",
	    "Earlier in the list" },
	{ ACT_LATER, "transfers.later", ">", XFER, GROUP_SCREEN, "later",
	    "Later in the list" },
	{ ACT_LIMIT, "transfers.limit", "T", ALL, GROUP_EVERYWHERE, "limit",
	    "Limit the speed, choose how many run at a time" },
	{ ACT_ADD, "transfers.add", "A", XFER, GROUP_SCREEN, "add",
	    "Download a repository by its name or address" },
	{ ACT_NEXT_MATCH, "log.next", "n", LOG, GROUP_SCREEN, "next",
	    "The next match" },
	{ ACT_PREVIOUS_MATCH, "log.previous", "N", LOG, GROUP_SCREEN,
	    "previous", "The match before" },
	{ ACT_FOLLOW, "log.follow", "f", LOG, GROUP_SCREEN, "follow",
	    "Stay at the newest line" },
};

#define COUNT (sizeof(table) / sizeof(*table))

const struct action *
actions_all(size_t *n)
{
	*n = COUNT;
	return table;
}

const struct action *
action_of(enum action_id id)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (table[i].id == id)
			return &table[i];
	}
	return NULL;
}

enum action_id
action_named(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (!strcmp(table[i].name, name))
			return table[i].id;
	}
	return ACT_NONE;
}

bool
action_is_step(enum action_id id, enum rows_step *step)
{
	static const struct {
		enum action_id id;
		enum rows_step step;
	} steps[] = { { ACT_DOWN, ROWS_DOWN }, { ACT_UP, ROWS_UP },
		{ ACT_FIRST, ROWS_FIRST }, { ACT_LAST, ROWS_LAST },
		{ ACT_HALF_DOWN, ROWS_HALF_DOWN },
		{ ACT_HALF_UP, ROWS_HALF_UP },
		{ ACT_PAGE_DOWN, ROWS_PAGE_DOWN },
		{ ACT_PAGE_UP, ROWS_PAGE_UP } };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (steps[i].id != id)
			continue;
		*step = steps[i].step;
		return true;
	}
	return false;
}
