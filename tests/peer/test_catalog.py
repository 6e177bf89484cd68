"""Lists of repositories and of files, and what is known of one: beside the real hf 2.4.0."""

import os
import re
import subprocess

import pytest

from hub import Lfs
from test_scan import real

TOKEN = "hf_olive_1234567890"

# As PyYAML writes it: hf prints a card as it has read it.
CARD = """---
license: mit
tags:
- owl
- é
zeta:
  x: 1.5
  y:
  - true
base_model: acme/egg
---

# Owl

---
a line
---
"""


@pytest.fixture(scope="module")
def catalog_hub():
    from hub import Hub

    with Hub() as hub:
        fill(hub)
        yield hub
        assert hub.failures == []


def fill(hub):
    hub.add_user("olive", TOKEN, orgs=("acme",))
    owl = hub.add_repo("acme/tiny-owl")
    owl.commit({".gitattributes": b"*\n", "README.md": b"# owl\n", "data/a.txt": b"a" * 70000,
                "data/deep/er/b.bin": Lfs(b"x" * 8100000, xet="c" * 64), "zoo/\x1b[31mred\x07": b"!", "empty.txt": b"",
                "data.txt": b"sorts between", "data-x/y": b"1"})
    owl.commit({"config.json": b"{}"}, title="Add \"config\"")
    owl.tag("v1.0", owl.head())
    owl.facts.update(
        downloads=120, likes=3, pipeline_tag="text-generation", library_name="transformers", trendingScore=2.5,
        tags=["safetensors", "license:mit", "é\x1b[1m"], providers=["groq"], apps=["vllm", "ollama"], parameters=7e9,
        cardData={"tags": ["b", "a", "b"], "zeta": 1, "license": "mit", "language": None, "model_name": "Owl",
                  "extra": {"x": None, "y": [1, None, 2.50, 1e-7, 1e22, 0.1, True, False, "q\"uote"]}},
        config={"model_type": "owl", "null": None, "nested": {"a": [], "b": {}}}, gguf={"total": 123456789012},
        safetensors={"parameters": {"BF16": 24000000}, "total": 24000000, "other": 1},
        transformersInfo={"auto_model": "AutoModel", "processor": "AutoTokenizer"}, widgetData=[{"text": "hoo"}],
        inference="warm", spaces=["acme/hoot"], baseModels=["acme/egg"], childrenModelCount=4, downloadsAllTime=9999,
        inferenceProviderMapping={"groq": {"providerId": "owl-g", "status": "live", "task": "conversational"}},
        resourceGroup={"id": "1", "name": "core"}, mask_token="[MASK]",
        evalResults=[{"filename": "x", "data": {"dataset": {"id": "d/e", "task_id": "t"}, "value": 0.5,
                                                "source": {"url": "https://x", "name": "n"}, "notes": "w"}}])
    for number in range(45):
        repo = hub.add_repo(f"acme/many-{number:02}", gated="auto" if number % 7 == 0 else False, private=number == 3)
        repo.commit({"a": b"a"})
        repo.facts.update(downloads=1000 - number, likes=number, tags=[f"t{number % 2}"], cardData={"license": "mit"},
                          library_name="x" * (number % 13) or None, parameters=number * 1e9)
    songs = hub.add_repo("acme/songs", type="dataset")
    songs.commit({"data/a.csv": b"a"})
    songs.facts.update(description="Calls\n\tof   owls " + "long " * 30, mainSize=5, citation="none", cardData={
        "train-eval-index": [1], "pretty_name": "Songs", "license": ["mit", "cc"], "zz": 0, "task_ids": []})
    hub.add_repo("olive/other", type="dataset").commit({"b": b"b"})
    hoot = hub.add_repo("acme/hoot", type="space")
    hoot.commit({"app.py": b"pass"})
    hoot.facts.update(sdk="gradio", region="us", host="https://x", cardData={"title": "Hoot", "tags": "one", "emoji": "🦉"}, runtime={
        "stage": "RUNNING", "hardware": {"current": "cpu-basic", "requested": None}, "gcTimeout": 172800, "storage": None,
        "devMode": False, "volumes": [{"type": "model", "source": "acme/owl", "mountPath": "/m", "readOnly": True}]})
    hub.add_repo("acme/gone-empty").commit({})
    carded = hub.add_repo("acme/carded")
    carded.commit({"README.md": CARD.encode()})
    carded.facts["cardData"] = {"license": "mit", "tags": ["owl", "é"], "model_name": None, "zeta": {"x": 1.5, "y": [True]},
                                "base_model": "acme/egg"}
    hub.add_repo("acme/headless", type="dataset").commit({"README.md": b"# Plain\r\ntext"})
    hub.add_repo("acme/off", disabled=True).commit({"a": b"a"})


