/*
 * records.h: objects that have what they have, as hf shows them: the columns are
 * the members of the first one.
 */
#ifndef CLI_SHOW_RECORDS_H
#define CLI_SHOW_RECORDS_H

#include "cli/cli.h"
#include "core/base/arr.h"

struct cJSON;

struct records {
	ARR(struct cJSON *) list;
};

/* Adds an object, given as JSON. */
void records_add(struct records *records, const char *json);

/* Prints them as a table, or as lines with tabs for FORMAT_AGENT. */
void records_print(const struct records *records, const struct cli *cli);
void records_fini(struct records *records);

#endif
