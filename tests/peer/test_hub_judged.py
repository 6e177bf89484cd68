"""The official client judges the test Hub.

Two releases of the client read everything from the Hub that our own tests
rely on.  Each is started once: the calls go to it as JSON, and the outcomes
come back as JSON and are then looked at one by one.  The variables
HUG_PEER_036 and HUG_PEER_24 name the Python interpreters of the two.
"""

import json
import os
import subprocess

import pytest

from hub import Hub, Lfs

CLIENTS = {"0.36.2": "HUG_PEER_036", "2.4.0": "HUG_PEER_24"}

# Runs inside the client's interpreter.  Standard input: {case: [function, arguments]}.
# Standard output: {case: {"value": ...} or {"error": [class, base class, ...], "text": ...}}.
SCRIPT = r"""
import dataclasses, json, sys
import huggingface_hub
from huggingface_hub import HfApi
from huggingface_hub.utils import disable_progress_bars

disable_progress_bars()

def plain(value):
    if dataclasses.is_dataclass(value):
        return plain(vars(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    if hasattr(value, "__iter__"):
        return [plain(item) for item in value]
    if hasattr(value, "__dict__"):
        return plain(vars(value))
    return str(value)

def outcome(function, arguments):
    api = HfApi(endpoint=arguments.pop("endpoint", None))
    try:
        return {"value": plain(getattr(api, function)(**arguments))}
    except Exception as error:
        return {"error": [kind.__name__ for kind in type(error).__mro__], "text": str(error)}

calls = json.load(sys.stdin)
answers = {case: outcome(*call) for case, call in calls.items()}
answers["version"] = {"value": huggingface_hub.__version__}
json.dump(answers, sys.stdout)
"""

