"""A bucket of Google compares generations: tried on a small server that does the same.

None of Google's own can run here, and its emulators lack the requests that obstore makes.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

import pytest

from common.errors import InputError
from common.store.storage import Storage


class _Objects(BaseHTTPRequestHandler):
    """Objects with generations, by the requests of Google's XML API for one object."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, tuple[int, bytes]] = {}
    lock = Lock()

    def do_GET(self):
        generation, data = self.objects.get(self.path, (0, b""))
        self._answer(200 if generation else 404, generation, data)

    def do_PUT(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        expected = self.headers["x-goog-if-generation-match"]
        with self.lock:
            generation, _ = self.objects.get(self.path, (0, b""))
            if self.path.endswith("refused"):
                self._answer(400, 0, b"")
            elif expected is not None and int(expected) != generation:
                self._answer(412, generation, b"")
            else:
                self.objects[self.path] = (generation + 1, data)
                self._answer(200, generation + 1, b"")

    def _answer(self, status, generation, data):
        self.send_response(status)
        self.send_header("ETag", f'"{generation}"')
        self.send_header("x-goog-generation", str(generation))
        self.send_header("Last-Modified", "Sat, 31 Jan 2026 12:00:00 GMT")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        """Keep the output of tests clean."""


@pytest.fixture
def storage(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Objects)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    account = {
        "gcs_base_url": f"http://127.0.0.1:{server.server_port}",
        "disable_oauth": True,
    } | dict.fromkeys(("client_email", "private_key", "private_key_id"), "")
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", json.dumps(account))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield Storage("gs://shop/listrec")
    server.shutdown()
    server.server_close()
    thread.join()
    _Objects.objects.clear()


def test_a_text_is_replaced_only_where_it_is_the_expected_one(storage):
    assert not storage.replace_text("champion", "r1", "r2")
    assert storage.replace_text("champion", None, "r1")
    assert not storage.replace_text("champion", None, "r2")
    assert storage.replace_text("champion", "r1", "r2")
    assert not storage.replace_text("champion", "r1", "r3")
    assert storage.read_text("champion") == "r2"


def test_a_text_that_was_replaced_between_reading_and_writing_stays(
    storage, monkeypatch
):
    storage.write_text("champion", "r1")
    get = storage._objects._get

    def get_then_write(key):
        found = get(key)
        storage.write_text("champion", "r2")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(storage._objects, "_get", get_then_write)
        assert not storage.replace_text("champion", "r1", "r3")
    assert storage.read_text("champion") == "r2"


def test_a_request_that_is_refused_is_a_sentence_with_the_reason(storage):
    with pytest.raises(InputError, match="gs://shop/listrec refuses a request: .* 400"):
        storage.write_text("refused", "r1")
