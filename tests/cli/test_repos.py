"""As hug: repositories made, changed, listed and read; what destroys asks."""

import json
import os
import pty
import select
import signal
import subprocess
import time

import pytest

from hub import Lfs

TOKEN = "hf_secretsecretsecret"  # conftest looks for it in all that is printed
ENV = {"HF_TOKEN": TOKEN}


@pytest.fixture
def zoo(hub, owl):
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write")
    hub.add_user("olive", "hf_reader", orgs=("acme",), token_name="weak")
    owl.tag("v1.0", owl.head())
    owl.branch("dev", owl.head())
    hub.add_repo("olive/mine").commit({"a": b"a"})
    hub.add_repo("acme/songs", type="dataset").commit({"data/a.csv": b"a,b\n"})
    return hub


def changes(hub):
    return [(r.method, r.path) for r in hub.requests if r.method not in ("GET", "HEAD")]


# -- what destroys asks --


@pytest.mark.parametrize("line", ["repo delete acme/owl", "repo branch delete acme/owl dev", "repo tag delete acme/owl v1.0",
                                  "tag -d acme/owl v1.0", "repo delete-files acme/owl *.json", "repo delete acme/owl --json"])
def test_off_a_terminal_it_needs_yes(hug, zoo, line):
    done = hug(*line.split(), env=ENV)
    assert done.returncode == 1 and "add --yes to go ahead" in done.stderr
    assert not changes(zoo)


def at_terminal(hug, words, answer):
    """What a terminal shows, and the exit code."""
    master, slave = pty.openpty()
    process = subprocess.Popen(hug.command(*words), env={**hug.env, **ENV, "NO_COLOR": "1"}, pass_fds=[slave],
                               preexec_fn=lambda: os.login_tty(slave))
    os.close(slave)
    shown = b""
    asked = False
    end = time.time() + 30
    while time.time() < end:
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
        if not asked and shown.rstrip().endswith(b":"):
            os.write(master, answer)
            asked = True
    code = process.wait(10)
    os.close(master)
    return code, shown.decode()


@pytest.mark.parametrize("answer,code", [(b"acme/owl\n", 0), (b"y\n", 1), (b"acme/ow\n", 1), (b"\n", 1), (b"\x04", 1)])
def test_the_name_of_a_repository_has_to_be_typed(hug, zoo, answer, code):
    got, shown = at_terminal(hug, ["repo", "delete", "acme/owl"], answer)
    assert got == code, shown
    assert "permanently delete model 'acme/owl'" in shown and "Type its name" in shown
    assert (zoo.find_repo("model", "acme/owl") is None) == (code == 0)


def test_files_are_shown_before_they_go(hug, zoo, owl):
    code, shown = at_terminal(hug, ["repo", "delete-files", "acme/owl", "onnx/", "*.md"], b"n\n")
    assert code == 1
    for name in ("README.md", "onnx/config.json", "onnx/model.onnx"):
        assert f"  - {name}" in shown
    assert "About to delete 3 file(s) of model acme/owl" in shown and not changes(zoo)
    code, shown = at_terminal(hug, ["repo", "delete-files", "acme/owl", "onnx/"], b"y\n")
    assert code == 0, shown
    assert sorted(owl.find("main").files) == ["README.md", "config.json", "empty.txt", "weights.bin"]


def test_files_that_changed_meanwhile_do_not_go(hug, zoo, owl):
    """What was shown is what goes: the commit is refused if the branch has moved."""
    head = owl.head()
    zoo.fault(path="/tree/", latency=0.5, times=1)
    process = hug.start("repo", "delete-files", "acme/owl", "*.json", "-y", env=ENV)
    while not any("/tree/" in r.path for r in zoo.requests):
        time.sleep(0.01)
    owl.commit({"late.json": b"1"})
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1 and "try again" in err, err
    assert "config.json" in owl.find("main").files and owl.head() != head


