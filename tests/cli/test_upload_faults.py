"""Uploads under faults: whatever breaks and wherever, a second run ends with the right tree.

What is checked each time: the exit code, that the message says what failed and what to do, what the repository holds
in the end, how many commits there are, and that no part the program knew to have arrived was sent twice.
"""

import glob
import os
import random
import re
import signal
import subprocess

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
    hug.env.update(HF_TOKEN=TOKEN, HUG_TIME_SCALE="0.005")
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


def noted_parts(hug):
    """The parts that the journal says have arrived, as (SHA-256, number from 1)."""
    lines = [line.split() for name in glob.glob(f"{hug.home}/.local/state/hug/uploads/*")
             if not name.endswith(".lock") for line in open(name, errors="replace")]
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
# What one of these is not enough to stop an upload.
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
# The storage's answer to a PUT has no body that matters.
BODILESS = {("put", "cut"), ("put", "stalled"), ("part", "cut"), ("part", "stalled"), ("completion", "cut"),
            ("completion", "stalled"), ("verify", "cut")}


def ends_well(step, effect, forever):
    if (step, effect) in BODILESS:
        return True
    if step == "discussion":
        return effect == "429 soon" and not forever
    if not forever:
        return effect in PASSING or (step, effect) in HARMLESS
    # A commit is made, and what became of it is looked up; a branch is there when it is asked for again.
    return (step, effect) == ("verify", "404") or (step in ("commit", "branch", "create") and effect in (
        "cut", "reset", "stalled", "lost", "503 after the effect") and step == "commit")


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
    opened = step == "discussion" and effect in ("cut", "reset", "stalled", "lost", "503 after the effect")
    assert len(repo.pull_requests) == (2 if opened else step == "discussion")
    if opened or (step, effect) in (("discussion", "HTML"), ("discussion", "500")):
        assert "A pull request may have been opened" in first.stderr
