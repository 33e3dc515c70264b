"""Who may see the console: whoever shows the token, or without one, browsers of this machine."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from common.addresses import is_loopback
from common.errors import InputError
from serving.gateway.problems import Problem

MIN_LENGTH = 32
"""Characters of a token; a shorter one could be guessed."""

CHALLENGE = {"WWW-Authenticate": 'Basic realm="console", charset="UTF-8"'}
"""Has a browser ask for a name, which does not matter, and a password, which is the token."""


@dataclass(frozen=True, slots=True)
class Access:
    """Admits requests to the console, or refuses them with a ``Problem``.

    Attributes:
        token: what has to be shown; empty where the console listens on this machine only.
    """

    token: str = field(default="", repr=False)

    def check(self, request: Request) -> None:
        """Admit a request with the token, or without one, for a name of this machine."""
        if not self.token:
            # A page of another site could have its own name lead to this machine.
            if not is_loopback(request.url.hostname or ""):
                raise Problem(
                    403, "without a token the console answers at 127.0.0.1 or localhost"
                )
        elif not self._is_shown(request.headers.get("authorization", "")):
            raise Problem(401, "the console needs its token as a password", CHALLENGE)

    def _is_shown(self, authorization: str) -> bool:
        scheme, _, credentials = authorization.partition(" ")
        try:
            pair = base64.b64decode(credentials, validate=True)
        except (binascii.Error, ValueError):
            return False
        password = pair.partition(b":")[2]
        is_right = hmac.compare_digest(password, self.token.encode())
        return scheme.lower() == "basic" and is_right


def make_access(host: str, token_file: str) -> Access:
    """Return who may see a console on ``host``, with the token in a file, if there is one.

    Raises ``InputError`` for a file that cannot be used, and where anybody could see the console.
    """
    if not token_file and not is_loopback(host):
        raise InputError(
            f"a console on {host} needs LISTREC_CONSOLE_TOKEN_FILE, a file with a token of at least"
            f" {MIN_LENGTH} characters: anybody could read the shop's figures"
        )
    return Access(_read_token(Path(token_file)) if token_file else "")


def _read_token(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise InputError(
            f"the file of the console's token {path} cannot be read"
        ) from None
    if len(token) < MIN_LENGTH:
        raise InputError(
            f"the token in {path} has fewer than {MIN_LENGTH} characters: make one with"
            " 'openssl rand -hex 32'"
        )
    return token
