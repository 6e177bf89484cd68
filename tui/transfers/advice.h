/* advice.h: what can be done about a transfer that failed, on its screen. */
#ifndef TUI_TRANSFERS_ADVICE_H
#define TUI_TRANSFERS_ADVICE_H

#include "core/base/str.h"

struct queue_job;

/* Appends a sentence of advice. Appends nothing where there is no advice, or the job
 * has not failed. */
void xfer_add_advice(struct str *out, const struct queue_job *job);

#endif
