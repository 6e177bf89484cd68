#include "cli/voice/voice.h"

#include <string.h>

static const struct voice *const voices[] = { &voice_hug, &voice_hf,
	&voice_old };

#define VOICES (sizeof(voices) / sizeof(*voices))

const struct voice *
voice_called(const char *name)
{
	for (size_t i = 0; name && i < VOICES; i++) {
		if (!strcmp(voices[i]->name, name))
			return voices[i];
	}
	return &voice_hug;
}

const struct voice *
voice_of(enum face face)
{
	for (size_t i = 0; i < VOICES; i++) {
		if (voices[i]->face == face)
			return voices[i];
	}
	return &voice_hug;
}

const char *
voice_advice(const struct voice *voice, const struct error *err)
{
	const char *text = voice->text.errors.advice[err->remedy];

	return text ? text : "";
}
