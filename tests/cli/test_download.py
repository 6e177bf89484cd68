"""hug download: what it fetches, what it prints, what it leaves on disk."""

import json
import os
import stat

import pytest

from hub import Lfs

COMMIT_LENGTH = 40


def methods(hub):
    return [(r.method, r.server) for r in hub.requests]


def test_whole_repository(hug, hub, owl):
    path = hug.ok("download", "acme/owl")
    commit = owl.head("main")
    assert path == str(hug.repo() / "snapshots" / commit)
    got = {
        os.path.relpath(os.path.join(folder, name), path)
        for folder, _, names in os.walk(path)
        for name in names
    }
    assert got == {
        ".gitattributes", "README.md", "config.json", "empty.txt",
        "onnx/config.json", "onnx/model.onnx", "weights.bin",
    } - ({".gitattributes"} - got)
    with open(path + "/weights.bin", "rb") as file:
        assert file.read() == b"0123456789abcdef" * 20000
    assert hug.partials() == []


def test_layout(hug, owl):
    path = hug.ok("download", "acme/owl")
    repo = hug.repo()
    link = os.readlink(path + "/onnx/model.onnx")
    assert link.startswith("../../../blobs/") and len(link) == len("../../../blobs/") + 64
    assert os.readlink(path + "/README.md").startswith("../../blobs/")
    assert (repo / "refs/main").read_bytes() == owl.head("main").encode()
    tag = (hug.cache / "CACHEDIR.TAG").read_bytes()
    assert len(tag) == 191 and tag.startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n")
    tree = json.loads((repo / "trees" / (owl.head("main") + ".json")).read_text())
    assert tree["format_version"] == 1
    entry = tree["files"]["weights.bin"]
    assert entry["lfs_size"] == entry["size"] == 320000
    assert len(entry["lfs_sha256"]) == 64 and len(entry["blob_id"]) == 40
    locks = {p.name for p in (hug.cache / ".locks/models--acme--owl").iterdir()}
    assert locks == {p.name + ".lock" for p in (repo / "blobs").iterdir()}


def test_permissions_follow_the_umask(hug, owl):
    for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
        path = hug.ok("download", "acme/owl", "--cache-dir", hug.home / oct(mask),
                      preexec_fn=lambda mask=mask: os.umask(mask))
        assert stat.S_IMODE(os.stat(path + "/weights.bin").st_mode) == mode


def test_one_file_prints_its_path(hug, hub, owl):
    path = hug.ok("download", "acme/owl", "onnx/config.json")
    assert path == str(hug.repo() / "snapshots" / owl.head("main") / "onnx/config.json")
    assert open(path, "rb").read() == b"{}"
    assert methods(hub) == [("HEAD", "hub"), ("GET", "hub")]


def test_named_files_need_no_listing(hug, hub, owl):
    path = hug.ok("download", "acme/owl", "config.json", "weights.bin")
    assert sorted(os.listdir(path)) == ["config.json", "weights.bin"]
    assert not [r for r in hub.requests if "/tree/" in r.path]


def test_pattern_without_wildcard_needs_no_listing(hug, hub, owl):
    path = hug.ok("download", "acme/owl", "--include", "onnx/config.json")
    assert os.path.exists(path + "/onnx/config.json")
    assert not [r for r in hub.requests if "/tree/" in r.path]


def test_one_listing_serves_all(hug, hub, owl):
    hug.ok("download", "acme/owl")
    assert [r.path.split("?")[0] for r in hub.requests if r.method == "HEAD"] == []
    assert len([r for r in hub.requests if "/tree/" in r.path]) == 1


def test_folder_patterns_list_that_folder(hug, hub, owl):
    path = hug.ok("download", "acme/owl", "--include", "onnx/*.json")
    assert os.listdir(path) == ["onnx"]
    trees = [r.path for r in hub.requests if "/tree/" in r.path]
    assert len(trees) == 1 and "/onnx?" in trees[0]


@pytest.mark.parametrize("args", [
    [], ["config.json"], ["config.json", "README.md"],
    ["--include", "onnx/*"], ["--include", "*.json", "weights*"],
])
def test_again_at_most_one_request(hug, hub, owl, args):
    first = hug.ok("download", "acme/owl", *args)
    hub.wait_idle()
    hub.requests.clear()
    assert hug.ok("download", "acme/owl", *args) == first
    assert len(hub.requests) == 1
    hub.requests.clear()
    assert hug.ok("download", "acme/owl", *args, "--revision", owl.head("main")) == first
    assert methods(hub) == []


