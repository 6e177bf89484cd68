/* format.h: in which format a file has weights, by its name alone. */
#ifndef CORE_WEIGHTS_FORMAT_H
#define CORE_WEIGHTS_FORMAT_H

enum weights_format {
	WEIGHTS_SAFETENSORS,
	WEIGHTS_PICKLE, /* of Python: loading one runs what it says */
	WEIGHTS_GGUF,
	WEIGHTS_ONNX,
	WEIGHTS_FLAX,
	WEIGHTS_TENSORFLOW,
	WEIGHTS_OTHER, /* OpenVINO, Core ML, TFLite, ggml, ... */
	WEIGHTS_FORMATS,

	WEIGHTS_STATE, /* a pickle, but of a training run: not needed to use it */
	WEIGHTS_NONE,
};

/* "safetensors", "PyTorch (pickle)": for people. Of the formats before
 * WEIGHTS_FORMATS only. */
const char *weights_format_name(enum weights_format format);

/* The same for programs: "safetensors", "pickle". */
const char *weights_format_key(enum weights_format format);

/*
 * What a file is. ".bin" is a pickle unless its name says something else: not to
 * know is no reason to trust it.
 */
enum weights_format weights_format_of(const char *path);

#endif
