#include "core/hub/filemeta.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/resolve.h"
#include "core/hub/tree.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/net/url.h"

struct filemeta_call {
	struct hub *hub;
	const struct repo *repo;
	char *revision, *path;
	bool patient;
	void (*done)(void *context, const struct filemeta *meta,
	    const struct error *err);
	void *context;
	struct hub_call *asking; /* NULL: nothing is */
	struct filemeta meta;
	struct error refused; /* why HEAD did not do */
	bool listed;          /* the listing has the file */
	bool listing; /* it is being read: the pool has `meta` and `listed` */
};

void
filemeta_url(struct str *out, const struct hub *hub, const struct repo *repo,
    const char *revision, const char *path)
{
	repo_page_url(out, hub->base, repo);
	str_addz(out, "/resolve/");
	url_escape(out, revision, false);
	str_addc(out, '/');
	url_escape(out, path, true);
}

/* Copies a header's value if it fits; "" if there is none. */
static void
copy_value(char *out, size_t size, struct span value)
{
	size_t n = value.n < size ? value.n : 0;

	if (n)
		memcpy(out, value.p, n);
	out[n] = '\0';
}

/* Without a leading W/ and the quotes. */
static struct span
plain_etag(struct span etag)
{
	while (etag.n && (*etag.p == 'W' || *etag.p == '/')) {
		etag.p++;
		etag.n--;
	}
	if (etag.n >= 2 && *etag.p == '"' && etag.p[etag.n - 1] == '"') {
		etag.p++;
		etag.n -= 2;
	}
	return etag;
}

static void
read_commit(const struct http_answer *answer, struct filemeta *meta)
{
	copy_value(meta->commit, sizeof(meta->commit),
	    http_header(answer, "X-Repo-Commit"));
	meta->commit_known = repo_is_commit(meta->commit);
}

static bool
read_meta(
    const struct http_answer *answer, struct filemeta *meta, struct error *err)
{
	struct span etag = http_header(answer, "X-Linked-Etag");
	struct span size = http_header(answer, "X-Linked-Size");
	enum digest_kind kind;

	if (!etag.n)
		etag = http_header(answer, "ETag");
	/* The length of a redirect's own body says nothing of the file. */
	if (!size.n && answer->status < 300)
		size = http_header(answer, "Content-Length");
	copy_value(meta->etag, sizeof(meta->etag), plain_etag(etag));
	copy_value(
	    meta->xet, sizeof(meta->xet), http_header(answer, "X-Xet-Hash"));
	meta->size_known = span_u64(size, &meta->size);
	read_commit(answer, meta);
	if (!meta->commit_known)
		return err_set(
		    err, ERR_NETWORK, "the X-Repo-Commit header is missing");
	if (!digest_kind_of(meta->etag, &kind))
		return err_set(err, ERR_NETWORK,
		    "the file has no sum to check it by (ETag)");
	return true;
}

static void
end(struct filemeta_call *call, const struct error *err)
{
	struct error own;

	if (err) {
		own = *err;
		own.of_file = true;
		err = &own;
	}
	call->done(call->context, &call->meta, err);
	filemeta_cancel(call);
}

/* -- where HEAD does not do: the listing -- */

static bool
on_entry(void *context, const struct treefile *entry)
{
	struct filemeta_call *call = context;
	const char *sum = treefile_etag(entry);
	enum digest_kind kind;

	if (strcmp(entry->path, call->path) != 0 || !digest_kind_of(sum, &kind))
		return true;
	copy_value(call->meta.etag, sizeof(call->meta.etag), span_of(sum));
	copy_value(call->meta.xet, sizeof(call->meta.xet),
	    span_of(entry->xet ? entry->xet : ""));
	call->meta.size = entry->size;
	call->meta.size_known = true;
	call->listed = true;
	return true;
}

static void
on_listed(void *context, const struct error *err)
{
	struct filemeta_call *call = context;
	struct error own;

	call->asking = NULL;
	call->listing = false;
	if (call->listed) {
		end(call, NULL);
	} else if (!err || err->about == ERR_ABOUT_FILE) {
		hub_no_file_error(
		    call->hub, call->repo, call->revision, call->path, &own);
		end(call, &own);
	} else {
		/* The first refusal says best what is the matter. */
		call->meta.commit_known = false;
		own = call->refused;
		end(call, &own);
	}
}

