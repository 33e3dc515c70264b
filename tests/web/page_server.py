"""A small server of the seller's page: its files, and answers that a test decides."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from common.listing import Listing, Photo
from models.suggester import Suggester
from serving.web.files import CONTENT_SECURITY_POLICY, load_files

Answer = dict[str, Any]
Answerer = Callable[[Listing], Answer]


class RefusedError(Exception):
    """Answers a request with a problem document (RFC 9457), with further members."""

    def __init__(self, status: int, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.problem = {"status": status, "detail": detail, **members}


@dataclass
class PageServer:
    """Serves the page at ``address``; may be killed and started again at the same port.

    Attributes:
        answerer: answers a listing, or raises ``RefusedError``.
        port: where it listens; 0 for a free one.
        keeps_events: whether what is posted is stored, or dropped.
        listings: the listings that it was asked about.
        posts: JSON by path, of what was posted to the other routes.
        kept_photos: photos that were posted with an outcome.
        photos: photos that it knows by their ids; clear it, and it has forgotten them.
        uploads: ids of the photos that each request for suggestions had with their bytes.
        bytes_read: bytes of all bodies.
    """

    answerer: Answerer
    port: int = 0
    keeps_events: bool = True
    listings: list[Listing] = field(default_factory=list)
    posts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    kept_photos: list[bytes] = field(default_factory=list)
    photos: dict[str, bytes] = field(default_factory=dict)
    uploads: list[list[str]] = field(default_factory=list)
    bytes_read: int = 0
    _server: ThreadingHTTPServer | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,)).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def suggest(self, content_type: str, body: bytes) -> Answer:
        texts, photos = _read(content_type, body)
        self.uploads.append(list(photos))
        self.photos |= photos
        if unknown := [each for each in texts["photo_ids"] if each not in self.photos]:
            raise RefusedError(409, "send them again", unknown_photos=unknown)

        listing = Listing(
            **texts["listing"],
            photos=tuple(Photo(data=self.photos[each]) for each in texts["photo_ids"]),
        )
        self.listings.append(listing)
        number = len(self.listings)
        empty = {"problems": [], "missing": {}, "earnings": None, "release": "r1"}
        usual = {"policy": "greedy", "keeps_listing": False}
        ids = {"request": f"q{number}", "receipt": f"receipt-{number}"}
        return {**empty, **usual, **self.answerer(listing), **ids}

    def keep(self, path: str, content_type: str, body: bytes) -> Answer:
        texts, photos = _read(content_type, body)
        post = texts.get("outcomes") if photos else texts
        self.posts.setdefault(path, []).append(post)
        self.kept_photos += photos.values()
        n_events = len(post.get("outcomes", [])) + 1  # the exposure, or the listing
        return {"stored": n_events if self.keeps_events else 0}


def answer_with(suggester: Suggester) -> Answerer:
    """Answer by the models of a release, in the form of the gateway's contract."""

    def answer(listing: Listing) -> Answer:
        suggestions = suggester.suggest(listing)
        by_model = {}
        for name, suggestion in suggestions.by_model.items():
            values = asdict(suggestion)
            values["fields"] = values.pop("candidates")
            if values["price"]:
                quantiles = values["price"]["quantiles"]
                pairs = [{"level": level, "price": price} for level, price in quantiles]
                values["price"]["quantiles"] = pairs
            by_model[name] = values
        earnings = asdict(suggestions.earnings) if suggestions.earnings else None
        return {
            "suggestions": by_model,
            "problems": list(suggestions.problems),
            "earnings": earnings,
        }

    return answer


def _handler(server: PageServer) -> type[BaseHTTPRequestHandler]:
    files = load_files()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            file = files.get(self.path)
            if file is None:
                self._send(404, "text/plain", b"not found")
            else:
                self._send(200, file.media_type, file.content)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.bytes_read += len(body)
            content_type = self.headers["Content-Type"]
            try:
                if self.path == "/v1/suggest":
                    status, reply = 200, server.suggest(content_type, body)
                else:
                    status, reply = 202, server.keep(self.path, content_type, body)
                self._send(status, "application/json", json.dumps(reply).encode())
            except RefusedError as error:
                status = error.problem["status"]
                content = json.dumps(error.problem).encode()
                self._send(status, "application/problem+json", content)

        def _send(self, status: int, media_type: str, content: bytes) -> None:
            # The page aborts requests that a newer one replaces.
            with suppress(ConnectionError):
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def _read(content_type: str, body: bytes) -> tuple[Any, dict[str, bytes]]:
    """Return the object of a body, or the texts of a form and its photos by their file names."""
    if content_type.startswith("application/json"):
        return json.loads(body), {}
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parts: Any = message_from_bytes(head + body).get_payload()
    texts: dict[str, Any] = {}
    photos = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if name == "photos":
            photos[part.get_filename()] = content
        elif name == "photo_ids":
            texts[name] = content.decode().split(",")
        else:
            texts[name] = json.loads(content)
    return texts, photos
