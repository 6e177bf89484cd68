"""`upload --every` under its three names and by the two official programs, at the same time, each on a Hub of its own.

What they push while files come, change, grow and are rotated is the same in the end, and the old names say what
the official programs say.

`--include` stands in the command, as without it the official programs push nothing (an empty list of patterns lets
no file pass).
"""

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from test_uploads import HF, HUG, OLD, fill, printed, put, sides, state, told  # noqa: F401  (a fixture)

EVERY = ["--every", "0.02"]
FIRST = {"f/a.txt": b"a", "f/sub/w.bin": b"w" * 1000, "f/run.log": b"1\n", "f/skip.tmp": b"s"}
# Before the following pushes: what changes.
LATER = [
    {"f/b.txt": b"b", "f/run.log": b"1\n2\n"},
    {"f/a.txt": b"longer than it was", "f/sub/w.bin": b"v" * 2000},
    {"f/run.log.1": b"1\n2\n", "f/run.log": b"3\n", "f/b.txt": None},
]
TITLE = "Scheduled Commit"


def wait_for(side, files):
    """Until the Hub has what is in the folder."""
    wanted = {name[2:]: data for name, data in files.items() if data is not None and not name.endswith(".tmp")}
    end = time.time() + 60
    while time.time() < end:
        repo = side.hub.find_repo("model", "acme/new")
        if repo and repo.find("main"):
            there = {path: bytes(blob.lfs.data) if blob.lfs else blob.git_data for path, blob in repo.find("main").files.items()}
            if all(there.get(path) == data for path, data in wanted.items()):
                return
        time.sleep(0.05)
    raise AssertionError(f"{side.program}: {sorted(wanted)} did not all come")


def stay(side):
    """Exit code, stdout and stderr, once all is there and Ctrl-C was pressed."""
    files = dict(FIRST)
    with side.hub:
        fill(side.hub)
        put(side.work, FIRST)
        process = subprocess.Popen([side.program, "upload", "acme/new", "f", "--include", "*", "--exclude", "*.tmp", *EVERY], env=side.environment(),
                                   cwd=side.work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            wait_for(side, files)
            for changes in LATER:
                put(side.work, changes)
                files = {name: data for name, data in {**files, **changes}.items() if data is not None}
                wait_for(side, files)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        except AssertionError:
            process.kill()
            print(side.program, *process.communicate())
            raise
        finally:
            process.kill()
        return process.returncode, side.mask(out), side.mask(err)


def test_every(sides):  # noqa: F811
    theirs, ours = sides([OLD, HF, HUG])
    every = [*theirs.values(), *ours.values()]
    with ThreadPoolExecutor(len(every)) as pool:
        for side, result in zip(every, pool.map(stay, every)):
            side.results.append(result)
    for name, their in theirs.items():
        mine, wanted = ours[name].results[0], their.results[0]
        assert mine[0] == wanted[0] == 0
        assert printed(mine[1]) == printed(wanted[1]), name
    trees = [state(side.hub) for side in every]
    assert all(tree == trees[0] for tree in trees)
    for side in every:
        repo = side.hub.find_repo("model", "acme/new")
        titles = {commit.title for commit in repo.find("main").history() if commit.parent}
        assert titles == {TITLE}, side.program
        # A file that is gone here stays there; one that was excluded never came.
        assert "b.txt" in repo.find("main").files and "skip.tmp" not in repo.find("main").files
