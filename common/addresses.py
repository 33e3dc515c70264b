"""Addresses of servers, and which of them are on this machine."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from ipaddress import ip_address
from socket import gethostname
from urllib.parse import urlsplit

from common.errors import InputError

# A name that is compared, not one that is listened on.
LOCAL_NAMES = ("localhost", "127.0.0.1", "127.0.0.0/8", "::1", "0.0.0.0")  # nosec B104
"""Hosts that are this machine, as entries of ``no_proxy``: names, addresses, a network."""

PROXY_VARIABLES = ("http_proxy", "https_proxy", "grpc_proxy", "all_proxy")
"""Variables with the address of a proxy; the same names in upper case count too."""

MAX_PORT = 65535
MAX_SHOWN = 40
"""Characters of a refused address that a message shows."""

_NAME = r"[^\s/:@\[\]=,?#]+"
_ADDRESS = re.compile(rf"(\[[0-9A-Fa-f:.]+\]|{_NAME}):([0-9]{{1,5}})")


def check_address(text: str) -> str:
    """Return an address ``HOST:PORT`` as it is; an IPv6 host stands in brackets.

    Raises ``InputError`` for anything else: a URL, no port, a port above 65535, blanks.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match[2]) <= MAX_PORT:
        raise InputError(
            "HOST:PORT is expected, such as localhost:50051 or [::1]:50051,"
            f" not {text[:MAX_SHOWN]!r}"
        )
    return text


def check_host(text: str) -> str:
    """Return a host to listen on, a name or an address without a port, as it is.

    Raises ``InputError`` for anything else, such as a URL.
    """
    bare = text.removeprefix("[").removesuffix("]")
    if not (_is_ip(bare) or re.fullmatch(_NAME, text)):
        raise InputError(
            "a host without a port is expected, such as 127.0.0.1 or localhost,"
            f" not {text[:MAX_SHOWN]!r}"
        )
    return text


def is_local(address: str) -> bool:
    """Tell whether ``HOST:PORT``, a host or a URL leads to this machine."""
    url = address if "://" in address else f"//{address}"
    host = urlsplit(url).hostname or ""
    own = ("localhost", "ip6-localhost", gethostname().lower())
    if host.endswith(".localhost") or host in own:
        return True
    if not _is_ip(host):
        return False

    # The unspecified address, 0.0.0.0, is where a server listens; a client reaches it here.
    ip = ip_address(host)
    return ip.is_loopback or ip.is_unspecified


def is_loopback(host: str) -> bool:
    """Tell whether a server on ``host`` can be reached from this machine only."""
    return host == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)


def bypass_proxy_locally(environ: MutableMapping[str, str]) -> None:
    """Add this machine to ``no_proxy`` where ``environ`` names a proxy.

    Most libraries send even requests to 127.0.0.1 to the proxy, which is another machine, and
    whose 127.0.0.1 is not ours. Other entries of ``no_proxy`` are kept.
    """
    names = [*PROXY_VARIABLES, *map(str.upper, PROXY_VARIABLES)]
    if not any(environ.get(name) for name in names):
        return

    # Libraries read one of the two, most of them the lower one first.
    current = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    entries = [entry.strip() for entry in current.split(",") if entry.strip()]
    missing = [name for name in LOCAL_NAMES if name not in entries]
    environ["no_proxy"] = environ["NO_PROXY"] = ",".join(entries + missing)


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