LISTS = [
    "models ls", "models list --limit 3", "models ls --limit 3 --json", "models ls -q", "models ls --limit 2 --format agent",
    "models ls --search tiny", "models ls --author nobody", "models ls --author nobody --json", "models ls --author nobody -q",
    "models ls --filter t1 --sort downloads", "models ls --filter safetensors --filter license:mit --no-truncate",
    "models ls --pipeline-tag text-generation --json", "models ls --gated --sort likes", "models ls --no-gated --limit 40 -q",
    "models ls --apps vllm --apps ollama -q", "models ls --num-parameters min:40B,max:42B --sort created_at -q",
    "models ls --inference-provider groq", "models ls --warm", "models ls --warm --expand inferenceProviderMapping",
    "models ls --expand downloads,likes --limit 4", "models ls --expand=cardData,tags,config --search owl",
    "models ls --sort last_modified --limit 2", "models ls --sort trending_score --limit 1", "models ls --limit 0",
    "datasets ls", "datasets list --json", "datasets ls --search OTHER",
    "datasets ls --sort downloads", "spaces ls", "spaces ls --sort likes --json", "spaces ls --expand runtime --json",
    "models ls acme/tiny-owl", "models ls acme/tiny-owl -R", "models ls acme/tiny-owl -R -h", "models ls acme/tiny-owl --tree",
    "models ls acme/tiny-owl --tree -R -h", "models ls acme/tiny-owl --tree -R -q", "models ls acme/tiny-owl -q",
    "models ls acme/tiny-owl -R --json", "models ls acme/tiny-owl --format agent --revision v1.0",
    "models ls acme/gone-empty", "models ls acme/gone-empty --json", "models ls acme/gone-empty --tree",
    "datasets ls acme/songs --tree", "spaces ls acme/hoot -h --tree",
    "models info acme/tiny-owl", "models info acme/tiny-owl --json", "models info acme/tiny-owl -q",
    "models info acme/tiny-owl --expand downloads,tags,siblings", "models info acme/tiny-owl --revision v1.0 --format agent",
    "models card acme/carded", "models card acme/carded --metadata", "models card acme/carded --json",
    "models card acme/carded --text --format agent", "models card acme/carded --metadata -q", "datasets card acme/headless",
    "datasets info acme/songs", "spaces info acme/hoot", "spaces info acme/hoot --json",
]
ERRORS = [
    "models ls --expand bogus", "datasets ls --expand downloads,nope", "models ls --sort foo", "spaces ls --sort downloads",
    "models ls --limit x", "models ls acme/tiny-owl --search x", "models ls acme/tiny-owl --limit 4", "models ls acme/tiny-owl --gated",
    "models ls --tree", "datasets ls -R", "spaces ls -h", "models ls --revision x", "models ls acme/tiny-owl --tree --json",
    "models ls --warm --inference-provider groq", "models ls acme/none", "models ls acme/tiny-owl --revision nope",
    "models ls acme/off", "models info acme/none", "models info acme/tiny-owl --revision nope", "datasets info acme/none",
    "models info bad--id", "models info a/b/c", "models info", "models", "models nope", "models ls a b", "models info acme/many-03",
    "models ls --nope", "models ls --limit -3", "models info acme/off", "models card acme/gone-empty",
    "spaces card acme/none", "models card acme/carded --text --metadata", "datasets parquet acme/songs",
]


def run(program, home, hub, line, env):
    done = subprocess.run(
        [program, *line.split()], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "HF_HOME": str(home), "HF_ENDPOINT": hub.endpoint,
             "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
             "HF_HUB_DISABLE_UPDATE_CHECK": "1", "HUG_TIME_SCALE": "0.02",
             **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}, **env})
    assert "Sanitizer" not in done.stderr, done.stderr
    err = re.sub(r"\nAvailable (options|commands) for '[^']*':\n(  .*\n)*", "\n", done.stderr)
    err = re.sub(r"Request ID: [^)]*", "Request ID: ID", err.replace(hub.endpoint, "HUB"))
    return done.returncode, done.stdout, [line for line in err.splitlines() if line.strip()]


@pytest.fixture
def both(tmp_path, catalog_hub):
    link = tmp_path / "hf"
    link.symlink_to(os.environ["HUG"])
    program = real("hf", "HUG_PEER_24")

    def get(line, **env):
        return [run(p, tmp_path, catalog_hub, line, env) for p in (program, link)]

    return get


@pytest.mark.parametrize("line", LISTS)
def test_same_lists(both, line):
    theirs, ours = both(line, COLUMNS="120")
    # Python shows what is not printable by its own table, ours by Unicode's: both as escapes.
    assert ours == theirs


@pytest.mark.parametrize("columns", ["40", "80", "200"])
@pytest.mark.parametrize("line", ["models ls", "datasets ls", "models ls --expand tags,config --search owl"])
def test_same_widths(both, line, columns):
    theirs, ours = both(line, COLUMNS=columns)
    assert ours == theirs


@pytest.mark.parametrize("line", ERRORS)
def test_same_errors(both, line):
    theirs, ours = both(line)
    assert ours[0] == theirs[0] != 0 if line != "models info" else ours[0] == 0
    if line not in ("models", "models info"):
        assert ours[2] == theirs[2]


def test_private_ones_with_a_token(both):
    theirs, ours = both("models ls --search many-03 -q", HF_TOKEN=TOKEN)
    assert ours == theirs and ours[1] == "acme/many-03\n"
