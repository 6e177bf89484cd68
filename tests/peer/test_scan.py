"""The official client judges what we say a cache holds."""

import json
import os
import re
import subprocess
import time

import pytest

import caches
from conftest import LENGTHS

MAKERS = [pytest.param(maker, id=maker.__name__) for maker in caches.ALL]


@pytest.fixture
def links(tmp_path):
    for name in ("huggingface-cli", "hf"):
        (tmp_path / name).symlink_to(os.environ["HUG"])
    return tmp_path


def ours(hug, root):
    """What the newest client lists: without what is damaged."""
    result = json.loads(hug("scan-cache", "--dir", root, "--json", env=LENGTHS).stdout)
    return result


@pytest.mark.parametrize("maker", MAKERS)
def test_figures(hug, official, tmp_path, maker):
    root = caches.build(maker, tmp_path / "cache")
    facts = official("2.4.0").ask("facts", cache=root)
    said = ours(hug, root)
    assert sorted(said["warnings"]) == facts["warnings"]
    # Bytes behind a link out of the cache are that client's, and not ours.
    if maker in (caches.link_out_of_the_cache, caches.shared_marker_2, caches.shared_no_marker,
                 caches.blob_is_a_link, caches.copies_by_two_names):
        return
    # That client leaves damaged repositories out, which take their bytes all the same.
    assert said["size"] >= facts["size"]
    # Lists of links lie beside the payloads, and go with them.
    lists = sum(path.stat().st_size for path in root.glob("blobs/??/*.refs"))
    if len(said["repos"]) == len(facts["repos"]):
        assert said["size"] == facts["size"] + lists
    repos = {f"{r['repo_type']}/{r['repo_id']}": r for r in said["repos"]}
    for name, theirs in facts["repos"].items():
        repo = repos[name]
        assert {k: repo[k] for k in ("size", "files")} == {k: theirs[k] for k in ("size", "files")}
        for key in ("last_accessed", "last_modified"):
            assert abs(repo[key] - theirs[key]) < 0.01
        revisions = {r["revision"]: r for r in repo["revisions"]}
        assert revisions.keys() == theirs["revisions"].keys()
        for commit, revision in theirs["revisions"].items():
            assert abs(revisions[commit]["last_modified"] - revision["last_modified"]) < 0.01
            for key in ("size", "files", "refs"):
                assert revisions[commit][key] == revision[key]


def say(program, *args, home, **env):
    done = subprocess.run([program, *args], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, cwd=home,
                          env={"PATH": os.environ["PATH"], "HOME": str(home), "NO_COLOR": "1",
                               "HF_HOME": str(home), "LC_ALL": "C.UTF-8",
                               "HF_HUB_DISABLE_UPDATE_CHECK": "1", **env})
    lines = [line for line in done.stdout.splitlines() if "is deprecated. Use" not in line]
    text = re.sub(r"Done in [0-9.]+s", "Done in Ts", "\n".join(lines))
    errors = [line for line in done.stderr.splitlines() if line.strip()]
    return done.returncode, text, errors


def real(name, variable):
    if variable not in os.environ:
        pytest.skip(f"{variable} names no official client")
    return os.path.join(os.path.dirname(os.environ[variable]), name)


# What differs in each: tables, footers, ages, warnings, the shared store.
TEXTS = [caches.several, caches.revisions, caches.detached, caches.ages, caches.sizes,
         caches.stray_entries, caches.dangling, caches.odd_types, caches.kernels, caches.nothing,
         caches.unicode_names, caches.shared_loose, caches.partials, caches.links_to_links, caches.blob_is_a_link,
         caches.blobs_is_a_link, caches.copies_by_two_names, caches.repo_is_no_folder, caches.repo_is_a_link,
         caches.revision_is_a_link, caches.one_blob_two_paths, caches.no_links, caches.link_out_of_the_cache, caches.shared]


def in_any_order(text):
    """Warnings come in the order of the folder: the same, but not promised."""
    return sorted(text.splitlines())


