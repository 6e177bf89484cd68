#include "cli/upload_failure.h"

#include <string.h>

#include "cli/out.h"
#include "cli/session.h"
#include "cli/suggest.h"
#include "cli/voice/voice.h"
#include "core/base/str.h"

/* What is wrong with the card, "- " before each line, in one line. */
static void
add_card_faults(struct str *out, const char *said)
{
	while (*said) {
		size_t n = strcspn(said, "\n");
		bool dash = n >= 2 && !strncmp(said, "- ", 2);

		str_addf(out, "%s%.*s", out->n ? "; " : "", (int)(n - 2 * dash),
		    said + 2 * dash);
		said += n + (said[n] == '\n');
	}
}

/* A ValueError of the clients, whatever was wrong with the card. */
static void
word_card(const struct cli *cli, struct error *err)
{
	struct str text = STR_INIT;

	if (err->about != ERR_ABOUT_CARD)
		return;
	if (cli->voice->policy.upload.tells_more) {
		add_card_faults(&text, err->said);
		err_set(err, ERR_CONFLICT,
		    "the metadata in README.md is not valid: %s", text.v);
	} else {
		str_addf(
		    &text, "Invalid metadata in README.md.\n%s", err->said);
		err_lines(err, ERR_CONFLICT, text.v);
	}
	err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
	str_fini(&text);
}

/* A file that cannot be where it is to go: the clients say only that. */
static void
word_target(const struct cli *cli, struct error *err)
{
	if (err->about != ERR_ABOUT_ARGUMENT || !err->said[0] ||
	    cli->voice->policy.upload.tells_more)
		return;
	err_lines(err, ERR_CONFLICT, err->said);
	err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

void
upload_tell_failure(struct session *s, struct error *err)
{
	word_target(s->cli, err);
	word_card(s->cli, err);
	suggest_repo(s, err);
	/* There is no cache here that could have it. */
	if (err->about == ERR_ABOUT_REACH ||
	    (err->about == ERR_ABOUT_OTHER && err->code == ERR_NETWORK))
		err->about = ERR_ABOUT_CALL;
	/* Whatever the network did: what has arrived is not sent again. */
	if (err->code == ERR_NETWORK && !err->hint[0])
		err_remedy(err, REMEDY_RUN_AGAIN);
	out_error(s->cli, err);
}