OWL_FIRST = {"config.json": b'{"version": 1}\n', "README.md": b"# Owl\n"}
OWL = {
    **OWL_FIRST,
    "config.json": b'{"version": 2}\n',
    "empty.txt": b"",
    "names/with space & caf\u00e9 #1?.txt": b"odd name\n",
    "weights/model.bin": Lfs(bytes(range(256)) * 8000),
    "weights/deep/small.bin": Lfs(b"a small file in the store"),
}
SONGS = {"README.md": b"# Songs\n", "data/train.parquet": Lfs(b"PAR1" + b"la" * 50000 + b"PAR1")}
HOOT = {"index.html": b"<p>Hoot!</p>\n"}
SECRET = {"key.txt": b"xyzzy\n", "key.bin": Lfs(b"plugh" * 1000)}
# The client writes portions of 10 MiB and forgets a portion that breaks off.
PORTION = 10 * 1024 * 1024
LONG = bytes(range(251)) * (11 * 1024 * 1024 // 251)
OLIVE, MAX = "hf_olive", "hf_max"


def content(item):
    return item.data if isinstance(item, Lfs) else item


class Session:
    """The Hubs for one client, the calls it is to make, and the outcomes."""

    def __init__(self, home):
        self.home = home
        self.hub, self.detour = Hub().start(), Hub().start()
        self.outcomes = {}
        self._fill()
        self._fill_detour()

    def _fill(self):
        hub = self.hub
        hub.add_user("olive", token=OLIVE, access={"acme/gated", "acme/private"})
        hub.add_user("max", token=MAX)
        owl = hub.add_repo("acme/owl")
        self.first = owl.commit(OWL_FIRST, title="First")
        self.head = owl.commit(OWL, title="Second")
        owl.tag("v1.0", self.first)
        owl.branch("dev/first", self.first)
        owl.pull_request(1, self.first)
        hub.add_repo("acme/songs", type="dataset").commit(SONGS)
        hub.add_repo("acme/hoot", type="space").commit(HOOT)
        hub.add_repo("acme/gated", gated="manual").commit(SECRET)
        hub.add_repo("acme/private", private=True).commit(SECRET)
        hub.add_repo("acme/off", disabled=True).commit(HOOT)
        hub.add_repo("acme/old").commit(SECRET)
        hub.rename("acme/old", "acme/new")

    def _fill_detour(self):
        """A second Hub: pages of two entries, relative redirects, a store that falls silent."""
        self.detour.page_size = 2
        self.detour.relative_redirects = True
        self.detour.add_repo("acme/owl").commit(OWL)
        self.detour.add_repo("acme/long").commit({"long.bin": Lfs(LONG)})
        self.broken = self.detour.fault(
            r"filename%3D%22long.bin", server="store", method="GET", times=1, stall=PORTION + 10
        )

    def file(self, path, repo="acme/owl", **more):
        more.setdefault("token", False)
        return ["hf_hub_download", {"repo_id": repo, "filename": path, **more}]

    def folder(self, repo="acme/owl", **more):
        more.setdefault("token", False)
        return ["snapshot_download", {"repo_id": repo, **more}]

    def asking(self, function, repo="acme/owl", **more):
        more.setdefault("token", False)
        return [function, {"repo_id": repo, **more}]

    def calls(self):
        detour = {"endpoint": self.detour.endpoint, "cache_dir": str(self.home / "detour")}
        fine = {
            "small file": self.file("config.json"),
            "empty file": self.file("empty.txt"),
            "odd name": self.file("names/with space & caf\u00e9 #1?.txt"),
            "large file": self.file("weights/model.bin"),
            "by branch": self.file("config.json", revision="dev/first"),
            "by tag": self.file("config.json", revision="v1.0"),
            "by pull request": self.file("config.json", revision="refs/pr/1"),
            "by commit": self.file("config.json", revision=self.first),
            "dataset file": self.file("data/train.parquet", "acme/songs", repo_type="dataset"),
            "space file": self.file("index.html", "acme/hoot", repo_type="space"),
            "gated file": self.file("key.bin", "acme/gated", token=OLIVE),
            "private file": self.file("key.txt", "acme/private", token=OLIVE),
            "private large file": self.file("key.bin", "acme/private", token=OLIVE),
            "renamed file": self.file("key.txt", "acme/old"),
            "renamed large file": self.file("key.bin", "acme/old"),
            "whole repo": self.folder(),
            "whole tag": self.folder(revision="v1.0"),
            "whole dataset": self.folder("acme/songs", repo_type="dataset"),
            "redirected file": self.file("config.json", **detour),
            "interrupted file": self.file("long.bin", "acme/long", **detour),
            "paged repo": self.folder(**detour),
        }
        return {**fine, **self._questions(), **self._mistakes()}

    def _questions(self):
        paths = ["weights", "config.json", "missing"]
        return {
            "whoami": ["whoami", {"token": OLIVE}],
            "info": self.asking("repo_info", files_metadata=True),
            "gated info": self.asking("repo_info", "acme/gated"),
            "tree": self.asking("list_repo_tree", recursive=True, expand=True),
            "folder": self.asking("list_repo_tree", path_in_repo="weights/deep"),
            "paths": self.asking("get_paths_info", paths=paths, expand=True),
            "refs": self.asking("list_repo_refs", include_pull_requests=True),
            "commits": self.asking("list_repo_commits", formatted=True),
            "access": self.asking("auth_check", "acme/gated", token=OLIVE),
        }

    def _mistakes(self):
        """Private files go to a new cache: an old one would stand in for a refused download."""
        fresh = {"cache_dir": str(self.home / "fresh")}
        return {
            "no such repo": self.file("a", "acme/none"),
            "no such repo with a token": self.file("a", "acme/none", token=MAX),
            "no such repo whole": self.folder("acme/none"),
            "private without a token": self.file("key.txt", "acme/private", **fresh),
            "private with a wrong token": self.file("key.txt", "acme/private", token=MAX, **fresh),
            "gated without a token": self.file("key.txt", "acme/gated"),
            "gated with a wrong token": self.file("key.txt", "acme/gated", token=MAX),
            "gated check": self.asking("auth_check", "acme/gated", token=MAX),
            "no such revision": self.file("config.json", revision="none"),
            "no such revision whole": self.folder(revision="none"),
            "short commit id": self.file("config.json", revision=self.first[:8]),
            "no such file": self.file("none.txt"),
            "folder as file": self.file("weights"),
            "file as folder": self.asking("list_repo_tree", path_in_repo="config.json"),
            "disabled": self.asking("repo_info", "acme/off"),
            "bad token": self.asking("repo_info", token="hf_nobody"),
            "bad token for whoami": ["whoami", {"token": "hf_nobody"}],
        }

    def begin(self, python):
        """Start the client; its environment holds nothing of ours."""
        ours = ("HF_", "HUGGING", "PYTHON")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        kept = {k: v for k, v in kept.items() if not k.lower().endswith("_proxy")}
        settings = {
            "HF_ENDPOINT": self.hub.endpoint,
            "HF_HOME": str(self.home),
            "HF_HUB_DOWNLOAD_TIMEOUT": "2",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        }
        pipe = subprocess.PIPE
        command = [python, "-c", SCRIPT]
        self.process = subprocess.Popen(
            command, env={**kept, **settings}, stdin=pipe, stdout=pipe, stderr=pipe
        )
        self.process.stdin.write(json.dumps(self.calls()).encode())
        self.process.stdin.close()
        self.process.stdin = None

    def finish(self):
        out, err = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, err.decode()
        self.outcomes = json.loads(out)

    def close(self):
        if getattr(self, "process", None) and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hub.stop()
        self.detour.stop()

    def value(self, case):
        outcome = self.outcomes[case]
        assert "value" in outcome, outcome
        return outcome["value"]


@pytest.fixture(scope="session")
def sessions(tmp_path_factory):
    """All clients that there are, run side by side."""
    found = {}
    try:
        for version, variable in CLIENTS.items():
            if os.environ.get(variable):
                found[version] = Session(tmp_path_factory.mktemp("hf-home"))
                found[version].begin(os.environ[variable])
        for session in found.values():
            session.finish()
        yield found
    finally:
        for session in found.values():
            session.close()


@pytest.fixture(params=CLIENTS)
def session(request, sessions):
    if request.param not in sessions:
        pytest.skip(f"{CLIENTS[request.param]} does not name a Python with client {request.param}")
    return sessions[request.param]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def test_client_version(session, request):
    assert session.value("version") in request.node.callspec.params["session"]


FILES = {
    "small file": OWL["config.json"],
    "empty file": b"",
    "odd name": b"odd name\n",
    "large file": OWL["weights/model.bin"],
    "by branch": OWL_FIRST["config.json"],
    "by tag": OWL_FIRST["config.json"],
    "by pull request": OWL_FIRST["config.json"],
    "by commit": OWL_FIRST["config.json"],
    "dataset file": SONGS["data/train.parquet"],
    "space file": HOOT["index.html"],
    "gated file": SECRET["key.bin"],
    "private file": SECRET["key.txt"],
    "private large file": SECRET["key.bin"],
    "renamed file": SECRET["key.txt"],
    "renamed large file": SECRET["key.bin"],
    "redirected file": OWL["config.json"],
    "interrupted file": LONG,
}


@pytest.mark.parametrize("case", FILES)
def test_file_content(session, case):
    path = session.value(case)
    assert read(path) == content(FILES[case])


@pytest.mark.parametrize("case", ["by branch", "by tag", "by pull request", "by commit"])
def test_file_lies_in_the_snapshot_of_its_commit(session, case):
    assert f"/snapshots/{session.first}/" in session.value(case)


FOLDERS = {"whole repo": OWL, "whole tag": OWL_FIRST, "whole dataset": SONGS, "paged repo": OWL}


@pytest.mark.parametrize("case", FOLDERS)
def test_folder_content(session, case):
    top = session.value(case)
    found = {}
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, top)] = read(path)
    assert found == {path: content(item) for path, item in FOLDERS[case].items()}


