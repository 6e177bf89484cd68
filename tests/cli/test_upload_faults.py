"""Uploads under faults: whatever breaks and wherever, a second run ends with the right tree.

What is checked each time: the exit code, that the message says what failed and what to do, what the repository holds
in the end, how many commits there are, and that no part the program knew to have arrived was sent twice.
"""

import fcntl
import glob
import os
import pathlib
import random
import re
import signal
import subprocess
import time

import pytest

from conftest import TOKEN

EVERY = "HUG_EVERY_STEP" in os.environ
PART = 30_000
ROUND = random.Random(5)
FILES = {
    "README.md": b"---\nlicense: mit\n---\n# Owl\n",
    "config.json": b"{}",
    "long.txt": b"a line\n" * 30_000,
    "notes/a.txt": b"a\n",
    "parts.bin": ROUND.randbytes(3 * PART + 17),
    "whole.bin": ROUND.randbytes(20_000),
}
RULES = b"*.bin filter=lfs diff=lfs merge=lfs -text\n"


def fill(folder, files):
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


@pytest.fixture
def writer(hub, hug):
    """The program with a token that may write to acme."""
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write")
    hub.multipart_above = hub.part_size = PART
    hug.env["HF_TOKEN"] = TOKEN
    return hug


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path / "folder", FILES)


@pytest.fixture
def repo(hub):
    repo = hub.add_repo("acme/nest")
    repo.commit({".gitattributes": RULES})
    return repo


def tree(repo, revision="main"):
    files = {path: bytes(blob.lfs.data) if blob.lfs else blob.git_data
             for path, blob in repo.find(revision).files.items()}
    files.pop(".gitattributes")
    return files


def changes(repo, revision="main"):
    """For each commit but the first, oldest first, the paths that it changed."""
    commits = list(repo.find(revision).history())[::-1]
    return [sorted(path for path in {*old.files, *new.files} if old.files.get(path) != new.files.get(path))
            for old, new in zip(commits, commits[1:])]


def journals(hug):
    return [name for name in glob.glob(f"{hug.home}/.local/state/hug/uploads/*") if not name.endswith(".lock")]


def line_of(text):
    """A line of a journal (core/up/journal.h)."""
    total = 2166136261
    for byte in text.encode():
        total = (total ^ byte) * 16777619 % 2**32
    return f"{total:08x} {text}\n"


def noted_parts(hug):
    """The parts that the journal says have arrived, as (SHA-256, number from 1)."""
    lines = [line.split() for name in journals(hug) for line in open(name, errors="replace")]
    return {(line[2], int(line[3]) + 1) for line in lines if len(line) > 3 and line[1] == "e"}


# -- one fault at one step --

STEPS = {
    "create": ("^/api/repos/create", "POST"),
    "look": ("/revision/main", "GET"),
    "branch": ("/branch/", "POST"),
    "card": ("^/api/validate-yaml", "POST"),
    "preupload": ("/preupload/", "POST"),
    "batch": ("/objects/batch", "POST"),
    "put": (r"/lfs/[^?]*\?size", "PUT"),
    "part": ("partNumber", "PUT"),
    "completion": ("complete_multipart", "POST"),
    "verify": ("/objects/verify", "POST"),
    "commit": ("/commit/", "POST"),
    "discussion": ("/discussions$", "POST"),
}
EFFECTS = {
    "500": {"status": 500},
    "503": {"status": 503},
    "429 soon": {"status": 429, "headers": {"Retry-After": "1"}},
    "429 late": {"status": 429, "headers": {"Retry-After": "7200"}},
    "403": {"status": 403},
    "401": {"status": 401},
    "404": {"status": 404},
    "413": {"status": 413},
    "cut": {"cut": 5},
    "reset": {"rst": True},
    "stalled": {"stall": 0},
    "HTML": {"html": True},
    "lost": {"lost": True},
    "503 after the effect": {"status_after": 503},
}
# The request has its effect, and no answer that says so comes.
AFTER = {"cut", "reset", "stalled", "lost", "503 after the effect"}
# One of these is not enough to stop an upload.
PASSING = {"500", "503", "429 soon", "cut", "reset", "stalled", "lost", "503 after the effect"}
WORDS = {
    "429 late": "429",
    "403": "forbids access",
    "401": "refuses the token",
    "404": "answered 404",
    "413": "answered 413",
    "HTML": "does not answer as a Hub does",
    "500": "answered 500",
    "503": "answered 503",
    "503 after the effect": "answered 503",
    "stalled": "nothing came for",
    "cut": "transfer closed|nothing came for",
    "reset": "reset by peer|Empty reply",
    "lost": "Empty reply|reset by peer",
}
# Steps at which an address that is refused is asked for anew, so that this ends well, too.
RENEWED = {("put", "403"), ("put", "404"), ("part", "403"), ("part", "404"), ("verify", "404"),
           *(("completion", status) for status in ("401", "403", "404", "413"))}
