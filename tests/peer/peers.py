"""The official client, one process for each release, asked over a pipe.

A start costs half a second to two, so each release starts once and then takes
a request a line: {"call": ..., "env": ..., ...}. Environment that it reads only
at start is given per cache by explicit arguments.
"""

import json
import os
import subprocess

# Where the tests find the Python that has a release.
CLIENTS = {"0.36.2": "HUG_PEER_036", "2.4.0": "HUG_PEER_24"}

CODE = r'''
import json, os, sys, warnings
warnings.simplefilter("ignore")
import huggingface_hub as hf
from huggingface_hub import constants

def scan(cache):
    info = hf.scan_cache_dir(cache)
    repos = {}
    for repo in info.repos:
        repos[f"{repo.repo_type}/{repo.repo_id}"] = {
            "size": repo.size_on_disk, "files": repo.nb_files,
            "revisions": {r.commit_hash: {"size": r.size_on_disk, "refs": sorted(r.refs),
                "files": sorted(str(f.file_path.relative_to(r.snapshot_path)) for f in r.files)}
                for r in repo.revisions}}
    return {"repos": repos, "size": info.size_on_disk, "warnings": [str(w) for w in info.warnings]}

def facts(cache):
    """Everything that a scan counts, as plain values."""
    info = hf.scan_cache_dir(cache)
    repos = {}
    for repo in info.repos:
        repos[f"{repo.repo_type}/{repo.repo_id}"] = {
            "size": repo.size_on_disk, "files": repo.nb_files, "path": str(repo.repo_path),
            "last_accessed": round(repo.last_accessed, 3),
            "last_modified": round(repo.last_modified, 3), "refs": sorted(repo.refs),
            "revisions": {r.commit_hash: {
                "size": r.size_on_disk, "files": r.nb_files, "refs": sorted(r.refs),
                "last_modified": round(r.last_modified, 3)} for r in repo.revisions}}
    return {"repos": repos, "size": info.size_on_disk,
            "warnings": sorted(str(w) for w in info.warnings)}

def delete(cache, revisions):
    strategy = hf.scan_cache_dir(cache).delete_revisions(*revisions)
    strategy.execute()
    return strategy.expected_freed_size

calls = {
    "facts": facts,
    "delete": delete,
    "version": lambda: hf.__version__,
    "snapshot": lambda **k: hf.snapshot_download(**k),
    "file": lambda **k: hf.hf_hub_download(**k),
    "scan": scan,
}
for line in sys.stdin:
    request = json.loads(line)
    name = request.pop("call")
    try:
        answer = {"result": calls[name](**request)}
    except Exception as error:
        answer = {"error": type(error).__name__, "text": str(error)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
'''


class Peer:
    def __init__(self, python, home):
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        }
        self.process = subprocess.Popen([python, "-c", CODE], env=env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)

    def send(self, call, **args):
        self.process.stdin.write(json.dumps({"call": call, **args}) + "\n")
        self.process.stdin.flush()

    def receive(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, call, **args):
        self.send(call, **{k: str(v) if hasattr(v, "__fspath__") else v for k, v in args.items()})
        answer = self.receive()
        assert "result" in answer, answer
        return answer["result"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()
