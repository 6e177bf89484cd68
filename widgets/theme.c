#include "widgets/theme.h"

#include <string.h>

/* The colours that every terminal with 8 has and that are readable on all. */
enum {
	RED = 1,
	GREEN = 2,
	MAGENTA = 5,
	CYAN = 6,
};

#define B STYLE_BOLD
#define D STYLE_DIM
#define U STYLE_UNDERLINE
#define R STYLE_REVERSE

/* With 8 or 16 colours, and for the neutral theme at every depth. */
static const struct style neutral[ROLES] = {
	[ROLE_TEXT] = { -1, 0 },
	[ROLE_DIM] = { -1, D },
	[ROLE_TITLE] = { -1, B },
	[ROLE_ACCENT] = { CYAN, B },
	[ROLE_KEY] = { CYAN, 0 },
	[ROLE_OK] = { GREEN, 0 },
	[ROLE_WARN] = { MAGENTA, 0 },
	[ROLE_BAD] = { RED, B },
	[ROLE_INFO] = { CYAN, 0 },
	[ROLE_MARK] = { MAGENTA, B },
	[ROLE_CURSOR] = { -1, R | B },
	[ROLE_CURSOR_MARK] = { MAGENTA, R | B },
	[ROLE_CURSOR_UNFOCUSED] = { -1, U },
	[ROLE_BAR_DONE] = { GREEN, 0 },
	[ROLE_BAR_FLIGHT] = { CYAN, 0 },
	[ROLE_BAR_REST] = { -1, D },
	[ROLE_LINK] = { CYAN, U },
	[ROLE_BORDER] = { -1, D },
};

/* What another theme has for roles with a colour; attributes stay. */
static const int16_t dark[ROLES] = {
	[ROLE_DIM] = 245,
	[ROLE_TITLE] = 252,
	[ROLE_ACCENT] = 80,
	[ROLE_KEY] = 116,
	[ROLE_OK] = 114,
	[ROLE_WARN] = 215,
	[ROLE_BAD] = 203,
	[ROLE_INFO] = 110,
	[ROLE_MARK] = 213,
	[ROLE_CURSOR_MARK] = 213,
	[ROLE_BAR_DONE] = 73,
	[ROLE_BAR_FLIGHT] = 110,
	[ROLE_BAR_REST] = 240,
	[ROLE_LINK] = 117,
	[ROLE_BORDER] = 240,
};

static const int16_t light[ROLES] = {
	[ROLE_DIM] = 243,
	[ROLE_TITLE] = 234,
	[ROLE_ACCENT] = 25,
	[ROLE_KEY] = 25,
	[ROLE_OK] = 28,
	[ROLE_WARN] = 130,
	[ROLE_BAD] = 124,
	[ROLE_INFO] = 24,
	[ROLE_MARK] = 90,
	[ROLE_CURSOR_MARK] = 90,
	[ROLE_BAR_DONE] = 30,
	[ROLE_BAR_FLIGHT] = 67,
	[ROLE_BAR_REST] = 250,
	[ROLE_LINK] = 25,
	[ROLE_BORDER] = 248,
};

static const char *const names[THEMES] = { "neutral", "dark", "light",
	"contrast", "none" };

struct style
theme_style(enum theme_name theme, enum depth depth, enum role role)
{
	struct style style = neutral[role];
	const int16_t *colors = theme == THEME_DARK ? dark : light;

	if (theme == THEME_CONTRAST)
		style.attrs =
		    (uint8_t)((style.attrs & ~D) | (style.color >= 0 ? B : 0));
	if (depth == DEPTH_NONE || theme == THEME_NONE) {
		style.color = -1;
	} else if (depth == DEPTH_256 && colors[role] &&
		   (theme == THEME_DARK || theme == THEME_LIGHT)) {
		/* The colour says it, and reads better than a dim one. */
		style.color = colors[role];
		style.attrs = (uint8_t)(style.attrs & ~D);
	}
	/* What only colour would tell apart is told by an attribute. */
	if (style.color < 0 && (role == ROLE_KEY || role == ROLE_MARK ||
				   role == ROLE_ACCENT || role == ROLE_WARN))
		style.attrs |= role == ROLE_WARN ? U : B;
	return style;
}

bool
theme_parse(const char *text, enum theme_name *theme)
{
	for (int i = 0; i < THEMES; i++) {
		if (!strcmp(names[i], text)) {
			*theme = (enum theme_name)i;
			return true;
		}
	}
	return false;
}

const char *
theme_text(enum theme_name theme)
{
	return names[theme];
}
