"""The official clients judge the uploads of the test Hub.

Two releases upload files and folders with their own command lines; the Hub then has to hold what was
on disk. What no client shows is asked of the Hub directly: the tests at the end.
"""

import hashlib
import http.client
import json
import os
import random
import re
import subprocess
import time
import tracemalloc
from urllib.parse import urlsplit

import pytest

from hub import Hub, Lfs
from hub.cards import EMPTY, check
from hub.patterns import Attributes, Ignored, literal
from hub.repos import git_id

OLIVE, NEMO, READER = "hf_olive_write", "hf_nemo_write", "hf_olive_read"
PROGRAMS = {"0.36.2": ("HUG_PEER_036", "huggingface-cli"), "2.4.0": ("HUG_PEER_24", "hf")}
PART = 100_000
LFS_JSON = "application/vnd.git-lfs+json"
CARD = "---\nlicense: mit\ntags:\n- owl\n---\n# Owl\n"
ROUND = random.Random(3)
FILES = {
    "README.md": CARD.encode(),
    "config.json": b'{"model_type": "owl"}',
    "empty.bin": b"",
    "weights/small.bin": b"a small object",
    "weights/big.bin": ROUND.randbytes(3 * PART + 17),
    "weights/even.safetensors": ROUND.randbytes(2 * PART),
    "odd name [1] é.bin": ROUND.randbytes(5000),
    "binary.dat": b"\0" * 150_000,
    "notes/caf\u00e9.txt": b"text\n",
}


