"""What one should know before fetching: hug info, --fail-on, and the cautions of a plan."""

import json
import os
import signal
import subprocess
import time

import pytest

from hub import Lfs

SHARDS = [f"model-{n:05d}-of-00003.safetensors" for n in (1, 2, 3)]
INDEX = "model.safetensors.index.json"
FULL = json.dumps({"weight_map": {f"layer{n}": path for n, path in enumerate(SHARDS)}})
AUTO = json.dumps({"auto_map": {"AutoModel": "modeling_owl.Owl"}})
MIT = {"cardData": {"license": "mit"}}


def shards(*numbers):
    return {SHARDS[n - 1]: Lfs(b"w" * 1000 * n) for n in numbers}


# Kinds of repositories: files, what the information says besides, gate, and the cautions there are.
KINDS = {
    "fine": ({"config.json": "{}", "m.safetensors": "w", "m.bin": "b", "tool.py": "x", **shards(1, 2, 3), INDEX: FULL}, MIT, False, []),
    "gated-auto": ({"a.txt": "a"}, MIT, "auto", ["gated"]),
    "gated-manual": ({"a.txt": "a"}, MIT, "manual", ["gated"]),
    "no-licence": ({"a.txt": "a"}, {}, False, ["licence"]),
    "other-licence": ({"a.txt": "a"}, {"cardData": {"license": "other", "license_name": "owl"}}, False, ["licence"]),
    "code": ({"config.json": AUTO, "modeling_owl.py": "x"}, MIT, False, ["code"]),
    "code-elsewhere": ({"config.json": AUTO.replace("modeling", "a/b--modeling")}, MIT, False, ["code"]),
    "pickle": ({"pytorch_model.bin": "x"}, MIT, False, ["pickle"]),
    "state": ({"m.safetensors": "w", "training_args.bin": "x", "sub/optimizer.pt": "x"}, MIT, False, []),
    "no-pickle": ({"openvino_model.bin": "x", "ggml-base.bin": "x"}, MIT, False, []),
    "gap": ({**shards(1, 3)}, MIT, False, ["incomplete"]),
    "index": ({**shards(1, 2), INDEX: FULL}, MIT, False, ["incomplete"]),
    "other-count": ({"model-00001-of-00001.safetensors": "w", INDEX: FULL}, MIT, False, ["incomplete"]),
    "empty-index": ({INDEX: '{"weight_map": {}}'}, MIT, False, ["incomplete"]),
    "gguf": ({"owl-Q4_0-00001-of-00002.gguf": "x"}, MIT, False, ["incomplete"]),
    "whole-gguf": ({f"owl-Q4_0-0000{n}-of-00002.gguf": "x" for n in (1, 2)}, MIT, False, []),
}
WORD = {"licence": "licence=other,unknown"}


def add(hub, kind, type="model"):
    files, facts, gated, cautions = KINDS[kind]
    repo = hub.add_repo(f"acme/{kind}", type=type, gated=gated)
    repo.commit(files)
    repo.facts.update(facts)
    return cautions


def nothing_is_here(hug, hub):
    assert not hug.cache.exists() or not [p for p in hug.cache.rglob("*") if p.is_file()]
    assert not [r for r in hub.requests if r.server == "store"]


def kinds_of(text):
    return [line.split()[1].rstrip(":") for line in text.splitlines() if line.startswith("caution ")]


@pytest.mark.parametrize("kind", KINDS)
def test_info(hug, hub, kind):
    cautions = add(hub, kind)
    done = hug("info", f"acme/{kind}")
    assert done.returncode == 0 and kinds_of(done.stdout) == cautions, done.stdout + done.stderr
    data = json.loads(hug.ok("info", f"acme/{kind}", "--json"))
    assert [c["kind"] for c in data["cautions"]] == cautions and not data["unchecked"]
    assert data["files"] == len(KINDS[kind][0]) and data["commit"] in done.stdout
    assert hug("info", f"acme/{kind}", "-q").stdout.split() == cautions
    nothing_is_here(hug, hub)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", ["gated", "licence", "code", "pickle", "incomplete"])
