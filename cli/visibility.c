#include "cli/visibility.h"

#include "cli/voice/voice.h"

bool
visibility_read(const struct cli *cli, const struct visibility_args *args,
    enum repo_type type, const char **word, struct error *err)
{
	int given = args->private + args->public + args->protected;

	*word = args->private     ? "private"
	        : args->public    ? "public"
	        : args->protected ? "protected"
	                          : NULL;
	if (cli->voice->policy.errors.refuses_opposites && given > 1)
		return err_set(err, ERR_USAGE,
		    "--private, --public and --protected cannot be used "
		    "together");
	if (!args->protected || args->private || args->public ||
	    type == REPO_SPACE)
		return true;
	err_set(err, ERR_CONFLICT,
	    "Only Spaces can be 'protected'. Please set visibility to "
	    "'public' or 'private'.");
	return err_about(err, ERR_ABOUT_ARGUMENT, NULL, NULL);
}
