"""Bad input: one clear line on stderr, the right exit code, nothing half-written."""

import os
import subprocess

import pytest

from hub import Lfs


def leftovers(hug):
    """Files of the cache that are no finished blob, link, ref or note."""
    return hug.partials() + sorted(hug.home.glob("**/*.tmp"))


def test_unknown_repository(hug, hub):
    last = hug.fails("download", "acme/nope")
    assert "there is no model acme/nope" in last and "--repo-type" in last
    assert not hug.repo("acme/nope").exists()


def test_unknown_revision(hug, owl):
    last = hug.fails("download", "acme/owl", "--revision", "v9")
    assert "has no revision 'v9'" in last and "a branch, a tag or a full commit id" in last
    last = hug.fails("download", "acme/owl", "config.json", "--revision", "v9")
    assert "has no revision 'v9'" in last


def test_unknown_file(hug, owl):
    last = hug.fails("download", "acme/owl", "nope.bin")
    assert "has no file 'nope.bin' in revision main" in last and "--dry-run" in last


@pytest.mark.parametrize("id", [
    "a--b", "a..b", "-a", "a.", "x/" + "a" * 97, "a.git", "a b", "caf\u00e9/x", "/x", "x/",
    "../x", "a\x1b[31m",
])
def test_malformed_id(hug, hub, id):
    last = hug.fails("download", "--", id)
    assert "epo" in last and "\x1b" not in last
    assert len(hub.requests) == 0


def test_private_repository(hug, hub):
    hub.add_user("olive", token="hf_olive", access={"acme/secret"})
    hub.add_repo("acme/secret", private=True).commit({"a": b"x"})
    last = hug.fails("download", "acme/secret")
    assert "no model acme/secret" in last and "HF_TOKEN" in last
    hug.ok("download", "acme/secret", env={"HF_TOKEN": "hf_olive"})


def test_gated_repository(hug, hub):
    hub.add_user("olive", token="hf_olive", access={"acme/gated"})
    hub.add_user("nemo", token="hf_nemo")
    hub.add_repo("acme/gated", gated="auto").commit({"a.bin": Lfs(b"x" * 100)})
    for env in ({}, {"HF_TOKEN": "hf_nemo"}):
        for args in ([], ["a.bin"]):
            last = hug.fails("download", "acme/gated", *args, env=env)
            assert "access to model acme/gated is restricted" in last
            assert "Ask for access at " + hub.endpoint + "/acme/gated" in last
            assert ("set HF_TOKEN" in last) == (not env)
            assert ("asked with the token from HF_TOKEN" in last) == bool(env)
    hug.ok("download", "acme/gated", env={"HF_TOKEN": "hf_olive"})


def test_disabled_repository(hug, hub):
    hub.add_repo("acme/off", disabled=True).commit({"a": b"x"})
    assert "disabled access" in hug.fails("download", "acme/off")


def test_rejected_token(hug, owl):
    last = hug.fails("download", "acme/owl", env={"HF_TOKEN": "hf_wrong"})
    assert "refuses the token from HF_TOKEN" in last and "settings/tokens" in last
    (hug.home / "stored_tokens").write_text("[laptop]\nhf_token = hf_wrong\n")
    assert "refuses the token 'laptop' from HF_TOKEN" in hug.fails(
        "download", "acme/owl", env={"HF_TOKEN": "hf_wrong"})


def test_token_with_line_inside(hug, owl):
    last = hug.fails("download", "acme/owl", "--token", "hf_a b")
    assert "from --token" in last


