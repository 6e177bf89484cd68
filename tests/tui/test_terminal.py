"""The real program on a terminal: what it draws, and that it leaves everything as it was."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

import caches
import test_screens
from conftest import LENGTHS
from fixtures import pictures

pyte = pytest.importorskip("pyte")

TERMS = ["xterm-256color", "tmux-256color", "screen-256color", "xterm", "linux", "vt100"]
ALL_TERMS = TERMS if "HUG_EVERY_STEP" in os.environ else ["xterm-256color", "linux", "vt100"]


class Terminal:
    """A pseudo terminal with a shell's place in it: the program is its child."""

    def __init__(self, args, env, columns=80, rows=24):
        self.master, self.slave = pty.openpty()
        self.size(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.raw = b""
        self.process = subprocess.Popen(
            args, stdin=self.slave, stdout=self.slave, stderr=self.slave, env=env,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def size(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.columns, self.rows = columns, rows

    def read(self, seconds=0.0):
        end = time.time() + seconds
        while True:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.time()))
            if not ready:
                return
            try:
                part = os.read(self.master, 65536)
            except OSError:
                return
            if not part:
                return
            self.raw += part

    def wait_for(self, text, seconds=20):
        end = time.time() + seconds
        while time.time() < end:
            self.read(0.05)
            if text in self.screen():
                return
        raise AssertionError(f"no {text!r} in\n{self.screen()}")

    def screen(self):
        screen = pyte.Screen(self.columns, self.rows)
        stream = pyte.ByteStream(screen)
        # pyte knows no alternate screen; what is sent there is what is seen.
        stream.feed(self.raw)
        return "\n".join(screen.display)

    def keys(self, text):
        os.write(self.master, text.encode())

    def end(self, seconds=20):
        deadline = time.time() + seconds
        while self.process.poll() is None and time.time() < deadline:
            self.read(0.05)
        self.read(0.1)
        assert self.process.poll() is not None, "it does not end:\n" + self.screen()
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def root(tmp_path):
    return pictures(tmp_path / "hub")


@pytest.fixture
def terminal(root, tmp_path):
    opened = []

    def start(*args, columns=80, rows=24, cache=root, program=os.environ["HUG"], **env):
        full = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "xterm-256color",
                "LC_ALL": "C.UTF-8", "HF_HOME": str(tmp_path), "HF_HUB_CACHE": str(cache),
                "ASAN_OPTIONS": "handle_abort=0", **LENGTHS, **env}
        opened.append(Terminal([program, *args], full, columns, rows))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def check_clean(t):
    """Settings as before, every mode undone, nothing odd after the last of them."""
    assert termios.tcgetattr(t.slave) == t.before
    modes = {}
    for number, state in re.findall(rb"\x1b\[\?(\d+)([hl])", t.raw):
        modes[number] = state
    set_at_end = {n for n, state in modes.items() if state == b"h"}
    # The cursor is shown, lines wrap: what a terminal begins with.
    assert set_at_end <= {b"25", b"7", b"12"}, modes
    if b"25" in modes:
        assert modes[b"25"] == b"h"
    assert t.raw.count(b"\x1b[?1049h") <= t.raw.count(b"\x1b[?1049l")


@pytest.mark.parametrize("term", ALL_TERMS)
def test_draws_and_quits(terminal, term):
    t = terminal(TERM=term)
    t.wait_for("northlab/fjord-70b")
    assert "1.1 GB" in t.screen() and "? help" in t.screen()
    t.keys("jj")
    t.wait_for("row 3 of 15")
    t.keys("q")
    assert t.end() == 0
    check_clean(t)


def strays(raw):
    """What is left of the bytes once text and what all of these terminals take is gone."""
    known = (rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\|\x1b[()*+][AB0]|\x1b[=>78DEHM]"
             rb"|\$<\d+[*/]*>")
    return re.findall(rb"[^\r\n\t\x08\x0e\x0f -\x7e\x80-\xff]", re.sub(known, b"", raw))


ASCII = str.maketrans("\u2588\u2591\u2500\u2502\u250c\u2510\u2514\u2518", "#.-|++++")


