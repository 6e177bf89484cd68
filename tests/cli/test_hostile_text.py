"""Text from elsewhere (answers, names on disk, the environment, arguments) never steers a terminal.

Every field of every answer is made hostile, one at a time, and so is every name that lies around; under each of the three names,
on a terminal and in a pipe. What is allowed on a terminal: UTF-8, line ends, tabs, and the sequences of our own colours and frames.
"""

import json
import os
import pty
import re
import select
import subprocess
import termios
import time

import pytest

from caches import EVIL_BYTES, UNSAFE, hostile_bytes, write
from hub import Lfs

TOKEN = "hf_secretsecretsecret"  # conftest looks for it in all that is printed
EVERY_STEP = "HUG_EVERY_STEP" in os.environ
FACES = ("hug", "hf", "huggingface-cli")

# As Unicode, for JSON; as bytes, for headers (no line end gets that far), for names on disk and for the environment.
EVIL = "é\x1b[35mE\x1b]0;t\x07\b\r\nhug: fake\nError: fake\x9b31m\u202e\u2066\u2028\u2029\u200b\ufeff\x7f\U000e0041\x01"
EVIL_HEADER = b"\x1b[35mE\x1b]0;t\x07\x9b31m\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\x7f\xff\xffb\xff0\xfe\xed\xa0\x80".decode("utf-8", "surrogateescape")
EVIL_NAME = os.fsdecode(EVIL_BYTES)

OURS = re.compile(rb"(\x1b\[1A)+|\x1b\[K|\r?\x1b\[\?7[lh]|\r?\x1b\[J|\x1b\[1m\x1b\[31m|\x1b\[(0|1|32|90)m")
FAKES = ("hug: fake", "Error: fake")


def on_terminal(argv, env, folder, keys=b""):
    """What a terminal gets from a program, line ends as the program sent them."""
    master, slave = pty.openpty()
    modes = termios.tcgetattr(slave)
    modes[1] &= ~termios.OPOST
    modes[3] &= ~termios.ECHO
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    stdin = slave if keys else subprocess.DEVNULL
    process = subprocess.Popen(argv, env=env, stdin=stdin, stdout=slave, stderr=slave, cwd=folder,
                               start_new_session=True)
    os.close(slave)
    if keys:
        os.write(master, keys)
    shown, end = b"", time.monotonic() + 30
    while time.monotonic() < end:
        # Looked at first: what it writes before it ends is there to be read then.
        ended = process.poll() is not None
        if not select.select([master], [], [], 0.05)[0]:
            if ended:
                break
            continue
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        shown += part
    os.close(master)
    if process.poll() is None and time.monotonic() >= end:
        process.kill()
        process.wait()
        raise AssertionError(f"it does not end: {shown}")
    return process.wait(10), shown


def check(shown, lines=True, colors=True):
    """Nothing of it steers a terminal, and foreign text begins no line of ours.

    Without colours nothing of it is a sequence of ours either, which a name might have brought about.
    """
    assert b"Sanitizer" not in shown and b"runtime error" not in shown, shown
    text = (OURS.sub(b"", shown) if colors else shown).decode()
    assert not UNSAFE.search(text), ascii(text)
    if lines:
        assert not [line for line in text.split("\n") if line.lstrip().startswith(FAKES)], ascii(text)
    return text


class Program:
    """The program under its three names."""

    def __init__(self, hug, folder):
        self.hug = hug
        self.folder = folder  # for what a relative path makes
        self.env = {**hug.env, "TERM": "xterm-256color", "COLUMNS": "200"}
        self.links = {}
        for face in FACES:
            self.links[face] = folder / face
            self.links[face].symlink_to(os.environ["HUG"])

    def argv(self, face, words):
        return [*os.environ.get("HUG_WRAP", "").split(), str(self.links[face]), *words]

    def terminal(self, face, *words, env=None, keys=b"", lines=True):
        code, shown = on_terminal(self.argv(face, words), {**self.env, **(env or {})}, self.folder, keys)
        return code, check(shown, lines)

    def pipe(self, face, *words, env=None, lines=True, exact=False):
        """Exit code, stdout and stderr; both as safe as on a terminal, but for what programs read."""
        done = subprocess.run(self.argv(face, words), env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60, cwd=self.folder)
        check(done.stderr, lines, colors=False)
        if not exact:
            check(done.stdout, lines, colors=False)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def program(hug, tmp_path):
    folder = tmp_path / "names"
    folder.mkdir()
    return Program(hug, folder)