def test_no_network(hug, hub):
    last = hug.fails("download", "acme/owl", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert "Check the connection" in last


def test_unknown_host(hug, hub):
    last = hug.fails("download", "acme/owl", env={"HF_ENDPOINT": "http://nowhere.invalid"})
    assert "nowhere.invalid" in last


@pytest.mark.parametrize("endpoint", ["ftp://x", "nonsense", "http://", "/"])
def test_malformed_endpoint(hug, endpoint):
    last = hug.fails("download", "acme/owl", env={"HF_ENDPOINT": endpoint}, code=2)
    assert "HF_ENDPOINT" in last


def test_malformed_timeout(hug):
    last = hug.fails("download", "acme/owl", env={"HF_HUB_ETAG_TIMEOUT": "x"}, code=2)
    assert "HF_HUB_ETAG_TIMEOUT" in last


@pytest.mark.parametrize("args", [[], ["config.json"]])
def test_hub_answers_html(hug, hub, owl, args):
    hub.fault(html=True)
    last = hug.fails("download", "acme/owl", *args)
    assert "does not answer as a Hub does" in last and "HF_ENDPOINT" in last
    assert leftovers(hug) == []


@pytest.mark.parametrize("kind", ["json", "array"])
@pytest.mark.parametrize("path", ["/revision/", "/tree/"])
def test_endless_json(hug, hub, owl, kind, path):
    hub.fault(path=path, endless=kind)
    # An endless body ends at the limit for its kind of answer.
    last = hug.fails("download", "acme/owl")
    assert "larger than" in last or "levels deep" in last


def test_endless_headers(hug, hub, owl):
    hub.fault(path="/revision/", endless="headers")
    assert hug("download", "acme/owl").returncode == 1


@pytest.mark.parametrize("name", [
    "../evil", "a/../../evil", "/etc/evil", "..\\evil", "C:evil", "a//b", "./a",
])
def test_hostile_names(hug, hub, name):
    repo = hub.add_repo("acme/hostile")
    repo.commit({name: b"evil", "good.txt": b"good"})
    done = hug("download", "acme/hostile")
    assert done.returncode == 1, done.stdout
    assert "Invalid filename" in done.stderr
    assert not list(hug.home.glob("**/*evil*"))
    assert not os.path.exists("/etc/evil")


@pytest.mark.parametrize("name", ["a\x1b[31mb", "a\nb", "tab\there", "\u202eexe.txt"])
def test_names_with_control_characters(hug, hub, name):
    hub.add_repo("acme/odd").commit({name: b"odd" * 100, "z": b"z"})
    done = hug("download", "acme/odd")
    assert done.returncode == 0, done.stderr
    path = done.stdout.splitlines()[-1]
    assert open(os.path.join(path, name), "rb").read() == b"odd" * 100
    done = hug("download", "acme/odd", "--dry-run", "--force-download")
    for text in (done.stdout, done.stderr):
        assert "\x1b" not in text and "\t" not in text and "\u202e" not in text


def test_over_long_name(hug, hub):
    hub.add_repo("acme/long").commit({"n" * 300: b"x", "z": b"z"})
    last = hug.fails("download", "acme/long")
    assert "too long" in last


def test_names_that_differ_in_case(hug, hub):
    hub.add_repo("acme/case").commit({"A": b"upper", "a": b"lower"})
    path = hug.ok("download", "acme/case")
    assert open(path + "/A").read() == "upper" and open(path + "/a").read() == "lower"


def test_bad_sum_in_listing(hug, hub, owl):
    hub.fault(path="/tree/", json=[
        {"type": "file", "oid": "../../../x", "size": 1, "path": "a"},
    ])
    last = hug.fails("download", "acme/owl")
    assert "no sum to check it by" in last
    assert not list(hug.home.glob("**/x*"))


def test_cache_is_a_file(hug, owl, tmp_path):
    (tmp_path / "file").write_text("")
    last = hug.fails("download", "acme/owl", "--cache-dir", tmp_path / "file")
    assert "cannot make the folder" in last and "--cache-dir" in last


def test_unwritable_cache(other_user, owl):
    cache = other_user.place / "cache"
    cache.mkdir(mode=0o555)
    last = other_user.fails("download", "acme/owl", "--cache-dir", cache)
    assert "Permission denied" in last and "--cache-dir" in last
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "../../../b/resolve/main/x", "a/./b", "/etc/passwd"])
def test_name_that_leaves_the_repository(hug, hub, owl, name):
    assert "Invalid filename" in hug.fails("download", "acme/owl", name)
    assert len(hub.requests) == 0


@pytest.mark.parametrize("option", ["--revision", "--cache-dir", "--token"])
def test_empty_values(hug, option):
    assert f"{option} needs a value" in hug.fails("download", "a/b", option, "", code=2)