HARMLESS = RENEWED | {
    ("put", "HTML"),  # verification finds that nothing came
    ("commit", "HTML"),  # it is looked up
    ("commit", "413"),  # halves are not too large
}
# Answers without a body, or one that is shorter than what arrives of it.
BODILESS = {("branch", "cut"), ("put", "cut"), ("put", "stalled"), ("part", "cut"), ("part", "stalled"), ("completion", "cut"),
            ("completion", "stalled"), ("verify", "cut")}


def ends_well(step, effect, forever):
    if (step, effect) in BODILESS:
        return True
    if step == "discussion":  # it is opened, and looked up
        return effect in AFTER or not forever and effect in PASSING | {"HTML"}
    if not forever:
        return effect in PASSING or (step, effect) in HARMLESS
    # A commit is made, and what became of it is looked up.
    return (step, effect) == ("verify", "404") or step == "commit" and effect in AFTER


def check_message(stderr, step, effect):
    """The last line says what failed and what to do."""
    line = stderr.splitlines()[-1]
    words = WORDS[effect] if effect in WORDS else ""
    if step in ("put", "part"):
        words = {"HTML": "gave no ETag|does not exist", "cut": ""}.get(effect, f"the storage refuses|{words}")
    assert line.startswith("hug: ") and re.search(words, line), stderr
    assert re.search(r"[.)] [A-Z][^.]+", line), f"no advice: {stderr}"


def run_twice(hub, hug, step, effect, folder, forever=False):
    path, method = STEPS[step]
    if effect == "stalled":
        hug.env["HUG_TIME_SCALE"] = "0.005"
    args = ["upload", "acme/nest", folder]
    if step == "branch":
        args += ["--revision", "side"]
    if step == "discussion":
        args += ["--create-pr"]
    if step != "create":
        hub.add_repo("acme/nest").commit({".gitattributes": RULES})
    fault = hub.fault(path, method=method, times=None if forever else 1, **EFFECTS[effect])
    first = hug(*args)
    assert fault.hits, "the fault met no request"
    hub.clear_faults()
    hub.wait_idle()
    noted = noted_parts(hug)
    second = hug(*args)
    hub.wait_idle()
    assert second.returncode == 0, second.stderr
    repo = hub.find_repo("model", "acme/nest")
    revision = {"branch": "side", "discussion": f"refs/pr/{max(repo.pull_requests, default=0)}"}.get(step, "main")
    assert tree(repo, revision) == FILES
    made = changes(repo, revision)
    assert sorted(path for paths in made for path in paths) == sorted(FILES), "a file is in two commits, or in none"
    assert all(made), "a commit is empty"
    assert len(made) == 1 or effect == "413" and step == "commit"
    if (step, effect) not in RENEWED:
        assert {part: hub.uploads.parts[part] for part in noted if hub.uploads.parts[part] > 1} == {}
    return first, repo


@pytest.mark.parametrize("forever", [False, True] if EVERY else [False], ids=["once", "stays"][: 1 + EVERY])
@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_fault(hub, writer, folder, step, effect, forever):
    first, repo = run_twice(hub, writer, step, effect, folder, forever)
    if ends_well(step, effect, forever):
        assert first.returncode == 0, first.stderr
    else:
        assert first.returncode == 1, first.stderr
        check_message(first.stderr, step, effect)
    assert len(repo.pull_requests) == (step == "discussion")
    if step == "discussion" and forever and effect in ("500", "503", "HTML"):
        assert "A pull request may have been opened" in first.stderr


TITLE = "Upload folder using hug"


def propose(repo, **changes):
    """Somebody's draft; nothing that is different in it is ours."""
    what = {"title": TITLE, "author": "olive", "pull_request": True, **changes}
    return repo.discuss(what["title"], "", what["author"], what["pull_request"])


