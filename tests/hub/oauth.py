"""Logging in with a browser: codes, and the tokens that come of them."""

from __future__ import annotations

from urllib.parse import parse_qs

from .messages import Answer, Request, json_answer

CLIENT = "26be6b09-91c5-47da-9861-d2d2bb7a7e36"
REFRESH_GRANT = "refresh_token"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class OAuth:
    """`answers` are given to those who poll, one after the other; the last one stays."""

    def __init__(self, endpoint):
        self._endpoint = endpoint
        self.answers: list[dict | tuple[int, bytes]] = [{"error": "access_denied"}]
        self.extra: dict = {"interval": 1, "expires_in": 900}
        self.polls = 0
        self.refreshes: list[dict | tuple[int, bytes]] = [{"error": "invalid_grant"}]
        self.refreshed: list[str] = []  # the refresh tokens that came

    def answer(self, request: Request, target: str) -> Answer:
        form = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
        if request.headers.get("Authorization"):
            return json_answer({"error": "no token belongs here"}, 400)
        if form.get("client_id") != CLIENT:
            return json_answer({"error": "invalid_client"}, 401)
        if target == "/oauth/device":
            page = f"{self._endpoint()}/oauth/device"
            return json_answer({
                "device_code": "device/1+2", "user_code": "ABCD-EFGH", "verification_uri": page,
                "verification_uri_complete": page + "?user_code=ABCD-EFGH", **self.extra})
        if form.get("grant_type") == REFRESH_GRANT:
            self.refreshed.append(form.get("refresh_token", ""))
            return _answer(self.refreshes, len(self.refreshed) - 1)
        if form.get("grant_type") != DEVICE_GRANT or form.get("device_code") != "device/1+2":
            return json_answer({"error": "invalid_grant"}, 400)
        self.polls += 1
        return _answer(self.answers, self.polls - 1)


def _answer(answers: list, place: int) -> Answer:
    """The answer at that place, or the last one."""
    given = answers[min(place, len(answers) - 1)]
    if isinstance(given, tuple):
        return Answer(given[0], [("Content-Type", "text/html")], given[1])
    return json_answer(given, 200 if "access_token" in given else 400)
