"""What is only looked at: it is not used by that, and nothing but a file is a file."""

import json
import os
import socket
import threading
import time

import pytest

import caches

DAY = 86400


def blobs_of(repo):
    return sorted(path for path in (repo / "blobs").iterdir() if path.is_file())


# -- access times --


def aged(paths, days=100):
    """Last read before it was last written: then even relatime notes the next access."""
    for path in paths:
        at = time.time() - days * DAY
        os.utime(path, (at - DAY, at))
    return times(paths)


def times(paths):
    return {path.name: (os.stat(path).st_atime_ns, os.stat(path).st_mtime_ns) for path in paths}


def test_times_are_kept_here(tmp_path):
    """Otherwise the tests below could not fail."""
    path = tmp_path / "x"
    path.write_bytes(b"x")
    before = aged([path])
    path.read_bytes()
    assert times([path]) != before


@pytest.mark.parametrize("args", [
    ["verify"], ["verify", "acme/owl"], ["verify", "acme/owl", "--offline"], ["verify", "--repair"], ["verify", "--json"],
], ids=" ".join)
def test_verifying_is_no_use_of_a_file(hug, owl, args):
    hug.ok("download", "acme/owl")
    paths = blobs_of(hug.repo())
    before = aged(paths)
    planned = hug("cache", "prune", "--older-than", "90d", "--dry-run").stdout
    assert hug("cache", *args).returncode == 0
    assert times(paths) == before
    assert "1 revision(s)" in planned
    assert hug("cache", "prune", "--older-than", "90d", "--dry-run").stdout == planned


def test_verifying_a_folder_is_no_use(hug, owl, tmp_path):
    here = tmp_path / "here"
    hug.ok("download", "acme/owl", "--local-dir", here)
    paths = [path for path in here.rglob("*") if path.is_file() and ".cache" not in path.parts]
    before = aged(paths)
    assert hug("cache", "verify", "acme/owl", "--local-dir", here).returncode == 0
    assert times(paths) == before


def test_comparing_a_shared_blob_is_no_use(hug, hub):
    """It is summed before it is linked to."""
    from hub import Lfs

    data, xet = b"shared" * 1000, "d4" + "0" * 62
    hub.add_repo("acme/shared").commit({"w.bin": Lfs(data, xet=xet)})
    store = hug.cache / "blobs"
    (store / xet[:2]).mkdir(parents=True)
    (store / ".huggingface-shared-blobs").write_bytes(b"1\n")
    (store / xet[:2] / (xet + ".refs")).write_bytes(b"")
    payload = store / xet[:2] / xet
    payload.write_bytes(data)
    before = aged([payload])
    path = hug.ok("download", "acme/shared")
    assert os.path.realpath(path + "/w.bin") == str(payload)
    assert times([payload]) == before


def test_files_of_others_are_verified_all_the_same(hug, other_user, owl):
    """Whose times only their owner may keep."""
    cache = other_user.place / "cache"
    hug.ok("download", "acme/owl", "--cache-dir", cache)
    for folder, _, files in os.walk(cache):
        os.chmod(folder, 0o755)
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, 0o644)
    done = other_user("cache", "verify", "--cache-dir", cache)
    assert done.returncode == 0 and "none damaged" in done.stdout


# -- what is no file --


def fifo(path):
    os.mkfifo(path)


def listening(path):
    with socket.socket(socket.AF_UNIX) as sock:
        old = os.getcwd()
        os.chdir(path.parent)  # the names of sockets are short
        sock.bind(path.name)
        os.chdir(old)


def device(path):
    path.symlink_to("/dev/zero")


def folder(path):
    path.mkdir()


KINDS = {"FIFO": fifo, "socket": listening, "device": device, "folder": folder}


def replaced(path, kind):
    path = path.resolve() if path.exists() else path
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.unlink()
    KINDS[kind](path)


def in_snapshot(hug, name):
    (commit,) = os.listdir(hug.repo() / "snapshots")
    return hug.repo() / "snapshots" / commit / name


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_that_is_no_file(hug, other_user, owl, kind):
    """Of somebody else, too, who lets it be read: opening that alone would wait."""
    cache = other_user.place / "cache"
    path = hug.ok("download", "acme/owl", "--cache-dir", cache)
    blob = os.path.realpath(path + "/config.json")
    lock = cache / ".locks/models--acme--owl" / (os.path.basename(blob) + ".lock")
    os.remove(blob)
    other_user.give(cache)
    lock.unlink(missing_ok=True)
    KINDS[kind](lock)
    os.chown(lock, 0, 0, follow_symlinks=False)
    if kind != "device":
        os.chmod(lock, 0o444)
    done = other_user("download", "acme/owl", "--cache-dir", cache, timeout=20)
    assert done.returncode in (0, 1), done.stderr


