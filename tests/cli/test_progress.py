"""Progress: a live block on a terminal, plain lines elsewhere."""

import fcntl
import os
import pty
import re
import select
import shlex
import shutil
import signal
import struct
import subprocess
import termios
import time
import unicodedata

import pyte
import pytest
import wcwidth

from caches import Cache
from hub import Lfs


def three_files(hub, rate):
    repo = hub.add_repo("acme/slow")
    repo.commit({
        "weights-of-a-model-with-a-rather-long-name-00001-of-00002.safetensors": Lfs(b"a" * 900_000),
        "weights-of-a-model-with-a-rather-long-name-00002-of-00002.safetensors": Lfs(b"b" * 900_000),
        "odd\x1b[2Jname\u202e\u65e5\u672ce\u0301.bin": Lfs(b"c" * 900_000),
    })
    hub.fault(server="store", rate=rate)
    return repo


@pytest.fixture
def slow(hub):
    return three_files(hub, 600_000)


@pytest.fixture
def slower(hub):
    """Four seconds: so long that it is known how long it still takes."""
    return three_files(hub, 230_000)


class Terminal:
    """A program in front on a terminal of its own, drawn by pyte; each frame is kept."""

    # What ends a frame: lines are wrapped again.
    END = b"\x1b[?7h"

    def __init__(self, hug, args, columns, rows, env=None, stdout=subprocess.PIPE):
        self.master, slave = pty.openpty()
        self.columns, self.rows = columns, rows
        self.screen = pyte.HistoryScreen(columns, rows, history=1000, ratio=1)
        self.stream = pyte.ByteStream(self.screen)
        self.set_size(columns, rows)
        env = {**(hug.env if hug else {}), "TERM": "xterm-256color", "HUG_TIME_SCALE": "1", **(env or {})}
        self.process = subprocess.Popen(
            hug.command(*args) if hug else args, env=env, stdin=slave, stderr=slave, stdout=stdout or slave,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.raw = b""
        self.pending = b""
        self.frames = []  # lines as they are shown
        self.drawn = []   # of frames: when, columns, the bytes
        self.began = time.monotonic()

    def set_size(self, columns, rows):
        self.columns, self.rows = columns, rows
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def feed(self, data):
        self.raw += data
        *whole, self.pending = (self.pending + data).split(self.END)
        for part in whole:
            self.stream.feed(part + self.END)
            if b"\x1b[?7l" in part:
                self.drawn.append((time.monotonic(), self.columns, part.rsplit(b"\x1b[?7l", 1)[1]))
            self.frames.append(self.lines())
        if b"\x1b[?7l" not in self.pending:
            self.stream.feed(self.pending)
            self.pending = b""

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def run(self, timeout=60, until=None, step=lambda: None):
        """Until it ends, or until() of the frames so far is true; calls step() over and over."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            step()
            if until and until(self.frames):
                return None
            # Looked at first: what it writes before it ends is there to be read then.
            ended = self.process.poll() is not None
            if not select.select([self.master], [], [], 0.05)[0]:
                if ended:
                    break
                continue
            try:
                self.feed(os.read(self.master, 65536))
            except OSError:
                break
        assert not until, self.frames[-1:]
        self.stream.feed(self.pending)
        self.pending = b""
        self.frames.append(self.lines())
        os.close(self.master)
        return self.process.wait(timeout=10)

    def history(self):
        """What has left the screen at its top."""
        return ["".join(line[x].data for x in range(self.columns)).rstrip() for line in self.screen.history.top]


def texts(frame):
    """The lines of a frame as they were sent, without what steers the terminal."""
    return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", line) for line in frame.decode().split("\n")]


def filled(line):
    """Eighths of cells that a line's bar has; None without a bar."""
    blocks = [c for c in line if "\u2588" <= c <= "\u258f"]
    if blocks:
        return sum(0x2590 - ord(c) for c in blocks)
    plain = re.search(r" ([#.]+) +\d+%", line)
    return plain.group(1).count("#") * 8 if plain else None


def name_of(line):
    """What stands before a line's bar, or its share of a hundred."""
    return re.split("[\u2588-\u258f]| [#.]+ +\\d+%|  | \\d+%", line)[0].strip()


def check_frames(terminal):
    """No line wraps, no bar runs back, and there are at most ten frames a second."""
    bars = {}
    # Cut short, two names may be the same.
    files = [[name_of(line) for line in texts(frame)[:-1]] for _, _, frame in terminal.drawn]
    alike = {name for names in files for name in names if names.count(name) > 1}
    for _, columns, frame in terminal.drawn:
        lines = texts(frame)
        for line in lines:
            assert wcwidth.wcswidth(line) < columns, (columns, line)
            share = re.search(r" (\d+)%", line)
            key = (columns, "all" if line is lines[-1] else name_of(line))
            now = (filled(line) or 0, int(share.group(1)) if share else 0)
            if key[1] not in alike:
                was = bars.get(key, (0, 0))
                assert now[0] >= was[0] and now[1] >= was[1], (line, was)
                bars[key] = now
    times = [when for when, _, _ in terminal.drawn]
    for i, when in enumerate(times):
        assert sum(when <= other < when + 1 for other in times[i:]) <= 11
    assert len(times) <= 10 * (times[-1] - terminal.began) + 1
    return bars


SIZES = [(160, 50), (80, 24), (40, 10), (20, 5), (9, 3)]


# Sizes take turns with the characters; `./run full` looks at all of them.
EVERY = "HUG_EVERY_STEP" in os.environ
LIVE = [(columns, rows, charset) for i, (columns, rows) in enumerate(SIZES) for k, charset in enumerate(("C.UTF-8", "C"))
        if EVERY or i % 2 == k]


@pytest.mark.parametrize("columns,rows,charset", LIVE)
def test_live_block(hug, hub, slower, columns, rows, charset):
    terminal = Terminal(hug, ["download", "acme/slow"], columns, rows, env={"LC_ALL": charset})
    stdout = terminal.process.stdout
    assert terminal.run() == 0
    bars = check_frames(terminal)
    assert len(terminal.drawn) > 10
    assert all(len(texts(frame)) <= max(1, rows - 1) for _, _, frame in terminal.drawn)
    busiest = max((texts(frame) for _, _, frame in terminal.drawn), key=len)
    assert re.match(r"[0-3]/3", busiest[-1]), busiest
    if rows >= 5:
        assert len(busiest) == 4, busiest
    if columns >= 20:
        assert all(re.search(r" [ \d]{2}\d%", line) for line in busiest), busiest
        assert max(filled for filled, _ in bars.values()) > 16
        assert ("\u2588" in terminal.raw.decode()) == (charset == "C.UTF-8")
    if columns >= 40:
        last = [line for _, _, frame in terminal.drawn for line in texts(frame)[-1:]]
        assert any(re.search(r" \d:\d\d$", line) for line in last), last
    if columns >= 80:
        assert any(re.search(r" [\d.]+ [kM]B/s", line) for line in last), last
        text = "\n".join(busiest)
        assert "1-of-00002.safetensors" in text and "2-of-00002.safetensors" in text
        # Numbers stand below each other.
        assert len({wcwidth.wcswidth(line[:line.index("%")]) for line in busiest}) == 1, busiest
    if columns >= 160:
        assert " of 2.7 MB" in busiest[-1], busiest
    # The names' own control characters never got through.
    assert b"\x1b[2J" not in terminal.raw and "\u202e".encode() not in terminal.raw
    # The block is gone at the end; one closing line stays, perhaps wrapped.
    left = [line for line in terminal.history() + terminal.frames[-1] if line]
    assert "".join(left).startswith(("hug: fetched and checked", "hug: fetchedand checked")), left
    assert sum(len(line) for line in left) < 110 and not re.search("[#%\u2588]", "".join(left)), left
    # What is printed is untouched.
    assert re.fullmatch(r"/\S+/snapshots/[0-9a-f]{40}\n", stdout.read().decode())


def test_bar_stays_when_a_file_begins_anew(hug, hub):
    """Bytes that came damaged count no more; the bar waits until there are as many again."""
    repo = hub.add_repo("acme/slow")
    repo.commit({"model.safetensors": Lfs(b"a" * 1_500_000)})
    hub.fault(server="store", rate=1_500_000, corrupt=700_000, times=1)
    hub.fault(server="store", rate=1_500_000)
    terminal = Terminal(hug, ["download", "acme/slow"], 80, 24)
    assert terminal.run() == 0
    check_frames(terminal)
    bytes_done = [float(m.group(1)) for _, _, frame in terminal.drawn
                  for m in [re.search(r"%\s+([\d.]+) MB", texts(frame)[-1])] if m]
    assert bytes_done != sorted(bytes_done), "the file did not begin anew"


def squeezed(line):
    return unicodedata.normalize("NFC", line).replace(" ", "")


def test_block_follows_the_terminal(hug, hub, slower):
    """Smaller and larger while it runs: every frame fits, and nothing of an older one is left."""
    terminal = Terminal(hug, ["download", "acme/slow"], 100, 30)
    for columns, rows in ((60, 20), (20, 5), (160, 40), (40, 4), (80, 24)):
        seen = len(terminal.frames) + 3
        terminal.run(until=lambda frames, seen=seen: len(frames) >= seen)
        terminal.set_size(columns, rows)
        seen = len(terminal.frames) + 2
        terminal.run(until=lambda frames, seen=seen: len(frames) >= seen)
        shown = [line for line in terminal.frames[-1] if line]
        sent = [line.rstrip() for line in texts(terminal.drawn[-1][2])]
        assert [squeezed(line) for line in shown] == [squeezed(line) for line in sent]
    assert terminal.run() == 0
    left = [line for line in terminal.frames[-1] if line]
    assert len(left) == 1 and left[0].startswith("hug: fetched and checked"), left


@pytest.mark.skipif(not shutil.which("tmux"), reason="there is no tmux")
def test_block_where_lines_are_wrapped_anew(hug, hub, slower, tmp_path):
    """Some terminals wrap old lines when they become narrower: nothing of those is left either."""
    log = tmp_path / "log"
    env = {**hug.env, "HUG_TIME_SCALE": "1", "TERM": "xterm-256color"}

    def tmux(*args):
        return subprocess.run(["tmux", "-u", "-S", tmp_path / "socket", "-f", "/dev/null", *args],
                              env=env, check=True, capture_output=True, text=True).stdout

    # As on most terminals, the shell's line is the last one.
    command = shlex.join(hug.command("download", "acme/slow"))
    script = f"for i in $(seq 20); do echo; done; echo before; {command} >{log}; echo after; sleep 60"
    tmux("new-session", "-d", "-x", "120", "-y", "20", script)
    try:
        for columns in (120, 50, 90, 110):
            tmux("resize-window", "-x", str(columns), "-y", "20")
            time.sleep(0.5)
            shown = tmux("capture-pane", "-p", "-S", "-100")
            lines = [line for line in shown.splitlines() if line]
            assert lines[0] == "before" and 1 < len(lines) <= 5, shown
        for _ in range(100):
            shown = tmux("capture-pane", "-p", "-S", "-100")
            if "after" in shown:
                break
            time.sleep(0.1)
        assert re.fullmatch(r"\n*before\nhug: fetched and checked .*\)\nafter\n+", shown), shown
    finally:
        tmux("kill-server")


@pytest.fixture
def shell(hug):
    """A shell with jobs on a terminal, where the program runs as people run it."""
    terminal = Terminal(None, ["bash", "--norc", "--noprofile", "--noediting", "-i"], 80, 24,
                        env={**hug.env, "PS1": "$ "}, stdout=None)

    def say(text, *wanted):
        os.write(terminal.master, text.encode())
        terminal.run(until=lambda frames: all(any(re.search(w, line) for line in terminal.lines()) for w in wanted))

    terminal.say = say
    terminal.command = shlex.join(hug.command("download", "acme/slow")) + " >/dev/null"
    yield terminal
    terminal.process.kill()
    terminal.process.wait()
    os.close(terminal.master)


def test_stop_and_continue(hug, hub, slower, shell):
    """Ctrl-Z takes the block away before the shell writes; with fg it comes again below that."""
    shell.say("PS1='> '; clear\n", "^>$")
    shell.say(shell.command + "\n", r"^[0-3]/3 files .*%")
    shell.say("\x1a", "Stopped")
    shown = [line for line in shell.lines() if line]
    assert not any("%" in line or "\u2588" in line for line in shown), shown
    shell.say("fg\n", r"^[0-3]/3 files .*%")
    shell.say("", "fetched and checked", "^>$")
    left = [line for line in shell.lines() if line]
    # What was typed may take two lines.
    assert not any("%" in line or "\u2588" in line for line in left), left
    assert left[-2].startswith("hug: fetched and checked") and left[-1] == ">", left
    check_frames(shell)


def test_nothing_is_drawn_behind(hug, hub, slower, shell):
    """With bg the terminal is the shell's."""
    shell.say("PS1='> '; clear\n", "^>$")
    shell.say(shell.command + "\n", r"^[0-3]/3 files .*%")
    shell.say("\x1a", "Stopped")
    drawn = len(shell.drawn)
    shell.say("bg\n", "fetched and checked")
    assert len(shell.drawn) == drawn
    assert not any("%" in line or "\u2588" in line for line in shell.lines()), shell.lines()


def test_killed_twice(hug, hub, slower):
    """A second Ctrl-C ends it at once, and takes the block away."""
    terminal = Terminal(hug, ["download", "acme/slow"], 80, 24)
    terminal.run(until=lambda frames: len(frames) > 5 and "%" in "".join(frames[-1]))
    os.kill(terminal.process.pid, signal.SIGINT)
    os.kill(terminal.process.pid, signal.SIGINT)
    os.kill(terminal.process.pid, signal.SIGTERM)
    assert terminal.run() in (130, 143)
    assert "%" not in "".join(terminal.frames[-1]), terminal.frames[-1]


def test_quit(hug, hub, slower):
    """What ends it without being handled takes the block away as well."""
    terminal = Terminal(hug, ["download", "acme/slow"], 80, 24)
    terminal.run(until=lambda frames: len(frames) > 5 and "%" in "".join(frames[-1]))
    os.kill(terminal.process.pid, signal.SIGQUIT)
    assert terminal.run() == -signal.SIGQUIT
    assert not any(terminal.frames[-1]), terminal.frames[-1]


@pytest.fixture
def cached(hug):
    """A model of six files, 60 kB each."""
    cache = Cache(hug.cache)
    cache.repo("acme/old", {"a" * 40: {f"model-{n}.safetensors": bytes([n]) * 60_000 for n in range(6)}})
    return hug.cache / "models--acme--old"


def let_go_on(terminal):
    """A disk that takes its time: hug stops at each file, until it is let go on."""
    def step():
        if terminal.process.poll() is None and stopped(terminal.process.pid):
            time.sleep(0.15)
            os.kill(terminal.process.pid, signal.SIGCONT)
    return step


def stopped(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"


@pytest.mark.parametrize("columns", [80, 20] if EVERY else [80])
@pytest.mark.parametrize("args", [["cache", "rm", "model/acme/old", "--yes"], ["cache", "free", "1K", "--yes"],
                                  ["delete-cache", "--revisions", "a" * 40, "--yes"],
                                  ["cache", "prune", "--older-than", "0d", "--yes"]], ids=lambda args: "-".join(args[:2]))
def test_deleting(hug, cached, args, columns):
    """Files and bytes while they are deleted, and the results as ever."""
    terminal = Terminal(hug, args, columns, 24, env={"HUG_FAULT": "remove:1+:stop"}, stdout=None)
    assert terminal.run(step=let_go_on(terminal)) == 0
    assert not cached.exists()
    check_frames(terminal)
    lines = [texts(frame) for _, _, frame in terminal.drawn]
    assert len(lines) > 3 and all(len(line) == 1 for line in lines), lines
    assert re.match(r"6 files .*100%", lines[-1][0]), lines
    shown = [line for line in terminal.history() + terminal.frames[-1] if line]
    assert not any("\u2588" in line or "%" in line for line in shown), shown
    # What is printed on the same terminal is all there.
    done = "".join(shown)
    assert "freed" in done or "for a total of" in done, shown


def test_deleting_in_a_pipe(hug, cached):
    done = hug("cache", "rm", "model/acme/old", "--yes")
    assert done.returncode == 0 and done.stderr == ""


def test_a_short_deletion_shows_no_bar(hug, cached):
    terminal = Terminal(hug, ["cache", "rm", "model/acme/old", "--yes"], 80, 24)
    assert terminal.run() == 0 and terminal.raw == b""


def test_deleting_is_ended(hug, cached):
    """Ctrl-C ends a deletion at once, and takes the bar away."""
    terminal = Terminal(hug, ["cache", "rm", "model/acme/old", "--yes"], 80, 24, env={"HUG_FAULT": "remove:1+:stop"})
    terminal.run(until=lambda frames: len(terminal.drawn) > 2, step=let_go_on(terminal))
    os.kill(terminal.process.pid, signal.SIGINT)
    os.kill(terminal.process.pid, signal.SIGCONT)
    assert terminal.run() == -signal.SIGINT
    assert not any(terminal.frames[-1]), terminal.frames[-1]


@pytest.mark.parametrize("columns", [80, 40])
def test_verifying(hug, columns):
    """A line for each file that is read, and one for all."""
    blobs = hug.cache / "models--acme--big/blobs"
    snapshot = hug.cache / "models--acme--big/snapshots" / ("a" * 40)
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    for n in range(6):
        with open(blobs / (str(n) * 64), "wb") as blob:
            blob.truncate(500_000_000)
        (snapshot / f"model-{n}.safetensors").symlink_to(f"../../blobs/{str(n) * 64}")
    terminal = Terminal(hug, ["cache", "verify"], columns, 24)
    assert terminal.run() == 1
    check_frames(terminal)
    busiest = max((texts(frame) for _, _, frame in terminal.drawn), key=len)
    assert re.match(r"[0-5]/6 files .*%", busiest[-1]) and len(busiest) in (3, 4, 5), busiest
    assert sum(bool(re.search(r"model-\d\.safetensors .*%", line)) for line in busiest) == len(busiest) - 1, busiest


def test_plain_lines(hug, hub, slow):
    """Off a terminal there is no control character, and a line every ten seconds."""
    done = hug("download", "acme/slow", env={"HUG_TIME_SCALE": "0.08"})
    assert done.returncode == 0
    assert "\x1b" not in done.stderr and "\r" not in done.stderr
    lines = done.stderr.splitlines()
    assert lines[-1].startswith("hug: fetched and checked 2.7 MB in ")
    assert any(re.match(r"hug: \d/\d files, .* of 2\.7 MB \(\d+%\)", line) for line in lines)


def test_quiet(hug, slow):
    done = hug("download", "acme/slow", "--quiet")
    assert done.returncode == 0 and done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_bars_can_be_turned_off(hug, slow):
    terminal = Terminal(hug, ["download", "acme/slow"], 80, 24,
                        env={"HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    assert terminal.run() == 0
    assert terminal.raw == b""


def test_dumb_terminal(hug, slow):
    terminal = Terminal(hug, ["download", "acme/slow"], 80, 24, env={"TERM": "dumb"})
    assert terminal.run() == 0
    assert b"\x1b" not in terminal.raw


def test_stdout_is_the_path_alone(hug, slow):
    terminal = Terminal(hug, ["download", "acme/slow"], 80, 24)
    stdout = terminal.process.stdout
    terminal.run()
    lines = stdout.read().decode().splitlines()
    assert len(lines) == 1 and lines[0].startswith(str(hug.repo("acme/slow")))
