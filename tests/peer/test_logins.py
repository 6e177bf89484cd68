"""Accounts: what we print, and leave on disk, as the official clients do in the same place."""

import os
import re
import subprocess
import time

import pytest

from test_scan import real

OLIVE, WORK, EXPIRED = "hf_olive_1234567890", "hf_work_9876543210", "hf_nobody_555"

# What is run one after the other in one home: words, environment, standard input.
LOGIN = ["login", "--token", OLIVE]
SECOND = ["login", "--token", WORK]
STORIES = {
    "nobody": [["whoami"], ["auth list"], ["auth list", {"HF_TOKEN": OLIVE}], ["logout"], ["auth switch"],
               ["auth switch", "--token-name", "x"]],
    "in and out": [LOGIN, ["whoami"], ["auth list"], ["logout"], ["whoami"], ["logout"]],
    "two": [LOGIN, SECOND, ["auth list"], ["whoami"],
            ["auth switch", "--token-name", "olive-token"], ["whoami"], ["auth list"],
            ["logout", "--token-name", "olive-token"], ["auth list"], ["whoami"],
            ["logout", "--token-name", "my work [x] 100%"], ["auth list"], SECOND,
            ["logout", "--token-name", "nope"], ["auth switch", "--token-name", "nope"],
            ["auth switch", "--token-name", "my work [x] 100%"], ["whoami"], ["logout"]],
    "again": [LOGIN, LOGIN, ["auth list"]],
    "wrong": [["login", "--token", EXPIRED], ["auth list"], ["login", "--token", "api_org_abc"],
              ["whoami"]],
    "git": [LOGIN + ["--add-to-git-credential"], ["logout"]],
    "environment": [LOGIN, ["auth list", {"HF_TOKEN": WORK}], ["whoami", {"HF_TOKEN": WORK}],
                    ["whoami", {"HUGGING_FACE_HUB_TOKEN": WORK}], ["whoami", {"HF_TOKEN": ""}],
                    ["auth list", {"HF_TOKEN": OLIVE}], ["whoami", {"HF_TOKEN": EXPIRED}],
                    SECOND + [{"HF_TOKEN": OLIVE}],
                    ["auth switch", "--token-name", "olive-token", {"HF_TOKEN": WORK}],
                    ["logout", "--token-name", "olive-token", {"HF_TOKEN": WORK}],
                    ["logout", {"HF_TOKEN": WORK}], ["whoami"]],
    "numbers": [LOGIN, SECOND, ["auth switch", "2\n"], ["whoami"], ["auth switch", "7\nx\n1\n"],
                ["whoami"], ["auth switch", ""]],
}
NEW = {
    "token": [["auth token"], LOGIN, ["auth token"], ["auth token", {"HF_TOKEN": WORK}]],
    "formats": [["whoami", "--format", "json"], SECOND, ["whoami", "--format", "json"],
                ["whoami", "--format", "quiet"], ["auth list", "--format", "json"],
                ["auth switch", "--format", "json"], ["login"], ["login", "--format", "agent"],
                ["login", "--format", "json"], ["login", "-q"], ["login", "--json", "--force"],
                ["login", "--json", "--token", OLIVE]],
}


@pytest.fixture
def accounts(hub):
    hub.add_user("olive", OLIVE)
    hub.add_user("olive", WORK, orgs=("acme", "willow"), role="write", token_name="my work [x] 100%")
    return hub


def run(program, home, endpoint, face, step):
    """Exit code, stdout, and the last line of stderr, with the home masked."""
    words = [w for w in step if isinstance(w, str)]
    env = next((w for w in step if isinstance(w, dict)), {})
    line = words.pop() if len(words) > 1 and (words[-1] == "" or "\n" in words[-1]) else None
    first = words.pop(0).split()
    if face == "hf" and first[0] != "auth":
        first.insert(0, "auth")
    done = subprocess.run(
        [program, *first, *words], input=line, stdin=None if line is not None else subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120,
        env={"PATH": os.path.dirname(program) + ":/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8",
             "HF_HOME": str(home / "hf"), "HF_ENDPOINT": endpoint, "NO_COLOR": "1",
             "HF_HUB_DISABLE_TELEMETRY": "1",
             **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}, **env})
    out = "\n".join(t for t in done.stdout.splitlines() if "is deprecated. Use" not in t)
    err = [t for t in done.stderr.splitlines() if "skill" not in t and "Hint: set HF_DEBUG" not in t]
    last = err[-1] if err else ""
    return done.returncode, out.replace(str(home), "HOME"), last.replace(str(home), "HOME")


def kept(home):
    """The files of tokens, as they are."""
    return {name: (home / "hf" / name).read_text() for name in ("token", "stored_tokens")
            if (home / "hf" / name).exists()}


def compare(tmp_path, accounts, peer, story):
    face = os.path.basename(peer)
    link = tmp_path / face
    link.symlink_to(os.environ["HUG"])
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for home in (ours, theirs):
        (home / "hf").mkdir(parents=True)
    for step in story:
        wanted = run(peer, theirs, accounts.endpoint, face, step)
        got = run(str(link), ours, accounts.endpoint, face, step)
        assert got == wanted, step
        mine, other = kept(ours), kept(theirs)
        # Python keeps an empty file where there is none of ours; both mean the same.
        assert mine.get("token") == other.get("token"), step
        assert mine.get("stored_tokens", "") == other.get("stored_tokens", ""), step


