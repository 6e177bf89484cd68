"""The token goes to the Hub's own host, and nowhere else."""

import glob
import os
import pty
import resource
import signal
import stat
import subprocess
import time

import pytest

from conftest import OTHER_USER, TOKEN
from hub import Hub, Lfs


@pytest.fixture
def secret(hub):
    hub.add_user("olive", token=TOKEN, access={"acme/secret"})
    repo = hub.add_repo("acme/secret", private=True)
    repo.commit({"a.txt": b"a", "big.bin": Lfs(b"big" * 1000)})
    return repo


def tokens(hub):
    return [r.headers.get("authorization") for r in hub.requests]


@pytest.mark.parametrize("how", ["option", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "file", "path"])
def test_sources(hug, hub, secret, how, tmp_path):
    env, args = {}, []
    if how == "option":
        args = ["--token", TOKEN]
    elif how == "file":
        (hug.home / "token").write_text(TOKEN + "\n")
    elif how == "path":
        (tmp_path / "t").write_text(" " + TOKEN + "\r\n")
        env = {"HF_TOKEN_PATH": str(tmp_path / "t")}
    else:
        env = {how: TOKEN}
    hug.ok("download", "acme/secret", *args, env=env)
    assert set(t for t, r in zip(tokens(hub), hub.requests) if r.server == "hub") == {
        "Bearer " + TOKEN
    }


def test_precedence(hug, hub, secret):
    (hug.home / "token").write_text("hf_file")
    env = {"HF_TOKEN": "hf_env", "HUGGING_FACE_HUB_TOKEN": "hf_old"}
    hug.ok("download", "acme/secret", "--token", TOKEN, env=env)
    hub.requests.clear()
    hug("download", "acme/secret", env=env)
    assert tokens(hub)[0] == "Bearer hf_env"
    hub.requests.clear()
    hug("download", "acme/secret", env={**env, "HF_TOKEN": ""})
    assert tokens(hub)[0] == "Bearer hf_old"
    hub.requests.clear()
    hug("download", "acme/secret")
    assert tokens(hub)[0] == "Bearer hf_file"


def test_implicit_token_can_be_turned_off(hug, hub, secret):
    env = {"HF_TOKEN": TOKEN, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "yes"}
    assert hug("download", "acme/secret", env=env).returncode == 1
    assert set(tokens(hub)) == {None}
    hug.ok("download", "acme/secret", "--token", TOKEN, env=env)


def test_never_to_another_host(hug, hub, secret):
    """Not to the store, and not along any redirect that leaves the origin."""
    with Hub() as other:
        other.add_repo("acme/secret").commit({"a.txt": b"a", "big.bin": Lfs(b"big" * 1000)})
        for path in ("/revision/", "/tree/", "/resolve/"):
            fault = hub.fault(path=path, redirect=other.endpoint + "/x")
            hug("download", "acme/secret", env={"HF_TOKEN": TOKEN})
            hug("download", "acme/secret", "a.txt", env={"HF_TOKEN": TOKEN})
            assert fault.hits
            hub.clear_faults()
        other.wait_idle()
        assert len(other.requests) and set(tokens(other)) == {None}


def test_not_to_the_next_page_elsewhere(hug, hub, secret):
    with Hub() as other:
        hub.fault(path="/tree/",
                  set_headers={"Link": f'<{other.endpoint}/api/next>; rel="next"'})
        hug("download", "acme/secret", env={"HF_TOKEN": TOKEN})
        other.wait_idle()
        assert len(other.requests) and set(tokens(other)) == {None}


@pytest.mark.parametrize("how", [["--debug"], []])
def test_not_in_the_log(hug, hub, secret, how):
    hub.fault(path="/tree/", times=1, status=503)
    hub.fault(path="/resolve/", times=1, close=True)
    env = {"HF_TOKEN": TOKEN, **({} if how else {"HF_DEBUG": "1"})}
    done = hug("download", "acme/secret", *how, env=env)
    assert done.returncode == 0, done.stderr
    assert "authorization: <TOKEN>" in done.stderr
    assert "/tree/" in done.stderr and "503" in done.stderr
    # Signatures of the store are secrets too.
    assert "ignature" not in done.stderr


def test_not_in_any_error(hug, hub, secret):
    env = {"HF_TOKEN": TOKEN}
    for fault in ({"status": 401}, {"status": 403}, {"status": 500}, {"html": True},
                  {"redirect": "ftp://x/"}, {"close": True},
                  {"status": 403, "headers": {"X-Error-Message": "no"}}):
        hub.fault(**fault)
        done = hug("download", "acme/secret", "--debug", env=env)
        assert done.returncode == 1
        hub.clear_faults()


def test_not_in_the_cache(hug, hub, secret):
    hug.ok("download", "acme/secret", env={"HF_TOKEN": TOKEN})
    for folder, _, names in os.walk(hug.home):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                assert TOKEN.encode() not in file.read()


