/* test_quants.c: names of GGUF files as public repositories have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/str.h"
#include "core/weights/quants.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* "TYPE parts", one after the other, then "+projectors ~calibrations". */
static void
describe(struct str *out, const struct quants *quants)
{
	arr_each (quant, &quants->list) {
		str_addf(out, "%s%s:%zu", out->n ? " " : "",
		    *quant->type ? quant->type : "?", quant->files.n);
		if (!quant->whole)
			str_addf(out, "/%u", quant->parts);
	}
	if (quants->projectors.n)
		str_addf(out, " +%zu", quants->projectors.n);
	if (quants->calibrations.n)
		str_addf(out, " ~%zu", quants->calibrations.n);
}

/* Each is larger than the one before. */
static void
take(struct quants *quants, const char *const *paths)
{
	uint64_t size = 0;

	*quants = (struct quants){ .known = MAP_INIT };
	while (*paths)
		quants_add(quants, *paths++, size += 100);
	quants_end(quants);
}

static void
test_shapes(void **state)
{
	static const struct {
		const char *paths[8];
		const char *is;
	} rows[] = {
		{ { "README.md", "config.json", "a.safetensors" }, "" },
		{ { "llama-2-7b.Q2_K.gguf", "llama-2-7b.Q3_K_S.gguf",
		      "llama-2-7b.Q8_0.gguf" },
		    "Q2_K:1 Q3_K_S:1 Q8_0:1" },
		{ { "Meta-Llama-3-8B-Instruct-IQ1_M.gguf",
		      "Meta-Llama-3-8B-Instruct-Q6_K_L.gguf" },
		    "IQ1_M:1 Q6_K_L:1" },
		{ { "model.i1-IQ2_XXS.gguf", "model.i1-Q4_K_M.gguf",
		      "model.imatrix.dat" },
		    "IQ2_XXS:1 Q4_K_M:1 ~1" },
		{ { "gemma-3-27b-it-q4_0.gguf", "mmproj-model-f16-27B.gguf" },
		    "Q4_0:1 +1" },
		{ { "Model-UD-Q4_K_XL.gguf", "Model-Q4_K_XL.gguf" },
		    "UD-Q4_K_XL:1 Q4_K_XL:1" },
		{ { "UD-Q2_K_XL/DeepSeek-V3-UD-Q2_K_XL-00001-of-00002.gguf",
		      "UD-Q2_K_XL/DeepSeek-V3-UD-Q2_K_XL-00002-of-00002.gguf" },
		    "UD-Q2_K_XL:2" },
		{ { "Q8_0/m-00002-of-00003.gguf",
		      "Q8_0/m-00001-of-00003.gguf" },
		    "Q8_0:2/3" },
		{ { "BF16/model-00001-of-00002.gguf",
		      "BF16/model-00002-of-00002.gguf", "F16/model.gguf" },
		    "BF16:2 F16:1" },
		{ { "qwen2-7b-instruct-fp16.gguf",
		      "qwen2-7b-instruct-fp16-00001-of-00001.gguf" },
		    "FP16:1 FP16:1" },
		{ { "m.Q6_K.gguf-split-a", "m.Q6_K.gguf-split-b" }, "Q6_K:2" },
		{ { "m.Q6_K.gguf.part1of2", "m.Q6_K.gguf.part2of2" },
		    "Q6_K:2" },
		{ { "ggml-model-f16.gguf", "ggml-model-q4_k.gguf" },
		    "F16:1 Q4_K:1" },
		{ { "gpt-oss-20b-mxfp4.gguf", "gpt-oss-20b-F32.GGUF" },
		    "MXFP4:1 F32:1" },
		{ { "Model-MXFP4_MOE.gguf", "m-NVFP4.gguf" },
		    "MXFP4_MOE:1 NVFP4:1" },
		{ { "bitnet-TQ1_0.gguf", "bitnet-TQ2_0.gguf" },
		    "TQ1_0:1 TQ2_0:1" },
		{ { "m-Q4_0_4_4.gguf", "m-Q4_0_4_8.gguf", "m-Q4_0_8_8.gguf" },
		    "Q4_0_4_4:1 Q4_0_4_8:1 Q4_0_8_8:1" },
		{ { "m-IQ4_NL.gguf", "m-IQ4_XS.gguf", "m-IQ3_XXS.gguf" },
		    "IQ4_NL:1 IQ4_XS:1 IQ3_XXS:1" },
		{ { "m-Q4_K_M-imat.gguf", "imatrix.dat", "m.imatrix" },
		    "Q4_K_M:1 ~2" },
		{ { "imatrix_unsloth.gguf_file", "imatrix.gguf",
		      "m-Q2_K.gguf" },
		    "Q2_K:1 ~1" },
		{ { "m-Q4_K_M-v2.gguf", "m-Q4_K_M.gguf" },
		    "Q4_K_M:1 Q4_K_M:1" },
		{ { "model.gguf", "phi-2.gguf" }, "?:1 ?:1" },
		{ { "7b/m-Q4_K_M.gguf", "13b/m-Q4_K_M.gguf" },
		    "Q4_K_M:1 Q4_K_M:1" },
		{ { "mmproj-F16.gguf", "mmproj-BF16.gguf", "m-Q4_1.gguf" },
		    "Q4_1:1 +2" },
		{ { "llava-v1.5-7b-mmproj-Q8_0.gguf",
		      "llava-v1.5-7b-Q4_K.gguf" },
		    "Q4_K:1 +1" },
		{ { "Llama-3-Q8-distill-Q3_K_L.gguf" }, "Q3_K_L:1" },
		{ { "m-Q5_K_S.gguf", "m-Q5_K_M.gguf", "m-Q5_1.gguf" },
		    "Q5_K_S:1 Q5_K_M:1 Q5_1:1" },
		{ { "m-q4.gguf", "m-Q8.gguf" }, "Q4:1 Q8:1" },
		{ { "m_Q4_K_M.gguf" }, "Q4_K_M:1" },
		{ { "m Q4_K_M.gguf" }, "Q4_K_M:1" },
		{ { "IQ2_M_GGUF/model.gguf" }, "IQ2_M:1" },
		{ { "faq4_notes.gguf", "xQ4_K_M.gguf" }, "?:1 ?:1" },
		{ { "m-Q9_K.gguf", "m-Q4_Z.gguf" }, "?:1 Q4:1" },
		{ { "m-00001-of-00002.gguf", "m-00001-of-00003.gguf" },
		    "?:1/2 ?:1/3" },
		{ { "m-00001-of-00002.gguf", "m-1-of-00002.gguf" }, "?:2/2" },
		{ { "m.gguf-split-a", "m.gguf-split-c" }, "?:2/0" },
		{ { "m-Q4_0.gguf", "m-Q4_0.GGUF" }, "Q4_0:1 Q4_0:1" },
		{ { "m-00003-of-00002.gguf" }, "?:1" },
		{ { "m-00000-of-00002.gguf" }, "?:1" },
		{ { "m.gguf.sha256", "m.gguf.md", "x.ggufx" }, "" },
		{ { "a/b/c/Q4_K_S/d/m-00001-of-00001.gguf" }, "Q4_K_S:1" },
		{ { ".gguf" }, "?:1" },
		{ { "m-bf16.gguf", "m-f32.gguf", "m-f16.gguf" },
		    "BF16:1 F32:1 F16:1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct quants quants;
		struct str is = STR_INIT;

		take(&quants, rows[i].paths);
		describe(&is, &quants);
		assert_string_equal(is.v, rows[i].is);
		str_fini(&is);
		quants_fini(&quants);
	}
}

static const char *const mixed[] = { "a-Q4_K_M.gguf", "a-q8_0.gguf",
	"a-FP16.gguf", "a-UD-Q2_K_XL.gguf", "a-IQ4_K_M.gguf", "b-Q6_K.gguf",
	"c-Q6_K.gguf", "d-Q5_0-00002-of-00002.gguf", "mmproj-F16.gguf",
	"e-Q3_K-00002-of-00002.gguf", "e-Q3_K-00001-of-00002.gguf", NULL };

static void
test_choosing(void **state)
{
	static const struct {
		const char *types;
		const char *is; /* paths, or "!" and what the error says */
	} rows[] = {
		{ "Q4_K_M", "a-Q4_K_M.gguf mmproj-F16.gguf" },
		{ "q4_k_m", "a-Q4_K_M.gguf mmproj-F16.gguf" },
		{ "Q8_0,Q4_K_M", "a-q8_0.gguf a-Q4_K_M.gguf mmproj-F16.gguf" },
		{ "f16", "a-FP16.gguf mmproj-F16.gguf" },
		{ "FP16", "a-FP16.gguf mmproj-F16.gguf" },
		{ "q2_k_xl", "a-UD-Q2_K_XL.gguf mmproj-F16.gguf" },
		{ "UD-Q2_K_XL", "a-UD-Q2_K_XL.gguf mmproj-F16.gguf" },
		{ "Q3_K", "e-Q3_K-00001-of-00002.gguf "
			  "e-Q3_K-00002-of-00002.gguf mmproj-F16.gguf" },
		{ "Q4_K", "!no GGUF file of type Q4_K here; there is" },
		{ "", "!no type behind the colon" },
		{ ",", "!no type behind the colon" },
		{ "Q4_K_M,Q1", "!no GGUF file of type Q1" },
		{ "Q6_K", "!2 models here are of type Q6_K: b-Q6_K, c-Q6_K" },
		{ "Q5_0", "!has 1 of its 2 parts" },
		{ "16", "!no GGUF file" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct quants quants;
		struct str is = STR_INIT;
		quant_paths paths = { 0 };
		struct error err;

		take(&quants, mixed);
		if (quants_choose(&quants, rows[i].types, &paths, &err)) {
			arr_each (path, &paths)
				str_addf(&is, "%s%s", is.n ? " " : "", *path);
			assert_string_equal(is.v, rows[i].is);
		} else {
			assert_int_equal(rows[i].is[0], '!');
			assert_non_null(strstr(err.message, rows[i].is + 1));
			assert_int_equal(err.code, ERR_NOT_FOUND);
		}
		arr_free(&paths);
		str_fini(&is);
		quants_fini(&quants);
	}
}

/* A listing may be hostile: its length costs no more than that, sizes do not wrap, and
 * errors stay short. */
static void
test_very_many(void **state)
{
	struct quants quants = { .known = MAP_INIT };
	quant_paths paths = { 0 };
	struct error err;
	char path[64];

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		snprintf(path, sizeof(path), "m%u-Q4_K_M.gguf", i);
		quants_add(&quants, path, UINT64_MAX);
		snprintf(path, sizeof(path), "m-Q8_0-%05u-of-200000.gguf",
		    200000 - i);
		quants_add(&quants, path, UINT64_MAX / 2);
	}
	quants_end(&quants);
	assert_int_equal(quants.list.n, 200001);
	assert_false(quants_choose(&quants, "Q4_K_M", &paths, &err));
	assert_non_null(strstr(err.message, "200000 models here"));
	assert_true(quants_choose(&quants, "Q8_0", &paths, &err));
	assert_int_equal(paths.n, 200000);
	assert_string_equal(paths.v[0], "m-Q8_0-00001-of-200000.gguf");
	arr_each (quant, &quants.list)
		assert_true(quant->size == UINT64_MAX);
	arr_free(&paths);
	quants_fini(&quants);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_choosing),
		cmocka_unit_test(test_very_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