def test_what_a_user_names_may_be_a_pipe(hug, hub, owl):
    """As <(command) of a shell is one."""

    def piped(text, *args, variable=None):
        read, write = os.pipe()
        os.write(write, text)
        os.close(write)
        path = f"/dev/fd/{read}"
        done = hug(*[path if word == "PIPE" else word for word in args], env={variable: path} if variable else {},
                   pass_fds=[read])
        os.close(read)
        return done

    done = piped(b"config.json\n", "download", "acme/owl", "--files-from", "PIPE")
    assert done.returncode == 0 and os.path.isfile(done.stdout.strip()), done.stderr
    hub.add_user("olive", token="hf_olive_1234567890")
    done = piped(b"hf_olive_1234567890\n", "whoami", variable="HF_TOKEN_PATH")
    assert done.returncode == 0 and "olive" in done.stdout, done.stderr


def test_a_fifo_that_a_user_names_is_waited_for(hug, owl, tmp_path):
    os.mkfifo(tmp_path / "names")
    writer = threading.Thread(target=lambda: (time.sleep(0.3), (tmp_path / "names").write_text("config.json\n")))
    writer.start()
    assert hug.ok("download", "acme/owl", "--files-from", tmp_path / "names").endswith("config.json")
    writer.join()


# -- what is said of what cannot be verified --


def spoil(path, data=b"spoiled"):
    path = os.path.realpath(path)
    os.chmod(path, 0o644)
    with open(path, "wb") as file:
        file.write(data)


@pytest.fixture
def shown(hug, other_user, owl):
    """acme/owl in a cache that belongs to the other user, who finds what root closes."""
    cache = other_user.place / "cache"
    hug.ok("download", "acme/owl", "--cache-dir", cache)
    other_user.give(cache)
    repo = cache / "models--acme--owl"
    (commit,) = os.listdir(repo / "snapshots")

    class Shown:
        root, snapshot = cache, repo / "snapshots" / commit

        def close(self, path, mode=0):
            os.chmod(path, mode)
            os.chown(path, 0, 0)

        def verify(self, *args):
            return other_user("cache", "verify", *args, "--cache-dir", cache)

    Shown.repo = repo
    return Shown()


HOW = [[], ["acme/owl"], ["acme/owl", "--offline"]]


@pytest.mark.parametrize("how", HOW, ids=" ".join)
def test_a_blob_that_may_not_be_read(shown, hub, how):
    shown.close((shown.snapshot / "config.json").resolve())
    done = shown.verify(*how)
    assert done.returncode == 1
    assert "Cannot be read:" in done.stdout and "config.json: cannot open" in done.stdout and "Permission denied" in done.stdout
    assert "damaged" not in done.stdout + done.stderr and "Checksum verification failed" not in done.stdout
    # Another copy is not what it needs.
    hub.wait_idle()
    hub.requests.clear()
    done = shown.verify(*how, "--repair")
    assert done.returncode == 1 and "match" not in done.stdout and "none damaged" not in done.stdout
    hub.wait_idle()
    assert not [r for r in hub.requests if "/resolve/" in r.path]


FOLDERS = {
    "repository": lambda s: s.repo, "snapshots": lambda s: s.repo / "snapshots", "revision": lambda s: s.snapshot,
    "subfolder": lambda s: s.snapshot / "onnx", "blobs": lambda s: s.repo / "blobs",
}


@pytest.mark.parametrize("how", HOW, ids=" ".join)
@pytest.mark.parametrize("mode", [0, 0o444, 0o111], ids=oct)
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_that_is_closed(shown, folder, mode, how):
    path = FOLDERS[folder](shown)
    shown.close(path, mode)
    done = shown.verify(*how)
    if mode == 0o111 and folder in ("repository", "snapshots") and how == ["acme/owl"]:
        assert done.returncode == 0  # all that is asked for can be reached
        return
    assert done.returncode == 1, done.stdout + done.stderr
    assert "none damaged" not in done.stdout and "All checksums match" not in done.stdout
    assert str(path) in done.stdout + done.stderr and "damaged file" not in done.stderr
    assert "missing locally" not in done.stderr
    assert "Permission denied" in done.stdout + done.stderr or "may not look" in done.stdout


def test_json_tells_what_cannot_be_read(shown):
    shown.close((shown.snapshot / "config.json").resolve())
    shown.close(shown.snapshot / "onnx")
    done = shown.verify("--json")
    said = json.loads(done.stdout)
    assert done.returncode == 1 and (said["damaged"], said["unreadable"]) == (0, 2)
    assert "config.json: cannot open" in done.stderr and str(shown.snapshot / "onnx") in done.stderr


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", HOW[:2], ids=" ".join)
def test_a_blob_that_is_no_file(hug, owl, kind, how):
    hug.ok("download", "acme/owl")
    blob = in_snapshot(hug, "weights.bin").resolve()
    replaced(blob, kind)
    done = hug("cache", "verify", *how)
    if kind == "folder":
        assert done.returncode in (0, 1)  # what a link to a folder means is the scan's to say
        return
    assert done.returncode == 1 and f"is a {kind}, not a file" in done.stdout
    done = hug("cache", "verify", *how, "--repair")
    assert done.returncode == 0, done.stderr
    assert blob.is_file() and not blob.is_symlink()