@pytest.mark.parametrize("args", [[], ["-v"], ["-vvv"]], ids=["plain", "v", "vvv"])
@pytest.mark.parametrize("maker", TEXTS, ids=lambda m: m.__name__)
def test_scan_cache_texts(links, maker, args, tmp_path):
    root = caches.build(maker, tmp_path / "cache", time.time())
    a = say(links / "huggingface-cli", "scan-cache", "--dir", root, *args, home=tmp_path)
    b = say(real("huggingface-cli", "HUG_PEER_036"), "scan-cache", "--dir", root, *args,
            home=tmp_path)
    if args == ["-vvv"]:
        assert (a[0], in_any_order(a[1])) == (b[0], in_any_order(b[1]))
    else:
        assert a[:2] == b[:2]


LS = [[], ["--revisions"], ["--json"], ["--revisions", "--json"], ["-q"], ["--format", "agent"],
      ["--revisions", "-q"], ["--show-warnings"]]


@pytest.mark.parametrize("args", LS, ids=" ".join)
@pytest.mark.parametrize("maker", TEXTS, ids=lambda m: m.__name__)
def test_cache_ls_texts(links, maker, args, tmp_path):
    root = caches.build(maker, tmp_path / "cache", time.time())
    a = say(links / "hf", "cache", "ls", "--cache-dir", root, *args, home=tmp_path)
    b = say(real("hf", "HUG_PEER_24"), "cache", "ls", "--cache-dir", root, *args, home=tmp_path)
    assert a[:2] == b[:2]
    assert sorted(a[2]) == sorted(b[2])


@pytest.mark.parametrize("args", [
    ["--filter", "size>100"], ["-f", "size<=2KB", "-f", "type=model"], ["--filter", "refs=MAIN"],
    ["--filter", "modified>1y"], ["--filter", "accessed < 100y"], ["--sort", "size"],
    ["--sort", "size:asc"], ["--sort", "name:desc"], ["--sort", "modified"], ["--limit", "2"],
    ["--sort", "accessed", "--limit", "1"], ["--revisions", "--filter", "size>10", "--sort", "size"],
    ["--filter", "size!=4"], ["--filter", "nothing>2"], ["--filter", "size"], ["--filter", "size==1"],
    ["--filter", "size>1gib"], ["--filter", "size>1.5GB"], ["--filter", "type!=model"],
    ["--filter", "refs>x"], ["--sort", "foo"], ["--nope"],
], ids=" ".join)
def test_cache_ls_options(links, args, tmp_path):
    root = caches.build(caches.several, tmp_path / "cache")
    a = say(links / "hf", "cache", "ls", "--cache-dir", root, *args, home=tmp_path)
    b = say(real("hf", "HUG_PEER_24"), "cache", "ls", "--cache-dir", root, *args, home=tmp_path)
    assert a[:2] == b[:2]
    if a[0]:
        # What is allowed is printed in any order by Python.
        assert re.sub(r"\[.*\]", "[]", a[2][-1]) == re.sub(r"\[.*\]", "[]", b[2][-1])


def test_no_cache(hug, links, tmp_path):
    for name, variable, args in (("huggingface-cli", "HUG_PEER_036", ["scan-cache", "--dir"]),
                                 ("hf", "HUG_PEER_24", ["cache", "ls", "--cache-dir"])):
        a = say(links / name, *args, tmp_path / "none", home=tmp_path)
        b = say(real(name, variable), *args, tmp_path / "none", home=tmp_path)
        assert a[:2] == b[:2] and a[2][-1:] == b[2][-1:]
    assert "none" in hug.fails("scan-cache", "--dir", tmp_path / "none")
    (tmp_path / "file").write_text("x")
    hug.fails("scan-cache", "--dir", tmp_path / "file")


def test_damaged_is_shown(hug, tmp_path):
    root = caches.build(caches.dangling, tmp_path / "cache")
    done = hug("scan-cache", "--dir", root, "--json", env=LENGTHS)
    (repo,) = json.loads(done.stdout)["repos"]
    assert repo["damaged"] == 1 and repo["size"] == 2
    assert "org/broken" in hug("cache", "ls", "--cache-dir", root).stdout


def test_names_with_escape_bytes(hug, tmp_path):
    cache = caches.Cache(tmp_path / "cache")
    cache.repo("org/evil", {caches.A: {"a\x1b[31m\n": b"1"}}, {"re\x1b[1mf": caches.A})
    for args in (["scan-cache", "--dir"], ["scan-cache", "-v", "--dir"], ["cache", "ls", "--cache-dir"]):
        done = hug(*args, tmp_path / "cache")
        assert done.returncode == 0 and "\x1b" not in done.stdout and "\\x1b" in done.stdout