def shown(t):
    """Text without what moves: digits, and the columns of a graph. A console has ASCII only."""
    lines = [re.sub(r"to [\d.]+ \w*B/s .*", "to ...", re.sub("[#.\u2581-\u2588]+$", "", line.rstrip()))
             for line in t.screen().splitlines()]
    return "\n".join(re.sub(r"\d+", "0", line.rstrip()).translate(ASCII) for line in lines)


@pytest.mark.parametrize("term", [*TERMS, "no colour"])
def test_transfers_on_a_terminal(terminal, hub, big, tmp_path, term):
    """Opens, continues, pauses, limits and quits; all terminals show the same text."""
    hub.fault(path="big", server="store", rate=200_000)
    state = tmp_path / "state/hug"
    state.mkdir(parents=True)
    (state / "queue.journal").write_text('{"hug-queue": 1}\n' + json.dumps(
        {"job": 1, "endpoint": hub.endpoint, "type": "model", "repo": "acme/big", "revision": "main", "root": str(tmp_path / "hub"),
         "state": "paused", "done": 1000000, "total": 3000000}) + "\n")
    plain = term == "no colour"
    t = terminal(TERM="xterm-256color" if plain else term, HF_ENDPOINT=hub.endpoint, XDG_STATE_HOME=str(tmp_path / "state"),
                 **({"NO_COLOR": "1"} if plain else {}))
    t.wait_for("northlab/fjord-70b")
    t.keys("3")
    t.wait_for("paused")
    t.keys("p")
    t.wait_for("running")
    t.wait_for("big.bin")
    t.keys("p")
    t.wait_for("      - paused")
    t.keys("T")
    t.wait_for("limit for all downloads")
    menu = shown(t)
    t.keys("a")
    t.wait_for("limit (20M, off)")
    t.keys("2M\r")
    t.wait_for("limit 2.0 MB/s")
    t.wait_for("row 1 of 1")
    text = shown(t)
    t.keys("Q")
    assert t.end() == 0
    check_clean(t)
    assert not strays(t.raw), strays(t.raw)
    if plain:
        assert not re.search(rb"\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7])(?:;[\d;]*)?m", t.raw)
    test_screens.golden("terminal-transfers", f"{menu}\n{text}\n")


@pytest.mark.parametrize("locale", ["C", "POSIX", "xx_YY.UTF-9"])
def test_other_locales(terminal, locale):
    t = terminal(LC_ALL=locale)
    t.wait_for("northlab/fjord-70b")
    if locale in ("C", "POSIX"):
        assert not [byte for byte in t.raw if byte > 0x7f]
    t.keys("q")
    assert t.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
def test_a_signal_leaves_what_can_be_undone(terminal, root, number):
    """The next start offers it, and restores it."""
    before = test_screens.snapshot(root)
    t = terminal("ui")
    t.wait_for("fjord")
    t.keys("jj")
    t.wait_for("row 3")
    t.keys("d")
    t.wait_for("whole repo")
    time.sleep(0.4)
    t.keys("y")
    t.wait_for("z to undo")
    t.process.send_signal(number)
    t.end()
    assert list(root.glob(".locks/.trash/*")) and test_screens.snapshot(root) != before
    t = terminal("ui")
    t.wait_for("deleted, but not freed")
    time.sleep(0.4)
    t.keys("r")
    t.wait_for("restored")
    t.keys("q")
    assert t.end() == 0 and test_screens.snapshot(root) == before


def test_the_closing_line(terminal, root):
    """What was freed is said on the ordinary screen, once, after the end."""
    t = terminal("ui", "--undo", "0")
    t.wait_for("fjord")
    t.keys("jj")
    t.wait_for("row 3")
    t.keys("d")
    t.wait_for("cannot be undone")
    time.sleep(0.4)
    t.keys("y")
    t.wait_for("141.0 GB freed")
    t.keys("q")
    assert t.end() == 0
    assert t.raw.decode(errors="replace").rstrip().endswith("hug: freed 141.0 GB")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals(terminal, number):
    t = terminal()
    t.wait_for("fjord")
    t.process.send_signal(number)
    assert t.end() == 128 + number
    check_clean(t)


def test_crash(terminal):
    t = terminal()
    t.wait_for("fjord")
    t.process.send_signal(signal.SIGABRT)
    assert t.end() == -signal.SIGABRT
    check_clean(t)


