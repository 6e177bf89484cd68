"""The script ./run: what it says, what it builds with, and the demo from start to end."""

import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest

from test_terminal import Terminal

TOP = pathlib.Path(os.path.abspath(__file__)).parents[2]
RUN = TOP / "run"
INSTALLED = "#!/bin/sh\necho install ok installed\n"
MISSING = "#!/bin/sh\nexit 1\n"
CONFIGURE = """#!/bin/sh
cat >Makefile <<'END'
.PHONY: all all-am prog
all: all-am
all-am: one.o two.o three.o prog
%.o:
	@echo "  CC      " $@;case $@ in $(BAD)) echo "$@: error: no semicolon" >&2; echo "   12 | int x" >&2; exit 1;; esac
prog:
	@echo "  CCLD    " $@;:
END
"""


def script(path, text):
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def shelf(tmp_path):
    """A folder of the only programs that ./run finds."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "cat", "cmp", "dirname", "env", "find", "grep", "make", "mkdir", "mv", "nproc", "sed", "sh"):
        (folder / name).symlink_to(shutil.which(name))
    script(folder / "id", "#!/bin/sh\necho 1000\n")
    script(folder / "apt-get", "#!/bin/sh\necho E: no such thing >&2\nexit 100\n")
    script(folder / "dpkg-query", MISSING)
    return folder


@pytest.fixture
def project(tmp_path, shelf):
    """A project of three files, which the real ./run builds."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(RUN, folder / "run")
    script(folder / "configure", CONFIGURE)
    script(shelf / "dpkg-query", INSTALLED)
    return folder


def build(project, shelf, bad="none"):
    return subprocess.run([project / "run", "build"], env={"PATH": str(shelf), "BAD": bad},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


@pytest.mark.parametrize("user,sudo,why", [
    (1000, None, "you are not root and there is no sudo"),
    (1000, '#!/bin/sh\nexec "$@"\n', "the reason is above"),
    (0, None, "the reason is above"),
])
def test_packages_that_cannot_be_installed(shelf, user, sudo, why):
    """What to type, in place of what the shell says of sudo."""
    script(shelf / "id", f"#!/bin/sh\necho {user}\n")
    if sudo:
        script(shelf / "sudo", sudo)
    done = subprocess.run([RUN, "build"], env={"PATH": str(shelf)}, capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == ""
    *_, said, command = done.stderr.splitlines()
    assert said == f"run: cannot install the missing packages: {why}. As root, run:"
    assert command.startswith("  apt-get install --no-install-recommends autoconf automake ")
    assert ("E: no such thing" in done.stderr) == (why == "the reason is above")
    assert "not found" not in done.stderr


def test_compiling_without_terminal(project, shelf):
    done = build(project, shelf)
    assert done.returncode == 0 and done.stdout == ""
    assert done.stderr.splitlines()[1:] == ["== compiling 3 files", "== compiled 3 files"]


def test_compiling_on_a_terminal(project, shelf):
    t = Terminal([project / "run", "build"], {"PATH": str(shelf), "BAD": "none"})
    try:
        assert t.end() == 0
        shown = t.raw.decode().splitlines()
        assert t.screen().split("\n")[1].strip() == "== compiling 3 of 3"
        assert shown[-1].count("== compiling") == 1 and "compiling 1 of 3" in t.raw.decode()
    finally:
        t.close()


def test_errors_of_the_compiler(project, shelf):
    done = build(project, shelf, bad="two.o")
    assert done.returncode != 0
    assert "two.o: error: no semicolon\n   12 | int x\n" in done.stderr
    assert "compiled" not in done.stderr


# The demo


@pytest.fixture
def place(tmp_path):
    """The environment of a demo whose folder is the only one in here."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS") if name in os.environ}
    # What a user may have set must not reach the demo.
    return {**kept, "HOME": str(tmp_path), "TMPDIR": str(folder), "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8", "HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": "/nowhere",
            "HF_TOKEN": "hf_wrong", "http_proxy": "http://127.0.0.1:9"}


def running(place):
    """The processes that know the demo's folder."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if place["TMPDIR"].encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:
            pass
    return found


def check_nothing_left(place):
    assert os.listdir(place["TMPDIR"]) == []
    assert running(place) == []


@pytest.fixture
def terminal(place):
    opened = []

    def start(**env):
        opened.append(Terminal([RUN, "demo", os.environ["HUG"]], {**place, **env}))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def test_demo_without_terminal(place, tmp_path):
    done = subprocess.run([RUN, "demo", os.environ["HUG"]], env=place, stdin=subprocess.DEVNULL, cwd=tmp_path,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
    said = done.stdout
    assert done.returncode == 0, said
    check_nothing_left(place)
    for text in ("tiny-owl-F16-00002-of-00002.gguf", "hug: stopped", "Found 10 repo(s)", "[(detached)]",
                 "About to delete 4 revision(s)"):
        assert text in said, text
    assert len(re.findall(r"fetched and checked", said)) == 3
    assert float(re.findall(r"fetched and checked ([\d.]+) MB", said)[1]) < 15, "not resumed"
    closing = said.splitlines()[-4:]
    assert [line.partition(":")[0] for line in closing] == [
        "Shown", "Removed", "Next, on a terminal", "Next, with the real Hub"]
    assert f" {RUN} demo {os.environ['HUG']} " in closing[2]
    last = closing[3].partition(":")[2]
    assert subprocess.run(last, shell=True, cwd=tmp_path, capture_output=True).returncode == 0


def test_demo_in_ci(place, terminal):
    t = terminal(CI="true")
    assert t.end(100) == 0, t.screen()
    assert "any key" not in t.screen()
    check_nothing_left(place)


def test_demo_opens_the_app(place, terminal):
    t = terminal()
    t.wait_for("any key opens the app", 100)
    t.keys(" ")
    t.wait_for("10 repos")
    t.wait_for("nothing is marked")
    # What a second terminal is told to type.
    [env] = pathlib.Path(place["TMPDIR"]).glob("hug-demo.*/env")
    for command, shown in (("cache ls", "Found 10 repo(s)"), ("models ls", "hug-demo/hoot-asr")):
        done = subprocess.run(["sh", "-c", f". {env}; hug {command}"], env=place, capture_output=True, text=True)
        assert shown in done.stdout, done.stderr
    t.keys("q")
    assert t.end() == 0
    assert "its cache is removed" in t.screen()
    check_nothing_left(place)


@pytest.mark.parametrize("moment", ["starting the demo Hub", "hug models ls", "--limit-rate 5M"])
def test_demo_interrupted(place, terminal, moment):
    t = terminal()
    t.wait_for(moment)
    t.keys("\x03")
    assert t.end() == 130
    check_nothing_left(place)


def test_demo_killed(place):
    """Nobody is left who could stop the Hub, so it stops by itself."""
    with subprocess.Popen([RUN, "demo", os.environ["HUG"]], env=place, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "hug models ls" in line:
                break
        assert running(place)
        process.kill()
        process.stderr.close()
    end = time.time() + 20
    while running(place) and time.time() < end:
        time.sleep(0.2)
    assert running(place) == []
