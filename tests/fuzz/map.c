/* map.c: the table of names against a list of them. */
#include "core/base/map.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	struct map map = MAP_INIT;
	ARR(char *) keys = { 0 };
	size_t found, distinct = 0;

	while (in.n && keys.n < 200) {
		char *key = fuzz_text(&in, '\n');
		bool known = false;

		arr_each (other, &keys)
			known = known || !strcmp(*other, key);
		must(map_find(&map, key, NULL) == known);
		must(map_add(&map, key, keys.n) == !known);
		distinct += !known;
		arr_push(&keys, key);
	}
	must(map.n == distinct);
	arr_each (key, &keys) {
		must(map_find(&map, *key, &found));
		must(found <= (size_t)(key - keys.v));
		must(!strcmp(keys.v[found], *key));
	}
	map_fini(&map);
	must(!map_find(&map, "", NULL));
	arr_each (key, &keys)
		free(*key);
	arr_free(&keys);
	return 0;
}
