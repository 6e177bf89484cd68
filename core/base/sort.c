#include "core/base/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

typedef int compare_u32(const void *context, uint32_t a, uint32_t b);

static bool
is_sorted(
    const uint32_t *v, size_t n, compare_u32 *compare, const void *context)
{
	for (size_t i = 1; i < n; i++) {
		if (compare(context, v[i - 1], v[i]) > 0)
			return false;
	}
	return true;
}

/* Two sorted parts, of `half` and of the rest, into one. */
static void
merge(uint32_t *v, size_t n, size_t half, uint32_t *space, compare_u32 *compare,
    const void *context)
{
	size_t a = 0, b = half, to = 0;

	memcpy(space, v, half * sizeof(*v));
	while (a < half && b < n)
		v[to++] =
		    compare(context, space[a], v[b]) <= 0 ? space[a++] : v[b++];
	memcpy(v + to, space + a, (half - a) * sizeof(*v));
}

static void
sort(uint32_t *v, size_t n, uint32_t *space, compare_u32 *compare,
    const void *context)
{
	if (n < 2 || is_sorted(v, n, compare, context))
		return;
	sort(v, n / 2, space, compare, context);
	sort(v + n / 2, n - n / 2, space, compare, context);
	merge(v, n, n / 2, space, compare, context);
}

void
sort_u32(uint32_t *numbers, size_t n, compare_u32 *compare, const void *context)
{
	uint32_t *space;

	if (n < 2 || is_sorted(numbers, n, compare, context))
		return;
	space = mem_resize(NULL, n / 2, sizeof(*space));
	sort(numbers, n, space, compare, context);
	free(space);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Of two numbers the one with more digits is larger; leading zeros tell nothing. */
static int
compare_numbers(const char **a, const char **b)
{
	size_t n, m;
	int order;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	n = strspn(*a, "0123456789");
	m = strspn(*b, "0123456789");
	order = n != m ? (n < m ? -1 : 1) : strncmp(*a, *b, n);
	*a += n;
	*b += m;
	return order;
}

int
sort_natural(const char *a, const char *b)
{
	const char *x = a, *y = b;
	int order;

	while (*x && *y) {
		if (is_digit(*x) && is_digit(*y)) {
			order = compare_numbers(&x, &y);
			if (order)
				return order;
		} else if (*x != *y) {
			return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
		} else {
			x++;
			y++;
		}
	}
	order = (*x != 0) - (*y != 0);
	return order ? order : strcmp(a, b);
}
