"""login, logout, whoami, auth: as hug, on files, on a terminal, and with git."""

import json
import os
import pty
import signal
import stat
import subprocess
import termios
import time

import pytest

OLIVE, WORK = "hf_olive_1234567890", "hf_work_9876543210"


@pytest.fixture
def accounts(hub):
    hub.add_user("olive", OLIVE, orgs=("acme", "w\x1b[2Jow"))
    hub.add_user("olive", WORK, role="write", token_name="work\n[evil]\nhf_token = x")
    return hub


def modes(home):
    return [stat.S_IMODE(os.stat(path).st_mode) for path in (home, home / "token",
                                                              home / "stored_tokens")]


def test_where_a_token_is_made(hug, hub):
    assert f"Create one at {hub.endpoint}/settings/tokens" in hug.fails("login", "--token", "hf_junk")


def test_the_token_of_another_account(hug):
    hug.home.mkdir(exist_ok=True)
    (hug.home / "stored_tokens").write_text("[work]\nhf_token = hf_at_work\n[none]\nhf_token = \n")
    (hug.home / "token").write_text("hf_at_home")
    assert hug.ok("auth", "token", "--as", "work") == "hf_at_work" and hug.ok("auth", "token") == "hf_at_home"
    assert "no stored token is called 'x'" in hug.fails("auth", "token", "--as", "x", code=2)
    assert "is empty" in hug.fails("auth", "token", "--as", "none", code=2)


def test_advice_about_the_folder_of_tokens(hug, accounts, tmp_path):
    (tmp_path / "file").write_text("")
    done = hug("login", "--token", OLIVE, env={"HF_HOME": str(tmp_path / "file")})
    assert done.returncode == 1 and "HF_HOME" in done.stderr and "--cache-dir" not in done.stderr


def test_names_of_stored_tokens_are_safe(hug):
    hug.home.mkdir(exist_ok=True)
    (hug.home / "stored_tokens").write_text("[we\x1b[31mird]\nhf_token = hf_\x1b[32mabcdefgh\n")
    for words in (["auth", "list"], ["auth", "list", "-q"], ["auth", "list", "--json"], ["auth", "switch"]):
        done = hug(*words, input="\n")
        assert "\x1b" not in done.stdout + done.stderr
    assert json.loads(hug("auth", "list", "--json").stdout)[0]["name"] == "we\x1b[31mird"


def test_login_from_standard_input(hug, accounts):
    done = hug("login", "--token-stdin", input=OLIVE + "\n")
    assert done.returncode == 0, done.stderr
    assert OLIVE not in done.stderr + done.stdout
    assert "hug: Token is valid (permission: read)." in done.stderr
    assert modes(hug.home)[1:] == [0o600, 0o600]
    assert (hug.home / "token").read_text() == OLIVE
    assert hug("whoami").stdout.splitlines()[1] == "  user: olive"


def test_whoami_says_where_the_token_is_from(hug, accounts):
    hug("login", "--token-stdin", input=OLIVE)
    said = json.loads(hug("whoami", "--format", "json").stdout)
    assert said["user"] == "olive" and said["orgs"] == ["acme", "w\x1b[2Jow"]
    assert said["token"] == "olive-token (read), from the token file"
    out = hug("whoami", env={"HF_TOKEN": WORK}).stdout
    assert "(write), from HF_TOKEN" in out and "\x1b" not in out
    assert hug("whoami", "--format", "quiet").stdout == "olive\n"


@pytest.mark.parametrize("env,said", [
    ({}, "the Hub does not know the token from the token file"),
    ({"HF_TOKEN": "hf_bad"}, "the Hub does not know the token from HF_TOKEN"),
    ({"HUGGING_FACE_HUB_TOKEN": "hf_bad"}, "does not know the token from HUGGING_FACE_HUB_TOKEN"),
])
def test_a_token_that_is_none(hug, accounts, env, said):
    (hug.home / "token").write_text("hf_gone")
    assert said in hug.fails("whoami", env=env)


def test_nobody(hug, accounts):
    assert "not logged in" in hug.fails("whoami")
    assert "not logged in" in hug.fails("auth", "token")
    assert hug("logout").returncode == 0


def test_refused_logins_leave_nothing(hug, accounts):
    assert "the Hub does not know the token" in hug.fails("login", "--token", "hf_wrong")
    assert "organization token" in hug.fails("login", "--token", "api_org_x")
    assert "No token was given" in hug.fails("login", "--token-stdin", input="\n")
    assert "characters no token has" in hug.fails("login", "--token", "hf_\x01x")
    accounts.fault(path="/api/whoami-v2", status=200, body=b"<html>hello</html>")
    last = hug.fails("login", "--token", OLIVE)
    assert "Hub" in last
    assert not (hug.home / "token").exists() and not (hug.home / "stored_tokens").exists()