def test_full_disk(hug, owl):
    last = hug.fails("download", "acme/owl", env={"HUG_FAULT": "write:3+:28"})
    assert "No space left" in last and "Free some space" in last
    names = {p.name for p in (hug.repo() / "blobs").glob("*")} if hug.repo().exists() else set()
    for name in names:
        assert name.endswith(".incomplete") or len(name) in (40, 64)
    # With room again, the same command ends well.
    path = hug.ok("download", "acme/owl")
    assert os.path.getsize(path + "/weights.bin") == 320000
    assert leftovers(hug) == []


@pytest.mark.parametrize("point", ["open", "write", "sync", "rename", "link"])
def test_disk_fails_anywhere(hug, owl, point):
    """The nth call fails, for every n: an error or success, and then a good cache."""
    for n in range(1, 60):
        cache = hug.home / f"cache-{point}-{n}"
        done = hug("download", "acme/owl", "--cache-dir", cache,
                   env={"HUG_FAULT": f"{point}:{n}:5"})
        assert done.returncode in (0, 1)
        if done.returncode == 1:
            assert done.stderr.splitlines()[-1].startswith("hug: ")
            assert "Input/output error" in done.stderr
        path = hug.ok("download", "acme/owl", "--cache-dir", cache)
        assert open(path + "/weights.bin", "rb").read() == b"0123456789abcdef" * 20000
        assert sorted(cache.glob("*/blobs/*.incomplete")) == []
        if done.returncode == 0 and n > 12:
            break
    else:
        pytest.fail("there are more calls than the test tries")


def test_not_enough_space_is_said_first(hug, hub):
    repo = hub.add_repo("acme/huge")
    repo.commit({"huge.bin": Lfs(b"x", size=9 * 10**15)})
    last = hug.fails("download", "acme/huge")
    assert "9.0 PB are to be fetched" in last and "free" in last
    assert not [r for r in hub.requests if "/resolve/" in r.path]


def test_file_without_a_size_is_not_left_out(hug, hub, owl):
    hub.fault(path="/tree/", json=[
        {"type": "file", "oid": "0" * 40, "size": 10**18, "path": "a"},
    ])
    assert "no name, sum or size" in hug.fails("download", "acme/owl")


def test_stdout_is_full(hug, owl):
    with open("/dev/full", "w") as full:
        process = hug.start("download", "acme/owl", stdout=full)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1 and "cannot write the result" in stderr


def test_closed_streams(hug, owl):
    command = " ".join(hug.command("download", "acme/owl", "-q"))
    hub = hug.hub
    command = command.replace(" -q", "")
    for closing in ("<&-", ">&-", "2>&-", "<&- 2>&-", "<&- >&- 2>&-"):
        hub.fault(path="/tree/", times=1, status=503)
        done = subprocess.run(["sh", "-c", f"{command} --cache-dir {hug.home}/c{len(closing)} "
                               f"{closing}"], env=hug.env,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        lost = closing.replace("2>&-", "").replace("<&-", "").strip() != ""
        assert done.returncode == (1 if lost else 0), (closing, done.stderr)
    path = hug.ok("download", "acme/owl")
    assert open(path + "/config.json").read() == '{"model_type": "owl"}'


def test_listing_that_is_cut_short(hug, hub, owl):
    hub.fault(path="/tree/", json=[], set_headers={
        "Link": f'<{hub.endpoint}/api/models/acme/owl/tree/x?cursor=1>; rel="next"'})
    assert "empty page" in hug.fails("download", "acme/owl")
    assert not list(hug.home.glob("**/trees/*"))


def test_escape_in_a_refused_name(hug, hub, owl):
    hub.fault(path="/tree/", json=[
        {"type": "file", "oid": "bad", "size": 1, "path": "a\x1b]0;x\x07"}])
    assert "\x1b" not in hug.fails("download", "acme/owl")
    hub.clear_faults()
    owl.commit({"b\x1b[31m\nc": b"x"})
    done = hug("download", "acme/owl", "--dry-run", "--quiet")
    assert "\x1b" not in done.stdout and "b\\x1b[31m\\x0ac" in done.stdout
