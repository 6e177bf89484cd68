/* root_tree.c: whole trees below a root, removed or added up (root.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/os/clock.h"
#include "core/os/fault.h"
#include "core/os/fs.h"
#include "core/os/inodes.h"
#include "core/os/root_own.h"

/* A path of a tree that is longer is made short before the system refuses it
 * (PATH_MAX is 4096). */
#define LONG_PATH 3000

/* A folder and those in it, as paths below its own descriptor; a parent always
 * comes before its children. */
struct tree {
	const struct root *root;
	const char *below;
	int fd;
	root_names folders;
	size_t at; /* the one that is being read */
	unsigned moved;
	struct root_removal *removal; /* when it is removed */
	struct root_sum *sum;         /* when it is added up */
	struct inodes inodes;
	const atomic_bool *cancelled;
};

static char *
join(const char *folder, const char *name)
{
	return *folder ? path_join(folder, name) : mem_strdup(name);
}

static bool
is_folder(int fd, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return !fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
	       S_ISDIR(st.st_mode);
}

static bool
is_over(const struct root_removal *removal)
{
	unsigned long long end =
	    removal->until ? atomic_load(removal->until) : 0;

	return end && clock_ms() >= end;
}

static void
say_stays(struct tree *tree, const char *folder, const char *name, int errnum)
{
	struct root_removal *removal = tree->removal;
	char *in = join(tree->below, folder);
	char *path = name ? join(in, name) : mem_strdup(in);
	struct error err;

	removal->left++;
	root_fail(tree->root, path, "remove", errnum, &err);
	if (removal->stays)
		removal->stays(removal->context, err.message);
	free(in);
	free(path);
}

/* A path that grows too long is moved up to the top of what is removed: nobody
 * will look for it where it was. */
static char *
shorten(struct tree *tree, int fd, const char *name)
{
	struct str to = STR_INIT;

	str_addf(&to, ".hug-deep.%u.%u", tree->moved++, (unsigned)getpid());
	if (!renameat(fd, name, tree->fd, to.v))
		return str_steal(&to);
	str_fini(&to);
	return NULL;
}

static void
push_folder(struct tree *tree, int fd, const char *name)
{
	char *path = join(tree->folders.v[tree->at], name);

	if (strlen(path) > LONG_PATH && tree->removal) {
		char *moved = shorten(tree, fd, name);

		if (moved) {
			free(path);
			path = moved;
		}
	}
	arr_push(&tree->folders, path);
}

static bool
remove_file(struct root_removal *removal, int fd, const char *name)
{
	uint64_t freed = 0;

	if (!root_fd_unlink(fd, name, &freed))
		return false;
	removal->freed += freed;
	if (removal->went)
		removal->went(removal->context, freed);
	return true;
}

static bool
remove_entry(void *context, int fd, const struct dirent *entry)
{
	struct tree *tree = context;

	if (is_over(tree->removal)) {
		tree->removal->stopped = true;
		return false;
	}
	if (is_folder(fd, entry))
		push_folder(tree, fd, entry->d_name);
	else if (!remove_file(tree->removal, fd, entry->d_name))
		say_stays(
		    tree, tree->folders.v[tree->at], entry->d_name, errno);
	return true;
}

/* Removes the files of every folder; reports folders that cannot be read. */
static void
remove_files(struct tree *tree)
{
	for (tree->at = 0;
	     tree->at < tree->folders.n && !tree->removal->stopped;
	     tree->at++) {
		const char *path = tree->folders.v[tree->at];
		int fd =
		    root_fd_open(tree->fd, path, O_RDONLY | O_DIRECTORY, true);

		if (fd < 0 ? errno != ENOENT
			   : !root_fd_names(fd, remove_entry, tree))
			say_stays(tree, path, NULL, errno);
	}
}

/* The deepest first. One that is not empty was told of, by what is in it, if
 * anything of this tree was: `told`. */
static void
remove_folders(struct tree *tree, bool told)
{

	for (size_t i = tree->folders.n; i-- > 1;) {
		const char *name = "";
		int parent =
		    root_fd_parent(tree->fd, tree->folders.v[i], &name);
		bool ok = parent >= 0 && !fault_hit("remove") &&
		          !unlinkat(parent, name, AT_REMOVEDIR);

		if (!ok && errno != ENOENT && !(told && errno == ENOTEMPTY)) {
			say_stays(tree, tree->folders.v[i], NULL, errno);
			told = true;
		}
		root_fd_close(parent);
	}
}