def test_ctrl_c(terminal):
    t = terminal()
    t.wait_for("fjord")
    t.keys("\x03")
    assert t.end() == 0
    check_clean(t)


@pytest.mark.parametrize("how", ["key", "signal"])
def test_suspend_and_continue(terminal, how, tmp_path):
    """Under a shell: what has none in its session cannot be stopped."""
    script = tmp_path / "script"
    script.write_text(f'set -m\n"{os.environ["HUG"]}"\nstty -a | tr ";" "\\n" | grep -w -e icanon -e'
                      ' echo\necho "STOP""PED"\nread line\nfg\necho "EN""DED"\n')
    t = terminal(str(script), program="/bin/bash")
    t.wait_for("fjord")
    if how == "key":
        t.keys("\x1a")
    else:
        found = subprocess.run(["pgrep", "-P", str(t.process.pid)], capture_output=True, text=True)
        os.kill(int(found.stdout.split()[0]), signal.SIGTSTP)
    end = time.time() + 10
    while b"STOPPED" not in t.raw and time.time() < end:
        t.read(0.1)
    assert b"STOPPED" in t.raw
    check_clean(t)
    t.raw = b""
    t.keys("\n")
    t.wait_for("fjord")
    t.keys("q")
    assert t.end() == 0
    assert b"ENDED" in t.raw
    check_clean(t)


def test_resize(terminal):
    t = terminal()
    t.wait_for("fjord")
    for columns, rows in ((140, 40), (60, 20), (30, 5), (80, 24)):
        t.raw = b""
        t.size(columns, rows)
        t.wait_for("too small" if columns == 30 else "? help")
        assert len(t.screen().splitlines()) == rows
    t.keys("q")
    assert t.end() == 0


def zeros(folder, size):
    """A cache with one file of zeros that takes a while to read; nothing of it is on the disk."""
    repo = folder / "models--org--big"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs/main").write_text("a" * 40)
    (repo / "blobs").mkdir()
    with open(repo / "blobs" / ("b" * 64), "wb") as file:
        file.truncate(size)
    (repo / "snapshots" / ("a" * 40)).mkdir(parents=True)
    (repo / "snapshots" / ("a" * 40) / "zeros.bin").symlink_to("../../blobs/" + "b" * 64)
    return folder


def test_progress_sends_little(terminal, tmp_path):
    """A tick of progress is at most 1 KiB at 140x40, and at most ten come in a second."""
    t = terminal(cache=zeros(tmp_path / "big", 40_000_000_000), columns=140, rows=40)
    t.wait_for("org/big")
    t.keys("V")
    t.wait_for("verifying")
    t.wait_for("/s")
    t.read(1)
    ticks, began = [], time.time()
    while time.time() < began + 3:
        t.raw = b""
        t.read(0.03)
        if t.raw:
            ticks.append(len(t.raw))
    assert ticks and max(ticks) <= 1024 and len(ticks) <= 33, ticks
    t.keys("x")
    t.wait_for("stopped; 0 files were good")
    t.keys("Q")
    assert t.end() == 0


def test_settings_that_clash_are_said(terminal, tmp_path):
    (tmp_path / ".config/hug").mkdir(parents=True)
    (tmp_path / ".config/hug/hug.conf").write_text("key.mark = d\n")
    t = terminal("ui", "--screen", "log", columns=140)
    t.wait_for("hug.conf: d cannot be a key of mark: cache.delete already uses it")
    t.wait_for("[7 Log]")
    t.keys("Q")
    assert t.end() == 0


def test_stuck_terminal(terminal, tmp_path):
    """What runs goes on while the terminal takes nothing; then all is shown as it is."""
    known = tmp_path / "state/hug/checked"
    t = terminal(cache=zeros(tmp_path / "big", 1_000_000), XDG_STATE_HOME=str(tmp_path / "state"),
                 columns=140, rows=40)
    t.wait_for("org/big")
    for _ in range(100):
        t.keys("\x0cjk\x0c")
        time.sleep(0.005)
    t.keys("V")
    end = time.time() + 20
    while not known.exists() and time.time() < end:
        time.sleep(0.05)
    assert known.exists(), "it waits for the terminal"
    t.wait_for("not verified")
    t.read(0.4)
    t.raw = b""
    t.keys("\r\x0c")
    t.wait_for("org/big")
    t.keys("q")
    assert t.end() == 0
    check_clean(t)


