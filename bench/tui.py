"""Times the full-screen program on a pseudo terminal: start, keys, frames, idling, memory.

Caches are made in memory. Medians and the 99th percentile are printed beside what is wanted
(nothing is asserted). `ncdu -o` and the like have no such keys; the peer to take turns with is an
earlier build.

    bench/tui.py [--keys N] [--only small,revisions,rows,transfers,repo] [--before PROGRAM]
"""

import argparse
import fcntl
import os
import pty
import select
import shutil
import statistics
import struct
import subprocess
import tempfile
import termios
import time

from download import MIB, Site

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Repositories, revisions of each, files in each revision (links to few blobs).
CACHES = {
    "small": ("20 repositories", 20, 2, 20),
    "revisions": ("100,000 revisions in 2,000 repositories", 2000, 50, 1),
    "rows": ("1,000,000 files in 10 revisions of one repository", 1, 10, 100_000),
}


def build(root, repos, revisions, files):
    for r in range(repos):
        folder = f"{root}/models--org--repo{r}"
        os.makedirs(folder + "/blobs")
        os.makedirs(folder + "/refs")
        for i in range(min(files, 50)):
            with open(f"{folder}/blobs/{r:032x}{i:032x}", "w") as file:
                file.write("x" * (i + 1))
        for v in range(revisions):
            snapshot = f"{folder}/snapshots/{v:040x}"
            os.makedirs(snapshot)
            for i in range(files):
                os.symlink(f"../../blobs/{r:032x}{i % 50:032x}", f"{snapshot}/f{i}")
        with open(folder + "/refs/main", "w") as file:
            file.write("0" * 40)


