/* filelist.h: files and folders of a repository, as hf lists them. */
#ifndef CLI_SHOW_FILELIST_H
#define CLI_SHOW_FILELIST_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"
#include "core/base/arr.h"

struct cJSON;

struct listed {
	char *path;
	bool folder;
	uint64_t size; /* bytes, of a file */
	char *date;    /* as it is shown; "" if none is known */
};

/* How they are shown; {0} is in lines, each as it comes. */
struct filelist {
	const struct cli *cli;
	bool tree;  /* as a tree, once all are there */
	bool human; /* sizes and dates for people */
	bool dates; /* there is a column for them */
	size_t seen;
	bool folders;            /* there were some */
	ARR(struct listed) list; /* those that wait to be shown */
};

/* Takes an entry of a tree, as the Hub gives it. */
void filelist_add(struct filelist *list, const struct cJSON *item);

/* Shows what waits for the end. */
void filelist_end(struct filelist *list);
void filelist_fini(struct filelist *list);

#endif