def test_fail_on(hug, hub, kind, word):
    cautions = add(hub, kind)
    done = hug("download", f"acme/{kind}", "--fail-on", WORD.get(word, word), "--dry-run")
    assert done.returncode == (word in cautions), done.stdout + done.stderr
    if word in cautions:
        assert done.stdout == "" and f"hug: {word}: " in done.stderr and "leave " + word in done.stderr
        fails = hug.fails("download", f"acme/{kind}", "--fail-on", "gated,code,pickle,incomplete,licence=other,unknown")
        assert f"acme/{kind} is not downloaded because of --fail-on: {', '.join(cautions)}" in fails
    else:
        assert kinds_of(done.stdout) == cautions
    nothing_is_here(hug, hub)


def test_passes_and_fetches(hug, hub):
    add(hub, "fine")
    out = hug.ok("download", "acme/fine", "--fail-on", "gated,licence=other,unknown,cc-*,code,pickle,incomplete")
    assert sorted(os.listdir(out)) == sorted(KINDS["fine"][0])


def asked(hub):
    return [(r.method, r.path.partition("?")[0].rpartition("/acme/")[2]) for r in hub.requests]


def test_requests(hug, hub):
    """Without the option none more; with it only what its words need, and the commit is not asked for again."""
    add(hub, "fine")
    commit = hub.find_repo("model", "acme/fine").head("main")
    hug.ok("download", "acme/fine", "--include", "tool*")
    assert asked(hub) == [("GET", "fine/revision/main"), ("GET", f"fine/tree/{commit}"), ("GET", f"fine/resolve/{commit}/tool.py")]
    hub.requests.clear()
    hug.ok("download", "acme/fine", "--include", "tool*", "--fail-on", "gated,licence=other", "--force-download")
    assert asked(hub) == [("GET", "fine/revision/main"), ("GET", f"fine/resolve/{commit}/tool.py")]
    hub.requests.clear()
    hug.ok("info", "acme/fine")
    assert asked(hub)[:2] == [("GET", "fine/revision/main"), ("GET", f"fine/tree/{commit}")]
    assert sorted({p for _, p in asked(hub)[2:]}) == [f"fine/resolve/{commit}/{f}" for f in ("config.json", INDEX)]
    hub.requests.clear()
    hug.ok("download", "acme/fine", "--fail-on", "pickle", "--include", "tool*")
    assert asked(hub) == [("GET", "fine/revision/main"), ("GET", f"fine/tree/{commit}")]


def test_the_commit_that_was_checked(hug, hub):
    """The branch moves between the check and the download."""
    repo = hub.add_repo("acme/owl")
    repo.facts.update(MIT)
    first = repo.commit({"config.json": "{}"})
    slow = hub.fault(path=rf"resolve/{first}/config.json", latency=1.0, times=1)
    run = hug.start("download", "acme/owl", "--fail-on", "code", env={"HUG_TIME_SCALE": "1"})
    end = time.monotonic() + 20
    while not slow.hits and time.monotonic() < end:
        time.sleep(0.01)
    repo.commit({"config.json": AUTO})
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0 and out.strip().endswith(first), err
    assert (hug.repo() / "refs/main").read_text() == first


@pytest.mark.parametrize("types, option, code", [
    ("mit", "mit", 1), ("mit", "MIT", 1), ("mit", "m*", 1), ("mit", "apache-2.0", 0), ("cc-by-nc-4.0", "cc-*-nc-*,other", 1),
    (["mit", "other"], "other", 1), (["mit", "apache-2.0"], "other,unknown", 0), (None, "unknown", 1), (None, "other", 0),
    ("Owl-1.0", "owl*", 1)])
@pytest.mark.parametrize("word", ["licence", "license"])
def test_licences(hug, hub, types, option, code, word):
    repo = hub.add_repo("acme/owl")
    repo.commit({"a.txt": "a"})
    repo.facts["cardData"] = {"license": types} if types else {}
    assert hug("download", "acme/owl", "--fail-on", f"{word}={option},gated").returncode == code


def test_licence_of_a_tag(hug, hub):
    repo = hub.add_repo("acme/owl")
    repo.commit({"a.txt": "a"})
    repo.facts["tags"] = ["region:us", "license:gpl-3.0"]
    assert "licence: the licence is gpl-3.0" in hug("download", "acme/owl", "--fail-on", "licence=gpl-*").stderr


