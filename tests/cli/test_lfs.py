"""git-lfs: the settings of a repository, raw conversations with the agent, and pushes of real git."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request

import pytest

from conftest import TOKEN
from hub import Hub

OLIVE = "hf_olive"
LFS_JSON = "application/vnd.git-lfs+json"
PART = 1000
INIT = {"event": "init", "operation": "upload", "remote": "origin", "concurrent": True, "concurrenttransfers": 3}
END = {"event": "terminate"}
NAMES = ("hug", "huggingface-cli", "hf")


@pytest.fixture
def site(hub):
    hub.multipart_above, hub.part_size = 2 * PART, PART
    hub.add_user("olive", OLIVE, orgs=("acme",), role="write")
    hub.add_repo("acme/owl")
    return hub


@pytest.fixture
def names(tmp_path):
    """The program under each of its names."""
    folder = tmp_path / "names"
    folder.mkdir()
    for name in NAMES:
        (folder / name).symlink_to(os.environ["HUG"])
    return folder


class Talk:
    """One conversation with the agent."""

    def __init__(self, hug, program=None, env=None):
        command = [str(program), "lfs-multipart-upload"] if program else hug.command("lfs-multipart-upload")
        self.process = subprocess.Popen(command, env={**hug.env, "HF_TOKEN": TOKEN, **(env or {})}, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def say(self, message):
        line = message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n"
        # Whoever has ended reads nothing any more.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def object(self, message):
        """All answers to an object."""
        self.say(message)
        answers = [self.hear()]
        while answers[-1]["event"] != "complete":
            answers.append(self.hear())
        assert {answer["oid"] for answer in answers} == {message["oid"]}
        return answers

    def end(self):
        """Exit code, and what else was said, while its standard input stays open."""
        code = self.process.wait(timeout=30)
        out, err = self.process.stdout.read().decode(), self.process.stderr.read().decode()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        assert TOKEN not in out + err and "Sanitizer" not in err and "runtime error" not in err, err
        return code, out, err


@pytest.fixture
def talk(hug):
    talks = []

    def start(**what):
        talks.append(Talk(hug, **what))
        return talks[-1]

    yield start
    for one in talks:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


@pytest.fixture
def agent(talk):
    """An agent that is ready."""
    one = talk()
    one.say(INIT)
    assert one.hear() == {}
    return one


@pytest.fixture
def message(site, tmp_path):
    """message(data): what git-lfs says of a file with this content, with addresses of the Hub."""

    def make(data, **more):
        oid = hashlib.sha256(data).hexdigest()
        path = tmp_path / oid[:8]
        path.write_bytes(data)
        body = {"operation": "upload", "transfers": ["multipart"], "objects": [{"oid": oid, "size": len(data)}]}
        request = urllib.request.Request(f"{site.endpoint}/acme/owl.git/info/lfs/objects/batch", json.dumps(body).encode(), {
            "Accept": LFS_JSON, "Content-Type": LFS_JSON, "Authorization": f"Bearer {OLIVE}"})
        action = json.load(urllib.request.urlopen(request))["objects"][0]["actions"]["upload"]
        return {"event": "upload", "oid": oid, "size": len(data), "path": str(path), "action": action, **more}

    return make


def noise(seed, size):
    return hashlib.shake_128(str(seed).encode()).digest(size)


def stored(hub, message):
    hub.wait_idle()
    return hub.uploads.objects[message["oid"]]


def refused(answers):
    """Why an object was not sent; its addresses are in no message."""
    error = answers[-1]["error"]
    assert error["code"] == 2 and "Signature" not in error["message"]
    return error["message"]


# -- the settings of a repository --


def git(folder, *args, **options):
    return subprocess.run(["git", "-C", folder, *args], capture_output=True, text=True, check=True, **options).stdout.strip()


def settings(folder):
    return [git(folder, "config", "--local", f"lfs.customtransfer.multipart.{key}") for key in ("path", "args")]


@pytest.mark.parametrize("name,path,said", [
    ("hug", os.path.realpath(os.environ["HUG"]), "✓ Set up to push files larger than 5 GB\n  path: {}\n"),
    ("huggingface-cli", "huggingface-cli", "Local repo set up for largefiles\n"),
    ("hf", "hf", "✓ Local repo set up for largefiles\n  path: {}\n"),
])
def test_a_repository_is_set_up(hug, names, tmp_path, name, path, said):
    repo = tmp_path / "clones" / "tiny owl"
    repo.mkdir(parents=True)
    git(repo, "init", "-q")
    for _ in range(2):
        done = subprocess.run([names / name, "lfs-enable-largefiles", "../clones/./tiny owl"], cwd=names, env=hug.env,
                              capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == said.format(repo)
    assert settings(repo) == [path, "lfs-multipart-upload"]


@pytest.mark.parametrize("args,out", [(["--json"], '{{"path": "{}"}}'), (["-q"], "{}")])
def test_a_repository_is_set_up_for_programs(hug, tmp_path, args, out):
    git(tmp_path, "init", "-q")
    assert hug.ok("lfs-enable-largefiles", tmp_path, *args) == out.format(tmp_path)


OLD_END = "subprocess.CalledProcessError: Command '['git', 'config', 'lfs.customtransfer.multipart.path', '{}']' returned non-zero exit status 128."


@pytest.mark.parametrize("name,where,out,last", [
    ("hug", "nowhere", "", "hug: {}/nowhere is not a folder"),
    ("hug", "file", "", "hug: {}/file is not a folder"),
    ("hug", "plain", "", "hug: git cannot change the settings of the repository in {}/plain: not in a git directory. "
                         "PATH is the folder of a Git repository on this machine"),
    ("huggingface-cli", "nowhere", "This does not look like a valid git repo.\n", ""),
    ("huggingface-cli", "plain", "", OLD_END.format("huggingface-cli")),
    ("hf", "nowhere", "", "Hint: set HF_DEBUG=1 as environment variable for full traceback."),
    ("hf", "plain", "", OLD_END.format("hf")),
])
def test_what_is_no_repository(hug, names, tmp_path, name, where, out, last):
    (tmp_path / "plain").mkdir()
    (tmp_path / "file").write_bytes(b"")
    # The build tree may lie in somebody's repository.
    env = {**hug.env, "GIT_CEILING_DIRECTORIES": str(tmp_path)}
    done = subprocess.run([names / name, "lfs-enable-largefiles", where], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, out)
    assert (done.stderr.splitlines() or [""])[-1] == last.format(tmp_path)
    if where == "plain" and name != "hug":
        assert done.stderr.startswith("fatal: not in a git directory\n")


@pytest.mark.parametrize("name,last", [
    ("hug", "hug: git cannot be run. Install Git and git-lfs"),
    ("hf", "FileNotFoundError: [Errno 2] No such file or directory: 'git'"),
    ("huggingface-cli", "FileNotFoundError: [Errno 2] No such file or directory: 'git'"),
])
def test_without_git(hug, names, tmp_path, name, last):
    done = subprocess.run([names / name, "lfs-enable-largefiles", "."], cwd=tmp_path, env={**hug.env, "PATH": str(names)},
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", last + "\n")


def test_who_lists_the_commands(hug, names):
    """As the official clients do: hf shows neither, huggingface-cli and hug the one that people type."""
    for name, shown in (("hug", True), ("huggingface-cli", True), ("hf", False)):
        said = subprocess.run([names / name, "--help"], env=hug.env, capture_output=True, text=True).stdout
        assert ("lfs-enable-largefiles" in said) == shown, name
        assert "lfs-multipart-upload" not in said
        done = subprocess.run([names / name, "lfs-multipart-upload", "--help"], env=hug.env, capture_output=True, text=True)
        assert (done.returncode, "git-lfs" in done.stdout) == ((2, False) if name == "huggingface-cli" else (0, True))


# -- conversations without an object --


WRONG = {"error": {"code": 32, "message": "Wrong lfs init operation"}}
NO_EVENT = {"error": {"code": 32, "message": "unknown event: only init, upload and terminate are known"}}
NO_OBJECT = {"error": {"code": 2, "message": "the message names no object"}}
NO_JSON = {"error": {"code": 2, "message": "a line from git-lfs: not JSON"}}
NO_UTF8 = {"error": {"code": 2, "message": "a line from git-lfs: JSON text is not UTF-8"}}
CLOSED = "hug: git-lfs ended without saying that it is done\n"
BROKEN = "hug: a line from git-lfs: not JSON\n"


@pytest.mark.parametrize("lines,answers,code,err", [
    ([INIT, END], [{}], 0, ""),
    ([INIT, {"type": "terminate"}], [{}], 0, ""),
    ([{**INIT, "concurrent": False}, END], [{}], 0, ""),
    ([{"event": "init", "operation": "upload"}, END], [{}], 0, ""),
    ([{**INIT, "concurrenttransfers": 10**15}, END], [{}], 0, ""),
    ([{**INIT, "concurrenttransfers": 0}, END], [{}], 0, ""),
    ([{**INIT, "operation": "download"}], [WRONG], 1, ""),
    ([{"event": "upload", "oid": "a"}], [WRONG], 1, ""),
    ([b"[]\n"], [WRONG], 1, ""),
    ([b"nonsense\n"], [NO_JSON], 1, BROKEN),
    ([b"\n"], [NO_JSON], 1, BROKEN),
    ([b"\xff\xfe\n"], [NO_UTF8], 1, "hug: a line from git-lfs: JSON text is not UTF-8\n"),
    ([INIT, b"{\"event\":\n"], [{}, NO_JSON], 1, BROKEN),
    ([INIT, {"event": "dance"}, {"no": "event"}, b"7\n", {"event": 7}, END], [{}, NO_EVENT, NO_EVENT, NO_EVENT, NO_EVENT], 0, ""),
    ([INIT, {"event": "upload"}, {"event": "upload", "oid": ""}, {"event": "upload", "oid": "a" * 65}, END], [{}] + [NO_OBJECT] * 3, 0, ""),
    # The last line needs no end.
    ([INIT, json.dumps(END).encode()], [{}], 0, ""),
    ([INIT], [{}], 1, CLOSED),
    ([], [], 1, CLOSED),
])
def test_conversations(hug, lines, answers, code, err):
    text = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    done = subprocess.run(hug.command("lfs-multipart-upload"), env=hug.env, input=text, capture_output=True, timeout=30)
    assert [json.loads(line) for line in done.stdout.splitlines()] == answers
    assert (done.returncode, done.stderr.decode()) == (code, err)
    # As Python writes it, byte for byte.
    assert done.stdout.decode() == "".join(json.dumps(answer) + "\n" for answer in answers)


OLD_JSON = {"huggingface-cli": "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n",
            "hf": "Error: Invalid value. Expecting value: line 1 column 1 (char 0)\n"
                  "Hint: set HF_DEBUG=1 as environment variable for full traceback.\n"}


@pytest.mark.parametrize("name", ["huggingface-cli", "hf"])
@pytest.mark.parametrize("lines,answers,code,err", [
    ([INIT, END], [{}], 0, ""),
    ([{**INIT, "operation": "download"}], [WRONG], 1, ""),
    ([INIT, {"event": "dance"}, END], [{}], 1, "Received unexpected message\n"),
    ([INIT, b"nonsense\n"], [{}], 1, OLD_JSON),
    ([INIT], [{}], 1, OLD_JSON),
    ([], [], 1, OLD_JSON),
])
def test_conversations_of_the_old_names(hug, names, name, lines, answers, code, err):
    text = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    done = subprocess.run([names / name, "lfs-multipart-upload"], env=hug.env, input=text, capture_output=True, timeout=30)
    assert [json.loads(line) for line in done.stdout.splitlines()] == answers
    assert (done.returncode, done.stderr.decode()) == (code, err[name] if isinstance(err, dict) else err)


def test_it_ends_while_its_input_stays_open(agent):
    agent.say(END)
    assert agent.end() == (0, "", "")


def test_a_line_without_an_end(agent):
    for _ in range(34):
        agent.say(b"x" * (1 << 20))
    code, out, err = agent.end()
    assert (code, err) == (1, "hug: git-lfs sent a line of more than 32 MiB\n")
    assert json.loads(out)["error"]["message"] == "git-lfs sent a line of more than 32 MiB"


def test_a_line_that_is_nested_too_deep(agent):
    agent.say(b"[" * 100_000 + b"\n")
    code, out, err = agent.end()
    assert code == 1 and "more than 64 levels" in err and "more than 64 levels" in json.loads(out)["error"]["message"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(agent, number):
    agent.process.send_signal(number)
    assert agent.end() == (128 + number, "", "")


def test_nobody_reads_the_answers(agent, message):
    agent.process.stdout.close()
    agent.say(message(noise(1, 5000)))
    assert agent.process.wait(timeout=30) == 1


# -- objects --


def test_an_object_in_parts(agent, site, message):
    one = message(noise(1, 5 * PART + 7))
    answers = agent.object(one)
    assert answers[0] == {"event": "progress", "oid": one["oid"], "bytesSoFar": 1, "bytesSinceLast": 0}
    assert answers[-1] == {"event": "complete", "oid": one["oid"]}
    assert stored(site, one) == 1
    assert site.uploads.parts == {(one["oid"], number): 1 for number in range(1, 7)}
    agent.say(END)
    assert agent.end() == (0, "", "")
    for request in site.requests:
        assert request.path.endswith("/objects/batch") or "Authorization" not in request.headers


@pytest.mark.parametrize("rest", [{}, {"header": {}}, {"header": None}, {"header": {"X-Other": "thing"}, "expires_at": "0001-01-01T00:00:00Z"}])
def test_an_object_as_a_whole(agent, site, message, rest):
    """As git-lfs sends small ones: the official agent dies of them."""
    one = message(noise(2, 900))
    assert "header" not in one["action"]
    one["action"].update(rest)
    assert "error" not in agent.object(one)[-1]
    assert stored(site, one) == 1 and site.uploads.puts == {one["oid"]: 1} and not site.uploads.parts


def test_a_message_without_a_size(agent, site, message):
    """The official agent looks at the file only."""
    one = message(noise(3, 3500))
    del one["size"]
    assert "error" not in agent.object(one)[-1]
    assert stored(site, one) == 1


def unpadded(header):
    """Numbers without zeros, in the order of texts: 1, 10, 11, 2, ..."""
    texts = {str(int(key)) if key.isdecimal() else key: value for key, value in header.items()}
    return dict(sorted(texts.items()))


@pytest.mark.parametrize("change", [
    unpadded, lambda header: dict(reversed(header.items())), lambda header: {**header, "X-Amz-Meta": "thing"},
    lambda header: {**header, "chunk_size": int(header["chunk_size"])},
], ids=["as texts", "backwards", "another key", "a number"])
def test_the_order_of_parts(agent, site, message, change):
    one = message(noise(4, 12 * PART - 1))
    one["action"]["header"] = change(one["action"]["header"])
    assert "error" not in agent.object(one)[-1]
    assert stored(site, one) == 1


def without(*keys):
    return lambda action: [action["header"].pop(key) for key in keys]


@pytest.mark.parametrize("harm", [
    without("chunk_size"), without("00001"), without("00003"), without("00001", "00002", "00003"), lambda action: action.pop("href"),
    lambda action: action["header"].update(chunk_size="0"), lambda action: action["header"].update(chunk_size="-5"),
    lambda action: action["header"].update(chunk_size="much"), lambda action: action["header"].update(chunk_size="1"),
    lambda action: action["header"].update({"00004": action["header"]["00003"]}),
    lambda action: action["header"].update({"3": action["header"]["00003"]}), lambda action: action["header"].update({"00002": 7}),
    lambda action: action.clear(),
], ids=["no size of parts", "no first", "no last", "no parts", "no href", "size 0", "size -5", "size much", "size 1", "too many",
        "one twice", "a number", "nothing"])
def test_incomplete_addresses(agent, site, message, harm):
    one, other = message(noise(5, 2500)), message(noise(6, 2500))
    harm(one["action"])
    assert refused(agent.object(one)) == "the addresses to send the object to are incomplete"
    assert not site.uploads.puts
    # The next object is sent.
    assert "error" not in agent.object(other)[-1]
    assert stored(site, other) == 1


def emptied(one):
    with open(one["path"], "wb"):
        pass


@pytest.mark.parametrize("harm,words", [
    (lambda one: os.remove(one["path"]), "no such file"),
    (lambda one: one.pop("path"), "no such file"),
    (emptied, "has 0 bytes, and the object has 2500"),
    (lambda one: one.update(path=os.path.dirname(one["path"])), "a folder"),
    (lambda one: one["action"]["header"].update({"00001": "file:///etc/passwd"}), ""),
    (lambda one: one["action"]["header"].update({"00001": "nonsense"}), ""),
    (lambda one: one["action"].update(href="http://127.0.0.1:1/x"), "127.0.0.1"),
])
def test_what_cannot_be_sent(agent, site, message, harm, words):
    one, other = message(noise(7, 2500)), message(noise(8, 2500))
    harm(one)
    assert words in refused(agent.object(one)).lower()
    assert "error" not in agent.object(other)[-1]
    assert stored(site, one) == 0 and stored(site, other) == 1


def test_several_parts_at_once(agent, site, message):
    """A part whose answer is late holds up no other."""
    one = message(noise(9, 6 * PART))
    site.fault("partNumber=1&", times=1, latency=1.0)
    assert "error" not in agent.object(one)[-1]
    assert stored(site, one) == 1
    assert next(iter(site.uploads.parts)) != (one["oid"], 1)


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"status": 429}, {"lost": True}, {"status_after": 502}, {"take": 300}])
def test_a_part_that_fails_is_sent_again_alone(agent, site, message, fault):
    one = message(noise(10, 4 * PART))
    met = site.fault("partNumber=2&", times=2, **fault)
    assert "error" not in agent.object(one)[-1]
    assert stored(site, one) == 1 and met.hits == 2
    assert site.uploads.parts == {(one["oid"], number): 1 for number in range(1, 5)}


@pytest.mark.parametrize("fault,words", [
    ({"path": "partNumber=2&", "status": 503}, "the storage refuses"),
    ({"path": "partNumber=2&", "status": 403}, "push again"),
    ({"path": "partNumber=2&", "drop_headers": ["ETag"]}, "no etag for part 2"),
    ({"path": "partNumber=2&", "rst": 1}, ""),
    ({"path": "complete_multipart", "status": 500}, "answered 500"),
    ({"path": "complete_multipart", "status": 400}, "push again"),
    ({"path": "complete_multipart", "html": True}, ""),
])
def test_failures_that_last(agent, site, message, fault, words):
    one, other = message(noise(11, 4 * PART)), message(noise(12, 4 * PART))
    site.fault(**fault)
    assert words in refused(agent.object(one)).lower()
    site.clear_faults()
    assert "error" not in agent.object(other)[-1]
    assert stored(site, one) == 0 and stored(site, other) == 1
    agent.say(END)
    assert agent.end() == (0, "", "")


@pytest.mark.parametrize("fault", [{"status": 500}, {"lost": True}])
def test_a_completion_that_fails_once(agent, site, message, fault):
    one = message(noise(13, 4 * PART))
    site.fault("complete_multipart", times=1, **fault)
    assert "error" not in agent.object(one)[-1]
    assert stored(site, one) == 1


def test_expired_addresses(agent, site, message):
    site.url_lifetime = -1.0
    parts, whole = message(noise(14, 4 * PART)), message(noise(15, 500))
    site.url_lifetime = 3600.0
    for one in (parts, whole):
        assert refused(agent.object(one)).endswith("Request has expired. Push again: git-lfs then gets new addresses")
    again = message(noise(14, 4 * PART))
    assert "error" not in agent.object(again)[-1]
    assert stored(site, again) == 1


def test_two_objects_in_a_row(agent, site, message):
    """Said at once: they are sent one after the other."""
    both = [message(noise(16, 5 * PART)), message(noise(17, 700))]
    agent.say(b"".join(json.dumps(one).encode() + b"\n" for one in (*both, END)))
    code, out, err = agent.end()
    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    oids = [answer["oid"] for answer in answers]
    assert oids == sorted(oids, key=[one["oid"] for one in both].index)
    assert [answer["oid"] for answer in answers if answer["event"] == "complete"] == [one["oid"] for one in both]
    assert [stored(site, one) for one in both] == [1, 1]


def test_progress(agent, site, message):
    """It only grows, adds up to the size, and comes at most about ten times a second."""
    # More than sockets hold, so that bytes leave no faster than they are taken.
    site.part_size = 20_000_000
    one = message(noise(18, 20_000_500))
    site.fault(server="store", take_rate=20e6)
    site.fault("partNumber=1&", times=1, take=15_000_000)
    begun = time.monotonic()
    *answers, last = agent.object(one)
    took = time.monotonic() - begun
    assert last == {"event": "complete", "oid": one["oid"]}
    so_far = [answer["bytesSoFar"] for answer in answers]
    since = [answer["bytesSinceLast"] for answer in answers]
    assert (so_far[0], since[0]) == (1, 0) and so_far[-1] == one["size"]
    assert so_far[1:] == [sum(since[:n]) for n in range(2, len(since) + 1)] and min(since[1:]) > 0
    assert 3 <= len(answers) <= took / 0.125 + 2
    assert stored(site, one) == 1


def test_offline(talk, site, message):
    one = message(noise(19, 2500))
    agent = talk(env={"HF_HUB_OFFLINE": "1"})
    agent.say(INIT)
    assert agent.hear() == {}
    count = len(site.requests)
    assert "offline mode is enabled" in refused(agent.object(one))
    assert len(site.requests) == count


def test_another_hub_than_the_one_in_use(talk, site, message):
    """The addresses come from git's remote, whatever HF_ENDPOINT says."""
    with Hub() as other:
        agent = talk(env={"HF_ENDPOINT": other.endpoint})
        agent.say(INIT)
        assert agent.hear() == {}
        one = message(noise(20, 2500))
        assert "error" not in agent.object(one)[-1]
        assert stored(site, one) == 1 and len(other.requests) == 0


