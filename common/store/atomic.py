"""Files and folders that appear whole or not at all: written beside their place, then renamed.

A rename within a file system is atomic (POSIX ``rename``), so a reader sees the old content or the
new one, and a writer that is killed leaves at most a hidden draft.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_atomically(
    path: Path, content: str | bytes, *, durable: bool = False
) -> None:
    """Replace a file by ``content``, text as UTF-8; its folder is made if it is missing.

    ``durable`` content survives a crash of the machine, at the price of waiting for the disk.
    """
    data = content.encode() if isinstance(content, str) else content
    with atomic_file(path, durable=durable) as draft:
        draft.write_bytes(data)


@contextmanager
def atomic_file(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """Give an empty draft to write into; it becomes ``path`` when the block ends without an error.

    Raises ``OSError`` at once when the folder of ``path`` cannot be written. ``durable`` as in
    ``write_atomically``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft_of(path)
    draft.write_bytes(b"")

    try:
        yield draft
        if durable:
            flush_to_disk(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """Give an empty hidden folder in ``parent``; the caller renames it once it is complete.

    Whatever is still there when the block ends is removed.
    """
    draft = _draft_of(parent / "draft")
    # Of a killed process that had the same number.
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)

    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def remove_dead_drafts(parent: Path) -> None:
    """Remove the drafts in ``parent`` whose processes on this machine are dead."""
    for draft in parent.glob(".draft.*-*.tmp"):
        process_id = draft.name.split(".")[2].partition("-")[0]
        if not Path("/proc", process_id).exists():
            shutil.rmtree(draft, ignore_errors=True)


def flush_to_disk(path: Path) -> None:
    """Wait until a file or the entries of a folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _draft_of(path: Path) -> Path:
    """A name beside ``path`` that no other process or thread uses at the same time."""
    return path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
