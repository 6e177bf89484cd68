"""Uploads: ours under its three names and the two official programs, each on a Hub of its own.

However a scenario's commands are uploaded, the five Hubs then hold the same. Under the old names the
output, the exit code and the commits are those of the official program of that name, too.
"""

import os
import random
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub import Hub, Lfs
from test_scan import real

OLIVE, READER, FINE, NEMO = "hf_olive_write", "hf_olive_read", "hf_olive_fine", "hf_nemo_write"
BINARIES = {"huggingface-cli": "HUG_PEER_036", "hf": "HUG_PEER_24"}
OLD, HF, HUG = "huggingface-cli", "hf", "hug"
PART = 100_000
ROUND = random.Random(5)
LARGE = ROUND.randbytes(3 * PART + 17)
CARD = b"---\nlicense: mit\n---\n# Owl\n"
TRACKED = b"*.bin filter=lfs diff=lfs merge=lfs -text\n"


class Scenario:
    """Files in the working folder, and commands one after the other.

    A command is what follows "upload": a line, a list of words, or a tuple of one of them and what is
    different for it: `env`, and `files` that change before (None: the file goes). `on` says which names know
    the options, `hub` is what each Hub is like besides.
    """

    def __init__(self, files, *steps, on=(OLD, HF, HUG), hub=lambda hub: None):
        self.files, self.on, self.hub = files, on, hub
        self.steps = [step if isinstance(step, tuple) else (step, {}) for step in steps]


def fill(hub):
    """What every scenario finds."""
    hub.add_user("olive", OLIVE, orgs=("acme", "zoo"), role="write", org_roles={"zoo": "read"})
    hub.add_user("olive", READER, orgs=("acme",), role="read")
    hub.add_user("olive", FINE, orgs=("acme",), role="fineGrained", scopes=("acme/owl",))
    hub.add_user("nemo", NEMO, role="write")
    hub.multipart_above, hub.part_size = 2 * PART - 1, PART
    owl = hub.add_repo("acme/owl")
    owl.commit({".gitattributes": TRACKED, "README.md": CARD, "old/a.txt": b"a", "old/b.bin": Lfs(b"b"), "c.txt": b"c"})
    owl.branch("dev", owl.head())
    owl.tag("v1.0", owl.head())
    pull = owl.commit({"p.txt": b"p"}, branch="proposed")
    owl.pull_request(1, pull, "Proposed", author="nemo")
    del owl.branches["proposed"]
    hub.add_repo("acme/ignoring").commit({".gitattributes": TRACKED, ".gitignore": b"*.tmp\nbuild/\n!keep.tmp\n"})
    hub.add_repo("acme/hidden", private=True).commit({"a.txt": b"a"})
    hub.add_repo("zoo/ape").commit({"a.txt": b"a"})
    hub.add_repo("acme/off", disabled=True).commit({"a.txt": b"a"})


def state(hub):
    """What a Hub holds, without the words of commits."""

    def tree(commit):
        return {path: (bytes(blob.lfs.data), "large") if blob.lfs else blob.git_data for path, blob in commit.files.items()}

    return {
        f"{repo.type}/{repo.id}": {
            "private": repo.private, "facts": repo.facts,
            "branches": {name: tree(repo.commits[sha]) for name, sha in repo.branches.items()},
            "pulls": {number: (tree(repo.commits[sha]), repo.discussions[number].base, repo.discussions[number].author)
                      for number, sha in repo.pull_requests.items()},
        }
        for repo in hub.repos()
    }


def words(hub):
    """Titles and descriptions of commits and pull requests."""
    return {
        f"{repo.type}/{repo.id}": (
            {ref: [(c.title, c.message) for c in repo.commits[sha].history()]
             for ref, sha in {**repo.branches, **repo.pull_requests}.items()},
            [(d.num, d.title, d.description, d.status) for d in repo.discussions.values()],
        )
        for repo in hub.repos()
    }


def alike(hub):
    """The same, whichever program it was, in however many commits and steps."""

    def plain(title):
        return re.sub(r" (huggingface_hub|hug)$", "", title)

    return {
        id: ({ref: [(plain(title), text) for title, text in log if not re.search(r" \(part \d+\)$", title)]
              for ref, log in logs.items()}, [(number, plain(title), text) for number, title, text, _ in pulls])
        for id, (logs, pulls) in words(hub).items()
    }