static void
remove_tree(struct tree *tree, int parent, const char *name)
{
	size_t before = tree->removal->left;

	arr_push(&tree->folders, mem_strdup(""));
	remove_files(tree);
	if (!tree->removal->stopped) {
		remove_folders(tree, tree->removal->left > before);
		if ((fault_hit("remove") ||
			unlinkat(parent, name, AT_REMOVEDIR)) &&
		    errno != ENOENT && tree->removal->left == before)
			say_stays(tree, "", NULL, errno);
	}
	root_names_free(&tree->folders);
}

bool
root_remove(
    const struct root *root, const char *below, struct root_removal *removal)
{
	struct tree tree = { .root = root, .below = below, .removal = removal };
	size_t before = removal->left;
	const char *name = "";
	int parent = root_fd_parent(root->fd, below, &name);

	if (parent < 0) {
		if (errno != ENOENT)
			say_stays(&tree, "", NULL, errno);
		return removal->left == before;
	}
	tree.fd = root_fd_open(parent, name, O_RDONLY | O_DIRECTORY, true);
	if (tree.fd >= 0)
		remove_tree(&tree, parent, name);
	else if (errno == ENOTDIR || errno == ELOOP) {
		if (!remove_file(removal, parent, name))
			say_stays(&tree, "", NULL, errno);
	} else if (errno != ENOENT)
		say_stays(&tree, "", NULL, errno);
	root_fd_close(tree.fd);
	root_fd_close(parent);
	return removal->left == before && !removal->stopped;
}

static void
add_file(struct tree *tree, const struct stat *st)
{
	struct root_sum *sum = tree->sum;
	uint64_t held = fs_held(st);
	const struct inode *inode;

	sum->files++;
	if (st->st_nlink < 2) {
		sum->bytes += held;
		sum->last += held;
		return;
	}
	inode = inodes_note(&tree->inodes, st->st_dev, st->st_ino,
	    (unsigned)st->st_nlink, held);
	sum->bytes += inode->seen == 1 ? held : 0;
	sum->last += inode->seen == inode->names ? held : 0;
}

static bool
add_entry(void *context, int fd, const struct dirent *entry)
{
	struct tree *tree = context;
	struct stat st;

	if (tree->cancelled && atomic_load(tree->cancelled))
		return false;
	if (is_folder(fd, entry))
		push_folder(tree, fd, entry->d_name);
	else if (!fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
		 S_ISREG(st.st_mode))
		add_file(tree, &st);
	return true;
}

void
root_add_up(const struct root *root, const char *below,
    const atomic_bool *cancelled, struct root_sum *sum)
{
	struct tree tree = { .root = root,
		.below = below,
		.sum = sum,
		.cancelled = cancelled,
		.inodes = { .known = MAP_INIT } };
	struct stat st;

	tree.fd = root_fd_open(root->fd, below, O_RDONLY | O_DIRECTORY, false);
	if (tree.fd < 0) {
		int errnum = errno;

		if (root_fd_look(root->fd, below, &st) && S_ISREG(st.st_mode))
			add_file(&tree, &st);
		else
			sum->partly =
			    sum->partly || errnum == EACCES || errnum == EMFILE;
		inodes_fini(&tree.inodes);
		return;
	}
	arr_push(&tree.folders, mem_strdup(""));
	for (; tree.at < tree.folders.n; tree.at++) {
		int fd = root_fd_open(tree.fd, tree.folders.v[tree.at],
		    O_RDONLY | O_DIRECTORY, false);

		if (fd < 0 || !root_fd_names(fd, add_entry, &tree))
			sum->partly = true;
	}
	root_names_free(&tree.folders);
	inodes_fini(&tree.inodes);
	close(tree.fd);
}

void
root_add_up_path(
    const char *path, const atomic_bool *cancelled, struct root_sum *sum)
{
	struct error ignored;
	struct root *root = path ? root_open(path, &ignored) : NULL;

	if (root)
		root_add_up(root, "", cancelled, sum);
	root_close(root);
}