@pytest.mark.parametrize("option, says", [
    ("pickel", "'pickel' is not a caution; use gated, licence=NAME, code, pickle or incomplete"),
    ("gated,nonsense", "'nonsense' is not a caution"), ("licence=mit,pickel", "Did you mean pickle?"), ("", "is not a caution"),
    (",", "is not a caution"), ("code=1", "'code=1' is not a caution"), ("licence", "name the licences"), ("licence=", "name the licences"),
    ("licence=mit,foo=1", "'foo=1' is not a caution"), ("\x1b[31mred", "is not a caution")])
def test_words(hug, hub, option, says):
    done = hug("download", "acme/owl", "--fail-on", option)
    assert done.returncode == 2 and (says in done.stderr or option == ""), done.stderr
    assert not done.stdout and not hub.requests and "\x1b" not in done.stderr


def test_words_that_pass(hug, hub, owl):
    """Repeated, with blanks, in capitals, and a licence that is like a kind."""
    hub.find_repo("model", "acme/owl").facts.update(MIT)
    args = ["--fail-on", " Gated , CODE", "--fail-on", "licence=gpl-3.0, bsd-*", "--fail-on", "licence=pickel"]
    assert hug("download", "acme/owl", *args).returncode == 0
    assert hug("download", "acme/owl", *args, "--fail-on", "pickle").returncode == 1
    done = hug("download", "acme/owl", "--queue", "--fail-on", "code")
    assert done.returncode == 2 and "--queue and --fail-on" in done.stderr


@pytest.mark.parametrize("fault, word", [
    (dict(path=r"api/models/acme/code/revision", status=500), "code"), (dict(path="/tree/", status=500), "code"),
    (dict(path="/tree/", status=500), "pickle"), (dict(path="config.json", status=500), "code"),
    (dict(path="config.json", status=404), "code"), (dict(path=r"revision/main", status=403), "gated")])
def test_not_to_know_is_no_permission(hug, hub, fault, word):
    hub.add_repo("acme/code").commit({"config.json": "{}", "a.safetensors": "w"})
    hub.fault(**fault)
    done = hug("download", "acme/code", "--fail-on", word)
    assert done.returncode == 1 and "be checked" in done.stderr, done.stderr
    nothing_is_here(hug, hub)


def test_offline(hug, hub, owl):
    hug.ok("download", "acme/owl")
    for args in (["download", "acme/owl", "--fail-on", "code", "--offline"], ["download", "acme/owl", "--fail-on", "gated", "--offline"]):
        done = hug(*args)
        assert done.returncode == 1 and "--fail-on cannot be checked" in done.stderr and "offline" in done.stderr
    assert hug("info", "acme/owl", env={"HF_HUB_OFFLINE": "1"}).returncode == 1


def test_behind_a_gate(hug, hub):
    """The small files of a gated repository are closed: that is said once for each, and asked once."""
    repo = hub.add_repo("acme/closed", gated="manual")
    repo.commit({"config.json": "{}", "tokenizer_config.json": "{}", "a.safetensors": "w"})
    repo.facts.update(MIT)
    done = hug("info", "acme/closed")
    assert done.returncode == 0 and done.stdout.count("not checked  code: ") == 2
    assert len([r for r in hub.requests if "/resolve/" in r.path]) == 1
    done = hug("download", "acme/closed", "--fail-on", "code")
    assert done.returncode == 1 and "code cannot be checked: config.json: " in done.stderr
    assert len(json.loads(hug.ok("info", "acme/closed", "--json"))["unchecked"]) == 2


@pytest.mark.parametrize("facts, word", [({"gated": None}, "gated"), ({"gated": 7}, "gated"),
                                         ({"cardData": None, "tags": None}, "licence=mit"), ({"sha": "../x"}, "gated"), ({"sha": ""}, "gated")])
