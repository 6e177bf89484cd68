"""What users name a repository by, and how results are written."""

import json
import re

import pytest


@pytest.fixture
def songs(hub):
    repo = hub.add_repo("acme/songs", type="dataset")
    repo.commit({"README.md": b"# songs\n", "data/a.txt": b"a", "data/b.txt": b"b"})
    repo.tag("v1.0", repo.head("main"))
    repo.pull_request(1, repo.head("main"))
    return repo


@pytest.mark.parametrize("address,args,tail", [
    ("acme/owl@v1.0", [], "/snapshots/{c}"),
    ("acme/owl@v1.0", ["config.json"], "/snapshots/{c}/config.json"),
    ("hf://acme/owl", [], "/snapshots/{c}"),
    ("hf://acme/owl@v1.0/onnx/config.json", [], "/snapshots/{c}/onnx/config.json"),
    ("hf://models/acme/owl/onnx/", [], "/snapshots/{c}"),
    ("{hub}/acme/owl", [], "/snapshots/{c}"),
    ("{hub}/acme/owl/tree/main/onnx", [], "/snapshots/{c}"),
    ("{hub}/acme/owl/blob/v1.0/config.json", [], "/snapshots/{c}/config.json"),
    ("{hub}/acme/owl/resolve/main/onnx/config.json?download=true", [],
     "/snapshots/{c}/onnx/config.json"),
    ("https://huggingface.co/acme/owl/blob/main/config.json#L3", [],
     "/snapshots/{c}/config.json"),
])
def test_addresses(hug, hub, owl, address, args, tail):
    owl.tag("v1.0", owl.head("main"))
    path = hug.ok("download", address.format(hub=hub.endpoint), *args)
    assert path == str(hug.repo()) + tail.format(c=owl.head("main"))


@pytest.mark.parametrize("address", [
    "datasets/acme/songs", "datasets/acme/songs@v1.0", "hf://datasets/acme/songs@v1.0",
    "hf://datasets/acme/songs@refs/pr/1", "{hub}/datasets/acme/songs",
    "{hub}/datasets/acme/songs/tree/refs%2Fpr%2F1",
])
def test_addresses_of_datasets(hug, hub, songs, address):
    path = hug.ok("download", address.format(hub=hub.endpoint))
    assert f"/datasets--acme--songs/snapshots/{songs.head('main')}" in path


def test_folder_of_a_page(hug, hub, songs):
    path = hug.ok("download", f"{hub.endpoint}/datasets/acme/songs/tree/main/data")
    import os
    assert sorted(os.listdir(path)) == ["data"]


@pytest.mark.parametrize("address", ["hf://", "hf://x", "hf://acme/owl@", "hf://buckets/a/b",
                                     "{hub}/login", "acme/owl@"])
def test_no_addresses(hug, hub, owl, address):
    done = hug("download", address.format(hub=hub.endpoint))
    assert done.returncode in (1, 2) and done.stdout == ""
    assert len(hub.requests) == 0


def test_pattern_is_given_back(hug, owl):
    """hug download --include "*.json" acme/owl means what it says."""
    path = hug.ok("download", "--include", "*.json", "acme/owl")
    import os
    assert sorted(os.listdir(path)) == ["config.json", "onnx"]


def test_json(hug, owl):
    done = hug("download", "acme/owl", "--json")
    result = json.loads(done.stdout)
    commit = owl.head("main")
    assert result == {
        "path": f"{hug.repo()}/snapshots/{commit}", "repo_id": "acme/owl", "repo_type": "model",
        "revision": "main", "commit": commit, "bytes_fetched": 422429}
    assert done.stderr == ""
    again = json.loads(hug("download", "acme/owl", "--format", "json").stdout)
    assert again["bytes_fetched"] == 0


def test_quiet(hug, owl):
    done = hug("download", "acme/owl", "-q")
    assert done.stdout == f"{hug.repo()}/snapshots/{owl.head('main')}\n" and done.stderr == ""


def test_dry_run_json(hug, owl):
    done = hug("download", "acme/owl", "--dry-run", "--json", "--include", "*.json")
    assert json.loads(done.stdout) == [{"file": "config.json", "size": "21.0"},
                                       {"file": "onnx/config.json", "size": "2.0"}]


