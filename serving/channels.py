"""Options of connections between our own processes."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from common.addresses import is_local


def proxy_options(address: str) -> tuple[tuple[str, int], ...]:
    """Return the channel options that keep a connection to ``HOST:PORT`` away from a proxy.

    gRPC sends all calls through the proxy of ``http_proxy``, even those to this machine, and
    reads ``no_proxy`` in lower case only. There is no option for an address that needs the proxy.
    """
    host = urlsplit(f"//{address}").hostname or ""
    if is_local(address) or proxy_bypass(host):
        return (("grpc.enable_http_proxy", 0),)
    return ()
