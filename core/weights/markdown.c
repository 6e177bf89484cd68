#include "core/weights/markdown.h"

#include <md4c.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/base/span.h"
#include "core/base/str.h"
#include "core/weights/html.h"
#include "core/weights/mdtable.h"

/* Lists and quotes in each other that are indented; deeper ones stay at that. */
#define DEPTH_MAX 12

/* Bytes of text, and cells of tables, that a card may come to: a link's address that is
 * used often, or a table with many columns, makes much of little. */
#define OUT_MAX ((size_t)1024 * 1024)
#define CELLS_MAX 20000

/* What a callback returns to end the parser. md4c.h allows any value but 0; in 0.4.8 a
 * positive one is lost on the way (MD_CHECK in md4c.c). */
#define STOP (-1)

/* Bytes after which a line is broken at the next blank; a line has LINE_BYTES_MAX. */
#define LINE_BREAK ((size_t)3800)
#define WORD_MAX ((size_t)200)

struct block {
	MD_BLOCKTYPE type;
	unsigned next; /* number of an ordered list */
	bool fresh;    /* an item whose mark is still to be written */
	char mark[16];
};

struct card {
	struct lines *lines;
	struct block blocks[DEPTH_MAX]; /* lists, items and quotes */
	size_t depth;                   /* may be more */
	struct str text; /* of the block that is open, and lines of it */
	struct str raw;  /* HTML */
	struct html html;
	struct mdtable table;
	size_t link; /* where the text of the link begins */
	size_t out, cells;
	unsigned column;
	size_t hang; /* of further rows, besides what is in front */
	bool verbatim, in_table;
	bool gap;     /* a blank line is due */
	bool written; /* something stands above */
};

/* -- lines -- */

/* What is in front of a line: quotes' and items' marks, the latter once. */
static void
add_front(struct card *card, struct str *front)
{
	for (size_t i = 0; i < card->depth && i < DEPTH_MAX; i++) {
		struct block *block = &card->blocks[i];

		if (block->type == MD_BLOCK_QUOTE)
			str_addz(front, "> ");
		else if (block->type == MD_BLOCK_LI && block->fresh)
			str_addz(front, block->mark);
		else if (block->type == MD_BLOCK_LI)
			str_addf(front, "%*s", (int)strlen(block->mark), "");
		block->fresh = false;
	}
}

