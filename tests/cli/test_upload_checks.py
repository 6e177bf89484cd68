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


def test_shards_in_many_folders(hub, writer, tmp_path):
    """The repository has what is missing here, in however many folders."""
    repo = hub.add_repo("acme/nest")
    names = [f"v{n:02}/" for n in range(25)]
    repo.commit({".gitattributes": RULES, **{name + shard(2, 2): b"2" for name in names}})
    folder = fill(tmp_path / "folder", {name + INDEX: index(*TWO) for name in names} | {name + shard(1, 2): b"1" for name in names})
    assert "warning" not in writer("upload", repo.id, folder, "--strict", "--dry-run").stderr
    assert sum("/tree/" in request.path for request in hub.requests) == 1
    repo.commit({names[20] + shard(2, 2): None})
    assert f"names 1 file that the repository does not have: {names[20]}{shard(2, 2)}" in writer("upload", repo.id, folder, "--dry-run").stderr


def test_where_strict_makes_no_sense(writer, tmp_path):
    for other in ("--every=1", "--watch", "--queue"):
        done = writer("upload", "acme/nest", tmp_path, "--strict", other)
        assert done.returncode == 2 and "--strict" in done.stderr and "cannot be used" in done.stderr


def test_what_is_deleted_does_not_count(hub, writer, tmp_path):
    folder = fill(tmp_path / "folder", {INDEX: index(*TWO), shard(1, 2): b"1"})
    repo = hub.add_repo("acme/nest")
    repo.commit({".gitattributes": RULES, shard(2, 2): b"2"})
    done = writer("upload", repo.id, folder, "--delete", "*.safetensors", "-y", "--strict")
    assert done.returncode == 1 and f"names 1 file that the repository does not have: {shard(2, 2)}" in done.stderr
    assert shard(2, 2) in repo.find("main").files


def test_a_hub_that_cannot_be_asked_lacks_nothing(hub, writer, tmp_path):
    folder = fill(tmp_path / "folder", {INDEX: index(*TWO)})
    hub.add_repo("acme/nest").commit({".gitattributes": RULES})
    hub.fault("/tree/", status=503)
    done = writer("upload", "acme/nest", folder, "--strict")
    assert done.returncode == 1 and "does not have" not in done.stderr and "503" in done.stderr.splitlines()[-1], done.stderr


def test_a_card_is_checked_before_anything_is_made(hub, writer, tmp_path):
    folder = fill(tmp_path / "folder", {"README.md": b"---\nx: [\n---\n"})
    done = writer("upload", "acme/new", folder, "--revision", "v1.0")
    assert done.returncode == 1 and "the metadata in README.md is not valid" in done.stderr
    assert hub.find_repo("model", "acme/new") is None


def test_names_as_find_writes_them(hub, writer, tmp_path):
    folder = fill(tmp_path / "folder", {"a/b.txt": b"1", "c.txt": b"2", "d.txt": b"3"})
    repo = hub.add_repo("acme/nest")
    repo.commit({})
    assert writer("upload", repo.id, folder, "--files-from", "-", input="./a/b.txt\n././/c.txt\n").returncode == 0
    assert set(repo.find("main").files) >= {"a/b.txt", "c.txt"} and "d.txt" not in repo.find("main").files
    line = writer.fails("upload", repo.id, folder, "--files-from", "-", input="../x\n")
    assert "'../x'" in line and "Give paths below the folder" in line


def test_quiet_says_the_address_alone(hub, writer, tmp_path):
    folder = fill(tmp_path / "folder", {"a.txt": b"1"})
    done = writer("upload", "acme/new", folder, "--format", "quiet")
    assert done.returncode == 0 and done.stdout.startswith("http") and done.stderr == ""
    for args in (["--calm", "3"], ["--append", "*.x"]):
        assert "go with --every or --watch" in writer.fails("upload", "acme/new", folder, *args, code=2)
