#include "core/hub/filemeta.h"

#include <string.h>

#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/net/url.h"

struct asking {
	void (*done)(void *context, const struct filemeta *meta,
	    const struct error *err);
	void *context;
};

void
filemeta_url(struct str *out, const struct hub *hub, const struct repo *repo,
    const char *revision, const char *path)
{
	repo_page_url(out, hub, repo);
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
ask_done(void *context, struct hub_call *call, const struct http_answer *answer,
    const struct error *err)
{
	const struct asking *asking = context;
	struct filemeta meta = { .size = 0 };
	struct error own;

	(void)call;
	if (err) {
		if (answer && answer->status == 404 &&
		    span_is(
			http_header(answer, "X-Error-Code"), "EntryNotFound"))
			read_commit(answer, &meta);
		asking->done(asking->context, &meta, err);
	} else if (read_meta(answer, &meta, &own)) {
		asking->done(asking->context, &meta, NULL);
	} else {
		hub_wrap_foreign(answer, &own);
		asking->done(asking->context, &meta, &own);
	}
}

struct hub_call *
filemeta_ask(struct hub *hub, const struct repo *repo, const char *revision,
    const char *path, bool patient,
    void (*done)(
	void *context, const struct filemeta *meta, const struct error *err),
    void *context)
{
	struct asking *asking = mem_new(struct asking);
	struct str url = STR_INIT;
	struct hub_call *call;

	*asking = (struct asking){ done, context };
	filemeta_url(&url, hub, repo, revision, path);
	call = hub_call_start(hub, &(struct hub_request){ .method = "HEAD",
				       .url = url.v,
				       .repo = repo,
				       .revision = revision,
				       .path = path,
				       .impatient = !patient,
				       .stay = true,
				       .done = ask_done,
				       .context = asking });
	str_fini(&url);
	return call;
}
