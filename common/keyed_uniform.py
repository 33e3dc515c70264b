"""Uniform numbers that depend on names and a key, and on nothing else."""

from __future__ import annotations

import hmac
import json
import math

_BITS = 52
"""Random bits of a number: with the half that is added, all that a float has."""


def keyed_uniform(key: bytes, *names: str) -> float:
    """Return a number between 0 and 1, both excluded: the same for the same key and names.

    Over different names it is uniform and independent. Without the key nobody can tell it:
    it is taken from an HMAC-SHA256 (RFC 2104).
    """
    # As JSON, other names are never the same text.
    digest = hmac.digest(key, json.dumps(names).encode(), "sha256")
    number = int.from_bytes(digest[:8], "big") >> (64 - _BITS)
    return math.ldexp(number + 0.5, -_BITS)
