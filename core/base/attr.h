/* attr.h: the compiler extensions this code base uses, all of them. */
#ifndef CORE_BASE_ATTR_H
#define CORE_BASE_ATTR_H

#include <stddef.h>

#define MUST_USE __attribute__((warn_unused_result))
#define NORETURN __attribute__((noreturn))
#define PRINTF(text, first) __attribute__((format(printf, text, first)))

/*
 * Calls what may fail here; `why`, a literal, says in plain words why its failure
 * does no harm. Nothing else throws away a result that must be used.
 */
#define MAY_FAIL(call, why) ((void)sizeof("" why), (void)!(call))

/* The struct whose member `name` is at `p`. */
#define CONTAINER_OF(p, type, name)                                            \
	((type *)(void *)((char *)(p)-offsetof(type, name)))

#endif