class Client:
    """One release's command line, in a folder and with a Hub of its own."""

    def __init__(self, version, home, hub):
        self.version, self.home, self.hub = version, home, hub
        variable, name = PROGRAMS[version]
        if variable not in os.environ:
            pytest.skip(f"{variable} names no official client")
        self.program = os.path.join(os.path.dirname(os.environ[variable]), name)

    def start(self, *args, token=OLIVE):
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "HF_HOME": str(self.home / "hf"),
               "HF_ENDPOINT": self.hub.endpoint, "HF_HUB_DISABLE_XET": "1", "HF_TOKEN": token,
               "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1",
               "HF_HUB_DISABLE_PROGRESS_BARS": "1", "LC_ALL": "C.UTF-8", "COLUMNS": "500"}
        done = subprocess.run([self.program, "upload", *map(str, args)], env=env, cwd=self.home, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        self.hub.wait_idle()
        return done

    def __call__(self, *args, **more):
        done = self.start(*args, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def again(self, files, changed):
        """How many files are in a second commit: the older client leaves none out if any has changed."""
        return len(files) if self.version == "0.36.2" else changed

    def folder(self, files, name="folder"):
        place = self.home / name
        for path, content in files.items():
            file = place / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return place


@pytest.fixture
def hub():
    with Hub() as hub:
        hub.add_user("olive", OLIVE, orgs=("acme",), role="write")
        hub.add_user("olive", READER, orgs=("acme",), role="read")
        hub.add_user("nemo", NEMO, role="write")
        hub.multipart_above, hub.part_size = 2 * PART - 1, PART
        yield hub
        hub.wait_idle()
        for request in hub.requests:
            if request.server == "store":
                assert request.headers.get("authorization") is None, request.path
        assert hub.failures == []


# test_uploads.py has both upload to this Hub, too.
@pytest.fixture(params=PROGRAMS if "HUG_EVERY_STEP" in os.environ else ["2.4.0"])
def client(request, tmp_path, hub):
    return Client(request.param, tmp_path, hub)


def tree(repo, revision="main"):
    """What a revision holds; the .gitattributes, which the Hub may write, apart."""
    files = {path: content(blob) for path, blob in repo.find(revision).files.items()}
    files.pop(".gitattributes", None)
    return files


def content(blob):
    return bytes(blob.lfs.data) if blob.lfs else blob.git_data


def large(repo, revision="main"):
    return {path for path, blob in repo.find(revision).files.items() if blob.lfs}


def posts(hub, part):
    return [r for r in hub.requests if r.method == "POST" and part in r.path]


# What the clients do


def test_a_file(client, hub):
    place = client.folder({"w.bin": b"w" * 1000})
    out = client("acme/owl", place / "w.bin", "sub/w.bin", "--commit-message", "Words")
    repo = hub.find_repo("model", "acme/owl")
    assert tree(repo) == {"sub/w.bin": b"w" * 1000} and large(repo) == {"sub/w.bin"}
    assert repo.find("main").title == "Words"
    assert f"{hub.endpoint}/acme/owl" in out
    sha = hashlib.sha256(b"w" * 1000).hexdigest()
    assert hub.uploads.bytes == 1000 and hub.uploads.puts == {sha: 1} == hub.uploads.objects
    assert hub.uploads.commits == [("acme/owl", "main", 1)] and not hub.uploads.parts


def test_a_folder(client, hub):
    place = client.folder(FILES)
    client("acme/owl", place, ".")
    repo = hub.find_repo("model", "acme/owl")
    assert tree(repo) == FILES
    assert large(repo) == {"weights/small.bin", "weights/big.bin", "weights/even.safetensors", "binary.dat",
                           "odd name [1] é.bin"}
    big = hashlib.sha256(FILES["weights/big.bin"]).hexdigest()
    even = hashlib.sha256(FILES["weights/even.safetensors"]).hexdigest()
    assert hub.uploads.parts == {**{(big, n): 1 for n in range(1, 5)}, (even, 1): 1, (even, 2): 1}
    assert len(posts(hub, "/api/complete_multipart")) == 2 and len(posts(hub, "/objects/verify")) == 5
    assert hub.uploads.bytes == hub.uploads.taken == sum(repo.find("main").files[path].size for path in large(repo))
    assert hub.uploads.commits == [("acme/owl", "main", len(FILES) + 1)]
    rules = Attributes(content(repo.find("main").files[".gitattributes"]))
    assert all(rules.tracks(path) for path in large(repo)) and not rules.tracks("config.json")


def test_an_unchanged_repeat(client, hub):
    place = client.folder(FILES)
    client("acme/owl", place, ".")
    head, taken = hub.find_repo("model", "acme/owl").head(), hub.uploads.taken
    out = client("acme/owl", place, ".")
    assert "No files have been modified since last commit" in out
    assert hub.find_repo("model", "acme/owl").head() == head
    assert hub.uploads.taken == taken and len(hub.uploads.commits) == 1
    (place / "config.json").write_bytes(b"{}")
    client("acme/owl", place, ".")
    assert hub.uploads.taken == taken and hub.uploads.commits[1:] == [("acme/owl", "main", client.again(FILES, 1))]
    assert tree(hub.find_repo("model", "acme/owl")) == {**FILES, "config.json": b"{}"}


@pytest.mark.parametrize("where", ["commit", "repo"])
def test_gitignore(client, hub, where):
    rules = b"*.tmp\nbuild/\n!keep.tmp\n/top.txt\n"
    files = {"a.txt": b"a", "b.tmp": b"b", "keep.tmp": b"k", "build/x.txt": b"x", "sub/build/y": b"y",
             "top.txt": b"t", "sub/top.txt": b"s"}
    if where == "repo":
        hub.add_repo("acme/owl").commit({".gitignore": rules})
        client("acme/owl", client.folder(files), ".")
    else:
        client("acme/owl", client.folder({**files, ".gitignore": rules}), ".")
    kept = {"a.txt": b"a", "keep.tmp": b"k", "sub/top.txt": b"s", ".gitignore": rules}
    assert tree(hub.find_repo("model", "acme/owl")) == kept


@pytest.mark.parametrize("token", [OLIVE, NEMO], ids=["owner", "stranger"])
def test_a_pull_request(client, hub, token):
    repo = hub.add_repo("acme/owl")
    head = repo.commit({".gitattributes": b"*.bin filter=lfs\n", "a.txt": b"a"})
    place = client.folder({"b.txt": b"b", "w.bin": b"w" * 1000})
    out = client("acme/owl", place, ".", "--create-pr", token=token)
    assert repo.head() == head and tree(repo) == {"a.txt": b"a"}
    assert tree(repo, "refs/pr/1") == {"a.txt": b"a", "b.txt": b"b", "w.bin": b"w" * 1000}
    assert "pr/1" in out or "pr%2F1" in out or "/commit/" in out
    pull = repo.discussions[1]
    assert pull.is_pull_request and pull.status == "open" and pull.author == ("nemo" if token == NEMO else "olive")
    (place / "b.txt").write_bytes(b"B")
    client("acme/owl", place, ".", "--revision", "refs/pr/1", token=token)
    assert tree(repo, "refs/pr/1")["b.txt"] == b"B" and repo.head() == head
    assert hub.uploads.commits == [("acme/owl", "refs/pr/1", 2), ("acme/owl", "refs/pr/1", client.again([1, 2], 1))]


def test_a_new_branch(client, hub):
    repo = hub.add_repo("acme/owl")
    repo.commit({"a.txt": b"a"})
    client("acme/owl", client.folder({"b.txt": b"b"}), ".", "--revision", "dev/new")
    assert tree(repo) == {"a.txt": b"a"} and tree(repo, "dev/new") == {"a.txt": b"a", "b.txt": b"b"}


def test_delete(client, hub):
    repo = hub.add_repo("acme/owl")
    repo.commit({".gitattributes": b"*.bin filter=lfs\n", "old/a.txt": b"a", "old/b.bin": Lfs(b"b"), "c.txt": b"c"})
    client("acme/owl", client.folder({"new.txt": b"n"}), ".", "--delete", "old/*")
    assert tree(repo) == {"new.txt": b"n", "c.txt": b"c"} and ".gitattributes" in repo.find("main").files


@pytest.mark.parametrize("type", ["dataset", "space"])
def test_other_types(client, hub, type):
    files = {"app.py": b"pass\n", "data.bin": b"d" * 500, "parts.bin": b"p" * 3 * PART}
    client("acme/it", client.folder(files), ".", "--repo-type", type)
    repo = hub.find_repo(type, "acme/it")
    assert tree(repo) == files and large(repo) == {"data.bin", "parts.bin"}
    assert repo.facts == ({"sdk": "gradio"} if type == "space" else {})


@pytest.mark.parametrize("card, says", [
    ("---\nlicense: [mit\n---\n# Owl\n", "a bracket is open"),
    ("---\nlicense: 5\n---\n", '"license" must be a string'),
    ("---\ntags:\n\t- a\n---\n", "a tab"),
    ("---\njust words\n---\n", "not a mapping"),
])
def test_a_broken_card(client, hub, card, says):
    done = client.start("acme/owl", client.folder({"README.md": card.encode(), "w.bin": b"w"}), ".")
    assert done.returncode == 1 and "Invalid metadata in README.md" in done.stderr and says in done.stderr
    assert hub.uploads.commits == [] and hub.uploads.taken == 0


def test_a_card_without_metadata(client, hub):
    out = client("acme/owl", client.folder({"README.md": b"# Owl\n"}), ".")
    assert "empty or missing yaml metadata in repo card" in out
    assert tree(hub.find_repo("model", "acme/owl")) == {"README.md": b"# Owl\n"}


@pytest.mark.parametrize("token", [NEMO, READER], ids=["stranger", "read token"])
def test_no_permission(client, hub, token):
    head = hub.add_repo("acme/owl").commit({"a.txt": b"a"})
    done = client.start("acme/owl", client.folder({"b.txt": b"b"}), ".", token=token)
    assert done.returncode == 1 and "403" in done.stderr
    assert hub.find_repo("model", "acme/owl").head() == head


def test_a_renamed_repo(client, hub):
    hub.add_repo("acme/old").commit({"a.txt": b"a"})
    repo = hub.rename("acme/old", "acme/new")
    client("acme/new", client.folder({"b.bin": b"b"}), ".")
    assert tree(repo) == {"a.txt": b"a", "b.bin": b"b"} or large(repo)


def test_copies_and_an_equal_object_elsewhere(client, hub):
    hub.add_repo("acme/other").commit({"w.bin": Lfs(b"w" * 3000)})
    client("acme/owl", client.folder({"x.bin": b"w" * 3000, "y.bin": b"w" * 3000}), ".")
    assert tree(hub.find_repo("model", "acme/owl")) == {"x.bin": b"w" * 3000, "y.bin": b"w" * 3000}
    assert hub.uploads.taken == 0


@pytest.mark.parametrize("part", [r"partNumber=2", "complete_multipart", "objects/verify", "/commit/"])
def test_a_lost_answer(client, hub, part):
    """Whatever the client makes of it, the work was done; and the next run ends well."""
    fault = hub.fault(part, times=1, lost=True)
    place = client.folder({"w.bin": b"w" * 3 * PART})
    client.start("acme/owl", place, ".")
    assert fault.hits == 1
    client("acme/owl", place, ".")
    repo = hub.find_repo("model", "acme/owl")
    assert tree(repo) == {"w.bin": b"w" * 3 * PART}
    sha = hashlib.sha256(b"w" * 3 * PART).hexdigest()
    assert hub.uploads.objects == {sha: 1} and len(hub.uploads.commits) == 1
    again = 1 if "partNumber" in part else 0
    assert hub.uploads.bytes == 3 * PART and hub.uploads.taken == (3 + again) * PART


@pytest.mark.parametrize("pull_request", [True, False])
def test_discussions(client, hub, pull_request):
    """The clients' libraries open one and read it."""
    repo = hub.add_repo("acme/owl", type="dataset")
    head = repo.commit({"a.txt": b"a"})
    code = """
import json, sys
from huggingface_hub import HfApi
api, what = HfApi(), {"repo_id": "acme/owl", "repo_type": "dataset"}
new = api.create_discussion(title="A title", description="Words", pull_request=sys.argv[1] == "True", **what)
seen = [(d.num, d.status, d.is_pull_request, d.author) for d in api.get_repo_discussions(**what)]
open = [d.num for d in api.get_repo_discussions(discussion_status="open", **what)]
events = [(e.type, getattr(e, "content", None)) for e in new.events]
print(json.dumps([new.num, new.status, new.git_reference, new.target_branch, new.url, events, seen, open]))
"""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(client.home), "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": OLIVE}
    python = os.environ[PROGRAMS[client.version][0]]
    done = subprocess.run([python, "-c", code, str(pull_request)], env=env, text=True, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    status = "draft" if pull_request else "open"
    assert json.loads(done.stdout) == [
        1, status, "refs/pr/1" if pull_request else None, "refs/heads/main" if pull_request else None,
        f"{hub.endpoint}/datasets/acme/owl/discussions/1", [["comment", "Words"]],
        [[1, status, pull_request, "olive"]], [1]]
    assert repo.pull_requests == ({1: head} if pull_request else {})


# What no client shows


def ask(address, method="POST", body=None, lines=None, token=OLIVE, **headers):
    """(status, headers, body) of a request; a status of 0 if there was no answer."""
    parts = urlsplit(address)
    link = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    if lines is not None:
        body = "".join(json.dumps(line) + "\n" for line in lines)
        headers.setdefault("content_type", "application/x-ndjson")
    elif body is not None and not isinstance(body, bytes) and not hasattr(body, "read"):
        body = json.dumps(body)
        headers.setdefault("content_type", "application/json")
    if token and not parts.path.startswith("/lfs/"):
        headers["authorization"] = f"Bearer {token}"
    try:
        link.request(method, address.removeprefix(f"http://{parts.netloc}"), body,
                     {name.replace("_", "-"): value for name, value in headers.items()})
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()
    except (http.client.HTTPException, OSError):
        return 0, {}, b""
    finally:
        link.close()


def batch(hub, *contents, transfers=("basic", "multipart"), repo="acme/owl", **more):
    objects = [{"oid": hashlib.sha256(c).hexdigest(), "size": len(c)} for c in contents]
    kinds = {"accept": LFS_JSON, "content_type": LFS_JSON}
    status, _, body = ask(f"{hub.endpoint}/{repo}.git/info/lfs/objects/batch", body={
        "operation": "upload", "transfers": transfers, "objects": objects, **more.pop("body", {})}, **{**kinds, **more})
    return json.loads(body)["objects"] if status == 200 else status


def put_parts(action, content, order):
    etags = {}
    for number in order:
        piece = content[(number - 1) * PART : number * PART]
        status, headers, _ = ask(action["header"][f"{number:05}"], "PUT", piece)
        assert status == 200 and re.fullmatch(r'"[0-9a-f]{32}"', headers["ETag"])
        etags[number] = headers["ETag"]
    return [{"partNumber": number, "etag": etags[number]} for number in sorted(etags)]


def complete(action, content, parts, **more):
    body = {"oid": hashlib.sha256(content).hexdigest(), "parts": parts}
    return ask(action["href"], body=body, token=None, **more)[0]


def commit(hub, *lines, revision="main", token=OLIVE, repo="acme/owl", summary="x", **header):
    first = {"key": "header", "value": {"summary": summary, "description": "", **header}}
    lines = [{"key": key, "value": value} for key, value in lines]
    return ask(f"{hub.endpoint}/api/models/{repo}/commit/{revision}", lines=[first, *lines], token=token)


@pytest.fixture
def owl(hub):
    repo = hub.add_repo("acme/owl")
    repo.commit({"a.txt": b"a", "sub/b.txt": b"b", "sub/w.bin": Lfs(b"w" * 100)})
    return repo


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "dropped"])
@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 2, 1, 3, 1)], ids=str)
def test_parts(hub, owl, keep, order):
    hub.keep_bytes = keep
    content = random.Random(1).randbytes(PART) + bytes(PART) + b"end"
    [item] = batch(hub, content)
    action = item["actions"]["upload"]
    assert action["header"]["chunk_size"] == str(PART)
    parts = put_parts(action, content, order)
    assert complete(action, content, parts[:2]) == 400
    assert complete(action, content, [{**parts[0], "etag": '"no"'}, *parts[1:]]) == 400
    assert complete(action, content, parts, content_type="text/plain") == 415
    assert complete(action, content, parts) == 200 == complete(action, content, parts)
    hub.complete_twice = False
    assert complete(action, content, parts) == 404
    stored = hub.store.find(item["oid"])
    assert stored.size == len(content) and bytes(stored.data) == (content if keep else b"")
    assert batch(hub, content) == [{"oid": item["oid"], "size": len(content)}]


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "dropped"])
def test_parts_that_differ(hub, owl, keep):
    hub.keep_bytes = keep
    content = bytes(PART) + b"x" * PART
    action = batch(hub, content)[0]["actions"]["upload"]
    parts = put_parts(action, b"y" + content[1:], (1, 2))
    assert complete(action, content, parts) == 400
    assert ask(action["header"]["00001"], "PUT", b"short")[0] == 400
    assert hub.uploads.objects == {}


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "dropped"])
def test_a_whole_object(hub, owl, keep):
    hub.keep_bytes = keep
    [item] = batch(hub, b"0123456789", transfers=["basic"])
    put, verify = item["actions"]["upload"]["href"], item["actions"]["verify"]["href"]
    said = {"oid": item["oid"], "size": 10}
    assert ask(verify, body=said)[0] == 404
    assert ask(put, "PUT", b"0123456780")[0] == 400 == ask(put, "PUT", b"012345678901")[0]
    assert ask(put, "PUT", b"0123456789", authorization="Bearer x")[0] == 400
    hub.requests.clear()
    assert ask(put, "GET")[0] == 403
    assert ask(put.replace("size=10", "size=11"), "PUT", b"01234567890")[0] == 403
    assert hub.uploads.taken == 0
    status, headers, _ = ask(put, "PUT", b"0123456789")
    assert status == 200 and headers["ETag"].startswith('"')
    assert ask(verify, body=said)[0] == 200
    assert ask(verify, body=said, token=None)[0] == 401
    assert ask(verify, body={**said, "size": 11})[0] == 422
    assert batch(hub, b"0123456789") == [said]