def put(folder, files):
    for name, content in files.items():
        path = os.path.join(os.fsencode(folder), os.fsencode(name))
        if content is None:
            os.unlink(path)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(content, str):
            os.symlink(content, path)
        else:
            with open(path, "wb") as file:
                file.write(content)


class Side:
    """One program on its way through a scenario."""

    def __init__(self, program, home, more=()):
        self.program, self.home, self.more = program, home, more
        self.work = home / "work"
        self.work.mkdir(parents=True)
        self.hub = Hub()
        self.results = []

    def run(self, scenario):
        with self.hub:
            fill(self.hub)
            scenario.hub(self.hub)
            put(self.work, scenario.files)
            for args, more in scenario.steps:
                self.results.append(self.step(args, **more))
        assert self.hub.failures == []
        for request in self.hub.requests:
            assert request.server != "store" or request.headers.get("authorization") is None

    def step(self, args, env={}, files={}):
        put(self.work, files)
        args = args.split() if isinstance(args, str) else args
        done = subprocess.run([self.program, "upload", *self.more, *args], env={**self.environment(), **env}, cwd=self.work,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
        assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr
        return done.returncode, self.mask(done.stdout), self.mask(done.stderr)

    def environment(self):
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "HF_HOME": str(self.home / "hf"), "HF_TOKEN": OLIVE,
                "HF_ENDPOINT": self.hub.endpoint, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
                "HF_HUB_DISABLE_UPDATE_CHECK": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "LC_ALL": "C.UTF-8",
                "NO_COLOR": "1", "COLUMNS": "100", "HUG_TIME_SCALE": "0.02",
                **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}

    def mask(self, text):
        text = text.replace(self.hub.endpoint, "HUB").replace(str(self.home), "HOME")
        text = re.sub(r"Request ID: [^)]*", "Request ID: ID", text)
        return re.sub(r"^(?:\w+\.)+(\w+Error)", r"\1", text, flags=re.M)


def printed(text):
    return [line for line in text.splitlines() if "is deprecated. Use" not in line]


# What the official programs tell of their own work, and where in their source a warning was.
INNER = re.compile(r"Consider using `hf_transfer`|(Start|Finished) hashing \d+ files|Computing sha256 for \d+ files|"
                   r"  warnings\.warn\(|UserWarning: Cannot enable progress bars|  -|Available options for")
RAISED = re.compile(r"^\w+(?:Error|Found): ", re.M)


def told(code, text):
    """What counts of stderr: of a traceback its last exception, of argparse's usage the last line; else all."""
    found = [match.start() for match in RAISED.finditer(text)]
    lines = re.sub(r"^\S+:\d+: UserWarning:", "UserWarning:", text[found[-1] if found else 0:], flags=re.M).splitlines()
    lines = [line for line in lines if line.strip() and not INNER.match(line)]
    return lines[-1:] if code == 2 and lines[:1] and lines[0].startswith("usage: ") else lines


FOLDER = {"f/a.txt": b"a", "f/sub/b.txt": b"b", "f/sub/w.bin": b"w" * 1000, "f/.hidden": b"h", "f/notes.md": b"n"}
MANY = {f"f/d{n % 7}/{n}.txt": b"%d" % n for n in range(1200)}

# What CI leaves out, as others are much the same; all of it runs with HUG_EVERY_STEP=1.
RARE = {
    "a small file that replaces one", "two includes", "two includes, old", "delete nothing", "a tag",
    "a pull request of a stranger", "a pull request for main", "a pull request for a new repository",
    "a card of a wrong type", "an excluded card", "a wrong token", "a fine-grained token", "--token", "my own",
    "a new branch of a new repository", "delete in a folder", "a folder, as dot", "nested", "all ignored",
    "include nothing", "preupload fails", "a disabled repository", "an object that is refused",
    "another .cache inside", "opposites", "patterns with a file",
}

def as_user(token, command):
    return command, {"env": {"HF_TOKEN": token}}


def failing(path, status, text=None):
    """A Hub that refuses some requests, in words as usual, or without any."""
    words = {"json": {"error": text}, "headers": {"X-Error-Message": text}} if text else {}
    return lambda hub: hub.fault(path, status=status, **words)


