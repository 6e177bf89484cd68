"""--local-dir: both programs see each other's files as up to date."""

import hashlib
import os
import time

import pytest

from hub import Lfs

SMALL, LARGE = "config.json", "onnx/model.onnx"


@pytest.fixture
def local(hub):
    repo = hub.add_repo("acme/local")
    repo.commit({SMALL: b'{"a": 1}', "README.md": b"# local\n", "twin.md": b"# local\n",
                 LARGE: Lfs(bytes(range(256)) * 900), "empty.txt": b""})
    return repo


@pytest.fixture(params=["hug", "0.36.2", "2.4.0"])
def fetch(request, hug, hub, official, tmp_path):
    """fetch(folder, name or None): the files GETs were made for."""

    def get(folder, name=None, revision="main"):
        hub.wait_idle()
        hub.requests.clear()
        if request.param == "hug":
            args = [name] if name else []
            path = hug.ok("download", "acme/local", *args, "--local-dir", folder,
                          "--revision", revision, "--cache-dir", tmp_path / "none")
        else:
            call = {"filename": name} if name else {}
            path = official(request.param).ask(
                "file" if name else "snapshot", repo_id="acme/local", revision=revision,
                local_dir=folder, cache_dir=tmp_path / "none", endpoint=hub.endpoint, **call)
        assert os.path.realpath(path) == os.path.realpath(folder / name if name else folder)
        hub.wait_idle()
        gets = [r for r in hub.requests if r.method == "GET"]
        names = {r.path.split("/resolve/")[1].split("/", 1)[1] for r in gets
                 if "/resolve/" in r.path}
        # Python asks the store without asking the Hub for the bytes first.
        return sorted(names | {LARGE for r in gets if r.server == "store"})

    get.ours = request.param == "hug"
    return get


@pytest.fixture(params=["hug", "0.36.2", "2.4.0"])
def filled(request, hug, hub, official, local, tmp_path):
    """A folder that one of them has filled."""
    folder = tmp_path / "folder"
    if request.param == "hug":
        hug.ok("download", "acme/local", "--local-dir", folder)
    else:
        official(request.param).ask("snapshot", repo_id="acme/local", local_dir=folder,
                                    cache_dir=tmp_path / "cache", endpoint=hub.endpoint)
    return folder


def metadata(folder, name):
    return folder / ".cache/huggingface/download" / (name + ".metadata")


def test_up_to_date_for_all(filled, fetch):
    assert fetch(filled) == []
    assert fetch(filled, LARGE) == []
    assert fetch(filled, SMALL) == []


def test_by_commit_needs_no_request(filled, fetch, local, hub):
    assert fetch(filled, LARGE, revision=local.head("main")) == []
    assert len(hub.requests) == 0


def test_moved_branch(filled, fetch, local):
    local.commit({SMALL: b'{"a": 2}', "new.txt": b"new"})
    assert fetch(filled) == [SMALL, "new.txt"]
    assert (filled / SMALL).read_bytes() == b'{"a": 2}'
    assert metadata(filled, LARGE).read_text().split("\n")[0] == local.head("main")


def test_removed_and_changed(filled, fetch, local):
    os.remove(filled / LARGE)
    (filled / SMALL).write_bytes(b"mine")
    later = time.time() + 5
    os.utime(filled / SMALL, (later, later))
    assert fetch(filled) == [SMALL, LARGE]
    assert (filled / SMALL).read_bytes() == b'{"a": 1}'
    assert (filled / LARGE).stat().st_size == 256 * 900


def test_touched_or_without_metadata(filled, fetch, local):
    later = time.time() + 5
    os.utime(filled / LARGE, (later, later))
    os.remove(metadata(filled, "README.md"))
    # Python looks at the sums of large files only; we look at all.
    assert fetch(filled) == ([] if fetch.ours else ["README.md"])
    if fetch.ours:
        etag = hashlib.sha256(bytes(range(256)) * 900).hexdigest()
        assert metadata(filled, LARGE).read_text().split("\n")[1] == etag


def test_files_on_disk(hug, hub, official, local, tmp_path):
    """What we leave is what the newest client leaves, times aside."""
    def names(folder):
        return sorted(os.path.relpath(os.path.join(d, f), folder)
                      for d, _, files in os.walk(folder) for f in files)

    hug.ok("download", "acme/local", "--local-dir", tmp_path / "ours")
    official("2.4.0").ask("snapshot", repo_id="acme/local", local_dir=tmp_path / "theirs",
                          cache_dir=tmp_path / "cache", endpoint=hub.endpoint)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    assert names(ours) == names(theirs)
    for name in names(ours):
        a, b = (ours / name).read_bytes(), (theirs / name).read_bytes()
        if name.endswith(".metadata"):
            assert a.split(b"\n")[:2] == b.split(b"\n")[:2] and a.count(b"\n") == 3
        else:
            assert a == b, name
    assert not hug.cache.exists()