def test_addresses_expire(hub, owl):
    hub.url_lifetime = 0.0
    item, parted = batch(hub, b"0123456789", b"x" * 3 * PART)
    assert ask(item["actions"]["upload"]["href"], "PUT", b"0123456789")[0] == 403
    action = parted["actions"]["upload"]
    assert ask(action["header"]["00001"], "PUT", b"x" * PART)[0] == 403
    assert complete(action, b"x" * 3 * PART, []) == 403


def test_batch_refusals(hub, owl):
    assert batch(hub, b"x", token=None) == 401
    assert batch(hub, b"x", token=NEMO, body={"ref": {"name": "main"}}) == 403
    assert isinstance(batch(hub, b"x", token=NEMO), list)  # for a pull request
    assert batch(hub, b"x", accept="*/*") == 406 and batch(hub, b"x", content_type="application/json") == 415
    assert batch(hub, *[b"x"] * 1001) == 413 and batch(hub) == 422
    assert batch(hub, b"x", body={"operation": "download"}) == 422
    [item] = batch(hub, body={"objects": [{"oid": hashlib.sha256(b"w" * 100).hexdigest(), "size": 99}]})
    assert item["error"]["code"] == 422
    [item] = batch(hub, body={"objects": [{"oid": "1" * 64, "size": 6 * 1024**3}], "transfers": ["basic"]})
    assert "multipart" in item["error"]["message"]


