"""hug cache free and du, and what lies in a cache for nobody."""

import fcntl
import json
import os
import subprocess
import sys
import time

import pytest

import caches
from caches import B
from conftest import LENGTHS

DAY = 86400


def aged(root, ages):
    """{name: {commit letter: (days, refs)}}: a 1,000 byte file each, of its own."""
    cache = caches.Cache(root)
    for name, revisions in ages.items():
        for letter, (days, refs) in revisions.items():
            commit = letter * 40
            folder = cache.repo(name, {commit: {"w": (name + letter).encode().ljust(1000)}},
                                {ref: commit for ref in refs})
            blob = os.path.realpath(folder / "snapshots" / commit / "w")
            at = time.time() - days * DAY
            os.utime(blob, (at, at))
    return root


@pytest.fixture
def root(tmp_path):
    return aged(tmp_path / "cache", {
        "org/a": {"a": (1, ["main"]), "b": (300, [])},
        "org/c": {"c": (200, ["main"]), "d": (10, [])},
        "org/e": {"e": (100, ["v1"])},
    })


def left(root):
    return "".join(sorted(p.name[0] for p in root.glob("models--*/snapshots/*")))


@pytest.mark.parametrize("size,rest", [
    ("1", "acde"), ("1000", "acde"), ("1001", "ace"), ("2K", "ace"), ("2500", "ae"),
    ("3100", "a"), ("5000", ""),
])
def test_order(hug, root, size, rest):
    """Detached first, the oldest of them first; then what was unused longest."""
    planned = hug("cache", "free", size, "--cache-dir", root, "--dry-run", "--json", env=LENGTHS)
    assert left(root) == "abcde"
    rows = json.loads(planned.stdout)
    assert all(("detached" if r["revision"][0] in "bd" else "least recently used") in r["reason"]
               for r in rows)
    done = hug("cache", "free", size, "-y", "--cache-dir", root, env=LENGTHS)
    assert done.returncode == 0, done.stderr
    assert left(root) == rest
    assert sorted(r["revision"][0] for r in rows) == sorted(set("abcde") - set(rest))


@pytest.fixture
def uneven(tmp_path):
    """Letters by their age; of which a, c and e are small, f is large (with the 40 bytes of a ref each); two
    unused blobs."""
    root = tmp_path / "cache"
    cache = caches.Cache(root)
    for days, (letter, size) in enumerate([("e", 900), ("f", 8000), ("c", 300), ("a", 100)], 10):
        folder = cache.repo("org/" + letter, {letter * 40: {"w": letter.encode() * (size - 40)}}, {"main": letter * 40})
        at = time.time() - days * DAY
        os.utime(os.path.realpath(folder / "snapshots" / (letter * 40) / "w"), (at, at))
    (root / "models--org--bare/blobs").mkdir(parents=True)
    for digit, size in (("8", 1100), ("9", 200)):
        (root / "models--org--bare/blobs" / (digit * 64)).write_bytes(b"u" * size)
    return root


def unused(root):
    return "".join(sorted(p.name[0] for p in root.glob("models--*/blobs/*") if p.name[0] in "89" and p.name == p.name[0] * 64))


@pytest.mark.parametrize("size,gone,strays", [
    (1, "", "8"), (200, "", "8"), (1100, "", "8"), (1101, "", "89"), (1300, "", "89"), (1301, "a", "89"), (1401, "c", "89"),
    (1600, "c", "89"), (1700, "ac", "89"), (1701, "f", ""), (8000, "f", ""), (8100, "f", "8"), (9300, "f", "89"), (9301, "af", "89"),
    (9401, "cf", "89"), (10000, "ef", "8"), (10600, "acef", "89"),
], ids=str)
def test_no_more_than_needed(hug, uneven, size, gone, strays):
    """In the order of their use, but without what is not needed: one large one is enough for all before it."""
    planned = hug("cache", "free", size, "--cache-dir", uneven, "--dry-run", "--json", env=LENGTHS)
    assert (left(uneven), unused(uneven)) == ("acef", "89")
    done = hug("cache", "free", size, "-y", "--cache-dir", uneven, env=LENGTHS)
    assert done.returncode == 0, done.stderr
    rows = json.loads(planned.stdout)
    assert "".join(sorted(r["revision"][0] for r in rows if r["revision"])) == gone
    assert left(uneven) == "".join(sorted(set("acef") - set(gone)))
    assert len([r for r in rows if not r["revision"]]) == bool(strays)
    assert set(unused(uneven)) & set(strays) == set()


def test_more_than_there_is(hug, root):
    done = hug("cache", "free", "6K", "-y", "--cache-dir", root, env=LENGTHS)
    assert done.returncode == 1 and "Nothing was deleted" in done.stderr
    assert left(root) == "abcde"


@pytest.mark.parametrize("size", ["", "much", "0", "-5", "5 bananas"])
def test_sizes_that_are_none(hug, root, size):
    assert hug("cache", "free", "-y", "--cache-dir", root, "--", size).returncode == 2
    assert left(root) == "abcde"


