"""Files of tokens: whose folder, which link, whose home; and what cannot be read."""

import configparser
import json
import os
import pathlib
import shutil
import signal
import stat
import tempfile
import time

import pytest

from conftest import TOKEN

OLIVE = "hf_olive_1234567890"

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="needs root to become somebody else")


@pytest.fixture
def accounts(hub):
    hub.add_user("olive", OLIVE)
    return hub


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def become(uid, folder=None):
    def act():
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        if folder:
            os.chdir(folder)
    return act


@pytest.fixture
def open_hug(hug, monkeypatch):
    """Home and program where every user can reach them: pytest's own folder is shut again by
    each session that starts, and a build may lie in a home that others cannot enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        monkeypatch.setenv("HUG", str(shutil.copy(os.environ["HUG"], folder / "hug")))
        hug.home = folder / "home"
        hug.home.mkdir()
        hug.cache = hug.home / "hub"
        hug.env.update(HOME=str(hug.home), HF_HOME=str(hug.home))
        yield hug
        hug.home.chmod(0o755)


# -- folders and links --


@pytest.mark.parametrize("there", [0o777, 0o1777, 0o755, 0o750, None])
@pytest.mark.parametrize("variable", ["HF_TOKEN_PATH", "HF_HOME"])
def test_only_our_folders_get_a_mode(hug, accounts, tmp_path, there, variable):
    folder = tmp_path / "shared"
    if there is not None:
        folder.mkdir()
        folder.chmod(there)
    env = {variable: str(folder / "tok" if variable == "HF_TOKEN_PATH" else folder)}
    for _ in range(2):
        assert hug("login", "--token-stdin", input=OLIVE, env=env).returncode == 0
    name = "tok" if variable == "HF_TOKEN_PATH" else "token"
    assert mode(folder) == (0o700 if there is None else there)
    assert mode(folder / name) == mode(folder / "stored_tokens") == 0o600
    assert (folder / name).read_text() == OLIVE
    assert hug("logout", env=env).returncode == 0
    assert os.listdir(folder) == [] and mode(folder) == (0o700 if there is None else there)


@pytest.mark.parametrize("name", ["token", "stored_tokens"])
@pytest.mark.parametrize("kind", ["absolute", "relative", "chain", "dangling"])
def test_links_are_written_through(hug, accounts, tmp_path, name, kind):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    target = secrets / "here"
    if kind != "dangling":
        target.write_text("")
        target.chmod(0o644)
    link = hug.home / name
    if kind == "chain":
        (secrets / "middle").symlink_to("here")
        link.symlink_to(secrets / "middle")
    else:
        link.symlink_to(os.path.relpath(target, hug.home) if kind == "relative" else target)
    text = os.readlink(link)
    assert hug("login", "--token-stdin", input=OLIVE).returncode == 0
    assert os.readlink(link) == text and OLIVE in target.read_text()
    assert mode(target) == 0o600 and not target.is_symlink()
    assert hug.ok("auth", "token") == OLIVE
    assert sorted(os.listdir(secrets)) == ["here"] + ["middle"] * (kind == "chain")
    # The secret goes, and the link waits for the next.
    assert hug("logout").returncode == 0
    assert not target.exists() and os.readlink(link) == text
    assert "not logged in" in hug.fails("whoami")
    assert hug("login", "--token-stdin", input=OLIVE).returncode == 0
    assert os.readlink(link) == text and OLIVE in target.read_text()


@needs_root
def test_links_of_others_are_not(open_hug, accounts):
    """Whoever may write to the folder could lead us to any file of ours."""
    hug = open_hug
    hug.home.chmod(0o777)
    victim = hug.home.parent / "profile"
    victim.write_text("mine")
    os.chown(victim, 65534, 65534)
    os.chown(hug.home, 65534, 65534)
    (hug.home / "token").symlink_to(victim)
    os.chown(hug.home / "token", 1234, 1234, follow_symlinks=False)
    done = hug("login", "--token-stdin", input=OLIVE, preexec_fn=become(65534))
    assert done.returncode == 0, done.stderr
    assert victim.read_text() == "mine"
    assert not (hug.home / "token").is_symlink() and (hug.home / "token").read_text() == OLIVE


def test_loops_of_links_end(hug, accounts):
    (hug.home / "token").symlink_to("token")
    done = hug("login", "--token-stdin", input=OLIVE, timeout=20)
    assert done.returncode == 0 or "token" in done.stderr.splitlines()[-1]


# -- without a home --


@needs_root
def test_no_home_no_secret_below_the_current_folder(open_hug, accounts):
    hug = open_hug
    here = hug.home.parent / "here"
    here.mkdir()
    here.chmod(0o777)
    # Nor is one taken from there, which anybody may have put.
    planted = here / ".cache/huggingface"
    planted.mkdir(parents=True)
    (planted / "token").write_text("hf_planted")
    for name in ("HOME", "HF_HOME"):
        hug.env.pop(name)
    before = sorted(here.rglob("*"))
    nobody = {"preexec_fn": become(54321, here)}
    done = hug("login", "--token-stdin", input=OLIVE, **nobody)
    assert done.returncode == 1 and "no home folder" in done.stderr
    assert "Set HOME, or HF_TOKEN_PATH" in done.stderr
    assert "not logged in" in hug.fails("whoami", **nobody)
    assert hug("env", **nobody).returncode == 0
    for words in (["auth", "list"], ["logout"], ["auth", "switch", "--token-name", "x"]):
        hug(*words, **nobody)
    assert sorted(here.rglob("*")) == before and "authorization" not in {
        key.lower() for request in accounts.requests[1:] for key in request.headers}
    env = {"HF_TOKEN_PATH": str(here / "mine/tok")}
    assert hug("login", "--token-stdin", input=OLIVE, env=env, **nobody).returncode == 0
    assert mode(here / "mine") == 0o700


NO_HOME = ["download acme/owl", "cache ls", "cache rm acme/owl -y", "cache prune -y", "cache free 1G -y", "cache verify",
           "cache verify acme/owl", "cache du", "cache restore", "scan-cache", "delete-cache --disable-tui", "ui"]


@pytest.fixture
def homeless(open_hug, owl):
    """homeless(words, variables): run by a user who has no home, in a folder that he may write to."""
    here = open_hug.home.parent / "here"
    here.mkdir()
    here.chmod(0o777)
    for name in ("HOME", "HF_HOME"):
        open_hug.env.pop(name)

    def run(line, **env):
        return open_hug(*line.split(), env=env, preexec_fn=become(54321, here))

    run.here = here
    return run


@needs_root
@pytest.mark.parametrize("env", [{}, {"HF_HOME": "~/x"}, {"HF_HUB_CACHE": "~/x"}], ids=str)
@pytest.mark.parametrize("line", NO_HOME)
def test_no_home_no_cache_below_the_current_folder(homeless, line, env):
    done = homeless(line, **env)
    if line == "ui":  # without a terminal that comes first
        assert done.returncode == 2
    elif line == "cache du":
        assert done.returncode in (0, 1)
    else:
        assert done.returncode == 1 and "there is no home folder to keep a cache in" in done.stderr, done.stderr
        assert "Set HOME or HF_HOME, or name a folder with --cache-dir" in done.stderr
    assert not list(homeless.here.iterdir())


@needs_root
def test_no_home_but_a_place(homeless):
    here = homeless.here
    for line, env in (("download acme/owl --local-dir here", {}), ("download acme/owl --cache-dir cache", {}),
                      ("download acme/owl", {"HF_HUB_CACHE": str(here / "hub")}), ("download acme/owl", {"HF_HOME": "home"}),
                      ("cache verify acme/owl --local-dir here", {}), ("cache ls --cache-dir cache", {}), ("env", {}), ("version", {}),
                      ("__complete repos", {})):
        done = homeless(line, **env)
        assert done.returncode in ((0, 2) if line.startswith("__") else (0,)), (line, done.stderr)
    assert sorted(os.listdir(here)) == ["cache", "here", "home", "hub"]


def test_home_of_the_password_database(hug, accounts):
    for name in ("HOME", "HF_HOME"):
        hug.env.pop(name)
    import pwd
    home = pwd.getpwuid(os.getuid()).pw_dir
    assert json.loads(hug("env", "--json").stdout)["Token path ?"] == (
        home + "/.cache/huggingface/token")


# -- what cannot be read --


def unreadable_folder(hug):
    (hug.home / "token").mkdir()
    return {}, "is a folder, not a file"


def unreadable_file(hug):
    if os.getuid():
        (hug.home / "token").write_text(OLIVE)
        (hug.home / "token").chmod(0)
        return {}, "Permission denied"
    hug.home.chmod(0o777)
    (hug.home / "token").write_text(OLIVE)
    (hug.home / "token").chmod(0o600)
    return {"preexec_fn": become(65534)}, "Permission denied"


def unreadable_home(hug):
    options, why = unreadable_file(hug)
    hug.home.chmod(0o600)
    return options, why


@pytest.mark.parametrize("make", [unreadable_folder, unreadable_file, unreadable_home])
def test_unreadable_is_not_logged_out(open_hug, accounts, owl, make):
    hug = open_hug
    options, why = make(hug)
    told = f"{hug.home}/token {why}" if why.startswith("is") else f"cannot read {hug.home}/token: {why}"
    # Where the folder itself cannot be looked into, that comes first.
    either = (told, told.replace("/token", "/stored_tokens"))
    for words in (["whoami"], ["auth", "list"], ["auth", "token"], ["logout"]):
        last = hug.fails(*words, **options)
        assert any(text in last for text in either), (words, last)
        assert "logged in" not in last
    report = json.loads(hug("env", "--json", **options).stdout)
    assert report["Token from"] == told and report["Has saved token ?"] == "unknown"
    # Much can be had without one; where it cannot, that is why.
    cache = hug.home.parent / "cache"
    cache.mkdir()
    cache.chmod(0o777)
    hug.ok("download", "acme/owl", "config.json", "--cache-dir", cache, **options)
    accounts.add_repo("acme/secret", private=True).commit({"x": b""})
    accounts.add_repo("acme/gate", gated="manual").commit({"x": b""})
    for repo in ("acme/secret", "acme/gate"):
        done = hug("download", repo, "x", "--cache-dir", cache, **options)
        assert done.returncode == 1 and told in done.stderr, (repo, done.stderr)


def test_a_file_above_it_is_no_token(hug, accounts, tmp_path):
    (tmp_path / "file").write_text("")
    last = hug.fails("whoami", env={"HF_HOME": str(tmp_path / "file")})
    assert "not logged in" in last


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("variable", ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"])
def test_logout_says_what_stays(hug, accounts, stored, variable):
    if stored:
        hug("login", "--token-stdin", input=OLIVE)
    done = hug("logout", env={variable: OLIVE})
    assert done.returncode == 1
    assert f"still logged in: the token in {variable} stays in use" in done.stderr
    assert f"Run `unset {variable}` to log out" in done.stderr
    assert ("Deleted the stored tokens." in done.stderr) == stored
    assert not (hug.home / "token").exists()


# -- what the Hub gives --

EVIL = ["hf_x\r\nX-Evil: 1", "hf_x\n[evil]\nhf_token = y", "hf\rx", "hf\vx", "hf x", "hf\x1b[2Jx", "hf\x7fx", "hf\u2028x", "hf\u00e9", " ", "hf\tx"]


def sent(accounts):
    """Every authorization that came."""
    return {r.headers.get("authorization") for r in accounts.requests} - {None}


@pytest.mark.parametrize("field", ["access_token", "refresh_token"])
@pytest.mark.parametrize("evil", EVIL, ids=repr)
def test_tokens_of_a_browser_are_checked(hug, accounts, evil, field):
    """As typed ones: nothing of them is stored, sent or shown."""
    accounts.oauth.answers = [{"access_token": "hf_good", "refresh_token": "r", "expires_in": 9, field: evil}]
    done = hug("login", "--browser")
    assert done.returncode == 1
    assert "Login failed: the token from the Hub's answer holds characters no token has" in done.stderr
    assert not (hug.home / "token").exists() and not (hug.home / "stored_tokens").exists()
    assert not sent(accounts)


def test_an_empty_token_of_a_browser_is_none(hug, accounts):
    """And the one of the environment is not used in its place."""
    accounts.oauth.answers = [{"access_token": ""}, {"error": "access_denied"}]
    assert hug("login", "--browser", env={"HF_TOKEN": OLIVE}).returncode == 1
    assert accounts.oauth.polls == 2 and not sent(accounts) and not (hug.home / "token").exists()


@pytest.mark.parametrize("field", ["access_token", "refresh_token"])
@pytest.mark.parametrize("evil", EVIL, ids=repr)
def test_renewed_tokens_are_checked(hug, accounts, evil, field):
    """The old one stays in both files and in use."""
    text = f"[olive]\nhf_token = {OLIVE}\nrefresh_token = r1\nexpires_at = {int(time.time()) + 60}\n\n"
    (hug.home / "token").write_text(OLIVE)
    (hug.home / "stored_tokens").write_text(text)
    accounts.oauth.refreshes = [{"access_token": "hf_new", "refresh_token": "r2", "expires_in": 9, field: evil}]
    done = hug("whoami")
    assert done.returncode == 0 and accounts.oauth.refreshed == ["r1"]
    assert "holds characters no token has" in done.stderr and "\x1b" not in done.stderr
    assert (hug.home / "token").read_text() == OLIVE and (hug.home / "stored_tokens").read_text() == text
    assert sent(accounts) == {f"Bearer {OLIVE}"}


@pytest.mark.parametrize("called,kept", [
    ("a\rb", "a b"), ("a\vb", "a b"), ("a\u2028[x]", "a [x]"), ("a\u2029hf_token = y", "a hf_token = y"), ("\u0085", "token"),
    ("]", "]"), ("x] ; [y", "x] ; [y"), ("\x9b2J", " 2J"), ("\n \t", "token"), ("\u00fc \u6f22", "\u00fc \u6f22"),
], ids=repr)
def test_names_of_the_hub_are_one_section(hug, hub, called, kept):
    """For every reader of the file: ours, Python's, and one that ends lines where Unicode does."""
    hub.add_user("olive", OLIVE, token_name=called)
    done = hug("login", "--token-stdin", input=OLIVE)
    assert done.returncode == 0, done.stderr
    text = (hug.home / "stored_tokens").read_text()
    reader = configparser.ConfigParser()
    reader.read_string(text)
    (name,) = reader.sections()
    assert dict(reader[name]) == {"hf_token": OLIVE} and len(text.splitlines()) == 3
    assert name == kept
    assert hug("auth", "switch", "--token-name", name).returncode == 0
    (listed,) = json.loads(hug("auth", "list", "--format", "json").stdout)
    assert listed["active"]