def test_preupload(hub, owl):
    def preupload(files, revision="main", token=OLIVE, **more):
        query = "?create_pr=1" if more.pop("create_pr", False) else ""
        status, _, body = ask(f"{hub.endpoint}/api/models/acme/owl/preupload/{revision}{query}",
                              body={"files": files, **more}, token=token)
        return json.loads(body) if status == 200 else status

    def file(path, size=10, sample="AAE="):
        return {"path": path, "size": size, "sample": sample}

    sizes = [file("a", 10 * 1024**2), file("b", 10 * 1024**2 + 1, "YQ=="), file("c", 100_001), file("d", 100_000)]
    answer = preupload([*sizes[1:], file("a", 10 * 1024**2, "YQ==")])
    assert [f["uploadMode"] for f in answer["files"]] == ["lfs", "lfs", "regular", "regular"]
    assert answer["commitOid"] == owl.head() and not any("oid" in f for f in answer["files"])
    answer = preupload([file("a.txt"), file("sub/w.bin"), file("x.tmp")], gitIgnore="*.tmp")
    assert [f.get("oid") for f in answer["files"]] == [
        git_id("blob", b"a"), hashlib.sha256(b"w" * 100).hexdigest(), None]
    assert [f["shouldIgnore"] for f in answer["files"]] == [False, False, True]
    assert preupload([file("x")], "nowhere") == 404 and preupload([file("x")], token=NEMO) == 403
    assert preupload([file("x")], token=None) == 401
    assert preupload([file("x")], token=NEMO, create_pr=True)["files"]
    assert preupload([file("x")] * 1000)["files"] and preupload([file("x")] * 1001) == 422
    assert preupload([{"path": "x"}]) == 422 and preupload([file("x", -1)]) == 422


