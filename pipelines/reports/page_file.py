"""The file of a page: checked before anything is measured, and written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from common.errors import InputError
from common.store.atomic import write_atomically


def check_writable(path: Path) -> None:
    """Raise ``InputError`` where a report cannot be written, before anything is measured."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise InputError(
            f"the report cannot be written to {path}: there is no folder {folder}"
        )
    if path.is_dir():
        raise InputError(f"the report cannot be written to {path}: that is a folder")
    if not os.access(folder, os.W_OK):
        raise InputError(
            f"the report cannot be written to {path}: {folder} is not writable"
        )


def write_page(path: Path, text: str) -> None:
    """Write a page; raise ``InputError`` where that is not possible."""
    try:
        # Titles cut within a character hold surrogates, which UTF-8 cannot encode.
        write_atomically(path, text.encode(errors="replace"))
    except OSError as error:
        raise InputError(
            f"the report cannot be written to {path}: {error.strerror}"
        ) from None
