"""hug download: what it does not take from the Hub, from the disk, or for granted."""

import base64
import hashlib
import json
import os
import signal
import socket
import subprocess
import time

import pytest

from hub import Lfs

# Names that some file system takes for .git, or for our records.
REFUSED = [
    ".git/config", ".git/hooks/post-checkout", ".GIT/config", ".Git/x", ".git./config",
    ".git /config", ".git . ./config", "sub/.git/config", "sub/deep/.gIt", ".git",
    ".git::$INDEX_ALLOCATION/config", ".git:x/y", "git~1/config", "GIT~1/config",
    ".g\u200cit/config", "\ufeff.git/config", ".git\u202e/config", ".git\\config",
]
RECORDS = [
    ".cache/huggingface/download/x.metadata", ".cache/huggingface/trees/x.json",
    ".cache/huggingface", ".Cache/HuggingFace/download/x.metadata",
    ".cache./huggingface /x", ".cache/huggingface::$DATA/x", "CACHE~1/HUGGIN~1/x",
    ".ca\u200bche/huggingface/x".replace("\u200b", "\u200d"),
]
TAKEN = [
    ".gitignore", ".gitattributes", ".github/x", ".gitmodules", ".cache/other",
    ".cache/huggingface2/x", "cache/huggingface/x", "sub/.cache/huggingface/x", "git/config",
    "x.git/config", "git~2/x", ".git-x/config", "..git/x", ".gitx", ".cachex/huggingface/x",
]


def below(folder):
    """The files in a folder, but for our records."""
    return {os.path.relpath(os.path.join(path, name), folder)
            for path, _, names in os.walk(folder) for name in names
            if not os.path.relpath(path, folder).startswith(".cache/huggingface/")
            and os.path.relpath(path, folder) != ".cache/huggingface"}


@pytest.mark.parametrize("name", REFUSED + RECORDS)
@pytest.mark.parametrize("named", [False, True])
def test_refused_in_a_folder(hug, hub, tmp_path, name, named):
    hub.add_repo("acme/bad").commit({name: b"bad", "good.txt": b"good"})
    here = tmp_path / "here"
    last = hug.fails("download", "acme/bad", "--local-dir", here, *([name] if named else []))
    shown = name.replace("\u200c", "\\u200c").replace("\u200d", "\\u200d") \
                .replace("\u202e", "\\u202e").replace("\ufeff", "\\ufeff")
    assert f"refused to write {shown}: " in last
    assert "Leave it out with --exclude" in last
    assert below(here) == (set() if named else {"good.txt"})


def test_the_advice_works(hug, hub, tmp_path):
    hub.add_repo("acme/bad").commit({"a/.git/config": b"bad", "a/.git/hooks/x": b"bad",
                                     "a/b": b"good", "it's/.git/x": b""})
    last = hug.fails("download", "acme/bad", "--local-dir", tmp_path / "a", "--include", "a/*")
    assert "2 files failed" in last and "--exclude 'a/.git/*'" in last
    # What the Hub's names hold is nothing to paste into a shell.
    last = hug.fails("download", "acme/bad", "--local-dir", tmp_path / "a", "--include", "it*")
    assert last.endswith("Leave it out with --exclude")
    hug.ok("download", "acme/bad", "--local-dir", tmp_path / "b", "--exclude", "*/.git/*")
    assert below(tmp_path / "b") == {"a/b"}


def test_taken_in_a_folder(hug, hub, tmp_path):
    hub.add_repo("acme/fine").commit({name: name.encode() for name in TAKEN})
    hug.ok("download", "acme/fine", "--local-dir", tmp_path / "here")
    assert below(tmp_path / "here") == set(TAKEN)


def test_the_cache_refuses_git_alone(hug, hub):
    """A snapshot has no records of ours in it, and links of it are no repository to git;
    copies would be one."""
    repo = hub.add_repo("acme/bad")
    repo.commit({".git/config": b"bad", ".cache/huggingface/download/x.metadata": b"fine",
                 "good.txt": b"good"})
    assert "refused to write .git/config" in hug.fails("download", "acme/bad")
    assert below(hug.repo("acme/bad") / "snapshots" / repo.head("main")) == {"good.txt"}
    path = hug.ok("download", "acme/bad", "--exclude", ".git/*")
    assert os.path.exists(path + "/.cache/huggingface/download/x.metadata")


