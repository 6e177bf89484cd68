/* upload_failure.h: why an upload failed, in the words of the name that was called. */
#ifndef CLI_UPLOAD_FAILURE_H
#define CLI_UPLOAD_FAILURE_H

#include "core/base/error.h"

struct session;

/* Puts `err` in those words, with what was probably meant, and prints it. */
void upload_tell_failure(struct session *s, struct error *err);

#endif
