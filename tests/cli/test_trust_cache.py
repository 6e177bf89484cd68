"""Nothing is deleted that was not shown, and what is reported is what happened: a cache in which
anything may stand in place of anything, and may change while a question stands."""

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess

import pytest

import caches
from caches import A, B, C, HASH
from conftest import OTHER_USER
from fixtures import play, screens

EVERY = "HUG_EVERY_STEP" in os.environ
REPO = "models--org--shared"
ORPHAN = "9" * 64


def full(root):
    """A repository with three revisions of which one is detached, a partial download, an unused
    blob, listings, a shared store, and what a deletion left."""
    cache = caches.Cache(root)
    caches.revisions(cache)
    caches.shared_loose(cache)
    folder = root / REPO
    (folder / "blobs" / ORPHAN).write_bytes(b"unused" * 900)
    (folder / "blobs" / ("8" * 64 + ".incomplete")).write_bytes(b"partial" * 900)
    (folder / "trees").mkdir()
    (folder / "trees" / f"{A}.json").write_text("{}")
    (root / ".locks" / REPO).mkdir(parents=True)
    (root / ".locks" / REPO / (ORPHAN + ".lock")).write_text("")
    return root


def outside(path):
    """What no command may change: with the names of a cache, so that who follows a link finds them."""
    full(path / "cache")
    shutil.copytree(path / "cache" / REPO, path / "copy", symlinks=True)
    (path / "documents").mkdir()
    (path / "documents/thesis.txt").write_text("years of work")
    (path / "documents" / ORPHAN).write_text("named like a blob")
    batch = path / "trash" / "1700000000-12345678"
    batch.mkdir(parents=True)
    batch.chmod(0o700)
    (batch / "owner").write_text("hug-trash 2\n")
    (batch / "journal").write_text("hug-trash 2\nR 12 models--a--bend\n")
    (batch / "0").write_text("x")
    return path


def picture(root):
    """Every entry with its kind, mode, owner and bytes."""
    found = {}
    for parent, folders, names in os.walk(root):
        for name in folders + names:
            path = os.path.join(parent, name)
            info = os.lstat(path)
            what = None
            if stat.S_ISREG(info.st_mode):
                with open(path, "rb") as file:
                    what = file.read()
            elif stat.S_ISLNK(info.st_mode):
                what = os.readlink(path)
            found[os.path.relpath(path, root)] = (info.st_mode, info.st_uid, what)
    return found


# -- anything in place of anything --

COMPONENTS = [
    ".locks", ".locks/.trash", f".locks/{REPO}", f".locks/{REPO}/{ORPHAN}.lock", REPO, f"{REPO}/blobs",
    f"{REPO}/snapshots", f"{REPO}/snapshots/{A}", f"{REPO}/snapshots/{C}", f"{REPO}/refs", f"{REPO}/refs/main",
    f"{REPO}/blobs/{ORPHAN}", f"{REPO}/blobs/{'8' * 64}.incomplete", f"{REPO}/snapshots/{A}/README.md",
    f"{REPO}/trees", f"{REPO}/trees/{A}.json", "blobs", f"blobs/{HASH[:2]}", f"blobs/{HASH[:2]}/{HASH}",
    f"blobs/{HASH[:2]}/{HASH}.refs", f"blobs/{HASH[:2]}/{HASH}.lock", "CACHEDIR.TAG",
]