/* Bytes of the part of a long text that is a line of its own. */
static size_t
part_of(struct span text)
{
	size_t n = text.n < LINE_BREAK ? text.n : LINE_BREAK, word = n;

	if (n == text.n)
		return n;
	while (word > n - WORD_MAX && text.p[word - 1] != ' ')
		word--;
	if (text.p[word - 1] == ' ')
		return word;
	/* No character is torn. */
	while (n > LINE_BREAK - 4 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
put(struct card *card, enum line_kind kind, struct span text)
{
	struct str line = STR_INIT;
	size_t n, hang;

	if (card->gap && card->written)
		lines_add(card->lines, LINE_TEXT, "", "", 0);
	card->gap = false;
	card->written = true;
	do {
		str_clear(&line);
		add_front(card, &line);
		if (card->verbatim)
			str_addz(&line, "  ");
		hang = line.n + card->hang;
		n = part_of(text);
		str_add(&line, text.p, n);
		card->out += line.n;
		lines_add_hanging(card->lines, kind, line.v, line.n, hang);
		text.p += n;
		text.n -= n;
	} while (text.n);
	str_fini(&line);
}

/* HTML comes in pieces, a line each; this ends it. */
static void
end_html(struct card *card)
{
	if (card->raw.n)
		html_add(&card->html, &card->text, card->raw.v, card->raw.n);
	str_clear(&card->raw);
}

/* Writes the text of a block that ends; of an empty one nothing, but for its mark. */
static void
flush(struct card *card, enum line_kind kind)
{
	bool keeps = card->verbatim;
	struct span rest, line;

	end_html(card);
	rest = (struct span){ card->text.v, card->text.n };
	if (keeps && rest.n && rest.p[rest.n - 1] == '\n')
		rest.n--;
	while (span_next(&rest, '\n', &line)) {
		if (!keeps)
			line = span_trim(line);
		if (line.n || keeps)
			put(card, kind, line);
	}
	str_clear(&card->text);
	card->link = 0;
}

static void
put_table(struct card *card)
{
	struct span rest, line;

	mdtable_write(&card->table, &card->text);
	card->hang = mdtable_is_narrow(&card->table) ? 0 : 2;
	rest = (struct span){ card->text.v, card->text.n };
	rest.n -= rest.n > 0; /* the last line end */
	while (span_next(&rest, '\n', &line))
		put(card, LINE_TEXT, line);
	str_clear(&card->text);
	mdtable_fini(&card->table);
	mdtable_init(&card->table, 0);
	card->in_table = false;
	card->hang = 0;
}

/* -- blocks -- */

static void
open_block(struct card *card, MD_BLOCKTYPE type, const void *detail)
{
	struct block *block, *list = NULL;
	const MD_BLOCK_LI_DETAIL *item = detail;

	/* The text of a tight list's item ends where a list in it begins. */
	flush(card, LINE_TEXT);
	if (card->depth++ >= DEPTH_MAX)
		return;
	block = &card->blocks[card->depth - 1];
	*block = (struct block){ .type = type };
	if (type == MD_BLOCK_OL)
		block->next = ((const MD_BLOCK_OL_DETAIL *)detail)->start;
	if (type != MD_BLOCK_LI)
		return;
	if (card->depth > 1)
		list = &card->blocks[card->depth - 2];
	block->fresh = true;
	if (list && list->type == MD_BLOCK_OL)
		snprintf(
		    block->mark, sizeof(block->mark), "%u. ", list->next++);
	else
		memcpy(block->mark, "- ", 3);
	if (item->is_task)
		memcpy(block->mark,
		    item->task_mark == ' ' ? "- [ ] " : "- [x] ", 7);
}

static void
close_block(struct card *card, MD_BLOCKTYPE type)
{
	flush(card, LINE_TEXT);
	card->depth--;
	if (type != MD_BLOCK_LI)
		card->gap = true;
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
	struct card *card = context;
	const MD_BLOCK_TABLE_DETAIL *table = detail;
	const MD_BLOCK_TD_DETAIL *cell = detail;

	switch (type) {
	case MD_BLOCK_QUOTE:
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
	case MD_BLOCK_LI:
		open_block(card, type, detail);
		break;
	case MD_BLOCK_TABLE:
		flush(card, LINE_TEXT);
		mdtable_fini(&card->table);
		mdtable_init(&card->table, table->col_count);
		card->in_table = true;
		break;
	case MD_BLOCK_TR:
		card->column = 0;
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		if (card->column < MDTABLE_COLUMNS)
			card->table.right[card->column] =
			    cell->align == MD_ALIGN_RIGHT;
		break;
	case MD_BLOCK_CODE:
	case MD_BLOCK_HTML:
		flush(card, LINE_TEXT);
		card->verbatim = type == MD_BLOCK_CODE;
		break;
	case MD_BLOCK_P:
	case MD_BLOCK_H:
		flush(card, LINE_TEXT);
		card->gap |= type == MD_BLOCK_H;
		break;
	default:
		break;
	}
	return card->out > OUT_MAX ? STOP : 0;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
	struct card *card = context;

	(void)detail;
	switch (type) {
	case MD_BLOCK_QUOTE:
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
	case MD_BLOCK_LI:
		close_block(card, type);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		end_html(card);
		if (card->column++ < card->table.columns)
			mdtable_add(&card->table, card->text.v, card->text.n);
		str_clear(&card->text);
		card->link = 0;
		return ++card->cells > CELLS_MAX ? STOP : 0;
	case MD_BLOCK_TABLE:
		put_table(card);
		card->gap = true;
		break;
	case MD_BLOCK_HR:
		put(card, LINE_TEXT, span_of("----"));
		card->gap = true;
		break;
	case MD_BLOCK_H:
	case MD_BLOCK_P:
	case MD_BLOCK_HTML:
	case MD_BLOCK_CODE:
		flush(card, type == MD_BLOCK_H ? LINE_HEADING : LINE_TEXT);
		card->verbatim = false;
		card->gap = true;
		break;
	default:
		break;
	}
	return card->out > OUT_MAX ? STOP : 0;
}

/* -- what is in a line -- */

/* Appends an address without what would end it. */
static void
add_attribute(struct str *out, const MD_ATTRIBUTE *attribute)
{
	for (size_t i = 0;
	     attribute->text && attribute->substr_offsets[i] < attribute->size;
	     i++) {
		const char *from =
		    attribute->text + attribute->substr_offsets[i];
		size_t n = attribute->substr_offsets[i + 1] -
		           attribute->substr_offsets[i];

		if (attribute->substr_types[i] == MD_TEXT_ENTITY)
			html_add_entity(out, from, n);
		else if (attribute->substr_types[i] == MD_TEXT_NORMAL)
			str_add(out, from, n);
	}
}

/* The address behind a link's text, unless the text is the address. */
static void
add_address(struct card *card, const MD_SPAN_A_DETAIL *detail)
{
	const char *said = card->text.v + card->link;
	struct str address = STR_INIT;
	static const char *const schemes[] = { "", "mailto:", "http://" };
	bool same = false;

	add_attribute(&address, &detail->href);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t n = strlen(schemes[i]);

		same |= !strncmp(address.v, schemes[i], n) &&
		        !strcmp(address.v + n, said);
	}
	if (!same && address.n) {
		str_addz(&card->text, " <");
		str_add(&card->text, address.v, address.n);
		str_addc(&card->text, '>');
	}
	str_fini(&address);
}

#define IMAGE "[image: "

/* Behind the name of an image, which may have none. */
static void
end_image(struct str *out)
{
	size_t n = strlen(IMAGE);

	if (out->n >= n && !strcmp(out->v + out->n - n, IMAGE))
		str_cut(out, out->n - 2);
	str_addc(out, ']');
}

static int
enter_span(MD_SPANTYPE type, void *detail, void *context)
{
	struct card *card = context;

	(void)detail;
	end_html(card);
	if (type == MD_SPAN_A)
		card->link = card->text.n;
	else if (type == MD_SPAN_IMG)
		str_addz(&card->text, IMAGE);
	else if (type == MD_SPAN_CODE)
		str_addc(&card->text, '`');
	return 0;
}

static int
leave_span(MD_SPANTYPE type, void *detail, void *context)
{
	struct card *card = context;

	end_html(card);
	if (type == MD_SPAN_A)
		add_address(card, detail);
	else if (type == MD_SPAN_IMG)
		end_image(&card->text);
	else if (type == MD_SPAN_CODE)
		str_addc(&card->text, '`');
	return card->out + card->text.n + card->table.text.n > OUT_MAX ? STOP
	                                                               : 0;
}

static int
text(MD_TEXTTYPE type, const MD_CHAR *bytes, MD_SIZE n, void *context)
{
	struct card *card = context;

	if (card->raw.n && type == MD_TEXT_SOFTBR)
		type = MD_TEXT_HTML;
	if (type != MD_TEXT_HTML)
		end_html(card);
	switch (type) {
	case MD_TEXT_NULLCHAR:
		str_addz(&card->text, "\ufffd");
		break;
	case MD_TEXT_BR:
		str_addc(&card->text, '\n');
		break;
	case MD_TEXT_SOFTBR:
		str_addc(&card->text, ' ');
		break;
	case MD_TEXT_ENTITY:
		html_add_entity(&card->text, bytes, n);
		break;
	case MD_TEXT_HTML:
		str_add(&card->raw, bytes, n);
		break;
	default:
		/* Around a comment there may be two blanks. */
		if (type == MD_TEXT_NORMAL && n && *bytes == ' ' &&
		    card->text.n && card->text.v[card->text.n - 1] == ' ') {
			bytes++;
			n--;
		}
		str_add(&card->text, bytes, n);
		break;
	}
	return 0;
}

void
markdown_add(struct lines *lines, const char *bytes, size_t n)
{
	static const MD_PARSER parser = { .flags = MD_DIALECT_GITHUB,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = text };
	struct card card = { .lines = lines,
		.text = STR_INIT,
		.raw = STR_INIT,
		.html = { STR_INIT } };
	struct str wide = STR_INIT;

	mdtable_init(&card.table, 0);
	mdtable_widen(&wide, bytes, n);
	if (wide.n > OUT_MAX ||
	    md_parse(wide.v, (MD_SIZE)wide.n, &parser, &card)) {
		if (card.in_table)
			put_table(&card);
		flush(&card, LINE_TEXT);
		lines_addf(lines, LINE_WARNING, "left out",
		    "the rest of this text: it is too long when written out");
	}
	str_fini(&wide);
	str_fini(&card.text);
	str_fini(&card.raw);
	html_fini(&card.html);
	mdtable_fini(&card.table);
}