def test_the_name_of_a_user_is_one_section(hug, hub):
    hub.add_user("o\u2028[x]\nhf_token = y", OLIVE, token_name=None, role=None)
    assert hug("login", "--token-stdin", input=OLIVE).returncode == 0
    assert (hug.home / "stored_tokens").read_text() == f"[oauth-o [x] hf_token = y]\nhf_token = {OLIVE}\n\n"


@pytest.mark.parametrize("interval", [0, -1, 0.25, "1", None])
def test_a_hub_without_an_interval_is_not_flooded(hug, accounts, interval):
    accounts.oauth.answers = [{"error": "authorization_pending"}]
    accounts.oauth.extra = {"interval": interval, "expires_in": 900}
    process = hug.start("login", "--browser", env={"HUG_TIME_SCALE": "1"})
    while not accounts.oauth.polls:
        time.sleep(0.02)
    time.sleep(2.5)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert accounts.oauth.polls <= 3


@pytest.mark.parametrize("interval", [2**53, 10**300, 1e9], ids=["large", "larger", "float"])
def test_a_hub_cannot_make_it_wait_for_ever(hug, accounts, interval):
    """An interval of years is five minutes, and a code is good for an hour."""
    accounts.oauth.answers = [{"error": "slow_down"}, {"error": "access_denied"}]
    accounts.oauth.extra = {"interval": interval, "expires_in": interval}
    assert hug("login", "--browser", env={"HUG_TIME_SCALE": "0.002"}).returncode == 1
    assert accounts.oauth.polls == 2


@pytest.mark.parametrize("does", ["sleep 100", "while :; do echo credential.helper=store; done"])
def test_a_git_that_does_not_end(hug, hub, tmp_path, does):
    hub.add_user("me", TOKEN)
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{does}\n")
    (folder / "git").chmod(0o755)
    done = hug("login", "--token", TOKEN, "--add-to-git-credential", timeout=20,
               env={"PATH": f"{folder}:{os.environ['PATH']}"})
    assert (hug.home / "token").read_text() == TOKEN, done.stderr
