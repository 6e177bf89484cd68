"""A Hugging Face Hub for tests: a liar on request, an honest server otherwise.

The package is an independent reading of the download protocol.  It shares no
code with the client under test; the official client is the judge of both.

    from hub import Hub, Lfs

    with Hub() as hub:
        repo = hub.add_repo("acme/owl")
        repo.commit({"config.json": b"{}", "w/big.bin": Lfs(b"...")})
        hub.fault(path=r"big\\.bin", server="store", times=1, cut=100)
        ...                                  # run a client against hub.endpoint
        assert [r.status for r in hub.requests] == [...]

Where to look:

    repos.py      repos, commits and git object ids
    server.py     the class Hub: what it knows, start and stop, common headers
    address.py    which repo and which question a request target names
    access.py     who may read what
    api.py        the JSON routes
    listing.py    the shape of the JSON: info, tree entries, pages
    search.py     which repos there are
    writes.py     repos, branches, tags and files made, changed and removed
    uploads.py    what comes before a commit, and the record of what was sent
    patterns.py   .gitattributes and .gitignore
    cards.py      whether the metadata of a README.md are valid
    discussions.py  discussions and pull requests
    resolve.py    file content
    store.py      the second port with signed URLs
    intake.py     objects and parts on their way into the store
    errors.py     refusals as the Hub words them
    faults.py     faults by request pattern
    messages.py   requests, answers, byte ranges
    delivery.py   how an answer goes over the socket, whole or damaged
    wire.py       listening ports and connection threads
    demo.py       content for the command line
"""

from .faults import Fault
from .messages import Request
from .repos import Lfs, Repo
from .server import Hub, User

__all__ = ["Fault", "Hub", "Lfs", "Repo", "Request", "User"]