@pytest.fixture
def zoo(hub, owl):
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write")
    owl.tag("v1.0", owl.head())
    owl.branch("dev", owl.head())
    owl.facts.update(pipeline_tag="text-generation", tags=["tiny"], library_name="owls", config={"model_type": "owl"},
                     cardData={"license": "mit", "tags": ["a"]}, gated="auto")
    hub.add_repo("olive/mine").commit({"a": b"a"})
    songs = hub.add_repo("acme/songs", type="dataset")
    songs.commit({"data/a.csv": b"a,b\n"})
    songs.branch("refs/convert/parquet", songs.head())
    songs.commit({"a/train/0.parquet": b"PAR1"}, branch="refs/convert/parquet")
    room = hub.add_repo("acme/room", type="space")
    room.commit({"app.py": b"x"})
    room.facts.update(sdk="gradio", runtime={"stage": "RUNNING", "hardware": {"current": "cpu"}})
    hub.oauth.answers = [{"access_token": TOKEN, "refresh_token": "r", "expires_in": 900}]
    return hub


# -- answers --

# What asks the Hub: words, whether --json has a result, and whether it is about an account.
ASKING = {
    "hug": ["whoami", "login --token " + TOKEN, "login --browser", "models ls", "models info acme/owl", "models ls acme/owl -R",
            "models ls --expand cardData,config,gated,pipeline_tag", "datasets ls", "datasets info acme/songs", "spaces ls",
            "spaces info acme/room", "ls acme/owl -R", "ls --tree acme/owl", "repo branch list acme/owl", "repo tag list acme/owl",
            "repo list", "repo create acme/new", "repo create acme/room2 --type space --space-sdk gradio --template nothing",
            "repo tag create acme/owl v2", "repo branch create acme/owl new", "repo move acme/owl acme/owl2",
            "repo settings acme/owl --private", "repo delete-files acme/owl empty.txt -y", "repo delete olive/mine -y",
            "download acme/owl", "download acme/owl --dry-run", "download acme/owl config.json", "cat acme/owl/README.md",
            "cache verify acme/owl", "models card acme/owl --metadata", "datasets parquet acme/songs",
            "cp hf://acme/owl/onnx hf://acme/owl/copied/"],
    "hf": ["auth whoami", "auth login --token " + TOKEN, "models ls", "models info acme/owl", "models ls acme/owl -R", "spaces info acme/room",
           "datasets ls", "repos list", "repos create acme/new", "repos tag list acme/owl", "repos tag create acme/owl v2",
           "download acme/owl config.json", "download acme/owl --dry-run", "repos delete-files acme/owl empty.txt"],
    "huggingface-cli": ["whoami", "login --token " + TOKEN, "tag -l acme/owl", "tag acme/owl v2", "repo create acme/new -y",
                        "repo-files acme/owl delete empty.txt", "download acme/owl config.json", "download acme/owl"],
}

if "HUG_EVERY_STEP" in os.environ:
    ASKING["hug"] += ["cp hf://acme/owl/README.md -", "cp - hf://acme/owl/in.txt"]
    ASKING["hf"] += ["cp hf://acme/owl/onnx hf://acme/owl/copied/"]