ERRORS = {
    "no such repo": "RepositoryNotFoundError",
    "no such repo with a token": "RepositoryNotFoundError",
    "no such repo whole": "RepositoryNotFoundError",
    "private without a token": "RepositoryNotFoundError",
    "private with a wrong token": "RepositoryNotFoundError",
    "gated without a token": "GatedRepoError",
    "gated with a wrong token": "GatedRepoError",
    "gated check": "GatedRepoError",
    "no such revision": "RevisionNotFoundError",
    "no such revision whole": "RevisionNotFoundError",
    "short commit id": "RevisionNotFoundError",
    "no such file": "EntryNotFoundError",
    "folder as file": "EntryNotFoundError",
    "file as folder": "EntryNotFoundError",
    "disabled": "DisabledRepoError",
}


@pytest.mark.parametrize("case", ERRORS)
def test_error_class(session, case):
    outcome = session.outcomes[case]
    kinds = outcome.get("error", ["no error"])
    assert ERRORS[case] in kinds, outcome
    if ERRORS[case] != "GatedRepoError":
        assert "GatedRepoError" not in kinds


@pytest.mark.parametrize("case", ["bad token", "bad token for whoami"])
def test_bad_token_is_a_plain_http_error(session, case):
    outcome = session.outcomes[case]
    assert "HTTPError" in outcome["error"], outcome
    assert "RepositoryNotFoundError" not in outcome["error"]
    assert "Invalid credentials in Authorization header" in outcome["text"] or "whoami" in case