def put(path, kind, away):
    """Something of this kind in place of what is there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "link to a folder":
        path.symlink_to(away / "documents")
    elif kind == "link to its like":
        like = {"blobs": "copy/blobs", "snapshots": "copy/snapshots", "refs": "copy/refs", ".trash": "trash",
                ".locks": "cache/.locks", REPO: "copy", A: f"copy/snapshots/{A}", C: f"copy/snapshots/{C}"}
        path.symlink_to(away / like.get(path.name, "documents/" + ORPHAN))
    elif kind == "dangling link":
        path.symlink_to(away / "nothing")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        here = os.getcwd()
        os.chdir(path.parent)
        try:
            socket.socket(socket.AF_UNIX).bind(path.name[:90])
        finally:
            os.chdir(here)
    elif kind == "device":
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    elif kind == "folder":
        (path / "in it").mkdir(parents=True)
        (path / "in it/mine.txt").write_text("mine")
    elif kind == "file":
        path.write_bytes(b"\x00\xff\x1b[2J not what was here")
    elif kind == "of another":
        path.write_bytes(b"another user's")
        os.chown(path, OTHER_USER, OTHER_USER)


KINDS = ["link to a folder", "link to its like", "dangling link", "fifo", "socket", "folder", "file"]
if os.geteuid() == 0:
    KINDS += ["device", "of another"]

COMMANDS = [
    ["cache", "ls"], ["cache", "ls", "--revisions"], ["cache", "du"], ["cache", "verify"], ["scan-cache"],
    ["cache", "restore", "--list"], ["cache", "prune", "--dry-run"], ["cache", "prune", "-y"],
    ["cache", "free", "1", "-y"], ["cache", "rm", A, "-y"], ["cache", "rm", "model/org/shared", "model/o/one", "-y"],
    ["cache", "restore"], ["cache", "prune", "-y"], ["delete-cache", "--revisions", A, C, "-y"],
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("component", COMPONENTS, ids=lambda c: c.replace("/", " ")[-40:])
def test_anything_in_place_of_anything(hug, tmp_path, component, kind):
    """Every command ends, and what lies outside is what it was."""
    away = outside(tmp_path / "outside")
    before = picture(away)
    root = full(tmp_path / "cache")
    put(root / component, kind, away)
    for command in COMMANDS:
        done = hug(*command, "--dir" if "cache" not in command else "--cache-dir", root, timeout=30)
        assert done.returncode in (0, 1), (command, done.stderr)
        assert "\x1b" not in done.stdout + done.stderr
    assert picture(away) == before


SCREEN = ("wait idle\nkey V\nwait idle\nkey Esc\nkey Esc\nkey a\nkey d\nkey y\ntext 3\nkey Enter\nwait idle\n"
          "key z\nwait idle\nkey m\nkey 1\nkey a\nkey d\nkey y\nwait idle\nclock +31\nwait idle\n")


@pytest.mark.parametrize("kind", ["link to a folder", "link to its like", "fifo", "folder"])
@pytest.mark.parametrize("component", [c for c in COMPONENTS if EVERY or c.count("/") < 2 or "README" in c],
                         ids=lambda c: c.replace("/", " ")[-40:])
def test_anything_on_the_screen(tmp_path, component, kind):
    away = outside(tmp_path / "outside")
    before = picture(away)
    root = full(tmp_path / "cache")
    put(root / component, kind, away)
    play(root, SCREEN)
    assert picture(away) == before


def test_looking_changes_nothing(hug, tmp_path):
    """A trash that waits is not touched by a screen that is only opened, nor by commands that look."""
    root = full(tmp_path / "cache")
    hug("cache", "rm", A, "-y", "--cache-dir", root, env={"HUG_FAULT": "rename:3:kill"})
    assert list(root.glob(".locks/.trash/*"))
    before = picture(root)
    play(root, "wait idle\nkey Esc\nkey Enter\nkey Esc\nkey j\nkey k\nwait idle\n")
    for command in COMMANDS[:7]:
        hug(*command, "--dir" if "cache" not in command else "--cache-dir", root)
    assert picture(root) == before


# -- planted by another user --

ATTACKER = OTHER_USER - 1
PLANTED = [".locks", ".locks/.trash", REPO, f"{REPO}/blobs", f"{REPO}/snapshots", f"{REPO}/refs",
           f"{REPO}/snapshots/{A}", f"{REPO}/trees"]


@pytest.mark.parametrize("component", PLANTED, ids=lambda c: c.replace("/", " ")[-30:])
def test_planted_by_another_user(other_user, hub, component):
    """In a cache that all may write to, links of one user move nothing of another's."""
    away = outside(other_user.place / "victim")
    other_user.give(away)
    before = picture(away)
    root = full(other_user.place / "shared")
    for parent, folders, _ in os.walk(root):
        for name in folders:
            os.chmod(os.path.join(parent, name), 0o1777)
    root.chmod(0o1777)
    put(root / component, "link to its like", away)
    os.chown(root / component, ATTACKER, ATTACKER, follow_symlinks=False)
    hub.add_repo("org/shared").commit({"new.txt": b"new"})
    for command in COMMANDS:
        other_user(*command, "--dir" if "cache" not in command else "--cache-dir", root)
    done = other_user("download", "org/shared", "--cache-dir", root)
    assert picture(away) == before
    if component not in (".locks/.trash", f"{REPO}/snapshots/{A}"):
        assert done.returncode == 1 and "does not follow links of other users" in done.stderr, done.stderr


def test_links_that_the_user_made(hug, hub, tmp_path):
    """A repository and its blobs on another disk: downloads go on there, deletions say where it is."""
    hub.add_repo("org/far").commit({"a.txt": b"a" * 100})
    disk = tmp_path / "disk"
    for part in ("", "blobs"):
        shutil.rmtree(hug.cache, ignore_errors=True)
        shutil.rmtree(disk, ignore_errors=True)
        disk.mkdir()
        place = hug.cache / "models--org--far" / part
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(disk)
        path = hug.ok("download", "org/far")
        with open(path + "/a.txt", "rb") as file:
            assert file.read() == b"a" * 100
        before = picture(disk)
        assert before and hug("cache", "verify").returncode == 0
        done = hug("cache", "rm", "model/org/far", "-y")
        assert done.returncode == 1 and str(disk) in done.stderr and picture(disk) == before
        assert hug("cache", "prune", "-y").returncode == 0 and picture(disk) == before


# -- swapped while a command runs --

SWAPPED = [REPO, f"{REPO}/blobs", f"{REPO}/snapshots", f"{REPO}/snapshots/{A}", f"{REPO}/refs", ".locks",
           ".locks/.trash", "blobs"]


