/* card.h: what the Hub says of a README's front matter before it is sent
 * (huggingface_hub 2.4.0, hf_api.py: _validate_yaml). */
#ifndef CORE_HUB_CARD_H
#define CORE_HUB_CARD_H

#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/hub/ask.h"

struct hub;
struct hub_call;

/* The answer, also that of a refusal (400), has "warnings" and "errors". */
struct hub_call *card_check(
    struct hub *hub, enum repo_type type, const char *text, struct asker asker);

/* Appends the messages of one of the two lists, "- " before each, parted by line
 * ends. */
void card_add(struct str *out, const struct cJSON *answer, const char *list);

#endif
