/* html.h: what HTML says in a card, as text: tags and comments are left out, addresses
 * of links are not. Nothing is loaded. Texts keep what could steer a terminal: whoever
 * shows them makes them safe. */
#ifndef CORE_WEIGHTS_HTML_H
#define CORE_WEIGHTS_HTML_H

#include <stddef.h>

#include "core/base/str.h"

/* What is known from one tag to the next; { STR_INIT } at first. */
struct html {
	struct str href; /* of the link that is open */
};

void html_fini(struct html *html);

/* Appends what one tag, "<" to ">", comes to: a line end, an address, an image's name,
 * or nothing. */
void html_add_tag(
    struct html *html, struct str *out, const char *tag, size_t n);

/* Appends the text of HTML with tags in it. */
void html_add(struct html *html, struct str *out, const char *text, size_t n);

/* Appends the character that "&amp;" or "&#62;" names; one that is not known here as
 * it is written. */
void html_add_entity(struct str *out, const char *entity, size_t n);

#endif