def on_answer(hub, path, method, what):
    """Calls it once, behind the effect of such a request."""
    seen = []

    def rewrite(request, answer):
        if not seen and request.method == method and request.path.endswith(path):
            seen.append(request)
            what()

    hub.rewrite = rewrite


@pytest.mark.parametrize("other", [
    {"author": "nemo"}, {"title": "Upload folder"}, {"pull_request": False}, {"status": "open"},
], ids=lambda other: next(iter(other)))
def test_a_draft_of_somebody_else_is_not_taken(hub, writer, repo, folder, other):
    """Before ours, and between its opening and the look for it."""
    def somebody():
        number = propose(repo, **other)
        repo.discussions[number].status = other.get("status", repo.discussions[number].status)

    propose(repo)
    on_answer(hub, "/discussions", "POST", somebody)
    hub.fault("/discussions$", method="POST", times=1, lost=True)
    done = writer("upload", repo.id, folder, "--create-pr", "--commit-message", TITLE)
    assert done.returncode == 0, done.stderr
    assert tree(repo, "refs/pr/2") == FILES and not changes(repo, "refs/pr/1")
    assert len(changes(repo, f"refs/pr/{max(repo.pull_requests)}")) == (max(repo.pull_requests) == 2)


def test_two_drafts_like_ours(hub, writer, repo, folder):
    on_answer(hub, "/discussions", "POST", lambda: propose(repo))
    hub.fault("/discussions$", method="POST", times=1, lost=True)
    done = writer("upload", repo.id, folder, "--create-pr", "--commit-message", TITLE)
    assert done.returncode == 1 and "A pull request may have been opened" in done.stderr, done.stderr
    assert not any(changes(repo, f"refs/pr/{number}") for number in repo.pull_requests)


def test_killed_while_a_pull_request_is_opened(hub, writer, repo, folder):
    """The next run goes on with it."""
    args = ("upload", repo.id, folder, "--create-pr")
    fault = hub.fault("/discussions$", method="POST", stall=0)
    process = writer.start(*args)
    while not fault.hits or not repo.pull_requests:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    hub.clear_faults()
    done = writer(*args)
    assert done.returncode == 0 and "adding to the pull request" in done.stderr, done.stderr
    assert list(repo.pull_requests) == [1] and tree(repo, "refs/pr/1") == FILES


# -- somebody else commits, too --


def count_requests(hub, hug, *args):
    """How many requests an upload makes, as a dry number: of a twin of the repository."""
    hub.requests.clear()
    done = hug("upload", *args)
    assert done.returncode == 0, done.stderr
    hub.wait_idle()
    return len([r for r in hub.requests if r.server == "hub"])


def meddle(hub, repo, when, make):
    """Behind the answer to each request of the Hub whose number `when` is true of, `make(number)` is committed."""
    seen = []

    def rewrite(request, answer):
        with hub.lock:
            seen.append(request)
            if when(len(seen)):
                repo.commit(make(len(seen)))

    hub.rewrite = rewrite
    return seen


@pytest.mark.parametrize("delete", [False, True], ids=["add", "delete"])
def test_somebody_commits_in_between(hub, writer, folder, delete):
    """Before each request in turn, another file, which matches what is to be deleted."""
    old = {".gitattributes": RULES, "old/1.txt": b"1", "old/2.txt": b"2"}
    options = ["--delete", "old/*", "-y"] if delete else []
    kept = {} if delete else {path: old[path] for path in ("old/1.txt", "old/2.txt")}
    hub.add_repo("acme/twin").commit(old)
    count = count_requests(hub, writer, "acme/twin", folder, *options)
    assert count > 5
    for number in range(1, count + 1):
        repo = hub.add_repo(f"acme/nest{number}")
        repo.commit(old)
        seen = meddle(hub, repo, lambda n: n == number, lambda n: {"old/theirs.txt": b"theirs"})
        hub.uploads.clear()
        done = writer("upload", repo.id, folder, *options)
        hub.rewrite = lambda request, answer: None
        assert done.returncode == 0, done.stderr
        if len(seen) < number:  # objects that the store has are not sent again
            assert number > 5
            break
        # What was there when the question was asked may be deleted; what came later may not.
        there = tree(repo)
        if delete and number <= 1:
            there.pop("old/theirs.txt", None)
            assert there == FILES
        else:
            assert there == {**FILES, **kept, "old/theirs.txt": b"theirs"}, number
        ours = [paths for paths in changes(repo) if "old/theirs.txt" not in paths or len(paths) > 1]
        assert len(ours) == 1, (number, ours)