def test_commit_lines(hub, owl):
    oid = hashlib.sha256(b"w" * 100).hexdigest()
    missing = {"path": "m.bin", "algo": "sha256", "oid": "0" * 64, "size": 5}
    status, headers, _ = commit(hub, ("lfsFile", missing))
    assert status == 400 and "m.bin" in headers["X-Error-Message"]
    assert commit(hub, ("lfsFile", {**missing, "oid": oid}))[0] == 400  # the size differs
    assert commit(hub, ("lfsFile", {"path": "copy of it.bin", "algo": "sha256", "oid": oid}))[0] == 200
    assert content(owl.find("main").files["copy of it.bin"]) == b"w" * 100
    hub.add_repo("acme/other").commit({"a": b""})
    elsewhere = ("lfsFile", {"path": "copy", "algo": "sha256", "oid": oid})
    assert commit(hub, elsewhere, repo="acme/other")[0] == 400
    for path in ("", "/a", "a//b", "../a", "a/./b", ".git/config", "a/.GIT/b", "x" * 1001):
        assert commit(hub, ("file", {"path": path, "content": "x"}))[0] == 400, path
    assert commit(hub, ("deletedEntry", {"path": "nothing"}))[0] == 404
    assert commit(hub, ("deletedFile", {"path": "sub"}))[0] == 404
    assert commit(hub, ("deletedEntry", {"path": "sub"}), ("deletedEntry", {"path": "a.txt"}))[0] == 200
    assert set(tree(owl)) == {"copy of it.bin"}
    head = owl.head()
    assert commit(hub)[0] == 200 and owl.head() != head and owl.find("main").parent.id == head
    assert owl.find("main").folders == owl.find(head).folders
    assert commit(hub, parentCommit=head)[0] == 412 and commit(hub, parentCommit=owl.head())[0] == 200
    assert commit(hub, revision="nowhere")[0] == 404 and commit(hub, summary="")[0] == 400
    assert commit(hub, ("file", {"path": "README.md", "content": "---\na: [\n---\n"}))[0] == 400
    hub.commit_max_bytes = 1000
    assert commit(hub, ("file", {"path": "b", "content": "x" * 2000}))[0] == 413


