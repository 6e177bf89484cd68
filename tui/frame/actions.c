#include "tui/frame/actions.h"

#include <string.h>

#define ALL SCREENS_ALL
#define CACHE SCREEN_CACHE
#define LOG SCREEN_LOG
#define XFER SCREEN_TRANSFERS
#define REPO SCREEN_REPO
#define LISTS (CACHE | XFER | REPO)
#define TREES (CACHE | REPO)

static const struct action table[] = {
	{ ACT_REPO, "screen.repo", "2", ALL, GROUP_EVERYWHERE, "repo",
	    "Go to the Repo screen" },
	{ ACT_TRANSFERS, "screen.transfers", "3", ALL, GROUP_EVERYWHERE,
	    "transfers", "Go to the Transfers screen" },
	{ ACT_CACHE, "screen.cache", "4", ALL, GROUP_EVERYWHERE, "cache",
	    "Go to the Cache screen" },
	{ ACT_LOG, "screen.log", "7", ALL, GROUP_EVERYWHERE, "log",
	    "Go to the Log" },
	{ ACT_SCREEN_BEFORE, "screen.before", "[", ALL, GROUP_EVERYWHERE,
	    "screen", "Go to the previous screen" },
	{ ACT_SCREEN_AFTER, "screen.after", "]", ALL, GROUP_EVERYWHERE,
	    "screen", "Go to the next screen" },
	{ ACT_NEXT_PANE, "pane.next", "Tab", ALL, GROUP_EVERYWHERE, "pane",
	    "Go to the next pane" },
	{ ACT_PANE_BEFORE, "pane.before", "S-Tab", ALL, GROUP_EVERYWHERE,
	    "pane", "Go to the previous pane" },
	{ ACT_OPEN, "open", "Enter l Right", ALL, GROUP_EVERYWHERE, "open",
	    "Open" },
	{ ACT_FOLD, "fold", "h Left", ALL, GROUP_EVERYWHERE, "fold",
	    "Fold; if folded, go to the parent row" },
	{ ACT_BACK, "back", "Esc", ALL, GROUP_EVERYWHERE, "back",
	    "Close or cancel; then clear the filter, then the marks" },
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
	    "Run a command by name" },
	{ ACT_HELP, "help", "? F1", ALL, GROUP_EVERYWHERE, "help",
	    "Show this help" },
	{ ACT_UNDO, "undo", "z", ALL, GROUP_EVERYWHERE, "undo",
	    "Undo the last change, or a recent deletion" },
	{ ACT_REDO, "redo", "Z", ALL, GROUP_EVERYWHERE, "redo",
	    "Redo the last undone change" },
	{ ACT_COPY, "copy", "y", ALL, GROUP_EVERYWHERE, "copy",
	    "Copy id, path, commit or command" },
	{ ACT_PAGE, "page", "o", TREES, GROUP_EVERYWHERE, "page",
	    "Open its page in a browser, or show the address" },
	{ ACT_STOP, "stop", "x", ALL, GROUP_EVERYWHERE, "stop",
	    "Stop a running scan, deletion or verification" },
	{ ACT_RETRY, "retry", "r", ALL, GROUP_EVERYWHERE, "again",
	    "Retry what failed" },
	{ ACT_RELOAD, "reload", "Ctrl-R F5", ALL, GROUP_EVERYWHERE, "reload",
	    "Reload" },
	{ ACT_REDRAW, "redraw", "Ctrl-L", ALL, GROUP_EVERYWHERE, "redraw",
	    "Redraw the screen" },
	{ ACT_SUSPEND, "suspend", "Ctrl-Z", ALL, GROUP_EVERYWHERE, "suspend",
	    "Suspend" },
	{ ACT_MOUSE, "mouse", "M", ALL, GROUP_EVERYWHERE, "mouse",
	    "Turn the mouse on or off" },
	{ ACT_LAST_ERROR, "error", "!", ALL, GROUP_EVERYWHERE, "error",
	    "Show the last error; pressed again, the Log" },
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
	{ ACT_RANGE, "range", "v", TREES, GROUP_LISTS, "range",
	    "Start a range: moving marks rows; v ends it" },
	{ ACT_MARK_ALL, "mark-all", "a", LISTS, GROUP_LISTS, "all",
	    "Mark all shown rows; if all are marked, unmark them" },
	{ ACT_INVERT, "invert", "*", TREES, GROUP_LISTS, "invert",
	    "Invert the marks of the shown rows" },
	{ ACT_RULES, "rules", "m", CACHE | XFER, GROUP_LISTS, "by rule",
	    "Mark by rule: detached, not used for 90 days, ..." },
	{ ACT_SORT, "sort", "s", TREES, GROUP_LISTS, "sort", "Sort" },
	{ ACT_SORT_BACK, "sort-back", "S", TREES, GROUP_LISTS, "reverse",
	    "Reverse the sort order" },
	{ ACT_KIND, "kind", "t", CACHE | XFER | LOG, GROUP_LISTS, "kind",
	    "Show one kind of repository; in the Log, a level" },
	{ ACT_INFO, "info", "i", ALL, GROUP_LISTS, "info",
	    "Show or hide details of the row" },
	{ ACT_INFO_DOWN, "info-down", "J", ALL, GROUP_LISTS, "info",
	    "Scroll the details down" },
	{ ACT_INFO_UP, "info-up", "K", ALL, GROUP_LISTS, "info",
	    "Scroll the details up" },
	{ ACT_EXPORT, "export", "E", CACHE, GROUP_LISTS, "export",
	    "Write the shown rows to a csv, json or text file" },
	{ ACT_DELETE, "cache.delete", "d", CACHE, GROUP_SCREEN, "delete",
	    "Delete the marked rows, or this row; asks first" },
	{ ACT_PLAN, "cache.plan", "D", CACHE, GROUP_SCREEN, "plan",
	    "Show what would be deleted; changes nothing" },
	{ ACT_VERIFY, "cache.verify", "V", CACHE | XFER, GROUP_SCREEN, "verify",
	    "Verify checksums of the marked rows, or this row" },
	{ ACT_FETCH, "cache.fetch", "f", CACHE, GROUP_SCREEN, "fetch",
	    "Download the newest revision of this repository" },
	{ ACT_CHOOSE, "cache.choose", "F", CACHE, GROUP_SCREEN, "files",
	    "Choose which files of this repository to download" },
	{ ACT_TICKED, "repo.fetch", "f", REPO, GROUP_SCREEN, "fetch",
	    "Download the ticked files, or this row; asks first" },
	{ ACT_PREVIEW, "repo.plan", "D", REPO, GROUP_SCREEN, "plan",
	    "Show what would be downloaded; changes nothing" },
	{ ACT_INCLUDE, "repo.include", "+", REPO, GROUP_SCREEN, "include",
	    "Type patterns of the files to tick" },
	{ ACT_EXCLUDE, "repo.exclude", "-", REPO, GROUP_SCREEN, "exclude",
	    "Type patterns of the files to leave out" },
	{ ACT_PRESETS, "repo.presets", "m", REPO, GROUP_SCREEN, "preset",
	    "Write patterns: one weight format, a quantisation, ..." },
	{ ACT_REVISIONS, "repo.revisions", "b", TREES, GROUP_SCREEN, "revision",
	    "Show another branch, tag or pull request" },
	{ ACT_OPEN_REPO, "repo.open", "A", REPO, GROUP_SCREEN, "open",
	    "Open a repository by its name or address" },
	{ ACT_PAUSE, "transfers.pause", "p", XFER, GROUP_SCREEN, "pause",
	    "Pause or continue the marked rows, or this row" },
	{ ACT_PAUSE_ALL, "transfers.pause-all", "P", ALL, GROUP_EVERYWHERE,
	    "all", "Pause or continue all transfers" },
	{ ACT_REMOVE, "transfers.remove", "d", XFER, GROUP_SCREEN, "remove",
	    "Remove from the list; asks about unfinished files" },
	{ ACT_EARLIER, "transfers.earlier", "<", XFER, GROUP_SCREEN, "earlier",
	    "Move it up in the list" },
	{ ACT_LATER, "transfers.later", ">", XFER, GROUP_SCREEN, "later",
	    "Move it down in the list" },
	{ ACT_LIMIT, "transfers.limit", "T", ALL, GROUP_EVERYWHERE, "limit",
	    "Limit the speed, choose how many run at a time" },
	{ ACT_ADD, "transfers.add", "A", XFER, GROUP_SCREEN, "add",
	    "Download a repository by its name or address" },
	{ ACT_NEXT_MATCH, "log.next", "n", LOG | REPO, GROUP_SCREEN, "next",
	    "Go to the next match of what / found" },
	{ ACT_PREVIOUS_MATCH, "log.previous", "N", LOG | REPO, GROUP_SCREEN,
	    "previous", "Go to the previous match of what / found" },
	{ ACT_FOLLOW, "log.follow", "f", LOG, GROUP_SCREEN, "follow",
	    "Follow the newest line" },
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