def test_revisions(hug, hub, owl):
    first = owl.head("main")
    owl.tag("v1.0", first)
    owl.pull_request(1, first)
    second = owl.commit({"config.json": b"new"})
    for revision, commit in (("main", second), ("v1.0", first), ("refs/pr/1", first),
                             (first, first)):
        path = hug.ok("download", "acme/owl", "config.json", "--revision", revision)
        assert path.split("/")[-2] == commit
    assert (hug.repo() / "refs/refs/pr/1").read_text() == first
    assert (hug.repo() / "refs/v1.0").read_text() == first
    assert not (hug.repo() / "refs" / first).exists()


def test_moved_branch_fetches_the_difference(hug, hub, owl):
    hug.ok("download", "acme/owl")
    owl.commit({"config.json": b"changed"})
    hub.requests.clear()
    path = hug.ok("download", "acme/owl")
    assert open(path + "/config.json", "rb").read() == b"changed"
    assert len([r for r in hub.requests if "/resolve/" in r.path]) == 1
    assert (hug.repo() / "refs/main").read_text() == owl.head("main")


def test_one_content_under_two_paths_is_one_transfer(hug, hub):
    repo = hub.add_repo("acme/twins")
    repo.commit({"a.bin": Lfs(b"same" * 1000), "deep/b.bin": Lfs(b"same" * 1000)})
    path = hug.ok("download", "acme/twins")
    assert open(path + "/a.bin", "rb").read() == open(path + "/deep/b.bin", "rb").read()
    assert len([r for r in hub.requests if "/resolve/" in r.path]) == 1


@pytest.mark.parametrize("type", ["dataset", "space"])
def test_types(hug, hub, type):
    hub.add_repo("acme/songs", type=type).commit({"data/a.txt": b"x"})
    path = hug.ok("download", "acme/songs", "--repo-type", type)
    assert path.startswith(str(hug.repo("acme/songs", type)))
    assert open(path + "/data/a.txt").read() == "x"


def test_include_forms_mean_the_same(hug, owl):
    a = hug("download", "acme/owl", "--dry-run", "--include", "*.json", "*.md")
    b = hug("download", "acme/owl", "--dry-run", "--include", "*.json", "--include", "*.md")
    assert a.stdout == b.stdout and "README.md" in a.stdout


def test_exclude(hug, owl):
    path = hug.ok("download", "acme/owl", "--include", "*.json", "--exclude", "onnx/*")
    assert os.listdir(path) == ["config.json"]


def test_pattern_that_matches_nothing_is_said(hug, owl):
    done = hug("download", "acme/owl", "--include", "*.json", "*.nope")
    assert done.returncode == 0
    assert "no file matches '*.nope'" in done.stderr


def test_nothing_at_all_matches(hug, owl):
    last = hug.fails("download", "acme/owl", "--include", "*.nope", "*.nope2")
    assert "no file of model acme/owl matches" in last


def test_names_beside_patterns(hug, owl):
    done = hug("download", "acme/owl", "config.json", "--include", "*.md")
    assert done.returncode == 0
    assert "Ignoring `--include`" in done.stderr
    assert done.stdout.endswith("config.json\n")


def test_wildcards_and_folders_as_names(hug, owl):
    path = hug.ok("download", "acme/owl", "onnx/", "*.md")
    assert sorted(os.listdir(path)) == ["README.md", "onnx"]


def test_one_of_two_names_is_missing(hug, owl):
    last = hug.fails("download", "acme/owl", "config.json", "nope.bin")
    assert "has no file 'nope.bin'" in last


def test_missing_name_leaves_a_mark(hug, owl):
    hug.ok("download", "acme/owl", "config.json")
    (hug.repo() / "refs/main").unlink()
    hug.fails("download", "acme/owl", "nope.bin")
    mark = hug.repo() / ".no_exist" / owl.head("main") / "nope.bin"
    assert mark.read_bytes() == b""
    assert (hug.repo() / "refs/main").read_text() == owl.head("main")


