#include "core/hub/lfs.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/repoid.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"

#define LFS_TYPE "application/vnd.git-lfs+json"

/* More than any object is sent in: 500 GB in parts of 5 MB. */
#define PARTS_MAX 100000u

void
lfs_batch_add(struct lfs_batch *batch, const char *oid, uint64_t size)
{
	struct str *text = &batch->text;

	str_addz(text, text->n ? ", " : "{\"objects\": [");
	json_add_pair(text, true, "oid", oid);
	json_add_key(text, false, "size");
	str_addf(text, "%llu}", (unsigned long long)size);
}

static struct hub_call *
send(struct hub *hub, const struct repo *repo, const char *url,
    struct str *text, bool lfs, struct asker asker)
{
	struct body *body = body_of_text(text->v);
	struct hub_call *call = hub_ask(hub,
	    &(struct hub_request){ .method = "POST",
		.url = url,
		.body = body,
		.type = lfs ? LFS_TYPE : NULL,
		.accept = lfs ? LFS_TYPE : NULL,
		.repeatable = true,
		.repo = repo },
	    asker);

	body_free(body);
	str_fini(text);
	return call;
}

struct hub_call *
lfs_batch_send(struct lfs_batch *batch, struct hub *hub,
    const struct repo *repo, const char *branch, struct asker asker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	repo_page_url(&url, hub->base, repo);
	str_addz(&url, ".git/info/lfs/objects/batch");
	str_addz(&batch->text, "], \"operation\": \"upload\", \"transfers\": "
			       "[\"basic\", \"multipart\"], \"hash_algo\": "
			       "\"sha256\"");
	if (branch) {
		str_addz(&batch->text, ", \"ref\": ");
		json_add_pair(&batch->text, true, "name", branch);
		str_addc(&batch->text, '}');
	}
	str_addc(&batch->text, '}');
	call = send(hub, repo, url.v, &batch->text, true, asker);
	str_fini(&url);
	return call;
}

void
lfs_way_fini(struct lfs_way *way)
{
	mem_drop(way->href);
	mem_drop(way->verify);
	arr_each (part, &way->parts)
		mem_drop(*part);
	arr_free(&way->parts);
	*way = (struct lfs_way){ 0 };
}

/* -- reading a batch -- */

/* The number that a key stands for: "00001" is 1; 0: the key is not a number. */
static uint64_t
part_number(const char *key)
{
	uint64_t number = 0;

	if (!*key || strlen(key) > 9)
		return 0;
	for (; *key; key++) {
		if (*key < '0' || *key > '9')
			return 0;
		number = number * 10 + (uint64_t)(*key - '0');
	}
	return number;
}

static char *
own_url(const struct hub *hub, const char *url)
{
	struct str own = STR_INIT;

	hub_add_own_url(&own, hub, url);
	return str_steal(&own);
}

/* Parts by their numbers, which as texts may sort otherwise. */
static bool
read_parts(struct lfs_way *way, const struct cJSON *header, uint64_t size)
{
	uint64_t want = (size + way->chunk - 1) / way->chunk;
	size_t found = 0;

	if (!want || want > PARTS_MAX)
		return false;
	for (uint64_t i = 0; i < want; i++)
		arr_push(&way->parts, NULL);
	json_each (item, header) {
		uint64_t number = part_number(json_key(item));
		const char *url = json_text(item);

		if (!number)
			continue;
		if (!url || number > want || way->parts.v[number - 1])
			return false;
		way->parts.v[number - 1] = mem_strdup(url);
		found++;
	}
	return found == want;
}

/* Addresses of parts are of no use without the size of a part. */
static bool
has_parts(const struct cJSON *header)
{
	json_each (item, header) {
		if (part_number(json_key(item)))
			return true;
	}
	return false;
}

bool
lfs_way_read(const struct cJSON *upload, uint64_t size, struct lfs_way *way)
{
	const struct cJSON *header = json_get(upload, "header");
	const char *href = json_str(upload, "href", NULL);
	const char *chunk = json_str(header, "chunk_size", NULL);

	if (!href)
		return false;
	way->href = mem_strdup(href);
	if (!json_get(header, "chunk_size"))
		return !has_parts(header);
	if (chunk)
		way->chunk = part_number(chunk);
	else if (!json_u64(header, "chunk_size", &way->chunk))
		return false;
	return way->chunk && read_parts(way, header, size);
}

static bool
read_way(const struct hub *hub, const struct cJSON *actions, uint64_t size,
    struct lfs_way *way)
{
	const char *verify =
	    json_str(json_get(actions, "verify"), "href", NULL);
	char *href;

