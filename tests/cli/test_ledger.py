"""One ledger of bytes: what was promised equals a recount of what went, to the block."""

import json
import os
import random
import re
import subprocess

import pytest

import caches
from caches import LOOSE
from conftest import OTHER_USER
from fixtures import play


def recount(root):
    """Blocks of every inode below a folder, each once, that has no name anywhere else."""
    inodes = {}
    for parent, _, names in os.walk(root):
        for name in names:
            info = os.lstat(os.path.join(parent, name))
            if not os.path.islink(os.path.join(parent, name)):
                seen = inodes.setdefault((info.st_dev, info.st_ino), [0, info.st_nlink, info.st_blocks * 512])
                seen[0] += 1
    return sum(size for seen, names, size in inodes.values() if seen == names)


def random_cache(root, seed):
    """Hard links in a repository, between two, and out of the cache; sparse partial downloads; a shared
    store; blobs that nothing uses; broken links; copies; files of another owner."""
    dice = random.Random(seed)
    cache = caches.Cache(root)
    if dice.random() < 0.4:
        cache.store()
        if dice.random() < 0.5:
            (root / "blobs" / LOOSE[:2]).mkdir()
            (root / "blobs" / LOOSE[:2] / LOOSE).write_bytes(b"l" * 9000)
            (root / "blobs" / LOOSE[:2] / (LOOSE + ".refs")).write_text("models--gone/blobs/x\n")
    folders = []
    for r in range(dice.randint(1, 4)):
        pool = [b"%d-%d-%d" % (seed, r, i) * dice.randint(1, 3000) for i in range(6)]
        commits = [f"{seed % 256:02x}{r}{i}" + "0" * 36 for i in range(dice.randint(1, 4))]
        refs = {f"b{i}": c for i, c in enumerate(commits) if dice.random() < 0.6}
        folder = cache.repo(f"org/r{r}", {
            c: {f"{'d/' * dice.randint(0, 2)}f{i}": dice.choice(pool) for i in range(dice.randint(1, 6))}
            for c in commits}, refs)
        folders.append(folder)
        blobs = folder / "blobs"
        for i in range(dice.randint(0, 2)):
            with open(blobs / (f"{i}" * 64 + ".incomplete"), "wb") as file:
                file.truncate(dice.randint(1, 50_000_000))
                file.write(b"x" * dice.randint(0, 20_000))
        if dice.random() < 0.4:
            (blobs / ("9" * 64)).write_bytes(b"u" * dice.randint(1, 9000))
        if dice.random() < 0.3:
            (folder / "snapshots" / commits[0] / "broken").symlink_to("../../blobs/" + "7" * 64)
        if dice.random() < 0.3:
            (folder / "snapshots" / commits[-1] / "copy.bin").write_bytes(b"c" * dice.randint(1, 9000))
        if dice.random() < 0.4:
            (folder / "trees").mkdir()
            (folder / "trees" / (commits[0] + ".json")).write_text("[]" * dice.randint(1, 9000))
    names = sorted(p for f in folders for p in (f / "blobs").iterdir() if re.fullmatch("[0-9a-f]{64}", p.name))
    for i, name in enumerate(dice.sample(names, min(len(names), dice.randint(0, 3)))):
        where = dice.choice(["same", "other", "outside"])
        target = {"same": name.parent, "other": dice.choice(folders) / "blobs",
                  "outside": root.parent / "outside"}[where]
        target.mkdir(exist_ok=True)
        os.link(name, target / (f"{i:x}" * 40 if where != "outside" else f"{seed}-{i}"))
    if os.geteuid() == 0 and dice.random() < 0.3:
        for parent, _, files in os.walk(folders[0]):
            for file in files:
                os.chown(os.path.join(parent, file), OTHER_USER, OTHER_USER, follow_symlinks=False)
    return dice


def number(text):
    unit = re.fullmatch(r"~?([\d.]+)([KMGT]?)", text)
    return float(unit[1]) * {"": 1, "K": 1e3, "M": 1e6, "G": 1e9}[unit[2]], {"": 0, "K": 51, "M": 50_001, "G": 5e7}[unit[2]]


def same(text, value):
    got, rounding = number(text)
    return abs(got - value) <= rounding


CHUNKS = [range(i, i + 30) for i in range(0, 300, 30)]


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda s: str(s.start))
def test_promised_is_what_went(hug, tmp_path, seeds):
    """By revisions, whole repositories, rules and all together; the total that is left is the recount."""
    for seed in seeds:
        root = tmp_path / str(seed) / "cache"
        dice = random_cache(root, seed)
        commits = sorted(p.name for p in root.glob("models--org--*/snapshots/*"))
        repos = sorted("model/org/" + p.name[13:] for p in root.glob("models--org--*"))
        command = dice.choice([
            ["cache", "rm", *dice.sample(commits, dice.randint(1, len(commits)))],
            ["cache", "rm", *dice.sample(repos, dice.randint(1, len(repos)))],
            ["cache", "prune"], ["cache", "prune", "--leftovers"], ["cache", "free", "1K"],
        ])
        before = recount(root)
        planned = hug(*command, "--dry-run", "--json", "--cache-dir", root)
        done = hug(*command, "-y", "--json", "--cache-dir", root)
        gone = before - recount(root)
        if command[1] != "free":
            said = json.loads(planned.stdout)["size"] if planned.stdout else "0.0"
            assert same(said, gone), (seed, command, planned.stdout, gone)
        if done.stdout:
            assert same(json.loads(done.stdout)["freed"], gone), (seed, command, done.stdout, gone)
        rows = json.loads(hug("cache", "du", "--json", "--cache-dir", root).stdout)
        inside = sum(int(r["bytes"]) for r in rows if r["path"] == str(root))
        total = sum({(i.st_dev, i.st_ino): i.st_blocks * 512 for p, _, names in os.walk(root) for n in names
                     if not os.path.islink(os.path.join(p, n)) for i in [os.lstat(os.path.join(p, n))]}.values())
        assert inside == total, (seed, command, rows)