def test_copied_from_the_cache(hug, hub, local, tmp_path):
    hug.ok("download", "acme/local")
    hub.wait_idle()
    hub.requests.clear()
    hug.ok("download", "acme/local", "--local-dir", tmp_path / "folder")
    hub.wait_idle()
    assert not [r for r in hub.requests if r.method == "GET" and "/resolve/" in r.path]
    assert not (tmp_path / "folder" / LARGE).is_symlink()
    assert (tmp_path / "folder" / LARGE).read_bytes() == bytes(range(256)) * 900


def test_local_change_is_told(hug, filled, local):
    (filled / SMALL).write_bytes(b"mine")
    later = time.time() + 5
    os.utime(filled / SMALL, (later, later))
    done = hug("download", "acme/local", "--local-dir", filled)
    assert done.returncode == 0
    assert "config.json was changed here; the Hub's version takes its place" in done.stderr


def test_without_the_hub(hug, hub, filled, local):
    env = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    done = hug("download", "acme/local", SMALL, "--local-dir", filled, env=env)
    assert done.returncode == 0 and done.stdout.strip() == str(filled / SMALL)
    assert "as they are" in done.stderr
    assert hug("download", "acme/local", "--local-dir", filled, env=env).returncode == 0
    hug.fails("download", "acme/local", "nope.txt", "--local-dir", filled, env=env)
    hug.fails("download", "acme/local", "--local-dir", filled / "new", env=env)


def test_resumed(hug, hub, tmp_path):
    data = bytes(range(256)) * 40_000
    hub.add_repo("acme/local").commit({"sub/big.bin": Lfs(data)})
    hub.fault(server="store", rate=5_000_000)
    folder = tmp_path / "folder"
    process = hug.start("download", "acme/local", "--local-dir", folder)
    below = folder / ".cache/huggingface/download/sub"
    while not any(f.stat().st_size > 2_000_000 for f in below.glob("*.incomplete")):
        time.sleep(0.02)
    process.kill()
    process.communicate()
    (partial,) = below.glob("*.incomplete")
    assert partial.name.endswith(".hug.incomplete")
    had = partial.stat().st_size
    hub.clear_faults()
    hub.wait_idle()
    hub.requests.clear()
    hug.ok("download", "acme/local", "--local-dir", folder)
    hub.wait_idle()
    assert sum(r.sent for r in hub.requests if r.server == "store") == len(data) - had
    assert (folder / "sub/big.bin").read_bytes() == data
    assert not list(folder.glob("**/*.incomplete"))


# -- sizes --


def cut(path, size):
    """Cut short, or made longer, with its old time."""
    info = path.stat()
    os.truncate(path, size)
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))


@pytest.mark.parametrize("name", [SMALL, LARGE])
@pytest.mark.parametrize("change", ["empty", "shorter", "longer"])
@pytest.mark.parametrize("ask", ["all", "name", "commit", "name of commit"])
def test_another_size_is_not_there(hug, local, tmp_path, name, change, ask):
    folder = tmp_path / "folder"
    hug.ok("download", "acme/local", "--local-dir", folder)
    whole = (folder / name).read_bytes()
    cut(folder / name, {"empty": 0, "shorter": len(whole) - 1, "longer": len(whole) + 1}[change])
    words = [name] if "name" in ask else []
    words += ["--revision", local.head("main")] if "commit" in ask else []
    done = hug("download", "acme/local", *words, "--local-dir", folder)
    assert done.returncode == 0, done.stderr
    assert (folder / name).read_bytes() == whole
    assert "was changed here; the Hub's version takes its place" in done.stderr or "name of" in ask or change == "empty"


@pytest.mark.parametrize("words", [[], [SMALL], ["--include", "*.json"]], ids=" ".join)
def test_another_size_is_not_served(hug, local, tmp_path, words):
    """Nor what the user changed refused."""
    folder = tmp_path / "folder"
    hug.ok("download", "acme/local", "--local-dir", folder)
    cut(folder / SMALL, 3)
    last = hug.fails("download", "acme/local", *words, "--local-dir", folder, "--offline")
    assert "the folder has not all of it" in last
    (folder / SMALL).write_text("mine")
    later = time.time() + 5
    os.utime(folder / SMALL, (later, later))
    assert hug("download", "acme/local", *words, "--local-dir", folder, "--offline").returncode == 0


