/* endpoint.h: which Hub, as whom, and with what patience. */
#ifndef CORE_HUB_ENDPOINT_H
#define CORE_HUB_ENDPOINT_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

struct http;
struct log;
struct loop;
struct workers;

/* Fields are for reading by core/hub and core/xfer. */
struct hub {
	struct loop *loop;
	struct http *http;
	/* Read lists that may be long; set by who has them. NULL: the loop
	 * does. */
	struct workers *workers;
	char *base;   /* "https://huggingface.co", no "/" at the end */
	char *origin; /* of base */
	char *site;   /* base as it may be shown: without a password */
	char *token;  /* NULL: none */
	const char *token_source; /* "HF_TOKEN", for messages; NULL: none */
	char *
	    token_trouble; /* why the token file cannot be read; NULL: it can */
	/* The name that a token is stored by here, for the caller to free;
	 * NULL: it has none, or nobody can tell. */
	char *(*token_name)(const char *token);
	bool offline;     /* every request fails before it is sent */
	unsigned head_ms; /* longest silence: HF_HUB_ETAG_TIMEOUT */
	unsigned body_ms; /* and HF_HUB_DOWNLOAD_TIMEOUT */
	bool download;    /* requests belong to a download, which is counted */
	/* Told why a request has to wait; NULL: nobody asks. */
	void (*note)(void *context, const char *text);
	void *note_context;
	bool brief; /* who waits is told soon that nobody answers at all */
	unsigned patience_s; /* of questions (net/retry.h); 0: none */
};

/* Whose requests they are (core/login/login.h chooses), and how. */
struct hub_options {
	const char *token; /* checked; NULL: none */
	const char
	    *source; /* where it is from, for messages; outlives the hub */
	const char *trouble; /* why a stored one cannot be read; NULL: it can */
	char *(*name_of)(const char *token); /* as token_name; or NULL */
	bool offline;                        /* whatever the environment says */
};

/* The Hub's address as the environment has it, without "/" at its end; the
 * caller frees it. */
MUST_USE char *hub_choose_base(void);

/* The same as it may be shown: without a password. The caller frees it. */
MUST_USE char *hub_choose_site(void);

/*
 * Reads endpoint and time-outs from the environment (HF_ENDPOINT,
 * HUGGINGFACE_CO_STAGING, HF_HUB_ETAG_TIMEOUT, HF_HUB_DOWNLOAD_TIMEOUT,
 * HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE). `loop` and `log` are borrowed. No
 * request is made.
 */
MUST_USE struct hub *hub_new(struct loop *loop, const struct log *log,
    const struct hub_options *options, struct error *err);
void hub_free(struct hub *hub);

/*
 * Appends whose token requests carry, for messages: "the token 'laptop' from
 * HF_TOKEN", or "no token". The name is the one it is stored by here, if it is;
 * the value is never told.
 */
void hub_add_token(struct str *out, const struct hub *hub);

/*
 * Appends an address that the Hub wrote: one of the public Hub becomes that of the
 * Hub in use (huggingface_hub 2.4.0, utils/_http.py: fix_hf_endpoint_in_url).
 */
void hub_add_own_url(struct str *out, const struct hub *hub, const char *url);

#endif