def test_the_quota_of_commits(hub, owl):
    hub.commits_an_hour = 2
    assert [commit(hub)[0] for _ in range(3)] == [200, 200, 429]
    assert 3500 < int(commit(hub)[1]["Retry-After"]) <= 3600


def test_faults_after_the_work(hub, owl):
    hub.fault("/commit/", times=1, status_after=503)
    head = owl.head()
    assert commit(hub)[0] == 503 and owl.find("main").parent.id == head
    hub.fault("/commit/", times=1, status=503)
    head = owl.head()
    assert commit(hub)[0] == 503 and owl.head() == head
    hub.fault("/commit/", times=1, lost=True)
    assert commit(hub)[0] == 0 and owl.head() != head
    put = batch(hub, b"0123456789")[0]["actions"]["upload"]["href"]
    hub.fault(method="PUT", server="store", times=1, take=4)
    assert ask(put, "PUT", b"0123456789")[0] == 0 and hub.uploads.taken == 0
    assert hub.requests[-1].received == 4
    hub.fault(method="PUT", server="store", times=1, status_after=500)
    assert ask(put, "PUT", b"0123456789")[0] == 500
    assert hub.uploads.taken == 10 and hub.uploads.bytes == 0 and not hub.uploads.puts
    hub.fault(method="PUT", server="store", times=1, take=4, status=403)
    assert ask(put, "PUT", b"0123456789")[0] == 403
    for slow in ({"take_rate": 100}, {"late": 0.1}):
        hub.fault(method="PUT", server="store", times=1, **slow)
        began = time.monotonic()
        assert ask(put, "PUT", b"0123456789")[0] == 200 and time.monotonic() - began > 0.04