@pytest.mark.parametrize("name", ["huggingface-cli", "hf"])
def test_objects_under_the_old_names(talk, names, site, message, name):
    agent = talk(program=names / name)
    agent.say(INIT)
    assert agent.hear() == {}
    one, bad = message(noise(21, 2500)), message(noise(22, 2500))
    os.remove(bad["path"])
    assert "error" in agent.object(bad)[-1]
    assert "error" not in agent.object(one)[-1]
    agent.say(END)
    assert agent.end() == (0, "", "")
    assert stored(site, one) == 1


# -- real git and git-lfs; without them there are no such tests --


class Clone:
    """A repository whose git-lfs talks to the Hub; its commits go to a folder."""

    def __init__(self, hug, site, folder):
        self.folder = folder / "owl"
        self.env = {**hug.env, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
        git(folder, "init", "-q", "--bare", "remote.git")
        git(folder, "init", "-q", "-b", "main", "owl")
        self.git("lfs", "install", "--local")
        self.git("remote", "add", "origin", str(folder / "remote.git"))
        for key, value in (("user.name", "Olive"), ("user.email", "olive@example.com"), ("lfs.locksverify", "false"),
                           ("lfs.url", f"{site.endpoint}/acme/owl.git/info/lfs"),
                           (f"http.{site.endpoint}/.extraHeader", f"Authorization: Bearer {OLIVE}")):
            self.git("config", key, value)
        self.git("lfs", "track", "*.bin")

    def git(self, *args):
        return git(self.folder, *args, env=self.env)

    def push(self, **files):
        """Commits these files, and pushes; their SHA-256s with the result."""
        for name, data in files.items():
            (self.folder / f"{name}.bin").write_bytes(data)
        self.git("add", ".")
        self.git("commit", "-q", "-m", "more")
        return [hashlib.sha256(data).hexdigest() for data in files.values()], self.push_again()

    def push_again(self):
        return subprocess.run(["git", "-C", self.folder, "push", "origin", "main"], env=self.env, capture_output=True, text=True,
                              timeout=100)


@pytest.fixture
def clone(hug, site, tmp_path):
    clone = Clone(hug, site, tmp_path)
    hug.ok("lfs-enable-largefiles", clone.folder)
    return clone


def senders(site):
    """Who has sent bytes to the storage."""
    site.wait_idle()
    return {request.headers["User-Agent"].partition("/")[0] for request in site.requests if request.method == "PUT"}


def push_in_parts(clone, site):
    (oid,), done = clone.push(a=noise(30, 12 * PART + 5))
    assert done.returncode == 0, done.stderr
    assert site.uploads.objects == {oid: 1} and senders(site) == {"hug"}
    assert site.uploads.parts == {(oid, number): 1 for number in range(1, 14)}
    # Nothing of it is sent again.
    assert clone.push(b=noise(30, 12 * PART + 5))[1].returncode == 0
    assert site.uploads.objects == {oid: 1}


def push_several(clone, site):
    """Small ones go through the agent, too, if a large one does."""
    oids, done = clone.push(a=noise(31, 8 * PART), b=noise(32, 9 * PART), c=noise(33, 500), d=b"tiny")
    assert done.returncode == 0, done.stderr
    assert site.uploads.objects == dict.fromkeys(oids, 1) and senders(site) == {"hug"}
    assert {oid for oid, _ in site.uploads.parts} == set(oids[:2])


def push_small(clone, site):
    """If the Hub wants no parts git-lfs needs no agent."""
    oids, done = clone.push(a=b"tiny")
    assert done.returncode == 0, done.stderr
    assert site.uploads.objects == {oids[0]: 1} and senders(site) == {"git-lfs"}


def push_with_failing_parts(clone, site):
    site.fault("partNumber=2&", times=2, status=503)
    (oid,), done = clone.push(a=noise(34, 4 * PART))
    assert done.returncode == 0, done.stderr
    assert site.uploads.objects == {oid: 1} and senders(site) == {"hug"}
    assert site.uploads.parts == {(oid, number): 1 for number in range(1, 5)}


def fails_then_succeeds(clone, site, words, **files):
    """The reason is on the screen; once the fault is over the same push is good."""
    oids, done = clone.push(**files)
    assert done.returncode == 1
    assert f'error transferring "{oids[0]}": [2] ' in done.stderr and words in done.stderr, done.stderr
    assert site.uploads.objects[oids[0]] == 0
    site.clear_faults()
    site.url_lifetime = 3600.0
    done = clone.push_again()
    assert done.returncode == 0, done.stderr
    assert site.uploads.objects == dict.fromkeys(oids, 1) and senders(site) == {"hug"}


def push_with_failing_completion(clone, site):
    site.fault("complete_multipart", status=500)
    fails_then_succeeds(clone, site, "answered 500", a=noise(35, 4 * PART))


def push_with_a_part_that_never_arrives(clone, site):
    """The other object is sent all the same."""
    oid = hashlib.sha256(noise(36, 4 * PART)).hexdigest()
    site.fault(f"{oid}.*partNumber=2&", status=500)
    fails_then_succeeds(clone, site, "the storage refuses", a=noise(36, 4 * PART), b=noise(37, 4 * PART))


def push_to_expired_addresses(clone, site):
    site.url_lifetime = -1.0
    fails_then_succeeds(clone, site, "Push again: git-lfs then gets new addresses", a=noise(38, 4 * PART))


if shutil.which("git") and shutil.which("git-lfs"):

    @pytest.mark.parametrize("push", [
        push_in_parts, push_several, push_small, push_with_failing_parts, push_with_failing_completion,
        push_with_a_part_that_never_arrives, push_to_expired_addresses], ids=lambda push: push.__name__)
    def test_push(clone, site, push):
        push(clone, site)