def test_not_in_any_argv(hug, hub, secret):
    """With the token in the environment no process of ours has it in its argv."""
    hub.fault(path="big", server="store", rate=2000)
    process = hug.start("download", "acme/secret", env={"HF_TOKEN": TOKEN})
    deadline = time.monotonic() + 1
    seen = 0
    while time.monotonic() < deadline and process.poll() is None:
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(path, "rb") as file:
                    line = file.read()
            except OSError:
                continue
            seen += b"acme/secret" in line
            assert TOKEN.encode() not in line
    process.communicate(timeout=30)
    assert seen


def test_password_in_the_endpoint_is_not_shown(hug, hub, secret):
    endpoint = hub.endpoint.replace("http://", "http://user:hunter2@")
    done = hug("download", "acme/nope", "--debug", env={"HF_ENDPOINT": endpoint})
    assert done.returncode == 1 and "hunter2" not in done.stderr


# Every command that asks the Hub something, and the same where it cannot answer.
COMMANDS = [
    "download acme/secret", "ls acme/secret", "cat acme/secret/a.txt", "models ls", "models info acme/secret", "whoami",
    "repo list", "repo create acme/x", "repo settings acme/secret --private", "repo move acme/secret acme/y",
    "repo duplicate acme/secret acme/z", "repo branch create acme/secret b", "repo tag create acme/secret t",
    "repo tag list acme/secret", "repo delete-files acme/secret a.txt -y", "repo delete acme/secret -y",
    "cache verify acme/secret", "auth list", "login --token-stdin",
]
FAULTS = [{}, {"status": 401}, {"status": 403, "headers": {"X-Error-Message": TOKEN[::-1]}}, {"status": 500}, {"html": True},
          {"close": True}, {"status": 404, "headers": {"X-Error-Code": "RepoNotFound"}}]


@pytest.mark.parametrize("line", COMMANDS)
def test_in_nothing_that_is_printed(hug, hub, secret, line):
    """At every level of the log, whatever the Hub answers, wherever the token is from."""
    hub.add_user("olive", token=TOKEN, orgs=("acme",), role="write")
    (hug.home / "stored_tokens").write_text(f"[laptop]\nhf_token = {TOKEN}\n")
    for fault in FAULTS:
        hub.clear_faults()
        hub.fault(path="^/(?!login)", **fault) if fault else None
        for how, env in (([], {"HF_TOKEN": TOKEN}), (["--as", "laptop"], {})):
            # conftest looks at both streams of each run.
            hug(*line.split(), *how, input=TOKEN if "stdin" in line else "",
                env={"HF_DEBUG": "1", "HF_HUB_VERBOSITY": "debug", **env})


def test_a_body_goes_nowhere_else(hug, hub, secret):
    """What creates a Space holds its secrets: no redirect takes it to another host."""
    with Hub() as other:
        hub.fault(path="/api/repos/create", status=307, redirect=other.endpoint + "/api/repos/create")
        done = hug("repo", "create", "s", "--type", "space", "--sdk", "static", "-s", f"A={TOKEN}", env={"HF_TOKEN": TOKEN})
        assert done.returncode == 1
        other.wait_idle()
        assert not len(other.requests)


def test_in_no_core_dump(other_user, hub, secret):
    """The processes of a user are that user's to read, but not this one; and it leaves no core."""
    hub.fault(path="/api/", latency=20)
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    options = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_CORE, unlimited), "cwd": other_user.home}

    def owner_of(process):
        return os.stat(f"/proc/{process.pid}/environ").st_uid

    plain = subprocess.Popen(["sleep", "20"], **other_user.options(**options))
    process = other_user.start("models", "ls", env={"HF_TOKEN": TOKEN}, **options)
    while not list(hub.requests):
        time.sleep(0.01)
    try:
        assert owner_of(plain) == OTHER_USER and owner_of(process) == 0
    finally:
        plain.kill()
        plain.wait()
    process.send_signal(signal.SIGQUIT)
    _, status = os.waitpid(process.pid, 0)
    assert os.WTERMSIG(status) == signal.SIGQUIT and not os.WCOREDUMP(status)
    assert list(other_user.home.glob("*core*")) == []


def test_in_no_argv_of_a_child(hug, hub, secret, tmp_path):
    """git and the browser are all that is ever started."""
    seen = tmp_path / "words"
    for name in ("git", "xdg-open", "sh", "env"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f'#!/bin/bash\necho "$0 $@" >> {seen}\nprintenv >> {seen}.env\ncat > /dev/null\n')
        tool.chmod(0o755)
    env = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    assert hug("login", "--token", TOKEN, "--add-to-git-credential", env=env).returncode == 0
    assert hug("logout", env=env).returncode == 0
    assert "git config --list" in seen.read_text() and TOKEN not in seen.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_at_the_hidden_question(hug, hub, number):
    """Echo is back, and nothing was saved."""
    import termios

    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    process = subprocess.Popen(hug.command("login"), stdin=slave, stdout=slave, stderr=slave, env=hug.env, start_new_session=True,
                               preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)))
    shown = b""
    while b"not be visible" not in shown:
        shown += os.read(master, 4096)
    os.write(master, b"hf_half")
    time.sleep(0.2)
    assert termios.tcgetattr(slave) != before
    process.send_signal(number)
    assert process.wait(20) == 128 + number
    assert termios.tcgetattr(slave) == before
    os.close(master)
    os.close(slave)
    assert not (hug.home / "token").exists()