class Zeros:
    """A body of zeros that is nowhere in memory as a whole."""

    def __init__(self, size):
        self.left = size

    def read(self, count):
        count = min(count, self.left)
        self.left -= count
        return bytes(count)


@pytest.mark.parametrize("parted", [False, True], ids=["whole", "parts"])
def test_an_object_larger_than_what_is_kept(hub, owl, parted):
    """Without its content, an object costs the Hub little memory, even if its last part comes first."""
    size, part = 300 << 20, 100 << 20
    hub.keep_bytes, hub.part_size, hub.multipart_above = False, part, 0 if parted else size
    hash = hashlib.sha256()
    for _ in range(size >> 20):
        hash.update(bytes(1 << 20))
    said = {"oid": hash.hexdigest(), "size": size}
    action = batch(hub, body={"objects": [said]})[0]["actions"]["upload"]
    tracemalloc.start()
    try:
        if parted:
            etags = {n: ask(action["header"][f"{n:05}"], "PUT", Zeros(part), content_length=str(part))[1]["ETag"]
                     for n in (3, 1, 2)}
            body = {"oid": said["oid"], "parts": [{"partNumber": n, "etag": etags[n]} for n in (1, 2, 3)]}
            assert ask(action["href"], body=body, token=None)[0] == 200
        else:
            assert ask(action["href"], "PUT", Zeros(size), content_length=str(size))[0] == 200
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    assert hub.store.find(said["oid"]).size == size and hub.uploads.taken == size
    assert commit(hub, ("lfsFile", {"path": "x", "algo": "sha256", **said}))[0] == 200


def test_kept_objects_are_in_memory_once(hub, owl):
    part = 20 << 20
    hub.part_size, hub.multipart_above = part, part
    content = bytes(2 * part)
    action = batch(hub, content)[0]["actions"]["upload"]
    tracemalloc.start()
    try:
        etags = [ask(action["header"][f"{n:05}"], "PUT", Zeros(part), content_length=str(part))[1]["ETag"] for n in (1, 2)]
        assert complete(action, content, [{"partNumber": n, "etag": tag} for n, tag in enumerate(etags, 1)]) == 200
        assert tracemalloc.get_traced_memory()[1] < 2 * part + (10 << 20)
    finally:
        tracemalloc.stop()


def test_a_client_that_goes(hub, owl):
    """A PUT that breaks off stores nothing, and the log tells how much came."""
    put = urlsplit(batch(hub, b"0123456789")[0]["actions"]["upload"]["href"])
    link = http.client.HTTPConnection(put.hostname, put.port, timeout=20)
    link.putrequest("PUT", f"{put.path}?{put.query}")
    link.putheader("Content-Length", "10")
    link.endheaders(b"01234")
    link.close()
    deadline = time.monotonic() + 5
    while hub.requests[-1].received != 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    hub.wait_idle()
    assert (hub.requests[-1].received, hub.requests[-1].status, hub.uploads.taken) == (5, 0, 0)


