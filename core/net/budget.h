/*
 * budget.h: how many requests the Hub still allows.
 *
 * Every answer of the Hub says how many of a kind are left until when
 * (RateLimit: "resolvers";r=12;t=40). Requests that would be one too many wait
 * for the next window, rather than run into a refusal.
 */
#ifndef CORE_NET_BUDGET_H
#define CORE_NET_BUDGET_H

#include <stdint.h>

#include "core/base/span.h"

/* Kinds are told apart by the path of a request. */
enum budget_kind {
	BUDGET_API,
	BUDGET_RESOLVERS,
	BUDGET_KINDS,
};

/* {0} knows of no limit. */
struct budget {
	struct {
		uint64_t left;
		uint64_t until_ms; /* on the clock of clock_ms; 0: not known */
	} kinds[BUDGET_KINDS];
};

/* Of an address of the Hub: those of files' content are resolvers. */
enum budget_kind budget_kind(const char *url);

/* Takes in what an answer's RateLimit header says. */
void budget_note(struct budget *budget, enum budget_kind kind,
    struct span header, uint64_t now_ms);

/* Counts a request; how long it has to wait before it, 0: not at all. */
uint64_t budget_spend(
    struct budget *budget, enum budget_kind kind, uint64_t now_ms);

#endif