	if (!lfs_way_read(json_get(actions, "upload"), size, way))
		return false;
	href = own_url(hub, way->href);
	mem_drop(way->href);
	way->href = href;
	if (verify)
		way->verify = own_url(hub, verify);
	return true;
}

static bool
read_object(const struct hub *hub, const struct cJSON *object,
    struct lfs_verdict *verdict)
{
	const struct cJSON *actions = json_get(object, "actions");
	const struct cJSON *refused = json_get(object, "error");

	verdict->oid = json_str(object, "oid", NULL);
	if (!verdict->oid)
		return false;
	if (json_is_object(refused)) {
		verdict->refused = json_str(refused, "message", "no reason");
		return true;
	}
	/* Empty actions mean the same as none. */
	verdict->stored = !json_first(actions);
	return verdict->stored ||
	       (json_u64(object, "size", &verdict->size) &&
		   read_way(hub, actions, verdict->size, &verdict->way));
}

bool
lfs_batch_read(const struct hub *hub, const struct cJSON *answer,
    void (*each)(void *context, struct lfs_verdict *verdict), void *context,
    struct error *err)
{
	const struct cJSON *objects = json_get(answer, "objects");

	if (!json_is_array(objects))
		return err_set(err, ERR_NETWORK,
		    "the answer does not say where files are to be sent");
	json_each (object, objects) {
		struct lfs_verdict verdict = { 0 };

		if (!read_object(hub, object, &verdict)) {
			lfs_way_fini(&verdict.way);
			return err_set(err, ERR_NETWORK,
			    "the Hub names a way to send a file to that makes "
			    "no sense");
		}
		each(context, &verdict);
	}
	return true;
}

/* -- the end of an object -- */

struct hub_call *
lfs_complete(struct hub *hub, const struct repo *repo, const char *href,
    const char *oid, char *const *etags, size_t n, struct asker asker)
{
	struct str text = STR_INIT;

	json_add_pair(&text, true, "oid", oid);
	json_add_key(&text, false, "parts");
	for (size_t i = 0; i < n; i++) {
		str_addz(&text, i ? ", " : "[");
		str_addf(&text, "{\"partNumber\": %zu", i + 1);
		json_add_pair(&text, false, "etag", etags[i]);
		str_addc(&text, '}');
	}
	str_addz(&text, "]}");
	return send(hub, repo, href, &text, true, asker);
}

struct hub_call *
lfs_verify(struct hub *hub, const struct repo *repo, const char *href,
    const char *oid, uint64_t size, struct asker asker)
{
	struct str text = STR_INIT;

	json_add_pair(&text, true, "oid", oid);
	json_add_key(&text, false, "size");
	str_addf(&text, "%llu}", (unsigned long long)size);
	return send(hub, repo, href, &text, false, asker);
}

/* -- from one repository to another -- */

void
lfs_copy_add(struct lfs_copies *copies, const char *path, const char *oid,
    const char *xet)
{
	struct str *text = &copies->text;

	str_addz(text, text->n ? ", " : "\"files\": [");
	json_add_pair(text, true, "xetHash", xet);
	json_add_pair(text, false, "sha256", oid);
	json_add_pair(text, false, "filename", path);
	str_addc(text, '}');
}

struct hub_call *
lfs_copy_send(struct lfs_copies *copies, struct hub *hub,
    const struct repo *from, const struct repo *to, struct asker asker)
{
	struct str url = STR_INIT;
	struct str text = STR_INIT;
	struct body *body;
	struct hub_call *call;

	json_add_key(&text, true, "target");
	json_add_pair(&text, true, "type", repo_type_name(to->type));
	json_add_pair(&text, false, "name", to->id);
	str_addf(&text, "}, ");
	str_add(&text, copies->text.v, copies->text.n);
	str_addz(&text, "]}");
	str_fini(&copies->text);
	body = body_of_text(text.v);
	repo_api_url(&url, hub->base, from);
	str_addz(&url, "/lfs-files/duplicate");
	/* Copied twice it is there once. */
	call = hub_ask(hub,
	    &(struct hub_request){ .method = "POST",
		.url = url.v,
		.body = body,
		.repeatable = true,
		.repo = from },
	    asker);
	body_free(body);
	str_fini(&text);
	str_fini(&url);
	return call;
}

bool
lfs_copy_read(const struct cJSON *answer, struct str *said)
{
	json_each (failed, json_get(answer, "failed")) {
		str_addf(said, "%s  - %s: %s", said->n ? "\n" : "",
		    json_str(failed, "sha256", ""),
		    json_str(failed, "error", "no reason"));
	}
	return !said->n;
}
