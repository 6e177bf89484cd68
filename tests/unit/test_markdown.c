/* test_markdown.c: cards as they are read, right ones and hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/weights/markdown.h"

/* Headings are marked with "#", warnings with "!"; "~4" is how further rows hang. */
static struct str
shown(const char *text, size_t n)
{
	struct str out = STR_INIT;
	struct lines lines;

	lines_init(&lines);
	markdown_add(&lines, text, n);
	assert_true(lines.list.n <= LINES_MAX);
	arr_each (line, &lines.list) {
		if (line->hang)
			str_addf(&out, "~%u ", line->hang);
		str_addf(&out, "%s%s\n",
		    line->kind == LINE_HEADING   ? "# "
		    : line->kind == LINE_WARNING ? "! "
						 : "",
		    lines.text.v + line->text);
	}
	lines_fini(&lines);
	return out;
}

static void
test_cards(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "", "" },
		{ "# Owl\nIt *hoots* **at `night`**.\nTwice.\n\nBye\\*\n",
		    "# Owl\n\nIt hoots at `night`. Twice.\n\nBye*\n" },
		{ "one  \ntwo\\\nthree", "one\ntwo\nthree\n" },
		{ "a\n\n***\n\nb", "a\n\n----\n\nb\n" },
		/* Lists. */
		{ "- a\n- b\n  c\n\n  - d\n1. x\n2. y\n",
		    "~2 - a\n\n~2 - b c\n\n~4   - d\n\n~3 1. x\n~3 2. y\n" },
		{ "7. x\n   - y\n- [x] done\n- [ ] not\n",
		    "~3 7. x\n~5    - y\n\n~6 - [x] done\n~6 - [ ] not\n" },
		{ "-\n- a", "~2 - a\n" },
		{ "> said\n> > again\n", "~2 > said\n\n~4 > > again\n" },
		/* Code is kept as it is. */
		{ "```python\nif a:\n\n    b()  # <x>\n```\nend",
		    "~2   if a:\n~2   \n~2       b()  # <x>\n\nend\n" },
		{ "- a\n\n      b\n", "~2 - a\n\n~4     b\n" },
		/* Links say where they lead; nothing else is loaded. */
		{ "[the Hub](https://evil.example/?a&amp;b \"t\")",
		    "the Hub <https://evil.example/?a&b>\n" },
		{ "<https://a.b/> x@y.de www.c.de [](d) [e]()",
		    "https://a.b/ x@y.de www.c.de  <d> e\n" },
		{ "[![CI](https://a/b.svg)](https://c) ![](x.png)",
		    "[image: CI] <https://c> [image]\n" },
		{ "[x][1]\n\n[1]: ./LICENSE\n", "x <./LICENSE>\n" },
		/* HTML is text without tags. */
		{ "<p align=\"center\">\n  <img src='x' alt=\"Owl &gt;\">\n"
		  "<br/>An <b>owl</b></p>\n",
		    "[image: Owl >]\nAn owl\n" },
		{ "<div>\n\n**b** <!-- no\nno --> c<br>d</div>", "b c\nd\n" },
		{ "<a href=\"https://x.y\">here</a>, <a href=z>a</a>.",
		    "here <https://x.y>, a <z>.\n" },
		{ "<script>\nalert('<b>')\n</script>\n\nseen", "seen\n" },
		{ "<style>p { }</style>seen too", "seen too\n" },
		{ "<table><tr><td>1</td><td>2</td></tr>\n<tr><td>3</td></tr>"
		  "</table>",
		    "1  2\n3\n" },
		{ "<ul><li>a</li><li>b</li></ul>", "- a\n- b\n" },
		{ "a < b & c &lt; d &#62; e &#x3E; &unknown; &#27;x &#0;",
		    "a < b & c < d > e > &unknown; \ufffdx \ufffd\n" },
		{ "<!-- never closed\nno", "" },
		{ "<b", "<b\n" },
		/* A table that is narrow, and one that is not. */
		{ "| a | long |\n|--:|:--|\n| 1 | x |\n| 22 | *y* |\n",
		    " a  long\n--  ----\n 1  x\n22  y\n" },
		{ "| \u98df | b |\n|--|--|\n| x | |\n",
		    "\u98df  b\n--  -\nx   \n" },
		{ "| model | what it is measured with | score |\n|--|--|--|\n"
		  "| owl | a test of really many words indeed | 1 |\n"
		  "| fjord | | 22 |\n",
		    "~2 model: owl\n~2 what it is measured with: a test of "
		    "really "
		    "many words indeed\n~2 score: 1\n~2 \n~2 model: fjord\n~2 "
		    "score: 22\n" },
		{ "|a|\n|-|\nb", "a\n-\nb\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str out = shown(rows[i].text, strlen(rows[i].text));

		assert_string_equal(out.v, rows[i].shown);
		str_fini(&out);
	}
	/* A zero byte. */
	struct str out = shown("a\0b", 3);

	assert_string_equal(out.v, "a\ufffdb\n");
	str_fini(&out);
}