def test_progress_json(hug, hub, owl):
    hub.fault(server="store", rate=800_000)
    done = hug("download", "acme/owl", "--progress", "json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [e["event"] for e in events][-1] == "end" and events[-1]["state"] == "done"
    assert events[-1]["bytes_done"] == events[-1]["bytes_total"] == 422429
    numbers = [e["bytes_done"] for e in events if e["event"] != "note"]
    assert numbers == sorted(numbers) and len(numbers) > 3


@pytest.mark.parametrize("look,words", [("plain", "fetched"), ("none", ""), ("bar", "\x1b[")])
def test_progress_looks(hug, hub, owl, look, words):
    hub.fault(server="store", rate=800_000)
    done = hug("download", "acme/owl", "--progress", look)
    assert words in done.stderr and (words or done.stderr == "")


def test_offline_option(hug, hub, owl):
    hug.fails("download", "acme/owl", "--offline")
    assert len(hub.requests) == 0
    path = hug.ok("download", "acme/owl")
    hub.wait_idle()
    hub.requests.clear()
    assert hug.ok("download", "acme/owl", "--offline") == path
    assert len(hub.requests) == 0


def test_agent_mode_of_hf(hug, owl, tmp_path):
    import os
    import subprocess
    link = tmp_path / "hf"
    link.symlink_to(os.environ["HUG"])
    (hug.home / ".agent_harnesses.json").write_text(json.dumps(
        {"standardEnvVars": ["AI_AGENT"], "harnesses": {"x": {"envVars": {"X_TOOL": "1"}}}}))

    def out(**env):
        return subprocess.run([link, "download", "acme/owl", "config.json"],
                              env={**hug.env, **env}, capture_output=True, text=True).stdout

    path = f"{hug.repo()}/snapshots/{owl.head('main')}/config.json"
    assert out() == f"✓ Downloaded\n  path: {path}\n"
    assert out(AI_AGENT="some") == out(X_TOOL="1") == f"path={path}\n"
    assert out(X_TOOL="2") == out(AI_AGENT="") == out()


# As hug: the word of a type, also in the plural, where two parts follow; else namespace and name, and a path from the third
# part on. (what is typed, its type, its id, its path)
GRAMMAR = [
    ("acme/songs", "model", "acme/songs", None),
    ("dataset/acme/songs", "dataset", "acme/songs", None),
    ("datasets/acme/songs", "dataset", "acme/songs", None),
    ("model/acme/songs", "model", "acme/songs", None),
    ("models/acme/songs", "model", "acme/songs", None),
    ("hf://datasets/acme/songs", "dataset", "acme/songs", None),
    ("{hub}/datasets/acme/songs", "dataset", "acme/songs", None),
    # A namespace that is called like a type.
    ("dataset/x", "model", "dataset/x", None),
    ("hf://models/dataset/x", "model", "dataset/x", None),
    ("models/dataset/x", "model", "dataset/x", None),
    ("{hub}/dataset/x", "model", "dataset/x", None),
    ("acme/songs/data/a.txt", "model", "acme/songs", "data/a.txt"),
    ("dataset/acme/songs/data/a.txt", "dataset", "acme/songs", "data/a.txt"),
    ("datasets/acme/songs@v1.0/data/a.txt", "dataset", "acme/songs", "data/a.txt"),
    ("acme/songs@refs/pr/1/data/a.txt", "model", "acme/songs", "data/a.txt"),
    ("hf://acme/songs@refs%2Fpr%2F1/data/a.txt", "model", "acme/songs", "data/a.txt"),
    ("{hub}/acme/songs/blob/v1.0/data/a.txt", "model", "acme/songs", "data/a.txt"),
]
FOLDER = {"model": "models--", "dataset": "datasets--"}


@pytest.fixture
def many(hub):
    """The same name as a model and a dataset, and a namespace that is called like a type."""
    for number, (name, kind) in enumerate([("acme/songs", "model"), ("acme/songs", "dataset"), ("dataset/x", "model")]):
        repo = hub.add_repo(name, type=kind)
        repo.commit({"README.md": b"# %d\n" % number, "data/a.txt": b"a %d\n" % number, "data/b.txt": b"b"})
        repo.tag("v1.0", repo.head("main"))
        repo.pull_request(1, repo.head("main"))
    return hub


def content(kind, name):
    return f"a {[('acme/songs', 'model'), ('acme/songs', 'dataset'), ('dataset/x', 'model')].index((name, kind))}\n"


@pytest.mark.parametrize("typed,kind,name,path", GRAMMAR)
class TestGrammar:
    """Every command that takes a repository takes it in each of these forms, or says what it has no use for."""

    def test_download(self, hug, many, typed, kind, name, path):
        got = hug.ok("download", typed.format(hub=many.endpoint))
        assert f"/{FOLDER[kind]}{name.replace('/', '--')}/snapshots/" in got + "/"
        assert got.endswith("/" + path) == bool(path) if path else True

    def test_cat(self, hug, many, typed, kind, name, path):
        typed = typed.format(hub=many.endpoint)
        done = hug("cat", *([typed] if path else [typed, "data/a.txt", "data/b.txt"]))
        assert done.returncode == 0, done.stderr
        assert done.stdout == content(kind, name) + ("" if path else "b")

    def test_ls(self, hug, many, typed, kind, name, path):
        typed = typed.format(hub=many.endpoint)
        done = hug("ls", typed, *([] if path else ["data"]), "-q")
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == (["data/a.txt"] if path else ["data/a.txt", "data/b.txt"])
        asked = [r.path for r in many.requests if "/tree/" in r.path]
        assert all(f"/api/{kind}s/{name}/tree/" in path for path in asked)

    def test_cache_rm(self, hug, many, typed, kind, name, path):
        typed = typed.format(hub=many.endpoint)
        for other, its in (("acme/songs", "model"), ("acme/songs", "dataset"), ("dataset/x", "model")):
            hug.ok("download", f"hf://{its}s/{other}")
        done = hug("cache", "rm", typed, "-y")
        left = sorted(p.name for p in hug.cache.glob("*--*"))
        if path or "@" in typed:
            assert typed.startswith("hf://") or (done.returncode == 1 and re.search("only a repository or a revision can be named|than its hash", done.stderr)), done.stderr
            assert len(left) == 3
        elif typed == "dataset/x":
            # In the cache that is the dataset "x" of old.
            assert done.returncode == 1 and len(left) == 3
        else:
            assert done.returncode == 0, done.stderr
            assert len(left) == 2 and FOLDER[kind] + name.replace("/", "--") not in left

    def test_cache_verify(self, hug, many, typed, kind, name, path):
        typed = typed.format(hub=many.endpoint)
        hug.ok("download", f"hf://{kind}s/{name}")
        done = hug("cache", "verify", typed)
        if path:
            assert done.returncode == 2 and "names a file" in done.stderr, done.stderr
        elif typed == "dataset/x":
            assert done.returncode == 1
        else:
            assert done.returncode == 0 and f"for {kind} '{name}'" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("args", [
    ["queue", "add", "acme/songs:Q4_K_M"], ["ls", "acme/songs:Q4_K_M"], ["cat", "acme/songs:Q4_K_M/x"],
    ["cache", "rm", "acme/songs:Q4_K_M"], ["cache", "verify", "acme/songs:Q4_K_M"],
])
def test_quantisations_are_refused(hug, many, args):
    hug.cache.mkdir()
    done = hug(*args)
    assert done.returncode in (1, 2) and "names a quantisation" in done.stderr and not many.requests, done.stderr


def test_a_path_twice(hug, many):
    assert "one too many" in hug.fails("ls", "acme/songs/data", "data", code=2)


@pytest.mark.parametrize("args", [["rm", "dataset/old"], ["rm", "datasets/old"], ["rm", "hf://datasets/old"], ["verify", "dataset/old"]])
def test_old_datasets_have_one_part(hug, hub, args):
    """In the cache one part behind the word of a type is enough."""
    hub.add_repo("old", type="dataset").commit({"a.txt": b"a"})
    hug.ok("download", "old", "--repo-type", "dataset")
    done = hug("cache", *args, *(["-y"] if args[0] == "rm" else []))
    if args[1].startswith("hf://"):
        assert done.returncode == 1
    else:
        assert done.returncode == 0, done.stderr
        assert (hug.cache / "datasets--old").exists() == (args[0] == "verify")