def test_answers_that_do_not_say(hug, hub, facts, word):
    repo = hub.add_repo("acme/owl")
    repo.commit({"a.txt": "a"})
    repo.facts.update({"cardData": {"license": "gpl"}, **facts})
    code = hug("download", "acme/owl", "--fail-on", word)
    assert (code.returncode, "cannot be checked" in code.stderr) == ((0, False) if facts.get("cardData", 1) is None else (1, True)), code.stderr


def test_another_commit(hug, hub):
    """Who names a commit gets this one or none."""
    repo = hub.add_repo("acme/owl")
    first = repo.commit({"a.txt": "a"})
    repo.facts.update({**MIT, "sha": "f" * 40})
    for args in (["info", f"acme/owl@{first}"], ["download", f"acme/owl@{first}", "--fail-on", "gated"]):
        done = hug(*args)
        assert done.returncode == 1 and f"about another commit than {first}" in done.stderr
    nothing_is_here(hug, hub)


@pytest.mark.parametrize("args, cautions", [
    ([], ["pickle", "incomplete"]), (["--include", "*.safetensors"], ["incomplete"]), (["--exclude", "*.safetensors", INDEX], ["pickle"]),
    (["--include", "*.bin"], ["pickle"]), (["README.md"], []), ([INDEX], ["incomplete"]), ([SHARDS[0]], ["incomplete"]),
    (["sub/m.pt"], ["pickle"]), (["odd[1].pt"], ["pickle"]), (["--exclude", "*.pt", "*.bin", "model*"], []), (["--include", "sub/*"], ["pickle"])])
def test_part_of_it(hug, hub, args, cautions):
    """Only what is asked for counts; a set of shards as a whole."""
    repo = hub.add_repo("acme/owl")
    repo.commit({**shards(1, 3), INDEX: FULL, "m.bin": "b", "README.md": "#", "sub/m.pt": "x", "odd[1].pt": "x"})
    repo.facts.update(MIT)
    done = hug("download", "acme/owl", *args, "--dry-run")
    assert done.returncode == 0 and kinds_of(done.stdout) == cautions, done.stdout + done.stderr
    done = hug("download", "acme/owl", *args, "--fail-on", "pickle,incomplete,code,gated")
    assert done.returncode == bool(cautions), done.stderr


def test_state_that_is_asked_for(hug, hub):
    hub.add_repo("acme/owl").commit({"training_args.bin": "x", "a.safetensors": "w"})
    assert hug("download", "acme/owl", "--fail-on", "pickle", "--dry-run").returncode == 0
    assert hug("download", "acme/owl", "training_args.bin", "--fail-on", "pickle").returncode == 1


def test_types(hug, hub):
    """A dataset's script is code; a Space is code anyway."""
    for type in ("dataset", "space"):
        repo = hub.add_repo("acme/songs", type=type)
        repo.commit({"songs.py": "x", "config.json": AUTO, "data.pkl": "x"})
        repo.facts.update(MIT)
    assert kinds_of(hug("info", "dataset/acme/songs").stdout) == ["code", "pickle"]
    assert kinds_of(hug("info", "acme/songs", "--repo-type", "space").stdout) == ["pickle"]
    assert hug("download", "dataset/acme/songs", "--fail-on", "code").returncode == 1
    assert hug("download", "space/acme/songs", "--fail-on", "code,gated").returncode == 0


def test_revision(hug, hub):
    repo = hub.add_repo("acme/owl")
    repo.commit({"config.json": "{}"})
    repo.commit({"config.json": AUTO}, branch="dev")
    repo.facts.update(MIT)
    assert hug("info", "acme/owl", "-q").stdout == ""
    for args in (["acme/owl@dev"], ["acme/owl", "--revision", "dev"]):
        assert hug("info", *args, "-q").stdout == "code\n"
        assert hug("download", *args, "--fail-on", "code").returncode == 1


def test_types_of_gguf(hug, hub):
    """REPO:TYPE is a part of it, too."""
    repo = hub.add_repo("acme/owl")
    repo.commit({"owl-Q4_0.gguf": "x", "owl-Q8_0-00001-of-00002.gguf": "x", "m.bin": "x"})
    repo.facts.update(MIT)
    assert kinds_of(hug("download", "acme/owl:Q4_0", "--dry-run").stdout) == []
    assert kinds_of(hug("info", "acme/owl").stdout) == ["incomplete"]
    assert hug("download", "acme/owl:Q4_0", "--fail-on", "pickle,incomplete").returncode == 0


