#include "cli/show/former.h"

#include <string.h>

/* Now, and as it was, for texts that an old name's help has. */
static const char *const texts[][2] = {
	{ "A file that several revisions of a repository share is "
	  "counted once.\n",
	    "Sizes count a blob once in a repository, whatever number of "
	    "revisions has it.\n" },
	{ "Access token; HF_TOKEN is safer, as other users can see "
	  "command lines",
	    "Access token; better in HF_TOKEN, where other users of the "
	    "machine do not see it" },
	{ "Also save the token in git's credential helper",
	    "Give it to git's credential helper too" },
	{ "Asks the Hub which account the token belongs to, and saves "
	  "it where all Hugging Face libraries find it. Without "
	  "--token it asks for the token; what you type is not shown.\n",
	    "Asks the Hub whose token it is, and saves it where "
	    "huggingface_hub finds it.\nWithout --token it asks for one; "
	    "what is typed is not shown.\n" },
	{ "Branch, tag or commit to start from (default: the default "
	  "branch)",
	    "Where it begins (default: where the default branch is)" },
	{ "Branch, tag or commit to tag (default: main)",
	    "What it names (default: main)" },
	{ "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    "Folder of the cache (default: HF_HUB_CACHE, or hub in "
	    "HF_HOME)" },
	{ "Changes the settings of this repository: git-lfs then runs hug, "
	  "which uploads large files in parts, several at once, and sends "
	  "again what fails. `hug upload` needs neither Git nor this.\n",
	    "This command sets up git-lfs to use the custom multipart transfer "
	    "agent\nwhich enables efficient uploading of large files in "
	    "chunks.\n" },
	{ "Change who can see or download a repository",
	    "Change who may see a repository" },
	{ "Choose cached revisions and delete them",
	    "Pick revisions of the cache and delete them" },
	{ "Choose in a text editor instead of the full-screen app",
	    "Pick in a file, with an editor of your choice" },
	{ "Create a Space from this template",
	    "Begin a Space as a copy of this one" },
	{ "Create a branch", "Make a branch" },
	{ "Create a repository on the Hub", "Make a repository on the Hub" },
	{ "Create a tag", "Give a commit a name that stays" },
	{ "Create it in this organisation, if REPO_ID has no namespace",
	    "Make it in this organisation, if REPO_ID names none" },
	{ "Create it in this resource group of the organisation",
	    "Resource group of an organisation to make it in" },
	{ "Create, list or delete tags, as huggingface-cli did",
	    "Make, list or remove tags, as huggingface-cli did" },
	{ "Current name of the repository",
	    "The repository as it is called now" },
	{ "Delete a branch", "Remove a branch" },
	{ "Delete a repository from the Hub permanently",
	    "Remove a repository from the Hub, for good" },
	{ "Delete a tag", "Remove a tag" },
	{ "Delete detached revisions and unfinished downloads",
	    "Remove detached revisions and unfinished downloads" },
	{ "Delete files from a repository in one commit",
	    "Remove files from a repository, in one commit" },
	{ "Delete files from a repository, as huggingface-cli did",
	    "Remove files, as huggingface-cli did" },
	{ "Delete repositories, revisions or files from the cache",
	    "Remove repositories, revisions or files from the cache" },
	{ "Describe damaged entries", "Say what is wrong" },
	{ "Do not ask for confirmation", "Do not ask" },
	{ "Download files again even if they are there",
	    "Fetch again what is here" },
	{ "Download files from a repository",
	    "Download files of a repository into the cache" },
	{ "Download into DIR, under the files' own names, instead of "
	  "the cache",
	    "Put the files into DIR, under their own names, not into the "
	    "cache" },
	{ "Download only files that match one of these",
	    "Only files that match one of these" },
	{ "Fail if files of the Hub are missing here",
	    "Fail if the Hub has files that are not here" },
	{ "Fail if there are files here that the Hub does not have",
	    "Fail if files are here that the Hub has not" },
	{ "Files or patterns to download (default: all files)",
	    "Files of it, or patterns; all files if none is named" },
	{ "Files, folders (ending in /) or patterns to delete",
	    "Files of it, folders that end in /, or patterns" },
	{ "First line of the commit message", "First line of the commit" },
	{ "Folder of the Git repository",
	    "Local path to repository you want to configure." },
	{ "Hardware of a Space, for example t4-medium",
	    "Hardware of a Space, as t4-medium" },
	{ "Ignored (accepted for old scripts)", "Has no effect any more" },
	{ "Ignored (downloads always resume)",
	    "Has no effect any more: downloads always resume" },
	{ "Let everybody use a Space, but hide its files",
	    "A Space may be used by all, and its files seen by nobody "
	    "else" },
	{ "List Spaces on the Hub, or the files of one",
	    "Spaces on the Hub, or the files of one" },
	{ "List an account's repositories and the storage they use",
	    "Repositories of an account, and the storage they take" },
	{ "List cached repositories", "List what the cache holds" },
	{ "List datasets on the Hub, or the files of one",
	    "Datasets on the Hub, or the files of one" },
	{ "List models on the Hub, or the files of one",
	    "Models on the Hub, or the files of one" },
	{ "List revisions instead of repositories", "A row for each revision" },
	{ "List revisions; -vvv also describes damaged entries",
	    "A row for each revision; -vvv prints what is wrong, too" },
	{ "List the files of this Space instead",
	    "List the files of this Space, not repositories" },
	{ "List the files of this dataset instead",
	    "List the files of this dataset, not repositories" },
	{ "List the files of this model instead",
	    "List the files of this model, not repositories" },
	{ "List the repositories of this organisation (default: yours)",
	    "Those of this organisation (default: your own)" },
	{ "List the stored tokens", "Tokens that are stored here" },
	{ "List the tags of a repository", "Tags of a repository" },
	{ "List what would be downloaded, and stop",
	    "List what would be fetched, and stop" },
	{ "Lists page by page. --json writes every property; --expand "
	  "chooses which. With REPO_ID it lists the files of that "
	  "repository. On a terminal, long values are cut to its width "
	  "unless --no-truncate is given.\n",
	    "Comes page by page, as the Hub hands it out. With --json "
	    "every property; --expand\nchooses others. With REPO_ID the "
	    "files of that repository. On a terminal long values\nare cut "
	    "to its width, unless --no-truncate is given.\n" },
	{ "Log in even if already logged in", "Also when logged in already" },
	{ "Log in with an access token", "Log in with a token" },
	{ "Log out and delete stored tokens", "Forget tokens" },
	{ "Make it private", "Nobody else is to see it" },
	{ "Make it public, whatever the namespace's default is",
	    "Everybody may see it, whatever is usual in the namespace" },
	{ "Message of the tag", "What it is for" },
	{ "Mount a repository in a Space: hf://[TYPE/]ID:/FOLDER[:ro]",
	    "Show a Space a repository as a folder: "
	    "hf://[TYPE/]ID:/FOLDER[:ro]" },
	{ "Name of the copy (default: the same name in your namespace)",
	    "What the copy is called (default: the same, in yours)" },
	{ "Name of the new repository (default namespace: yours)",
	    "The repository to make; without a namespace it is made in "
	    "yours" },
	{ "Name of the token to delete, the same as NAME",
	    "Forget this token alone (default: all of them)" },
	{ "Name of the token, the same as NAME",
	    "The token to use from now on" },
	{ "New name, with its namespace",
	    "What it is to be called, with its namespace" },
	{ "On a terminal it asks you to type the name; elsewhere it "
	  "needs --yes.\n",
	    "On a terminal it asks for the name; elsewhere it needs -y.\n" },
	{ "Open a pull request instead of committing",
	    "Propose it in a pull request" },
	{ "Print the current token", "Print the token in use" },
	{ "Print versions and settings for a bug report",
	    "Print what a report of a problem should hold" },
	{ "Prints the name and the address. Options for Spaces are "
	  "ignored, with a note, for models and datasets.\n",
	    "Prints its name and address. Options of Spaces are told of "
	    "and left out where\nanything else is made.\n" },
	{ "Prints the path of the file, or of the folder with the "
	  "files, as the last line of standard output. Files that are "
	  "already there are not downloaded again, interrupted "
	  "downloads resume, and every file is verified against its "
	  "checksum.\n\nPatterns match the whole path: * and ? also "
	  "match /, [a-z] and [!a-z] match one character, and a "
	  "pattern that ends in / matches everything below.\n\n"
	  "REPO_ID:TYPE, or REPO_ID:TYPE,TYPE, is what a repository has "
	  "as GGUF of these types: all parts, and the projector if there "
	  "is one. `hug quants` lists the types."
	  "\n\n--fail-on checks before a byte is downloaded, "
	  "and fails with exit code 1 on any of: gated "
	  "(access has to be asked for), licence=NAMES (one "
	  "of these licences, which may have wildcards; "
	  "unknown is a repository that states none), code "
	  "(which a loader would run), pickle (weights that "
	  "exist only as pickles), incomplete (files are "
	  "missing that an index or their numbers name). "
	  "What cannot be checked fails, too. `hug info` "
	  "shows the same.\n",
	    "Prints the path of the file, or of the folder with the "
	    "files, as the last line\nof standard output. What is here "
	    "already is not fetched again, what an earlier\nrun began is "
	    "resumed, and every file is checked against its sum before "
	    "it gets\nits name.\n\nPatterns match the whole path: * and ? "
	    "also match /, [a-z] and [!a-z] one\ncharacter, and a pattern "
	    "that ends in / everything below.\n" },
	{ "Prints versions, folders and settings, and never the token.\n",
	    "Versions, folders and settings; the token is never printed.\n" },
	{ "Read a Space's secrets from FILE (-: standard input)",
	    "Read secrets of a Space from FILE; - is standard input" },
	{ "Read a Space's variables from FILE (-: standard input)",
	    "Read variables of a Space from FILE; - is standard input" },
	{ "Rename a repository, or move it to another namespace",
	    "Rename a repository, or give it to another namespace" },
	{ "Repositories (org/name, dataset/org/name), revisions "
	  "(commit hashes), or files (hf://org/name/path)",
	    "Repositories as model/org/name, revisions by their hash, or "
	    "files as hf://org/name/path" },
	{ "Repository to compare with the Hub (default: every cached "
	  "file, without the Hub)",
	    "Repository to compare with the Hub; none: every blob of the "
	    "cache with its name" },
	{ "Repository to copy", "The repository to copy" },
	{ "Repository: org/name, dataset/org/name, space/org/name, "
	  "hf://..., or the address of its page",
	    "Repository, as namespace/name; also hf://... or the address "
	    "of its page" },
	{ "Repository: org/name, dataset/org/name, space/org/name, or "
	  "the address of its page",
	    "Repository, as namespace/name, or an address of it" },
	{ "Repository; may also follow `delete`",
	    "Repository; may also stand behind delete" },
	{ "Require users to request access: auto grants it, manual "
	  "leaves it to you, false lets everybody in",
	    "Whether access has to be asked for, and who grants it" },
	{ "Rest of the commit message", "What follows it" },
	{ "SDK of a Space: gradio, streamlit, docker or static",
	    "What a Space runs on: gradio, streamlit, docker, static" },
	{ "Seconds without visitors until a Space sleeps (-1: never)",
	    "Seconds of rest after which a Space sleeps; -1: never" },
	{ "Set a secret of a Space to the value of the environment "
	  "variable KEY; KEY=VALUE works too, but other users can see "
	  "it",
	    "Give a Space this secret, with its value in the "
	    "environment; KEY=VALUE is seen by others" },
	{ "Set a variable of a Space", "Give a Space this variable" },
	{ "Set up a Git repository to push files larger than 5 GB",
	    "Configure your repository to enable upload of files > 5GB" },
	{ "Show a Space's metadata as JSON",
	    "What the Hub knows of a Space, as JSON" },
	{ "Show a dataset's metadata as JSON",
	    "What the Hub knows of a dataset, as JSON" },
	{ "Show a model's metadata as JSON",
	    "What the Hub knows of a model, as JSON" },
	{ "Show at most N (default: 30; 0: all)",
	    "At most so many (default: 30; 0: all)" },
	{ "Show at most N rows", "At most so many rows" },
	{ "Show cached repositories and their sizes",
	    "Show what the cache holds" },
	{ "Show only gated models", "Only those one has to ask for" },
	{ "Show only models for this task, for example text-generation",
	    "Only those for this task, as text-generation" },
	{ "Show only models of this size, for example min:6B,max:128B",
	    "Only those of this size, as min:6B,max:128B" },
	{ "Show only models that a provider serves now",
	    "Only those that a provider serves now" },
	{ "Show only models that are not gated", "Only those one has not" },
	{ "Show only models that this app can run; can be repeated",
	    "Only those that this program can run; may be repeated" },
	{ "Show only models that this provider serves; can be repeated",
	    "Only those that this provider serves; may be repeated" },
	{ "Show only names that contain TEXT",
	    "Only those with this in their name" },
	{ "Show only repositories of this user or organisation",
	    "Only those of this account or organisation" },
	{ "Show only repositories with this tag; can be repeated",
	    "Only those with this tag; may be repeated" },
	{ "Show only rows that match all of these: size>1GB, "
	  "accessed>2w, modified<3d, type=model, refs=main, files>9, "
	  "name=org/*, is:detached, or a word of the name; combine "
	  "them with not, and, or, ( )",
	    "Only rows that all of these hold for: size>1GB, "
	    "accessed>2w, modified<3d, type=model, refs=main; as hug "
	    "also words, files>9, name=org/*, is:detached, not, and, or, "
	    "( )" },
	{ "Show only this kind of repository", "Only those of this kind" },
	{ "Show these properties, separated by commas",
	    "Ask for these properties, separated by commas" },
	{ "Show what would be deleted, and stop",
	    "Show what would go, and stop" },
	{ "Show which account the current token belongs to",
	    "Who the token in use belongs to" },
	{ "Shows how much space your choice frees, then asks. In "
	  "scripts, use `hug cache rm` or `hug cache prune`.\n",
	    "Shows what that frees before it asks. See `hug cache rm` "
	    "and `hug cache prune`\nfor scripts.\n" },
	{ "Shows what will be deleted and how much space that frees, "
	  "then asks. Files that another revision needs, and files "
	  "that are being downloaded, stay.\n",
	    "Shows what goes and how much that frees, and asks. Blobs "
	    "that another revision\nneeds stay, and so does what is being "
	    "downloaded.\n" },
	{ "Shows which files match, then asks. Older commits keep the "
	  "files. Patterns match the whole path: * also matches /, and "
	  "a pattern that ends in / matches everything below.\n",
	    "Shows which, and asks; their history stays. Patterns match "
	    "the whole path: *\nmatches / too, and what ends in / is "
	    "everything below.\n" },
	{ "Skip files that match one of these",
	    "No files that match one of these" },
	{ "Sort the list (default: the Hub's order)", "Which come first" },
	{ "Sort the repositories", "Order of the repositories" },
	{ "Sort the rows (default: by name)",
	    "By what rows are ordered (default: their ids)" },
	{ "Store the files in this region", "Where its files are to lie" },
	{ "Succeed if it already exists", "Fine if it is there already" },
	{ "Succeed if the repository does not exist",
	    "Fine if it is not there" },
	{ "Switch to another stored token", "Use another stored token" },
	{ "The Hub copies the files; nothing passes through this "
	  "machine.\n",
	    "The Hub copies; nothing comes through this machine.\n" },
	{ "The access token; --token-stdin is safer, as other users "
	  "can see command lines",
	    "The token. Other users of this machine can see it while the "
	    "command runs: better --token-stdin, or the question" },
	{ "The old name redirects to the new one.\n",
	    "Its old name leads to the new one from then on.\n" },
	{ "The only action", "The one thing it does" },
	{ "The same as `hug login`.\n", "The same as login.\n" },
	{ "The token is a secret: pipe it to a program rather than "
	  "showing it on a screen.\n",
	    "It is a secret: for pipes, not for screens.\n" },
	{ "Use at most N connections (default: as many as help)",
	    "Connections at once (default: as many as help)" },
	{ "Verify files against their checksums",
	    "Compare files with their checksums" },
	{ "Verify the files in DIR instead of the cache",
	    "Look at the files in DIR, not at the cache" },
	{ "With REPO_ID: branch, tag or commit (default: main)",
	    "Of files: branch, tag or commit (default: main)" },
	{ "With REPO_ID: list files in folders too",
	    "Of files: those in folders too" },
	{ "With REPO_ID: show short sizes and dates",
	    "Of files: sizes and dates for people" },
	{ "With REPO_ID: show the files as a tree", "Of files: as a tree" },
	{ "Without a repository it compares every cached file with the "
	  "checksum in its name, which needs no network. With a "
	  "repository it compares the files of a revision with the "
	  "checksums on the Hub.\n",
	    "Without a repository: every blob of the cache with its "
	    "name, which is its sum.\nThat needs no network. With one: "
	    "the files of a revision with what the Hub lists.\n" },
	{ "Without a rule it deletes revisions that no branch or tag "
	  "points to, unfinished downloads, and files and folders that "
	  "nothing uses. Several rules narrow each other: --older-than "
	  "30d --keep-last 1 spares the newest revision of each "
	  "repository.\n",
	    "Without a rule: revisions that no branch or tag names any "
	    "more, downloads that\nwere not finished, and blobs and "
	    "folders that nothing uses. Rules narrow each other:\n"
	    "--older-than 30d --keep-last 1 spares the newest of each "
	    "repository.\n" },
	{ "Upload large files for git-lfs, which runs this command",
	    "Internal git-lfs custom transfer agent for multipart uploads" },
};

const char *
former_text(const char *text)
{
	for (unsigned i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (!strcmp(texts[i][0], text))
			return texts[i][1];
	}
	return text;
}
