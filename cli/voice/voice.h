/*
 * voice.h: what the three names of the program say and do differently.
 *
 * A voice is chosen once, by the name that the program was called by, and
 * kept in cli->voice. A command asks it what to do (`policy`) and what to say
 * (`text`), and never which name it is. hug.c, hf.c and old.c have a voice each,
 * all of it in one table; what a table does not name is false, or NULL.
 *
 * A new difference is a member here, named for what it decides. A command that
 * differs as a whole is one of its own instead, with `.faces`.
 */
#ifndef CLI_VOICE_VOICE_H
#define CLI_VOICE_VOICE_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "core/base/error.h"

/* What is done or not. */
struct policies {
	struct {
		/* Notes begin with the program's name. */
		bool names_itself;
		/* Results come as --format or -q says. */
		bool formats;
		/* --as takes another stored token. */
		bool takes_as;
		/* An agent that calls gets a format of its own. */
		bool agent_format;
		/* The version is a result as others are, not a bare line. */
		bool version_is_result;
		/* Tables are cut for terminals only. */
		bool whole_for_programs;
	} output;
	struct {
		/* An option and its opposite are refused together. */
		bool refuses_opposites;
		/* A wrong value is reported after the usage line. */
		bool shows_usage;
		/* A repository that is not there is named: "Model 'a/b' not
		 * found." */
		bool names_the_missing;
		/* A signal ends with 128 and its number, not with 1. */
		bool signal_is_code;
		/* What is not there is compared with what is, in the cache
		 * or on the Hub. */
		bool guesses;
		/* How options end that contradict each other. */
		enum exit_code conflict;
	} errors;
	struct {
		/* Which are read at all: of enum address_flags. */
		unsigned forms;
		/* An id is all that names a repository. */
		bool only_ids;
		/* "hf://" begins an id too, where one repository is meant. */
		bool uri_is_id;
		/* A type that is said twice is shown with its prefix. */
		bool shows_prefix;
		/* Where the type is known any word is the id: the Hub tells
		 * what is wrong with it. */
		bool id_as_given;
	} address;
	struct {
		/* If others can read the file with the token. */
		bool warns_of_readers;
		/* Whether a token was renewed is told. */
		bool tells_refreshed;
		/* That nobody is logged in is an answer, not a failure. */
		bool nobody_is_fine;
		/* whoami prints lines, not a result. */
		bool plain_whoami;
		/* In JSON organisations are a list, not a text. */
		bool orgs_as_list;
		/* whoami says which token it was. */
		bool names_token;
		/* The list has a bar between names and tokens. */
		bool bar_in_list;
		/* The list comes as JSON and quiet too. */
		bool list_for_programs;
		/* The token to use is chosen by number, or "q". */
		bool asks_number;
		/* Logging out of what is not stored is a failure. */
		bool unknown_fails;
		/* That a stored token is refused goes to stdout. */
		bool refused_on_stdout;
		/* How `auth switch` ends if nothing is stored. */
		enum exit_code nothing_to_switch;
	} accounts;
	struct {
		/* --local-dir and --cache-dir are not taken together. */
		bool one_folder_option;
		/* "name/" is all that is below it. */
		bool takes_folders;
		/* Each name is a pattern, and has to match. Else one is a
		 * file, and several may match nothing. */
		bool names_must_match;
		/* "org/name:Q4_K_M" is what a repository has of that type. */
		bool types_follow;
		/* A plan has cautions below it, and files that an index names
		 * and a whole download lacks are told of. */
		bool tells_cautions;
		/* The result has words around the path. */
		bool result_has_words;
		/* The path is as it was typed, not resolved. */
		bool path_is_as_typed;
	} download;
	struct {
		/* Sizes are what the disk holds, not lengths added up. */
		bool sizes_on_disk;
		/* What links end at is counted, once. */
		bool counts_real_files;
		bool knows_kernels;
		/* Repositories with anything damaged are listed too. */
		bool lists_damaged;
		/* Folders are warned of by their names alone. */
		bool warns_by_folder_name;
		/* "59 days ago", as before 1.33; else "2 months ago". */
		bool units_come_late;
		/* --filter takes queries (query.h), not what hf takes. */
		bool filters_are_queries;
		/* Offline it is verified without the Hub. */
		bool verifies_offline;
		/* Scanning where there is no cache is no failure. */
		bool may_be_missing;
	} cache;
	struct {
		/* Before a repository goes its name has to be typed. */
		bool name_is_typed;
		/* Files of a repository are listed, and asked for. */
		bool asks_before_files;
		bool asks_before_branch;
		/* A question says what goes; else a line before it does. */
		bool asks_in_one_line;
		/* Only a terminal can answer, not a pipe. */
		bool needs_terminal;
		/* Repositories without revisions go if they are named. */
		bool takes_empty_repos;
		/* Quiet it is all of what went, a line each. */
		bool quiet_lists_what_went;
		/* What is named need not be there. */
		bool missing_is_fine;
		/* What rules leave alone, and why, is told. */
		bool tells_unclear;
		/* The result tells what went, not what was to go. */
		bool tells_what_went;
		/* It counts what could not be deleted. */
		bool counts_what_stays;
		/* Leftovers go with what is unused. */
		bool prunes_leftovers;
	} deletion;
	struct {
		/* Without an option the Hub is asked for "public". */
		bool sends_public;
		/* What was done is told in sentences, not as a result. */
		bool tells_in_sentences;
		/* Options that are to go are told of. */
		bool deprecates_options;
		/* Secrets and variables that cannot be read are refused. */
		bool checks_values;
		/* Files are deleted from the commit that was listed. */
		bool pins_files;
		/* The result counts them. */
		bool counts_files;
		/* What matches no file is told, and that nothing does is a
		 * failure. */
		bool files_must_match;
	} repos;
	struct {
		/* What is about to be deleted, or is probably secret, is asked
		 * for before anything is sent. */
		bool asks;
		/* A path that exists is no pattern, whatever it is called. */
		bool path_is_no_pattern;
		/* A large folder goes in several commits from the start. */
		bool several_commits;
		/* A commit that is one too many for now is waited for. */
		bool waits_for_quota;
		/* The result is the address of what was sent, as it was named. */
		bool result_is_place;
		/* The result has words around it. */
		bool result_has_words;
		/* A pull request with a folder is one for the main branch. */
		bool pull_needs_main;
		/* It says more than the official clients: hints, and what it did. */
		bool tells_more;
		/* The title has the target as it was typed. */
		bool title_as_typed;
		/* An empty message counts as not given, for a folder. */
		bool empty_is_default;
		/* Whether files can be where they are to go is checked before
		 * anything is listed. */
		bool checks_target;
		/* Data files are warned of where no dataset is. */
		bool warns_of_data;
		/* A revision that is not there is made, even where the Hub is
		 * known to refuse. */
		bool makes_any_branch;
		/* After a 403 alone it is looked whether a repository that
		 * may not be made is there already. */
		bool looks_after_403;
	} upload;
	struct {
		/* Before a local file is replaced, or one that is probably
		 * secret is sent. */
		bool asks;
		/* The result has words around it. */
		bool result_has_words;
		/* What is no address of a repository may be a file here. */
		bool wrong_is_local;
		/* What came of a file is kept when it is not all of it. */
		bool keeps_parts;
	} cp;
	struct {
		/* A card without a head gets an empty one, and JSON and quiet
		 * have nothing but the head. */
		bool as_loaded;
	} cards;
	struct {
		/* What git-lfs never says is answered, and a person who
		 * types the agent's command is told what to do. */
		bool answers_all;
		/* That a path is no folder is printed on stdout. */
		bool refuses_on_stdout;
		/* The line about what was set up leaves out the path. */
		bool tells_no_path;
	} lfs;
	struct {
		/* People get the columns that help to choose. */
		bool helpful_columns;
		/* A date of another year has it. */
		bool other_years;
		/* --limit 0 lists nothing, not all. */
		bool limit_0_is_none;
	} lists;
};

