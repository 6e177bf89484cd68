#include "cli/similar.h"

#include <string.h>

/* Part of a word. */
struct part {
	const char *v;
	size_t n;
};

static size_t
common_at(struct part a, struct part b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.v[n] == b.v[n])
		n++;
	return n;
}

/* Letters in common: the longest run, and those before and behind it. */
static size_t
common(struct part a, struct part b)
{
	size_t best = 0, at_a = 0, at_b = 0;

	for (size_t i = 0; i < a.n; i++) {
		for (size_t k = 0; k < b.n; k++) {
			size_t n = common_at((struct part){ a.v + i, a.n - i },
			    (struct part){ b.v + k, b.n - k });

			if (n > best) {
				best = n;
				at_a = i;
				at_b = k;
			}
		}
	}
	if (!best)
		return 0;
	return best +
	       common((struct part){ a.v, at_a }, (struct part){ b.v, at_b }) +
	       common((struct part){ a.v + at_a + best, a.n - at_a - best },
		   (struct part){ b.v + at_b + best, b.n - at_b - best });
}

double
similarity(const char *a, const char *b)
{
	struct part x = { a, strlen(a) };
	struct part y = { b, strlen(b) };

	/* What is so long is no slip of the finger. */
	if (x.n > 64 || y.n > 64)
		return 0;
	/* difflib looks for the first argument's runs in the second. */
	return x.n + y.n ? 2.0 * (double)common(x, y) / (double)(x.n + y.n) : 1;
}
