"""Which variables of the environment are secret, and texts without their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

HIDDEN = "***"
"""Stands for a secret in a text."""

MIN_LENGTH = 6
"""Characters from which on a value is looked for: a shorter one is part of ordinary words."""

FILES = ("LISTREC_CLIENT_KEY", "LISTREC_CONSOLE_TOKEN_FILE", "LISTREC_TLS_KEY")
"""Variables with the path of a secret file: a message about the file has to name it."""

_NAMES = re.compile(r"(^|_)(SECRET|TOKEN|PASSWORD|PASSWD|WEBHOOK|DSN|KEY)(_|$)")
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+@")


def looks_secret(name: str) -> bool:
    """Tell whether the value of a variable is secret, by its name."""
    return _NAMES.search(name.upper()) is not None


def password_of(address: str) -> str:
    """Return the password in an address, or an empty string."""
    try:
        return urlsplit(address).password or ""
    except ValueError:  # no address at all
        return ""


def redact(text: str, environ: Mapping[str, str]) -> str:
    """Return a text without the values of secret variables, and addresses without their users.

    Messages of libraries quote the address that they asked, with its password.
    """
    text = _CREDENTIALS.sub(f"{HIDDEN}@", text)
    # The longest first: one may be a part of another.
    for value in sorted(set(_secrets(environ)), key=len, reverse=True):
        if len(value) >= MIN_LENGTH:
            text = text.replace(value, HIDDEN)
    return text


def _secrets(environ: Mapping[str, str]) -> Iterator[str]:
    for name, value in environ.items():
        if name in FILES:
            continue
        yield value if looks_secret(name) else password_of(value)
