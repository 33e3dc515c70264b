"""Sessions: a cookie that a browser gets with the page, so that the page needs no token.

The cookie is ``TIME.RANDOM.SIGNATURE``. Nothing is stored: every worker can check it.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Sequence

COOKIE = "listrec_session"

MAX_AGE = 24 * 3600
"""Seconds for which a session holds; the page begins another one when it is loaded."""

_PURPOSE = b"session\0"


def make_session(keys: Sequence[bytes]) -> str:
    """Return the cookie of a new session, signed with the first of ``keys``."""
    signed = f"{int(time.time()):x}.{secrets.token_hex(16)}"
    return f"{signed}.{_sign(signed, keys[0])}"


def is_session(cookie: str, keys: Sequence[bytes]) -> bool:
    """Tell whether any of ``keys`` has signed a cookie that holds still."""
    signed, _, signature = cookie.rpartition(".")
    given = signature.encode("utf-8", "replace")
    is_ours = [hmac.compare_digest(_sign(signed, key).encode(), given) for key in keys]
    if not any(is_ours):
        return False
    began = int(signed.partition(".")[0], 16)
    return time.time() < began + MAX_AGE


def _sign(text: str, key: bytes) -> str:
    message = _PURPOSE + text.encode("utf-8", "replace")
    return hmac.digest(key, message, "sha256").hex()
