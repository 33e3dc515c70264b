"""Posts over HTTP/1.1: the little that a caller needs, over a plain socket."""

from __future__ import annotations

from benchmarks.serving.sockets import connect

BOUNDARY = b"a-boundary-of-the-benchmark"
"""What separates the parts of a form; a body that begins with it is sent as one."""


class HttpConnection:
    """Posts of JSON or forms over HTTP/1.1, each answered with a Content-Length.

    Attributes:
        answer: the body of the last answer.
    """

    def __init__(self, address: str, path: str, cookie: str = "") -> None:
        """Connect to ``host:port`` for posts to a path."""
        self.sock = connect(address)
        self.answer = b""
        self._path = path
        self._received = bytearray()
        cookies = f"Cookie: {cookie}\r\n" if cookie else ""
        self._headers = f"Host: {address}\r\n{cookies}".encode()

    def send(self, body: bytes) -> None:
        """Send a request."""
        self.post(self._path, body)

    def post(self, path: str, body: bytes) -> None:
        """Send a request to another path."""
        content_type = b"application/json"
        if body.startswith(b"--" + BOUNDARY):
            content_type = b"multipart/form-data; boundary=" + BOUNDARY
        self.sock.sendall(
            b"POST %s HTTP/1.1\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
            % (path.encode(), self._headers, content_type, len(body), body)
        )

    def receive(self, data: bytes) -> bool | None:
        """Take bytes; return whether the answer has a status of 2xx, once it is complete."""
        self._received += data
        end_of_head = self._received.find(b"\r\n\r\n")
        if end_of_head < 0:
            return None
        head = bytes(self._received[:end_of_head]).lower()
        _, found, rest = head.partition(b"content-length:")
        length = int(rest.split(b"\r\n")[0]) if found else 0
        end = end_of_head + 4 + length
        if len(self._received) < end:
            return None
        self.answer = bytes(self._received[end_of_head + 4 : end])
        del self._received[:end]
        return head.split(b" ", 2)[1].startswith(b"2")
