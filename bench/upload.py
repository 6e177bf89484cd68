"""Times uploads beside the official clients, over plain HTTP, into the test Hub.

Each program uploads the same files to a repository that is new, in the same run, taking
turns; medians of --runs are printed, and ratios to the faster official client. Nothing is asserted.

    a  one file of 2 GiB, also beside `openssl dgst -sha256` and `curl -T` one after the other
    b  2,000 files of 8 KiB
    c  100,000 files that are all there already; hug without and with what it noted the last time
    d  2,000 small and 8 large files with 50 ms of latency
    e  100,000 files that are new, with 30 ms of latency, once; and hug again after it was killed halfway

    bench/upload.py [--runs N] [--only a,b,...] [--hug PROGRAM] [--files-in-c N]
"""

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, f"{TOP}/tests")

from hub import Hub  # noqa: E402

TOKEN = "hf_" + "u" * 34
MIB = 1 << 20


class Bench:
    def __init__(self, hub, folder, args):
        self.hub, self.folder, self.args = hub, folder, args
        self.count = 0
        peer = f"{TOP}/build/peer"
        self.programs = {"hug": [args.hug, "upload"],
                         "0.36.2": [f"{peer}/0.36.2/bin/huggingface-cli", "upload"],
                         "2.4.0": [f"{peer}/2.4.0/bin/hf", "upload"]}

    def environment(self, home):
        return {**os.environ, "HF_ENDPOINT": self.hub.endpoint, "HF_TOKEN": TOKEN, "HOME": home, "HF_HOME": f"{home}/hf",
                "XDG_STATE_HOME": f"{home}/state", "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
                "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1"}

    def run(self, name, source, repo, home):
        """Seconds by the clock, of processor time, and MiB at the peak."""
        os.makedirs(home, exist_ok=True)
        begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.Popen([*self.programs[name], repo, source], env=self.environment(home),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        peak = [0]

        def watch():
            while process.poll() is None:
                try:
                    with open(f"/proc/{process.pid}/status") as file:
                        peak[0] = max(peak[0], *(int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
                except OSError:
                    pass
                time.sleep(0.02)

        thread = threading.Thread(target=watch)
        thread.start()
        text = process.communicate()[1]
        thread.join()
        seconds = time.monotonic() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if process.returncode:
            sys.exit(f"{name} failed: {text.decode()[-2000:]}")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return seconds, cpu, peak[0] / 1024

    def repo(self):
        self.count += 1
        return f"bench/r{self.count}"

    def home(self):
        return f"{self.folder}/home{self.count}-{random.random()}"

    def each(self, source, names, turn):
        """Medians of each program, taking turns."""
        found = {name: [] for name in names}
        for _ in range(self.args.runs):
            for name in names:
                found[name].append(turn(name, source))
                self.hub.requests.clear()
        return {name: tuple(statistics.median(row[i] for row in rows) for i in range(3)) for name, rows in found.items()}

    def fresh(self, name, source):
        repo = self.repo()
        row = self.run(name, source, repo, self.home())
        self.hub.remove(self.hub.find_repo("model", repo))
        for oid in self.hub.uploads.objects:
            self.hub.store.forget(oid)
        self.hub.uploads.clear()
        return row

    def show(self, letter, text, rows):
        print(f"{letter}  {text}")
        best = min((seconds for name, (seconds, _, _) in rows.items() if name in ("0.36.2", "2.4.0")), default=0)
        for name, (seconds, cpu, mib) in rows.items():
            ratio = f"  {best / seconds:5.1f} x" if name.startswith("hug") and best else ""
            print(f"   {name:16} {seconds:8.2f} s  {cpu:8.2f} s cpu  {mib:7.1f} MiB{ratio}", flush=True)


def fill(path, size, seed):
    block = random.Random(seed).randbytes(MIB)
    with open(path, "wb") as file:
        for at in range(0, size, MIB):
            file.write(block[: min(MIB, size - at)])


def files(folder, count, size):
    for i in range(count):
        name = f"{folder}/d{i // 1000:03}/f{i:06}.json"
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "wb") as file:
            file.write(random.Random(i).randbytes(size))
    return folder


def one_large(bench):
    path = f"{bench.folder}/large.safetensors"
    fill(path, 2048 * MIB, 1)
    rows = bench.each(path, ["hug", "0.36.2", "2.4.0"], bench.fresh)
    plain = []
    for _ in range(bench.args.runs):
        begun = time.monotonic()
        oid = subprocess.check_output(["openssl", "dgst", "-sha256", "-r", path]).split()[0].decode()
        url = bench.hub.store.put_url(oid, os.path.getsize(path))
        subprocess.run(["curl", "-s", "-f", "-T", path, url], check=True, stdout=subprocess.DEVNULL)
        plain.append(time.monotonic() - begun)
    rows["openssl, curl"] = (statistics.median(plain), 0, 0)
    bench.show("a", "one file of 2 GiB", rows)
    print(f"   hug takes {rows['hug'][0] / rows['openssl, curl'][0]:.2f} x of openssl and curl")
    os.unlink(path)


def many_small(bench):
    source = files(f"{bench.folder}/small", 2000, 8192)
    bench.show("b", "2,000 files of 8 KiB", bench.each(source, ["hug", "0.36.2", "2.4.0"], bench.fresh))


def all_there(bench):
    n = bench.args.files_in_c
    source = files(f"{bench.folder}/many", n, 100)
    repo, home = bench.repo(), bench.home()
    time.sleep(2.5)  # what was changed just now is not noted

    def turn(name, source):
        if name != "hug, noted":
            return bench.run(name, source, repo, bench.home())
        return bench.run("hug", source, repo, home)

    bench.run("hug", source, repo, home)
    bench.show("c", f"{n:,} files that are there", bench.each(source, ["hug", "hug, noted", "0.36.2", "2.4.0"], turn))


def slow_line(bench):
    source = files(f"{bench.folder}/mixed", 2000, 1000)
    for i in range(8):
        fill(f"{source}/large{i}.bin", 16 * MIB, i)
    bench.hub.fault("", latency=0.05)
    bench.show("d", "2,000 small and 8 large files, 50 ms", bench.each(source, ["hug", "0.36.2", "2.4.0"], bench.fresh))
    bench.hub.clear_faults()


def very_many(bench):
    n = bench.args.files_in_c
    source = files(f"{bench.folder}/new", n, 100)
    time.sleep(2.5)
    bench.hub.fault("", latency=0.03)
    rows = {name: bench.fresh(name, source) for name in ("hug", "2.4.0", "0.36.2")}
    repo, home = bench.repo(), bench.home()
    os.makedirs(home)
    process = subprocess.Popen([*bench.programs["hug"], repo, source], env=bench.environment(home), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    there = None
    while not there or len(there.find("main").files) < n // 2:
        time.sleep(0.05)
        there = bench.hub.find_repo("model", repo)
        there = there if there and there.find("main") else None
    process.kill()
    process.wait()
    left = n - len(there.find("main").files)
    rows[f"hug, {left:,} left"] = bench.run("hug", source, repo, home)
    bench.show("e", f"{n:,} files that are new, 30 ms", rows)
    bench.hub.clear_faults()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="a,b,c,d,e")
    parser.add_argument("--hug", default=f"{TOP}/build/hug")
    parser.add_argument("--files-in-c", type=int, default=100000)
    args = parser.parse_args()
    cases = {"a": one_large, "b": many_small, "c": all_there, "d": slow_line, "e": very_many}
    folder = tempfile.mkdtemp(prefix="hug-bench-")
    try:
        with Hub() as hub:
            hub.keep_bytes = False
            hub.add_user("bench", TOKEN, role="write")
            for letter in args.only.split(","):
                cases[letter](Bench(hub, folder, args))
    finally:
        shutil.rmtree(folder)


main()