def test_files_from(hug, owl, tmp_path):
    names = tmp_path / "names"
    names.write_text("config.json\r\n\nonnx/config.json\n")
    path = hug.ok("download", "acme/owl", "--files-from", names)
    assert sorted(os.listdir(path)) == ["config.json", "onnx"]
    path = hug.ok("download", "acme/owl", "--files-from", "-", input="README.md")
    assert path.endswith("/README.md") or os.path.exists(path + "/README.md")


def test_force_fetches_again(hug, hub, owl):
    path = hug.ok("download", "acme/owl", "weights.bin")
    blob = os.path.realpath(path)
    before = os.stat(blob).st_ino
    hub.requests.clear()
    assert hug.ok("download", "acme/owl", "weights.bin", "--force-download") == path
    assert [r.server for r in hub.requests if r.method == "GET"] == ["hub", "store"]
    assert os.stat(blob).st_ino != before


@pytest.mark.parametrize("count", [2047, 2048, 2049, 3000])
def test_sizes_that_wrap_a_sum(hug, hub, owl, count):
    """2048 files of the largest length are 2^64 bytes, which is not 0: nothing is fetched."""
    files = [{"type": "file", "oid": f"{i:040x}", "size": 2**53, "path": f"f{i}"} for i in range(count)]
    hub.fault(path="/tree/", status=200, body=json.dumps(files).encode())
    last = hug.fails("download", "acme/owl")
    assert "are to be fetched, but only" in last
    assert not [r for r in hub.requests if "/resolve/" in r.path]
    total = hug("download", "acme/owl", "--dry-run").stdout.splitlines()[0]
    assert total == f"[dry-run] Will download {count} files (out of {count}) totalling 18.4E."


def test_dry_run_changes_nothing(hug, owl):
    done = hug("download", "acme/owl", "--dry-run", "--include", "*.json", "*.bin")
    assert done.returncode == 0
    lines = done.stdout.partition("\n\n")[0].splitlines()
    assert lines[0] == "[dry-run] Will download 3 files (out of 3) totalling 320.0K."
    assert [line.split() for line in lines[1:]] == [
        ["FILE", "SIZE"], ["----------------", "------"],
        ["config.json", "21.0"], ["onnx/config.json", "2.0"], ["weights.bin", "320.0K"],
    ]
    assert not hug.cache.exists()
    hug.ok("download", "acme/owl", "config.json")
    done = hug("download", "acme/owl", "--dry-run", "--include", "*.json")
    assert "Will download 1 files (out of 2)" in done.stdout
    assert done.stdout.splitlines()[3].split() == ["config.json", "-"]


def test_lost_link_costs_no_transfer(hug, hub, owl):
    path = hug.ok("download", "acme/owl")
    os.unlink(path + "/weights.bin")
    hub.requests.clear()
    hug.ok("download", "acme/owl")
    assert os.path.exists(path + "/weights.bin")
    assert not [r for r in hub.requests if "/resolve/" in r.path]


def test_lost_blob_is_fetched_again(hug, owl):
    path = hug.ok("download", "acme/owl")
    os.unlink(os.path.realpath(path + "/weights.bin"))
    hug.ok("download", "acme/owl", "--revision", owl.head("main"))
    assert open(path + "/weights.bin", "rb").read() == b"0123456789abcdef" * 20000


def test_cut_blob_is_fetched_again(hug, owl):
    path = hug.ok("download", "acme/owl")
    os.truncate(os.path.realpath(path + "/weights.bin"), 100)
    hug.ok("download", "acme/owl")
    assert os.path.getsize(path + "/weights.bin") == 320000


def shared(hug, owl, payload):
    """The blob as the newest official client leaves it: a link to the store."""
    path = hug.ok("download", "acme/owl", "weights.bin")
    blob = os.path.realpath(path)
    store = hug.cache / "blobs" / "ab"
    store.mkdir(parents=True)
    os.rename(blob, store / ("ab" + "0" * 62))
    os.symlink("../../blobs/ab/ab" + "0" * 62, blob)
    if payload is None:
        os.unlink(store / ("ab" + "0" * 62))
    return path, blob, store / ("ab" + "0" * 62)


