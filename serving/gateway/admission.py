"""Who may ask: browsers with a session, and clients with a token; and how often."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from common.event_checks import is_reference
from serving.gateway.client_address import client_of, is_proxy, peer_of
from serving.gateway.problems import Problem, retry_after
from serving.gateway.rate_limit import RateLimit
from serving.gateway.sessions import COOKIE, is_session
from serving.gateway.settings import GatewaySettings
from serving.tokens import Token, TokenLimits


@dataclass(slots=True)
class Admission:
    """Admits requests, or refuses them with a ``Problem``.

    Attributes:
        settings: the settings of the gateway.
        tokens: the tokens of clients; ``None`` without any.
    """

    settings: GatewaySettings
    tokens: TokenLimits | None = None
    _addresses: RateLimit = field(init=False)

    def __post_init__(self) -> None:
        self._addresses = RateLimit(self.settings.http_rate)

    def check(self, request: Request) -> None:
        """Admit a request with a session or a token."""
        token = self._token(request)
        if token is not None and self.tokens:
            _check_wait(self.tokens.seconds_to_wait(token))
            return
        self.check_rate(request)
        cookie = request.cookies.get(COOKIE, "")
        if not is_session(cookie, self.settings.receipt_key):
            raise Problem(
                401,
                "there is no session, or it is too old: GET / begins one",
                {"WWW-Authenticate": "Bearer"},
            )

    def client_of(self, request: Request) -> str:
        """Return what distinguishes a client that was admitted: its token, or its session."""
        token = self._token(request)
        return f"token {token.client}" if token else request.cookies.get(COOKIE, "")

    def check_rate(self, request: Request) -> None:
        """Admit a request of an address that does not ask too often."""
        address = client_of(request, self.settings.http_proxies)
        _check_wait(self._addresses.take(address))

    def seller_of(self, request: Request) -> str:
        """Return the seller that the shop itself names, or nothing.

        Raises ``Problem`` for a key that no event can have.
        """
        name = self.settings.seller_header
        is_of_shop = self._token(request) is not None or is_proxy(
            peer_of(request), self.settings.http_proxies
        )
        seller = request.headers.get(name, "") if name and is_of_shop else ""
        if seller and not is_reference(seller):
            raise Problem(
                422,
                f"the header {name} has a key of the seller of 1 to 128 ASCII characters without a"
                " blank, such as u-1042",
            )
        return seller

    def _token(self, request: Request) -> Token | None:
        shown = request.headers.get("authorization", "")
        return self.tokens.find(shown) if self.tokens and shown else None


def _check_wait(seconds: float) -> None:
    if seconds > 0:
        raise Problem(
            429, "there were too many requests: wait a little", retry_after(seconds)
        )
