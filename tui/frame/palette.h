/* palette.h: all actions as a list: what can be done here, and by which key. */
#ifndef TUI_FRAME_PALETTE_H
#define TUI_FRAME_PALETTE_H

#include <stdbool.h>

struct app;

/* Opens it; as help in groups, with headings. What is chosen is run. */
void palette_open(struct app *app, bool help);

/* What can be done with the row under the cursor, as a menu. */
void palette_offer(struct app *app);

/* Does what was chosen of it. */
void palette_chosen(struct app *app, int answer);

#endif
