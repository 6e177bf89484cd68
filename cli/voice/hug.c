/* hug.c: the program as itself. */
#include "cli/out.h"
#include "cli/remedy.h"
#include "cli/voice/voice.h"
#include "core/base/str.h"
#include "core/hub/address.h"

static void
tell(const struct cli *cli, const struct error *err)
{
	struct str text = STR_INIT;
	struct str advice = STR_INIT;

	remedy_add(&advice, err);
	str_addf(&text, "%s: ", cli->name);
	err_join(&text, err, advice.v);
	str_addc(&text, '\n');
	out_tell(text.v);
	str_fini(&text);
	str_fini(&advice);
}

static void
tell_readers(const char *path, unsigned mode)
{
	out_tellf("hug: warning: others can read %s (mode %o); `chmod 600` "
		  "keeps it\n",
	    path, mode);
}

const struct voice voice_hug = {
	.face = FACE_HUG,
	.name = "hug",
	.policy = {
		.output = {
			.names_itself = true,
			.formats = true,
			.takes_as = true,
			.whole_for_programs = true,
		},
		.errors = {
			.refuses_opposites = true,
			.signal_is_code = true,
			.guesses = true,
			.conflict = EXIT_USAGE,
		},
		.address = {
			.forms = ADDRESS_OWN,
			.shows_prefix = true,
		},
		.accounts = {
			.warns_of_readers = true,
			.tells_refreshed = true,
			.orgs_as_list = true,
			.names_token = true,
			.list_for_programs = true,
			.unknown_fails = true,
			.nothing_to_switch = EXIT_NOT_ALL,
		},
		.download = {
			.names_must_match = true,
			.types_follow = true,
			.tells_cautions = true,
		},
		.cache = {
			.sizes_on_disk = true,
			.knows_kernels = true,
			.lists_damaged = true,
			.filters_are_queries = true,
			.verifies_offline = true,
		},
		.deletion = {
			.name_is_typed = true,
			.asks_before_files = true,
			.asks_before_branch = true,
			.asks_in_one_line = true,
			.needs_terminal = true,
			.takes_empty_repos = true,
			.quiet_lists_what_went = true,
			.tells_unclear = true,
			.tells_what_went = true,
			.counts_what_stays = true,
			.prunes_leftovers = true,
		},
		.repos = {
			.checks_values = true,
			.pins_files = true,
			.counts_files = true,
			.files_must_match = true,
		},
		.cp = {
			.asks = true,
			.keeps_parts = true,
		},
		.lfs = {
			.answers_all = true,
		},
		.lists = {
			.helpful_columns = true,
			.other_years = true,
		},
		.upload = {
			.asks = true,
			.path_is_no_pattern = true,
			.several_commits = true,
			.waits_for_quota = true,
			.pull_needs_main = true,
			.tells_more = true,
			.checks_target = true,
		},
	},
	.text = {
		.errors = {
			.tell = tell,
			.front = "",
			.warning = "",
		},
		.version = {
			.release = PACKAGE_VERSION,
			.line = PACKAGE_NAME " " PACKAGE_VERSION,
		},
		.accounts = {
			.login = "hug login",
			.nobody = "hug: not logged in. Run `hug login`",
			.none_stored = "No access tokens found.",
			.listed = "`hug auth list` shows them",
			.token_seen =
			    "hug: hint: others can read --token in the list of "
			    "processes, and it stays in the shell's history; "
			    "`hug login` or HF_TOKEN avoid that\n",
			.after_login =
			    "hint: --token can be seen by other users of this "
			    "machine; --token-stdin cannot",
		},
		.download = {
			.been = "been",
		},
		.cache = {
			.not_there = "",
			.nothing_yet = "Nothing is cached yet. `hug download ORG/NAME` downloads a model.",
			.warned = "",
			.nothing_to_prune = "Nothing to prune.",
		},
		.deletion = {
			.cannot_ask = "There is no terminal to ask on; add "
				      "--yes to go ahead",
		},
		.repos = {
			.exists = "Repo already exists, nothing was changed",
			.copy_exists = "Repo already exists, nothing was "
				       "copied",
			.branch_exists = "Branch already exists, nothing was "
					 "changed",
			.not_there = "Repo did not exist",
			.needs_sdk =
			    "a Space needs --sdk: gradio, streamlit, docker or "
			    "static",
			.templates = "",
			.tool = "hug",
			.secret_seen =
			    "hug: hint: others can read --secrets KEY=VALUE in "
			    "the list of processes; --secrets KEY takes it "
			    "from the environment, --secrets-file from a "
			    "file\n",
			.tell_readers = tell_readers,
		},
		.upload = {
			.quote = "",
			.tool = "hug",
		},
		.cp = {
			.wrong = {
				[CP_NO_TARGET] =
				    ("DST is missing: the address of a "
				     "repository, or of a file in one"),
				[CP_NO_REMOTE] =
				    ("neither SRC nor DST is on the Hub; write "
				     "the one that is as hf://ORG/NAME/PATH, or "
				     "as the address of its page"),
				[CP_NO_FILE] =
				    ("SRC has to be one file; `hug download` "
				     "takes folders and repositories"),
				[CP_NO_NAME] =
				    ("DST has to name the file that standard "
				     "input becomes"),
				[CP_FOLDER] =
				    ("SRC is a folder; `hug upload` takes "
				     "folders"),
				[CP_NO_SOURCE] = "there is no file ",
			},
		},
		.lfs = {
			.enabled = "Set up to push files larger than 5 GB",
		},
		.lists = {
			.negative_limit = "--limit cannot be negative",
		},
	},
};