@pytest.mark.parametrize("story", STORIES)
def test_as_huggingface_cli(tmp_path, accounts, story):
    compare(tmp_path, accounts, real("huggingface-cli", "HUG_PEER_036"), STORIES[story])


@pytest.mark.parametrize("story", [*STORIES, *NEW])
def test_as_hf(tmp_path, accounts, story):
    compare(tmp_path, accounts, real("hf", "HUG_PEER_24"), {**STORIES, **NEW}[story])


TOKEN = {"access_token": "hf_oauth_1234567", "token_type": "bearer"}
PENDING, BROKEN = {"error": "authorization_pending"}, (503, b"<html>busy</html>")
BROWSING = {
    "at once": [TOKEN],
    "later": [PENDING, PENDING, {**TOKEN, "refresh_token": "hf_refresh", "expires_in": 2592000}],
    "renewed by hand": [{**TOKEN, "expires_in": 100}],
    "through errors": [BROKEN, (200, b"no json"), {"odd": 1}, PENDING, TOKEN],
    "denied": [PENDING, {"error": "access_denied"}],
    "expired": [{"error": "expired_token"}],
    "odd": [{"error": "invalid_scope", "error_description": "not \x1b[31mthis"}],
}


def hours_from_now(hours):
    return int(time.time()) + 3600 * hours


REFRESHED = {"access_token": "hf_oauth_new", "refresh_token": "hf_refresh_2", "expires_in": 2592000}
REFRESHES = {
    "renewed": (2, [REFRESHED]), "expired already": (-2, [REFRESHED]), "not yet": (25, [REFRESHED]),
    "the same one again": (2, [{k: v for k, v in REFRESHED.items() if k != "refresh_token"}]),
    "for ever": (2, [{"access_token": "hf_oauth_new"}]), "revoked": (2, [{"error": "invalid_grant", "error_description": "gone"}]),
    "broken": (2, [(503, b"<html>busy</html>")]), "odd": (2, [{"error": "server_error"}]),
}


@pytest.mark.parametrize("case", REFRESHES)
def test_renewed_as_hf(tmp_path, accounts, case):
    """A browser's token on its last day: both files, the requests, and what is said."""
    hours, answers = REFRESHES[case]
    for token in ("hf_oauth_old", "hf_oauth_new"):
        accounts.add_user("olive", token, role=None)
    accounts.oauth.refreshes = answers
    link = tmp_path / "hf"
    link.symlink_to(os.environ["HUG"])
    seen = []
    for home, program in ((tmp_path / "theirs", real("hf", "HUG_PEER_24")), (tmp_path / "ours", str(link))):
        (home / "hf").mkdir(parents=True)
        (home / "hf/token").write_text("hf_oauth_old")
        (home / "hf/stored_tokens").write_text(
            "[oauth-olive]\nhf_token = hf_oauth_old\nrefresh_token = hf_refresh_1\n"
            f"expires_at = {hours_from_now(hours)}\n\n[other]\nhf_token = {OLIVE}\n\n")
        accounts.oauth.refreshed = []
        said = run(program, home, accounts.endpoint, "hf", ["whoami"])
        # Python asks for the token more than once, and then finds the new one.
        # What is no JSON is quoted by Python, whatever it holds.
        said = (*said[:2], re.sub(r"token: (Failed to parse|.* 503 -).*Will", "token: WHY. Will", said[2]))
        files = {name: re.sub(r"expires_at = \d+", "expires_at = T", text) for name, text in kept(home).items()}
        seen.append((said, files, accounts.oauth.refreshed))
    assert seen[1] == seen[0]
    assert seen[1][2] == (["hf_refresh_1"] if case != "not yet" else [])


@pytest.mark.parametrize("format", ["human", "agent"])
@pytest.mark.parametrize("answers", BROWSING)
def test_browser_as_hf(tmp_path, accounts, answers, format):
    """The words, dots and files of the browser's login."""
    accounts.add_user("olive", TOKEN["access_token"], role=None)
    accounts.oauth.answers = BROWSING[answers]
    link = tmp_path / "hf"
    link.symlink_to(os.environ["HUG"])
    seen, files = [], []
    for home, program in ((tmp_path / "theirs", real("hf", "HUG_PEER_24")),
                          (tmp_path / "ours", str(link))):
        (home / "hf").mkdir(parents=True)
        accounts.oauth.polls = 0
        seen.append(run(program, home, accounts.endpoint, "hf",
                        ["login", "--format", format]))
        files.append({name: re.sub(r"expires_at = \d+", "expires_at = T", text)
                      for name, text in kept(home).items()})
    assert seen[1] == tuple(t.replace("\x1b", "\\x1b") if isinstance(t, str) else t for t in seen[0])
    assert files[1] == files[0]
    listed = [run(program, home, accounts.endpoint, "hf", ["auth list"]) for home, program in (
        (tmp_path / "theirs", real("hf", "HUG_PEER_24")), (tmp_path / "ours", str(link)))]
    assert listed[0] == listed[1]
