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

/* -- bit by bit -- */

/* Numbers that are sorted at once: these stay in the processor's cache. */
#define CHUNK ((size_t)1024)

void
sort_begin(struct sort_job *job, const uint32_t *numbers, size_t n,
    compare_u32 *compare, const void *context)
{
	*job = (struct sort_job){
		.n = n, .compare = compare, .context = context, .width = CHUNK
	};
	job->numbers = mem_resize(NULL, n, sizeof(*numbers));
	job->space = mem_resize(NULL, n, sizeof(*numbers));
	if (n)
		memcpy(job->numbers, numbers, n * sizeof(*numbers));
	job->b = n < CHUNK ? n : CHUNK;
}

void
sort_drop(struct sort_job *job)
{
	free(job->numbers);
	free(job->space);
	*job = (struct sort_job){ .n = 0 };
}

/* Where the part ends that begins so many parts behind `begin`. */
static size_t
part_end(const struct sort_job *job, size_t parts)
{
	size_t left = job->n - job->begin;

	return job->width <= left / parts ? job->begin + job->width * parts
	                                  : job->n;
}

/* To the next two parts, or to twice the width. */
static void
next_parts(struct sort_job *job)
{
	uint32_t *merged = job->space;

	job->begin = part_end(job, 2);
	if (job->begin == job->n) {
		job->space = job->numbers;
		job->numbers = merged;
		job->width *= 2;
		job->begin = job->to = 0;
	}
	job->a = job->begin;
	job->b = part_end(job, 1);
}

/* Two parts that are in order already, or of which there is one, are copied. */
static bool
copy_parts(struct sort_job *job, size_t middle, size_t end)
{
	if (job->a != job->begin || job->b != middle)
		return false;
	if (middle < end && job->compare(job->context, job->numbers[middle - 1],
				job->numbers[middle]) > 0)
		return false;
	memcpy(job->space + job->to, job->numbers + job->begin,
	    (end - job->begin) * sizeof(*job->numbers));
	job->to = end;
	return true;
}

/* Goes on merging, until both are used up or so many numbers are placed. */
static bool
merge_parts(struct sort_job *job, size_t middle, size_t end, size_t *most)
{
	const uint32_t *v = job->numbers;

	while ((job->a < middle || job->b < end) && *most) {
		bool first =
		    job->b == end ||
		    (job->a < middle &&
			job->compare(job->context, v[job->a], v[job->b]) <= 0);

		job->space[job->to++] = first ? v[job->a++] : v[job->b++];
		--*most;
	}
	return job->a == middle && job->b == end;
}

bool
sort_step(struct sort_job *job, size_t numbers)
{
	while (numbers && job->chunked < job->n) {
		size_t n = job->n - job->chunked;

		n = n < CHUNK ? n : CHUNK;
		sort(job->numbers + job->chunked, n, job->space, job->compare,
		    job->context);
		job->chunked += n;
		numbers -= n < numbers ? n : numbers;
	}
	while (numbers && job->width < job->n) {
		size_t middle = part_end(job, 1), end = part_end(job, 2);

		if (copy_parts(job, middle, end))
			numbers--;
		else if (!merge_parts(job, middle, end, &numbers))
			break;
		next_parts(job);
	}
	return job->chunked == job->n && job->width >= job->n;
}

/* -- names -- */

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