/* What is written `times` often; both may be large when shown. */
static struct str
repeated(const char *front, const char *part, const char *end, size_t bytes)
{
	struct str text = STR_INIT, out;

	str_addz(&text, front);
	while (text.n < bytes)
		str_addz(&text, part);
	str_addz(&text, end);
	out = shown(text.v, text.n);
	str_fini(&text);
	return out;
}

static void
test_hostile(void **state)
{
	static const char left[] =
	    "! the rest of this text: it is too long when written out\n";
	static const struct {
		const char *front, *part, *end;
	} rows[] = { { "", "> ", "x" }, { "", "- ", "x" }, { "", "[", "" },
		{ "", "![", "](x)" }, { "", "<", "" }, { "", "<a ", "" },
		{ "", "<!--", "" }, { "", "*a_", "" }, { "", "`", "a" },
		{ "", "`a``", "" }, { "", "&#60;", "" }, { "", "<p>\n", "" },
		{ "<div>\n", "<", "" }, { "<div>\n", "<a href='", "" },
		{ "<div>\n", "<script>", "" }, { "", "[a](", "" },
		{ "", "1. a\n\n", "" }, { "", "|", "\n|-|\n" },
		{ "", "[a]: b\n", "" }, { "", "***", "" }, { "", "~", "" },
		{ "", "a@", "" }, { "", "www.", "" }, { "", "http://", "" },
		{ "a|b\n-|-\n", "`|", "" }, { "", "<?", "" } };
	struct str big = STR_INIT, out;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		out = repeated(rows[i].front, rows[i].part, rows[i].end, 65536);
		assert_true(out.n < 2 * 1024 * 1024);
		str_fini(&out);
	}
	/* An address of 10,000 bytes, a thousand times. */
	str_addz(&big, "[1]: http://");
	while (big.n < 10000)
		str_addc(&big, 'x');
	str_addz(&big, "\n\n");
	out = repeated(big.v, "[a][1] ", "", 17000);
	assert_non_null(strstr(out.v, left));
	assert_true(out.n < 3 * 1024 * 1024);
	str_fini(&out);
	/* Many columns make many cells of each row. */
	str_clear(&big);
	for (int i = 0; i < 200; i++)
		str_addz(&big, i == 100 ? "\n|-" : i < 100 ? "|a" : "|-");
	str_addz(&big, "\n");
	out = repeated(big.v, "|b\n", "", 60000);
	assert_non_null(strstr(out.v, left));
	str_fini(&out);
	str_fini(&big);
	/* A paragraph longer than a line is not cut, and no character torn. */
	out = repeated("", "\u98df", "", 20000);
	assert_true(out.n > 20000 && utf8_valid(out.v, out.n));
	assert_null(strstr(out.v, "..."));
	str_fini(&out);
	out = repeated("", "word ", "", 20000);
	assert_null(strstr(out.v, "wo\n"));
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
