#include "core/queue/work.h"

#include <stdlib.h>
#include <string.h>

#include "core/down/download.h"
#include "core/hub/endpoint.h"
#include "core/hub/manage.h"
#include "core/login/account.h"
#include "core/login/login.h"
#include "core/queue/list.h"
#include "core/up/upload.h"

struct hub *
work_open_hub(struct loop *loop, const struct log *log,
    const struct queue_job *job, struct error *err)
{
	struct login_options login = { .source = "the stored tokens" };
	const struct account *account;
	struct accounts accounts;
	struct hub *hub = NULL;
	char *base = hub_choose_base();
	bool same = !strcmp(base, job->endpoint);

	free(base);
	if (!same) {
		err_set(err, ERR_USAGE,
		    "it was queued for %.300s, and another Hub is set now",
		    job->endpoint);
		return NULL;
	}
	if (!job->account)
		return login_hub(loop, log, &login, err);
	if (accounts_load(&accounts, err)) {
		account = accounts_find(&accounts, job->account);
		login.token =
		    account && *account->token ? account->token : NULL;
		if (login.token)
			hub = login_hub(loop, log, &login, err);
		else
			err_set(err, ERR_AUTH,
			    "no stored token is called '%.100s' any more",
			    job->account);
	}
	accounts_fini(&accounts);
	return hub;
}

static struct texts
texts_of(const queue_names *names)
{
	return (struct texts){ (const char *const *)names->v, names->n };
}

void
work_request(const struct queue_job *job, struct download_request *request)
{
	*request = (struct download_request){
		.repo = { job->type, job->repo },
		.revision = job->revision,
		.commit = job->commit,
		.root = job->root,
		.folder = job->folder,
		.files = texts_of(&job->files),
		.includes = texts_of(&job->includes),
		.excludes = texts_of(&job->excludes),
		.literal = job->literal,
		.force = job->force,
	};
}

void
work_upload(const struct queue_job *job, struct upload_request *request,
    struct repo_settings *settings)
{
	*settings = (struct repo_settings){
		.visibility = job->visibility,
		.sdk = job->type == REPO_SPACE ? "gradio" : NULL,
	};
	*request = (struct upload_request){
		.repo = { job->type, job->repo },
		.revision =
		    strcmp(job->revision, "main") ? job->revision : NULL,
		.local = job->folder,
		.is_file = job->one_file,
		.target = job->target ? job->target : "",
		.files = texts_of(&job->files),
		.includes = texts_of(&job->includes),
		.excludes = texts_of(&job->excludes),
		.deletes = texts_of(&job->deletes),
		.message = job->message,
		.description = job->description,
		.pull_request = job->proposes,
		/* One commit opens its own pull request, for any branch. */
		.commits = job->one_file ? UPLOAD_ONE : UPLOAD_SEVERAL,
		.looks_for_secrets = !job->secrets,
		.settings = settings,
	};
}
