#include "core/weights/format.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

const char *
weights_format_name(enum weights_format format)
{
	static const char *const names[] = { "safetensors", "PyTorch (pickle)",
		"GGUF", "ONNX", "Flax", "TensorFlow", "other" };

	return names[format];
}

const char *
weights_format_key(enum weights_format format)
{
	static const char *const names[] = { "safetensors", "pickle", "gguf",
		"onnx", "flax", "tensorflow", "other" };

	return names[format];
}

static bool
starts_with_any(const char *base, const char *const *words)
{
	for (; *words; words++) {
		if (!strncasecmp(base, *words, strlen(*words)))
			return true;
	}
	return false;
}

static bool
ends(const char *base, const char *with)
{
	size_t n = strlen(base), m = strlen(with);

	return n >= m && !strcasecmp(base + n - m, with);
}

/* "ggml-base.bin", "q4_0-ggml.bin": of whisper.cpp and of the first llama.cpp. */
static bool
names_ggml(const char *base)
{
	for (; *base; base++) {
		if (!strncasecmp(base, "ggml", 4))
			return true;
	}
	return false;
}

/* What a ".bin" is. OpenVINO's and MLC's weights are plain numbers, and words and
 * tokens are no weights. */
static enum weights_format
bin_format(const char *base)
{
	static const char *const plain[] = { "openvino_", "params_shard_",
		NULL };
	static const char *const texts[] = { "tokenizer", "vocab", "words",
		"dict", NULL };

	if (starts_with_any(base, plain) || names_ggml(base))
		return WEIGHTS_OTHER;
	return starts_with_any(base, texts) ? WEIGHTS_NONE : WEIGHTS_PICKLE;
}

/* What Trainer, Accelerate and DeepSpeed keep to go on with. */
static bool
is_state(const char *base)
{
	static const char *const begins[] = { "training_args.", "optimizer.",
		"optimizer_", "scheduler.", "scaler.", "rng_state",
		"random_states_", NULL };

	return starts_with_any(base, begins) || ends(base, "_optim_states.pt");
}

enum weights_format
weights_format_of(const char *path)
{
	static const struct {
		const char *end;
		enum weights_format format;
	} rows[] = { { ".safetensors", WEIGHTS_SAFETENSORS },
		{ ".gguf", WEIGHTS_GGUF }, { ".onnx", WEIGHTS_ONNX },
		{ ".onnx_data", WEIGHTS_ONNX }, { ".onnx.data", WEIGHTS_ONNX },
		{ ".msgpack", WEIGHTS_FLAX }, { ".h5", WEIGHTS_TENSORFLOW },
		{ ".keras", WEIGHTS_TENSORFLOW }, { ".ot", WEIGHTS_OTHER },
		{ ".tflite", WEIGHTS_OTHER }, { ".ggml", WEIGHTS_OTHER },
		{ ".mlmodel", WEIGHTS_OTHER }, { ".npz", WEIGHTS_OTHER },
		{ ".bin", WEIGHTS_PICKLE }, { ".pt", WEIGHTS_PICKLE },
		{ ".pth", WEIGHTS_PICKLE }, { ".ckpt", WEIGHTS_PICKLE },
		{ ".pkl", WEIGHTS_PICKLE }, { ".pickle", WEIGHTS_PICKLE },
		{ ".joblib", WEIGHTS_PICKLE } };
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	enum weights_format format = WEIGHTS_NONE;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (ends(base, rows[i].end))
			format = rows[i].format;
	}
	if (format == WEIGHTS_PICKLE && is_state(base))
		return WEIGHTS_STATE;
	return format == WEIGHTS_PICKLE && ends(base, ".bin") ? bin_format(base)
	                                                      : format;
}
