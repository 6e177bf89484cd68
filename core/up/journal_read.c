/* journal_read.c: what an upload's journal says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/os/file.h"
#include "core/up/journal_own.h"

/* Read at once; and the longest line that is read: how an object is sent in 100,000
 * parts. */
#define BLOCK ((size_t)256 * 1024)
#define LINE_MAX_BYTES ((size_t)256 * 1024 * 1024)

/* FNV-1a: no change of a single byte keeps it. */
uint32_t
journal_sum(const char *text, size_t n)
{
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < n; i++)
		sum = (sum ^ (unsigned char)text[i]) * 16777619u;
	return sum;
}

/* What a line of `n` bytes says, behind which its end becomes that of a text; NULL:
 * it was damaged. */
static char *
line_text(char *line, size_t n)
{
	char sum[JOURNAL_SUM_DIGITS + 1];

	line[n] = '\0';
	if (n <= JOURNAL_SUM_DIGITS || line[JOURNAL_SUM_DIGITS] != ' ')
		return NULL;
	snprintf(sum, sizeof(sum), "%08x",
	    journal_sum(
		line + JOURNAL_SUM_DIGITS + 1, n - JOURNAL_SUM_DIGITS - 1));
	return memcmp(line, sum, JOURNAL_SUM_DIGITS)
	           ? NULL
	           : line + JOURNAL_SUM_DIGITS + 1;
}

static char *
line_end(const struct str *text, char *line)
{
	return memchr(line, '\n', text->n - (size_t)(line - text->v));
}

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
read_file(struct journal_reading *r, const char *at, unsigned *found)
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
forget_all(struct journal_reading *r)
{
	arr_each (file, r->files)
		file->known = false;
}

static void
read_known(struct journal_reading *r, const char *at)
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

struct sending *
journal_sending(struct journal *journal, const char *sha)
{
	arr_each (sending, &journal->sending) {
		if (!strcmp(sending->sha, sha))
			return sending;
	}
	return NULL;
}

void
journal_sending_clear(struct sending *sending)
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
	sending = journal_sending(journal, new.sha);
	if (what == 'w') {
		if (!read_way(&new.way, at)) {
			journal_sending_clear(&new);
			return;
		}
		for (size_t i = 0; i < new.way.parts.n; i++)
			arr_push(&new.etags, NULL);
		if (sending) {
			journal_sending_clear(sending);
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
read_file_line(struct journal_reading *r, const char *at)
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
read_damage(struct journal_reading *r)
{
	r->damaged = true;
	forget_all(r);
	r->journal->head[0] = '\0';
}

static void
read_line(struct journal_reading *r, char *line, size_t n)
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

bool
journal_read(struct journal_reading *r, int fd)
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
		ok = ok && (at || (got >= JOURNAL_HEAD_BYTES &&
				      !memcmp(text.v, JOURNAL_HEAD,
					  JOURNAL_HEAD_BYTES)));
		line = text.v + (at ? 0 : JOURNAL_HEAD_BYTES);
		at += got;
		text.n += got;
		/* A line has its checksum at least. */
		r->most = (size_t)at / JOURNAL_SUM_DIGITS;
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