def test_many_files(hub):
    """Neither commit nor preupload takes time for the files that stay as they are."""
    repo = hub.add_repo("acme/many")
    repo.commit({f"d{n % 50}/{n}.txt": b"x" for n in range(100_000)})
    lines = [("file", {"path": f"d{n % 50}/new{n}.txt", "content": "x"}) for n in range(1000)]
    began = time.monotonic()
    assert commit(hub, *lines, repo="acme/many")[0] == 200
    middle = time.monotonic()
    files = [{"path": f"d1/{n}.txt", "size": 1, "sample": "eA=="} for n in range(256)]
    assert ask(f"{hub.endpoint}/api/models/acme/many/preupload/main", body={"files": files})[0] == 200
    assert middle - began < 1 and time.monotonic() - middle < 0.5


def test_many_large_files(hub, owl):
    """Each gets a rule, and the next commit reads all of these."""
    oid = hashlib.sha256(b"w" * 100).hexdigest()
    for front in ("first", "second/x"):
        began = time.monotonic()
        assert commit(hub, *[("lfsFile", {"path": f"{front}{n}.dat", "algo": "sha256", "oid": oid})
                             for n in range(2000)])[0] == 200
        assert time.monotonic() - began < 1
    assert len(content(owl.find("main").files[".gitattributes"]).splitlines()) == 4000


GOOD_CARD = """---
language:
- en
- "zh"
license: apache-2.0
base_model: [a/b, "c/d, e"]
tags: [one,
  two, 'it''s']
model-index:
- name: Foo - bar
  results:
  - task: {type: text-generation, name: 'x: y'}
    dataset: SQuAD (v1: [x
widget:
- text: "open [ bracket \\" quote
    over two lines"
- text: plain "quoted words [
extra_gated_prompt: >-
  You agree: [ to "this
  \tand that

  end
pipeline_tag: text-generation # comment [
"quoted key": 1
x-y.z: {}
empty:
---
# Owl
"""
BAD_CARDS = ["a: [", "a: 'x", 'a: "x\ny: z', "\ta: b", "a:\n\t- b", "words", "- a\n- b", "license: 5", "a: [}",
             "a: {b: [c}", "a\nb: c", "license: 1.0"]


def test_cards():
    assert check(GOOD_CARD) == ([], [])
    for bad in BAD_CARDS:
        assert check(f"---\n{bad}\n---\n")[0], bad
    for empty in ("", "# Owl\n", "---\n---\n", "---\na: b\n"):
        assert check(empty) == ([], [EMPTY])


def test_patterns():
    rules = Attributes("*.bin filter=lfs diff=lfs\n# *.txt filter=lfs\nsaved/**/* filter=lfs\n*tfevents* filter=lfs\n"
                       "small.bin -filter\nplain filter=lfs\n/root filter=lfs\nd/exact filter=lfs\na/b?.dat filter=lfs\n" + literal("x y/[1]*.q") + " filter=lfs\n*.txt text\n")
    tracked = ["a.bin", "d/a.bin", "saved/x/y", "saved/x", "log.tfevents.1", "a/b1.dat", "x y/[1]*.q", "plain",
               "d/plain", "root", "d/exact"]
    free = ["small.bin", "d/small.bin", "a.txt", "a.binx", "c/a/b1.dat", "x y/1z.q", "a/b/.dat", "saved", "d/root", "exact",
            "c/d/exact"]
    assert [path for path in tracked + free if rules.tracks(path)] == tracked
    ignored = Ignored("*.tmp\n!keep.tmp\nbuild/\n/top\ndoc/*.pdf\nlogs/**\n\\#x\n[a-c].o\ntrail \n**/deep\n")
    out = ["a.tmp", "x/a.tmp", "build/a", "x/build/keep.tmp", "top", "doc/a.pdf", "logs/a/b", "#x", "x/b.o", "trail",
           "x/y/deep", "deep/z"]
    kept = ["keep.tmp", "x/keep.tmp", "build", "x/top", "doc/x/a.pdf", "d.o", "logs"]
    assert [path for path in out + kept if path in ignored] == out
