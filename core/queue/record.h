/*
 * record.h: the lines of a queue's file: JSON objects, one change each.
 *
 *	{"hug-queue": 1}                       the first line
 *	{"job": 3, "repo": "a/b", ...}         a new job, all that is known of it
 *	{"job": 3, "state": "paused"}          what is new of a job
 *	{"job": 0, "repo": "a/b", ...}         a job that is to be added: without an id
 *	{"drop": 3}                            a job is taken out
 *	{"move": 3, "before": 5}               it goes before another; 0: to the end
 *	{"settings": {"at_once": 2}}
 *
 * Members that are not known are left out.
 */
#ifndef CORE_QUEUE_RECORD_H
#define CORE_QUEUE_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/queue/list.h"

#define RECORD_HEAD "{\"hug-queue\": 1}\n"

/* Each appends a line with its end: all of a job, a state that it is to have (with the
 * path of what arrived, or why it failed, or neither), what may have changed of it, and
 * what the head of this file shows. */
void record_add_job(struct str *out, const struct queue_job *job);
void record_add_state(struct str *out, unsigned id, const char *state,
    const char *path, const struct error *why);
void record_add_news(struct str *out, const struct queue_job *job);
void record_add_drop(struct str *out, unsigned id);
void record_add_move(struct str *out, unsigned id, unsigned before);
void record_add_settings(struct str *out, const struct queue_list *list);

/* The same of one of them, which leaves the others as they are by then. */
void record_add_at_once(struct str *out, unsigned n);
void record_add_order(struct str *out, bool smallest);
void record_add_limit(struct str *out, enum queue_kind kind, const char *limit);

/* What a line was about. */
struct record_done {
	unsigned id; /* of the job, a new one's too; 0: of none */
	bool made;   /* the job is new */
	bool same; /* it was to be added, and was there: nothing has changed */
	bool news; /* something of the job itself has changed */
};

/* Changes a list as a line says; it ends with a zero byte. False with `err` if it makes
 * no sense. A job without an id gets one, unless the list has the same one
 * (queue_find_same). */
MUST_USE bool record_take(struct queue_list *list, const char *line, size_t n,
    struct record_done *done, struct error *err);

#endif
