"""Posts of JSON: the little of HTTP/1.1 that a caller needs, over a plain socket."""

from __future__ import annotations

from benchmarks.serving.sockets import connect


class HttpConnection:
    """Posts of JSON over HTTP/1.1, each answered with a Content-Length."""

    def __init__(self, address: str, path: str) -> None:
        """Connect to ``host:port`` for posts to a path."""
        self.sock = connect(address)
        self._received = bytearray()
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {address}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    def send(self, body: bytes) -> None:
        """Send a request."""
        self.sock.sendall(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))

    def receive(self, data: bytes) -> bool | None:
        """Take bytes; return whether the answer has status 200, once it is complete."""
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
        del self._received[:end]
        return head.split(b" ", 2)[1] == b"200"
