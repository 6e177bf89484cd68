#include "core/up/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arr.h"
#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/flock.h"

/* Digits of a name. */
#define NAME_DIGITS 40

#define UNUSED_S (90 * 24 * 3600.0)

char *
kept_path(const char *folder, const struct str *about)
{
	struct digest *digest = digest_new();
	char sum[DIGEST_HEX_MAX];
	struct str name = STR_INIT;
	char *path;

	digest_start(digest, DIGEST_SHA256, about->n);
	digest_add(digest, about->v, about->n);
	digest_end(digest, sum);
	digest_free(digest);
	str_addf(&name, "%s/%.*s", folder, NAME_DIGITS, sum);
	path = env_own_file("XDG_STATE_HOME", ".local/state", name.v);
	str_fini(&name);
	return path;
}

void
kept_used(int fd)
{
	MAY_FAIL(futimens(fd, NULL), "then it is taken for older than it is");
}

/* What is in such a folder, by names. */
struct listing {
	ARR(char *) names;
};

static bool
on_name(void *context, const char *name)
{
	struct listing *listing = context;

	/* A lock goes with its file; what is not ours stays. */
	if (strlen(name) == NAME_DIGITS &&
	    strspn(name, "0123456789abcdef") == NAME_DIGITS)
		arr_push(&listing->names, mem_strdup(name));
	return true;
}

static bool
is_old(const char *path)
{
	double changed;

	return file_is_own(path) && file_changed_s(path, &changed) &&
	       clock_unix_s() - changed > UNUSED_S;
}

static void
remove_one(const char *path)
{
	struct str lock = STR_INIT;
	struct error err;
	int fd = -1;

	str_addf(&lock, "%s.lock", path);
	/* Who holds it looks whether it still has a name (journal.c). */
	if (!file_entry_exists(lock.v)) {
		MAY_FAIL(!file_remove(path, &err), "it is tried again");
	} else if (flock_try(lock.v, &fd, &err) == FLOCK_HELD) {
		if (is_old(path))
			MAY_FAIL(!file_remove(path, &err) ||
				     !file_remove(lock.v, &err),
			    "it is tried again");
		file_close(fd);
	}
	str_fini(&lock);
}

void
kept_tidy(const char *path)
{
	struct listing listing = { { 0 } };
	const char *slash = strrchr(path, '/');
	struct str folder = STR_INIT;
	struct str one = STR_INIT;
	struct error err;

	str_add(&folder, path, (size_t)(slash - path));
	MAY_FAIL(!dir_list(folder.v, on_name, &listing, &err),
	    "it is tidied another time");
	arr_each (name, &listing.names) {
		str_clear(&one);
		str_addf(&one, "%s/%s", folder.v, *name);
		if (is_old(one.v))
			remove_one(one.v);
		free(*name);
	}
	arr_free(&listing.names);
	str_fini(&one);
	str_fini(&folder);
}