def test_shared_blob_is_read_through(hug, hub, owl):
    path, blob, payload = shared(hug, owl, True)
    hub.requests.clear()
    assert hug.ok("download", "acme/owl", "weights.bin") == path
    assert not [r for r in hub.requests if r.method == "GET"]
    assert os.path.islink(blob)


def test_shared_blob_is_never_written_through(hug, owl):
    path, blob, payload = shared(hug, owl, True)
    payload.write_bytes(b"short")
    hug.ok("download", "acme/owl", "weights.bin", "--force-download")
    assert payload.read_bytes() == b"short"
    assert not os.path.islink(blob) and os.path.getsize(blob) == 320000


def test_dangling_shared_blob_counts_as_missing(hug, owl):
    path, blob, payload = shared(hug, owl, None)
    assert hug.ok("download", "acme/owl", "weights.bin") == path
    assert not os.path.islink(blob) and os.path.getsize(path) == 320000


def test_long_listing_is_read_page_by_page(hug, hub):
    hub.page_size = 7
    repo = hub.add_repo("acme/many")
    repo.commit({f"d{i % 5}/f{i:03}.txt": str(i).encode() for i in range(60)})
    path = hug.ok("download", "acme/many")
    for i in range(60):
        assert open(f"{path}/d{i % 5}/f{i:03}.txt").read() == str(i)


def test_renamed_repository(hug, hub, owl):
    hub.rename("acme/owl", "acme/barn")
    path = hug.ok("download", "acme/owl", "weights.bin")
    assert os.path.getsize(path) == 320000
    hug.ok("download", "acme/owl")


def test_relative_redirects(hug, hub, owl):
    hub.relative_redirects = True
    path = hug.ok("download", "acme/owl", "config.json")
    assert open(path).read() == '{"model_type": "owl"}'
    hug.ok("download", "acme/owl")


def test_cache_dir_is_made_absolute(hug, owl, tmp_path):
    path = hug.ok("download", "acme/owl", "config.json", "--cache-dir", "sub/cache", cwd=tmp_path)
    assert path.startswith(str(tmp_path / "sub/cache/models--acme--owl"))


def test_environment_names_the_cache(hug, owl, tmp_path):
    for env in ({"HF_HUB_CACHE": "$HOME/x"}, {"HUGGINGFACE_HUB_CACHE": "~/x"}):
        path = hug.ok("download", "acme/owl", "config.json", env=env)
        assert path.startswith(str(hug.home / "x" / "models--"))


def test_unreachable_hub_but_everything_cached(hug, hub, owl):
    first = hug.ok("download", "acme/owl")
    hub.stop()
    done = hug("download", "acme/owl")
    assert done.returncode == 0 and done.stdout == first + "\n"
    assert "from the cache" in done.stderr
    done = hug("download", "acme/owl", "config.json")
    assert done.returncode == 0 and done.stdout == first + "/config.json\n"
    hub.start()


def test_unreachable_hub_and_something_missing(hug, hub, owl):
    path = hug.ok("download", "acme/owl")
    os.unlink(path + "/config.json")
    os.unlink(path + "/weights.bin")
    for blob in (hug.repo() / "blobs").iterdir():
        blob.unlink()
    hub.stop()
    last = hug.fails("download", "acme/owl")
    assert "the cache has not all of it" in last
    hub.start()


def test_offline_sends_nothing(hug, hub, owl):
    path = hug.ok("download", "acme/owl")
    hub.requests.clear()
    assert hug.ok("download", "acme/owl", env={"HF_HUB_OFFLINE": "1"}) == path
    last = hug.fails("download", "acme/other", env={"HF_HUB_OFFLINE": "1"})
    assert "offline mode is enabled" in last and "HF_HUB_OFFLINE" in last
    assert len(hub.requests) == 0


def test_copies_in_place_of_links_are_repaired(hug, owl):
    """A cache copied with its links followed, and then damaged."""
    path = hug.ok("download", "acme/owl")
    for size in (10, 320000):
        target = path + "/weights.bin"
        os.unlink(target)
        with open(target, "wb") as file:
            file.write(b"\0" * size)
        hug.ok("download", "acme/owl", *(["--force-download"] if size == 320000 else []))
        assert open(target, "rb").read() == b"0123456789abcdef" * 20000


