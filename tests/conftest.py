"""What all tests share: a Hub each, the program, and results in TAP."""

import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "peer"))
sys.path.insert(0, os.path.join(HERE, "tui"))
sys.dont_write_bytecode = True

from hub import Hub  # noqa: E402
from peers import CLIENTS, Peer  # noqa: E402

# A user that owns nothing, for what needs a second user.
OTHER_USER = 65534

# Where the list of a partial file's journal begins (core/down/partial.h).
JOURNAL_HEAD = 64

TOKEN = "hf_secretsecretsecret"

# As hug a file counts with what it takes on disk. With this in its environment it counts with its
# length, as under the old names: for tests of arithmetic, on files that are small or sparse.
LENGTHS = {"HUG_FAULT": "held:1+:0"}


class Run:
    """The program, run with a home, a cache and a Hub of its own."""

    def __init__(self, home, hub):
        self.home = home
        self.hub = hub
        self.cache = home / "hub"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "HF_HOME": str(home),
            "HF_ENDPOINT": hub.endpoint,
            "LC_ALL": "C.UTF-8",
            "HUG_TIME_SCALE": "0.02",
        }
        for name in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def command(self, *args):
        wrap = os.environ.get("HUG_WRAP", "").split()
        return [*wrap, os.environ["HUG"], *map(str, args)]

    def start(self, *args, env=None, **options):
        """A running process; text, with its output piped unless told else."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen(
            self.command(*args), env={**self.env, **(env or {})}, text=True, **options
        )

    def __call__(self, *args, env=None, input=None, timeout=60, **options):
        """A process that has ended; the token must be nowhere in what it said."""
        if input is not None:
            options["input"] = input
        else:
            options.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run(
            self.command(*args),
            env={**self.env, **(env or {})},
            text=True,
            errors="backslashreplace",
            capture_output=True,
            timeout=timeout,
            **options,
        )
        assert TOKEN not in done.stdout and TOKEN not in done.stderr
        assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr
        return done

    def ok(self, *args, **options):
        """Runs, expects success, and gives the last line of stdout."""
        done = self(*args, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    def fails(self, *args, code=1, **options):
        """Runs, expects failure with one line on stderr and none on stdout."""
        done = self(*args, **options)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert done.stdout == ""
        last = done.stderr.splitlines()[-1]
        assert last.startswith("hug: "), done.stderr
        return last

    def repo(self, name="acme/owl", type="model"):
        return self.cache / (type + "s--" + name.replace("/", "--"))

    def partials(self):
        return sorted(self.cache.glob("*/blobs/*.incomplete"))

    def kept(self, size):
        """Bytes that the partial files of blobs of this size say they have."""
        total = 0
        piece, journal = 16 << 20, -(-size // 4096) * 4096
        for path in self.partials():
            if path.stat().st_size <= size:
                total += path.stat().st_size
                continue
            count = -(-size // piece)
            with open(path, "rb") as file:
                file.seek(journal + JOURNAL_HEAD)
                total += sum(struct.unpack(f"{count}Q", file.read(8 * count)))
        return total


class OtherUser(Run):
    """The program, run by root's tests as a user who is not root.

    Use it as `hug`: other_user("cache", "ls"), .ok(), .fails(), .start(). Neither the build tree nor pytest's tmp_path can be
    entered by other users where the clone or the system's choice of TMPDIR lies below a folder of mode 0700. So this runs a copy of
    the program, and everything it is to read or write belongs below `place`, which everybody can enter:

        cache = other_user.place / "cache"
        hug("download", "acme/owl", "--cache-dir", cache)          # root's cache, which others can read
        other_user.give(cache)                                     # now it belongs to the other user
        other_user("cache", "rm", "acme/owl", "-y", "--cache-dir", cache)

    `home` and the cache in it are the user's own. A `preexec_fn` is called as root, before the change of the user.
    """

    def __init__(self, place, program, hub):
        home = place / "home"
        home.mkdir()
        super().__init__(home, hub)
        self.place = place
        self.program = program
        self.give(home)

    def command(self, *args):
        *wrap, _ = super().command()
        return [*wrap, str(self.program), *map(str, args)]

    def give(self, path, user=OTHER_USER):
        """Makes the user the owner of `path` and of all below it; links themselves, not what they lead to."""
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(os.path.join(folder, name), user, user, follow_symlinks=False)
        os.chown(path, user, user, follow_symlinks=False)

    def options(self, preexec_fn=None, **options):
        """Of subprocess, for any program that is to run as the user."""

        def become():
            if preexec_fn:
                preexec_fn()
            os.setgroups([])
            os.setgid(OTHER_USER)
            os.setuid(OTHER_USER)

        # The folder in which the tests run may be closed to the user, too.
        return {"cwd": self.place, "preexec_fn": become, **options}

    def start(self, *args, **options):
        return super().start(*args, **self.options(**options))

    def __call__(self, *args, **options):
        return super().__call__(*args, **self.options(**options))


def open_folder():
    """A new folder of mode 0755 that every user can reach."""
    for top in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        top = pathlib.Path(top).resolve()
        if all(os.stat(folder).st_mode & 1 for folder in (top, *top.parents)):
            folder = pathlib.Path(tempfile.mkdtemp(prefix="hug-open-", dir=top))
            folder.chmod(0o755)
            return folder
    pytest.fail("no temporary folder that other users can enter")


@pytest.fixture(scope="session")
def open_program():
    """A copy of the program that every user can execute."""
    folder = open_folder()
    program = folder / "hug"
    shutil.copyfile(os.environ["HUG"], program)
    program.chmod(0o755)
    yield program
    shutil.rmtree(folder)


@pytest.fixture
def other_user(request, hub):
    """See OtherUser. Needs root, who alone can become somebody else."""
    if os.getuid() != 0:
        pytest.skip("needs root to become another user")
    folder = open_folder()
    yield OtherUser(folder, request.getfixturevalue("open_program"), hub)
    shutil.rmtree(folder)


@pytest.fixture
def hub():
    """A Hub that knows nothing; at the end it must not have failed itself."""
    with Hub() as hub:
        yield hub
        hub.wait_idle()
        for request in hub.requests:
            if request.server == "store":
                assert request.headers.get("authorization") is None, request.path
        assert hub.failures == []


@pytest.fixture
def owl(hub):
    """acme/owl: small files, a folder, a file in large storage."""
    from hub import Lfs

    repo = hub.add_repo("acme/owl")
    repo.commit(
        {
            "README.md": b"# owl\n",
            "config.json": b'{"model_type": "owl"}',
            "empty.txt": b"",
            "onnx/config.json": b"{}",
            "onnx/model.onnx": Lfs(bytes(range(256)) * 400),
            "weights.bin": Lfs(b"0123456789abcdef" * 20000),
        }
    )
    return repo


BIG = random.Random(7).randbytes(3_000_000)


@pytest.fixture
def big(hub):
    """acme/big: one file that takes a while, and a small one."""
    from hub import Lfs

    repo = hub.add_repo("acme/big")
    repo.commit({"big.bin": Lfs(BIG), "small.txt": b"small" * 100})
    return repo


def store_bytes(hub):
    """What the storage has sent so far."""
    hub.wait_idle()
    return sum(r.sent for r in hub.requests if r.server == "store")


@pytest.fixture
def hug(tmp_path, hub):
    home = tmp_path / "home"
    home.mkdir()
    return Run(home, hub)


@pytest.fixture(scope="session")
def official(tmp_path_factory):
    """official("2.4.0"): the official client of that release, started once."""
    started = {}

    def get(version):
        if CLIENTS[version] not in os.environ:
            pytest.skip(f"{CLIENTS[version]} names no official client")
        if version not in started:
            started[version] = Peer(os.environ[CLIENTS[version]],
                                    tmp_path_factory.mktemp("peer"))
        return started[version]

    yield get
    for peer in started.values():
        peer.close()


# -- TAP, for automake's harness --


def pytest_terminal_summary(terminalreporter):
    """One line a test, and a plan; automake ignores everything else."""
    if "HUG_TESTS_TAP" not in os.environ:
        return
    marks = (("passed", "ok", ""), ("failed", "not ok", ""), ("error", "not ok", ""),
             ("skipped", "ok", " # SKIP"))
    lines = []
    for kind, mark, note in marks:
        for report in terminalreporter.getreports(kind):
            name = report.nodeid.replace("#", "_")
            lines.append(f"{mark} {len(lines) + 1} - {name}{note}")
    terminalreporter.write("\n" + "\n".join(lines) + f"\n1..{len(lines)}\n")
