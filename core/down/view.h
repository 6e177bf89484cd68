/*
 * view.h: how a download stands, as plain figures for whoever shows it.
 *
 * The storage is the caller's, who keeps it from one look to the next: a look
 * (download_look) writes all of it anew and only makes the arrays longer where they
 * do not suffice. Nothing in it holds a token or the query of an address. Times are
 * those of clock_ms.
 */
#ifndef CORE_DOWN_VIEW_H
#define CORE_DOWN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/run/job.h"

#define VIEW_TEXT_MAX 160
#define VIEW_HOST_MAX 96

/* An end or a size that nobody knows yet. */
#define VIEW_UNKNOWN UINT64_MAX

/* A connection, or one that waits to be opened again. */
struct view_stream {
	bool open;         /* something is asked for; else `again_ms` or idle */
	bool begun;        /* bytes of it have come */
	uint64_t from, to; /* of the file, what it asks for; `to` is not part
				of it, VIEW_UNKNOWN: to wherever it ends */
	uint64_t at;       /* the next byte */
	uint64_t rate;     /* bytes a second, of the last seconds */
	uint64_t age_ms;   /* since its last request; 0: not open */
	unsigned tries;    /* requests since it last came to the end of one */
	uint64_t again_ms; /* when it asks again; 0: it is not waiting */
	enum job_wait waits_for;  /* what keeps it now */
	unsigned version;         /* of HTTP: 11, 20; 0: not known */
	char host[VIEW_HOST_MAX]; /* with the port, if it names one; "": not
				     known */
	char last[VIEW_TEXT_MAX]; /* what happened last; "": nothing */
};

enum view_phase {
	VIEW_WAIT_LOCK, /* another download, maybe of another process, has it */
	VIEW_CONNECT,   /* nothing has come yet */
	VIEW_RUN,
	VIEW_AGAIN,   /* it broke, and is asked for again at `again_ms` */
	VIEW_STALLED, /* a connection is open, and nothing comes */
	VIEW_VERIFY,  /* all is here, the checksum is made */
	VIEW_LINK,    /* on its way to its name */
};

/* A file that is being fetched. */
struct view_file {
	size_t blob;      /* its number; the same from look to look */
	const char *path; /* the plan's, good until download_free; unsafe to
			     show as it is */
	const char *etag; /* what its lock is named by; the same */
	enum view_phase phase;
	uint64_t size; /* VIEW_UNKNOWN: the transfer tells */
	/* Bytes that are on disk. They only ever grow, but when the file begins
	 * anew since its bytes turned out wrong. */
	uint64_t kept;
	uint64_t flying;   /* bytes received, and not yet kept */
	uint64_t came;     /* bytes from the network */
	uint64_t twice;    /* of these, what was here before, or was lost */
	uint64_t summed;   /* bytes that are in the checksum so far */
	uint64_t rate;     /* bytes a second, of the last seconds */
	uint64_t quiet_ms; /* since the last byte came, or it began to wait for
			      one; 0 unless it waits for one */
	bool no_ranges;    /* the server sends all of it, whatever is asked */
	unsigned connections; /* that are open */
	uint64_t again_ms;    /* when it is tried again; 0: it does not wait */
	char why[VIEW_TEXT_MAX]; /* what for; "": nothing */
	size_t first, streams;   /* in the view's `streams` */
};

enum view_stage {
	VIEW_BEGIN,
	VIEW_FIND,     /* which commit, which files */
	VIEW_COMPARE,  /* the files with those on disk */
	VIEW_TRANSFER, /* `files` and what follows say more */
	VIEW_SEARCH,   /* the disk, as the Hub cannot be reached */
	VIEW_END,
};

/* {0} is an empty one, for the first look. Fields are for reading. */
struct download_view {
	enum view_stage stage;
	uint64_t again_ms; /* when the Hub is asked again; 0: it is not waited
			      for. Of files that wait, the first to go on */
	char why[VIEW_TEXT_MAX]; /* what for; "": nothing */
	/* As in job_event. */
	uint64_t done, total, kept, came;
	unsigned files_done, files_total;
	enum job_wait waits_for;
	/* Of what has to be fetched, files of the same bytes counted once; a
	 * size that is not known counts as 0. */
	size_t queued, finished, failed;
	uint64_t queued_bytes, finished_bytes;
	unsigned connections;
	ARR(struct view_file) files;
	ARR(struct view_stream) streams; /* of all files */
};

/* Releases the arrays; it is empty then. */
void download_view_fini(struct download_view *view);

#endif
