"""A folder of very many files, some of them large, that is uploaded under kill -9 until it is done.

3,000 files in CI; with HUG_EVERY_STEP=1 it is 100,000, as the folders are for which this is made.
"""

import os
import random
import signal
import subprocess

from conftest import TOKEN
from test_upload_faults import changes, noted_parts

EVERY = "HUG_EVERY_STEP" in os.environ
SMALL, LARGE, KILL_S = (100_000, 12, 6.0) if EVERY else (3_000, 4, 0.5)
LARGE_BYTES, PART = (256 << 20, 32 << 20) if EVERY else (24 << 20, 8 << 20)
# A simulated hour, in seconds.
SCALE = 0.1 if EVERY else 0.02
HOUR = 3600 * SCALE
RULES = b"*.bin filter=lfs diff=lfs merge=lfs -text\n"


def make(folder):
    """The paths, and the sizes of what is an object."""
    paths, objects = set(), {}
    for number in range(SMALL):
        path = f"d{number // 500:03}/{number:06}.txt"
        paths.add(path)
        if number % 500 == 0:
            (folder / path).parent.mkdir(parents=True)
        (folder / path).write_bytes(b"%d\n" % number)
    (folder / "large").mkdir()
    for number in range(LARGE):
        path = f"large/{number:02}.bin"
        with open(folder / path, "wb") as file:
            file.write(b"%d" % number)
            file.truncate(LARGE_BYTES + number)
        objects[path] = LARGE_BYTES + number
    return paths | set(objects), objects


def test_until_it_is_done(hub, hug, tmp_path):
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write")
    hub.multipart_above = hub.part_size = PART
    hub.keep_bytes = False
    hug.env.update(HF_TOKEN=TOKEN, HUG_TIME_SCALE=str(SCALE))
    repo = hub.add_repo("acme/nest")
    repo.commit({".gitattributes": RULES})
    paths, objects = make(tmp_path / "folder")
    draw = random.Random(7)
    kills, noted = 0, {}  # parts, and how often they had been sent when the journal had them first
    while True:
        process = hug.start("upload", repo.id, tmp_path / "folder", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            said = process.communicate(timeout=KILL_S * draw.uniform(0.7, 1.5) * (1.2 ** kills if not EVERY else 1))[1]
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            kills += 1
            hub.wait_idle()
            noted = {part: hub.uploads.parts[part] for part in noted_parts(hug)} | noted
            assert kills < 200
    hub.wait_idle()
    assert process.returncode == 0, said
    assert kills > 1
    files = repo.find("main").files
    assert set(files) - {".gitattributes"} == paths
    assert {path: files[path].lfs.size for path in objects} == objects
    assert files["d000/000007.txt"].git_data == b"7\n"
    made = changes(repo)
    assert all(made) and sorted(path for group in made for path in group) == sorted(paths)
    # What the journal had as arrived was not sent again.
    assert noted and {part: hub.uploads.parts[part] for part in noted} == noted
    times = sorted(repo.commit_times)
    assert all(later - earlier > HOUR * 0.99 for earlier, later in zip(times, times[128:]))
