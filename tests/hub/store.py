"""The second port: large files behind signed URLs, in the manner of S3.

The store knows neither users nor repos.  A URL is good for one method, while
its signature fits and its time has not run out.  A request that also carries an
Authorization header is refused, so a client that leaks its token is caught.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from urllib.parse import quote
from xml.sax.saxutils import escape

from .intake import Multipart, Part, Refusal, Whole
from .messages import Answer, Request
from .repos import EPOCH, Lfs

BINARY = "application/octet-stream"
LAST_MODIFIED = EPOCH.strftime("%a, %d %b %Y %H:%M:%S GMT")


class Store:
    """The objects that signed URLs have been made for, and those that clients have put there."""

    def __init__(self, hub):
        self.hub = hub
        self._secret = secrets.token_bytes(32)
        self._objects: dict[str, Lfs] = {}
        self._stored: dict[str, Lfs] = {}
        self._multiparts: dict[str, Multipart] = {}

    def find(self, oid: str) -> Lfs | None:
        """The object of a SHA-256 that a client has put here or that a commit of any repo names."""
        known = (repo.objects.get(oid) for repo in self.hub.repos())
        return self._stored.get(oid) or next((lfs for lfs in known if lfs), None)

    def keep(self, lfs: Lfs) -> None:
        """Store an object, as if a client had put it here."""
        self._stored[lfs.sha256] = lfs

    def forget(self, oid: str) -> None:
        """Lose an object that a client has put here."""
        self._stored.pop(oid, None)

    # Addresses

    def signed_url(self, lfs: Lfs, disposition: str) -> str:
        """A URL that works for `hub.url_lifetime` seconds."""
        key = lfs.sha256
        self._objects[key] = lfs
        return self._signed(f"/lfs/{key[:2]}/{key}?response-content-disposition={quote(disposition, safe='')}")

    def put_url(self, oid: str, size: int) -> str:
        """Where a client is to PUT an object."""
        return self._signed(f"/lfs/{oid[:2]}/{oid}?size={size}", "PUT")

    def multipart(self, oid: str, size: int) -> tuple[Multipart, list[str]]:
        """A new upload in parts, and where each part is to be PUT."""
        upload = Multipart(oid, size, self.hub.part_size, self.hub.keep_bytes)
        self._multiparts[upload.id] = upload
        place = f"/lfs/{oid[:2]}/{oid}?uploadId={upload.id}&partNumber="
        return upload, [self._signed(f"{place}{n + 1}", "PUT") for n in range(upload.count)]

    def completion_url(self, upload: Multipart) -> str:
        """Where the Hub puts the parts together."""
        target = f"/api/complete_multipart?uploadId={upload.id}&oid={upload.oid}"
        return self._signed(target, "POST", self.hub.endpoint)

    def _signed(self, target: str, method: str = "GET", endpoint: str = "") -> str:
        target += f"&Expires={time.time() + self.hub.url_lifetime:.3f}"
        return f"{endpoint or self.hub.store_endpoint}{target}&Signature={self._sign(target, method)}"

    def _sign(self, target: str, method: str) -> str:
        return hmac.new(self._secret, f"{method} {target}".encode(), hashlib.sha256).hexdigest()

    def refuses(self, request: Request) -> Answer | None:
        """What is wrong with the address of a request."""
        target, _, signature = request.local.rpartition("&Signature=")
        own = self._sign(target, "GET" if request.method == "HEAD" else request.method)
        if not target or not hmac.compare_digest(signature.encode(), own.encode()):
            text = "The request signature we calculated does not match the signature you provided."
            return refusal(403, "SignatureDoesNotMatch", text)
        if time.time() >= float(request.query["Expires"]):
            return refusal(403, "AccessDenied", "Request has expired")
        return None

    # Requests

    def answer(self, request: Request) -> Answer:
        """Check the URL and hand out the object; a PUT has its receiver already."""
        if request.sink:
            return request.sink.answer()
        return self._refused(request, ("GET", "HEAD")) or self._object(request)

    def receiver(self, request: Request):
        """What takes the body of a PUT."""
        if request.method != "PUT":
            return None
        refused = self._refused(request, ("PUT",))
        return Refusal(refused) if refused else self._receiver(request)

    def _refused(self, request: Request, methods: tuple[str, ...]) -> Answer | None:
        if "Authorization" in request.headers:
            return refusal(400, "InvalidArgument", "Only one auth mechanism allowed")
        if request.method not in methods:
            text = "The specified method is not allowed against this resource."
            return refusal(405, "MethodNotAllowed", text)
        return self.refuses(request)

    def _receiver(self, request: Request):
        query, length = request.query, request.headers.get("Content-Length", "")
        oid = request.local.partition("?")[0].rpartition("/")[2]
        if "Transfer-Encoding" in request.headers or length == "0":
            text = "A header you provided implies functionality that is not implemented."
            return Refusal(refusal(501, "NotImplemented", text))
        if not length.isdecimal():
            return Refusal(refusal(411, "MissingContentLength", "You must provide the Content-Length header."))
        if "uploadId" not in query:
            size = int(query["size"])
            return Whole(oid, size, int(length), self.hub.keep_bytes, self._take_object, refusal)
        upload = self._multiparts.get(query["uploadId"])
        if upload is None:
            return Refusal(no_such_upload())
        return Part(upload, int(query["partNumber"]), self._take_part, refusal)

    def _take_object(self, lfs: Lfs, count: int) -> Answer:
        self.keep(lfs)
        answer = Answer(200, [("ETag", f'"{store_etag(lfs)}"')])
        answer.acknowledged = self.hub.uploads.take(lfs.sha256, 0, count)
        self.hub.uploads.store(lfs.sha256)
        return answer

    def _take_part(self, oid: str, number: int, count: int, etag: str) -> Answer:
        answer = Answer(200, [("ETag", etag)])
        answer.acknowledged = self.hub.uploads.take(oid, number, count)
        return answer

    def complete(self, request: Request, oid: str, parts: list[tuple[int, str]]) -> Answer:
        """Put the parts of an upload together."""
        refused = self.refuses(request)
        if refused:
            return refused
        upload = self._multiparts.get(request.query["uploadId"])
        if upload is None or oid != upload.oid:
            again = upload is None and oid in self._stored and self.hub.complete_twice
            return Answer(200) if again else no_such_upload()
        if [number for number, _ in parts] != list(range(1, upload.count + 1)):
            return refusal(400, "InvalidPartOrder", f"Expected the parts 1 to {upload.count} in order")
        if any(upload.etags.get(number) != etag for number, etag in parts):
            return refusal(400, "InvalidPart", "One or more of the specified parts could not be found.")
        if not upload.fits():
            return refusal(400, "BadDigest", "The SHA-256 of the parts together differs")
        self.keep(upload.object())
        del self._multiparts[upload.id]
        self.hub.uploads.store(oid)
        return Answer(200)

    def _object(self, request: Request) -> Answer:
        key = request.local.partition("?")[0].rpartition("/")[2]
        lfs = self._objects[key]
        headers = [
            ("Content-Type", BINARY),
            ("ETag", f'"{store_etag(lfs)}"'),
            ("Last-Modified", LAST_MODIFIED),
            ("Accept-Ranges", "bytes"),
            ("Content-Disposition", request.query["response-content-disposition"]),
        ]
        return Answer(200, headers, lfs.data, ranges=True)


def store_etag(lfs: Lfs) -> str:
    """The store's own ETag: it looks like a SHA-256 but is not that of the content."""
    return hashlib.sha256(f"store {lfs.sha256}".encode()).hexdigest()


def no_such_upload() -> Answer:
    return refusal(404, "NoSuchUpload", "The specified multipart upload does not exist.")


def refusal(status: int, code: str, message: str) -> Answer:
    """An error as S3 words it."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    )
    return Answer(status, [("Content-Type", "application/xml")], body.encode())
