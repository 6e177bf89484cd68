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
#include "core/up/kept.h"

#define HEAD "hug-upload 2\n"
#define HEAD_BYTES (sizeof(HEAD) - 1)

/* Read at once; and the longest line that is read: how an object is sent in 100,000
 * parts. */
#define BLOCK ((size_t)256 * 1024)
#define LINE_MAX_BYTES ((size_t)256 * 1024 * 1024)

/* What is noted is written when it is so long, or journal_flush asks. */
#define FLUSH_AT ((size_t)64 * 1024)

/* Hex digits of a line's checksum, and a blank. */
#define SUM_DIGITS 8

/* A file that was changed so short before is not noted. */
#define SETTLED_NS ((int64_t)2 * 1000000000)

/* Lines without use that are kept, and half as many again as there are. */
#define STALE_MOST 1000

/* An object that is being sent. */
struct sending {
	char sha[DIGEST_HEX_MAX];
	struct lfs_way way;
	journal_etags etags;
	bool done;
};

struct journal {
	char *path; /* NULL: there is no place for one */
	int lock, fd;
	struct str news; /* not written yet */
	size_t line;     /* of which: where the one that is noted begins */
	bool failed;
	char trouble[200];
	int64_t listed_ns;
	unsigned lines; /* of files: the number of the next */
	char head[COMMIT_MAX];
	unsigned long pull;
	bool opens;
	unsigned long after; /* of the pull request that is being opened */
	ARR(struct sending) sending;
};

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

/* FNV-1a: no change of a single byte keeps it. */
static uint32_t
sum_of_line(const char *text, size_t n)
{
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < n; i++)
		sum = (sum ^ (unsigned char)text[i]) * 16777619u;
	return sum;
}

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
	char sum[SUM_DIGITS + 1];

	snprintf(sum, sizeof(sum), "%08x",
	    sum_of_line(line + SUM_DIGITS + 1, n - SUM_DIGITS - 1));
	memcpy(line, sum, SUM_DIGITS);
	str_addc(&journal->news, '\n');
}

/* What a line of `n` bytes says, behind which its end becomes that of a text; NULL:
 * it was damaged. */
static char *
line_text(char *line, size_t n)
{
	char sum[SUM_DIGITS + 1];

	line[n] = '\0';
	if (n <= SUM_DIGITS || line[SUM_DIGITS] != ' ')
		return NULL;
	snprintf(sum, sizeof(sum), "%08x",
	    sum_of_line(line + SUM_DIGITS + 1, n - SUM_DIGITS - 1));
	return memcmp(line, sum, SUM_DIGITS) ? NULL : line + SUM_DIGITS + 1;
}

static char *
line_end(const struct str *text, char *line)
{
	return memchr(line, '\n', text->n - (size_t)(line - text->v));
}

/* -- reading -- */

/* What reading goes by: files by their paths, and which line is which. */
struct reading {
	struct journal *journal;
	up_files *files;
	struct map paths;
	ARR(unsigned) of_line; /* index of the file, or NOBODY */
	size_t most;           /* lines that there can be */
	size_t stale; /* lines that say nothing of a file that is here */
	bool damaged;
};

#define NOBODY (~0u)

/* Bytes of `n` pairs of lower-case hex digits, and a blank or the end behind. */
static bool
read_hex(const char **at, unsigned char *out, size_t n, bool *has)
{
	const char *p = *at;

	*has = *p != '-';
	if (*has && !digest_unhex(p, out, n))
		return false;
	p += *has ? 2 * n : 1;
	if (*p != ' ')
		return false;
	*at = p + 1;
	return true;
}

static bool
read_number(const char **at, unsigned long long *number)
{
	char *end;

	if ((**at < '0' || **at > '9') && **at != '-')
		return false;
	*number = strtoull(*at, &end, 10);
	if (end == *at || (*end != ' ' && *end != '\0'))
		return false;
	*at = end + (*end == ' ');
	return true;
}

/* Whether the line is of a file that still is the one it was. */
static bool
read_file(struct reading *r, const char *at, unsigned *found)
{
	unsigned long long n[5];
	struct up_file noted = { 0 };
	struct up_file *file;
	size_t index;

	for (size_t i = 0; i < 5; i++) {
		if (!read_number(&at, &n[i]))
			return false;
	}
	noted.mark =
	    (struct up_mark){ n[0], n[1], n[2], (int64_t)n[3], (int64_t)n[4] };
	if (!read_hex(&at, noted.git, 20, &noted.has_git) ||
	    !read_hex(&at, noted.sha, 32, &noted.has_sha) ||
	    !map_find(&r->paths, at, &index))
		return false;
	file = &r->files->v[index];
	if (!up_mark_is(&file->mark, &noted.mark))
		return false;
	r->stale += file->noted;
	memcpy(file->git, noted.git, 20);
	memcpy(file->sha, noted.sha, 32);
	file->has_git = noted.has_git;
	file->has_sha = noted.has_sha;
	file->noted = true;
	*found = (unsigned)index;
	return true;
}

static void
forget_all(struct reading *r)
{
	arr_each (file, r->files)
		file->known = false;
}

static void
read_known(struct reading *r, const char *at)
{
	unsigned long long line;

	while (*at && read_number(&at, &line)) {
		unsigned index =
		    line < r->of_line.n ? r->of_line.v[line] : NOBODY;

		/* A later line of the same file may say otherwise. */
		if (index != NOBODY && r->files->v[index].note == line)
			r->files->v[index].known = true;
	}
}

static struct sending *
sending_of(struct journal *journal, const char *sha)
{
	arr_each (sending, &journal->sending) {
		if (!strcmp(sending->sha, sha))
			return sending;
	}
	return NULL;
}

