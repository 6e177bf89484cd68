"""upload-large-folder of huggingface-cli: ours beside the official one, each on a Hub of its own."""

import os
import re
import subprocess

import pytest

from hub import Hub
from test_scan import real
from test_uploads import LARGE, OLIVE, OLD, fill, put, state

FILES = {"README.md": b"---\nlicense: mit\n---\n", "w.bin": LARGE, "d/e/x.json": b"{}", "d/empty": b"", "big.bin": LARGE * 2,
         "skip.tmp": b"t", "c.txt": b"c"}
LINES = {
    "all": "acme/owl up --repo-type model",
    "patterns": "acme/owl up --repo-type=model --include *.json *.bin --exclude w* --num-workers 3 --no-bars",
    "a new dataset": "acme/fresh up --repo-type dataset --private --no-report",
    "a branch": "acme/owl up --repo-type model --revision dev",
    "no type": "acme/owl up",
    "no folder": "acme/owl up/w.bin --repo-type model",
    "nothing there": "acme/owl nowhere --repo-type model",
}


def run(program, line, hub, home):
    work = home / "work"
    (home / "links").mkdir(parents=True)
    work.mkdir()
    put(work / "up", FILES)
    command = [real(OLD, "HUG_PEER_036")] if program == "real" else [str(home / "links" / OLD)]
    if program != "real":
        os.symlink(os.environ["HUG"], command[0])
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "HF_HOME": str(home / "hf"), "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": OLIVE,
           "LC_ALL": "C.UTF-8", "COLUMNS": "80", "NO_COLOR": "1", "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
           "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
    done = subprocess.run([*command, "upload-large-folder", *line.split()], cwd=work, env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120)
    return done


def numbers(text):
    """The last report, without times."""
    reports = re.findall(r"Files:   (.*)\nWorkers: (.*)", text)
    return reports[-1] if reports else None


# The official one waits for ten seconds now and then, so CI runs few of them.
FEW = ("patterns", "a new dataset", "no type", "no folder", "nothing there")


@pytest.mark.parametrize("name", LINES if "HUG_EVERY_STEP" in os.environ else FEW)
def test_as_the_official_one(name, tmp_path):
    line, results = LINES[name], {}
    for program in ("real", "ours"):
        with Hub() as hub:
            fill(hub)
            done = run(program, line, hub, tmp_path / program)
            assert not hub.failures
            results[program] = done, state(hub)
    (theirs, there), (ours, here) = results["real"], results["ours"]
    assert ours.returncode == theirs.returncode, ours.stderr
    assert here == there
    # The notice, word for word, but for the line that says that the program is to go.
    lines = [line for line in theirs.stdout.split("documentation at")[0].splitlines() if "is deprecated" not in line]
    assert ours.stdout.split("documentation at")[0].splitlines() == lines
    if theirs.returncode == 0:
        for end in (ours, theirs):
            assert ("Files:   hashed" in end.stdout) == ("--no-report" not in line)
        mine, official = numbers(ours.stderr), numbers(theirs.stderr)
        assert mine[0] == official[0] and "committing: 0" in mine[1]
        for text in ("Repo created: ", "candidate files to upload", "Validation checks complete.", "Starting upload..."):
            assert text in ours.stderr and text in theirs.stderr
    else:
        assert ours.stderr.splitlines()[-1] == theirs.stderr.splitlines()[-1]


def test_what_cannot_be_ends_at_once(tmp_path):
    """Where the official one repeats what is refused for ever."""
    with Hub() as hub:
        fill(hub)
        done = run("ours", "zoo/ape up --repo-type model", hub, tmp_path / "a")
        assert done.returncode == 1 and "403" in done.stderr and len(hub.requests) < 20


def test_it_goes_on_and_leaves_the_folder_alone(tmp_path):
    """A second run sends nothing, another repository gets all of it, and nothing is written beside the files."""
    with Hub() as hub:
        fill(hub)
        assert run("ours", LINES["all"], hub, tmp_path / "a").returncode == 0
        sent, commits = hub.uploads.bytes, len(hub.uploads.commits)
        work, links = tmp_path / "a/work", tmp_path / "a/links" / OLD
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "a"), "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": OLIVE}
        again = [links, "upload-large-folder", "acme/owl", "up", "--repo-type", "model"]
        assert subprocess.run(again, cwd=work, env=env, capture_output=True).returncode == 0
        assert (hub.uploads.bytes, len(hub.uploads.commits)) == (sent, commits)
        again[2] = "acme/other"
        assert subprocess.run(again, cwd=work, env=env, capture_output=True).returncode == 0
        assert {"w.bin", "c.txt"} < set(hub.find_repo("model", "acme/other").find("main").files)
        assert sorted(os.listdir(work / "up")) == sorted({path.split("/")[0] for path in FILES})
