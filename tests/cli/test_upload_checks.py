"""What `hug upload` says of a folder before it publishes it, and --strict."""

import json
import os
import re
import subprocess

import pytest

from conftest import TOKEN

RULES = b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"


def shard(number, count, folder=""):
    return f"{folder}model-{number:05}-of-{count:05}.safetensors"


def index(*names):
    return json.dumps({"weight_map": {f"layer.{n}": name for n, name in enumerate(names)}}).encode()


INDEX = "model.safetensors.index.json"
TWO = {shard(1, 2): b"1", shard(2, 2): b"2"}
WHOLE = {**TWO, INDEX: index(*TWO), "config.json": b"{}"}

# What is in the folder, what the repository has, and what is said of it ("": nothing).
CASES = {
    "whole": (WHOLE, {}, ""),
    "an index and no shard": ({INDEX: index(*TWO)}, {}, rf"{INDEX} names 2 files that .* not have: {shard(1, 2)}, {shard(2, 2)}"),
    "one shard is missing": ({**WHOLE, shard(2, 2): None}, {}, f"names 1 file that the repository does not have: {shard(2, 2)}"),
    "the repository has it": ({**WHOLE, shard(2, 2): None}, {shard(2, 2): b"2"}, ""),
    "the repository has the index": ({shard(1, 2): b"1"}, {INDEX: index(*TWO), shard(2, 2): b"2"}, ""),
    "no index": ({shard(1, 3): b"1", shard(3, 3): b"3"}, {}, f"1 of 3 files are missing: {shard(2, 3)}"),
    "another set": ({**WHOLE, shard(1, 3): b"1", shard(2, 3): b"2", shard(3, 3): b"3"}, {}, "is of two sets: one of 3 files and one of 2"),
    "another set there": (WHOLE, {shard(n, 3): b"n" for n in (1, 2, 3)}, "is of two sets: one of 2 files and one of 3, which the repository has"),
    "in a folder": ({"a/" + INDEX: index(*TWO), "a/" + shard(1, 2): b"1"}, {shard(2, 2): b"2"}, f"names 1 file .*: a/{shard(2, 2)}"),
    "no JSON": ({INDEX: b"{"}, {}, f"{INDEX} cannot be read"),
    "an index of nothing": ({INDEX: index()}, {}, f"{INDEX} names no files"),
    "case alone": ({"Readme.txt": b"1", "readme.TXT": b"2", "other": b"3"}, {}, "differ in case alone.*: Readme.txt, readme.TXT"),
    "a GGUF part": ({"owl-Q4_K_M-00001-of-00002.gguf": b"1"}, {}, "has 1 of its 2 parts only"),
    "a picture of pages": ({"page-1-of-3.png": b"1"}, {}, ""),
}


@pytest.fixture
def writer(hub, hug):
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write")
    hug.env["HF_TOKEN"] = TOKEN
    return hug


def fill(folder, files):
    for path, content in files.items():
        if content is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda name: name.replace(" ", "-"))
def test_what_is_said(hub, writer, tmp_path, case):
    files, there, said = CASES[case]
    folder = fill(tmp_path / "folder", files)
    repo = hub.add_repo("acme/nest")
    repo.commit({".gitattributes": RULES, **there})
    head = repo.head()
    strict = writer("upload", repo.id, folder, "--strict")
    if said:
        assert strict.returncode == 1 and repo.head() == head
        assert re.search(f"^hug: warning: .*{said}", strict.stderr, re.M), strict.stderr
        assert re.search(r"nothing was uploaded, as there (is 1 warning|are \d warnings) \(--strict\)\. Mend", strict.stderr)
        shown = json.loads(writer.ok("upload", repo.id, folder, "--dry-run", "--json"))["warnings"]
        assert any(re.search(said.split(":")[0], warning["text"]) for warning in shown), shown
    done = writer("upload", repo.id, folder)
    assert done.returncode == 0 and (("warning: " in done.stderr) == bool(said)), done.stderr
    assert repo.head() != head
    # Under the other names nothing is said.
    os.symlink(os.environ["HUG"], tmp_path / "hf")
    old = subprocess.run([tmp_path / "hf", "upload", repo.id, folder], env=writer.env, capture_output=True, text=True)
    assert old.returncode == 0 and "warning" not in old.stderr.lower(), old.stderr


def test_the_target_counts(hub, writer, tmp_path):
    """Names are those in the repository."""
    folder = fill(tmp_path / "folder", {INDEX: index(*TWO), shard(1, 2): b"1"})
    repo = hub.add_repo("acme/nest")
    repo.commit({".gitattributes": RULES, "v2/" + shard(2, 2): b"2"})
    assert "warning" not in writer("upload", repo.id, folder, "v2", "--strict").stderr
    assert writer("upload", repo.id, folder, "v1", "--strict").returncode == 1


def test_where_strict_makes_no_sense(writer, tmp_path):
    for other in ("--every=1", "--watch", "--queue"):
        done = writer("upload", "acme/nest", tmp_path, "--strict", other)
        assert done.returncode == 2 and "--strict" in done.stderr and "cannot be used" in done.stderr
