/* hf.c: as the official client of release 2.4. */
#include "cli/official.h"
#include "cli/out.h"
#include "cli/voice/voice.h"

static void
tell_readers(const char *path, unsigned mode)
{
	out_tellf("Warning: '%s' is readable by other users (mode %o). Run "
		  "`chmod 600 %s` to restrict it.\n",
	    path, mode, path);
}

/* utils/_runtime.py: dump_environment_info. */
static const char *const settings[] = { "ENDPOINT", "HF_HUB_CACHE",
	"HF_ASSETS_CACHE", "HF_TOKEN_PATH", "HF_STORED_TOKENS_PATH",
	"HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY",
	"HF_HUB_DISABLE_PROGRESS_BARS", "HF_HUB_DISABLE_SYMLINKS",
	"HF_HUB_DISABLE_SYMLINKS_WARNING",
	"HF_HUB_DISABLE_EXPERIMENTAL_WARNING", "HF_HUB_DISABLE_IMPLICIT_TOKEN",
	"HF_HUB_DISABLE_XET", "HF_HUB_DISABLE_SHARED_BLOBS",
	"HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT",
	"HF_XET_HIGH_PERFORMANCE", NULL };

const struct voice voice_hf = {
	.face = FACE_HF,
	.name = "hf",
	.policy = {
		.output = {
			.formats = true,
			.agent_format = true,
			.version_is_result = true,
		},
		.errors = {
			.shows_usage = true,
			.names_the_missing = true,
			.conflict = EXIT_NOT_ALL,
		},
		.address = {
			.uri_is_id = true,
			.id_as_given = true,
		},
		.accounts = {
			.tells_refreshed = true,
			.nothing_to_switch = EXIT_ALL,
		},
		.download = {
			.one_folder_option = true,
			.takes_folders = true,
			.result_has_words = true,
		},
		.cache = {
			.knows_kernels = true,
		},
		.deletion = {
			.missing_is_fine = true,
		},
		.lists = {
			.limit_0_is_none = true,
		},
		.cp = {
			.result_has_words = true,
			.wrong_is_local = true,
		},
		.cards = {
			.as_loaded = true,
		},
		.upload = {
			.path_is_no_pattern = true,
			.result_has_words = true,
			.pull_needs_main = true,
			.title_as_typed = true,
			.empty_is_default = true,
			.warns_of_data = true,
			.makes_any_branch = true,
		},
	},
	.text = {
		.errors = {
			.tell = official_hf,
			.front = "Error: ",
			.warning = "UserWarning: ",
			.advice = {
				[REMEDY_ASK_OWNER] =
				    (". Please ask the repository owner to "
				     "rename this file."),
				[REMEDY_DOWNLOAD_FIRST] =
				    (". Use 'hf download' first or pass "
				     "--local-dir."),
				[REMEDY_GO_ONLINE] =
				    (". To disable it, please unset the "
				    "`HF_HUB_OFFLINE` environment variable."),
				[REMEDY_CHOOSE_REVISION] =
				    ". Please pass --revision.",
				[REMEDY_NAME_REVISION] =
				    ". Provide --revision explicitly.",
				[REMEDY_OTHER_CLIENT] =
				    " by `hf download`. Use `hf sync` instead.",
			},
		},
		.version = {
			.release = "2.4.0",
		},
		.accounts = {
			.login = "hf auth login",
			.nobody = "Error: Not logged in. Run `hf auth login` "
				  "first.",
			.none_stored =
			    "Note: Environment variable `HF_TOKEN` is set and "
			    "is the current active token.",
			.stored_is_refused =
			    " The token stored is invalid. Please run `hf auth "
			    "login --force` to set a new token.",
			.token_seen =
			    "Warning: `--token <value>` leaves your token in "
			    "your shell history and in process listings. Run "
			    "`hf auth login` once, or export `HF_TOKEN`, and "
			    "drop the flag.\n",
			.after_token =
			    "Hint: Run `hf auth whoami` to see which account "
			    "this token belongs to.",
			.not_in_git = official_not_in_git,
			.no_helper = official_no_helper,
			.token_is_made_at = official_token_is_made_at,
			.still_in = official_still_in,
		},
		.download = {
			.been = "been",
			.no_dry_run =
			    "huggingface_hub.errors.DryRunError: Dry run "
			    "cannot be performed as the repository cannot be "
			    "accessed. Please check your internet connection "
			    "or authentication token.\n",
		},
		.cache = {
			.not_there = "",
			.warned = " Repo ignored.",
			.nothing_to_prune =
			    "No unreferenced revisions, incomplete downloads "
			    "or shared blobs found. Nothing to prune.",
		},
		.deletion = {
			.cannot_ask = "Use --yes to skip confirmation.",
		},
		.cp = {
			.wrong = {
				[CP_NO_TARGET] =
				    ("Missing destination. Provide a repo or "
				     "bucket hf:// URI as DST."),
				[CP_NO_REMOTE] =
				    ("One of SRC or DST must be a repo "
				     "(hf://username/...) or bucket "
				     "(hf://buckets/...) URI."),
				[CP_NO_FILE] =
				    ("Source path must include a file name, not "
				     "just a repo/bucket or directory path. Use "
				     "`hf download` or `hf buckets sync` to copy "
				     "directories."),
				[CP_NO_NAME] =
				    ("Stdin upload requires a full destination "
				     "path including filename."),
				[CP_FOLDER] =
				    ("Source must be a file, not a directory. "
				     "Use `hf upload` or `hf buckets sync` for "
				     "directories."),
				[CP_NO_SOURCE] = "Source file not found: ",
			},
			.no_bucket =
			    ("`hf repos cp` only works with repositories. Use "
			     "`hf cp` or `hf buckets cp` for buckets."),
		},
		.env = {
			.settings = settings,
		},
		.cards = {
			.both =
			    "--metadata and --text are mutually exclusive.",
		},
		.parquet = {
			.no_viewer =
			    ("The Dataset Viewer is only available on the "
			     "Hugging Face Hub (endpoint="
			     "'https://huggingface.co'). It is not supported "
			     "on third-party endpoints. (endpoint="),
		},
		.repos = {
			.exists = "Repo created",
			.copy_exists = "Repo duplicated",
			.branch_exists = "Branch created",
			.not_there = "Repo deleted",
			.templates = official_templates,
			.tool = "huggingface_hub",
			.secret_seen =
			    "Warning: `--secrets KEY=value` leaves the value "
			    "in your shell history and in process listings. "
			    "Prefer `--secrets KEY` (value read from your "
			    "environment), `--secrets-file FILE` or "
			    "`--secrets-file -`.\n",
			.tell_readers = tell_readers,
		},
		.upload = {
			.quote = "",
			.tool = "huggingface_hub",
			.no_file = "FileNotFoundError: ",
			.no_buckets = "Buckets are not supported by `hf "
				      "upload`. Use `hf sync` instead.",
		},
		.lfs = {
			.program = "hf",
			.enabled = official_lfs_enabled,
			.no_repo = official_no_git_repo,
			.no_json =
			    "Error: Invalid value. Expecting value: line 1 "
			    "column 1 (char 0)\n"
			    "Hint: set HF_DEBUG=1 as environment variable for "
			    "full traceback.",
		},
		.lists = {
			.nothing = "No results found.",
			.negative_limit =
			    "Indices for islice() must be None or an integer: "
			    "0 <= x <= sys.maxsize.",
		},
	},
};
