"""Checksums: what hf says of a cache or a folder, what hug adds, and repairs."""

import json
import os

import pytest

import caches
from hub import Lfs
from test_names import both, world  # noqa: F401 (fixtures)

OWL = ["cache", "verify", "acme/owl"]


def homes(tmp_path):
    return [tmp_path / side / "hf" / "hub" / "models--acme--owl" for side in ("theirs", "ours")]


def file_of(repo, name):
    (commit,) = os.listdir(repo / "snapshots")
    return repo / "snapshots" / commit / name


def spoil(repo, name, data=b"spoiled"):
    real = os.path.realpath(file_of(repo, name))
    os.chmod(real, 0o644)
    with open(real, "wb") as file:
        file.write(data)


def spoil_both(tmp_path, *names):
    for repo in homes(tmp_path):
        for name in names:
            spoil(repo, name)


def remove(tmp_path, name):
    for repo in homes(tmp_path):
        file_of(repo, name).unlink()


def add(tmp_path, name):
    for repo in homes(tmp_path):
        file_of(repo, name).parent.mkdir(exist_ok=True)
        file_of(repo, name).write_bytes(b"more")


def two_refs(tmp_path, *_):
    for repo in homes(tmp_path):
        (repo / "refs/main").unlink()
        (repo / "snapshots" / ("e" * 40)).mkdir()


def no_ref(tmp_path, *_):
    for repo in homes(tmp_path):
        (repo / "refs/main").unlink()


def no_snapshot(tmp_path, *_):
    for repo in homes(tmp_path):
        (repo / "refs/main").write_text("e" * 40)


DAMAGES = [
    (None, ()), (spoil_both, ("config.json",)), (spoil_both, ("weights.bin", "empty.txt")),
    (remove, ("onnx/model.onnx",)), (add, ("more/x.txt",)), (add, (".git",)),
    (two_refs, ()), (no_ref, ()), (no_snapshot, ()),
]
OPTIONS = [[], ["--fail-on-missing-files"], ["--fail-on-extra-files"], ["--json"], ["-q"],
           ["--format", "agent"]]


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
@pytest.mark.parametrize("damage,names", DAMAGES, ids=lambda d: str(getattr(d, "__name__", d)))
def test_texts(both, tmp_path, damage, names, options):  # noqa: F811
    both("hf", ["download", "acme/owl", "-q"])
    if damage:
        damage(tmp_path, *names)
    both("hf", [*OWL, *options])


@pytest.mark.parametrize("args", [
    ["cache", "verify", "acme/none"], [*OWL, "--revision", "v9"], [*OWL, "--revision", "e" * 40],
    [*OWL, "--revision", "v1.0"], [*OWL, "--local-dir", "nowhere"],
    [*OWL, "--local-dir", "x", "--cache-dir", "y"], ["cache", "verify", "a/b/c"],
    ["cache", "verify", "acme/songs", "--type", "dataset"],
    [*OWL, "--cache-dir", "elsewhere"],
], ids=" ".join)
def test_errors(both, args):  # noqa: F811
    both("hf", ["download", "acme/owl", "-q"])
    both("hf", args)


def test_repository_that_is_gone(both, world):  # noqa: F811
    both("hf", ["download", "acme/owl", "-q"])
    world.find_repo("model", "acme/owl").private = True
    both("hf", OWL)


@pytest.mark.parametrize("damaged", [False, True])
def test_folder(both, tmp_path, damaged):  # noqa: F811
    both("hf", ["download", "acme/owl", "--local-dir", "here", "-q"])
    for side in ("theirs", "ours"):
        here = tmp_path / side / "work" / "here"
        (here / ".git").mkdir()
        (here / ".git" / "HEAD").write_text("x")
        if damaged:
            (here / "config.json").write_text("{}")
    both("hf", [*OWL, "--local-dir", "here", "--fail-on-extra-files"])


# -- what hug adds --


def test_repair_of_one(hug, owl):
    path = hug.ok("download", "acme/owl")
    repo = hug.repo()
    spoil(repo, "config.json")
    os.remove(os.path.realpath(file_of(repo, "weights.bin")))
    done = hug("cache", "verify", "acme/owl")
    assert done.returncode == 1 and "config.json: expected" in done.stdout
    done = hug("cache", "verify", "acme/owl", "--repair")
    assert done.returncode == 0, done.stderr
    assert "fetched again: 2 file(s)" in done.stderr
    assert hug("cache", "verify", "acme/owl").returncode == 0
    with open(path + "/config.json") as file:
        assert file.read() == '{"model_type": "owl"}'


def test_repair_without_the_hub_changes_nothing(hug, owl, hub):
    hug.ok("download", "acme/owl")
    spoil(hug.repo(), "config.json")
    hub.fault(path="/resolve/", status=404)
    done = hug("cache", "verify", "acme/owl", "--repair")
    assert done.returncode == 1 and "hug: " in done.stderr
    assert file_of(hug.repo(), "config.json").read_bytes() == b"spoiled"


def test_repair_of_all(hug, hub, owl):
    hub.add_repo("acme/songs", type="dataset").commit({"a.csv": b"1,2", "b.bin": Lfs(b"b" * 999)})
    hug.ok("download", "acme/owl")
    hug.ok("download", "acme/songs", "--repo-type", "dataset")
    assert hug("cache", "verify").returncode == 0
    before = len(hub.requests)
    spoil(hug.repo(), "onnx/config.json")
    spoil(hug.repo("acme/songs", "dataset"), "b.bin", b"b" * 998 + b"c")
    os.remove(os.path.realpath(file_of(hug.repo(), "README.md")))
    done = hug("cache", "verify", "--json")
    assert json.loads(done.stdout)["damaged"] == 3 and done.returncode == 1
    done = hug("cache", "verify")
    assert "dataset/acme/songs: b.bin: expected" in done.stdout
    assert "Links that lead to nothing" in done.stdout and "/README.md" in done.stdout
    assert len(hub.requests) == before  # no network
    done = hug("cache", "verify", "--repair")
    assert done.returncode == 0, done.stderr
    assert hug("cache", "verify").returncode == 0


def test_folder_repaired(hug, owl, tmp_path):
    here = tmp_path / "here"
    hug.ok("download", "acme/owl", "--local-dir", here)
    (here / "weights.bin").write_bytes(b"no")
    done = hug("cache", "verify", "acme/owl", "--local-dir", here, "--repair")
    assert done.returncode == 0, done.stderr
    assert (here / "weights.bin").stat().st_size == 320000


def test_usage(hug, owl):
    assert "need a repository" in hug.fails("cache", "verify", "--local-dir", "x", code=2)
    hug.ok("download", "acme/owl")
    assert "not in the cache" in hug.fails("cache", "verify", "acme/none", "--offline")
    assert "not found" in hug.fails("cache", "verify", "--cache-dir", "/nowhere/at/all")


def test_file_that_cannot_be_read(hug, owl):
    """As root, who may read everything, by failing calls."""
    hug.ok("download", "acme/owl")
    said = [hug("cache", "verify", env={"HUG_FAULT": f"open:{n}:13"}) for n in range(1, 9)]
    assert any(done.returncode == 1 and "Permission denied" in done.stdout for done in said)


def test_every_cache(hug, tmp_path):
    """Whatever a cache is like, it is read to its end."""
    for maker in caches.ALL:
        if maker is caches.sizes:
            continue
        root = caches.build(maker, tmp_path / maker.__name__)
        assert hug("cache", "verify", "--cache-dir", root).returncode in (0, 1)
        assert hug("cache", "du", "--cache-dir", root).returncode == 0