SCENARIOS = {
    "one file": Scenario({"w.bin": b"w" * 1000}, "acme/new w.bin"),
    "one file elsewhere": Scenario({"d/w.bin": b"w" * 1000}, "acme/owl d/w.bin sub/x.bin", "acme/owl ./d/w.bin"),
    "a small file that replaces one": Scenario({"c.txt": b"C"}, "acme/owl c.txt"),
    "a folder": Scenario(FOLDER, "acme/new f"),
    "a folder, as dot": Scenario(FOLDER, "acme/new . ."),
    "a folder into a folder": Scenario(FOLDER, "acme/owl f deep/er", "acme/owl f /abs/", "acme/owl f ./dot/"),
    "include": Scenario(FOLDER, "acme/owl f --include *.txt"),
    "exclude": Scenario(FOLDER, "acme/owl f --exclude sub/"),
    "include and exclude": Scenario(FOLDER, "acme/owl f --include sub/* --exclude *.bin"),
    "two includes": Scenario(FOLDER, "acme/owl f --include *.txt --include *.md", on=(HF, HUG)),
    "two includes, old": Scenario(FOLDER, "acme/owl f --include *.txt *.md", on=(OLD,)),
    "include nothing": Scenario(FOLDER, "acme/owl f --include nothing*"),
    "delete": Scenario({"f/new.txt": b"n", "f/old/a.txt": b"A"}, "acme/owl f --delete old/*"),
    "delete all": Scenario({"f/new.txt": b"n"}, "acme/owl f --delete *"),
    "delete in a folder": Scenario({"f/new.txt": b"n"}, "acme/owl f old --delete *.txt"),
    "delete nothing": Scenario({"f/new.txt": b"n"}, "acme/owl f --delete none"),
    "delete and upload nothing": Scenario({"f/.git/x": b"n"}, "acme/owl f --delete c.txt"),
    "a revision": Scenario(FOLDER, "acme/owl f --revision dev", "acme/owl f/a.txt x.txt --revision dev"),
    "a new branch": Scenario(FOLDER, "acme/owl f --revision new/one"),
    "a new branch of a new repository": Scenario(FOLDER, "acme/new f --revision dev"),
    "a pull request that exists": Scenario(FOLDER, "acme/owl f --revision refs/pr/1",
                                           as_user(NEMO, "acme/owl f/a.txt y.txt --revision refs/pr/1")),
    "a pull request that does not exist": Scenario(FOLDER, "acme/owl f --revision refs/pr/7"),
    "a tag": Scenario(FOLDER, "acme/owl f --revision v1.0"),
    "a pull request": Scenario(FOLDER, "acme/owl f --create-pr"),
    "a pull request with a file": Scenario(FOLDER, "acme/owl f/a.txt --create-pr"),
    "a pull request of a stranger": Scenario(FOLDER, as_user(NEMO, "acme/owl f --create-pr")),
    "a pull request for a branch": Scenario(FOLDER, "acme/owl f/a.txt --create-pr --revision dev",
                                            "acme/owl f --create-pr --revision dev"),
    "a pull request for main": Scenario(FOLDER, "acme/owl f --create-pr --revision main"),
    "a pull request for a new repository": Scenario(FOLDER, "acme/new f --create-pr"),
    "an empty folder": Scenario({"f/e/.git/x": b""}, "acme/owl f/e"),
    ".gitignore in the commit": Scenario({"f/a.txt": b"a", "f/b.tmp": b"b", "f/keep.tmp": b"k", "f/build/x": b"x",
                                         "f/.gitignore": b"*.tmp\n!keep.tmp\nbuild/\n"}, "acme/owl f", "acme/new f in"),
    ".gitignore in the repository": Scenario({"f/a.txt": b"a", "f/b.tmp": b"b", "f/keep.tmp": b"k", "f/build/x": b"x"},
                                             "acme/ignoring f"),
    "all ignored": Scenario({"f/b.tmp": b"b"}, "acme/ignoring f"),
    "nested": Scenario({"f/" + "/".join("abcdefghij") + "/x.txt": b"x", "f/a-b/x": b"1"}, "acme/owl f"),
    "odd names": Scenario({"f/caf\u00e9.txt": b"c", "f/cafe\u0301.txt": b"d", "f/ b [1].bin": b"b" * 600,
                          "f/%41#?&+.txt": b"p", "f/\u732b/x\\y.txt": b"y", "f/-x": b"x", "f/'\".txt": b"q",
                          "f/\u00a0.bin": b"n"}, "acme/owl f", "acme/owl f/caf\u00e9.txt", "acme/owl f caf\u00e9"),
    "no bytes": Scenario({"f/empty.bin": b"", "f/empty.txt": b""}, "acme/owl f", "acme/owl f/empty.bin e/w.bin"),
    "equal files": Scenario({"f/1.bin": b"e" * 900, "f/2.bin": b"e" * 900, "f/3.txt": b"e" * 900, "f/c.txt": b"c",
                            "f/b.bin": b"b"}, "acme/owl f"),
    "many files": Scenario(MANY, "acme/new f"),
    "in parts": Scenario({"f/l.bin": LARGE, "f/even.bin": LARGE[: 2 * PART], "f/one.bin": LARGE[:PART]}, "acme/owl f"),
    "large without a rule": Scenario({"f/x y.dat": b"\0" * 150_000, "f/z.dat": b"\0x" * 90_000}, "acme/owl f"),
    "a Space": Scenario({"f/app.py": b"pass", "f/w.bin": b"w" * 600}, "acme/new f --repo-type space",
                        "acme/new f/app.py b.py --repo-type=space"),
    "a dataset": Scenario({"f/a.csv": b"a", "f/w.parquet": b"w" * 600}, "acme/new f --repo-type dataset",
                          "acme/new f d --repo-type dataset"),
    "a data file in a model": Scenario({"f/w.parquet": b"w" * 600, "f/x.arrow": b"x"}, "acme/new f"),
    "a broken card": Scenario({"f/README.md": b"---\nlicense: [mit\n---\n"}, "acme/owl f", "acme/owl f/README.md",
                              "acme/owl f sub", "acme/owl f/README.md x/README.md"),
    "a card of a wrong type": Scenario({"f/README.md": b"---\nlicense: 5\ntags: 5\n---\n"}, "acme/owl f"),
    "a card with warnings": Scenario({"f/README.md": b"# Owl\n", "f/a.txt": b"a"}, "acme/owl f", "acme/owl f/README.md",
                                     "acme/owl f sub"),
    "a card that is not text": Scenario({"f/README.md": b"\xff\xfe", "f/a.txt": b"a"}, "acme/owl f"),
    "an excluded card": Scenario({"f/README.md": b"---\nlicense: [mit\n---\n", "f/a.txt": b"a"},
                                 "acme/owl f --exclude *.md"),
    "an unchanged repeat": Scenario(FOLDER, "acme/new f", "acme/new f", ("acme/new f", {"files": {"f/a.txt": b"A"}}),
                                    "acme/new f/a.txt", ("acme/new f", {"files": {"f/a.txt": None}})),
    "a wildcard": Scenario({"a1.txt": b"1", "a2.txt": b"2", "b.txt": b"b", "d/a3.txt": b"3"}, "acme/owl a?.txt",
                           "acme/owl d/*", "acme/owl a* .", "acme/owl a* --exclude *2*"),
    "a wildcard with --include": Scenario({"a1.txt": b"1"}, "acme/owl a* --include *", "acme/owl a* sub",
                                          "acme/owl [z]*"),
    "a name that is a wildcard": Scenario({"a[1].txt": b"1", "a1.txt": b"2"}, "acme/owl a[1].txt"),
    "a path that does not exist": Scenario({}, "acme/owl nothing", "acme/owl nothing x/y", "acme/new no/thing"),
    "no local path": Scenario({"owl/a.txt": b"a", "new": b"n"}, "acme/owl", "acme/new", "acme/none"),
    "targets out of the repository": Scenario(FOLDER, "acme/owl f ../x", "acme/owl f/a.txt ../x", "acme/owl f/a.txt ..",
                                              "acme/owl f ..", "acme/owl f x/../y", "acme/owl f/a.txt x/../y"),
    "targets that are folders": Scenario(FOLDER, "acme/owl f/a.txt .", "acme/owl f/a.txt ./x.txt",
                                         "acme/owl f/a.txt /y.txt", "acme/owl f/a.txt sub/", ["acme/owl", "f/a.txt", ""],
                                         "acme/owl f/a.txt /", "acme/owl f /", "acme/owl f/a.txt d//e.txt"),
    "reserved targets": Scenario(FOLDER, "acme/owl f .git", "acme/owl f/a.txt .git/config", "acme/owl f x/.cache",
                                 "acme/owl f/a.txt .cache", "acme/owl f .gitx"),
    ".git and .cache inside": Scenario({"f/a.txt": b"a", "f/.git/config": b"g", "f/sub/.git/config": b"g",
                                       "f/s2/.git": b"gitdir", "f/.cache/huggingface/x": b"h",
                                       "f/sub/.cache/huggingface/x/y": b"h", "f/x.git/y": b"y", "f/.cached": b"c",
                                       "f/huggingface/.gitkeep": b""}, "acme/owl f"),
    "another .cache inside": Scenario({"f/a.txt": b"a", "f/.cache/pip/x": b"h"}, "acme/owl f"),
    "links": Scenario({"f/a.txt": b"a", "t/b.txt": b"b", "f/l.txt": "../t/b.txt", "f/t": "../t", "f/gone": "nowhere",
                      "lf": "f"}, "acme/owl f", "acme/owl lf l", "acme/owl f/l.txt", "acme/owl f/gone"),
    "somebody else's": Scenario(FOLDER, "nemo/x f", "zoo/ape f", "zoo/new f/a.txt", "nobody/x f"),
    "no token": Scenario(FOLDER, as_user("", "acme/owl f"), as_user("", "acme/new f"),
                         as_user("", "acme/owl f/a.txt --create-pr")),
    "a wrong token": Scenario(FOLDER, as_user("hf_wrong", "acme/owl f")),
    "a read-only token": Scenario(FOLDER, as_user(READER, "acme/owl f"), as_user(READER, "acme/new f"),
                                  as_user(READER, "acme/owl f/a.txt --revision new"), as_user(READER, "acme/hidden f")),
    "a fine-grained token": Scenario(FOLDER, as_user(FINE, "acme/owl f"), as_user(FINE, "acme/new f")),
    "--token": Scenario(FOLDER, as_user("", f"acme/owl f --token {OLIVE}")),
    "wrong ids": Scenario(FOLDER, "bad--id f", "a/b/c f", "acme/x.git f", "acme/-x f", "f/ f"),
    "my own": Scenario(FOLDER, "mine f", "mine f"),
    "--private": Scenario(FOLDER, "acme/new f --private", "acme/owl f --private", "acme/hidden f"),
    "messages": Scenario(FOLDER, ["acme/owl", "f", "--commit-message", "Words é", "--commit-description", "More\nlines"],
                         "acme/owl f/a.txt --commit-message One", "acme/owl f/a.txt y --commit-description Why",
                         "acme/owl f z --create-pr --commit-message Pull --commit-description Why"),
    "empty messages": Scenario(FOLDER, ["acme/owl", "f", "--commit-message", ""],
                               ["acme/owl", "f/a.txt", "--commit-message", ""],
                               ["acme/owl", "f", "s", "--commit-description", ""]),
    "patterns with a file": Scenario(FOLDER, "acme/owl f/a.txt --include * --exclude x --delete *"),
    "a disabled repository": Scenario(FOLDER, "acme/off f", "acme/off f --revision x"),
    "results": Scenario(FOLDER, "acme/owl f --json", "acme/owl f/a.txt -q", "acme/owl f x --format agent",
                        "acme/owl f y --create-pr --json", "acme/owl f -q", on=(HF,)),
    "nothing at all": Scenario(FOLDER, "", on=(OLD,)),
    "quiet": Scenario({**FOLDER, "f/README.md": b"# Owl\n", "f/x.arrow": b"x"}, "acme/owl f/a.txt --quiet --include *",
                      "acme/owl f --quiet", "acme/owl f --quiet --revision n", on=(OLD,)),
    "hf addresses": Scenario(FOLDER, "hf://acme/owl f", "hf://acme/owl@dev/sub f", "hf://datasets/acme/new f/a.txt",
                             "hf://acme/owl/x f y", "hf://acme/owl f --repo-type model",
                             "hf://acme/owl@dev f --revision dev", "hf://buckets/acme/b f", "hf://bad f",
                             "hf://acme/owl@refs/pr/1 f", "datasets/acme/set f",
                             "datasets/acme/set f --repo-type dataset", on=(HF,)),
    "usage": Scenario(FOLDER, "acme/owl f x y", "acme/owl f --nope", "acme/owl f --repo-type nope",
                      "acme/owl f --revision", "acme/owl f --every x", "acme/owl f --every 0", on=(OLD, HF)),
    "opposites": Scenario(FOLDER, "acme/new f --no-create-pr --no-private", on=(HF,)),
    "a quota": Scenario(FOLDER, "acme/owl f", "acme/owl f/a.txt x", on=(OLD, HF),
                        hub=lambda hub: setattr(hub, "commits_an_hour", 0)),
    "a commit that is refused": Scenario(FOLDER, "acme/owl f", hub=failing("/commit/", 400, "No, thanks")),
    "an object that is refused": Scenario(FOLDER, "acme/owl f", hub=failing("/objects/batch", 403, "No space")),
    "preupload fails": Scenario(FOLDER, "acme/owl f", hub=failing("/preupload/", 422, "No")),
    "a card check that fails": Scenario({"f/README.md": CARD}, "acme/new f", hub=failing("/validate-yaml", 500)),
}