def test_names_cannot_break_the_file(hug, accounts):
    """What the Hub calls a token is one line, whatever is in it."""
    assert hug("login", "--token-stdin", input=WORK).returncode == 0
    text = (hug.home / "stored_tokens").read_text()
    assert text == f"[work [evil] hf_token = x]\nhf_token = {WORK}\n\n"


def test_broken_lines_are_kept(hug, accounts):
    path = hug.home / "stored_tokens"
    path.write_text("# mine\nnonsense\n[b]\nhf_token: one\nHF_TOKEN = two\nmore = 1\n; note\n\n[a]\n"
                    "expires_at = soon\nrefresh_token = r\n")
    assert hug("login", "--token-stdin", input=OLIVE).returncode == 0
    assert path.read_text() == (
        "# mine\nnonsense\n[a]\nhf_token = \nrefresh_token = r\nexpires_at = soon\n\n[b]\n"
        "hf_token = two\nmore = 1\n; note\n\n[olive-token]\n" f"hf_token = {OLIVE}\n\n")


@pytest.mark.parametrize("line", [("auth", "logout", "--token-name", "work"), ("logout",)])
def test_a_name_that_is_there_twice(hug, accounts, line):
    """No token stays behind one that has the same name."""
    path = hug.home / "stored_tokens"
    path.write_text(f"[work]\nhf_token = {WORK}\n[work]\nhf_token = hf_older\n[b]\nhf_token = hf_b\n")
    assert hug("login", "--token-stdin", input=OLIVE).returncode == 0
    assert hug(*line).returncode == 0
    text = path.read_text() if path.exists() else ""
    assert WORK not in text and "hf_older" not in text
    assert ("hf_b" in text) == (line[0] == "auth")


def test_a_zero_byte_makes_no_section(hug, accounts):
    path = hug.home / "stored_tokens"
    path.write_bytes(b"[a]\0b\n[c]\nhf_token = hf_c\n")
    assert hug("login", "--token-stdin", input=OLIVE).returncode == 0
    assert path.read_text().startswith("[a]?b\n[c]\nhf_token = hf_c\n")


def test_several_accounts(hug, accounts):
    for token in (OLIVE, WORK):
        hug("login", "--token-stdin", input=token)
    listed = json.loads(hug("auth", "list", "--format", "json").stdout)
    assert [one["active"] for one in listed] == [False, True]
    assert "hf_****7890" in json.dumps(listed) and OLIVE not in json.dumps(listed)
    assert hug("auth", "switch", "--token-name", "olive-token").returncode == 0
    assert hug("auth", "token").stdout == OLIVE + "\n"
    assert "no stored token is called 'nobody'" in hug.fails("auth", "switch", "--token-name", "nobody")
    assert hug("auth", "logout", "--token-name", "nobody").returncode == 1
    assert hug("logout").returncode == 0
    assert not (hug.home / "token").exists() and not (hug.home / "stored_tokens").exists()


def test_logout_does_not_reach_the_environment(hug, accounts):
    hug("login", "--token-stdin", input=OLIVE)
    assert "still logged in: the token in HF_TOKEN stays in use" in hug.fails(
        "logout", env={"HF_TOKEN": WORK})
    assert not (hug.home / "token").exists()


def test_git_gets_it_and_loses_it(hug, accounts, tmp_path):
    """Through git's own helper; the token never stands in the words of a program."""
    seen = tmp_path / "words"
    wrapper = tmp_path / "bin/git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\necho "$@" >> {seen}\nexec /usr/bin/git "$@"\n')
    wrapper.chmod(0o755)
    (hug.home / ".gitconfig").write_text("[credential]\n\thelper = store\n")
    env = {"PATH": f"{wrapper.parent}:{os.environ['PATH']}"}
    done = hug("login", "--token-stdin", "--add-to-git-credential", input=OLIVE, env=env)
    assert "configured git credential helpers (store)" in done.stderr
    kept = (hug.home / ".git-credentials").read_text()
    assert f"hf_user:{OLIVE}@127.0.0.1" in kept
    assert hug("logout", env=env).returncode == 0
    assert OLIVE not in (hug.home / ".git-credentials").read_text()
    words = seen.read_text().splitlines()
    assert words == ["config --list", "credential approve", "credential reject"]


def test_without_git(hug, accounts, tmp_path):
    env = {"PATH": str(tmp_path)}
    done = hug("login", "--token-stdin", "--add-to-git-credential", input=OLIVE, env=env)
    assert done.returncode == 0 and "no credential helper" in done.stderr
    assert hug("logout", env=env).returncode == 0


