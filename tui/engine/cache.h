/*
 * cache.h: the engine's channel for the cache: scans, deletions and what undoes
 * them, and verification of files.
 *
 * Each function asks on behalf of an owner and gives the request's generation,
 * for engine_stop and engine_cancel (engine.h).
 */
#ifndef TUI_ENGINE_CACHE_H
#define TUI_ENGINE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/census/check.h"
#include "core/census/checked.h"
#include "core/census/scan.h"
#include "core/census/stores.h"
#include "core/purge/carry.h"
#include "core/purge/purge.h"
#include "tui/engine/engine.h"

enum cache_request {
	CACHE_REQUEST_SCAN,
	CACHE_REQUEST_STORES,
	CACHE_REQUEST_KNOWN,
	CACHE_REQUEST_DELETE,
	CACHE_REQUEST_UNDO,
	CACHE_REQUEST_EMPTY,
	CACHE_REQUEST_RESTORE, /* what an earlier run left */
	CACHE_REQUEST_FREE,    /* the same */
	CACHE_REQUEST_CHECK,
	CACHE_REQUESTS,
};

/* The last event of a request is the one named for what was asked, or
 * CACHE_EVENT_FAILED. */
enum cache_event_kind {
	CACHE_EVENT_BEGUN,   /* a scan: `scan` has its folders, none was read */
	CACHE_EVENT_FOUND,   /* `repo` of that scan was read, and is final */
	CACHE_EVENT_SCANNED, /* `scan`, `uses`, and the disk */
	CACHE_EVENT_STORES,  /* `stores` */
	CACHE_EVENT_KNOWN,   /* `checked` */
	CACHE_EVENT_PROGRESS, /* `bytes` so far, of a deletion or a check */
	CACHE_EVENT_TOLD,     /* `text`: something stays, or failed */
	CACHE_EVENT_DELETED,  /* `result`; `kept`: it can be undone */
	CACHE_EVENT_RESTORED, /* what was deleted */
	CACHE_EVENT_EMPTIED,  /* `result`: it cannot be undone any more */
	CACHE_EVENT_CHECKED,  /* `check`, and what is known now: `checked` */
	CACHE_EVENT_FAILED,   /* `error` */
};

/* A revision that a program has open, or a repository into which something is
 * being downloaded. */
struct engine_cache_use {
	size_t repo;     /* of the scan */
	size_t revision; /* SIZE_MAX: downloaded into */
	int pid;
};

/* Pointers are freed with the event. Who sets one to NULL has taken over what it
 * points to. The scan of CACHE_EVENT_BEGUN and CACHE_EVENT_FOUND is lent until
 * CACHE_EVENT_SCANNED hands it over, which then always comes. */
struct cache_event {
	struct engine_event base;
	enum cache_event_kind kind;
	enum cache_request of; /* what was asked */
	struct scan *scan;
	const struct scan_repo *repo;
	ARR(struct engine_cache_use) uses;
	uint64_t disk_free, disk_size; /* 0: not known */
	bool no_atime;
	struct store *stores;
	struct check *check;
	struct checked *checked;
	uint64_t bytes;
	struct carry_result result;
	bool kept;
	bool all; /* nothing of what was asked is left to do */
	char *text;
	struct error error;
};

/* The event that this is; NULL if it is another channel's. */
MUST_USE struct cache_event *cache_event_of(struct engine_event *event);

/* Moves what an event holds to one that the caller frees by cache_event_free. */
MUST_USE struct cache_event *cache_event_take(struct cache_event *event);
void cache_event_free(struct cache_event *event);

/* How many of an owner's requests of that kind run. */
unsigned engine_cache_runs(
    const struct engine *engine, const void *owner, enum cache_request kind);

/* Reads a cache. It may be cancelled only when the scan of its CACHE_EVENT_BEGUN
 * is not used any more. */
unsigned engine_cache_scan(
    struct engine *engine, void *owner, const char *root);

/* Adds up the stores beside the cache. */
unsigned engine_cache_stores(struct engine *engine, void *owner);

/* Loads what earlier checks found. */
unsigned engine_cache_known(struct engine *engine, void *owner);

/*
 * Carries a plan out, which it takes over; the scan it speaks of must live until
 * the last event, so this is stopped, never cancelled. With `keep` it can be
 * undone until engine_cache_empty; where that turns out to be impossible nothing
 * is deleted, and CACHE_EVENT_FAILED says why. Deletions and what ends or undoes
 * them run one after the other.
 */
unsigned engine_cache_delete(
    struct engine *engine, void *owner, struct purge *purge, bool keep);

/* Brings back, or frees, what the deletion of that generation has kept. */
unsigned engine_cache_undo(
    struct engine *engine, void *owner, unsigned deletion);
unsigned engine_cache_empty(
    struct engine *engine, void *owner, unsigned deletion);

/* Brings back, or frees, those deletions that earlier runs left and that allow
 * it: CACHE_EVENT_RESTORED or CACHE_EVENT_EMPTIED. */
unsigned engine_cache_recover(struct engine *engine, void *owner,
    const char *root, const trash_list *batches, bool bring_back);

/* Verifies files; takes the check over. */
unsigned engine_cache_check(
    struct engine *engine, void *owner, struct check *check);

#endif
