/* pytext.h: JSON values as Python writes them, so that scripts see no change. */
#ifndef CLI_SHOW_PYTEXT_H
#define CLI_SHOW_PYTEXT_H

#include <stdbool.h>

#include "core/base/str.h"

struct cJSON;

/* Appends what json.dumps makes of it. Members of objects that are null are left
 * out, as hf does. */
void py_add_json(struct str *out, const struct cJSON *value);

/* The same on several lines, two blanks a level, the first at `level`. */
void py_add_indented(
    struct str *out, const struct cJSON *value, unsigned level);

/* What str() makes of it; NULL is None. */
void py_add_str(struct str *out, const struct cJSON *value);

#endif