def test_somebody_deletes_it_first(hub, writer, folder):
    """Behind each request in turn, one of the files that are to be deleted: that is no failure."""
    for number in range(1, 9):
        repo = hub.add_repo(f"acme/nest{number}")
        repo.commit({".gitattributes": RULES, "old/1.txt": b"1", "old/2.txt": b"2"})
        meddle(hub, repo, lambda n: n == number and "old/1.txt" in repo.find("main").files, lambda n: {"old/1.txt": None})
        done = writer("upload", repo.id, folder, "--delete", "old/*", "-y")
        hub.rewrite = lambda request, answer: None
        assert done.returncode == 0, (number, done.stderr)
        assert tree(repo) == FILES
        assert sum("config.json" in paths for paths in changes(repo)) == 1


def test_somebody_commits_all_the_time(hub, writer, folder, repo):
    """Behind each of the first 40 requests: it ends, well or with an advice, and nothing of theirs is lost."""
    meddle(hub, repo, lambda n: n <= 40, lambda n: {f"theirs/{n}.txt": b"theirs"})
    done = writer("upload", repo.id, folder)
    hub.rewrite = lambda request, answer: None
    if done.returncode:
        assert re.search(r"[.)] [A-Z][^.]+", done.stderr.splitlines()[-1]), done.stderr
        assert writer("upload", repo.id, folder).returncode == 0
    there = tree(repo)
    theirs = {path for path in there if path.startswith("theirs/")}
    assert len(theirs) >= 5 and {path: there[path] for path in there if path not in theirs} == FILES
    assert len([paths for paths in changes(repo) if not paths[0].startswith("theirs/")]) == 1


def test_somebody_changes_the_same_file(hub, writer, folder, repo):
    """A change made after ours stays; the next run puts the file back, as it was asked to."""
    assert writer("upload", repo.id, folder).returncode == 0
    repo.commit({"notes/a.txt": b"theirs"})
    assert writer("upload", repo.id, folder / "config.json").returncode == 0
    assert tree(repo)["notes/a.txt"] == b"theirs"
    assert writer("upload", repo.id, folder).returncode == 0
    assert tree(repo) == FILES and changes(repo)[-1] == ["notes/a.txt"]


# -- as many commits as the Hub takes --


def test_a_quota_that_is_soon_over(hub, writer, folder, repo):
    """A commit that is one too many is waited for, as long as the Hub says."""
    hub.commits_an_hour = 0
    hub.fault("/commit/", times=2, status=429, headers={"Retry-After": "2"})
    hub.commits_an_hour = None
    done = writer("upload", repo.id, folder)
    assert done.returncode == 0, done.stderr
    assert "trying again" in done.stderr and len(changes(repo)) == 1 and tree(repo) == FILES


def quotas(hug):
    return glob.glob(f"{hug.home}/.local/state/hug/commits/*")


def test_own_quota(hub, writer, folder, repo, tmp_path):
    """128 commits an hour are made to one repository, whatever they are of; then it waits, and says for how long."""
    assert writer("upload", repo.id, folder).returncode == 0
    [quota] = quotas(writer)
    assert abs(float(open(quota).read()) - time.time()) < 60
    with open(quota, "a") as file:
        file.write("2000 damaged\n" + f"{time.time() + 9000:012.0f}\n" + f"{time.time() - 3598:012.0f}\n" * 128)
    fill(tmp_path / "other", {"n.txt": b"1"})
    done = writer("upload", repo.id, tmp_path / "other", "--revision", "side", env={"HUG_TIME_SCALE": "1"})
    assert done.returncode == 0, done.stderr
    assert re.search(r"128 commits an hour of one repository: going on in 0:0[1-4]", done.stderr), done.stderr
    assert changes(repo, "side")[-1] == ["n.txt"]
    hub.add_repo("acme/other").commit({".gitattributes": RULES})
    done = writer("upload", "acme/other", tmp_path / "other")
    assert done.returncode == 0 and "128 commits" not in done.stderr and len(quotas(writer)) == 2


