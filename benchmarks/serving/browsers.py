"""Browsers as the load generator has them: with a session of the page, and what the page sends."""

from __future__ import annotations

import http.client
import json
from typing import Any

from benchmarks.serving.http_connection import HttpConnection

SUGGESTIONS_A_LISTING = 5
"""Suggestions that a seller sees until the listing is put up."""

PRICE = 45.0
FIELDS = ("category", "brand", "shipping_payer", "shipping_method", "parcel_size")
"""Fields with candidates on the page."""

Json = dict[str, Any]


class Browser(HttpConnection):
    """Asks the gateway for suggestions."""

    def __init__(self, address: str) -> None:
        """Load the page, which begins a session, and connect."""
        super().__init__(address, "/v1/suggest", load_page(address))


class Seller(Browser):
    """Tells the gateway, too, what was on the screen and what was listed in the end.

    A suggestion has ended when all of it is kept.
    """

    def __init__(self, address: str) -> None:
        """See ``Browser``."""
        super().__init__(address)
        self._waiting: list[tuple[str, Json]] = []
        self._is_suggestion = True
        self._n_suggestions = 0

    def receive(self, data: bytes) -> bool | None:
        """Take bytes; return whether everything was kept, once it is."""
        is_answer = super().receive(data)
        if not is_answer:
            return is_answer
        if self._is_suggestion:
            self._n_suggestions += 1
            self._waiting = self._events(json.loads(self.answer))
        self._is_suggestion = not self._waiting
        if self._is_suggestion:
            return True
        path, body = self._waiting.pop(0)
        self.post(path, json.dumps(body).encode())
        return None

    def _events(self, answer: Json) -> list[tuple[str, Json]]:
        """What the page sends after an answer: the last one of a listing is put up."""
        shown = {"receipt": answer["receipt"], "listing": "m1042"}
        events = [("/v1/shown", shown)]
        if self._n_suggestions % SUGGESTIONS_A_LISTING == 0:
            end = {"event": "listed", "price": PRICE, "outcomes": _outcomes(answer)}
            events.append(("/v1/outcomes", shown | end))
        return events


def load_page(address: str) -> str:
    """Return the cookie of a session of the gateway at ``host:port``."""
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request("GET", "/")
        cookie = connection.getresponse().headers["Set-Cookie"]
    finally:
        connection.close()
    return str(cookie).partition(";")[0]


def _outcomes(answer: Json) -> list[Json]:
    """The first candidate of each field, accepted."""
    return [
        {"field": field, "value": candidates[0]["value"], "action": "accepted"}
        for suggestion in answer["suggestions"].values()
        for field, candidates in suggestion["fields"].items()
        if candidates and field in FIELDS
    ]