EMPTY = "an upload that changes nothing makes no commit, as with those of Xet"
EARLIER = "it is refused before anything is sent; the old program leaves it to the Hub"
THEIR_LIMIT = "their advice is about a way of sending folders that ours does not have"
NAMED = "the file is named, whatever is wrong with its encoding"
BRANCH = "the branch is looked up first, so its address is the one that is refused"
CRASH = "the official programs stumble over an answer that is no JSON; ours asks again, and says what it got"
TITLE = "hug asks for a title that is not empty, and names a file as it is in the repository"
CARD_FIRST = "hug has the card checked before it makes a repository"
NOTHING = "hug fails where there is nothing to upload: a name or a pattern was probably mistyped"
DRAFT = "as with Xet a pull request is opened before its commits, and then needs a description"

# What stays different: scenario, name, command ("": all together), what, why.
DIFFERENT = [
    ("all ignored", OLD, "acme/ignoring f", "error", EMPTY),
    ("all ignored", OLD, "", "words", EMPTY),
    ("all ignored", HF, "acme/ignoring f", "output", EMPTY),
    ("all ignored", HF, "acme/ignoring f", "error", EMPTY),
    ("all ignored", HF, "", "words", EMPTY),
    ("all ignored", HUG, "", "words", EMPTY),
    ("many files", OLD, "acme/new f", "error", THEIR_LIMIT),
    ("many files", HF, "acme/new f", "error", THEIR_LIMIT),
    ("a card that is not text", OLD, "acme/owl f", "error", NAMED),
    ("a card that is not text", HF, "acme/owl f", "error", NAMED),
    ("targets out of the repository", OLD, "acme/owl f x/../y", "error", EARLIER),
    ("targets out of the repository", OLD, "acme/owl f/a.txt x/../y", "error", EARLIER),
    ("a disabled repository", OLD, "acme/off f", "error", BRANCH),
    ("a disabled repository", HF, "acme/off f", "error", BRANCH),
    ("a card check that fails", OLD, "acme/new f", "error", CRASH),
    ("a card check that fails", HF, "acme/new f", "error", CRASH),
    ("a card check that fails", HUG, "", "tree", CARD_FIRST),
    ("a card check that fails", HUG, "", "words", CARD_FIRST),
    ("empty messages", HUG, "acme/owl f --commit-message ", "code", TITLE),
    ("empty messages", HUG, "", "tree", TITLE),
    ("empty messages", HUG, "", "words", TITLE),
    ("targets that are folders", HUG, "", "words", TITLE),
    ("an empty folder", HUG, "acme/owl f/e", "code", NOTHING),
    ("include nothing", HUG, "acme/owl f --include nothing*", "code", NOTHING),
    ("a wildcard with --include", HUG, "acme/owl [z]*", "code", NOTHING),
    *((name, HUG, "", "words", DRAFT) for name in ("a pull request", "a pull request of a stranger", "a pull request for main",
                                                    "a pull request for a new repository")),
]