def at_terminal(hug, keys):
    """What a terminal shows when `keys` are typed at the question; its settings; exit code."""
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    process = subprocess.Popen(hug.command("login"), stdin=slave, stdout=slave, stderr=slave,
                               env=hug.env, start_new_session=True,
                               preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)))
    shown = b""
    while b"not be visible" not in shown:
        shown += os.read(master, 4096)
    os.write(master, keys)
    end = time.time() + 20
    while process.poll() is None and time.time() < end:
        time.sleep(0.02)
    code = process.wait(1)
    after = termios.tcgetattr(slave)
    os.set_blocking(master, False)
    try:
        shown += os.read(master, 65536)
    except BlockingIOError:
        pass
    os.close(master)
    os.close(slave)
    assert after == before
    return code, shown.decode()


def test_prompt_shows_nothing(hug, accounts):
    code, shown = at_terminal(hug, b"wrong\x15" + OLIVE.encode() + b"x\x7f\r")
    assert code == 0, shown
    assert OLIVE not in shown and "wrong" not in shown
    assert (hug.home / "token").read_text() == OLIVE


@pytest.mark.parametrize("keys", [b"hf_half\x03", b"\x04"])
def test_prompt_broken_off(hug, accounts, keys):
    code, shown = at_terminal(hug, keys)
    assert code == 130 and "hf_half" not in shown
    assert not (hug.home / "token").exists()


def test_browser(hug, accounts):
    """The token of somebody who is logged in does not go along."""
    hug("login", "--token-stdin", input=OLIVE)
    accounts.add_user("olive", "hf_oauth_1", role=None)
    accounts.oauth.answers = [{"error": "slow_down"}, {"error": "authorization_pending"},
                              {"access_token": "hf_oauth_1", "refresh_token": "r", "expires_in": 9}]
    done = hug("login", "--browser")
    assert done.returncode == 0, done.stderr
    assert "And enter the code: ABCD-EFGH" in done.stdout and "hf_oauth_1" not in done.stderr
    assert "[oauth-olive]\nhf_token = hf_oauth_1\nrefresh_token = r\nexpires_at = " in (
        hug.home / "stored_tokens").read_text()
    assert (hug.home / "token").read_text() == "hf_oauth_1"


def test_browser_where_the_hub_has_none(hug, accounts):
    accounts.fault(path="/oauth/device", status=404, body=b"no such page")
    done = hug("login", "--browser")
    assert done.returncode == 1 and "Login failed: the Hub gives no code (404)" in done.stderr


def test_browser_interrupted(hug, accounts):
    accounts.oauth.answers = [{"error": "authorization_pending"}]
    process = hug.start("login", "--browser")
    while accounts.oauth.polls < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130 and "Traceback" not in err
    assert not (hug.home / "token").exists()


def test_a_token_that_others_can_read(hug, accounts):
    """One warning, as hug; none once it is put right."""
    (hug.home / "token").write_text(OLIVE)
    (hug.home / "token").chmod(0o644)
    warned = hug("whoami").stderr
    assert warned.count("others can read the token") == 1 and "chmod 600" in warned
    (hug.home / "token").chmod(0o600)
    assert hug("whoami").stderr == ""


@pytest.mark.parametrize("verb", ["jobs", "endpoints", "webhooks", "skills"])
def test_verbs_that_are_left_out(hug, tmp_path, verb):
    link = tmp_path / "hf"
    link.symlink_to(os.environ["HUG"])
    done = subprocess.run([link, verb, "ls"], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: {verb} is left out of this program: the official client has it.\n"
    assert f"hug has no command '{verb}'. The official client has it: `hf {verb}`" in hug.fails(verb, code=2)


def test_another_account_for_once(hug, accounts):
    for token in (OLIVE, WORK):
        hug("login", "--token-stdin", input=token)
    assert "olive-token (read), from --as" in hug("whoami", "--as", "olive-token").stdout
    assert "olive-token (read), from --as" in hug(
        "whoami", "--as=olive-token", env={"HF_TOKEN": WORK}).stdout
    assert (hug.home / "token").read_text() == WORK
    assert "no stored token is called 'nobody'" in hug.fails("whoami", "--as", "nobody")
    with open(hug.home / "stored_tokens", "a") as file:
        file.write("[old]\nhf_token = hf_expired\n")
    assert "does not know the token from --as" in hug.fails("whoami", "--as", "old")
    assert "--as" in hug.fails("whoami", "--as", code=2)


def test_offline_opens_no_connection(hug, accounts):
    for words in (["--browser"], ["--token", OLIVE]):
        done = hug("login", *words, env={"HF_HUB_OFFLINE": "1"})
        assert done.returncode == 1 and "offline" in done.stderr
    assert not list(accounts.requests)


def test_git_that_ends_at_once(hug, accounts, tmp_path):
    """It reads nothing; nobody is ended by writing to it."""
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\nexec 0<&-\nexit 1\n")
    git.chmod(0o755)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for _ in range(20):
        assert hug("login", "--token-stdin", input=OLIVE).returncode == 0
        assert hug("logout", env=env).returncode == 0
