#include "core/up/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/up/journal_own.h"
#include "core/up/kept.h"

/* What is noted is written when it is so long, or journal_flush asks. */
#define FLUSH_AT ((size_t)64 * 1024)

/* A file that was changed so short before is not noted. */
#define SETTLED_NS ((int64_t)2 * 1000000000)

/* Lines without use that are kept, and half as many again as there are. */
#define STALE_MOST 1000

/* Where it lies: named by a sum of what it is of. */
static char *
place_of(const struct journal_key *key)
{
	struct str text = STR_INIT;
	struct up_mark folder = { 0 };
	char *path;

	if (!up_mark_of(key->folder, &folder))
		folder.number = 0;
	str_addf(&text, "%s\n%s/%s\n%s\n%s\n%s\n%llu %llu\n%d", key->endpoint,
	    repo_type_name(key->repo->type), key->repo->id, key->revision,
	    key->prefix, key->folder, (unsigned long long)folder.device,
	    (unsigned long long)folder.number, key->pull_request);
	path = kept_path("uploads", &text);
	str_fini(&text);
	return path;
}

/* -- lines -- */

static struct str *
begin_line(struct journal *journal)
{
	journal->line = journal->news.n;
	str_addz(&journal->news, "-------- ");
	return &journal->news;
}

static void
end_line(struct journal *journal)
{
	char *line = journal->news.v + journal->line;
	size_t n = journal->news.n - journal->line;
	char sum[JOURNAL_SUM_DIGITS + 1];

	snprintf(sum, sizeof(sum), "%08x",
	    journal_sum(
		line + JOURNAL_SUM_DIGITS + 1, n - JOURNAL_SUM_DIGITS - 1));
	memcpy(line, sum, JOURNAL_SUM_DIGITS);
	str_addc(&journal->news, '\n');
}

/* -- opening -- */

/* Whether the file that is locked still has its name: another process may have removed it
 * as one that was not used for long. */
static bool
has_name(int fd)
{
	struct stat status;

	return fstat(fd, &status) || status.st_nlink;
}

static bool
lock(struct journal *journal, struct error *err)
{
	struct str path = STR_INIT;
	enum flock_result result;
	long holder;

	str_addf(&path, "%s.lock", journal->path);
	while (
	    (result = flock_try(path.v, &journal->lock, err)) == FLOCK_HELD &&
	    !has_name(journal->lock))
		file_close(journal->lock);
	if (result == FLOCK_BUSY) {
		holder = flock_holder(path.v);
		err_set(err, ERR_CONFLICT,
		    "another process uploads this folder to the same place");
		if (holder)
			err_hint(
			    err, "Wait for process %ld, or end it", holder);
	}
	str_fini(&path);
	return result == FLOCK_HELD || result == FLOCK_NONE;
}

/* Begins a new file with what is known; the old one, if any, is replaced. */
static void
rewrite(struct journal *journal, up_files *files)
{
	struct str old = journal->news;

	str_init(&journal->news);
	journal->lines = 0;
	str_addz(&journal->news, JOURNAL_HEAD);
	arr_each (file, files) {
		bool was = file->noted;

		file->noted = false;
		if (was)
			journal_sums(journal, file);
	}
	if (*journal->head) {
		str_addf(begin_line(journal), "h %s", journal->head);
		end_line(journal);
	}
	arr_each (file, files) {
		if (file->known && file->noted)
			journal_there(journal, file);
	}
	if (journal->opens) {
		str_addf(begin_line(journal), "o %lu", journal->after);
		end_line(journal);
	} else if (journal->pull) {
		str_addf(begin_line(journal), "p %lu -", journal->pull);
		end_line(journal);
	}
	arr_each (sending, &journal->sending) {
		if (sending->done)
			continue;
		journal_send(journal, sending->sha, &sending->way);
		for (size_t i = 0; i < sending->etags.n; i++) {
			if (sending->etags.v[i])
				journal_part(journal, sending->sha, i,
				    sending->etags.v[i]);
		}
	}
	str_fini(&old);
}

static void
give_up(struct journal *journal, const char *why)
{
	if (!journal->failed)
		text_copy(journal->trouble, sizeof(journal->trouble), why);
	journal->failed = true;
}

static void
replace(struct journal *journal, up_files *files)
{
	struct error err;

	rewrite(journal, files);
	if (!file_replace_mode(
		journal->path, journal->news.v, journal->news.n, 0600, &err))
		give_up(journal, err.message);
	str_clear(&journal->news);
}

struct journal *
journal_open(const struct journal_key *key, up_files *files, struct error *err)
{
	struct journal *journal = mem_new(struct journal);
	struct journal_reading reading = { .journal = journal, .files = files };
	struct error own;
	bool whole;
	int fd;

	journal->lock = journal->fd = -1;
	journal->listed_ns = (int64_t)(key->listed_s * 1e9);
	str_init(&journal->news);
	journal->path = place_of(key);
	if (!journal->path)
		return journal;
	if (!dir_make_parent(journal->path, &own)) {
		give_up(journal, own.message);
		return journal;
	}
	kept_tidy(journal->path);
	if (!lock(journal, &own)) {
		if (own.code == ERR_CONFLICT) {
			*err = own;
			journal_close(journal);
			return NULL;
		}
		give_up(journal, own.message);
		return journal;
	}
	fd = file_open_regular(journal->path, NULL, &own);
	whole = fd >= 0 && journal_read(&reading, fd);
	file_close(fd);
	if (!whole || reading.stale > STALE_MOST + journal->lines / 2)
		replace(journal, files);
	if (!journal->failed)
		journal->fd = file_open(journal->path,
		    O_WRONLY | O_APPEND | O_NOFOLLOW, 0600, &own);
	if (journal->fd >= 0)
		kept_used(journal->fd);
	else if (!journal->failed)
		give_up(journal, own.message);
	return journal;
}

