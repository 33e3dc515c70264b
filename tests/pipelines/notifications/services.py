"""Servers that stand in for Slack and PagerDuty: they keep what they are sent."""

import json
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme


class Service:
    """A server with the answers that a test gives it; the last one is repeated."""

    def __init__(self, address, answers):
        self.address, self.bodies = address, []
        self.answers = answers

    def take(self, body):
        """Keep a body, and return a status with the headers of its answer."""
        self.bodies.append(body)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def serving(*answers, certificate=None):
    """Serve on a free port; ``HANGS`` is an answer that does not come."""
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            status, headers = service.take(json.loads(self.rfile.read(length)))
            if status is None:
                released.wait(60)
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b'{"dedup_key": "x", "status": "success"}')

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate else "http"
    service = Service(
        f"{scheme}://127.0.0.1:{server.server_port}", list(answers or [OK])
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join()


OK, BUSY = (200, {}), (429, {"Retry-After": "0"})
BROKEN, HANGS = (500, {}), (None, {})


def authority():
    """Return an authority whose certificates nobody trusts yet."""
    return trustme.CA()
