#include "core/hub/manage.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/address.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"

/* What the Hub says while the same account makes something else. */
#define BUSY "another conflicting operation is in progress"

/* {"name": ..., "organization": ..., the beginning of what follows. */
static void
add_name(struct str *body, const struct repo *repo)
{
	const char *slash = strchr(repo->id, '/');
	char *organization =
	    slash ? mem_strndup(repo->id, (size_t)(slash - repo->id)) : NULL;

	json_add_pair(body, true, "name", slash ? slash + 1 : repo->id);
	json_add_key(body, false, "organization");
	if (organization)
		json_add_string(body, organization);
	else
		str_addz(body, "null");
	free(organization);
}

static void
add_text(struct str *body, const char *key, const char *value)
{
	if (value)
		json_add_pair(body, false, key, value);
}

static void
add_values(struct str *body, const char *key, const struct space_value *values,
    size_t n)
{
	if (!n)
		return;
	json_add_key(body, false, key);
	for (size_t i = 0; i < n; i++) {
		str_addz(body, i ? ", " : "[");
		json_add_pair(body, true, "key", values[i].key);
		json_add_pair(body, false, "value", values[i].value);
		str_addc(body, '}');
	}
	str_addc(body, ']');
}

static void
add_volumes(struct str *body, const struct space_volume *volumes, size_t n)
{
	if (!n)
		return;
	json_add_key(body, false, "volumes");
	for (size_t i = 0; i < n; i++) {
		str_addz(body, i ? ", " : "[");
		json_add_pair(body, true, "type", volumes[i].type);
		json_add_pair(body, false, "source", volumes[i].source);
		json_add_pair(body, false, "mountPath", volumes[i].mount_path);
		add_text(body, "revision", volumes[i].revision);
		if (volumes[i].read_only) {
			json_add_key(body, false, "readOnly");
			str_addz(body, volumes[i].read_only);
		}
		add_text(body, "path", volumes[i].path);
		str_addc(body, '}');
	}
	str_addc(body, ']');
}

/* What both a new Space and a copied one can be given. */
static void
add_space(struct str *body, const struct repo_settings *settings)
{
	add_text(body, "hardware", settings->hardware);
	if (settings->sleep_s) {
		json_add_key(body, false, "sleepTimeSeconds");
		str_addf(body, "%ld", *settings->sleep_s);
	}
	add_values(body, "secrets", settings->secrets, settings->n_secrets);
	add_values(
	    body, "variables", settings->variables, settings->n_variables);
	add_volumes(body, settings->volumes, settings->n_volumes);
}

/* Sends the body, and forgets it: it may hold secrets. A route that begins with
 * a slash is one below the repository. */
static struct hub_call *
send(struct hub *hub, const char *method, const char *route,
    const struct repo *repo, bool again, struct str *body, struct asker asker)
{
	struct str url = STR_INIT;
	struct body *sent = body_of_text(body->v);
	struct hub_call *call;

	if (*route == '/')
		repo_api_url(&url, hub->base, repo);
	else
		str_addf(&url, "%s/api/repos/", hub->base);
	str_addz(&url, route);
	call = hub_ask_while(hub,
	    &(struct hub_request){ .method = method,
		.url = url.v,
		.body = sent,
		.repeatable = again,
		.repo = repo },
	    BUSY, asker);
	body_free(sent);
	str_drop(body);
	str_fini(&url);
	return call;
}

struct hub_call *
manage_create(struct hub *hub, const struct repo *repo,
    const struct repo_settings *settings, struct asker asker)
{
	struct str body = STR_INIT;

	add_name(&body, repo);
	add_text(&body, "visibility", settings->visibility);
	add_text(&body, "type", repo_type_name(repo->type));
	add_text(&body, "sdk", settings->sdk);
	add_text(&body, "template", settings->template);
	add_space(&body, settings);
	add_text(&body, "resourceGroupId", settings->resource_group);
	add_text(&body, "region", settings->region);
	str_addc(&body, '}');
	return send(hub, "POST", "create", repo, settings->again, &body, asker);
}

struct hub_call *
manage_delete(struct hub *hub, const struct repo *repo, struct asker asker)
{
	struct str body = STR_INIT;

	add_name(&body, repo);
	add_text(&body, "type", repo_type_name(repo->type));
	str_addc(&body, '}');
	return send(hub, "DELETE", "delete", repo, false, &body, asker);
}

struct hub_call *
manage_move(struct hub *hub, const struct repo *repo, const char *to,
    struct asker asker)
{
	struct str body = STR_INIT;

	json_add_pair(&body, true, "fromRepo", repo->id);
	json_add_pair(&body, false, "toRepo", to);
	add_text(&body, "type", repo_type_name(repo->type));
	str_addc(&body, '}');
	return send(hub, "POST", "move", repo, false, &body, asker);
}

struct hub_call *
manage_set(struct hub *hub, const struct repo *repo, const char *visibility,
    const char *gated, struct asker asker)
{
	struct str body = STR_INIT;

	if (gated) {
		json_add_key(&body, true, "gated");
		if (strcmp(gated, "false") != 0)
			json_add_string(&body, gated);
		else
			str_addz(&body, gated);
	}
	if (visibility)
		json_add_pair(&body, !gated, "visibility", visibility);
	str_addc(&body, '}');
	return send(hub, "PUT", "/settings", repo, false, &body, asker);
}

struct hub_call *
manage_duplicate(struct hub *hub, const struct repo *repo, const char *to,
    const struct repo_settings *settings, struct asker asker)
{
	struct str body = STR_INIT;

	json_add_pair(&body, true, "repository", to);
	add_text(&body, "visibility", settings->visibility);
	add_text(&body, "resourceGroupId", settings->resource_group);
	add_space(&body, settings);
	str_addc(&body, '}');
	return send(hub, "POST", "/duplicate", repo, false, &body, asker);
}

/* -- what the answer names -- */

bool
manage_read_url(const struct hub *hub, const struct cJSON *answer, char **url,
    char **id, struct error *err)
{
	const char *said = json_str(answer, "url", "");
	struct address address = { .type = REPO_MODEL };
	struct str own = STR_INIT;
	bool ok = true;

	/* It is shown and handed on: what is no address is none. */
	for (const char *p = said; *p; p++)
		ok = ok && *p > 0x20 && *p < 0x7f;
	hub_add_own_url(&own, hub, said);
	ok = ok && address_read(own.v, hub->base, ADDRESS_OWN, &address, err) &&
	     address.form == ADDRESS_PAGE && repo_check_id(address.id, err);
	if (ok) {
		*id = mem_strdup(address.id);
		*url = str_steal(&own);
	} else {
		err_set(err, ERR_NETWORK,
		    "the answer does not say where the repository is");
		err_hint(err, "Look at %s", hub->site);
	}
	address_fini(&address);
	str_fini(&own);
	return ok;
}
