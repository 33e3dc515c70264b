"""A server of DNS, whose one name has the addresses that a test gives it."""

import socket
import struct
import threading
from contextlib import contextmanager

TYPE_A = 1
HEADER_BYTES = 12


class DnsServer:
    """Answers every question for an IPv4 address with ``addresses``, others with nothing."""

    def __init__(self, addresses):
        self.addresses = list(addresses)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))

    def target(self, port):
        """Return what gRPC's resolver takes: a name that is looked up here, and a port."""
        return f"dns://127.0.0.1:{self._socket.getsockname()[1]}/predictors.test:{port}"

    def serve(self):
        """Answer until the server is closed by an empty message."""
        while True:
            query, client = self._socket.recvfrom(512)
            if not query:
                return
            self._socket.sendto(_answer(query, self.addresses), client)

    def close(self):
        """Stop ``serve``."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", self._socket.getsockname())

    def release(self):
        """Give the port back."""
        self._socket.close()


@contextmanager
def resolving(*addresses):
    """Runs a server of DNS in a thread."""
    server = DnsServer(addresses)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
        server.release()


def _answer(query, addresses):
    """Return the answer to a query (RFC 1035, section 4)."""
    name_end = query.index(b"\0", HEADER_BYTES) + 1
    [kind] = struct.unpack_from(">H", query, name_end)
    records = addresses if kind == TYPE_A else []
    header = query[:2] + struct.pack(">5H", 0x8580, 1, len(records), 0, 0)
    # Each record points at the name in the question, is of class IN, and must not be cached.
    start = struct.pack(">3HIH", 0xC000 | HEADER_BYTES, TYPE_A, 1, 0, 4)
    data = b"".join(start + socket.inet_aton(address) for address in records)
    return header + query[HEADER_BYTES : name_end + 4] + data
