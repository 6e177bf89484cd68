/*
 * view.h: how an upload stands, as plain figures for whoever shows it.
 *
 * The storage is the caller's, who keeps it from one look (upload_look_at) to the
 * next, as that of core/down/view.h. Nothing in it holds a token or an address.
 */
#ifndef CORE_UP_VIEW_H
#define CORE_UP_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"

enum upload_stage {
	UPLOAD_LISTS,    /* files here, and what is deleted there */
	UPLOAD_COMPARES, /* with what the Hub has */
	UPLOAD_SENDS,
	UPLOAD_COMMITS,
};

/* A file that is being sent to the storage. */
struct upload_view_file {
	const char *path; /* the upload's, good until upload_free; unsafe to
			     show as it is */
	uint64_t sent,
	    size;      /* bytes; of `sent` some may be of an earlier run */
	uint64_t rate; /* bytes a second; 0: not known */
};

/* So much of a kind of work; what there is to do grows while files are compared. */
struct upload_work {
	size_t done, all; /* files */
	uint64_t done_bytes, all_bytes;
};

/* {0} is an empty one, for the first look. Fields are for reading. */
struct upload_view {
	enum upload_stage stage;
	size_t files;            /* that were chosen; 0: not listed yet */
	struct upload_work sums; /* checksums of files here */
	struct upload_work sent; /* to the storage, each content once */
	struct upload_work
	    committed; /* no bytes: they went before, or with it */
	ARR(struct upload_view_file) sending;
};

/* Releases the array; it is empty then. */
void upload_view_fini(struct upload_view *view);

#endif