# Where the two official programs do not agree.
APART = {
    "a name that is a wildcard": "the old one takes it for a pattern, although there is a file of this name",
    "a pull request for a branch": "the new one refuses it for a folder",
}


def seen(code, out, err):
    return code, printed(out), told(code, err)


def text_of(args):
    return args if isinstance(args, str) else " ".join(args)


def differences(scenario, theirs, ours):
    """What is not as with the official program, as (name, command, what)."""
    for face, their in theirs.items():
        for (args, _), mine, wanted in zip(scenario.steps, ours[face].results, their.results):
            for what, a, b in zip(("code", "output", "error"), seen(*mine), seen(*wanted)):
                if a != b:
                    yield (face, text_of(args), what), a, b
        for what, read in (("tree", state), ("words", words)):
            if read(ours[face].hub) != read(their.hub):
                yield (face, "", what), read(ours[face].hub), read(their.hub)
    if HUG not in ours:
        return
    for (args, _), mine, wanted in zip(scenario.steps, ours[HUG].results, theirs[HF].results):
        if (mine[0] == 0) != (wanted[0] == 0):
            yield (HUG, text_of(args), "code"), mine, wanted
    for what, read in (("tree", state), ("words", alike)):
        if read(ours[HUG].hub) != read(theirs[HF].hub):
            yield (HUG, "", what), read(ours[HUG].hub), read(theirs[HF].hub)