const char *
journal_flush(struct journal *journal)
{
	size_t n = journal->news.n;

	if (journal->fd >= 0 && n &&
	    write(journal->fd, journal->news.v, n) != (ssize_t)n) {
		give_up(journal, "cannot write what was done");
		file_close(journal->fd);
		journal->fd = -1;
	}
	str_clear(&journal->news);
	return journal->failed ? journal->trouble : NULL;
}

void
journal_close(struct journal *journal)
{
	if (!journal)
		return;
	(void)journal_flush(journal);
	file_close(journal->fd);
	file_close(journal->lock);
	free(journal->path);
	str_drop(&journal->news);
	arr_each (sending, &journal->sending)
		journal_sending_clear(sending);
	arr_free(&journal->sending);
	free(journal);
}

/* -- what is known -- */

const char *
journal_head(const struct journal *journal)
{
	return journal->head;
}

unsigned long
journal_pull(const struct journal *journal)
{
	return journal->pull;
}

bool
journal_opens(const struct journal *journal, unsigned long *after)
{
	*after = journal->after;
	return journal->opens;
}

bool
journal_way(struct journal *journal, const char *sha, struct lfs_way *way,
    journal_etags *etags)
{
	struct sending *sending = journal_sending(journal, sha);

	if (!sending || sending->done)
		return false;
	*way = sending->way;
	sending->way = (struct lfs_way){ 0 };
	etags->v = sending->etags.v;
	etags->n = sending->etags.n;
	etags->cap = sending->etags.cap;
	sending->etags.v = NULL;
	sending->etags.n = sending->etags.cap = 0;
	sending->done = true;
	return true;
}

/* -- noting -- */

static void
noted(struct journal *journal)
{
	if (journal->fd >= 0 && journal->news.n >= FLUSH_AT)
		(void)journal_flush(journal);
	else if (journal->failed)
		str_clear(&journal->news);
}

static void
add_hex(struct str *out, const unsigned char *bytes, size_t n, bool has)
{
	char hex[DIGEST_HEX_MAX];

	if (!has) {
		str_addz(out, "- ");
		return;
	}
	digest_hex(bytes, n, hex);
	str_addf(out, "%s ", hex);
}

void
journal_sums(struct journal *journal, struct up_file *file)
{
	const struct up_mark *m = &file->mark;
	struct str *line;

	if (file->noted || strchr(file->path, '\n') || m->modified_ns < 0 ||
	    m->changed_ns < 0 ||
	    journal->listed_ns - m->changed_ns < SETTLED_NS)
		return;
	file->noted = true;
	file->note = journal->lines++;
	line = begin_line(journal);
	str_addf(line, "f %u %llu %llu %llu %lld %lld ", file->note,
	    (unsigned long long)m->device, (unsigned long long)m->number,
	    (unsigned long long)m->size, (long long)m->modified_ns,
	    (long long)m->changed_ns);
	add_hex(line, file->git, 20, file->has_git);
	add_hex(line, file->sha, 32, file->has_sha);
	str_addz(line, file->path);
	end_line(journal);
	noted(journal);
}

void
journal_seen(struct journal *journal, const char *commit)
{
	snprintf(journal->head, sizeof(journal->head), "%s", commit);
	str_addf(begin_line(journal), "h %s", commit);
	end_line(journal);
	noted(journal);
}

void
journal_moved(struct journal *journal, const char *commit, bool keeps)
{
	snprintf(journal->head, sizeof(journal->head), "%s", commit);
	str_addf(begin_line(journal), "%c %s", keeps ? 'H' : 'h', commit);
	end_line(journal);
	noted(journal);
}

void
journal_there(struct journal *journal, const struct up_file *file)
{
	if (!file->noted)
		return;
	str_addf(begin_line(journal), "k %u", file->note);
	end_line(journal);
	noted(journal);
}

void
journal_opening(struct journal *journal, unsigned long after)
{
	journal->opens = true;
	journal->after = after;
	str_addf(begin_line(journal), "o %lu", after);
	end_line(journal);
	(void)journal_flush(journal);
}

void
journal_opened(struct journal *journal, unsigned long number, const char *url)
{
	journal->pull = number;
	journal->opens = false;
	str_addf(begin_line(journal), "p %lu %s", number, url);
	end_line(journal);
	(void)journal_flush(journal);
}

void
journal_send(
    struct journal *journal, const char *sha, const struct lfs_way *way)
{
	struct str *line = begin_line(journal);

	str_addf(line, "w %s ", sha);
	json_add_pair(line, true, "href", way->href);
	if (way->verify)
		json_add_pair(line, false, "verify", way->verify);
	json_add_key(line, false, "chunk");
	str_addf(line, "%llu", (unsigned long long)way->chunk);
	json_add_key(line, false, "parts");
	for (size_t i = 0; i < way->parts.n; i++) {
		str_addz(line, i ? ", " : "[");
		json_add_string(line, way->parts.v[i]);
	}
	str_addz(line, "]}");
	end_line(journal);
	noted(journal);
}

void
journal_part(
    struct journal *journal, const char *sha, size_t part, const char *etag)
{
	str_addf(begin_line(journal), "e %s %zu %s", sha, part, etag);
	end_line(journal);
	if (journal->fd >= 0)
		(void)journal_flush(journal);
}

void
journal_stored(struct journal *journal, const char *sha)
{
	str_addf(begin_line(journal), "d %s", sha);
	end_line(journal);
	noted(journal);
}