def test_nobody_is_asked(hug, root):
    done = hug("cache", "free", "1", "--cache-dir", root)
    assert done.returncode == 1 and "add --yes" in done.stderr and left(root) == "abcde"


def test_what_is_open_stays(hug, root):
    with open(root / "models--org--a/snapshots" / ("b" * 40) / "w"):
        assert hug("cache", "free", "1", "-y", "--cache-dir", root).returncode == 0
    assert left(root) == "abce"


def test_what_is_mapped_stays(hug, root):
    """As programs have weights: the file is closed, its pages are not."""
    code = ("import mmap, sys\nf = open(sys.argv[1], 'rb')\n"
            "m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)\nf.close()\n"
            "print('ready', flush=True)\nsys.stdin.read()\n")
    with subprocess.Popen([sys.executable, "-c", code,
                           root / "models--org--a/snapshots" / ("b" * 40) / "w"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        user.stdout.readline()
        assert hug("cache", "free", "1", "-y", "--cache-dir", root).returncode == 0
        assert left(root) == "abce"
        user.stdin.close()


def test_what_is_being_downloaded_stays(hug, root):
    locks = root / ".locks/models--org--a"
    locks.mkdir(parents=True)
    with open(locks / ("0" * 64 + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert hug("cache", "free", "1", "-y", "--cache-dir", root).returncode == 0
        assert left(root) == "abce"


def test_unused_blobs_go_first(hug, root):
    blob = root / "models--org--a/blobs" / ("9" * 64)
    blob.write_bytes(b"x" * 1500)
    partial = root / "models--org--a/blobs" / ("8" * 64 + ".incomplete")
    partial.write_bytes(b"x" * 1500)
    done = hug("cache", "free", "1500", "-y", "--cache-dir", root)
    assert done.returncode == 0 and left(root) == "abcde"
    assert not blob.exists() and partial.exists()


# -- what lies there for nobody --


def test_prune_leftovers(hug, root):
    blobs = root / "models--org--a/blobs"
    (blobs / ("9" * 64)).write_bytes(b"x" * 50)
    (blobs / (".%s.12345678.old" % ("8" * 64))).write_bytes(b"x" * 50)
    (blobs / ("7" * 64 + ".incomplete")).write_bytes(b"x" * 50)
    (root / "models--org--empty/snapshots").mkdir(parents=True)
    kept = sorted(os.path.realpath(p) for p in root.glob("models--*/snapshots/*/*"))
    assert "2 unused blob(s) and 1 empty repositories (100.0 total)" in hug(
        "cache", "prune", "--leftovers", "--dry-run", "--cache-dir", root, env=LENGTHS).stdout
    done = hug("cache", "prune", "--leftovers", "-y", "--cache-dir", root)
    assert done.returncode == 0, done.stderr
    assert left(root) == "abcde" and not (root / "models--org--empty").exists()
    assert [p.name for p in blobs.iterdir() if ".incomplete" in p.name]
    assert sorted(os.path.realpath(p) for p in root.glob("models--*/snapshots/*/*")) == kept
    assert len(list(blobs.iterdir())) == 3


def test_unused_blob_that_is_being_fetched_stays(hug, root):
    """Between its arrival and the link to it a blob belongs to nobody yet."""
    blob = root / "models--org--a/blobs" / ("9" * 64)
    blob.write_bytes(b"x")
    lock = root / ".locks/models--org--a" / ("9" * 64 + ".lock")
    lock.parent.mkdir(parents=True)
    with open(lock, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = hug("cache", "prune", "--leftovers", "-y", "--cache-dir", root)
        assert done.returncode == 1 and "stays: it is being downloaded" in done.stderr
    assert blob.exists()


def test_counts(hug, root):
    (root / "models--org--a/blobs" / ("9" * 64)).write_bytes(b"x" * 50)
    (root / "models--org--empty/snapshots").mkdir(parents=True)
    (root / ".locks/models--org--gone").mkdir(parents=True)
    (root / ".locks/models--org--gone/x.lock").write_text("")
    (root / ".locks/.hug-removed.12345678").mkdir()
    (root / ".locks/.hug-removed.12345678/w").write_bytes(b"x" * 70)
    said = json.loads(hug("scan-cache", "--dir", root, "--json", env=LENGTHS).stdout)
    assert said["leftovers"] == {"unused_blobs": 1, "unused_size": 50, "empty_repos": 1,
                                 "stale_locks": 1, "trash_size": 70}
    # No other deletion touches what one before it left: it was not shown.
    assert hug("cache", "rm", B, "-y", "--cache-dir", root).returncode == 0
    assert (root / ".locks/.hug-removed.12345678/w").exists()
    done = hug("cache", "prune", "--leftovers", "-y", "--cache-dir", root)
    assert "1 unfinished deletion(s)" in done.stdout and done.returncode == 0
    assert not (root / ".locks/.hug-removed.12345678").exists()


# -- du --


def test_du(hug, tmp_path):
    root = tmp_path / "home/hub"
    cache = caches.Cache(root)
    cache.now = time.time()
    caches.revisions(cache)
    caches.partials(cache)
    caches.blob_unreferenced(cache)
    caches.shared_loose(cache)
    for folder, size in (("xet/server/shard-cache", 11), ("assets/lib", 22), ("datasets/d", 33)):
        (tmp_path / "home" / folder).mkdir(parents=True)
        (tmp_path / "home" / folder / "f").write_bytes(b"x" * size)
    rows = {r["store"]: r for r in json.loads(hug("cache", "du", "--json", env=LENGTHS).stdout)}
    assert {k: int(rows[k]["bytes"]) for k in ("xet", "assets", "datasets", "unfinished",
                                               "unused", "shared")} == {
        "xet": 11, "assets": 22, "datasets": 33, "unfinished": 1500, "unused": 6,
        "shared": 6700 + sum(p.stat().st_size for p in root.glob("blobs/*/*.refs"))}
    inside = sum(int(r["bytes"]) for k, r in rows.items() if k not in ("xet", "assets", "datasets"))
    files = [os.path.join(p, n) for p, _, names in os.walk(root) for n in names]
    assert inside == sum(os.path.getsize(f) for f in files if not os.path.islink(f))
    human = hug("cache", "du").stdout
    assert "in all" in human and "hub" in human


def test_du_of_nothing(hug, tmp_path):
    assert hug("cache", "du").returncode == 0
    assert "not found" in hug.fails("cache", "du", "--cache-dir", tmp_path / "none")


def test_du_elsewhere(hug, tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x/f").write_bytes(b"x" * 9)
    rows = json.loads(hug("cache", "du", "--json", 
                          env={"HF_XET_CACHE": str(tmp_path / "x"), **LENGTHS}).stdout)
    assert [(r["store"], r["path"], r["size"]) for r in rows] == [("xet", str(tmp_path / "x"), "9.0")]


# -- what hug can ask for --


@pytest.mark.parametrize("expr,rows", [
    ("is:detached", "bd"), ("org/c", "cd"), ("not org/c", "abe"), ("refs=main or refs=v1", "ace"),
    ("(org/a or org/e) refs=main", "a"), ("aaaa", "a"), ("files>1", ""), ("size>=1KB not org/e", "abcd"),
    ("IS:detached AND Size >= 0.9KIB", "bd"), ("Size>1", "abcde"), ("files > 9 or size < 1TiB", "abcde"),
])
def test_queries(hug, root, expr, rows):
    done = hug("cache", "ls", "--revisions", "--filter", expr, "--json", "--cache-dir", root)
    assert done.returncode == 0, done.stderr
    assert "".join(r["revision"][0] for r in json.loads(done.stdout)) == rows


@pytest.mark.parametrize("expr,said", [
    ("siz>1", "at character 1: 'siz' is not a key; "), ("(a", "at character 1: this '(' is not closed"),
    ("is:purple", "at character 1: 'is:purple' is not known; "), ("size>1gob", "at character 6: '1gob' is not a size; "),
    ("SIZE>1 and", "at the end: a condition is missing"), ("zzz or", "at the end: a condition is missing"),
    ("not", "at the end: a condition is missing"), ("()", "at character 2: a condition is missing before ')'"),
    ("name=", "at the end: a value is missing"), ("", "a condition is missing"), ("a >\x1b[2J", "at character 1: 'a' is not a key"),
], ids=repr)
def test_queries_that_are_none(hug, root, expr, said):
    """The place is named, and both commands that take a filter say the same, before they look at anything."""
    before = sorted(root.rglob("*"))
    for line in (["cache", "ls", "--cache-dir", root], ["cache", "ls", "--cache-dir", root / "none"],
                 ["delete-cache", "-y", "--dir", root]):
        shown = expr.replace("\x1b", "\\x1b")
        assert f"filter '{shown}': {said}" in hug.fails(*line, "--filter", expr, code=2)
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("exprs", [
    ["is:detached"], ["not is:detached"], ["refs=main or refs=v1"], ["org/c", "size>0.9KiB"], ["aaaa"], ["name=org/c"], ["size>1"],
], ids=" + ".join)
def test_a_filter_means_the_same_everywhere(hug, root, exprs):
    """What `cache ls` lists is what `delete-cache` deletes."""
    rows = hug("cache", "ls", "--revisions", "--json", "--filter", *exprs, "--cache-dir", root).stdout
    listed = {row["revision"] for row in json.loads(rows)}
    before = {p.name for p in root.glob("*/snapshots/*")}
    done = hug("delete-cache", "-y", "--dir", root, "--filter", *exprs)
    assert done.returncode == 0, done.stderr
    assert listed and before - {p.name for p in root.glob("*/snapshots/*")} == listed