/* What is wrong with the two sides of `cp`. */
enum cp_wrong {
	CP_NO_TARGET, /* there is only a local source */
	CP_NO_REMOTE, /* neither is on the Hub */
	CP_NO_FILE,   /* what is downloaded is a folder or a repository */
	CP_NO_NAME,   /* standard input needs a whole path */
	CP_FOLDER,    /* what is uploaded is one */
	CP_NO_SOURCE, /* what is uploaded is not there; its name follows */
	CP_WRONGS,
};

/* What is said. A text without a line end gets it where it is said; formats stay
 * in the code, where the compiler checks them. */
struct sayings {
	struct {
		/* Prints a failure on stderr. */
		void (*tell)(const struct cli *cli, const struct error *err);
		/* In front of arguments that make no sense together. */
		const char *front;
		/* The same of a value; NULL: a failure as others. */
		const char *value;
		/* The same of what is left out. */
		const char *warning;
		/* Right behind a message; NULL: nothing. */
		const char *advice[REMEDIES];
	} errors;
	struct {
		const char *release;
		const char *line; /* NULL: it is a result */
	} version;
	struct {
		/* The command that logs in. */
		const char *login;
		/* That nobody is logged in. */
		const char *nobody;
		/* No token is stored, and the environment has one. */
		const char *none_stored;
		/* The one that is stored is no good; NULL: a failure as
		 * others. */
		const char *stored_is_refused;
		/* Where the names of stored tokens are; NULL: one that is
		 * wrong is a wrong value. */
		const char *listed;
		/* Hints, each NULL if there is none: that --token is seen; */
		const char *token_seen;
		/* behind the token; */
		const char *after_token;
		/* after logging in with --token; */
		const char *after_login;
		/* that git was not told, */
		const char *not_in_git;
		/* or cannot be told, on stdout. */
		const char *no_helper;
		/* Before a token is asked for, each NULL if it is not said. */
		const char *logo;
		const char *already_saved;
		const char *token_is_made_at;
		/* Nothing was typed; NULL: a failure as others. */
		const char *no_input;
		/* The environment still has a token; the same. */
		const char *still_in;
	} accounts;
	struct {
		/* "... since filenames have `been` explicitly set" */
		const char *been;
		/* What a failure is called here; NULL: as others. */
		const char *no_dry_run;
		const char *no_force;
		const char *no_force_offline;
	} download;
	struct {
		/* In front of that there is no cache. */
		const char *not_there;
		/* Where nothing was ever cached; NULL: an empty list, or that
		 * there is no cache. */
		const char *nothing_yet;
		/* Behind a warning. */
		const char *warned;
		const char *nothing_to_prune;
	} cache;
	struct {
		/* Behind the question. */
		const char *cannot_ask;
	} deletion;
	struct {
		/* What was to be made or deleted, and was already. */
		const char *exists;
		const char *copy_exists;
		const char *branch_exists;
		const char *not_there;
		/* NULL: a ValueError of Python, as of one that is unknown. */
		const char *needs_sdk;
		/* Where templates are listed. */
		const char *templates;
		/* What made a commit. */
		const char *tool;
		/* Of --secrets and --secrets-file; huggingface-cli has neither:
		 * that others see the value, that they can read the file. */
		const char *secret_seen;
		void (*tell_readers)(const char *path, unsigned mode);
	} repos;
	struct {
		/* Around names in texts: "`", or nothing. */
		const char *quote;
		/* What made the commit. */
		const char *tool;
		/* In front of that there is no such file; NULL: a failure as
		 * others. */
		const char *no_file;
		/* What a bucket gets; NULL: a failure as others. */
		const char *no_buckets;
	} upload;
	struct {
		/* What cannot be copied so; of enum cp_wrong. */
		const char *wrong[CP_WRONGS];
		/* What a bucket gets where there are only repositories. */
		const char *no_bucket;
	} cp;
	struct {
		/* What `env` prints of the settings, ended by NULL, in the
		 * client's order; NULL: what matters here. */
		const char *const *settings;
	} env;
	struct {
		/* Two options that cannot be used together; NULL: a mistake
		 * of the command line. */
		const char *both;
	} cards;
	struct {
		/* Where a dataset's Parquet files are listed by another server than
		 * the Hub in use: that it has none; NULL: they are found on
		 * the Hub. */
		const char *no_viewer;
	} parquet;
	struct {
		/* What git-lfs is to run; NULL: this program, by its path. */
		const char *program;
		const char *enabled;
		/* The path is no folder, and a line is no JSON, or is missing;
		 * each NULL: a failure as others. */
		const char *no_repo;
		const char *no_json;
	} lfs;
	struct {
		/* NULL: a note says it. */
		const char *nothing;
		const char *negative_limit;
	} lists;
};

struct voice {
	enum face face;
	const char *name; /* that the program is called by */
	struct policies policy;
	struct sayings text;
};

extern const struct voice voice_hug;
extern const struct voice voice_hf;
extern const struct voice voice_old;

/* That of a name; of any other it is hug's. */
const struct voice *voice_called(const char *name);

/* That of a face. */
const struct voice *voice_of(enum face face);

/* What is put right behind the message of `err`; often "". */
const char *voice_advice(const struct voice *voice, const struct error *err);

#endif
