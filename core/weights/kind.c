#include "core/weights/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Whole names come first, then what they begin with, then how they end. */
static const struct {
	const char *start, *end, *kind;
} kinds[] = {
	{ "README", ".md", "card" },
	{ "LICENSE", "", "licence" },
	{ "LICENCE", "", "licence" },
	{ "tokenizer", "", "tokenizer" },
	{ "vocab", "", "tokenizer" },
	{ "merges", ".txt", "tokenizer" },
	{ "special_tokens", ".json", "tokenizer" },
	{ "added_tokens", ".json", "tokenizer" },
	{ "sentencepiece", "", "tokenizer" },
	{ "spiece", "", "tokenizer" },
	{ "chat_template", "", "template" },
	{ "imatrix", "", "calibration" },
	{ "", ".index.json", "index" },
	{ "", "config.json", "config" },
	{ "", ".safetensors", "safetensors" },
	{ "", ".gguf", "gguf" },
	{ "", ".onnx", "onnx" },
	{ "", ".onnx_data", "onnx" },
	{ "", ".bin", "weights" },
	{ "", ".pt", "pickle" },
	{ "", ".pth", "pickle" },
	{ "", ".ckpt", "pickle" },
	{ "", ".pkl", "pickle" },
	{ "", ".pickle", "pickle" },
	{ "", ".joblib", "pickle" },
	{ "", ".h5", "weights" },
	{ "", ".msgpack", "weights" },
	{ "", ".ot", "weights" },
	{ "", ".tflite", "weights" },
	{ "", ".npz", "weights" },
	{ "", ".model", "tokenizer" },
	{ "", ".parquet", "parquet" },
	{ "", ".arrow", "arrow" },
	{ "", ".csv", "csv" },
	{ "", ".tsv", "tsv" },
	{ "", ".jsonl", "jsonl" },
	{ "", ".json", "json" },
	{ "", ".yaml", "yaml" },
	{ "", ".yml", "yaml" },
	{ "", ".toml", "config" },
	{ "", ".md", "text" },
	{ "", ".txt", "text" },
	{ "", ".jinja", "template" },
	{ "", ".py", "code" },
	{ "", ".ipynb", "code" },
	{ "", ".sh", "code" },
	{ "", ".js", "code" },
	{ "", ".ts", "code" },
	{ "", ".png", "image" },
	{ "", ".jpg", "image" },
	{ "", ".jpeg", "image" },
	{ "", ".gif", "image" },
	{ "", ".webp", "image" },
	{ "", ".svg", "image" },
	{ "", ".wav", "sound" },
	{ "", ".mp3", "sound" },
	{ "", ".flac", "sound" },
	{ "", ".mp4", "video" },
	{ "", ".zip", "archive" },
	{ "", ".tar", "archive" },
	{ "", ".gz", "archive" },
	{ "", ".zst", "archive" },
	{ "", ".7z", "archive" },
};

static bool
fits(const char *name, size_t n, const char *start, const char *end)
{
	size_t head = strlen(start), tail = strlen(end);

	return n >= head + tail && !strncasecmp(name, start, head) &&
	       !strcasecmp(name + n - tail, end);
}

const char *
file_kind_name(const char *name)
{
	const char *slash = strrchr(name, '/');
	size_t n;

	name = slash ? slash + 1 : name;
	n = strlen(name);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (fits(name, n, kinds[i].start, kinds[i].end))
			return kinds[i].kind;
	}
	return "-";
}