static void
release(struct filemeta_call *call)
{
	free(call->revision);
	free(call->path);
	free(call);
}

/* Instead of on_listed, after a cancel: the pool has let go of it. */
static void
on_stopped(void *context)
{
	release(context);
}

/* No more than the files beside it. */
static void
list_folder(struct filemeta_call *call, const char *commit)
{
	char *folder = path_folder(call->path);

	call->meta = (struct filemeta){ .commit_known = true };
	memcpy(call->meta.commit, commit, COMMIT_MAX);
	call->listing = true;
	call->asking = tree_list(call->hub,
	    &(struct tree_request){ .repo = call->repo,
		.revision = call->meta.commit,
		.folder = folder },
	    &(struct tree_taker){ .take = on_entry,
		.workers = call->hub->workers,
		.done = on_listed,
		.stopped = on_stopped,
		.context = call });
	free(folder);
}

static void
on_resolved(void *context, const char *commit, const struct error *err)
{
	struct filemeta_call *call = context;
	struct error own = call->refused;

	call->asking = NULL;
	if (err)
		end(call, &own);
	else
		list_folder(call, commit);
}

static void
ask_listing(struct filemeta_call *call, const struct error *err)
{
	call->refused = *err;
	if (repo_is_commit(call->revision))
		list_folder(call, call->revision);
	else
		call->asking = repo_resolve(call->hub, call->repo,
		    call->revision, call->patient, on_resolved, call);
}

/* -- HEAD -- */

/* Whether it was HEAD that was refused, and not the file. */
static bool
is_refusal(const struct http_answer *answer, const struct error *err)
{
	switch (answer ? answer->status : 0) {
	case 400:
	case 405:
	case 501:
		return true;
	case 403:
		return err->about == ERR_ABOUT_OTHER;
	default:
		return false;
	}
}

static void
on_head(void *context, struct hub_call *asking,
    const struct http_answer *answer, const struct error *err)
{
	struct filemeta_call *call = context;
	struct error own;

	(void)asking;
	call->asking = NULL;
	if (!err && read_meta(answer, &call->meta, &own)) {
		end(call, NULL);
	} else if (!err) {
		hub_wrap_foreign(answer, &own);
		ask_listing(call, &own);
	} else if (is_refusal(answer, err)) {
		ask_listing(call, err);
	} else {
		if (answer && answer->status == 404 &&
		    span_is(
			http_header(answer, "X-Error-Code"), "EntryNotFound"))
			read_commit(answer, &call->meta);
		end(call, err);
	}
}

/* It goes on when HEAD has ended. */
static void
keep(void *context)
{
	(void)context;
}

struct filemeta_call *
filemeta_ask(struct hub *hub, const struct repo *repo, const char *revision,
    const char *path, bool patient,
    void (*done)(
	void *context, const struct filemeta *meta, const struct error *err),
    void *context)
{
	struct filemeta_call *call = mem_new(struct filemeta_call);
	struct str url = STR_INIT;

	*call = (struct filemeta_call){ .hub = hub,
		.repo = repo,
		.revision = mem_strdup(revision),
		.path = mem_strdup(path),
		.patient = patient,
		.done = done,
		.context = context };
	filemeta_url(&url, hub, repo, revision, path);
	call->asking =
	    hub_call_start(hub, &(struct hub_request){ .method = "HEAD",
				    .url = url.v,
				    .repo = repo,
				    .revision = revision,
				    .path = path,
				    .impatient = !patient,
				    .stay = true,
				    .done = on_head,
				    .context = call,
				    .release = keep });
	str_fini(&url);
	return call;
}

void
filemeta_hurry(struct filemeta_call *call)
{
	if (call)
		hub_call_hurry(call->asking);
}

uint64_t
filemeta_waits(const struct filemeta_call *call)
{
	return call ? hub_call_waits(call->asking) : 0;
}

void
filemeta_cancel(struct filemeta_call *call)
{
	bool listing = call && call->listing;

	if (!call)
		return;
	/* While it is listed on_stopped releases it, maybe in this call. */
	hub_call_cancel(call->asking);
	if (!listing)
		release(call);
}
