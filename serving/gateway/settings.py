"""Settings of the gateway, read from the environment once, in ``main()``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from common.addresses import MAX_PORT, check_host
from common.errors import InputError
from serving.gateway.signing_keys import parse_keys, read_or_make_key

DEFAULT_HOST = "127.0.0.1"
DEFAULT_RATE = 10.0
DEFAULT_EXPLORATION = 0.02
DEFAULT_HOLDOUT = 0.01
MAX_SHARE = 0.5
KEY_FILE = "receipt-key"

_ORIGIN = re.compile(r"https?://[^\s/?#@]+")


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Settings of the gateway; each is read from ``LISTREC_<NAME>`` (docs/gateway.md).

    Attributes:
        http: ``PORT`` or ``HOST:PORT`` to listen on; empty for no gateway.
        http_origins: origins of other sites whose pages may ask.
        http_proxies: networks of the proxies whose ``X-Forwarded-For`` and ``-Proto`` count.
        http_rate: requests of an address in a second, to one worker.
        seller_header: header in which proxies and clients with a token name the seller; empty for
            none.
        receipt_key: keys of receipts and sessions; the first one signs, all of them are accepted.
        exploration: share of sellers who get categories in an order that is drawn.
        holdout: share of sellers who get no suggestions.
        keep_listings: that of ``common.settings.Settings``, which reads it.
    """

    http: str = ""
    http_origins: tuple[str, ...] = ()
    http_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    http_rate: float = DEFAULT_RATE
    seller_header: str = ""
    receipt_key: tuple[bytes, ...] = field(default=(), repr=False)
    exploration: float = DEFAULT_EXPLORATION
    holdout: float = DEFAULT_HOLDOUT
    keep_listings: str = ""

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], home: Path, http: str = ""
    ) -> GatewaySettings:
        """Read the variables of the gateway; ``http`` wins over ``LISTREC_HTTP``.

        Without a key in the environment it is the one in ``home``, which is made where there is
        none. Raises ``InputError`` for a value that is not valid.
        """
        address = http or environ.get("LISTREC_HTTP", "").strip()
        if address:
            split_address(address)
        return cls(
            http=address,
            http_origins=_parse_origins(_words(environ, "LISTREC_HTTP_ORIGINS")),
            http_proxies=_parse_networks(_words(environ, "LISTREC_HTTP_PROXIES")),
            http_rate=_parse_rate(environ.get("LISTREC_HTTP_RATE", "").strip()),
            seller_header=environ.get("LISTREC_SELLER_HEADER", "").strip().lower(),
            receipt_key=parse_keys(environ.get("LISTREC_RECEIPT_KEY", ""))
            or (read_or_make_key(home / KEY_FILE),),
            exploration=_parse_share(
                environ, "LISTREC_EXPLORATION", DEFAULT_EXPLORATION
            ),
            holdout=_parse_share(environ, "LISTREC_HOLDOUT", DEFAULT_HOLDOUT),
        )

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        return split_address(self.http)


def split_address(text: str) -> tuple[str, int]:
    """Return host and port of ``PORT`` or ``HOST:PORT``; port 0 is any free one.

    Raises ``InputError`` for anything else.
    """
    host, _, port = text.rpartition(":")
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > MAX_PORT:
        raise InputError(
            f"the gateway listens on PORT or HOST:PORT, such as 8080, not {text[:40]!r}"
        )
    return check_host(host or DEFAULT_HOST).strip("[]"), int(port)


def _words(environ: Mapping[str, str], variable: str) -> list[str]:
    words = environ.get(variable, "").split(",")
    return [word.strip() for word in words if word.strip()]


def _parse_origins(words: Sequence[str]) -> tuple[str, ...]:
    for word in words:
        if not _ORIGIN.fullmatch(word):
            raise InputError(
                "LISTREC_HTTP_ORIGINS has origins such as https://shop.example.com, separated by"
                f" commas, not {word!r}"
            )
    return tuple(words)


def _parse_networks(
    words: Sequence[str],
) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(map(ip_network, words))
    except ValueError:
        raise InputError(
            "LISTREC_HTTP_PROXIES has addresses or networks such as 10.0.0.0/8, separated by"
            f" commas, not {','.join(words)!r}"
        ) from None


def _parse_rate(text: str) -> float:
    try:
        rate = float(text) if text else DEFAULT_RATE
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise InputError(
            f"LISTREC_HTTP_RATE is a number of requests above 0, such as 10, not {text!r}"
        )
    return rate


def _parse_share(environ: Mapping[str, str], variable: str, default: float) -> float:
    text = environ.get(variable, "").strip()
    try:
        share = float(text) if text else default
    except ValueError:
        share = -1.0
    if not 0 <= share <= MAX_SHARE:
        raise InputError(
            f"{variable} is a share of sellers from 0 to {MAX_SHARE}, such as {default}, not"
            f" {text!r}"
        )
    return share
