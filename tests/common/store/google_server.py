"""A small server that compares generations as a bucket of Google does.

None of Google's own can run here, and its emulators lack the requests that obstore makes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread


@contextmanager
def google_server() -> Iterator[str]:
    """Run a server of empty buckets; yields its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Objects)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        _Objects.objects.clear()


class _Objects(BaseHTTPRequestHandler):
    """Objects with generations, by the requests of Google's XML API for one object."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, tuple[int, bytes]] = {}
    lock = Lock()

    def do_GET(self):
        generation, data = self.objects.get(self.path, (0, b""))
        bounds = self.headers["Range"]
        if not (generation and bounds):
            self._answer(200 if generation else 404, generation, data)
            return
        first, last = map(int, bounds.removeprefix("bytes=").split("-"))
        part = data[first : last + 1]
        place = f"bytes {first}-{first + len(part) - 1}/{len(data)}"
        self._answer(206, generation, part, {"Content-Range": place})

    def do_HEAD(self):
        self.do_GET()

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

    def _answer(self, status, generation, data, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("ETag", f'"{generation}"')
        self.send_header("x-goog-generation", str(generation))
        self.send_header("Last-Modified", "Sat, 31 Jan 2026 12:00:00 GMT")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *arguments):
        """Keep the output of tests clean."""