static void
clear_sending(struct sending *sending)
{
	lfs_way_fini(&sending->way);
	arr_each (etag, &sending->etags)
		free(*etag);
	arr_free(&sending->etags);
}

static bool
read_way(struct lfs_way *way, const char *text)
{
	struct error err;
	struct cJSON *json = json_parse(text, strlen(text), &err);
	const char *href = json_str(json, "href", NULL);
	const char *verify = json_str(json, "verify", NULL);
	bool ok = href && json_u64(json, "chunk", &way->chunk) && way->chunk;

	if (ok) {
		way->href = mem_strdup(href);
		way->verify = mem_strdup(verify);
	}
	json_each (part, json_get(json, "parts")) {
		if (ok && json_text(part))
			arr_push(&way->parts, mem_strdup(json_text(part)));
	}
	json_free(json);
	return ok && way->parts.n;
}

/* "SHA " in front of what is said of an object. */
static bool
read_sha(const char **at, char sha[DIGEST_HEX_MAX])
{
	if (strlen(*at) < 64 || ((*at)[64] != ' ' && (*at)[64]))
		return false;
	memcpy(sha, *at, 64);
	sha[64] = '\0';
	*at += 64 + ((*at)[64] == ' ');
	return true;
}

static void
read_object(struct journal *journal, char what, const char *at)
{
	struct sending new = { .done = false };
	struct sending *sending;
	unsigned long long part;

	if (!read_sha(&at, new.sha))
		return;
	sending = sending_of(journal, new.sha);
	if (what == 'w') {
		if (!read_way(&new.way, at)) {
			clear_sending(&new);
			return;
		}
		for (size_t i = 0; i < new.way.parts.n; i++)
			arr_push(&new.etags, NULL);
		if (sending) {
			clear_sending(sending);
			*sending = new;
		} else {
			arr_push(&journal->sending, new);
		}
	} else if (sending && what == 'e' && read_number(&at, &part) &&
		   part < sending->etags.n) {
		free(sending->etags.v[part]);
		sending->etags.v[part] = mem_strdup(at);
	} else if (sending && what == 'd') {
		sending->done = true;
	}
}

/* "LINE ", and a file */
static void
read_file_line(struct reading *r, const char *at)
{
	unsigned long long line;
	unsigned index;

	if (!read_number(&at, &line) || line >= r->most)
		return;
	while (r->of_line.n <= line)
		arr_push(&r->of_line, NOBODY);
	if (r->journal->lines <= line)
		r->journal->lines = (unsigned)line + 1;
	if (!read_file(r, at, &index)) {
		r->stale++;
		return;
	}
	r->of_line.v[line] = index;
	r->files->v[index].note = (unsigned)line;
	r->files->v[index].known = false;
}

/* It may have been any: what is there is not known any more. */
static void
read_damage(struct reading *r)
{
	r->damaged = true;
	forget_all(r);
	r->journal->head[0] = '\0';
}

static void
read_line(struct reading *r, char *line, size_t n)
{
	struct journal *journal = r->journal;
	unsigned long long number;
	const char *at;

	line = line_text(line, n);
	if (!line || !line[0] || line[1] != ' ') {
		read_damage(r);
		return;
	}
	at = line + 2;
	switch (line[0]) {
	case 'f':
		read_file_line(r, at);
		break;
	case 'h':
	case 'H':
		if (line[0] == 'h')
			forget_all(r);
		snprintf(journal->head, sizeof(journal->head), "%.40s",
		    repo_is_commit(at) ? at : "");
		break;
	case 'k':
		read_known(r, at);
		break;
	case 'p':
		if (!read_number(&at, &number))
			break;
		journal->pull = (unsigned long)number;
		journal->opens = false;
		break;
	case 'o':
		if (!read_number(&at, &number))
			break;
		journal->after = (unsigned long)number;
		journal->opens = true;
		break;
	default:
		read_object(journal, line[0], at);
	}
}

/* Reads the file a block at a time; false if it is no journal, or damaged, or its last
 * line was torn. */
static bool
read_all(struct reading *r, int fd)
{
	struct str text = STR_INIT;
	struct error err;
	uint64_t at = 0;
	size_t got = 0;
	bool ok = true;

	for (size_t i = 0; i < r->files->n; i++)
		(void)map_add(&r->paths, r->files->v[i].path, i);
	do {
		char *line, *end;

		str_reserve(&text, BLOCK + 1);
		if (!file_read_at(fd, text.v + text.n, BLOCK, at, &got, &err)) {
			read_damage(r);
			got = 0;
		}
		ok = ok && (at || (got >= HEAD_BYTES &&
				      !memcmp(text.v, HEAD, HEAD_BYTES)));
		line = text.v + (at ? 0 : HEAD_BYTES);
		at += got;
		text.n += got;
		/* A line has its checksum at least. */
		r->most = (size_t)at / SUM_DIGITS;
		while (ok && (end = line_end(&text, line))) {
			read_line(r, line, (size_t)(end - line));
			line = end + 1;
		}
		got = ok ? got : 0;
		text.n = ok ? text.n - (size_t)(line - text.v) : 0;
		memmove(text.v, line, text.n);
	} while (got == BLOCK && text.n < LINE_MAX_BYTES);
	ok = ok && !text.n && !r->damaged;
	str_fini(&text);
	map_fini(&r->paths);
	arr_free(&r->of_line);
	return ok;
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
	str_addz(&journal->news, HEAD);
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
	struct reading reading = { .journal = journal, .files = files };
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
	whole = fd >= 0 && read_all(&reading, fd);
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
		clear_sending(sending);
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
	struct sending *sending = sending_of(journal, sha);

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