def test_planted_records_are_not_believed(hug, hub, tmp_path):
    """One repository cannot say of another's file what it is."""
    victim = hub.add_repo("acme/victim")
    commit = victim.commit({"x": Lfs(b"right" * 1000)})
    etag = Lfs(b"right" * 1000).sha256
    hub.add_repo("acme/bad").commit({
        "x": b"wrong",
        ".cache/huggingface/download/x.metadata": f"{commit}\n{etag}\n9999999999\n".encode()})
    here = tmp_path / "here"
    hug.fails("download", "acme/bad", "--local-dir", here)
    assert (here / "x").read_bytes() == b"wrong"
    hug.ok("download", "acme/victim", "--local-dir", here)
    assert (here / "x").read_bytes() == b"right" * 1000


# -- partial files that are not ours --

BYTES = b"0123456789abcdef" * 20000


def hard_link(path, victim):
    os.link(victim, path)


def soft_link(path, victim):
    path.symlink_to(victim)


def dangling_link(path, victim):
    path.symlink_to(str(victim) + ".not")


def fifo(path, victim):
    os.mkfifo(path)


def socket_(path, victim):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(victim) + ".s")
        os.rename(str(victim) + ".s", path)


def folder(path, victim):
    path.mkdir()


def of_another(path, victim):
    if os.geteuid():
        pytest.skip("only root can give a file away")
    path.write_bytes(BYTES[:5000])
    os.chmod(path, 0o666)
    os.chown(path, 1234, 1234)


PLANTS = [hard_link, soft_link, dangling_link, fifo, socket_, folder, of_another]


def names_of_partials(where, etag, here):
    if where == "cache":
        return here / "models--acme--big/blobs", f"{etag}.hug.incomplete", f"{etag}.incomplete"
    stem = base64.urlsafe_b64encode(hashlib.sha1(b"x.bin.metadata").digest()).decode()
    return (here / ".cache/huggingface/download", f"{stem}.{etag}.hug.incomplete",
            f"{stem}.{etag}.incomplete")


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("whose", ["ours", "official"])
@pytest.mark.parametrize("where", ["cache", "folder"])
def test_not_written_through(hug, hub, tmp_path, plant, whose, where):
    file = Lfs(BYTES)
    hub.add_repo("acme/big").commit({"x.bin": file})
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious" * 100)
    here = hug.cache if where == "cache" else tmp_path / "here"
    blobs, ours, official = names_of_partials(where, file.sha256, here)
    blobs.mkdir(parents=True)
    planted = blobs / (ours if whose == "ours" else official)
    plant(planted, victim)
    where_to = [] if where == "cache" else ["--local-dir", here]
    path = hug.ok("download", "acme/big", "x.bin", *where_to, timeout=20)
    got = here / "x.bin" if where == "folder" else path
    assert open(got, "rb").read() == BYTES
    assert os.stat(got).st_ino != victim.stat().st_ino
    assert victim.read_bytes() == b"precious" * 100
    assert not os.path.exists(str(victim) + ".not")
    # What is ours to remove is, the rest stays as it was.
    stays = whose == "official" or plant in (folder, of_another)
    assert planted.is_symlink() or planted.exists() if stays else not planted.exists()
    if plant is of_another:
        assert planted.read_bytes() == BYTES[:5000]


def test_ours_is_resumed(hug, hub):
    """The name is looked at, not given up."""
    file = Lfs(BYTES)
    hub.add_repo("acme/big").commit({"x.bin": file})
    for name in names_of_partials("cache", file.sha256, hug.cache)[1:]:
        blobs = hug.repo("acme/big") / "blobs"
        blobs.mkdir(parents=True, exist_ok=True)
        (blobs / name).write_bytes(BYTES[:-5])
        hub.requests.clear()
        path = hug.ok("download", "acme/big", "x.bin")
        assert open(path, "rb").read() == BYTES and os.listdir(blobs) == [file.sha256]
        ranges = [r.headers.get("range") for r in hub.requests if r.server == "store"]
        assert ranges == [f"bytes={len(BYTES) - 5}-"]
        os.remove(os.path.realpath(path))
        os.remove(path)


# -- without the Hub --

PERHAPS = "which is not known to be complete"


def empty(path):
    """find -type l -delete"""
    for folder, _, names in os.walk(path):
        for name in names:
            if ".cache" not in folder:
                os.unlink(os.path.join(folder, name))


def empty_of_folders(path):
    empty(path)
    for folder, folders, _ in os.walk(path, topdown=False):
        for name in folders:
            if not os.listdir(os.path.join(folder, name)):
                os.rmdir(os.path.join(folder, name))


def lose_one(path):
    os.unlink(path + "/config.json")


def lose_blob(path):
    if os.path.islink(path + "/config.json"):
        os.unlink(os.path.realpath(path + "/config.json"))
    else:
        lose_one(path)


def lose_nothing(path):
    pass


def forget_listing(where):
    for folder, _, names in os.walk(where):
        if os.path.basename(folder) == "trees":
            for name in names:
                os.unlink(os.path.join(folder, name))


