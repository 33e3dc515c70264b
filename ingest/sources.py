"""Where the tables of an ingest are: files, patterns of files, and objects in buckets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import partial
from glob import glob, has_magic
from pathlib import Path

from common.errors import InputError
from common.progress import Progress, step_of
from common.store.storage import BUCKETS, Storage


@contextmanager
def fetch_sources(words: Sequence[str], progress: Progress) -> Iterator[list[Path]]:
    """Give the files that words name, in their order; each file once.

    A word is a path, or the address of an object, ``s3://BUCKET/KEY`` or ``gs://BUCKET/KEY``.
    ``*``, ``?`` and ``[...]`` match within one part of it. Objects are in a temporary folder while
    the block runs. Raises ``InputError`` where a word names nothing, and ``UnavailableError``
    where a bucket does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="listrec-") as folder:
        paths: list[Path] = []
        for number, word in enumerate(words):
            start, end = number / len(words), (number + 1) / len(words)
            report = partial(_report_between, progress, start, end)
            paths += _fetch(word, Path(folder), report)
        yield list(dict.fromkeys(paths))


def _report_between(
    progress: Progress, start: float, end: float, message: str, done: float
) -> None:
    step_of(progress, message, start, end)(done)


def _fetch(word: str, folder: Path, progress: Progress) -> list[Path]:
    scheme, separator, location = word.partition("://")
    if not separator:
        return _find_files(word)
    if scheme not in BUCKETS:
        raise InputError(
            f"{word} cannot be read: a source is a path, s3://BUCKET/KEY or gs://BUCKET/KEY"
        )
    bucket, _, pattern = location.partition("/")
    if not pattern or pattern.endswith("/"):
        raise InputError(
            f"{word} names no object: {word.rstrip('/')}/* is everything directly below it"
        )
    storage = Storage(f"{scheme}://{bucket}")
    paths = _download(storage, _expand(storage, pattern), folder / bucket, progress)
    if not paths:
        raise InputError(
            f"there is nothing at {word}: compare it with the listing of the bucket"
        )
    return paths


def _find_files(word: str) -> list[Path]:
    path = Path(word)
    # A file may have brackets in its name.
    if path.exists() or not has_magic(word):
        return [path]
    found = sorted(map(Path, glob(word)))
    if not found:
        raise InputError(f"no file matches {word}: correct the path or the pattern")
    return found


def _expand(storage: Storage, pattern: str) -> list[str]:
    """Return the keys that may match a pattern, sorted; one without wildcards is its own key."""
    keys = [""]
    for part in pattern.split("/"):
        if has_magic(part):
            keys = [
                f"{key}{name}/"
                for key in keys
                for name in storage.keys(key.rstrip("/"))
                if fnmatchcase(name, part)
            ]
        else:
            keys = [f"{key}{part}/" for key in keys]
    return [key.removesuffix("/") for key in keys]


def _download(
    storage: Storage, keys: Sequence[str], folder: Path, progress: Progress
) -> list[Path]:
    """Copy those of the keys that are objects into a folder, under their own names."""
    paths = []
    for number, key in enumerate(keys):
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        start, end = number / len(keys), (number + 1) / len(keys)
        if storage.download(key, path, step_of(progress, path.name, start, end)):
            paths.append(path)
    return paths