class App:
    def __init__(self, program, cache, home, columns=140, rows=40, env=None):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            program if isinstance(program, list) else [program], stdin=slave, stdout=slave, stderr=slave,
            env={"PATH": os.environ["PATH"], "HOME": home, "HF_HOME": home,
                 "HF_HUB_CACHE": cache, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})})
        os.close(slave)

    def read(self, seconds):
        """Bytes until nothing comes for so long; when the first and the last came."""
        data, first, last = b"", None, None
        while select.select([self.master], [], [], seconds)[0]:
            data += os.read(self.master, 1 << 20)
            last = time.monotonic()
            first = first or last
        return data, first, last

    def until(self, text, seconds=120):
        data, end = b"", time.monotonic() + seconds
        while text not in data and time.monotonic() < end:
            if select.select([self.master], [], [], 0.1)[0]:
                data += os.read(self.master, 1 << 20)
        return time.monotonic() - self.began

    def key(self, text):
        began = time.monotonic()
        os.write(self.master, text)
        select.select([self.master], [], [], 5)
        took = time.monotonic() - began
        data, _, _ = self.read(0.004)
        return took * 1000, len(data)

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith("VmRSS"):
                    return int(line.split()[1]) / 1024

    def usage(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            cpu = sum(map(int, file.read().rpartition(")")[2].split()[11:13]))
        switches = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/status") as file:
                switches += sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
        return cpu, switches

    def ui_ticks(self):
        """Of the thread that draws: the process's first."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/stat") as file:
            return sum(map(int, file.read().rpartition(")")[2].split()[11:13]))

    def leave(self):
        """Without an answer to what quitting asks."""
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def close(self):
        os.write(self.master, b"q")
        self.process.wait(20)
        os.close(self.master)


def say(what, values, wanted):
    print(f"  {what:<34}" + "".join(f"{value:>20}" for value in values) + f"   wanted {wanted}")


def opened(program, name, cache, home):
    """The program once all is read; of the large listing every revision is open."""
    app = App(program, cache, home)
    app.until(b"help")
    app.read(1.5)
    if name == "rows":
        app.key(b"\r")
        for _ in range(10):
            app.key(b"j")
            app.key(b"\r")
            app.read(0.3)
    return app


def start(program, cache, home):
    app = App(program, cache, home)
    took = app.until(b"Cache") * 1000
    app.until(b"on disk")
    app.read(0.5)
    app.close()
    return took


def idle(app):
    before = app.usage()
    time.sleep(2)
    after = app.usage()
    return f"{after[0] - before[0]}, {after[1] - before[1]}"


def each(values, show):
    return [show(value) for value in values]


def measure(name, keys, programs):
    what, repos, revisions, files = CACHES[name]
    home = tempfile.mkdtemp(dir="/dev/shm")
    try:
        cache = home + "/hub"
        build(cache, repos, revisions, files)
        starts = list(zip(*([start(program, cache, home) for program in programs] for _ in range(7))))
        apps = [opened(program, name, cache, home) for program in programs]
        keyed = [[] for _ in programs]
        # In turns of ten, down and up again.
        for turn in range(keys // 10):
            for app, into in zip(apps, keyed):
                into += [app.key(b"j" if turn % 2 == 0 else b"k") for _ in range(10)]
        took = [sorted(ms for ms, _ in keys) for keys in keyed]
        print(what)
        say("start to first paint", each(starts, lambda v: f"{statistics.median(v):.0f} ms"), "50 ms")
        say("key to bytes, median", each(took, lambda v: f"{statistics.median(v):.3f} ms"), "4 ms")
        say("key to bytes, 99 %", each(took, lambda v: f"{v[int(len(v) * 0.99) - 1]:.2f} ms"), "16 ms")
        say("bytes a key", each(keyed, lambda v: f"{statistics.median(sent for _, sent in v):.0f}"),
            "1024 a tick")
        for app in apps:
            app.read(5)
        say("idle: CPU ticks, wake-ups in 2 s", each(apps, idle), "0, 0")
        say("memory", each(apps, lambda app: f"{app.memory():.1f} MiB"), "25 MB small, 150 MB large")
        for app in apps:
            app.close()
    finally:
        shutil.rmtree(home)


def serve(work):
    """Eight files of one repository; nginx serves them."""
    os.chmod(work, 0o755)
    site = Site(work, 28180)
    site.repo("eight", {f"e{i}.bin": 512 * MIB for i in range(8)})
    site.start()
    return site


def transferring(program, work, site, name, limit):
    """The Transfers screen while it runs."""
    home = f"{work}/{name}"
    env = {"HF_ENDPOINT": f"http://127.0.0.1:{site.port}", "XDG_STATE_HOME": home + "/state"}
    own = {**env, "PATH": os.environ["PATH"], "HOME": home, "HF_HOME": home, "HF_HUB_CACHE": home + "/hub"}
    os.makedirs(home + "/hub")
    for args in (["set", "--limit-down", limit], ["add", "bench/eight", "--paused"]):
        subprocess.run([program, "queue", *args], env=own, check=True, capture_output=True)
    app = App(program, home + "/hub", home, env=env)
    app.until(b"help")
    app.key(b"3")
    app.read(0.5)
    app.key(b"P")
    time.sleep(2)
    app.read(0.01)
    return app


def held(cache):
    """Bytes that the disk holds of a cache."""
    return sum(os.stat(os.path.join(folder, file), follow_symlinks=False).st_blocks * 512
               for folder, _, files in os.walk(cache) for file in files)


def ticks_of(app, cache, seconds):
    """Bytes of each redraw while no key is pressed, the share of a core that drawing takes, and MiB that arrive a second."""
    sizes, before, end = [], app.ui_ticks(), time.monotonic() + seconds
    kept = held(cache)
    while time.monotonic() < end:
        data, _, _ = app.read(0.02)
        if data:
            sizes.append(len(data))
    share = (app.ui_ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds * 100
    return sorted(sizes), share, (held(cache) - kept) / seconds / MIB


def transfers(keys, programs):
    work = tempfile.mkdtemp(dir="/dev/shm")
    site = None
    try:
        site = serve(work)
        print("8 files at 200 MiB/s on the Transfers screen, then without a limit")
        rows = []
        for program in programs:
            for name, limit in (("limited", "209715200"), ("full", "off")):
                app = transferring(program, work, site, f"{name}-{len(rows)}", limit)
                home = f"{work}/{name}-{len(rows)}"
                told = ticks_of(app, home + "/hub", 4 if name == "limited" else 0.5)
                pressed = range(keys if name == "limited" else 100)
                took = sorted(app.key(b"j" if n // 6 % 2 == 0 else b"k")[0] for n in pressed)
                rows.append((*told, took))
                app.leave()
                shutil.rmtree(home)
        limited, full = rows[::2], rows[1::2]
        say("arrives, MiB a second", [f"{row[2]:.0f}" for row in limited], "200")
        say("the same at full speed", [f"{row[2]:.0f}" for row in full], "all there is")
        for what, of, wanted in (("key to bytes, 99 %", limited, "16 ms"), ("the same at full speed", full, "16 ms")):
            say(what, [f"{row[3][int(len(row[3]) * 0.99) - 1]:.2f} ms" for row in of], wanted)
        say("bytes a progress tick, most", [str(row[0][-1]) for row in limited], "1024")
        say("ui thread, of a core", [f"{row[1]:.1f} %" for row in limited], "3 %")
    finally:
        if site:
            site.stop()
        shutil.rmtree(work, ignore_errors=True)


LISTED = 1_000_000


def write_listing(cache):
    """Of folders of 1,000 files, as a cache keeps it: no network is needed then."""
    commit = "0" * 40
    folder = f"{cache}/models--org--large"
    os.makedirs(folder + "/refs")
    os.makedirs(folder + "/trees")
    os.makedirs(folder + "/blobs")
    with open(folder + "/refs/main", "w") as file:
        file.write(commit)
    with open(f"{folder}/trees/{commit}.json", "w") as file:
        lines = (f'"shard-{i // 1000:04}/part-{i % 1000:04}-{"train" if i % 3 else "test"}.{"parquet" if i % 10 else "json"}": '
                 f'{{"size": {i}, "blob_id": "{i:040x}", "lfs_sha256": "{i:064x}", "lfs_size": {i}}}'
                 for i in range(LISTED))
        file.write('{"format_version": 1, "files": {' + ", ".join(lines) + "}}")


def listed(program, cache, home):
    """The Repo screen once all files are there."""
    app = App([program, "ui", "org/large"], cache, home, env={"HF_HUB_OFFLINE": "1"})
    return app, app.until(b"last listed")


def typed(app, text):
    """A key in a field of patterns: when the first bytes came, and when the last."""
    began = time.monotonic()
    os.write(app.master, text)
    _, first, last = app.read(0.2)
    return ((first or began) - began) * 1000, ((last or began) - began) * 1000


def repository(keys, programs):
    home = tempfile.mkdtemp(dir="/dev/shm")
    try:
        cache = home + "/hub"
        write_listing(cache)
        print(f"{LISTED:,} files of one repository")
        apps, took = zip(*(listed(program, cache, home) for program in programs))
        say("start to all files, kept listing", each(took, lambda v: f"{v:.2f} s"), "-")
        for app in apps:
            app.read(1)
        keyed = [[app.key(b"j" if i % 2 else b"k")[0] for i in range(keys)] for app in apps]
        say("key to bytes, median", each(map(sorted, keyed), lambda v: f"{v[len(v) // 2]:.3f} ms"), "4 ms")
        say("key to bytes, 99 %", each(map(sorted, keyed), lambda v: f"{v[int(len(v) * 0.99) - 1]:.2f} ms"), "16 ms")
        for name, open_field, text in (("include", b"+", b"*-train.*"), ("two includes", b"+", b" *part-00[0-4]*"), ("filter", b"/", b"part 12")):
            for app in apps:
                app.key(open_field)
            counts = [[typed(app, bytes([c])) for c in text] for app in apps]
            for app in apps:
                app.key(b"\r")
            say(f"{name}: first counts, worst", each(counts, lambda v: f"{max(first for first, _ in v):.1f} ms"), "33 ms")
            say(f"{name}: final counts, median", each(counts, lambda v: f"{statistics.median(last for _, last in v):.0f} ms"), "150 ms")
            say(f"{name}: final counts, worst", each(counts, lambda v: f"{max(last for _, last in v):.0f} ms"), "150 ms")
        for app in apps:
            app.read(5)
        say("idle: CPU ticks, wake-ups in 2 s", each(apps, idle), "0, 0")
        say("memory", each(apps, lambda app: f"{app.memory():.1f} MiB"), "150 MB")
        for app in apps:
            app.leave()
    finally:
        shutil.rmtree(home)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--only", default=",".join([*CACHES, "transfers", "repo"]))
    parser.add_argument("--before", help="an earlier build, timed in turns with this one")
    options = parser.parse_args()
    programs = [os.path.join(TOP, "build", "hug")] + [options.before] * bool(options.before)
    for name in options.only.split(","):
        if name == "transfers":
            transfers(options.keys, programs)
        elif name == "repo":
            repository(options.keys, programs)
        else:
            measure(name, options.keys, programs)


if __name__ == "__main__":
    main()
