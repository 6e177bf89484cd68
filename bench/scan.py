"""Times the scan of a cache beside the official client's and du, taking turns.

Caches are made in memory and read warm; medians of --runs are printed, with
processor time and peak memory, and ratios. Nothing is asserted.

    bench/scan.py [--runs N] [--only small,large,many] [--hug PROGRAM] [--before PROGRAM]
"""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Repositories, files in each, revisions that have them.
CACHES = {
    "small": ("2,000 files", 20, 100, 1),
    "large": ("100,000 files", 100, 1000, 1),
    "many": ("100,000 files, 198,000 links, 2,000 repositories", 2000, 50, 2),
}


def build(root, repos, files, revisions):
    for r in range(repos):
        folder = f"{root}/models--org--repo{r}"
        os.makedirs(folder + "/blobs")
        os.makedirs(folder + "/refs")
        for i in range(files):
            with open(f"{folder}/blobs/{r:032x}{i:032x}", "w") as file:
                file.write("x")
        for v in range(revisions):
            snapshot = f"{folder}/snapshots/{v:040x}"
            os.makedirs(snapshot)
            for i in range(1 if v else 0, files):
                os.symlink(f"../../blobs/{r:032x}{i:032x}", f"{snapshot}/f{i}")
        with open(folder + "/refs/main", "w") as file:
            file.write("0" * 40)


def once(argv, home):
    began = time.monotonic()
    process = subprocess.Popen(
        ["/usr/bin/time", "-f", "%M", *argv], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "HOME": home, "HF_HOME": home, "LC_ALL": "C.UTF-8",
             "HF_HUB_DISABLE_UPDATE_CHECK": "1", "HF_HUB_OFFLINE": "1"})
    errors = process.stderr.read()
    _, _, usage = os.wait4(process.pid, 0)
    return (time.monotonic() - began, usage.ru_utime + usage.ru_stime,
            int(errors.split()[-1]) / 1024)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default=",".join(CACHES))
    parser.add_argument("--hug", default=f"{TOP}/build/hug", help="the program")
    parser.add_argument("--before", help="an earlier build, timed in place of the other programs")
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="hug-bench-", dir="/dev/shm")
    try:
        for name in options.only.split(","):
            title, *shape = CACHES[name]
            root = f"{work}/{name}"
            build(root, *shape)
            commands = {
                "hug": [options.hug, "scan-cache", "--dir", root],
                "official 0.36.2": [f"{TOP}/build/peer/0.36.2/bin/huggingface-cli", "scan-cache",
                                    "--dir", root],
                "official 2.4.0": [f"{TOP}/build/peer/2.4.0/bin/hf", "cache", "ls", "--cache-dir",
                                   root],
                "du -s": ["du", "-s", root],
            }
            if options.before:
                commands = {"hug": commands["hug"],
                            "before": [options.before, "scan-cache", "--dir", root]}
            figures = {name: [] for name in commands}
            for _ in range(options.runs):
                for program, argv in commands.items():
                    figures[program].append(once(argv, work))
            print(f"\n{title}")
            medians = {n: [statistics.median(c) for c in zip(*f)] for n, f in figures.items()}
            for program, (wall, cpu, peak) in medians.items():
                print(f"  {program:18} {wall:8.3f} s wall  {cpu:8.3f} s cpu  {peak:7.1f} MiB peak"
                      f"   {wall / medians['hug'][0]:7.2f} x wall"
                      f"   {cpu / max(medians['hug'][1], 0.001):7.2f} x cpu", flush=True)
            shutil.rmtree(root)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