def test_nothing_to_delete_is_an_error(hug, zoo):
    last = hug.fails("repo", "delete-files", "acme/owl", "*.nope", "-y", env=ENV)
    assert "nothing was deleted" in last and not changes(zoo)


# -- what goes wrong --


@pytest.mark.parametrize("env,said", [
    ({}, "a token is needed for this"), ({"HF_TOKEN": "hf_expired"}, "the Hub refuses the token from HF_TOKEN"),
    ({"HF_TOKEN": "hf_reader"}, "you must use a write token"), ({"HF_TOKEN": "  "}, "a token is needed for this"),
    ({"HF_TOKEN": "a b"}, "characters no token has"),
])
def test_tokens_that_will_not_do(hug, zoo, env, said):
    for words in (["repo", "create", "x"], ["repo", "tag", "create", "acme/owl", "v3"]):
        assert said in hug.fails(*words, env=env)


def test_the_name_of_the_token_is_told(hug, zoo):
    (hug.home / "stored_tokens").write_text("[weak one]\nhf_token = hf_reader\n")
    last = hug.fails("repo", "create", "acme/x", "--as", "weak one")
    assert "this was the token 'weak one' from --as" in last
    (hug.home / "token").write_text("hf_reader")
    assert "the token 'weak one' from the token file" in hug.fails("repo", "create", "acme/x")


def test_a_token_in_the_command_line_is_hinted_at(hug, zoo):
    done = hug("repo", "create", "x", "--token", TOKEN)
    assert done.returncode == 0 and "others can read --token" in done.stderr


@pytest.mark.parametrize("words", [["repo", "create", "x"], ["models", "ls"], ["models", "info", "acme/owl"], ["ls", "acme/owl"],
                                   ["repo", "list"], ["repo", "tag", "list", "acme/owl"],
                                   ["repo", "delete", "acme/owl", "-y"]])
@pytest.mark.parametrize("what", [{"html": True}, {"status": 200, "body": b"[{"}, {"endless": "array"}, {"status": 200, "body": b"7"},
                                  {"status": 500}, {"cut": 5}])
def test_a_hub_that_answers_nonsense(hug, zoo, words, what):
    if words[1] == "delete" and (what.get("status") == 200 or "cut" in what):
        return  # there is nothing to be read in the answer to a deletion
    zoo.fault(path="/api/", **what)
    done = hug(*words, env=ENV)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1 and done.stderr.startswith("hug: "), done


def test_a_name_that_is_taken(hug, zoo):
    last = hug.fails("repo", "create", "acme/owl", env=ENV)
    assert "You already created this model repo" in last and "--exist-ok" in last
    assert "did not exist" in hug("repo", "delete", "acme/none", "-y", "--missing-ok", env=ENV).stdout


READER = {**ENV, "HF_TOKEN": "hf_reader"}


@pytest.mark.parametrize("words,done,there,envs", [
    (["repo", "create", "acme/new"], "Repo created", "Repo already exists, nothing was changed",
     [ENV]),
    (["repo", "duplicate", "acme/owl", "acme/new"], "Repo duplicated",
     "Repo already exists, nothing was copied", [ENV]),
    (["repo", "branch", "create", "acme/owl", "fresh"], "Branch created",
     "Branch already exists, nothing was changed", [ENV, READER]),
])
def test_exist_ok_says_what_it_found(hug, zoo, words, done, there, envs):
    first = hug(*words, "--exist-ok", env=ENV)
    assert first.returncode == 0 and done in first.stdout and there not in first.stdout, first
    for env in envs:
        again = hug(*words, "--exist-ok", env=env)
        assert again.returncode == 0 and there in again.stdout and done not in again.stdout
    assert "--exist-ok" in hug.fails(*words, env=ENV)