def stopped(hug, *args, point):
    """The program, stopped at a point; None if it ended before."""
    process = hug.start(*args, env={"HUG_FAULT": point + ":stop"})
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return process
    process.returncode = os.waitstatus_to_exitcode(status)
    process.communicate()
    return None


def go_on(process):
    os.kill(process.pid, signal.SIGCONT)
    out, err = process.communicate(timeout=30)
    assert "Sanitizer" not in err, err
    return process.returncode, out, err


@pytest.mark.parametrize("targets", [["cache", "rm", A], ["cache", "rm", "model/org/shared"],
                                     ["cache", "prune"]], ids=lambda t: t[-1][:16])
@pytest.mark.parametrize("component", SWAPPED, ids=lambda c: c.replace("/", " ")[-30:])
def test_swapped_while_it_runs(hug, tmp_path, component, targets):
    """At any of its looks a folder may become a link to its like: that is never followed."""
    away = outside(tmp_path / "outside")
    before = picture(away)
    like = {"blobs": "copy/blobs", "snapshots": "copy/snapshots", "refs": "copy/refs", ".trash": "trash",
            ".locks": "cache/.locks", REPO: "copy", A: f"copy/snapshots/{A}"}
    for n in range(1, 400, 1 if EVERY else 13):
        root = full(tmp_path / f"cache{n}")
        process = stopped(hug, *targets, "-y", "--cache-dir", root, point=f"openat2:{n}")
        if not process:
            break
        path = root / component
        if path.exists():
            path.rename(tmp_path / f"aside{n}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(away / ("cache/blobs" if component == "blobs" else like[path.name]))
        go_on(process)
        assert picture(away) == before, n
        shutil.rmtree(root)
    assert n > 10


def test_without_openat2(hug, tmp_path):
    """Old kernels, and sandboxes that know no such call: the same by steps."""
    for errnum in (38, 1):
        away = outside(tmp_path / f"outside{errnum}")
        before = picture(away)
        for component in PLANTED + [f"blobs/{HASH[:2]}"]:
            root = full(tmp_path / f"cache{errnum}{component.replace('/', '-')[-20:]}")
            put(root / component, "link to its like", away)
            for command in COMMANDS[7:]:
                hug(*command, "--dir" if "cache" not in command else "--cache-dir", root,
                    env={"HUG_FAULT": f"openat2:1+:{errnum}"})
            assert picture(away) == before, component
        root = full(tmp_path / f"plain{errnum}")
        assert hug("cache", "rm", "model/org/shared", "-y", "--cache-dir", root,
                   env={"HUG_FAULT": f"openat2:1+:{errnum}"}).returncode == 0
        assert not (root / REPO).exists()


# -- not knowing is no permission --

UNCLEAR = {
    "empty": b"", "words": b"soon", "short": A.encode()[:39], "capitals": C.encode().upper(), "zero": C.encode() + b"\0x",
    "path": b"../../etc", "two": (C + "\n" + B).encode(), "binary": b"\xff\xfe" + C.encode("utf-16-le"),
}
CLEAR = {"line end": C + "\n", "crlf": C + "\r\n", "bom": "\ufeff" + C, "blanks": f"  {C}\t\n\n", "plain": C}


def one_ref(root, content):
    """C is what main names, if that can be understood."""
    cache = caches.Cache(root)
    folder = cache.repo("org/r", {C: {"w": b"w" * 100}}, {"main": C})
    if isinstance(content, bytes):
        (folder / "refs/main").write_bytes(content)
    return folder


def unreadable(folder, how):
    ref = folder / "refs/main"
    if how == "dangling":
        ref.unlink()
        ref.symlink_to("nowhere")
    elif how == "fifo":
        ref.unlink()
        os.mkfifo(ref)
    elif how == "refs is a file":
        shutil.rmtree(folder / "refs")
        (folder / "refs").write_text(C)
    elif how == "refs is a fifo":
        shutil.rmtree(folder / "refs")
        os.mkfifo(folder / "refs")
    elif how == "refs dangles":
        shutil.rmtree(folder / "refs")
        (folder / "refs").symlink_to("nowhere")


@pytest.mark.parametrize("what", [*UNCLEAR, "dangling", "fifo", "refs is a file", "refs is a fifo", "refs dangles"])
def test_a_ref_that_is_not_understood(hug, official, tmp_path, what):
    """Rules leave the repository alone and say why; naming it deletes it. What we refuse to prune, 2.4 keeps."""
    root = tmp_path / "cache"
    folder = one_ref(root, UNCLEAR.get(what))
    unreadable(folder, what)
    before = picture(root)
    for command in (["cache", "prune", "-y"], ["cache", "prune", "--older-than", "1s", "-y"],
                    ["cache", "prune", "--max-size", "1", "-y"], ["cache", "free", "1", "-y"]):
        done = hug(*command, "--cache-dir", root)
        assert "left alone: model/org/r" in done.stderr and "refs" in done.stderr, done.stderr
        assert picture(root) == before, command
    out = play(root, "wait idle\nkey m\nkey 1\nkey a\nexpect not marked\ndump x\nkey Esc\n")
    assert "nothing is marked" in screens(out)["x"]
    if what in UNCLEAR or what == "refs is a file":
        twin = tmp_path / "twin"
        shutil.copytree(root, twin, symlinks=True)
        hf = os.path.join(os.path.dirname(os.environ["HUG_PEER_24"]), "hf")
        subprocess.run([hf, "cache", "prune", "-y", "--cache-dir", twin], capture_output=True, check=False,
                       env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HF_HUB_DISABLE_UPDATE_CHECK": "1"})
        assert (twin / "models--org--r/snapshots" / C / "w").exists()
    assert hug("cache", "rm", "model/org/r", "-y", "--cache-dir", root).returncode == 0
    assert not folder.exists()


@pytest.mark.parametrize("what", CLEAR)
def test_white_space_around_a_commit(hug, hub, tmp_path, what):
    """It is not a part of the commit: the revision is main's, for rules and for a download offline."""
    root = tmp_path / "cache"
    folder = one_ref(root, CLEAR[what].encode())
    for command in (["cache", "prune", "-y"], ["cache", "prune", "--detached", "-y"]):
        done = hug(*command, "--cache-dir", root)
        assert done.returncode == 0 and "left alone" not in done.stderr
    assert "main" in hug("cache", "ls", "--revisions", "--cache-dir", root).stdout
    done = hug("download", "org/r", "w", "--cache-dir", root, env={"HF_HUB_OFFLINE": "1"})
    assert done.returncode == 0 and (folder / "snapshots" / C / "w").exists(), done.stderr


@pytest.mark.parametrize("part", ["refs", "snapshots", "blobs", f"snapshots/{C}", f"snapshots/{C}/sub", "refs/main"])
def test_what_cannot_be_read(other_user, part):
    root = other_user.place / "cache"
    cache = caches.Cache(root)
    folder = cache.repo("org/r", {A: {"w": b"w" * 100}, C: {"w": b"v", "sub/x": b"x"}}, {"main": C})
    (folder / "blobs" / ORPHAN).write_bytes(b"unused")
    other_user.give(root)
    os.chmod(folder / part, 0)
    before = picture(root)
    done = other_user("cache", "prune", "-y", "--cache-dir", root)
    assert "left alone: model/org/r" in done.stderr and part in done.stderr and "ermission denied" in done.stderr
    assert picture(root) == before
    os.chmod(folder / part, 0o755)


def test_blobs_of_an_emptied_revision(hug, tmp_path):
    """find -type l -delete: its blobs are unused by then, and no rule takes them."""
    root = full(tmp_path / "cache")
    for link in (root / REPO / "snapshots" / C).iterdir():
        link.unlink()
    blobs = sorted(p.name for p in (root / REPO / "blobs").iterdir() if ".incomplete" not in p.name)
    assert hug("cache", "prune", "--leftovers", "-y", "--cache-dir", root).returncode == 0
    hug("cache", "free", "1", "-y", "--cache-dir", root)
    assert blobs == sorted(p.name for p in (root / REPO / "blobs").iterdir() if ".incomplete" not in p.name)


@pytest.mark.parametrize("name", ["thesis.txt", "model.gguf", "a" * 63, "notes.incomplete", "1" * 64 + ".tmp", ".x"])
def test_only_checksums_are_blobs(hug, tmp_path, name):
    root = full(tmp_path / "cache")
    (root / REPO / "blobs" / name).write_text("mine")
    (root / "models--org--bare/blobs").mkdir(parents=True)
    (root / "models--org--bare/blobs" / name).write_text("mine")
    for command in (["cache", "prune", "-y"], ["cache", "free", "1", "-y"]):
        hug(*command, "--cache-dir", root)
        assert (root / REPO / "blobs" / name).read_text() == "mine"
        assert (root / "models--org--bare/blobs" / name).read_text() == "mine"


# -- looked at again --


def moved(root):
    (root / REPO / "refs/v1.0").write_text(A)


def named(root):
    (root / REPO / "refs/new").write_text(A)


def unknown(root):
    (root / REPO / "refs/new").write_text("")


def arrived(root):
    folder = root / REPO / "snapshots" / ("d" * 40)
    folder.mkdir()
    (folder / "w").symlink_to("../../blobs/" + ORPHAN)


@pytest.mark.parametrize("point", ["rename", "openat2"])
@pytest.mark.parametrize("change,targets,kept", [
    (moved, [B], ["refs/v1.0", f"snapshots/{B}/README.md"]),
    (named, [A], ["refs/new", f"snapshots/{A}/README.md", f"snapshots/{A}/model.bin"]),
    (named, [A, B], ["refs/new", f"snapshots/{A}/model.bin"]),
    (unknown, [A], ["refs/new", f"snapshots/{A}/model.bin"]),
    (arrived, ["model/org/shared"], [f"snapshots/{'d' * 40}/w", f"snapshots/{A}/model.bin", "refs/main"]),
    (arrived, [A], [f"snapshots/{'d' * 40}/w"]),
], ids=lambda v: getattr(v, "__name__", None) or str(len(v)))
def test_what_changed_since_it_was_shown(hug, official, tmp_path, change, targets, kept, point):
    """Whenever it changes before the last look, what is in use by then stays whole, and that is said."""
    peer = official("2.4.0")
    stayed = 0
    for n in range(1, 200, 1 if EVERY or point == "rename" else 9):
        root = full(tmp_path / f"cache{n}")
        process = stopped(hug, "cache", "rm", *targets, "-y", "--json", "--cache-dir", root, point=f"{point}:{n}")
        if not process:
            break
        there = (root / REPO / "snapshots" / A).exists() and (root / REPO / "snapshots" / B).exists()
        if (root / REPO).exists():
            change(root)
        code, out, err = go_on(process)
        if there and all((root / REPO / name).exists() for name in kept):
            stayed += 1
            assert code == 1 or change is arrived and targets == [A], (n, err)
        for link in root.glob("models--*/snapshots/*/*"):
            assert link.exists(), (n, link)
        if change is not unknown:
            warnings = peer.ask("facts", cache=root)["warnings"]
            # Only what the change itself made: a ref to what was gone before it.
            assert not warnings or not there, (n, warnings)
        shutil.rmtree(root)
    assert stayed, "it never changed in time"


# -- what is reported is what happened --


def test_read_only_is_said_at_once(other_user):
    """Nothing is asked, nothing is reported deleted, however often it is tried."""
    root = full(other_user.place / "cache")
    for command in (["cache", "rm", A], ["cache", "rm", "model/org/shared"]):
        done = other_user(*command, "--cache-dir", root)
        assert done.returncode == 1 and "cannot delete model/org/shared" in done.stderr, done.stderr
        assert "Proceed" not in done.stdout + done.stderr and "Deleted" not in done.stdout
    for _ in range(2):
        done = other_user("cache", "prune", "-y", "--json", "--cache-dir", root)
        assert done.returncode == 1 and "revisions_deleted\": 1" not in done.stdout
        assert "cannot delete model/org/shared" in done.stderr, done.stderr
    out = play(root, "wait idle\n")
    assert out == ""


@pytest.mark.parametrize("mode,part", [(0o555, "blobs"), (0o555, "snapshots"), (0o555, f"snapshots/{A}"), (0o555, "")])
def test_a_folder_that_cannot_be_changed(other_user, mode, part):
    root = full(other_user.place / "cache")
    other_user.give(root)
    os.chmod(root / REPO / part, mode)
    before = picture(root)
    done = other_user("cache", "rm", B, "-y", "--json", "--cache-dir", root)
    assert done.returncode == 1 and "ermission denied" in done.stderr and picture(root) == before
    done = other_user("cache", "rm", B, "-y", "--cache-dir", root)
    assert "Deleted" not in done.stdout


@pytest.mark.parametrize("errnum", [13, 5])
def test_what_cannot_be_removed_is_counted(hug, tmp_path, errnum):
    """From the nth removal on all fail: counts, bytes and exit code are of what went."""
    for n in range(1, 20):
        root = full(tmp_path / f"cache{n}")
        before = sum(p.lstat().st_size for p in root.glob("models--org--*/**/*") if p.is_file() and not p.is_symlink())
        done = hug("cache", "rm", "model/org/shared", "-y", "--json", "--cache-dir", root,
                   env={"HUG_FAULT": f"held:1+:0,remove:{n}+:{errnum}"})
        said = json.loads(done.stdout)
        if done.returncode == 0:
            break
        assert said["not_deleted"] >= 1 and "freed" in said
        left = sum(p.lstat().st_size for p in root.glob(".locks/.trash/*/[0-9]*/**/*")
                   if p.is_file() and not p.is_symlink())
        unit = re.match(r"([\d.]+)(K?)", said["freed"])
        freed = float(unit[1]) * (1000 if unit[2] else 1)
        assert abs(before - left - freed) <= 60, (n, said, before, left)
        again = hug("cache", "rm", "model/org/shared", "-y", "--cache-dir", root)
        assert again.returncode == 1 and "Deleted" not in again.stdout
        assert hug("cache", "prune", "-y", "--cache-dir", root).returncode == 0
        assert not list(root.glob(".locks/.trash/*"))
        assert "prune" in hug("cache", "prune", "-y", "--cache-dir", root).stdout
    assert n > 3


def test_deleted_by_somebody_else_meanwhile(hug, tmp_path):
    """What another run deletes between plan and deletion is not counted as ours."""
    root = full(tmp_path / "cache")
    process = stopped(hug, "cache", "rm", "model/org/shared", "-y", "--json", "--cache-dir", root, point="rename:1")
    shutil.rmtree(root / REPO)
    code, out, err = go_on(process)
    said = json.loads(out)
    assert said["freed"] == "0.0" and said["repos_deleted"] == 0 and code == 0


# -- killed at any step --


def steps(hug, maker, args, point, tmp_path, **env):
    for n in range(1, 60):
        root = maker(tmp_path / f"{point}{n}")
        done = hug(*args, "--cache-dir", root, env={"HUG_FAULT": f"{point}:{n}:kill", **env})
        yield root, done
        if done.returncode != 137:
            return
    pytest.fail("there are more steps than the test tries")


def whole(root):
    for link in root.glob("models--*/snapshots/*/*"):
        assert link.exists(), link


@pytest.mark.parametrize("point", ["rename", "remove", "write", "sync", "mkdir", "open"])
@pytest.mark.parametrize("args", [["cache", "rm", A, B, "-y"], ["cache", "rm", "model/org/shared", "-y"],
                                  ["cache", "prune", "-y"]], ids=lambda a: a[-2][:16])
def test_killed_at_any_step(hug, official, tmp_path, args, point):
    """No client sees a new warning, what is left can be restored or freed, and the next run reads it."""
    peer = official("2.4.0")
    for root, done in steps(hug, full, args, point, tmp_path):
        assert peer.ask("facts", cache=root)["warnings"] == []
        whole(root)
        before = len(list(root.glob(".locks/.trash/*")))
        restored = hug("cache", "restore", "--cache-dir", root)
        assert restored.returncode in (0, 1) and (before or restored.returncode == 1)
        assert peer.ask("facts", cache=root)["warnings"] == []
        whole(root)
        hug("cache", "prune", "-y", "--cache-dir", root)
        assert not list(root.glob(".locks/.trash/*"))
        whole(root)


@pytest.mark.parametrize("point", ["rename", "remove", "mkdir"])
def test_restore_killed_at_any_step(hug, official, tmp_path, point):
    """A restore that was killed goes on with the next one, and all is there again."""
    peer = official("2.4.0")

    def left(root):
        full(root)
        hug("cache", "rm", A, B, "-y", "--cache-dir", root, env={"HUG_FAULT": "rename:7:kill"})
        return root

    want = picture(full(tmp_path / "want"))
    for root, done in steps(hug, left, ["cache", "restore"], point, tmp_path):
        assert peer.ask("facts", cache=root)["warnings"] == []
        whole(root)
        if done.returncode == 137 and list(root.glob(".locks/.trash/*/[0-9]")):
            assert hug("cache", "restore", "--cache-dir", root).returncode == 0
        have = picture(root)
        for name, entry in want.items():
            assert have.get(name) == entry, name


def test_a_full_disk(hug, tmp_path):
    """No room for the folder or the journal of a trash: it goes in place, and looks again all the same."""
    for fault in ("mkdir:1+:28", "open:1+:28", "write:1+:28", "sync:1+:5"):
        root = full(tmp_path / fault.replace(":", "-"))
        done = hug("cache", "rm", A, "-y", "--cache-dir", root, env={"HUG_FAULT": fault})
        assert done.returncode == 0, done.stderr
        assert not (root / REPO / "snapshots" / A).exists() and not list(root.glob(".locks/.trash/*/[0-9]"))
        whole(root)
        process = stopped_with(hug, "cache", "rm", B, "-y", "--cache-dir", root, fault=fault)
        (root / REPO / "refs/new").write_text(B)
        code, _, err = go_on(process)
        assert code == 1 and "names it by now" in err, err
        assert (root / REPO / "snapshots" / B / "model.bin").exists()


def stopped_with(hug, *args, fault):
    process = hug.start(*args, env={"HUG_FAULT": f"{fault},remove:1:stop"})
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    return process


# -- the trash --


def test_trash_of_others_is_not_touched(other_user, tmp_path):
    """Not even root restores or frees a batch of another user."""
    root = full(other_user.place / "cache")
    other_user.give(root)
    other_user("cache", "rm", A, "-y", "--cache-dir", root, env={"HUG_FAULT": "rename:3:kill"})
    before = picture(root / ".locks/.trash")
    assert before
    hug = lambda *args: subprocess.run([os.environ["HUG"], *args, "--cache-dir", root], capture_output=True,
                                       text=True, env={**other_user.env, "HOME": str(tmp_path)}, check=False)
    assert "1" not in hug("cache", "restore", "--list").stdout.split("\n")[-1]
    assert hug("cache", "restore").returncode == 1
    hug("cache", "prune", "-y")
    assert picture(root / ".locks/.trash") == before
    assert other_user("cache", "restore", "--cache-dir", root).returncode == 0


@pytest.mark.parametrize("spoil", ["mode", "owner file", "name", "owner text"])
def test_a_batch_that_is_none(hug, tmp_path, spoil):
    root = full(tmp_path / "cache")
    hug("cache", "rm", A, "-y", "--cache-dir", root, env={"HUG_FAULT": "rename:3:kill"})
    batch, = root.glob(".locks/.trash/*")
    if spoil == "mode":
        batch.chmod(0o777)
    elif spoil == "owner file":
        (batch / "owner").unlink()
    elif spoil == "owner text":
        (batch / "owner").write_text("something else")
    else:
        batch.rename(batch.parent / "photos")
    before = picture(root / ".locks/.trash")
    assert hug("cache", "restore", "--cache-dir", root).returncode == 1
    hug("cache", "prune", "-y", "--cache-dir", root)
    assert picture(root / ".locks/.trash") == before


def test_what_cannot_be_listed_is_not_taken_for_empty(other_user):
    """Batches: the command says that it cannot know. Locks: somebody may download, so nothing goes."""
    root = full(other_user.place / "cache")
    other_user.give(root)
    other_user("cache", "rm", A, "-y", "--cache-dir", root, env={"HUG_FAULT": "rename:3:kill"})
    (batch,) = root.glob(".locks/.trash/*")
    for folder in (batch.parent, batch):
        folder.chmod(0)
        for words in ((), ("--list",)):
            done = other_user("cache", "restore", *words, "--cache-dir", root)
            if folder != batch:
                assert done.returncode == 1 and "read the folder" in done.stderr and not done.stdout, done
        folder.chmod(0o700)
        assert (batch / "journal").exists() and (batch / "owner").exists()
    assert other_user("cache", "restore", "--cache-dir", root).returncode == 0
    locks = root / ".locks" / REPO
    locks.chmod(0)
    done = other_user("cache", "rm", "model/org/shared", "-y", "--cache-dir", root)
    locks.chmod(0o755)
    assert done.returncode == 1 and "being downloaded" in done.stderr and (root / REPO / "snapshots" / A).exists(), done


def test_restore_by_name_and_what_it_says(hug, tmp_path):
    root = full(tmp_path / "cache")
    before = picture(root)
    hug("cache", "rm", A, B, "-y", "--cache-dir", root, env={"HUG_FAULT": "rename:7:kill"})
    listed = json.loads(hug("cache", "restore", "--list", "--json", "--cache-dir", root).stdout)
    assert len(listed) == 1 and "can be restored" in listed[0]["state"]
    assert hug("cache", "restore", "1-00000000", "--cache-dir", root).returncode == 1
    done = hug("cache", "restore", listed[0]["deletion"], "--cache-dir", root)
    assert done.returncode == 0 and "Restored" in done.stdout, done.stderr
    after = picture(root)
    assert {k: v for k, v in after.items() if not k.startswith(".locks")} == \
        {k: v for k, v in before.items() if not k.startswith(".locks")}
    assert hug("cache", "restore", "--cache-dir", root).returncode == 1


def test_a_batch_of_a_running_program(hug, tmp_path):
    """It is shown, and belongs to who runs: no other process restores or frees it."""
    root = full(tmp_path / "cache")
    process = stopped(hug, "cache", "rm", A, "-y", "--cache-dir", root, point="rename:3")
    assert "held by a running hug" in hug("cache", "restore", "--list", "--cache-dir", root).stdout
    done = hug("cache", "restore", "--cache-dir", root)
    assert done.returncode == 1 and "a running hug holds" in done.stderr
    hug("cache", "prune", "-y", "--leftovers", "--cache-dir", root)
    assert list(root.glob(".locks/.trash/*/[0-9]"))
    assert go_on(process)[0] == 0


# -- what is in use though no name says so --


@pytest.mark.parametrize("way", ["link in blobs", "chain of links", "revision elsewhere"])
def test_used_through_another_link(hug, tmp_path, way):
    """A file that a revision reaches through a link in between is no unused blob."""
    cache = caches.Cache(tmp_path / "cache")
    folder = cache.repo("x/a", {A: {"w": b"w" * 9000}}, {"main": A})
    blob, = (folder / "blobs").iterdir()
    entry = folder / "snapshots" / A / "w"
    if way == "revision elsewhere":
        (folder / "store/deep").mkdir(parents=True)
        (folder / "snapshots" / A).rename(folder / "store/deep/A")
        (folder / "snapshots" / A).symlink_to("../store/deep/A")
        (folder / "store/deep/A/w").unlink()
        (folder / "store/deep/A/w").symlink_to(f"../../../blobs/{blob.name}")
    else:
        names = [blob.name, "b" * 64] + ["c" * 64] * (way == "chain of links")
        blob.rename(folder / "blobs" / names[-1])
        for name, target in zip(names, names[1:]):
            (folder / "blobs" / name).symlink_to(target)
    assert entry.read_bytes() == b"w" * 9000
    before = picture(cache.root)
    done = hug("cache", "prune", "-y", "--cache-dir", cache.root)
    assert done.returncode == 0 and "Nothing to prune" in done.stdout, done
    assert entry.read_bytes() == b"w" * 9000 and picture(cache.root) == before


def test_a_lock_that_cannot_be_opened(other_user):
    """A download of another user, whose lock we may only read, or not even that."""
    root = full(other_user.place / "cache")
    other_user.give(root)
    partial = root / REPO / "blobs" / ("8" * 64 + ".incomplete")
    lock = root / ".locks" / REPO / ("8" * 64 + ".lock")
    lock.write_text("")
    os.chown(lock, 0, 0)
    with open(lock) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for mode in (0o644, 0o600):
            lock.chmod(mode)
            done = other_user("cache", "prune", "-y", "--cache-dir", root)
            assert done.returncode == 1 and "being downloaded" in done.stderr, done
            assert partial.exists()
    lock.chmod(0o644)
    assert other_user("cache", "prune", "-y", "--cache-dir", root).returncode == 0
    assert not partial.exists()


def test_no_more_files_may_be_opened(hug, tmp_path):
    """A lock that cannot be had for want of descriptors is not free."""
    root = full(tmp_path / "cache")
    names = [f"{i:064x}" for i in range(60)]
    for name in names:
        (root / REPO / "blobs" / f"{name}.incomplete").write_bytes(b"part")
        (root / ".locks" / REPO / f"{name}.lock").write_text("")
    held = [open(root / ".locks" / REPO / f"{name}.lock") for name in names[::3]]
    for file in held:
        fcntl.flock(file, fcntl.LOCK_EX)
    subprocess.run(["bash", "-c", 'ulimit -n 24; "$0" cache prune -y --cache-dir "$1"', os.environ["HUG"], root],
                   env=hug.env, capture_output=True, check=False)
    for name in names[::3]:
        assert (root / REPO / "blobs" / f"{name}.incomplete").exists(), name


def test_a_link_that_waits_in_the_trash(hug, tmp_path):
    """What it leads to in the shared store is in use, as it may come back."""
    cache = caches.Cache(tmp_path / "cache")
    caches.shared(cache)
    hug("cache", "rm", "model/o/one", "-y", "--cache-dir", cache.root, env={"HUG_FAULT": "rename:2:kill"})
    assert hug("cache", "rm", "model/o/two", "-y", "--cache-dir", cache.root).returncode == 0
    assert "prune" not in hug("cache", "prune", "--dry-run", "--json", "--cache-dir", cache.root).stderr
    assert hug("cache", "restore", "--cache-dir", cache.root).returncode == 0
    assert (cache.root / "models--o--one/snapshots" / A / "w.bin").read_bytes() == b"shared" * 1000


def test_looking_at_a_batch_leaves_it_free(hug, tmp_path):
    """Nothing is made in it; one of which nothing was moved is none to restore."""
    root = full(tmp_path / "cache")
    hug("cache", "rm", A, "-y", "--cache-dir", root, env={"HUG_FAULT": "rename:1:kill"})
    (root / ".locks/.trash/1700000000-12345678").mkdir(mode=0o700)
    before = picture(root)
    for _ in range(2):
        assert "can be restored" not in hug("cache", "restore", "--list", "--cache-dir", root).stdout
        assert picture(root) == before
    assert hug("cache", "restore", "--cache-dir", root).returncode == 1
    assert hug("cache", "prune", "-y", "--cache-dir", root).returncode == 0
    assert not list((root / ".locks").glob(".trash/*"))


def test_what_is_called_exactly_so_wins(hug):
    """Names without regard to case only where nothing is called exactly so; a revision of one repository, and by its
    first digits."""
    def made():
        shutil.rmtree(hug.cache, ignore_errors=True)
        for name in ("acme--owl", "acme--Owl", "other--owl"):
            for commit in ("abcdef1" + "0" * 33, "b" * 40):
                folder = hug.cache / f"models--{name}" / "snapshots" / commit
                folder.mkdir(parents=True)
                (folder / "x").write_text("x")
                (folder / "y").write_text("y")

    def left(*args, code=0):
        made()
        done = hug("cache", "rm", *args, "-y")
        assert done.returncode == code, done.stderr
        return sorted(f"{p.parts[-3][8:]}@{p.name[:1]}" for p in hug.cache.glob("models--*/snapshots/*")), done

    every = sorted(f"{name}@{c}" for name in ("acme--owl", "acme--Owl", "other--owl") for c in "ab")
    assert left("model/acme/owl")[0] == [x for x in every if not x.startswith("acme--owl")]
    assert left("acme/OWL")[0] == [x for x in every if x.startswith("other")]
    assert left("acme/owl@" + "b" * 40)[0] == [x for x in every if x != "acme--owl@b"]
    assert left("b" * 40)[0] == [x for x in every if x[-1] != "b"]
    assert left("abcdef1")[0] == [x for x in every if x[-1] != "a"]
    assert left("abcde", code=1)[0] == every
    made()
    (hug.cache / "models--abcdef1/snapshots" / ("c" * 40)).mkdir(parents=True)
    (hug.cache / "models--abcdef1/snapshots" / ("c" * 40) / "x").write_text("x")
    hug.ok("cache", "rm", "abcdef1", "-y")
    assert not (hug.cache / "models--abcdef1").exists() and len(list(hug.cache.glob("*/snapshots/*"))) == len(every)
    assert left("acme/owl@main", code=1)[0] == every
    made()
    hug.ok("cache", "rm", "hf://acme/owl/x", "-y")
    assert sorted(str(p.relative_to(hug.cache))[8:17] for p in hug.cache.glob("*/snapshots/*/y")) == sorted(
        ["acme--Owl", "acme--Owl", "acme--owl", "acme--owl", "other--ow", "other--ow"])
    assert not list(hug.cache.glob("models--acme--owl/snapshots/*/x")) and len(list(hug.cache.glob("*/snapshots/*/x"))) == 4