@pytest.mark.parametrize("how", ["started", "sent"])
def test_background(terminal, tmp_path, how):
    """In the background it paints nothing; brought to the front it does."""
    begin = {"started": f'"{os.environ["HUG"]}" &\n',
             "sent": f'"{os.environ["HUG"]}"\necho "STOP""PED"\nbg\n'}[how]
    script = tmp_path / "script"
    script.write_text(f'set -m\n{begin}sleep 1\necho "BE""HIND"\nread line\nfg\necho "EN""DED"\n')
    t = terminal(str(script), program="/bin/bash")
    if how == "sent":
        t.wait_for("fjord")
        t.keys("\x1a")
        t.wait_for("STOPPED")
    t.raw = b""
    t.wait_for("BEHIND")
    assert b"fjord" not in t.raw and b"Cache" not in t.raw
    t.keys("\n")
    t.wait_for("fjord")
    t.keys("q")
    assert t.end() == 0
    assert b"ENDED" in t.raw
    check_clean(t)


def test_terminal_goes_away(terminal):
    t = terminal()
    t.wait_for("fjord")
    os.close(t.master)
    t.process.wait(20)
    t.master = os.open("/dev/null", os.O_RDONLY)


@pytest.mark.parametrize("env,args", [
    ({"TERM": "dumb"}, []), ({"TERM": ""}, []), ({"TERM": "no-such-terminal"}, []),
    ({}, ["--disable-tui"]),
], ids=str)
def test_refuses_politely(terminal, env, args):
    t = terminal(*args, **env)
    assert t.end() == 2
    assert b"\x1b[?1049h" not in t.raw and b"cannot be shown" in t.raw


def test_without_a_terminal(hug):
    done = hug()
    assert done.returncode == 2 and done.stdout == ""
    assert "cannot be shown here: no terminal" in done.stderr and "download" in done.stderr
    assert "no terminal" in hug.fails("ui", code=2)


def test_no_color(terminal):
    t = terminal(NO_COLOR="1")
    t.wait_for("fjord")
    t.keys("jq")
    t.end()
    for codes in re.findall(rb"\x1b\[([\d;]*)m", t.raw):
        assert not {c for c in codes.split(b";") if c and int(c) >= 30}, codes


def test_hostile_names(terminal, tmp_path):
    """Not one control byte of a name reaches the terminal."""
    cache = caches.build(caches.hostile_names, tmp_path / "evil")
    t = terminal(cache=cache, columns=120, rows=40)
    t.wait_for("org/evil")
    t.keys("jjj\r")
    t.read(0.3)
    t.keys("j\r")
    t.read(0.5)
    t.keys("m\x1b")
    t.read(0.3)
    t.keys("D?")
    t.read(0.3)
    assert b"\x1b]0;" not in t.raw and "\u202e".encode() not in t.raw
    assert b"\x07" not in t.raw


def test_hostile_bytes(terminal, tmp_path):
    """The same of names that are not even UTF-8, on every screen."""
    caches.hostile_bytes(tmp_path / "evil")
    t = terminal(cache=tmp_path / "evil", columns=160, rows=50)
    t.wait_for("acme/owl")
    for keys in ("jjj\r", "j\r", "jj", "i", "\x1b", "m\x1b", " D", "\x1b", "d", "\x1b", "?", "\x1b", "7", "4", "/hug\r", ":", "\x1b", "J\r"):
        t.keys(keys)
        t.read(0.3)
    assert b"\x1b[35mE" not in t.raw and b"\x07" not in t.raw and b"\xff" not in t.raw
    shown = re.sub(r"\x1b\][^\x1b]*\x1b\\|\x1b\[[0-9;?$<>]*[A-Za-z]|\x1b\([0B]|\x1b[=>78M]", "", t.raw.decode())
    found = caches.UNSAFE.search(shown.replace("\r", "").replace("\b", ""))
    assert not found, ascii(shown[max(0, found.start() - 40):found.end() + 40])


