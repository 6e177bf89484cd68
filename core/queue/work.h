/* work.h: a job of the queue as the download, or the upload, that it stands for. */
#ifndef CORE_QUEUE_WORK_H
#define CORE_QUEUE_WORK_H

#include "core/base/attr.h"
#include "core/base/error.h"

struct download_request;
struct hub;
struct log;
struct loop;
struct queue_job;

/*
 * The Hub as who the job is to run as; freed with hub_free. A token goes nowhere but
 * where it would have gone when the job was made: another Hub, or an account that is
 * not stored any more, is NULL with `err`.
 */
MUST_USE struct hub *work_open_hub(struct loop *loop, const struct log *log,
    const struct queue_job *job, struct error *err);

/* What is to be downloaded; it borrows from the job. */
void work_request(
    const struct queue_job *job, struct download_request *request);

/* The same of one that is to be sent. `settings` is filled, too. */
struct repo_settings;
struct upload_request;
void work_upload(const struct queue_job *job, struct upload_request *request,
    struct repo_settings *settings);

#endif
