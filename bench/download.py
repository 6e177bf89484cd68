"""Times downloads beside the official client, curl and aria2c.

A local nginx serves the same files to all, in the same run, taking turns;
medians of --runs are printed, with processor time and peak memory of the
program itself, and ratios to the fastest official client. Nothing is asserted.

    bench/run [--runs N] [--only a,b,...] [--files-in-million N] [--folder DIR] [--hug PROGRAM] [--before PROGRAM]
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMIT = "c0ffee" + "0" * 34
MIB = 1 << 20

CONFIG = """
worker_processes 1;
daemon off;
pid {dir}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000;
    default_type application/octet-stream;
    client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3;
    uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5;
    map_hash_max_size 65536; map_hash_bucket_size 256;
    map $uri $sum {{ default ""; include {dir}/sums; }}
    map $arg_cursor $next {{ default ""; include {dir}/links; }}
    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{tls_port} ssl http2;
        ssl_certificate {dir}/cert.pem;
        ssl_certificate_key {dir}/key.pem;
        location ~ ^/bench/([a-z]+)/resolve/[^/]+/(.+)$ {{
            etag off;
            add_header ETag $sum;
            add_header X-Repo-Commit {commit};
            alias {dir}/files/$1/$2;
        }}
        location ~ ^/api/models/bench/([a-z]+)/revision/ {{
            default_type application/json;
            alias {dir}/info/$1.json;
        }}
        location ~ ^/api/models/bench/([a-z]+)/tree/[^/]+$ {{
            default_type application/json;
            add_header Link $next;
            alias {dir}/pages/$1-p$arg_cursor.json;
        }}
        location ~ ^/api/models/bench/million/tree/[^/]+/(.+)$ {{
            default_type application/json;
            alias {dir}/pages/folder.json;
        }}
    }}
}}
"""


def git_sum(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def file_sum(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(MIB):
            digest.update(block)
    return digest.hexdigest()


class Site:
    """Repositories as files that nginx serves."""

    def __init__(self, folder, port):
        self.dir, self.port = folder, port
        for name in ("files", "info", "pages"):
            os.makedirs(f"{folder}/{name}", exist_ok=True)
        self.sums, self.links = [], []

    def write(self, path, text):
        with open(f"{self.dir}/{path}", "w") as file:
            file.write(text)

    def entry(self, path, size, oid, large):
        entry = {"type": "file", "oid": oid[:40], "size": size, "path": path}
        if large:
            entry["lfs"] = {"oid": oid, "size": size, "pointerSize": 134}
        return entry

    def repo(self, name, files):
        """files: {path: bytes, or a size in bytes for a large file}."""
        os.makedirs(f"{self.dir}/files/{name}", exist_ok=True)
        entries = []
        for path, content in files.items():
            target = f"{self.dir}/files/{name}/{path}"
            large = isinstance(content, int)
            if large:
                block = random.Random(path).randbytes(4 * MIB)
                with open(target, "wb") as file:
                    for _ in range(content // len(block)):
                        file.write(block)
                oid, size = file_sum(target), content
            else:
                with open(target, "wb") as file:
                    file.write(content)
                oid, size = git_sum(content), len(content)
            entries.append(self.entry(path, size, oid, large))
            self.sums.append(f'/bench/{name}/resolve/main/{path} "\\"{oid}\\"";\n'
                             f'/bench/{name}/resolve/{COMMIT}/{path} "\\"{oid}\\"";\n')
        self.info(name, list(files))
        self.write(f"pages/{name}-p.json", json.dumps(entries))

    def info(self, name, paths):
        self.write(f"info/{name}.json", json.dumps(
            {"id": f"bench/{name}", "sha": COMMIT, "private": False, "tags": [],
             "siblings": [{"rfilename": p} for p in paths]}))

    def million(self, count):
        """A repository of `count` files in folders of 1,000, a page each."""
        name, data = "million", b"x"
        oid = git_sum(data)
        pages = count // 1000
        for page in range(pages):
            entries = [self.entry(f"d{page:04}/f{i:03}.txt", 1, oid, False) for i in range(1000)]
            tail = "" if page == 0 else str(page)
            self.write(f"pages/{name}-p{tail}.json", json.dumps(entries))
            if page + 1 < pages:
                url = (f"http://127.0.0.1:{self.port}/api/models/bench/{name}/tree/{COMMIT}"
                       f"?recursive=true&cursor={page + 1}")
                self.links.append(f'"{tail}" "<{url}>; rel=\\"next\\"";\n')
        last = f"d{pages - 1:04}"
        self.write("pages/folder.json", json.dumps(
            [self.entry(f"{last}/f{i:03}.txt", 1, oid, False) for i in range(1000)]))
        os.makedirs(f"{self.dir}/files/{name}/{last}", exist_ok=True)
        with open(f"{self.dir}/files/{name}/{last}/f007.txt", "wb") as file:
            file.write(data)
        for rev in ("main", COMMIT):
            self.sums.append(f'/bench/{name}/resolve/{rev}/{last}/f007.txt "\\"{oid}\\"";\n')
        # The official 0.36 asks for the listing when there are over 50,000.
        self.info(name, [f"d{i // 1000:04}/f{i % 1000:03}.txt" for i in range(min(count, 50001))])
        return f"{last}/f007.txt"

    def start(self):
        self.write("sums", "".join(self.sums))
        self.write("links", "".join(self.links))
        self.write("nginx.conf", CONFIG.format(
            dir=self.dir, port=self.port, tls_port=self.port + 2, commit=COMMIT))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", f"{self.dir}/key.pem",
             "-out", f"{self.dir}/cert.pem"], check=True, stderr=subprocess.DEVNULL)
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen(
            [nginx, "-e", "stderr", "-p", self.dir, "-c", f"{self.dir}/nginx.conf"])
        time.sleep(0.5)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Delay(threading.Thread):
    """A proxy that adds latency to both directions of every connection."""

    def __init__(self, port, target, seconds):
        super().__init__(daemon=True)
        self.port, self.target, self.seconds = port, target, seconds
        self.ready = threading.Event()
        self.start()
        self.ready.wait()

    async def pump(self, reader, writer):
        loop = asyncio.get_running_loop()
        queue = asyncio.Queue()

        async def deliver():
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0, due - loop.time()))
                if not data:
                    break
                writer.write(data)
            writer.close()

        task = asyncio.ensure_future(deliver())
        try:
            while data := await reader.read(65536):
                queue.put_nowait((loop.time() + self.seconds / 2, data))
        except OSError:
            pass
        queue.put_nowait((loop.time(), b""))
        await asyncio.gather(task, return_exceptions=True)

    async def serve(self):
        async def handle(reader, writer):
            try:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            except OSError:
                writer.close()
                return
            await asyncio.gather(self.pump(reader, far_writer), self.pump(far_reader, writer))

        server = await asyncio.start_server(handle, "127.0.0.1", self.port, backlog=256)
        self.ready.set()
        async with server:
            await server.serve_forever()

    def run(self):
        asyncio.run(self.serve())


def watch(pid, peak):
    """The most memory, in KiB. (What wait4 says includes our own, from before exec.)"""
    while True:
        try:
            with open(f"/proc/{pid}/status") as file:
                text = file.read()
            with open(f"/proc/{pid}/cmdline") as file:
                program = file.read()
        except OSError:
            return
        at = text.find("VmHWM:")
        if at < 0:
            return
        if os.path.basename(__file__) not in program:
            peak[0] = max(peak[0], int(text[at + 6:].split()[0]))
        time.sleep(0.004)


class Bench:
    def __init__(self, site, work, runs):
        self.site, self.work, self.runs = site, work, runs
        self.home = f"{work}/home"

    def endpoint(self, port):
        if port == self.site.port + 2:
            return f"https://localhost:{port}"
        return f"http://127.0.0.1:{port}"

    def env(self, port):
        return {"PATH": os.environ["PATH"], "HOME": self.home, "HF_HOME": self.home,
                "HF_ENDPOINT": self.endpoint(port), "HF_HUB_DISABLE_XET": "1",
                "SSL_CERT_FILE": f"{self.site.dir}/cert.pem",
                "REQUESTS_CA_BUNDLE": f"{self.site.dir}/cert.pem",
                "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1",
                "HF_HUB_DISABLE_PROGRESS_BARS": "1", "LC_ALL": "C.UTF-8"}

    def once(self, argv, port, keep):
        if not keep:
            shutil.rmtree(self.home, ignore_errors=True)
        os.makedirs(self.home, exist_ok=True)
        began = time.monotonic()
        process = subprocess.Popen(argv, env=self.env(port), cwd=self.home,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        peak = [0]
        watcher = threading.Thread(target=watch, args=(process.pid, peak))
        watcher.start()
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = status
        watcher.join()
        if status:
            print(f"  failed: {' '.join(argv[:4])}: {errors[-300:].decode(errors='replace')}")
        return wall, usage.ru_utime + usage.ru_stime, peak[0] / 1024

    def row(self, title, commands, port=None, keep=False):
        """Each command in turn, `runs` times; prints medians."""
        port = port or self.site.port
        figures = {name: [] for name in commands}
        if keep:
            for argv in commands.values():
                self.once(argv, port, True)
        for _ in range(self.runs):
            for name, argv in commands.items():
                figures[name].append(self.once(argv, port, keep))
        print(f"\n{title}")
        medians = {n: [statistics.median(c) for c in zip(*f)] for n, f in figures.items()}
        ours = medians.get("hug", next(iter(medians.values())))
        for name, (wall, cpu, peak) in medians.items():
            print(f"  {name:22} {wall:8.3f} s wall  {cpu:8.3f} s cpu  {peak:7.1f} MiB peak"
                  f"   {wall / ours[0]:7.2f} x hug's wall")
        sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="a,b,c,d,e,f,g")
    parser.add_argument("--files-in-million", type=int, default=1_000_000)
    parser.add_argument("--folder", help="where files are made; default in memory")
    parser.add_argument("--hug", default=f"{TOP}/build/hug", help="the program")
    parser.add_argument("--before", help="an earlier build, timed in place of the other programs")
    options = parser.parse_args()
    only = options.only.split(",")
    if not options.folder and shutil.disk_usage("/dev/shm").free > 8 << 30:
        # In memory, so that the programs are compared and not the disk, which
        # only one of them waits for (it syncs a file before it names it).
        options.folder = "/dev/shm"
    work = tempfile.mkdtemp(prefix="hug-bench-", dir=options.folder)
    os.chmod(work, 0o755)
    hug = options.hug
    peers = {"official " + v: f"{TOP}/build/peer/{v}/bin/hf" for v in ("0.36.2", "2.4.0")}
    if options.before:
        peers = {"before": options.before}
    site = Site(work, 28080)
    try:
        run(site, Bench(site, work, options.runs), only, hug, peers, options)
    finally:
        if hasattr(site, "process"):
            site.stop()
        shutil.rmtree(work, ignore_errors=True)


def run(site, bench, only, hug, peers, options):
    if "a" in only:
        site.repo("one", {"one.bin": 2048 * MIB})
    if "b" in only or "d" in only:
        site.repo("small", {f"f{i:04}.bin": random.Random(i).randbytes(4096)
                            for i in range(1000)})
    if "c" in only:
        site.repo("eight", {f"e{i}.bin": 64 * MIB for i in range(8)})
    if "e" in only or "f" in only:
        name = site.million(options.files_in_million)
    site.start()
    url = f"http://127.0.0.1:{site.port}/bench"

    def all_of(*args):
        return {"hug": [hug, "download", *args], **{
            name: [program, "download", *args] for name, program in peers.items()}}

    if "a" in only:
        commands = all_of("bench/one")
        commands["hug --verify size"] = [hug, "download", "bench/one", "--verify", "size"]
        commands["curl"] = ["curl", "-s", "-o", "one.bin", f"{url}/one/resolve/main/one.bin"]
        commands["openssl dgst"] = ["openssl", "dgst", "-sha256",
                                    f"{site.dir}/files/one/one.bin"]
        if options.before:
            commands = all_of("bench/one")
        elif shutil.which("aria2c"):
            commands["aria2c -x16"] = ["aria2c", "-q", "-x16", "-s16", "--file-allocation=none",
                                       f"{url}/one/resolve/main/one.bin"]
        bench.row("a  one file of 2 GiB", commands)
    if "b" in only:
        bench.row("b  1,000 files of 4 KiB", all_of("bench/small"))
        Delay(28081, site.port, 0.030)
        bench.row("b  the same with 30 ms of latency", all_of("bench/small"), port=28081)
        bench.row("b  the same over TLS, HTTP/2 where the client has it", all_of("bench/small"),
                  port=site.port + 2)
    if "c" in only:
        bench.row("c  8 files of 64 MiB", all_of("bench/eight"))
        bench.row("c  the same over TLS", all_of("bench/eight"), port=site.port + 2)
    if "d" in only:
        bench.row("d  everything cached", all_of("bench/small"), keep=True)
    if "e" in only:
        bench.row("e  one file of a million, by name", all_of("bench/million", name))
        bench.row("e  the same by a pattern without wildcards in its folder", {
            "hug": [hug, "download", "bench/million", "--include", name]})
    if "f" in only:
        bench.row("f  the same by a pattern that needs the listing",
                  all_of("bench/million", "--include", "*" + name[-13:]))
    if "g" in only:
        bench.row("g  start-up", {"hug": [hug, "version"], **{
            name: [program, "version"] for name, program in peers.items()}}, keep=True)


if __name__ == "__main__":
    main()