def leaves(value, path=()):
    """Where the strings are; of a list's items the first stands for all, of each kind."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, (*path, key))
            yield (*path, key, None)  # the key itself
    elif isinstance(value, list):
        for i, item in enumerate(value[:2]):
            yield from leaves(item, (*path, i))


def spoil(value, path):
    """The same value with hostile text at the place."""
    if path == ():
        return value + EVIL
    if len(path) == 2 and path[1] is None:
        return {key + (EVIL if key == path[0] else ""): member for key, member in value.items()}
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = spoil(copy[path[0]], path[1:])
    return copy


class Rewriter:
    """Remembers what answers hold, then spoils one place in those of one address."""

    def __init__(self, hub):
        self.seen = {}     # address -> places in its JSON
        self.headers = {}  # address -> its headers
        self.target = self.place = None
        hub.rewrite = self.rewrite

    @staticmethod
    def key(request):
        return request.method, re.sub(r"[0-9a-f]{40}", "REV", request.local.partition("?")[0])

    def rewrite(self, request, answer):
        key = self.key(request)
        body = bytes(answer.body)
        if self.target is None:
            self.headers.setdefault(key, [name for name, _ in answer.headers])
        try:
            value = json.loads(body)
        except ValueError:
            value = None
        if self.target is None and value is not None and "/resolve/" not in key[1]:
            self.seen.setdefault(key, list(leaves(value)))
        if key != self.target:
            return
        if isinstance(self.place, str):
            answer.headers = [(name, text + EVIL_HEADER if name == self.place else text) for name, text in answer.headers]
        elif value is not None:
            try:
                answer.body = json.dumps(spoil(value, self.place)).encode()
            except (KeyError, IndexError, TypeError):
                pass

    def spoiling(self, target, place):
        self.target, self.place = target, place


def reset(hub, hug):
    """What the commands change is as it was."""
    if not hub.find_repo("model", "olive/mine"):
        hub.add_repo("olive/mine").commit({"a": b"a"})


CASES = [(face, line) for face, lines in ASKING.items() for line in lines]


@pytest.mark.parametrize("face,line", CASES, ids=[f"{face} {line.replace(TOKEN, 'T')}" for face, line in CASES])
def test_every_field_of_every_answer(program, hug, zoo, face, line):
    env = {"HF_TOKEN": TOKEN} if "login" not in line else {}
    env["HF_HUB_DISABLE_UPDATE_CHECK"] = "1"
    words = line.split()
    if line.startswith("cache verify"):
        hug.ok("download", "acme/owl")
    rewriter = Rewriter(zoo)
    program.terminal(face, *words, env=env)
    zoo.wait_idle()
    places = [(key, place) for key, found in rewriter.seen.items() for place in found]
    places += [(key, name) for key, names in rewriter.headers.items() for name in names if name not in ("Date", "Content-Length")]
    if "browser" in line:  # who finds no token goes on asking
        places = [(key, place) for key, place in places if place[-1] is not None]
    assert places
    machine = face == "hug" and not line.startswith(("login", "cat"))
    # In CI every other one: what is printed of an answer passes through few functions.
    for key, place in places if EVERY_STEP else places[::2]:
        reset(zoo, hug)
        rewriter.spoiling(key, place)
        if "download" in line:
            env["HF_HUB_CACHE"] = str(hug.home / f"cache{len(os.listdir(hug.home))}")
            os.mkdir(env["HF_HUB_CACHE"])
        try:
            program.terminal(face, *words, env=env, lines=face == "hug")
            if machine and isinstance(place, tuple) and place[-1:] != (None,):
                code, out, _ = program.pipe(face, *words, "--json", env=env)
                if out and code == 0:
                    json.loads(out.decode("ascii"))
        except AssertionError as error:
            raise AssertionError(f"{key} {place}: {error}") from error


# -- refusals --

WORDS = "Not so\r\n" + EVIL

REFUSALS = {
    "error": {"json": {"error": WORDS}},
    "list": {"json": {"error": ["first " + EVIL, "second"]}},
    "errors": {"json": {"errors": [{"message": WORDS}, {"message": EVIL}]}},
    "header": {"body": b"", "headers": {"X-Error-Message": "no" + EVIL_HEADER}},
    "both": {"json": {"error": WORDS}, "headers": {"X-Error-Message": "no" + EVIL_HEADER}},
    "text": {"body": ("no\n" + EVIL).encode(), "headers": {"Content-Type": "text/plain"}},
    "bytes": {"body": b"no\n" + EVIL_BYTES, "headers": {"Content-Type": "text/plain"}},
    "type": {"body": b"<p>" + EVIL_BYTES, "headers": {"Content-Type": "text/html" + EVIL_HEADER}},
    "code": {"body": b"", "headers": {"X-Error-Code": "GatedRepo" + EVIL_HEADER}},
    "revision": {"body": b"", "headers": {"X-Error-Code": "RevisionNotFound", "X-Error-Message": EVIL_HEADER}},
    "entry": {"body": b"", "headers": {"X-Error-Code": "EntryNotFound", "X-Error-Message": EVIL_HEADER}},
    "gate": {"json": {"error": WORDS}, "headers": {"X-Error-Code": "GatedRepo", "X-Error-Message": EVIL_HEADER}},
}
ASKS = {"hug": ["models info acme/owl", "download acme/owl", "repo create acme/new"], "hf": ["models info acme/owl", "download acme/owl"],
        "huggingface-cli": ["download acme/owl", "repo create acme/new -y", "tag -l acme/owl"]}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("kind", REFUSALS)
def test_refusals(program, zoo, face, kind):
    what = dict(REFUSALS[kind])
    headers = {"X-Request-Id": "id" + EVIL_HEADER, "Retry-After": "1" + EVIL_HEADER, "RateLimit": '"api";r=0;t=1' + EVIL_HEADER,
               **what.pop("headers", {})}
    for status in (400, 401, 403, 404, 409, 418, 429, 500) if EVERY_STEP else (400, 401, 404, 429, 500):
        zoo.clear_faults()
        zoo.fault(path="/", server="hub", status=status, headers=headers, **what)
        for line in ASKS[face] if status in ((400, 403) if EVERY_STEP else (400,)) else ASKS[face][:1]:
            # The old names give the Hub's words as it said them, in lines.
            code, text = program.terminal(face, *line.split(), env={"HF_TOKEN": TOKEN}, lines=face == "hug")
            assert code != 0 and text
            assert face != "hug" or all(line.startswith("hug: ") for line in text.splitlines()), ascii(text)
            program.pipe(face, *line.split(), env={"HF_TOKEN": TOKEN}, lines=face == "hug")


def test_words_of_the_hub_in_one_line(hug, zoo):
    zoo.fault(path="/", status=403, json={"error": "Not so\r\nhug: fake\n  and more"})
    assert ": Not so; hug: fake; and more" in hug.fails("models", "info", "acme/owl")


@pytest.mark.parametrize("place", ["https://x/" + EVIL_HEADER, "//" + EVIL_HEADER, "/" + EVIL_HEADER, EVIL_HEADER, "http://\x1b[35m@x/"],
                         ids=["elsewhere", "host", "path", "nothing", "user"])
def test_redirects(program, zoo, place):
    zoo.fault(path="/", server="hub", redirect=place)
    for face in FACES:
        for line in ASKS[face]:
            program.terminal(face, *line.split(), env={"HF_DEBUG": "1"})


def test_a_login_that_is_refused(program, zoo):
    zoo.oauth.extra = {"interval": 1, "expires_in": 2}
    for answer in ({"error": "access_denied" + EVIL}, {"error": "x", "error_description": EVIL}, (500, EVIL_BYTES),
                   {"access_token": EVIL}, {"access_token": TOKEN, "refresh_token": EVIL}):
        zoo.oauth.answers = [answer]
        program.terminal("hug", "login", "--browser", lines=False)
        program.terminal("hf", "auth", "login", lines=False)
        program.terminal("hf", "auth", "login", "--format", "agent", lines=False)


# -- the disk --

LOCAL = {
    "hug": ["cache ls", "cache ls -q", "cache ls --revisions --show-warnings", "cache du", "cache verify", "cache prune --dry-run", "cache prune",
            "cache free 100K --dry-run", "cache free 1", "cache restore --list", "cache restore", "scan-cache", "scan-cache -vvv",
            "delete-cache --filter size>0 --dry-run", "cache rm model/acme/owl --dry-run", "delete-cache --disable-tui",
            "download acme/owl --offline", "download acme/owl --offline --revision dev", "download acme/owl config.json --offline --revision dev",
            "cache verify acme/owl", "__complete repos", "__complete revisions acme/owl", "env", "auth list", "auth switch", "auth token"],
    "hf": ["cache ls", "cache ls -q", "cache ls --revisions --show-warnings", "cache ls --format agent", "cache prune --dry-run",
           "cache rm model/acme/owl --dry-run", "cache verify acme/owl", "env", "auth list", "auth switch", "download acme/owl"],
    "huggingface-cli": ["scan-cache", "scan-cache -vvv", "delete-cache", "delete-cache --disable-tui", "env", "auth list", "auth switch",
                        "download acme/owl"],
}
JSON = ["cache ls --json", "cache ls --revisions --json", "cache du --json", "cache verify --json", "cache prune --dry-run --json",
        "cache free 100 --dry-run --json", "cache restore --list --json", "scan-cache --json", "env --json", "auth list --json"]


@pytest.fixture
def evil_home(program, tmp_path):
    home = os.fsencode(tmp_path) + b"/" + EVIL_BYTES
    hostile_bytes(home + b"/hub")
    write(home + b"/stored_tokens", b"[a\x1b[35m\x07\x9b\xff\xffb\xe2\x80\xae]\nhf_token = " + TOKEN.encode() + b"\n[b\x7f]\nhf_token = hf_\x1b[35m\n")
    program.env.update(HF_HOME=os.fsdecode(home), TMPDIR=os.fsdecode(home))
    return home


@pytest.mark.parametrize("face", FACES)
def test_names_on_disk(program, hub, evil_home, face):
    for line in LOCAL[face]:
        # What asks is answered, then left; the screen has a test of its own.
        for keys in (b"",) if line in ("auth token", "delete-cache") else (b"", b"n\n\x04\x04"):
            program.terminal(face, *line.split(), keys=keys)
        program.pipe(face, *line.split(), exact=line.startswith(("auth token", "download")))


@pytest.mark.parametrize("line", JSON)
def test_names_on_disk_as_json(program, hub, evil_home, line):
    """Valid, ASCII, and exact: os.fsencode gives the bytes of a name back."""
    code, out, err = program.pipe("hug", *line.split())
    read = json.loads(out.decode("ascii"))
    if line.startswith(("scan-cache", "cache ls")):
        assert any(EVIL_BYTES in text for text in texts(read))


def texts(value):
    if isinstance(value, str):
        return [os.fsencode(value)]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in texts(item)]


@pytest.mark.parametrize("face", FACES)
def test_deletions_tell_of_names(program, hub, evil_home, face):
    """What cannot be deleted, is deleted, and comes back is told of."""
    cache = os.path.join(os.fsdecode(evil_home), "hub")
    lines = {"hug": [["cache", "rm", "model/acme/owl", "-y"], ["cache", "restore"], ["cache", "rm", "model/acme/" + EVIL_NAME, "-y"],
                     ["delete-cache", "--revisions", EVIL_NAME, "-y"], ["cache", "prune", "-y"]],
             "hf": [["cache", "rm", "model/acme/owl", "-y"], ["cache", "prune", "-y"]], "huggingface-cli": []}[face]
    for words in lines:
        program.terminal(face, *words)
    assert os.path.isdir(cache)


@pytest.mark.parametrize("face", FACES)
def test_paths_are_exact_in_a_pipe(program, hug, owl, tmp_path, face):
    """path=$(hug download ...) finds the file, whatever its folder is called."""
    for words, env in ((["--local-dir", str(tmp_path / EVIL_NAME)], {}), ([], {"HF_HUB_CACHE": str(tmp_path / ("c" + EVIL_NAME))}),
                       (["--cache-dir", str(tmp_path / ("d" + EVIL_NAME))], {})):
        quiet = ["--quiet"] if face != "hug" else []
        command = ["download", "acme/owl", "config.json", *quiet, *words]
        code, out, _ = program.pipe(face, *command, env=env, exact=True)
        assert code == 0 and os.path.isfile(out.removesuffix(b"\n")), out
        program.terminal(face, *command, env=env)
        program.terminal(face, *command[:3], *words, env=env)
        if face == "hug":
            said = json.loads(program.pipe(face, *command, "--json", env=env)[1].decode("ascii"))
            assert os.fsencode(said["path"]) == out.removesuffix(b"\n")


def test_a_full_disk_names_its_folder(program, owl, hug, tmp_path):
    for n in range(1, 12):
        for fault in ("reserve", "write", "space", "fsync", "rename", "open"):
            program.terminal("hug", "download", "acme/owl", "--cache-dir", str(tmp_path / f"{fault}{n}{EVIL_NAME}"),
                             env={"HUG_FAULT": f"{fault}:{n}+:28"})


# -- the environment --

VARIABLES = ["HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH",
             "HF_STORED_TOKENS_PATH", "HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_PROGRESS_BARS",
             "HF_XET_CACHE", "HF_ASSETS_CACHE", "XDG_CACHE_HOME", "HOME", "TMPDIR", "COLUMNS", "TERM", "LC_ALL", "HF_HUB_USER_AGENT_ORIGIN",
             "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "NO_COLOR", "HF_HUB_VERBOSITY", "HF_DEBUG", "SSL_CERT_FILE", "HF_DATASETS_CACHE",
             "HF_INFERENCE_ENDPOINT", "PAGER", "EDITOR", "AI_AGENT"]
ECHOING = {"hug": ["whoami", "download acme/owl config.json", "env", "cache ls", "cache du", "login --token x", "auth list", "models ls"],
           "hf": ["auth whoami", "download acme/owl config.json", "env", "cache ls"],
           "huggingface-cli": ["whoami", "download acme/owl config.json", "env", "scan-cache"]}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("value", [EVIL_NAME, "1" + EVIL_NAME, "https://x/" + EVIL_NAME, "http://127.0.0.1:1/\nhug: fake"],
                         ids=["text", "number", "address", "line end"])
def test_the_environment(program, hug, owl, face, value):
    for variable in VARIABLES:
        if value.startswith("http") and not variable.upper().endswith(("ENDPOINT", "PROXY")):
            continue
        if value.startswith("1") and not variable.endswith(("TIMEOUT", "COLUMNS", "OFFLINE", "DEBUG")):
            continue
        for line in ECHOING[face] if face == "hug" or variable.startswith("HF_") else ECHOING[face][:2]:
            program.terminal(face, *line.split(), env={variable: value, "HUG_TIME_SCALE": "0.001"})


def test_an_endpoint_with_a_line_end(hug):
    said = hug("models", "ls", env={"HF_ENDPOINT": "http://x\nhug: fake\x1b[35m"})
    assert said.returncode != 0 and len(said.stderr.splitlines()) == 1 and "\\x0ahug: fake\\x1b[35m" in said.stderr


# -- arguments --

# Each E is the hostile text.
ARGUMENTS = {
    "hug": ["E", "--E", "-E", "cache E", "cache ls --E", "cache free E", "cache free 1E", "cache ls --filter E", "cache ls --filter size>E",
            "cache ls --sort E", "cache ls --limit E", "cache rm E", "cache rm hf://E", "cache rm hf://acme/owl/E", "cache ls --cache-dir E",
            "cache prune --older-than E", "cache prune --keep-last E", "cache prune --max-size E", "cache restore E", "cache verify E",
            "cache verify acme/owl --revision E", "cache verify acme/owl --local-dir E", "scan-cache --dir E", "delete-cache --revisions E",
            "delete-cache --filter E", "delete-cache --dir E", "download E", "download acme/E", "download hf://E", "download acme/owl E",
            "download acme/owl --revision E", "download acme/owl --include E", "download acme/owl --include [E", "download acme/owl --exclude E",
            "download acme/owl --files-from E", "download acme/owl --limit-rate E", "download acme/owl --max-workers E",
            "download acme/owl --local-dir /dev/null/E", "download acme/owl --cache-dir /dev/null/E", "download acme/owl --progress E",
            "download acme/owl --repo-type E", "download acme/owl --verify E", "download acme/owl config.json --include E", "ls E", "ls acme/owl/E",
            "ls acme/owl --revision E", "cat E", "cat acme/owl/E", "cat acme/owl@E/x", "models ls --search E", "models ls --expand E",
            "models ls --sort E", "models info E", "models info acme/owl --revision E", "repo create E", "repo create acme/x --type E",
            "repo create acme/x --type space --space-sdk E", "repo create acme/x --type space --space-sdk gradio --secrets E",
            "repo create acme/x --type space --space-sdk gradio --secrets-file E", "repo create acme/x --type space --space-sdk gradio --volume E",
            "repo create acme/x --type space --space-sdk gradio --template E", "repo delete E -y", "repo delete E", "repo delete acme/E",
            "repo move E E", "repo move acme/owl acme/E", "repo settings acme/owl --gated E", "repo branch create acme/owl E",
            "repo branch delete acme/owl E", "repo tag create acme/owl E", "repo tag create acme/owl x --revision E", "repo tag delete acme/owl E",
            "repo list --namespace E", "repo delete-files acme/owl E", "repo-files acme/owl E", "tag acme/owl E", "login --token E", "logout --token-name E",
            "auth switch --token-name E", "auth token --as E", "whoami --as E", "whoami --format E", "ui --theme E", "ui --E", "env E", "version E"],
    "hf": ["E", "--E", "-E", "cache E", "cache ls --E", "cache ls --filter E", "cache ls --filter size>E", "cache ls --sort E", "cache rm E",
           "cache rm hf://E", "cache rm hf://acme/owl/E", "cache ls --cache-dir E", "cache verify E", "cache verify acme/owl --revision E",
           "download E", "download hf://E", "download acme/owl E", "download acme/owl E/", "download acme/owl E/ --include x",
           "download acme/owl --revision E", "download acme/owl --include E", "download acme/owl --type E", "download acme/owl --max-workers E",
           "models ls --expand E", "models info E", "models info acme/owl --revision E", "repos create E", "repos create acme/x --type E",
           "repos delete E -y", "repos move E E", "repos tag create acme/owl E", "repos tag delete acme/owl E -y", "repos branch create acme/owl E",
           "auth switch --token-name E", "auth logout --token-name E", "auth login --token E", "auth whoami --format E", "version E"],
    "huggingface-cli": ["E", "--E", "-E", "download E", "download acme/owl E", "download acme/owl --revision E", "download acme/owl --include E",
                        "download acme/owl --repo-type E", "download acme/owl --max-workers E", "download acme/owl --local-dir /dev/null/E",
                        "download acme/owl --include a --include E", "scan-cache --dir E", "scan-cache E", "delete-cache --dir E", "tag E x",
                        "tag acme/owl E", "tag -d acme/owl E -y", "tag acme/owl x --revision E", "repo create E -y", "repo create x --type E",
                        "repo create x --organization E -y", "repo-files E delete x", "repo-files acme/owl E", "repo-files acme/owl delete E",
                        "auth switch --token-name E", "logout --token-name E", "login --token E"],
}


@pytest.mark.parametrize("face", FACES)
def test_arguments(program, zoo, face):
    for line in ARGUMENTS[face]:
        words = [word.replace("E", EVIL_NAME) if "E" in word else word for word in line.split()]
        try:
            program.terminal(face, *words, env={"HF_TOKEN": TOKEN}, keys=b"n\n")
            program.pipe(face, *words, env={"HF_TOKEN": TOKEN, "HF_DEBUG": "1"})
        except AssertionError as error:
            raise AssertionError(f"{line}: {error}") from error


# -- while it runs --


def test_frames_of_the_progress(program, hub):
    """Names in the block that shows what is transferred, and in notes."""
    repo = hub.add_repo("acme/slow")
    repo.commit({"a\x1b[35m\u202e\x9b.bin": Lfs(b"a" * 900_000), "b\x07\x7f.bin": Lfs(b"b" * 900_000), "c.bin": Lfs(b"c" * 900_000)})
    hub.fault(server="store", rate=900_000)
    for look in ("auto", "bar", "plain", "json", "notes"):
        code, text = program.terminal("hug", "download", "acme/slow", "--progress", look, "--cache-dir", str(program.hug.home / look),
                                      env={"HUG_TIME_SCALE": "1", "HF_DEBUG": "1"})
        assert code in (0, 2), text