@pytest.mark.parametrize("args, tells", [([], True), (["-q"], False), (["--exclude", "x"], False), (["--fail-on", "code"], True)])
def test_after_a_download(hug, hub, args, tells):
    """What is complete by its listing is not by its own index; nobody is asked for that."""
    add(hub, "index")
    before = hug("download", "acme/index", *args)
    assert before.returncode == 0, before.stderr
    assert (f"names 1 file that the repository does not have: {SHARDS[2]}" in before.stderr) == tells
    assert len([r for r in hub.requests if INDEX in r.path]) <= 1


def test_after_a_download_into_a_folder(hug, hub, tmp_path):
    add(hub, "index")
    add(hub, "fine")
    assert SHARDS[2] in hug("download", "acme/index", "--local-dir", tmp_path / "a").stderr
    assert "incomplete" not in hug("download", "acme/fine", "--local-dir", tmp_path / "b").stderr


@pytest.mark.parametrize("name", ["hf", "huggingface-cli"])
def test_old_names(hug, hub, tmp_path, name):
    """They know none of this, and ask for nothing more."""
    add(hub, "index")
    program = tmp_path / name
    program.symlink_to(os.environ["HUG"])

    def run(*args):
        return subprocess.run([program, *args], env=hug.env, capture_output=True, text=True, timeout=60)

    assert run("download", "acme/index", "--fail-on", "code").returncode != 0 and not hub.requests
    assert run("info", "acme/index").returncode != 0
    if name == "hf":
        done = run("download", "acme/index", "--dry-run")
        assert done.returncode == 0 and "caution" not in done.stdout + done.stderr and "memory" not in done.stdout
        assert len(hub.requests) == 2
    done = run("download", "acme/index")
    assert done.returncode == 0 and "incomplete" not in done.stderr


def test_a_plan_for_programs(hug, hub):
    add(hub, "code")
    for args in (["--json"], ["-q"]):
        hub.requests.clear()
        assert "caution" not in hug("download", "acme/code", "--dry-run", *args).stdout
        assert len(hub.requests) == 2


def test_a_plan_stays_if_cautions_fail(hug, hub):
    add(hub, "code")
    hub.fault(path="expand=gated", status=500)
    done = hug("download", "acme/code", "--dry-run")
    assert done.returncode == 0 and "modeling_owl.py" in done.stdout and "cautions cannot be shown" in done.stderr


@pytest.mark.parametrize("args, path", [
    (["info", "acme/code"], "expand="), (["info", "acme/code"], "/tree/"), (["info", "acme/code"], "config.json"),
    (["download", "acme/code", "--fail-on", "code"], "expand="), (["download", "acme/code", "--fail-on", "code"], "/tree/"),
    (["download", "acme/code", "--fail-on", "code"], "config.json"), (["download", "acme/code", "--dry-run"], "config.json")])
def test_stopped(hug, hub, args, path):
    """Whichever question it is: no success."""
    add(hub, "code")
    slow = hub.fault(path=path, latency=1.5)
    run = hug.start(*args)
    end = time.monotonic() + 10
    while not slow.hits and time.monotonic() < end:
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=10)
    assert slow.hits and run.returncode == 130, err
    assert not out or "--dry-run" in args


ODD = "a\x1b[31m\n\u202e"


@pytest.mark.parametrize("index", [
    "[" * 100000, '{"weight_map": [1]}', '{"weight_map": "x"}', '{"weight_map": {"a": 5}}', '{"weight_map": {"a": {"b": "c"}}}', "\xff\x00",
    "", "null", '{"weight_map": {"a": "' + "x" * 5_000_000 + '"}}', '{"weight_map": {"a": "../../../etc/passwd"}}',
    '{"weight_map": {"a": "\\u001b[31m\\n"}}', json.dumps({"weight_map": {str(n): f"{n}.safetensors" for n in range(1_000_000)}})],
    ids=range(12))
