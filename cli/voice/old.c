/* old.c: as the official client of release 0.36, huggingface-cli. */
#include "cli/official.h"
#include "cli/voice/voice.h"

static const char logo[] =
    "\n"
    "    _|    _|  _|    _|    _|_|_|    _|_|_|  _|_|_|  _|      _|    _|_|_|"
    "      _|_|_|_|    _|_|      _|_|_|  _|_|_|_|\n"
    "    _|    _|  _|    _|  _|        _|          _|    _|_|    _|  _|      "
    "      _|        _|    _|  _|        _|\n"
    "    _|_|_|_|  _|    _|  _|  _|_|  _|  _|_|    _|    _|  _|  _|  _|  _|_|"
    "      _|_|_|    _|_|_|_|  _|        _|_|_|\n"
    "    _|    _|  _|    _|  _|    _|  _|    _|    _|    _|    _|_|  _|    _|"
    "      _|        _|    _|  _|        _|\n"
    "    _|    _|    _|_|      _|_|_|    _|_|_|  _|_|_|  _|      _|    _|_|_|"
    "      _|        _|    _|    _|_|_|  _|_|_|_|\n"
    "\n";

/* utils/_runtime.py: dump_environment_info. */
static const char *const settings[] = { "ENDPOINT", "HF_HUB_CACHE",
	"HF_ASSETS_CACHE", "HF_TOKEN_PATH", "HF_STORED_TOKENS_PATH",
	"HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY",
	"HF_HUB_DISABLE_PROGRESS_BARS", "HF_HUB_DISABLE_SYMLINKS_WARNING",
	"HF_HUB_DISABLE_EXPERIMENTAL_WARNING", "HF_HUB_DISABLE_IMPLICIT_TOKEN",
	"HF_HUB_DISABLE_XET", "HF_HUB_ENABLE_HF_TRANSFER",
	"HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT", NULL };

const struct voice voice_old = {
	.face = FACE_OLD,
	.name = "huggingface-cli",
	.policy = {
		.errors = {
			.signal_is_code = true,
			.conflict = EXIT_NOT_ALL,
		},
		.address = {
			.only_ids = true,
		},
		.accounts = {
			.nobody_is_fine = true,
			.plain_whoami = true,
			.bar_in_list = true,
			.asks_number = true,
			.refused_on_stdout = true,
			.nothing_to_switch = EXIT_ALL,
		},
		.download = {
			.path_is_as_typed = true,
		},
		.cache = {
			.counts_real_files = true,
			.warns_by_folder_name = true,
			.units_come_late = true,
			.may_be_missing = true,
		},
		.repos = {
			.sends_public = true,
			.tells_in_sentences = true,
			.deprecates_options = true,
		},
		.upload = {
			.result_is_place = true,
			.title_as_typed = true,
			.empty_is_default = true,
			.warns_of_data = true,
			.makes_any_branch = true,
			.looks_after_403 = true,
		},
		.lfs = {
			.refuses_on_stdout = true,
			.tells_no_path = true,
		},
	},
	.text = {
		.env = {
			.settings = settings,
		},
		.errors = {
			.tell = official_old,
			.front = "",
			.value = "ValueError: ",
			.warning = "UserWarning: ",
			.advice = {
				[REMEDY_CHOOSE_REVISION] =
				    ". Please pass --revision.",
				[REMEDY_NAME_REVISION] =
				    ". Provide --revision explicitly.",
				[REMEDY_OTHER_CLIENT] =
				    " by `hf download`. Use `hf sync` instead.",
			},
		},
		.version = {
			.release = "0.36.2",
			.line = "huggingface_hub version: 0.36.2",
		},
		.accounts = {
			.login = "hf auth login",
			.nobody = "Not logged in",
			.none_stored = "No access tokens found.",
			.stored_is_refused =
			    " The token stored is invalid. Please run `hf auth "
			    "login` to update it.",
			.not_in_git = official_not_in_git,
			.no_helper = official_no_helper,
			.logo = logo,
			.already_saved =
			    "    A token is already saved on your machine. Run "
			    "`hf auth whoami` to get more information or `hf "
			    "auth logout` if you want to log out.\n"
			    "    Setting a new token will erase the existing "
			    "one.\n",
			.token_is_made_at = official_token_is_made_at,
			.no_input = "EOFError\n",
			.still_in = official_still_in,
		},
		.download = {
			.been = "being",
			.no_force = "ValueError: Force download failed due to "
				    "the above error.\n",
			.no_force_offline =
			    "ValueError: Cannot pass 'force_download=True' "
			    "when offline mode is enabled.\n",
		},
		.cache = {
			.not_there = "huggingface_hub.errors.CacheNotFound: ",
			.warned = "",
			.nothing_to_prune = "Nothing to prune.",
		},
		.deletion = {
			.cannot_ask = "Nobody can be asked here: add -y if "
				      "that is meant",
		},
		.repos = {
			.exists = "Repo created",
			.copy_exists = "Repo duplicated",
			.branch_exists = "Branch created",
			.not_there = "Repo deleted",
			.templates = official_templates,
			.tool = "huggingface_hub",
		},
		.upload = {
			.quote = "`",
			.tool = "huggingface_hub",
			.no_file = "FileNotFoundError: ",
		},
		.lfs = {
			.program = "huggingface-cli",
			.enabled = official_lfs_enabled,
			.no_repo = official_no_git_repo,
			.no_json =
			    "json.decoder.JSONDecodeError: Expecting value: "
			    "line 1 column 1 (char 0)",
		},
		.lists = {
			.nothing = "No results found.",
			.negative_limit = "--limit cannot be negative",
		},
	},
};