@pytest.fixture
def sides(tmp_path):
    """sides(names): the official programs and ours, by the name that they are called by."""

    def get(names):
        theirs, ours = {}, {}
        for name in names:
            link = tmp_path / name
            link.symlink_to(os.environ["HUG"])
            # What hug asks before it deletes is for people.
            ours[name] = Side(link, tmp_path / f"our {name}", ("-y",) if name == HUG else ())
            if name in BINARIES:
                theirs[name] = Side(real(name, BINARIES[name]), tmp_path / f"their {name}")
        return theirs, ours

    return get


EVERY_STEP = "HUG_EVERY_STEP" in os.environ


@pytest.mark.parametrize("name", [name for name in SCENARIOS if EVERY_STEP or name not in RARE])
def test_uploads(sides, name):
    theirs, ours = sides(SCENARIOS[name].on)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda side: side.run(SCENARIOS[name]), [*theirs.values(), *ours.values()]))
    found = list(differences(SCENARIOS[name], theirs, ours))
    for key, mine, wanted in found:
        print(name, *key, str(mine)[:3000], str(wanted)[:3000], sep="\n    ")
    assert {key for key, *_ in found} == {row[1:4] for row in DIFFERENT if row[0] == name}
    if len(theirs) == 2:
        assert (state(theirs[OLD].hub) != state(theirs[HF].hub)) == (name in APART)


