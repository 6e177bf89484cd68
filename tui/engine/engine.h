/*
 * engine.h: core's loop on a thread of its own, and the way between it and the
 * screens. Requests go down, events come up; nothing else is shared but what
 * these hand over.
 *
 * What can be asked and what is told of it belongs to a channel, one for each
 * domain (cache.h). Its requests embed struct engine_request, its events embed
 * struct engine_event. A request has an owner, who alone gets its events, and a
 * generation: a number above those of all earlier requests, by which it is
 * stopped or cancelled. Events of a cancelled request are dropped here, so no
 * screen has to tell a late event from one that it waits for.
 */
#ifndef TUI_ENGINE_ENGINE_H
#define TUI_ENGINE_ENGINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/list.h"

struct engine;
struct engine_channel_ops;
struct loop;
struct workers;

/* -- for screens, on their thread -- */

/* Embedded in an event of a channel. */
struct engine_event {
	struct list link;
	const struct engine_channel_ops *channel;
	void *owner;         /* who asked */
	unsigned generation; /* of the request */
	bool last;           /* nothing more comes of that request */
};

/*
 * Starts the thread. `tell` is called on the loop `screen` with each event of a
 * request that was not cancelled; the event is lent for the call.
 */
MUST_USE struct engine *engine_new(struct loop *screen,
    void (*tell)(void *context, struct engine_event *event), void *context,
    struct error *err);

/* Stops all requests, and waits for them, at most some 2 s: nothing touches what
 * they borrowed after it. Events that were not told yet live until engine_free. */
void engine_end(struct engine *engine);

/*
 * Ends, and frees all. What channels keep for an undo is left for the next start,
 * or, with `free_kept`, freed: `freed` gets the bytes added. NULL is fine.
 */
void engine_free(struct engine *engine, bool free_kept, uint64_t *freed);

/* Requests whose last event was not told yet, cancelled ones too, but for those that
 * only watch. It says that
 * something is under way, not that it would be lost (engine_runs). */
unsigned engine_busy(const struct engine *engine);

/* Of an owner's requests of one kind of a channel: how many run, and were not
 * cancelled. The kind is the channel's. */
unsigned engine_runs(const struct engine *engine, const void *owner,
    const struct engine_channel_ops *channel, int kind);

/* Ends a request soon; its events still come, and the last one says how far it
 * got. One that has ended, or 0, is fine. */
void engine_stop(struct engine *engine, unsigned generation);
void engine_stop_all(struct engine *engine, const void *owner);

/* The same, but none of its events is told from now on: what they hold is freed,
 * and so what they lent to the owner must be let go of before. */
void engine_cancel(struct engine *engine, unsigned generation);

/* -- for channels -- */

/* What a channel keeps from one request to the next. Embedded. */
struct engine_channel {
	const struct engine_channel_ops *ops;
};

/* Embedded in a request; `channel` and `kind` are set by who makes it. */
struct engine_request {
	struct list link;
	struct engine *engine;
	struct engine_channel *channel;
	int kind;
	bool watches; /* it only waits for what happens: nothing is under way */
	void *owner;
	unsigned generation;
	atomic_bool off; /* it is to end soon */
};

struct engine_channel_ops {
	/* On the screens' thread, before the first request. */
	struct engine_channel *(*open)(struct engine *engine);
	/* On the screens' thread, when none of its requests runs any more. As
	 * engine_free. */
	void (*close)(
	    struct engine_channel *channel, bool free_kept, uint64_t *freed);
	/* On the engine's loop. What it starts ends with engine_finish. */
	void (*start)(struct engine_request *request);
	/* On the engine's loop, for what does not look at `off`; may be NULL. */
	void (*stop)(struct engine_request *request);
	void (*free_request)(struct engine_request *request);
	void (*free_event)(struct engine_event *event);
};

/* The one channel with these functions; opened when it is first asked for. */
MUST_USE struct engine_channel *engine_channel(
    struct engine *engine, const struct engine_channel_ops *ops);

/* Hands a request down, which the engine owns from here on. Its generation, never
 * 0. */
unsigned engine_ask(
    struct engine *engine, void *owner, struct engine_request *request);

/* Hands an event of a request up, from any thread. */
void engine_tell(struct engine_request *request, struct engine_event *event);

/* On the engine's loop: frees the request, and hands its last event up. */
void engine_finish(struct engine_request *request, struct engine_event *event);

/* For requests: where they run, and until when what must not be interrupted may
 * go on once the engine ends (on clock_ms; 0: it does not end). */
struct loop *engine_loop(const struct engine *engine);
struct workers *engine_workers(const struct engine *engine);
const atomic_ullong *engine_until(const struct engine *engine);

#endif