def test_what_was_not_used_for_long_is_removed(hub, writer, folder, repo, tmp_path):
    """A journal of 91 days ago goes, with its lock, unless it is locked; nothing else in that folder does."""
    assert writer("upload", repo.id, folder).returncode == 0
    [journal] = journals(writer)
    state = os.path.dirname(journal)
    names = {name: f"{state}/{name * 40}" for name in "abcde"}
    for name, path in names.items():
        for file in (path, f"{path}.lock"):
            pathlib.Path(file).write_bytes(b"")
    (tmp_path / "precious").write_bytes(b"1")
    os.remove(names["d"])
    os.symlink(tmp_path / "precious", names["d"])
    old = time.time() - 91 * 86400
    for file in [journal, f"{state}/notes.txt", names["a"], names["c"], names["d"], tmp_path / "precious"]:
        pathlib.Path(file).touch()
        os.utime(file, (old, old))
    with open(names["c"] + ".lock") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert writer("upload", repo.id, folder).returncode == 0
    left = {path.name[:1] for path in pathlib.Path(state).iterdir() if len(path.name) == 40 and path.name[1] == path.name[0]}
    assert left == set("bcde") and (tmp_path / "precious").read_bytes() == b"1"
    assert not os.path.exists(names["a"] + ".lock") and os.path.exists(f"{state}/notes.txt")
    # The one that is used is there, and young again.
    assert time.time() - os.stat(journal).st_mtime < 60


# -- kill -9 --


def many(count, seed):
    draw = random.Random(seed)
    files = {f"d{n % 9}/{n:04}.txt": b"%d of %d\n" % (n, seed) for n in range(count)}
    files.update({f"large/{n:02}.bin": draw.randbytes(5000) for n in range(count // 25)})
    files.update({f"parted/{n}.bin": draw.randbytes(4 * PART + n) for n in range(3)})
    return files


def kill_at_request(hub, hug, number, *args):
    """Runs it, kills it when the Hub or the store answers that request, and waits until both are idle."""
    seen, lock = [], hub.lock
    process = None

    def rewrite(request, answer):
        with lock:
            seen.append(request)
            if len(seen) == number:
                process.send_signal(signal.SIGKILL)

    hub.rewrite = hub.rewrite_store = rewrite
    with lock:
        process = hug.start("upload", *args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process.wait(timeout=60)
    hub.rewrite = hub.rewrite_store = lambda request, answer: None
    hub.wait_idle()
    return process.returncode


COUNT, KILLS = (2000, 30) if EVERY else (300, 6)


@pytest.mark.parametrize("seed", range(KILLS))
def test_kill_and_run_again(hub, writer, tmp_path, repo, seed):
    files = many(COUNT, seed)
    folder = fill(tmp_path / "many", files)
    parted = {path for path in files if path.startswith("parted/")}
    draw = random.Random(seed)
    # The first request of all is killed, too; both see about 70 in one run, with 2,000 files about 200.
    for round in range(2):
        kill_at_request(hub, writer, 1 if seed == 0 and not round else draw.randint(2, 180 if EVERY else 65), repo.id, folder)
        if round == 0:
            noted = noted_parts(writer)
    done = writer("upload", repo.id, folder)
    hub.wait_idle()
    assert done.returncode == 0, done.stderr
    assert tree(repo) == files
    made = changes(repo)
    assert all(made) and sorted(path for paths in made for path in paths) == sorted(files)
    assert {part for part in noted if hub.uploads.parts[part] > 1} == set()
    whole = {oid: n for oid, n in hub.uploads.puts.items() if not any(part[0] == oid for part in hub.uploads.parts)}
    assert len(whole) == len(files) - len([p for p in files if not p.endswith(".bin")]) - len(parted)
    assert {oid for oid, n in whole.items() if n > 1} == set()


@pytest.mark.parametrize("point", ["write:1:kill", "write:2:kill", "rename:1:kill", "sync:1:kill", "open:9:kill"])
def test_kill_where_the_journal_is_written(hub, writer, folder, repo, point):
    first = writer("upload", repo.id, folder, env={"HUG_FAULT": point})
    assert first.returncode in (0, 137)
    done = writer("upload", repo.id, folder)
    assert done.returncode == 0, done.stderr
    assert tree(repo) == FILES and len(changes(repo)) == 1