def test_a_hub_that_is_busy_with_another_one(hug, zoo):
    words = "Cannot create repo: another conflicting operation is in progress"
    zoo.fault(path="/api/repos/create", times=2, status=409, json={"error": words})
    assert hug("repo", "create", "x", env=ENV).returncode == 0
    assert changes(zoo) == [("POST", "/api/repos/create")] * 3


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_what_changes_something_is_sent_once(hug, zoo, status):
    zoo.fault(path="/api/repos/create", status=status)
    assert hug("repo", "create", "x", env=ENV).returncode == 1
    assert len(changes(zoo)) == 1


def test_nobody_listens(hug):
    done = hug("models", "ls", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert done.returncode == 1 and done.stderr.count("trying again") == 2, done.stderr


def test_offline(hug, zoo):
    assert "offline" in hug.fails("repo", "create", "x", env={**ENV, "HF_HUB_OFFLINE": "1"})
    assert not list(zoo.requests)


def test_secrets_are_nowhere(hug, zoo, tmp_path):
    """Not in what is printed, not in the debug log."""
    (tmp_path / "sec").write_text(f"A={TOKEN}\n")
    (tmp_path / "sec").chmod(0o644)
    done = hug("repo", "create", "s", "--repo-type", "space", "--sdk", "static", "--secrets-file", tmp_path / "sec",
               "-s", f"B={TOKEN}", env={**ENV, "HF_DEBUG": "1"})
    assert done.returncode == 0
    assert "others can read" in done.stderr and "--secrets KEY takes it from the environment" in done.stderr
    body = json.loads(next(r for r in zoo.requests if r.method == "POST").body)
    assert body["secrets"] == [{"key": "A", "value": TOKEN}, {"key": "B", "value": TOKEN}]


@pytest.mark.parametrize("text,said", [(b"A=1\n\nNOT_SET\n", "line 3"), (b"A=\xff\xfe\n", "no text in UTF-8"), (b"A=1\0B=2\n", "no text in UTF-8")])
def test_a_file_of_secrets_that_is_none(hug, zoo, tmp_path, text, said):
    """A Space without the secret it was to have would only fail later."""
    (tmp_path / "sec").write_bytes(text)
    done = hug("repo", "create", "s", "--type", "space", "--sdk", "static", "--secrets-file", tmp_path / "sec", env=ENV)
    assert done.returncode in (1, 2) and said in done.stderr and not list(zoo.requests)


@pytest.mark.parametrize("words", [["create", "p"], ["settings", "acme/owl"], ["duplicate", "acme/owl", "olive/p"]])
def test_what_cannot_be_protected_does_not_become_public(hug, zoo, words):
    assert "Only Spaces can be 'protected'" in hug.fails("repo", *words, "--protected", env=ENV)
    assert not changes(zoo)


def test_an_empty_stored_token_is_nobody_else(hug, zoo):
    (hug.home / "stored_tokens").write_text("[empty]\nhf_token = \n")
    assert "'empty' is empty" in hug.fails("repo", "create", "x", "--as", "empty", code=2, env=ENV)
    assert not changes(zoo)


def test_a_change_is_not_led_astray(hug, zoo):
    """303 would make a GET of it, and another host would get what it carries."""
    zoo.fault(path="/api/repos/create", status=303, headers={"Location": zoo.endpoint + "/api/whoami-v2"})
    hug.fails("repo", "create", "x", env=ENV)
    assert len([r for r in zoo.requests]) == 1


def test_ctrl_c_at_a_question(hug, zoo):
    for words in (["repo", "delete", "acme/owl"], ["repo", "delete-files", "acme/owl", "*.md"], ["repo", "tag", "delete", "acme/owl", "v1.0"]):
        code, shown = at_terminal(hug, words, b"\x03")
        assert code in (130, -2), shown
    assert not changes(zoo)


def test_lists_are_whole_in_a_pipe(hug, hub):
    name = "acme/" + "a-long-name-" * 7 + "x"
    hub.add_repo(name).commit({"a": b"a"})
    shown = hug("models", "ls").stdout
    assert name in shown and "..." not in shown
    shown = hug("models", "ls", env={"COLUMNS": "60"}).stdout
    assert max(map(len, shown.splitlines())) <= 60 and "..." in shown


def test_an_empty_list_is_empty(hug, zoo):
    done = hug("models", "ls", "--search", "zzz", env=ENV)
    assert (done.returncode, done.stdout) == (0, "") and "nothing was found" in done.stderr


def test_letters_may_stand_together(hug, zoo, owl):
    assert hug("ls", "acme/owl", "-Rq", env=ENV).stdout == hug("ls", "acme/owl", "-R", "-q", env=ENV).stdout


def test_interrupted(hug, zoo):
    zoo.fault(path="/api/models", latency=20)
    process = hug.start("models", "ls", env=ENV)
    while not list(zoo.requests):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130


@pytest.mark.parametrize("address", ["acme/owl", "hf://acme/owl", "models/acme/owl", "HUB/acme/owl", "https://huggingface.co/acme/owl"])
def test_every_way_to_name_a_repository(hug, zoo, address):
    address = address.replace("HUB", zoo.endpoint)
    assert "v1.0" in hug("repo", "tag", "list", address, env=ENV).stdout


@pytest.mark.parametrize("words,said", [
    (["repo", "tag", "list", "acme/owl@v1.0"], "names a revision"), (["repo", "delete", "hf://acme/owl/config.json", "-y"], "names a file"),
    (["models", "info", "datasets/acme/songs"], "names a dataset"), (["repo", "settings", "hf://datasets/a/b", "--type", "model"], "the address names a dataset"),
    (["repo", "duplicate", "datasets/acme/songs", "models/acme/x"], "Conflicting repo type"), (["tag", "acme/owl"], "TAG is missing"),
    (["repo", "settings", "acme/owl", "--private", "--public"], "cannot be used together"), (["repo", "create", "acme/x", "--organization", "zoo"], "one namespace"),
    (["repo", "create", "s", "--type", "space"], "a Space needs --sdk"), (["repo", "branch", "delete", "acme/owl", "..", "-y"], "not a branch, tag or commit"),
    (["repo", "create", "s", "--type", "space", "--sdk", "static", "-s", "NOT_SET"], "'NOT_SET' is not set"),
    (["repo", "create", "s", "--type", "space", "--sdk", "static", "-e", "A B=hush"], "'A B=' is not a valid name"),
    (["models", "ls", "--as", "nobody"], "no stored token is called 'nobody'"), (["auth", "list", "--as", "x"], "there is no option --as"),
    (["repo", "create", "x", "--as", "x", "--token", "hf_x"], "--as and --token cannot be used together"),
    (["repo-files", "acme/owl", "purge", "x"], "delete"), (["repo-files", "delete"], "REPO_ID is missing"), (["cat", "acme/owl"], "is not a file"),
])
def test_command_lines_that_make_no_sense(hug, zoo, words, said):
    assert said in hug.fails(*words, code=2, env=ENV)
    assert not list(zoo.requests)


def test_both_spellings_of_repo_files(hug, zoo, owl):
    assert hug("repo-files", "delete", "acme/owl", "README.md", "-y", env=ENV).returncode == 0
    assert hug("repo-files", "acme/owl", "delete", "config.json", "-y", env=ENV).returncode == 0
    assert hug("repos", "delete-files", "acme/owl", "empty.txt", "-y", env=ENV).returncode == 0
    assert sorted(owl.find("main").files) == ["onnx/config.json", "onnx/model.onnx", "weights.bin"]


def test_results_for_programs(hug, zoo):
    said = json.loads(hug("repo", "create", "acme/new", "--json", env=ENV).stdout)
    assert said == {"repo_id": "acme/new", "url": f"{zoo.endpoint}/acme/new"}
    assert hug("repo", "create", "acme/new2", "--quiet", env=ENV).stdout == "acme/new2\n"
    said = json.loads(hug("repo", "delete-files", "acme/owl", "*.json", "-y", "--json", env=ENV).stdout)
    assert said["files"] == 2 and said["repo_id"] == "acme/owl"
    assert json.loads(hug("repo", "branch", "ls", "acme/owl", "--json", env=ENV).stdout)[1]["name"] == "dev"
    assert hug("repo", "branch", "ls", "acme/owl", "-q", env=ENV).stdout.split() == ["main", "dev"]


# -- lists --


def test_a_list_comes_as_its_pages_do(hug, hub):
    hub.page_size = 10
    for n in range(25):
        hub.add_repo(f"acme/m{n:02}").commit({"a": b"a"})
    hub.fault(path="cursor=", latency=30)
    process = hug.start("models", "ls", "--limit", "0")
    lines = [process.stdout.readline() for _ in range(12)]
    assert lines[0].split() == ["ID", "DOWNLOADS", "LIKES", "UPDATED", "TASK", "ACCESS"] and "acme/m09" in lines[11]
    assert process.poll() is None
    process.kill()
    process.communicate()


@pytest.mark.parametrize("limit,count,requests", [("0", 25, 3), ("12", 12, 2), ("10", 10, 1), ("30", 25, 3), ("1", 1, 1)])
def test_no_page_is_asked_for_in_vain(hug, hub, limit, count, requests):
    hub.page_size = 10
    for n in range(25):
        hub.add_repo(f"acme/m{n:02}").commit({"a": b"a"})
    for format in (["-q"], ["--json"], []):
        before = len(hub.requests)
        out = hug("models", "ls", "--limit", limit, *format).stdout
        found = len(json.loads(out)) if format == ["--json"] else len(out.splitlines()) - (2 if not format else 0)
        assert found == count
        assert len(hub.requests) - before == requests


def test_a_list_that_breaks_off_fails(hug, hub):
    hub.page_size = 2
    for n in range(5):
        hub.add_repo(f"acme/m{n}").commit({"a": b"a"})
    hub.fault(path="cursor=", status=404)
    for format in (["-q"], ["--json"], []):
        done = hug("models", "ls", "--limit", "0", *format)
        assert done.returncode == 1 and "acme/m0" in done.stdout
        assert not done.stdout.endswith("]\n")


def test_names_cannot_steer_the_terminal(hug, hub):
    repo = hub.add_repo("acme/evil")
    repo.commit({"a\x1b[2Jb\r.txt": b"x", "\u202edir/x": b"y"})
    repo.facts.update(pipeline_tag="t\x1b]0;x\x07", tags=["\x1b[31m"])
    for words in (["ls", "acme/evil"], ["ls", "--tree", "acme/evil"], ["ls", "-q", "-R", "acme/evil"], ["models", "ls"],
                  ["models", "ls", "--expand", "tags"], ["models", "ls", "acme/evil"]):
        done = hug(*words)
        assert done.returncode == 0 and "\x1b" not in done.stdout and "\r" not in done.stdout and "\u202e" not in done.stdout


def test_facts_that_are_none(hug, hub):
    """Dates that are no dates, numbers beyond any, fields that are missing or of another kind."""
    body = (b'[{"id": "a/b", "createdAt": "2026-01-01T\\u001b[2J", "lastModified": 7, "downloads": 1e999, "tags": "x", "likes": null},'
            b' {"id": "a/c", "lastModified": "\\u001b]0;x\\u0007", "private": "no", "cardData": 3}, {"downloads": 2}]')
    for words in (["models", "ls"], ["models", "ls", "--json"], ["models", "ls", "-q"], ["models", "ls", "--format", "agent"]):
        hub.fault(path="/api/models", times=1, status=200, body=body, headers={"Content-Type": "application/json"})
        done = hug(*words)
        assert done.returncode == 0 and "\x1b" not in done.stdout and "a/c" in done.stdout, done


def test_a_type_that_steers_the_terminal(hug, hub):
    hub.fault(path="/api/models", status=200, body=b"<html>", headers={"Content-Type": "text/\x1b[31mhtml"})
    done = hug("models", "ls")
    assert done.returncode == 1 and "\x1b" not in done.stderr and "does not answer as a Hub" in done.stderr


@pytest.mark.parametrize("url", ["https://huggingface.co/acme/\x1b[31mx", "https://huggingface.co/acme/\u202ex", "", "nowhere", 7])
def test_an_address_that_is_none(hug, zoo, url):
    """It was made all the same: its page is where such a repository has it."""
    zoo.fault(path="/api/repos/create", status=200, json={"url": url})
    done = hug("repo", "create", "acme/new", env=ENV)
    assert done.returncode == 0 and f"{zoo.endpoint}/acme/new" in done.stdout, done
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout


def test_a_tree_that_repeats_itself(hug, hub, owl):
    entry = {"type": "file", "path": "a", "size": 1, "oid": "0" * 40}
    hub.fault(path="/tree/", status=200, json=[entry, entry, {**entry, "path": "a/b"}, {**entry, "path": ""}, {**entry, "path": "x//y"}])
    for words in (["ls", "-R", "acme/owl"], ["ls", "-R", "--tree", "acme/owl"], ["ls", "-R", "--json", "acme/owl"]):
        done = hug(*words)
        assert done.returncode == 0, done
    assert hug("ls", "-R", "-q", "acme/owl").stdout.splitlines() == ["a", "a", "a/b", "", "x//y"]


def test_hints_name_the_type(hug, zoo):
    assert "`hug ls -R datasets/acme/songs`" in hug.fails("cat", "datasets/acme/songs/nope", env=ENV)
    last = hug.fails("repo", "delete-files", "datasets/acme/songs", "nope", "-y", env=ENV)
    assert "`hug ls -R datasets/acme/songs`" in last
    assert "no revision 'nope'" in hug.fails("repo", "branch", "create", "acme/owl", "new", "--revision", "nope", env=ENV)


def test_ls(hug, zoo, owl):
    assert hug("ls", "acme/owl").stdout.splitlines() == [
        "              onnx/", "         6 B  README.md", "        21 B  config.json", "         0 B  empty.txt", "    320.0 KB  weights.bin"]
    assert hug("ls", "acme/owl@v1.0/onnx", "-b").stdout.splitlines() == [
        "           2  onnx/config.json", "      102400  onnx/model.onnx"]
    assert hug("ls", "--tree", "acme/owl/onnx/").stdout.splitlines() == [
        "          └── onnx/", "     2 B      ├── config.json", "102.4 KB      └── model.onnx"]
    assert hug("ls", "-q", "-R", "acme/owl").stdout.split() == [
        "onnx/", "README.md", "config.json", "empty.txt", "weights.bin", "onnx/config.json", "onnx/model.onnx"]
    assert hug("ls", "acme/owl/onnx/model.onnx", "-q").stdout == "onnx/model.onnx\n"
    assert [e["path"] for e in json.loads(hug("ls", "acme/owl", "--json").stdout)][0] == "onnx"
    assert "has no file 'nope'" in hug.fails("ls", "acme/owl/nope")
    assert "has no revision 'v9'" in hug.fails("ls", "acme/owl@v9")
    assert "2026-03-01" not in hug("ls", "acme/owl").stdout and "Mar 01" in hug("ls", "-l", "acme/owl").stdout


# -- cat --


def raw(hug, *words, env=None):
    done = subprocess.run(hug.command(*words), env={**hug.env, **(env or {})}, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    return done.returncode, done.stdout, done.stderr.decode()


def test_cat(hug, zoo, owl):
    weights = b"0123456789abcdef" * 20000
    assert raw(hug, "cat", "acme/owl/config.json") == (0, b'{"model_type": "owl"}', "")
    assert raw(hug, "cat", "hf://acme/owl@v1.0/weights.bin", "datasets/acme/songs/data/a.csv") == (0, weights + b"a,b\n", "")
    assert raw(hug, "cat", f"{zoo.endpoint}/acme/owl/blob/dev/empty.txt") == (0, b"", "")
    assert raw(hug, "cat", "acme/songs/data/a.csv", "--type", "dataset")[:2] == (0, b"a,b\n")
    assert not hug.cache.exists()


@pytest.mark.parametrize("fault", [{"cut": 1000}, {"rst": 70000}, {"cut": 1000, "ignore_range": True}, {"status": 503}])
@pytest.mark.parametrize("server,path", [("hub", "config.json"), ("store", "weights.bin")])
def test_cat_goes_on_where_it_broke(hug, zoo, owl, fault, server, path):
    owl.commit({"config.json": bytes(range(256)) * 1000})
    zoo.fault(path=r"config\.json" if server == "hub" else "", server=server, method="GET", times=2, **fault)
    code, out, err = raw(hug, "cat", f"acme/owl/{path}")
    assert code == 0 and out == (bytes(range(256)) * 1000 if server == "hub" else b"0123456789abcdef" * 20000), err
    assert "going on in" in err


def test_cat_tells_of_a_wrong_file(hug, zoo):
    zoo.fault(server="store", corrupt=100)
    code, out, err = raw(hug, "cat", "acme/owl/weights.bin")
    assert code == 1 and "what came is not this file" in err and "Do not use" in err


@pytest.mark.parametrize("name,said,code", [
    ("acme/owl/nope", "has no file 'nope'", 1), ("acme/none/x", "there is no model acme/none", 1),
    ("acme/owl@v9/config.json", "has no revision", 1), ("acme/owl/../x", "not a path in a repository", 2),
])
def test_cat_of_what_is_not_there(hug, zoo, name, said, code):
    assert said in hug.fails("cat", name, env=ENV, code=code)


def test_cat_to_a_reader_that_leaves(hug, zoo, owl):
    owl.commit({"big.bin": Lfs(b"x" * 30_000_000)})
    process = subprocess.Popen(hug.command("cat", "acme/owl/big.bin"), env=hug.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(30) == 1 and process.stderr.read() == b""


def test_cat_to_a_reader_that_waits(hug, zoo, owl):
    """Longer than any silence of the network is borne."""
    owl.commit({"big.bin": Lfs(b"x" * 3_000_000)})
    process = subprocess.Popen(hug.command("cat", "acme/owl/big.bin"), env=hug.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, len(out), err) == (0, 3_000_000, b"")


@pytest.mark.parametrize("fault", [{"ignore_range": True, "cut": 3}, {"status": 200, "body": b"x" * 5000}])
def test_cat_gives_no_byte_that_is_not_the_files(hug, zoo, owl, fault):
    """A server that begins again, or goes on beyond the end, is told of."""
    _, whole, _ = raw(hug, "cat", "acme/owl/config.json")
    zoo.fault(path="/resolve/", times=1, **fault)
    code, got, _ = raw(hug, "cat", "acme/owl/config.json")
    assert code == 1 or got == whole
    assert len(got) <= len(whole)


def test_cat_on_a_terminal(hug, zoo, owl):
    owl.commit({"evil.txt": b"a\tb\x1b[2J\nend \xc3\xa9\xff", "bin": b"a\0b"})
    code, shown = at_terminal(hug, ["cat", "acme/owl/evil.txt"], b"")
    assert code == 0 and shown == "a\tb\\x1b[2J\r\nend é\\xff"
    code, shown = at_terminal(hug, ["cat", "acme/owl/bin"], b"")
    assert code == 1 and "this is not text" in shown
