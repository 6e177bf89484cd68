"""The second port: large files behind signed URLs, in the manner of S3.

The store knows neither users nor repos.  A URL is good while its signature
fits and its time has not run out, and a request that also carries an
Authorization header is refused, so a client that leaks its token is caught.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from urllib.parse import quote
from xml.sax.saxutils import escape

from .messages import Answer, Request
from .repos import EPOCH, Lfs

BINARY = "application/octet-stream"
LAST_MODIFIED = EPOCH.strftime("%a, %d %b %Y %H:%M:%S GMT")


class Store:
    """The objects that signed URLs have been made for."""

    def __init__(self, hub):
        self.hub = hub
        self._secret = secrets.token_bytes(32)
        self._objects: dict[str, Lfs] = {}

    def signed_url(self, lfs: Lfs, disposition: str) -> str:
        """A URL that works for `hub.url_lifetime` seconds."""
        key = lfs.sha256
        self._objects[key] = lfs
        target = (
            f"/lfs/{key[:2]}/{key}?response-content-disposition={quote(disposition, safe='')}"
            f"&Expires={time.time() + self.hub.url_lifetime:.3f}"
        )
        return f"{self.hub.store_endpoint}{target}&Signature={self._sign(target)}"

    def _sign(self, target: str) -> str:
        return hmac.new(self._secret, target.encode(), hashlib.sha256).hexdigest()

    def answer(self, request: Request) -> Answer:
        """Check the URL and hand out the object."""
        if "Authorization" in request.headers:
            return refusal(400, "InvalidArgument", "Only one auth mechanism allowed")
        if request.method not in ("GET", "HEAD"):
            text = "The specified method is not allowed against this resource."
            return refusal(405, "MethodNotAllowed", text)
        target, _, signature = request.local.rpartition("&Signature=")
        if not target or not hmac.compare_digest(signature.encode(), self._sign(target).encode()):
            text = "The request signature we calculated does not match the signature you provided."
            return refusal(403, "SignatureDoesNotMatch", text)
        if time.time() >= float(request.query["Expires"]):
            return refusal(403, "AccessDenied", "Request has expired")
        return self._object(request)

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


def refusal(status: int, code: str, message: str) -> Answer:
    """An error as S3 words it."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    )
    return Answer(status, [("Content-Type", "application/xml")], body.encode())
