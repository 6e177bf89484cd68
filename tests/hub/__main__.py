"""The Hub from the command line, for a demonstration without a network.

    cd tests && python3 -m hub --demo --ready-file hub-url --rate 2000000

It prints one line when it listens and serves until SIGTERM or SIGINT.  On
SIGUSR1 the demo repos get the revisions that come later, and the file of
--ready-file is written again.
"""

from __future__ import annotations

import argparse
import os
import signal
import threading

from . import demo
from .server import Hub


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m hub", description="A Hub for tests.")
    parser.add_argument("--demo", action="store_true", help="fill the Hub with the demo repos")
    parser.add_argument("--port", type=int, default=0, help="port of the Hub (0: any)")
    parser.add_argument("--ready-file", metavar="FILE", help="write the URL to FILE when ready")
    parser.add_argument("--with-parent", action="store_true",
                        help="end when the process has ended that started this one")
    parser.add_argument("--rate", type=float, metavar="BYTES_PER_S", help="slow down every body")
    return parser.parse_args()


def announce(path: str | None, url: str) -> None:
    """Write the ready file, if there is one, in one step: a reader never sees half of it."""
    if not path:
        return
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(url)
    os.replace(path + ".new", path)


def main() -> None:
    given = options()
    done = threading.Event()
    parent = os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    hub = Hub()
    if given.demo:
        demo.fill(hub)
    if given.rate:
        hub.fault(rate=given.rate)
    hub.start(given.port)
    if given.demo:
        signal.signal(signal.SIGUSR1, lambda *_: later(hub, given.ready_file))
    print(f"hub ready at {hub.endpoint}", flush=True)
    announce(given.ready_file, hub.endpoint)
    # A parent that was killed can stop nobody.
    while not done.wait(1) and (os.getppid() == parent or not given.with_parent):
        pass
    hub.stop()


def later(hub: Hub, ready_file: str | None) -> None:
    """What the owners of the demo repos do in the meantime."""
    demo.publish(hub)
    announce(ready_file, hub.endpoint)


if __name__ == "__main__":
    main()
