#include "core/base/treefile.h"

#include <string.h>

const char *
treefile_etag(const struct treefile *file)
{
	return file->sha256 ? file->sha256 : file->oid;
}

void
treefile_draft_clear(struct treefile_draft *draft)
{
	str_clear(&draft->path);
	str_clear(&draft->oid);
	str_clear(&draft->sha256);
	str_clear(&draft->xet);
	draft->sized = draft->lfs_sized = false;
}

void
treefile_draft_fini(struct treefile_draft *draft)
{
	str_fini(&draft->path);
	str_fini(&draft->oid);
	str_fini(&draft->sha256);
	str_fini(&draft->xet);
}

static void
take_text(struct str *text, const struct json_token *token)
{
	if (token->kind == JSON_STRING)
		str_set(text, token->text);
}

static void
take_fact(struct treefile_draft *draft, enum treefile_fact fact,
    const struct json_token *token)
{
	switch (fact) {
	case TREEFILE_PATH:
		take_text(&draft->path, token);
		break;
	case TREEFILE_OID:
		take_text(&draft->oid, token);
		break;
	case TREEFILE_SHA256:
		take_text(&draft->sha256, token);
		break;
	case TREEFILE_XET:
		take_text(&draft->xet, token);
		break;
	case TREEFILE_SIZE:
		draft->sized = json_token_u64(token, &draft->size);
		break;
	case TREEFILE_LFS_SIZE:
		draft->lfs_sized = json_token_u64(token, &draft->lfs_size);
		break;
	}
}

void
treefile_draft_take(struct treefile_draft *draft,
    const struct treefile_key *keys, const struct json_token *token)
{
	for (; keys->key; keys++) {
		if (strcmp(keys->key, token->key) != 0)
			continue;
		take_fact(draft, keys->fact, token);
		return;
	}
}

static const char *
text_or_null(const struct str *text)
{
	return text->n ? text->v : NULL;
}

bool
treefile_draft_read(const struct treefile_draft *draft, struct treefile *file)
{
	*file = (struct treefile){
		.path = text_or_null(&draft->path),
		.oid = text_or_null(&draft->oid),
		.sha256 = text_or_null(&draft->sha256),
		.xet = text_or_null(&draft->xet),
		.size = draft->lfs_sized ? draft->lfs_size : draft->size,
	};
	return file->path && file->oid && (draft->sized || draft->lfs_sized);
}