@pytest.mark.parametrize("seed", range(300, 340))
def test_the_screen_promises_the_same(tmp_path, seed):
    root = tmp_path / "cache"
    random_cache(root, seed)
    dice = random.Random(seed)
    keys = "".join(dice.choice(["key j\n", "key Space\n", "key Enter\n", "key Space\n", "key k\n"]) for _ in range(25))
    before = recount(root)
    out = play(root, f"size 140x40\nwait idle\n{keys}key d\ndump x\nkey y\nkey Esc\nwait idle\nclock +31\nwait idle\n",
               env={"HUG_FAULT": "none:1:1"})
    said = re.search(r"will free +([\d.]+) (k?M?G?)B", out)
    gone = before - recount(root)
    if said:
        value = float(said[1]) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[said[2]]
        assert abs(value - gone) <= {"": 0, "k": 51, "M": 50_001, "G": 5e7}[said[2]], (out, gone)


@pytest.fixture
def tmpfs(tmp_path):
    """A file system of the test's own, where free space is only what the test makes it."""
    if os.geteuid():
        pytest.skip("only root can mount")
    place = tmp_path / "tmpfs"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "hug-test", place], check=True)
    yield place
    subprocess.run(["umount", place], check=True)


def used(place):
    info = os.statvfs(place)
    return (info.f_blocks - info.f_bfree) * info.f_frsize


def test_promised_is_what_the_disk_gets(hug, tmpfs):
    for seed in range(20):
        root = tmpfs / str(seed) / "cache"
        root.parent.mkdir()
        dice = random_cache(root, seed)
        commits = sorted(p.name for p in root.glob("models--org--*/snapshots/*"))
        for command in (["cache", "rm", *dice.sample(commits, 1)], ["cache", "prune"], ["cache", "rm", "model/org/r0"]):
            before = used(tmpfs)
            planned = json.loads(hug(*command, "--dry-run", "--json", "--cache-dir", root).stdout or '{"size": "0.0"}')
            done = hug(*command, "-y", "--json", "--cache-dir", root)
            gone = before - used(tmpfs)
            if done.returncode == 0:
                assert same(planned["size"], gone), (seed, command, planned, gone)
        subprocess.run(["rm", "-rf", root.parent], check=True)


def test_a_read_only_mount(hug, tmpfs):
    """It is said before anything is asked, by commands and by the screen."""
    root = caches.build(caches.revisions, tmpfs / "cache")
    subprocess.run(["mount", "-o", "remount,ro", tmpfs], check=True)
    done = hug("cache", "rm", "model/org/shared", "--cache-dir", root)
    assert done.returncode == 1 and "Read-only file system" in done.stderr and "Proceed" not in done.stdout
    done = hug("cache", "prune", "-y", "--cache-dir", root)
    assert "Deleted" not in done.stdout
    play(root, "wait idle\nkey j\nkey Space\nexpect Read-only file system\n")


def test_a_mount_inside_is_not_emptied(hug, tmpfs, tmp_path):
    """A folder in a revision on which something is mounted: what is mounted there stays."""
    root = caches.build(caches.revisions, tmp_path / "cache")
    place = root / "models--org--shared/snapshots" / caches.A / "mounted"
    place.mkdir()
    (tmpfs / "mine.txt").write_text("mine")
    subprocess.run(["mount", "--bind", tmpfs, place], check=True)
    try:
        done = hug("cache", "rm", caches.A, "-y", "--cache-dir", root)
        assert (tmpfs / "mine.txt").read_text() == "mine"
        assert done.returncode == 1
    finally:
        subprocess.run(f"umount $(grep -o ' {tmp_path}[^ ]*/mounted ' /proc/mounts || echo {place}) || "
                       f"awk '/mounted/{{print $2}}' /proc/mounts | xargs -r umount", shell=True, check=False)


def test_a_sparse_file_counts_what_it_holds(hug, tmp_path):
    cache = caches.Cache(tmp_path / "cache")
    folder = cache.repo("org/r", {caches.A: {"w": b"w" * 100}}, {"main": caches.A})
    with open(folder / "blobs" / ("8" * 64 + ".incomplete"), "wb") as file:
        file.truncate(300 << 20)
        file.write(b"x" * 4096)
    assert "(4.1K total)" in hug("cache", "prune", "--dry-run", "--cache-dir", cache.root).stdout
    rows = {r["store"]: r["size"] for r in json.loads(hug("cache", "du", "--json", "--cache-dir", cache.root).stdout)}
    assert rows["unfinished"] == "4.1K"


def test_shared_extents_make_it_approximate(hug, tmp_path):
    """Reflinks: what goes with a file is not known exactly, and is marked so; not under the old names."""
    cache = caches.Cache(tmp_path / "cache")
    cache.repo("org/r", {caches.A: {"w": b"w" * (2 << 20)}, caches.B: {"x": b"x"}}, {"main": caches.B})
    env = {"HUG_FAULT": "shares:1+:0"}
    assert "~2.1M" in hug("cache", "prune", "--dry-run", "--cache-dir", cache.root, env=env).stdout
    (tmp_path / "hf").symlink_to(os.environ["HUG"])
    done = subprocess.run([tmp_path / "hf", "cache", "prune", "--dry-run", "--cache-dir", cache.root],
                          capture_output=True, text=True, env={**hug.env, **env}, check=True)
    assert "~" not in done.stdout and "2.1M" in done.stdout