def unreachable(hub, way):
    if way == "offline":
        return {"HF_HUB_OFFLINE": "1"}
    return {"HF_ENDPOINT": "http://127.0.0.1:9"}


# What was done to what is here, whether a listing says so, what is asked for; what comes.
SERVED = [
    (lose_nothing, True, [], "all"), (lose_nothing, False, [], "perhaps"),
    (empty, True, [], "not"), (empty, False, [], "not"),
    (empty_of_folders, True, [], "not"), (empty_of_folders, False, [], "not"),
    (lose_one, True, [], "not"), (lose_one, False, [], "perhaps"),
    (lose_blob, True, [], "not"),
    (lose_nothing, True, ["--include", "*.json"], "all"),
    (lose_nothing, False, ["--include", "*.json"], "perhaps"),
    (lose_one, True, ["--include", "*.md"], "all"),
    (lose_one, False, ["--include", "*.md"], "perhaps"),
    (lose_nothing, True, ["--include", "*.none"], "not"),
    (lose_nothing, False, ["--include", "*.none"], "not"),
    (lose_nothing, False, ["--exclude", "*"], "not"),
    (lose_nothing, False, ["onnx/", "no*"], "not"),
    (empty, False, ["--include", "*.json"], "not"),
    (lose_nothing, False, ["config.json"], "all"), (lose_one, False, ["config.json"], "not"),
    (lose_one, False, ["README.md", "on*"], "perhaps"),
]


@pytest.mark.parametrize("harm,listed,args,served", [
    *SERVED, (lose_blob, False, [], "not"), (lose_blob, False, ["--include", "*.md"], "perhaps")])
@pytest.mark.parametrize("way", ["offline", "down"])
def test_served_from_the_cache(hug, hub, owl, harm, listed, args, served, way):
    path = hug.ok("download", "acme/owl")
    harm(path)
    if not listed:
        forget_listing(hug.cache)
    judge(hug(*["download", "acme/owl", *args], env=unreachable(hub, way)), served, path)


@pytest.mark.parametrize("harm,listed,args,served", SERVED)
@pytest.mark.parametrize("way", ["offline", "down"])
def test_served_from_a_folder(hug, hub, owl, harm, listed, args, served, way, tmp_path):
    where = ["--local-dir", tmp_path / "here"]
    path = hug.ok("download", "acme/owl", *where)
    harm(path)
    if not listed:
        forget_listing(path)
    judge(hug("download", "acme/owl", *args, *where, env=unreachable(hub, way)), served, path)


def judge(done, served, path):
    if served == "not":
        assert done.returncode == 1 and done.stdout == "", done
        assert "has not all of it" in done.stderr or "no file" in done.stderr, done.stderr
    else:
        assert done.returncode == 0 and done.stdout.startswith(path), done
        assert (PERHAPS in done.stderr) == (served == "perhaps"), done.stderr


@pytest.mark.parametrize("name", ["hf", "huggingface-cli"])
@pytest.mark.parametrize("harm", [lose_nothing, empty, lose_one])
def test_under_the_old_names_it_is_theirs(hug, owl, tmp_path, name, harm):
    path = hug.ok("download", "acme/owl")
    harm(path)
    forget_listing(hug.cache)
    link = tmp_path / name
    link.symlink_to(os.environ["HUG"])
    done = subprocess.run([link, "download", "acme/owl"], capture_output=True, text=True,
                          env={**hug.env, "HF_HUB_OFFLINE": "1"})
    assert done.returncode == 0 and path in done.stdout and PERHAPS not in done.stderr, done


# -- what a failure leaves --


def gated(hub):
    hub.add_repo("acme/owl2", gated="manual").commit({"x.bin": Lfs(BYTES), "config.json": b"{}"})
    return ["acme/owl2"], {}


def gated_one(hub):
    return gated(hub)[0] + ["config.json"], {}


def hidden(hub):
    hub.add_repo("acme/owl2", private=True).commit({"x": b""})
    return ["acme/owl2"], {}


def no_repo(hub):
    return ["acme/none"], {}


def no_revision(hub):
    hub.add_repo("acme/owl2").commit({"x": b""})
    return ["acme/owl2", "--revision", "nope"], {}


def no_file(hub):
    hub.add_repo("acme/owl2").commit({"x": b""})
    return ["acme/owl2", "nope.bin"], {}


def no_files(hub):
    hub.add_repo("acme/owl2").commit({"x": b""})
    return ["acme/owl2", "nope.bin", "none.bin"], {}


def no_match(hub):
    hub.add_repo("acme/owl2").commit({"x": b"", "a/b": b""})
    return ["acme/owl2", "a/*.none", "b/*.none"], {}