def test_hostile_index(hug, hub, index):
    """It is never taken for a complete one, and never reaches the terminal as it is."""
    repo = hub.add_repo("acme/owl")
    repo.commit({INDEX: Lfs(index.encode("latin-1")), "m.safetensors": "w"})
    repo.facts.update(MIT)
    started = time.monotonic()
    done = hug("info", "acme/owl")
    assert done.returncode == 0 and ("caution      incomplete" in done.stdout or "not checked  incomplete" in done.stdout), done.stdout
    assert "\x1b" not in done.stdout + done.stderr and len(done.stdout) < 6000
    done = hug("download", "acme/owl", "--fail-on", "incomplete")
    assert done.returncode == 1 and len(done.stderr) < 6000 and "\x1b" not in done.stderr, done.stderr
    json.loads(hug.ok("info", "acme/owl", "--json"))
    assert time.monotonic() - started < 40


def test_hostile_names(hug, hub):
    repo = hub.add_repo("acme/owl")
    repo.commit({f"{ODD}.pt": "x", f"{ODD}-1-of-2.safetensors": "x", f"{ODD}/config.json": AUTO.replace("modeling", "\\u001b[31m"),
                 f"{ODD}/b.bin": "x", "s-1-of-999999999.safetensors": "x"})
    repo.facts["cardData"] = {"license": "other", "license_name": ODD, "license_link": ODD}
    repo.facts.update({"pipeline_tag": ODD, "library_name": ODD, "lastModified": ODD, "gated": ODD})
    for args in (["info", "acme/owl"], ["info", "acme/owl", "--json"], ["download", "acme/owl", "--dry-run"],
                 ["download", "acme/owl", "--fail-on", "gated,code,pickle,incomplete,licence=*"]):
        done = hug(*args)
        assert "\x1b" not in done.stdout + done.stderr and "\u202e" not in done.stdout + done.stderr
        assert len(done.stdout + done.stderr) < 8000
    assert done.returncode == 1
    assert kinds_of(hug("info", "acme/owl").stdout) == ["gated", "licence", "code", "pickle", "incomplete", "incomplete"]


def test_many_small_files(hug, hub):
    """No more than 128 are read, four at a time, and what is left over is said; what is found is in the order of the files."""
    repo = hub.add_repo("acme/owl")
    repo.commit({f"checkpoint-{n}/config.json": AUTO if n in (7, 11) else "{}" for n in range(150)} | {"config.json": AUTO})
    repo.facts.update(MIT)
    data = json.loads(hug.ok("info", "acme/owl", "--json"))
    assert [c["kind"] for c in data["cautions"]] == ["code"] and len(data["unchecked"]) == 1
    assert len([r for r in hub.requests if r.method == "GET" and "/resolve/" in r.path]) == 128
    assert "config.json, checkpoint-11/config.json, checkpoint-7/config.json name code" in data["cautions"][0]["text"]
    repo.commit({"config.json": "{}", "checkpoint-7/config.json": "{}", "checkpoint-11/config.json": "{}"})
    done = hug("download", "acme/owl", "--fail-on", "code")
    assert done.returncode == 1 and "code cannot be checked: 23 small files: no more than 128 are read" in done.stderr


def test_sizes(hug, hub):
    repo = hub.add_repo("acme/owl")
    repo.commit({"a.safetensors": Lfs(b"", size=10**15), "b.bin": Lfs(b"", size=500)})
    repo.facts.update(MIT)
    out = hug("info", "acme/owl").stdout
    assert "does not fit" in out and "only" in out
    data = json.loads(hug.ok("info", "acme/owl", "--json"))
    assert data["weights"] == {"safetensors": 10**15, "pickle": 500} and data["memory_needed"] == 11 * 10**14
    assert "only" in hug("download", "acme/owl", "--dry-run").stdout


@pytest.mark.parametrize("args, code", [(["acme/none"], 1), (["acme/owl@none"], 1), (["acme/owl", "--revision", "none"], 1), ([], 2),
                                        (["a/b/c"], 2), (["acme/owl", "--nope"], 2), (["--fail-on", "code", "acme/owl"], 2)])
def test_mistakes_of_info(hug, owl, args, code):
    done = hug("info", *args)
    assert done.returncode == code and not done.stdout and done.stderr.splitlines()[-1].startswith("hug: ")