def test_one_of_a_newer_commit_is_served(hug, local, tmp_path):
    """The newest listing is of the commit before, where it had another size."""
    folder = tmp_path / "folder"
    hug.ok("download", "acme/local", "--local-dir", folder)
    local.commit({SMALL: b'{"a": "longer"}'})
    hug.ok("download", "acme/local", SMALL, "--local-dir", folder)
    assert hug("download", "acme/local", SMALL, "--local-dir", folder, "--offline").returncode == 0


def test_an_older_version_is_no_change(hug, local, tmp_path):
    folder = tmp_path / "folder"
    hug.ok("download", "acme/local", "--local-dir", folder)
    local.commit({SMALL: b'{"a": "longer"}'})
    done = hug("download", "acme/local", "--local-dir", folder)
    assert done.returncode == 0 and "was changed" not in done.stderr
    assert (folder / SMALL).read_bytes() == b'{"a": "longer"}'


def test_an_emptied_file_without_a_listing(hug, hub, local, tmp_path):
    """Nobody says what size it had; that of the empty file is known."""
    folder = tmp_path / "folder"
    for name in (SMALL, "empty.txt"):
        hug.ok("download", "acme/local", name, "--local-dir", folder)
    cut(folder / SMALL, 0)
    hub.wait_idle()
    hub.requests.clear()
    for name in (SMALL, "empty.txt"):
        hug.ok("download", "acme/local", name, "--local-dir", folder, "--revision", local.head("main"))
    assert (folder / SMALL).read_bytes() == b'{"a": 1}'
    assert not any("empty.txt" in request.path for request in hub.requests)


# -- long names --

LONG = [*("n" * n for n in (241, 242, 243, 246, 247, 250, 251, 255)), "\u00e9" * 127, "\u6f22" * 85, "sub/" + "m" * 255, "d" * 255 + "/f"]


@pytest.fixture
def long_names(hub):
    repo = hub.add_repo("acme/long")
    repo.commit({name: (Lfs if i % 2 else bytes)(name.encode() * 3) for i, name in enumerate(LONG)})
    return repo


@pytest.mark.parametrize("where", ["--local-dir", "--cache-dir"])
@pytest.mark.parametrize("env", [{}, {"HF_HUB_DISABLE_SYMLINKS": "1"}], ids=["links", "copies"])
def test_names_as_long_as_they_can_be(hug, hub, long_names, tmp_path, where, env):
    folder = tmp_path / "folder"
    got = hug.ok("download", "acme/long", where, folder, env=env)
    for name in LONG:
        with open(os.path.join(got, name), "rb") as file:
            assert file.read() == name.encode() * 3
    hub.wait_idle()
    hub.requests.clear()
    hug.ok("download", "acme/long", where, folder, env=env)
    hug.ok("download", "acme/long", LONG[-5], where, folder, "--revision", long_names.head("main"), env=env)
    hug.ok("download", "acme/long", where, folder, "--offline", env=env)
    hub.wait_idle()
    assert not [r for r in hub.requests if "/resolve/" in r.path]
    assert hug("cache", "verify", "acme/long", where, folder).returncode == 0
    assert not [f for _, _, files in os.walk(folder) for f in files if f.endswith((".tmp", ".incomplete"))]


def test_long_names_from_the_cache(hug, long_names, tmp_path):
    """Copied, by way of drafts beside them."""
    hug.ok("download", "acme/long")
    hug.ok("download", "acme/long", "--local-dir", tmp_path / "folder")
    assert (tmp_path / "folder" / LONG[7]).read_bytes() == LONG[7].encode() * 3


def test_long_names_that_fit_are_shared(hug, hub, official, long_names, tmp_path):
    """Where the official client has room for its records, they are the same."""
    folder = tmp_path / "folder"
    ours = [name for name in LONG if len(os.path.basename(name).encode()) <= 246]
    for name in ours:
        hug.ok("download", "acme/long", name, "--local-dir", folder)
        assert metadata(folder, name).exists()
    hub.wait_idle()
    hub.requests.clear()
    for name in ours:
        official("2.4.0").ask("file", repo_id="acme/long", filename=name, local_dir=folder, cache_dir=tmp_path / "none",
                              endpoint=hub.endpoint)
    hub.wait_idle()
    assert not [r for r in hub.requests if r.method == "GET" and "/resolve/" in r.path]
