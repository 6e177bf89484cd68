"""Broken off at every step, and four at once: the official client judges what is left."""

import hashlib
import os
import random

import pytest

from hub import Lfs

MIB = 1 << 20
LARGE = random.Random(3).randbytes(MIB) * 40 + b"tail"
FILES = {"large.bin": Lfs(LARGE), "small.bin": Lfs(b"s" * 300_000), "config.json": b"{}",
         "sub/empty.txt": b"", "sub/notes.md": b"# notes\n"}


def steps():
    """Every step in `./run full`, else fewer the further on."""
    n = 1
    while True:
        yield n
        n += 1 if "HUG_EVERY_STEP" in os.environ else 1 + n // 3


def content(value):
    return value.data if isinstance(value, Lfs) else value


def sum_of(data, name):
    if len(name) == 64:
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def check_blobs(repo):
    for blob in (repo / "blobs").glob("*"):
        if not blob.name.endswith(".incomplete"):
            assert sum_of(blob.read_bytes(), blob.name) == blob.name


@pytest.mark.parametrize("point", ["write", "sync", "rename", "link"])
def test_broken_off_at_step(hug, hub, official, point):
    """All that comes after the step fails, as for a process that is dead by then."""
    hub.add_repo("acme/steps").commit(FILES)
    older, newer = official("0.36.2"), official("2.4.0")
    for n in steps():
        root = hug.home / f"{point}{n}"
        done = hug("download", "acme/steps", "--cache-dir", root,
                   env={"HUG_FAULT": f"{point}:{n}+:5"})
        repo = root / "models--acme--steps"
        if done.returncode:
            assert done.stdout == "", done
            check_blobs(repo)
            if (repo / "snapshots").exists():
                assert newer.ask("scan", cache=root)["warnings"] == []
                # 0.36 warns of the newer client's own tag.
                assert [w for w in older.ask("scan", cache=root)["warnings"]
                        if "CACHEDIR.TAG" not in w] == []
        path = hug.ok("download", "acme/steps", "--cache-dir", root)
        for name, value in FILES.items():
            with open(f"{path}/{name}", "rb") as file:
                assert file.read() == content(value)
        assert not list(repo.glob("blobs/*.incomplete"))
        assert newer.ask("snapshot", repo_id="acme/steps", cache_dir=root,
                         local_files_only=True) == path
        if done.returncode == 0:
            assert n > 1
            break


def test_four_at_once(hug, hub, official, tmp_path):
    files = {f"w{i}.bin": Lfs(bytes([i]) * 3_000_000) for i in range(6)}
    hub.add_repo("acme/four").commit({**files, "a.json": b"{}"})
    hub.fault(server="store", rate=4_000_000)
    theirs = [official("0.36.2"), official("2.4.0")]
    for peer in theirs:
        peer.send("snapshot", repo_id="acme/four", cache_dir=str(tmp_path),
                  endpoint=hub.endpoint)
    ours = [hug.start("download", "acme/four", "--cache-dir", tmp_path) for _ in range(2)]
    paths = set()
    for process in ours:
        stdout, stderr = process.communicate(timeout=60)
        assert process.returncode == 0, stderr
        paths.add(stdout.strip())
    paths |= {peer.receive()["result"] for peer in theirs}
    (path,) = paths
    for name, value in files.items():
        with open(f"{path}/{name}", "rb") as file:
            assert file.read() == value.data
    repo = tmp_path / "models--acme--four"
    assert not list(repo.glob("blobs/*.incomplete"))
    hub.wait_idle()
    # Whoever had the lock fetched the file; nobody else did.
    for value in files.values():
        name = hashlib.sha256(value.data).hexdigest()
        sent = sum(r.sent for r in hub.requests if r.server == "store" and name in r.path)
        assert sent <= len(value.data) * 1.1, name
