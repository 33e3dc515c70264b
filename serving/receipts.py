"""Receipts: what a seller was shown, signed, so that an outcome stands alone.

A receipt is ``VERSION.CONTENT.SIGNATURE``: the event ``Shown`` of an answer as a line of JSON,
compressed and in base64url, and the HMAC-SHA256 of the two parts before it (RFC 2104).
"""

from __future__ import annotations

import hmac
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from common.errors import ReceiptError
from common.event_lines import format_event, parse_event
from common.events import Shown

VERSION = "1"

MAX_CHARACTERS = 100_000
"""Limit of a receipt that is looked at; one of ten candidates a field has some 2,000."""

_PURPOSE = b"receipt\0"
"""Signed as well, so that what the same key signs for another purpose is no receipt."""


def make_receipt(shown: Shown, keys: Sequence[bytes]) -> str:
    """Return the receipt of what is shown, signed with the first of ``keys``."""
    content = _to_text(zlib.compress(format_event(shown).encode(), 9))
    signed = f"{VERSION}.{content}"
    return f"{signed}.{_sign(signed, keys[0])}"


def read_receipt(receipt: str, keys: Sequence[bytes]) -> Shown:
    """Return what a receipt stands for, where any of ``keys`` has signed it.

    Raises ``ReceiptError`` for any other text; nothing of it is read before it was checked.
    """
    signed, _, signature = receipt[:MAX_CHARACTERS].rpartition(".")
    # All keys are tried: the time does not tell which of them is nearly right.
    is_ours = [_is_equal(_sign(signed, key), signature) for key in keys]
    version, _, content = signed.partition(".")
    if not any(is_ours) or version != VERSION:
        raise ReceiptError(
            "the receipt was not made by this shop, or was changed: send the one that came with"
            " the suggestions"
        )

    line = zlib.decompress(urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    shown = parse_event(line.decode())
    if not isinstance(shown, Shown):
        raise ReceiptError("the receipt is of no suggestions")
    return shown


def _sign(text: str, key: bytes) -> str:
    message = _PURPOSE + text.encode("utf-8", "surrogatepass")
    return _to_text(hmac.digest(key, message, "sha256"))


def _is_equal(expected: str, given: str) -> bool:
    # As text: base64 has several spellings of the same bytes.
    return hmac.compare_digest(
        expected.encode(), given.encode("utf-8", "surrogatepass")
    )


def _to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