def test_the_table_of_differences():
    assert {row[0] for row in DIFFERENT} | set(APART) | RARE <= set(SCENARIOS)


@pytest.mark.parametrize("args, code, says", [
    ("f ../x", 2, "'../x' cannot be a folder of a repository"),
    ("f x/.cache", 2, "'x/.cache' cannot be a folder of a repository"),
    ("f/a.txt sub/", 2, "'sub/' cannot be a file of a repository"),
    ("f/a.txt .", 2, "'.' cannot be a file of a repository"),
    ("f --create-pr --revision dev", 2,
     "a pull request with a folder is for the main branch: leave out --revision or --create-pr"),
    ("f --create-pr --revision refs/pr/1", 2,
     "--create-pr opens another pull request: leave it out to add to that of --revision"),
    ("f --revision refs/pr/7", 1, "model acme/owl has no revision 'refs/pr/7'"),
    ("card", 1, "the metadata in README.md is not valid: unexpected end: a bracket is open"),
    ("empty", 1, "'HOME/work/empty' has no files to upload"),
    ("f --include nothing*", 1, "no file matches. Patterns match the whole path below the folder"),
    ("nothing", 1, "No such file or directory: 'nothing'."),
])
def test_refusals_of_hug(sides, args, code, says):
    """In one line, and nothing has changed."""
    side = sides([HUG])[1][HUG]
    side.run(Scenario({"f/a.txt": b"a", "empty/.git/x": b"", "card/README.md": b"---\nlicense: [mit\n---\n"}, f"acme/owl {args}"))
    found = side.results[0]
    assert (found[0], found[1]) == (code, "") and found[2].startswith(f"hug: {says}") and found[2].count("\n") == 1, found
    assert side.hub.uploads.commits == [] and side.hub.uploads.taken == 0


def test_a_pull_request_of_a_file_for_a_branch(sides):
    side = sides([HUG])[1][HUG]
    side.run(Scenario({"a.txt": b"a"}, "acme/owl a.txt --create-pr --revision dev"))
    assert side.results[0][0] == 0
    pull = side.hub.find_repo("model", "acme/owl").discussions[2]
    assert (pull.base, pull.status, pull.title) == ("dev", "open", "Upload a.txt with hug")