def test_keys_split_anywhere(terminal):
    """An arrow that arrives in pieces, and a lone Esc."""
    t = terminal()
    t.wait_for("fjord")
    t.keys("\x1b")
    time.sleep(0.005)
    t.keys("[B\x1bOB")
    t.wait_for("row 3 of 15")
    t.keys("/")
    t.wait_for("filter")
    t.keys("\x1b")
    t.wait_for("row 3 of 15")
    t.keys("q")
    assert t.end() == 0


def test_pasted_text_presses_no_key(terminal, root):
    t = terminal()
    t.wait_for("fjord")
    t.keys("\x1b[200~dyq\r\x1b[201~")
    t.wait_for("filter dyq")
    t.keys("\x1b")
    t.wait_for("row ")
    t.keys("q")
    assert t.end() == 0
    assert (root / "models--northlab--fjord-70b").exists()


def test_mouse(terminal):
    t = terminal()
    t.wait_for("fjord")
    t.keys("\x1b[<0;20;7M\x1b[<0;20;7m")
    t.wait_for("row 4 of 15")
    t.keys("\x1b[<0;27;24M")
    t.wait_for("mark by rule")
    t.keys("q")
    t.keys("q")
    assert t.end() == 0


def test_idle_sends_nothing(terminal):
    t = terminal()
    t.wait_for("fjord")
    t.read(1.0)
    seen = len(t.raw)
    before = open(f"/proc/{t.process.pid}/stat").read().split()[13:15]
    t.read(1.5)
    after = open(f"/proc/{t.process.pid}/stat").read().split()[13:15]
    assert len(t.raw) == seen and before == after
    t.keys("q")
    assert t.end() == 0


def test_delete_cache_picks(terminal, root):
    t = terminal("delete-cache")
    t.wait_for("choose what to delete")
    t.wait_for("GB free")  # until the cache was read nothing can be marked
    t.keys("jj d")
    t.wait_for("deletes it after this screen closes")
    time.sleep(0.3)
    t.keys("y")
    assert t.end() == 0
    check_clean(t)
    text = t.raw[t.raw.rindex(b"\x1b[?1049l"):].decode()
    assert "Start deletion." in text
    assert "Done. Deleted 1 repo(s) and 0 revision(s) for a total of 141.0G." in text
    assert not (root / "models--northlab--fjord-70b").exists()


def test_delete_cache_cancelled(terminal, root):
    t = terminal("delete-cache")
    t.wait_for("choose what to delete")
    t.wait_for("GB free")  # until the cache was read nothing can be marked
    t.keys("jj q")
    t.wait_for("quit?")
    time.sleep(0.4)
    t.keys("y")
    assert t.end() == 0
    assert b"Deletion is cancelled. Do nothing." in t.raw
    assert (root / "models--northlab--fjord-70b").exists()


def test_delete_cache_without_a_screen(terminal):
    t = terminal("delete-cache", TERM="dumb")
    end = time.time() + 10
    while b"TERM is dumb" not in t.raw and time.time() < end:
        t.read(0.1)
    assert b"a list, as the screen cannot be shown: TERM is dumb" in t.raw


def test_copy(terminal):
    t = terminal()
    t.wait_for("fjord")
    t.keys("jjy")
    t.wait_for("command that deletes it")
    t.keys("i")
    t.wait_for("copied: northlab/fjord-70b")
    assert b"\x1b]52;c;bm9ydGhsYWIvZmpvcmQtNzBi\x1b\\" in t.raw
    t.keys("q")
    assert t.end() == 0


# -- the scripts of the screens, on the real program --

BYTES = {"Enter": "\r", "Esc": "\x1b", "Space": " ", "Tab": "\t", "Down": "\x1b[B"}


def typed(script):
    """What a user types for the commands "key" and "text"."""
    for line in script.splitlines():
        word, _, rest = line.partition(" ")
        if word == "key":
            yield BYTES.get(rest, rest)
        elif word == "text":
            yield rest


class Tmux:
    """A session of tmux: a terminal that knows every sequence that curses may send."""

    def __init__(self, folder, command, columns, rows):
        self.socket = str(folder / "tmux")
        self.run("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                 command)

    def run(self, *args):
        return subprocess.run(["tmux", "-S", self.socket, *args], capture_output=True, text=True,
                              timeout=20, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})

    def keys(self, text):
        self.run("send-keys", "-H", *(f"{byte:02x}" for byte in text.encode()))

    def screen(self):
        return self.run("capture-pane", "-p").stdout

    def wait_for(self, done, seconds=15):
        end = time.time() + seconds
        while time.time() < end and not done(self.screen()):
            time.sleep(0.1)
        return self.screen()