def no_network(hub):
    return ["acme/owl2"], {"HF_ENDPOINT": "http://127.0.0.1:9"}


def offline(hub):
    return ["acme/owl2"], {"HF_HUB_OFFLINE": "1"}


def refused_listing(hub):
    hub.add_repo("acme/owl2").commit({"x": b""})
    hub.fault(path="/tree/", status=403)
    return ["acme/owl2"], {}


def refused_file(hub):
    hub.add_repo("acme/owl2").commit({"x": b"abc"})
    hub.fault(path="/resolve/", status=403)
    return ["acme/owl2"], {}


def wrong_bytes(hub):
    hub.add_repo("acme/owl2").commit({"x": Lfs(b"abc", sha256="0" * 64)})
    return ["acme/owl2"], {}


def refused_name(hub):
    hub.add_repo("acme/owl2").commit({".git/config": b"abc"})
    return ["acme/owl2"], {}


def full_disk(hub):
    hub.add_repo("acme/owl2").commit({"x.bin": Lfs(BYTES)})
    return ["acme/owl2"], {"HUG_FAULT": "write:3+:28"}


FAILURES = [gated, gated_one, hidden, no_repo, no_revision, no_file, no_files, no_match,
            no_network, offline, refused_listing, refused_file, wrong_bytes, refused_name,
            full_disk]


def left(hug):
    """What lies in the cache, but for what every cache has and lock files."""
    return sorted(str(path.relative_to(hug.cache)) for path in hug.cache.rglob("*")
                  if ".locks" not in path.parts and path.name != "CACHEDIR.TAG")


def no_warnings(hug, official):
    """0.36 warns of CACHEDIR.TAG, which 2.4 writes, in every cache."""
    for version in ("0.36.2", "2.4.0"):
        found = official(version).ask("scan", cache=hug.cache) if hug.cache.exists() else {}
        assert [text for text in found.get("warnings", []) if "CACHEDIR.TAG" not in text] == []
    assert "inconsisten" not in hug("cache", "ls").stderr
    return True


@pytest.mark.parametrize("fail", FAILURES)
def test_a_failure_leaves_no_repository(hug, hub, official, fail):
    args, env = fail(hub)
    hug.fails("download", *args, env=env)
    assert left(hug) == []
    if (hug.cache / ".locks").exists():
        assert all(os.listdir(path) for path in (hug.cache / ".locks").iterdir())
    assert no_warnings(hug, official)


@pytest.mark.parametrize("fail", FAILURES)
def test_what_was_there_before_stays(hug, hub, official, fail):
    """Also what is empty: it is not ours."""
    repo = hug.repo("acme/owl2")
    for name in ("blobs", "refs", "snapshots/" + "a" * 40, "trees"):
        (repo / name).mkdir(parents=True)
    before = left(hug)
    args, env = fail(hub)
    hug.fails("download", *args, env=env)
    now = left(hug)
    assert set(before) <= set(now)
    assert all("/trees/" in name or "/.no_exist" in name or name.endswith("refs/main")
               for name in set(now) - set(before)), now


@pytest.mark.parametrize("when", [
    {"path": "/revision/", "latency": 5}, {"path": "/tree/", "latency": 5},
    {"path": "/resolve/", "latency": 5}, {"server": "store", "latency": 5},
    {"path": "/tree/", "stall": 10}, {"server": "store", "stall": 0},
])
def test_ctrl_c_leaves_no_repository(hug, hub, official, when):
    hub.add_repo("acme/owl2").commit({"x.bin": Lfs(BYTES)})
    fault = hub.fault(**when)
    run = hug.start("download", "acme/owl2", env={"HUG_TIME_SCALE": "1"})
    deadline = time.monotonic() + 20
    while not fault.hits and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=20)
    assert fault.hits and run.returncode == 130 and out == "", err
    assert left(hug) == [] and no_warnings(hug, official)


def test_what_was_fetched_is_kept_without_a_warning(hug, hub, official):
    """The repository stays for its bytes, and the next run goes on."""
    hub.add_repo("acme/owl2").commit({"x.bin": Lfs(BYTES * 20)})
    hub.fault(server="store", stall=4000000)
    run = hug.start("download", "acme/owl2", env={"HUG_TIME_SCALE": "1"})
    deadline = time.monotonic() + 20
    while not any(path.stat().st_size for path in hug.partials()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=20)
    assert run.returncode == 130
    assert hug.partials() and (hug.repo("acme/owl2") / "snapshots").is_dir()
    assert no_warnings(hug, official)
    hub.clear_faults()
    path = hug.ok("download", "acme/owl2")
    assert open(path + "/x.bin", "rb").read() == BYTES * 20 and hug.partials() == []
