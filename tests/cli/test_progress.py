"""Progress: a live block on a terminal, plain lines elsewhere."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

import pyte
import pytest

from hub import Lfs


@pytest.fixture
def slow(hub):
    repo = hub.add_repo("acme/slow")
    repo.commit({
        "weights-of-a-model-with-a-rather-long-name-00001-of-00002.safetensors": Lfs(b"a" * 900_000),
        "weights-of-a-model-with-a-rather-long-name-00002-of-00002.safetensors": Lfs(b"b" * 900_000),
        "odd\x1b[2Jname\u202e\u65e5\u672c.bin": Lfs(b"c" * 900_000),
    })
    hub.fault(server="store", rate=600_000)
    return repo


class Terminal:
    """A program on a pty, its screen drawn by pyte."""

    def __init__(self, hug, args, columns, rows, env=None):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        env = {**hug.env, "TERM": "xterm-256color", "HUG_TIME_SCALE": "1", **(env or {})}
        self.process = subprocess.Popen(hug.command(*args), env=env, stdin=slave,
                                        stdout=subprocess.PIPE, stderr=slave)
        os.close(slave)
        self.master = master
        self.raw = b""
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.frames = []

    def run(self, timeout=30):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not select.select([self.master], [], [], 0.2)[0]:
                if self.process.poll() is not None:
                    break
                continue
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            self.raw += data
            self.stream.feed(data)
            self.frames.append([line.rstrip() for line in self.screen.display])
        os.close(self.master)
        return self.process.wait(timeout=10)


@pytest.mark.parametrize("columns,rows", [(80, 24), (160, 50), (40, 10)])
def test_live_block(hug, hub, slow, columns, rows):
    terminal = Terminal(hug, ["download", "acme/slow"], columns, rows)
    assert terminal.run() == 0
    busiest = max(reversed(terminal.frames), key=lambda f: sum(bool(line) for line in f))
    text = "\n".join(busiest)
    assert re.search(r"\d+/\d+ files, .*MB of 2\.7 MB \(\d+%\)", text), text
    if columns >= 80:
        assert "1-of-00002.safetensors" in text and "2-of-00002.safetensors" in text
        assert re.search(r"MB/s|kB/s", "\n".join(map("\n".join, terminal.frames)))
    # The names' own control characters never got through.
    assert b"\x1b[2J" not in terminal.raw and "\u202e".encode() not in terminal.raw
    # The block is gone at the end; one closing line stays.
    left = [line for line in terminal.frames[-1] if line]
    assert len(left) in (1, 2) and left[0].startswith("hug: fetched and checked 2.7 MB")


def test_bar_never_runs_backwards(hug, hub, slow):
    terminal = Terminal(hug, ["download", "acme/slow"], 100, 30)
    assert terminal.run() == 0
    shares = [int(m.group(1)) for frame in terminal.frames
              for m in [re.search(r"files, .*\((\d+)%\)", "\n".join(frame))] if m]
    assert len(shares) > 3 and shares == sorted(shares)


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
