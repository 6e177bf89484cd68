/* root_may.c: what may be changed below a root, and which links may be followed
 * to it (root.h). */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/os/file.h"
#include "core/os/root_own.h"

static const char *
why_not(int fd)
{
	if (!faccessat(fd, ".", W_OK | X_OK, AT_EACCESS))
		return NULL;
	return strerror(errno);
}

const char *
root_is_fixed(const struct root *root, const char *below)
{
	int fd = root_fd_open(root->fd, below, O_PATH | O_DIRECTORY, false);
	const char *why = fd < 0 ? strerror(errno) : why_not(fd);

	root_fd_close(fd);
	return why;
}

const char *
root_is_stuck(const struct root *root, const char *below)
{
	const char *name = "";
	int parent = root_fd_parent(root->fd, below, &name);
	const char *why = parent < 0 ? strerror(errno) : why_not(parent);
	uid_t user = geteuid();
	struct stat in, st;

	if (!why && user && !fstat(parent, &in) && in.st_mode & S_ISVTX &&
	    in.st_uid != user &&
	    !fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) &&
	    st.st_uid != user)
		why = "it belongs to another user";
	root_fd_close(parent);
	return why;
}

/* -- links that the user made -- */

static bool
is_trusted(uid_t owner, const char *folder)
{
	struct stat in;

	return owner == geteuid() || !owner ||
	       (!stat(folder, &in) && in.st_uid == owner);
}

static bool
refuse_link(const char *path, uid_t owner, struct error *err)
{
	const struct passwd *user = getpwuid(owner);
	struct str text = STR_INIT;
	char number[24];

	snprintf(number, sizeof(number), "user %u", (unsigned)owner);
	file_link_text(path, &text);
	err_set(err, ERR_CONFLICT,
	    "%.400s is a link to %.300s that %.60s made: hug does not follow "
	    "links of other users",
	    path, text.v, user ? user->pw_name : number);
	err_hint(err, "Remove the link, or use another cache");
	str_fini(&text);
	return false;
}

bool
root_may_follow(const char *root, const char *below, struct error *err)
{
	struct str path = STR_INIT;
	struct str folder = STR_INIT;
	bool ok = true;

	str_addz(&path, root);
	for (const char *p = below; ok && *p;) {
		size_t n = strcspn(p, "/");
		struct stat st;

		str_set(&folder, path.v);
		str_addc(&path, '/');
		str_add(&path, p, n);
		p += n + (p[n] == '/');
		if (lstat(path.v, &st))
			break;
		if (S_ISLNK(st.st_mode) && !is_trusted(st.st_uid, folder.v))
			ok = refuse_link(path.v, st.st_uid, err);
	}
	str_fini(&path);
	str_fini(&folder);
	return ok;
}
