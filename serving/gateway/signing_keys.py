"""Keys that sign receipts and sessions: from the environment, or made once and kept in a file."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from common.errors import InputError

MIN_LENGTH = 32
"""Characters of a key; a shorter one could be guessed."""


def parse_keys(text: str) -> tuple[bytes, ...]:
    """Return the keys in a text, separated by commas; none of an empty text.

    Raises ``InputError`` for a short one; the message does not quote it.
    """
    keys = tuple(word.strip().encode() for word in text.split(",") if word.strip())
    if any(len(key) < MIN_LENGTH for key in keys):
        raise InputError(
            f"a key in LISTREC_RECEIPT_KEY has fewer than {MIN_LENGTH} characters: make one with"
            " 'openssl rand -hex 32'"
        )
    return keys


def read_or_make_key(path: Path) -> bytes:
    """Return the key in a file that its owner alone can read; make the file if there is none.

    Of processes that make it at the same time all get the same key. Raises ``InputError`` where it
    cannot be read, is too short, or others may read it.
    """
    try:
        if not path.exists():
            _make(path)
        content = path.read_bytes().strip()
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise InputError(
            f"the key of receipts {path} cannot be read or made ({error.strerror}): set"
            " LISTREC_RECEIPT_KEY"
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InputError(
            f"others than its owner may use the key of receipts {path}: run 'chmod 600' on it"
        )
    if len(content) < MIN_LENGTH:
        raise InputError(f"{path} is no key of receipts: remove it, for a new one")
    return content


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(MIN_LENGTH).encode())
            file.flush()
            os.fsync(descriptor)
        # Unlike a rename, a link does not replace the key of a process that was faster.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