def replay(root, folder, state, term):
    """The script of a state: the real program shows what the one without a terminal shows."""
    env = (f"env -i PATH='{os.environ['PATH']}' HOME='{folder}' TERM={term} LC_ALL=C.UTF-8 TZ=UTC "
           f"HF_HUB_CACHE='{root}' HUG_FAULT='{LENGTHS['HUG_FAULT']}'")
    tmux = Tmux(folder, f"{env} '{os.environ['HUG']}' ui --ascii", 80, 24)
    try:
        tmux.wait_for(lambda text: "northlab/fjord-70b" in text)
        time.sleep(0.3)
        for keys in typed(test_screens.STATES[state]):
            tmux.keys(keys)
            time.sleep(0.03)
        with open(os.path.join(test_screens.GOLDEN, "plain-80x24.txt")) as file:
            wanted = file.read().split(f"== {state}\n")[1].split("\n== ")[0].rstrip("\n") + "\n"
        if state == "settings":
            wanted = wanted.replace("characters  auto ", "characters  plain")
        seen = tmux.wait_for(lambda text: test_screens.masked(text) == wanted)
        assert test_screens.masked(seen) == wanted
    finally:
        tmux.run("kill-server")


@pytest.mark.parametrize("state", list(test_screens.STATES))
def test_scripts_on_the_real_program(root, tmp_path, state):
    replay(root, tmp_path, state, "xterm-256color")


@pytest.mark.parametrize("term", TERMS[1:] if "HUG_EVERY_STEP" in os.environ else ["vt100"])
@pytest.mark.parametrize("state", ["marked", "question", "files"])
def test_scripts_on_other_terminals(root, tmp_path, state, term):
    replay(root, tmp_path, state, term)


def test_leave_the_screen_while_transfers_run(terminal, root, tmp_path):
    """Lines where the screen was, until the last one has ended; the same process."""
    from hub import Hub, Lfs
    with Hub() as hub:
        hub.add_repo("acme/big").commit({"big.bin": Lfs(b"0123456789abcdef" * 100_000)})
        hub.fault(path="big", server="store", rate=1_000_000)
        t = terminal(HF_ENDPOINT=hub.endpoint, XDG_STATE_HOME=str(tmp_path / "state"))
        t.wait_for("fjord")
        t.keys("3")
        t.wait_for("no transfers")
        t.keys("A")
        t.wait_for("download (")
        t.keys("acme/big\r")
        t.wait_for("running")
        t.keys("Q")
        t.wait_for("Leave the screen")
        time.sleep(0.3)
        t.keys("\t\t\t\r")
        t.wait_for("the transfers go on")
        t.wait_for("done: acme/big")
        assert t.end() == 0
        hub.wait_idle()


@pytest.mark.parametrize("how,bytes_", [("off", b""), ("bell", b"\a"), ("desktop", b"\x1b]9;acme/big done\x1b\\")])
def test_notification(terminal, root, tmp_path, how, bytes_):
    """Of what has ended, in the way that the settings name."""
    from hub import Hub
    (tmp_path / ".config/hug").mkdir(parents=True)
    (tmp_path / ".config/hug/hug.conf").write_text(f"notify = {how}\n")
    with Hub() as hub:
        hub.add_repo("acme/big").commit({"a.txt": b"a"})
        t = terminal(HF_ENDPOINT=hub.endpoint, XDG_STATE_HOME=str(tmp_path / "state"))
        t.wait_for("fjord")
        t.keys("3")
        t.wait_for("no transfers")
        before = len(t.raw)
        t.keys("A")
        t.wait_for("download (")
        t.keys("acme/big\r")
        t.wait_for("done: acme/big")
        t.read(0.2)
        assert (bytes_ in t.raw[before:]) if bytes_ else b"\x1b]9" not in t.raw and b"\a" not in t.raw[before:]
        t.keys("Q")
        assert t.end() == 0
        hub.wait_idle()
