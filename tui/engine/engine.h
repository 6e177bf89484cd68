/*
 * engine.h: core's loop on a thread of its own. Commands go down, events come
 * up; nothing else is shared but what an event hands over.
 */
#ifndef TUI_ENGINE_ENGINE_H
#define TUI_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/list.h"
#include "core/census/check.h"
#include "core/census/checked.h"
#include "core/census/scan.h"
#include "core/census/stores.h"
#include "core/purge/carry.h"
#include "core/purge/purge.h"

struct engine;
struct loop;

enum engine_kind {
	ENGINE_BEGUN,    /* a scan: `scan` has its folders, none was read */
	ENGINE_FOUND,    /* `repo` of that scan was read, and will not change */
	ENGINE_SCANNED,  /* all was; `scan` belongs to who gets this */
	ENGINE_KNOWN,    /* `checked` belongs to who gets this */
	ENGINE_STORES,   /* `stores` belong to who gets this */
	ENGINE_WENT,     /* `bytes` so far */
	ENGINE_TOLD,     /* `text`: something stays, or failed */
	ENGINE_DELETED,  /* `result`; `kept`: undo `id` can bring it back */
	ENGINE_RESTORED, /* `id`, or what was left before */
	ENGINE_EMPTIED,  /* the same, `result`: it cannot come back */
	ENGINE_CHECKING, /* `bytes` so far */
	ENGINE_CHECKED,  /* `check` belongs to who gets this */
	ENGINE_FAILED,   /* `failed` ended with `error` */
};

/* A revision that a program has open, or a repository into which something is
 * being downloaded. */
struct engine_use {
	size_t repo;     /* of the scan */
	size_t revision; /* SIZE_MAX: downloaded into */
	int pid;
};

struct engine_event {
	struct list link;
	enum engine_kind kind;
	enum engine_kind failed;
	struct scan *scan;
	const struct scan_repo *repo;
	struct store *stores;
	struct check *check;
	struct checked *checked;
	uint64_t bytes;
	uint64_t disk_free, disk_size; /* of ENGINE_SCANNED; 0: not known */
	bool no_atime;
	ARR(struct engine_use) uses;
	unsigned id; /* of a deletion */
	struct carry_result result;
	bool kept;
	bool all; /* that was planned */
	char *text;
	struct error error;
};

/*
 * Starts the thread. `tell` is called on the loop of the screen with each event,
 * which it takes over: engine_event_free.
 */
MUST_USE struct engine *engine_new(struct loop *screen,
    void (*tell)(void *context, struct engine_event *event), void *context,
    struct error *err);

/* Stops what runs, at most some 2 s: nothing touches a scan after it. Events
 * that were not told keep their scans until engine_free. */
void engine_end(struct engine *engine);

/*
 * Ends, and frees all. What undo still keeps is left for
 * the next start, or, with `free_trash`, freed; `freed` (may be NULL) gets the
 * bytes.
 */
void engine_free(struct engine *engine, bool free_trash, uint64_t *freed);

/* Moves what an event holds to one that the caller frees. */
MUST_USE struct engine_event *engine_event_take(struct engine_event *event);

/* Frees the event, not what was taken out of it (and set to NULL). */
void engine_event_free(struct engine_event *event);

/* Commands that were given and whose last event was not told yet. */
unsigned engine_busy(const struct engine *engine);

/* Scans a cache; with ENGINE_STORES after it. */
void engine_scan(struct engine *engine, const char *root);

/*
 * Carries a plan out, which it takes over; the scan it speaks of lives on until
 * ENGINE_DELETED. With `keep` it can be undone until engine_empty; where that
 * turns out to be impossible nothing is deleted, and ENGINE_FAILED says why.
 * Deletions, undos and what empties run one after the other. The deletion's id,
 * never 0.
 */
unsigned engine_delete(struct engine *engine, struct purge *purge, bool keep);
void engine_undo(struct engine *engine, unsigned id);
void engine_empty(struct engine *engine, unsigned id);

/* Brings back, or frees, deletions that earlier runs left, by their names in
 * the trash; ENGINE_RESTORED or ENGINE_EMPTIED with id 0. */
void engine_recover(struct engine *engine, const char *root,
    const trash_list *batches, bool bring_back);

/* Reads files; takes the check over. */
void engine_check(struct engine *engine, struct check *check);

/* Stops what runs. */
void engine_stop(struct engine *engine);

#endif