def test_revision_message(session):
    assert "Invalid rev id: none" in session.outcomes["no such revision"]["text"]


def test_info(session):
    info = session.value("info")
    assert (info["id"], info["sha"]) == ("acme/owl", session.head)
    assert (info["private"], info["gated"], info["disabled"]) == (False, False, False)
    assert info["last_modified"].startswith("2026-03-01")
    siblings = {item["rfilename"]: item for item in info["siblings"]}
    assert {path: item["size"] for path, item in siblings.items()} == {
        path: len(content(item)) for path, item in OWL.items()
    }
    large = OWL["weights/model.bin"]
    assert siblings["weights/model.bin"]["lfs"]["sha256"] == large.sha256
    assert siblings["config.json"]["lfs"] is None
    assert session.value("gated info")["gated"] == "manual"


def test_tree(session):
    entries = {item["path"]: item for item in session.value("tree")}
    folders = {"names", "weights", "weights/deep"}
    assert set(entries) == set(OWL) | folders
    assert all("tree_id" in entries[path] for path in folders)
    assert entries["config.json"]["last_commit"]["oid"] == session.head
    assert entries["README.md"]["last_commit"]["oid"] == session.first
    large = OWL["weights/model.bin"]
    assert entries["weights/model.bin"]["lfs"]["sha256"] == large.sha256
    assert entries["weights/model.bin"]["size"] == large.size
    assert [item["path"] for item in session.value("folder")] == ["weights/deep/small.bin"]


def test_paths_info(session):
    assert {item["path"] for item in session.value("paths")} == {"weights", "config.json"}


def test_refs_and_commits(session):
    refs = session.value("refs")
    assert {item["name"]: item["target_commit"] for item in refs["branches"]} == {
        "main": session.head,
        "dev/first": session.first,
    }
    assert [item["ref"] for item in refs["tags"]] == ["refs/tags/v1.0"]
    assert [item["ref"] for item in refs["pull_requests"]] == ["refs/pr/1"]
    commits = session.value("commits")
    assert [item["commit_id"] for item in commits] == [session.head, session.first]
    assert [item["title"] for item in commits] == ["Second", "First"]


def test_account(session):
    assert session.value("whoami")["name"] == "olive"
    session.value("access")


def test_the_store_never_saw_a_token(session):
    """The token went to the Hub, so its absence at the store means something."""
    log = [*session.hub.requests, *session.detour.requests]
    at_store = [request for request in log if request.server == "store"]
    assert len(at_store) >= 8
    assert [request for request in at_store if "Authorization" in request.headers] == []
    asked = [r for r in session.hub.requests if r.path == "/acme/private/resolve/main/key.bin"]
    assert asked[0].headers["Authorization"] == f"Bearer {OLIVE}"


def test_the_interrupted_download_went_on_with_a_range(session):
    assert session.broken.hits == 1
    log = [r for r in session.detour.requests if r.server == "store" and "long.bin" in r.path]
    assert [(r.status, r.sent) for r in log if r.method == "GET"] == [
        (200, PORTION + 10),
        (206, len(LONG) - PORTION),
    ]
    assert log[-1].headers["Range"] == f"bytes={PORTION}-"


def test_the_detours_were_taken(session):
    paths = [request.path for request in session.detour.requests]
    assert any(path.startswith("/api/resolve-cache/models/acme/owl/") for path in paths)
    if session.value("version") == "2.4.0":
        assert sum("cursor=" in path for path in paths) >= 2


def test_the_hub_made_no_mistake(session):
    assert session.hub.failures + session.detour.failures == []