@pytest.mark.parametrize("name", ["app/[id]/page.tsx", "what?.txt", "a*", "a\\b"])
def test_names_that_look_like_patterns(hug, hub, name):
    repo = hub.add_repo("acme/web")
    repo.commit({"app/[id]/page.tsx": b"1", "app/i/page.tsx": b"2", "what?.txt": b"3",
                 "whatx.txt": b"4", "a*": b"5", "ab": b"6", "a\\b": b"7"})
    path = hug.ok("download", "acme/web", name)
    assert path.endswith("/" + name)
    names = [f for _, _, files in os.walk(hug.repo("acme/web") / "snapshots") for f in files]
    assert names == [name.split("/")[-1]]
    path = hug.ok("download", "acme/web", "--files-from", "-", input=name + "\nab\n")
    assert os.path.exists(os.path.join(path, name))


def test_pattern_among_names_must_match(hug, owl):
    last = hug.fails("download", "acme/owl", "*.nope", "*.json")
    assert "has no file '*.nope'" in last


def test_many_names_are_found_in_a_listing(hug, hub):
    repo = hub.add_repo("acme/many")
    repo.commit({f"f{i:03}": b"x" for i in range(200)})
    names = "".join(f"f{i:03}\n" for i in range(150))
    path = hug.ok("download", "acme/many", "--files-from", "-", input=names)
    assert len(os.listdir(path)) == 150
    assert not [r for r in hub.requests if r.method == "HEAD"]


def test_offline_part_of_a_snapshot_is_not_all_of_it(hug, hub, owl):
    hug.ok("download", "acme/owl", "--include", "onnx/*")
    env = {"HF_HUB_OFFLINE": "1"}
    hug.ok("download", "acme/owl", "--include", "onnx/*", env=env)
    assert "not all of it" in hug.fails("download", "acme/owl", env=env)


def test_cached_listing_that_is_damaged_is_asked_for_again(hug, hub, owl):
    path = hug.ok("download", "acme/owl")
    (tree,) = (hug.repo() / "trees").iterdir()
    text = json.loads(tree.read_text())
    text["files"]["../../evil"] = text["files"]["config.json"]
    tree.write_text(json.dumps(text))
    assert hug.ok("download", "acme/owl") == path
    assert "evil" not in tree.read_text()


def test_folder_in_place_of_one_file(hug, owl):
    path = hug.ok("download", "acme/owl")
    os.unlink(path + "/config.json")
    os.mkdir(path + "/config.json")
    os.unlink(path + "/README.md")
    last = hug.fails("download", "acme/owl")
    assert "config.json" in last
    assert open(path + "/README.md").read() == "# owl\n"


def test_few_open_files(hug, hub):
    import resource

    hub.add_repo("acme/many").commit({f"f{i:03}": b"%d" % i for i in range(300)})
    path = hug.ok("download", "acme/many", "--max-workers", "64",
                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    assert len(os.listdir(path)) >= 300


def test_named_files_are_not_taken_for_all(hug, hub, owl):
    """One passing failure, or no Hub at all, does not make one file the whole."""
    hug.ok("download", "acme/owl", "config.json")
    hub.fault(path="/revision/", times=1, status=503)
    path = hug.ok("download", "acme/owl")
    assert os.path.exists(path + "/weights.bin")


def test_named_files_offline_are_not_all(hug, owl):
    hug.ok("download", "acme/owl", "config.json")
    env = {"HF_HUB_OFFLINE": "1"}
    hug.ok("download", "acme/owl", "config.json", env=env)
    assert "not all of it" in hug.fails("download", "acme/owl", env=env)
    assert "not all of it" in hug.fails("download", "acme/owl", "config.json", "on*", env=env)


def test_misspelt_name_is_said_after_a_retry(hug, hub):
    hub.add_repo("acme/many").commit({f"f{i:03}": b"x" for i in range(100)})
    hug.ok("download", "acme/many")
    hub.fault(path="/revision/", times=1, status=503)
    names = "".join(f"f{i:03}\n" for i in range(80)) + "nope\n"
    last = hug.fails("download", "acme/many", "--files-from", "-", input=names)
    assert "has no file 'nope'" in last


def test_folders_listed_apart_serve_offline(hug, owl):
    args = ["download", "acme/owl", "onnx/*.json", "onnx/*.onnx"]
    hug.ok(*args)
    hug.ok(*args, env={"HF_HUB_OFFLINE": "1"})