REFS = {
    "another path": ("../../etc", "names no commit: it holds '../../etc'"), "absolute": ("/etc", "it holds '/etc'"),
    "empty": ("", "it holds ''"), "too short": ("a" * 39, "names no commit"), "too long": ("a" * 41, "names no commit"),
    "a branch": ("main", "it holds 'main'"), "escapes": ("\x1b[2J\n\nx", "it holds '\\x1b[2J"), "dots": ("..", "it holds '..'"),
}


@pytest.mark.parametrize("ref", REFS)
def test_a_ref_that_names_no_commit(hug, hub, owl, ref):
    content, words = REFS[ref]
    hug.ok("download", "acme/owl")
    (hug.cache / "etc").mkdir()
    (hug.repo() / "refs/main").write_text(content)
    hub.wait_idle()
    hub.requests.clear()
    last = hug.fails("cache", "verify", "acme/owl")
    assert words in last and "refs/main" in last and "\x1b" not in last
    assert not len(hub.requests)
    # The one way out that is told of is one.
    hug.ok("download", "acme/owl")
    assert hug("cache", "verify", "acme/owl").returncode == 0


@pytest.mark.parametrize("revision", ["../../../../home/token", "..", "../refs/main", "/etc/hostname"])
def test_a_revision_that_leaves_refs(hug, owl, revision):
    hug.ok("download", "acme/owl")
    (hug.home / "token").write_text("a" * 40)
    assert "could not be resolved in cache" in hug.fails("cache", "verify", "acme/owl", "--revision", revision)


@pytest.mark.parametrize("space", ["\n", "\r\n", " ", "\t\n"])
def test_space_around_a_ref_is_dropped(hug, owl, space):
    """As by the official client."""
    hug.ok("download", "acme/owl")
    ref = hug.repo() / "refs/main"
    ref.write_text(space + ref.read_text() + space)
    assert hug("cache", "verify", "acme/owl").returncode == 0


# -- repairs --


def damage_one(hug):
    spoil(in_snapshot(hug, "config.json"))
    return 1


def damage_some(hug):
    spoil(in_snapshot(hug, "weights.bin"), b"")
    os.remove(in_snapshot(hug, "README.md").resolve())
    replaced(in_snapshot(hug, "onnx/config.json").resolve(), "FIFO")
    return 3


@pytest.mark.parametrize("how", HOW[:2], ids=" ".join)
@pytest.mark.parametrize("damage", [damage_one, damage_some])
def test_a_repair_ends_well(hug, owl, damage, how):
    hug.ok("download", "acme/owl")
    n = damage(hug)
    done = hug("cache", "verify", *how, "--repair")
    assert done.returncode == 0, done.stderr
    assert not [word for word in ("Error", "--repair", "cannot", "not all") if word in done.stderr]
    assert (f"Repaired {n}. All checksums match." if how else f"{n} file(s) repaired.") in done.stdout
    assert hug("cache", "verify", *how).returncode == 0
    said = json.loads(hug("cache", "verify", *how, "--repair", "--json").stdout)
    assert said["repaired"] == 0
    damage(hug)
    said = json.loads(hug("cache", "verify", *how, "--repair", "--json").stdout)
    assert said["repaired"] == n


@pytest.mark.parametrize("how", HOW[:2], ids=" ".join)
def test_a_repair_that_fails_ends_so(hug, hub, owl, how):
    hug.ok("download", "acme/owl")
    damage_some(hug)
    hub.fault(path="/resolve/", status=404)
    done = hug("cache", "verify", *how, "--repair")
    assert done.returncode == 1
    assert "repaired" not in done.stdout and "match" not in done.stdout.splitlines()[-1]


def test_the_blob_is_repaired_not_its_path(hug, owl):
    """Another revision has a good blob by the same path, and comes first."""
    first = hug.ok("download", "acme/owl")
    owl.commit({"config.json": b"second", "weights.bin": b"second too"})
    second = hug.ok("download", "acme/owl")
    for path in (first, second):
        spoil(path + "/config.json")
        os.remove(os.path.realpath(path + "/weights.bin"))
        done = hug("cache", "verify", "--repair")
        assert done.returncode == 0, done.stderr
        assert hug("cache", "verify").returncode == 0
    assert open(first + "/config.json").read() == '{"model_type": "owl"}' and open(second + "/config.json").read() == "second"
