"""What is only looked at: it is not used by that, and nothing but a file is a file."""

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


PLACES = {
    "blob": lambda hug: in_snapshot(hug, "config.json"),
    "ref": lambda hug: hug.repo() / "refs/main",
    "listing": lambda hug: next((hug.repo() / "trees").glob("*.json")),
    "token": lambda hug: hug.home / "token",
    "stored tokens": lambda hug: hug.home / "stored_tokens",
    "metadata": lambda hug: hug.home / "here/.cache/huggingface/download/config.json.metadata",
    "local file": lambda hug: hug.home / "here/config.json",
    "checked": lambda hug: hug.home / ".local/state/hug/checked",
    "agents": lambda hug: hug.home / ".agent_harnesses.json",
}
COMMANDS = ["cache verify", "cache verify acme/owl", "cache verify acme/owl --local-dir HERE", "cache ls", "scan-cache",
            "cache prune --dry-run", "download acme/owl --offline", "download acme/owl", "download acme/owl --local-dir HERE",
            "auth list", "whoami", "env", "cat acme/owl/config.json"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_waits_for_what_is_no_file(hug, owl, place, kind):
    """Whatever comes of it: with an answer, and soon."""
    here = hug.home / "here"
    hug.ok("download", "acme/owl")
    hug.ok("download", "acme/owl", "--local-dir", here)
    replaced(PLACES[place](hug), kind)
    for line in COMMANDS:
        args = [str(here) if word == "HERE" else word for word in line.split()]
        done = hug(*args, timeout=20)
        assert done.returncode in (0, 1), (line, done.stderr)


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
