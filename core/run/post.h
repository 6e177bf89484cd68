/*
 * post.h: a mailbox that a loop reads: any thread puts items in, the loop gets
 * them one by one.
 */
#ifndef CORE_RUN_POST_H
#define CORE_RUN_POST_H

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/list.h"

struct loop;
struct post;

/* `take` is called on the loop, which outlives it, with each item, in the order they
 * were put; the item is then its own. NULL with `err` if no pipe can be had. */
MUST_USE struct post *post_new(struct loop *loop,
    void (*take)(void *context, struct list *item), void *context,
    struct error *err);

/* Items that are left are given to `drop` (NULL: forgotten). NULL is fine. */
void post_free(struct post *post, void (*drop)(struct list *item));

/* From any thread; never waits. The item is the post's until `take` has it. */
void post_put(struct post *post, struct list *item);

#endif
