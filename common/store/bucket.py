"""A bucket of S3 or Google Cloud Storage, or a prefix of one, as a store of objects.

obstore finds credentials and the endpoint in the environment, in a mounted web identity, or in
the metadata of the machine; this module neither reads nor keeps them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import from_url

from common.errors import InputError, ListrecError, UnavailableError
from common.progress import FractionDone

if TYPE_CHECKING:
    from obstore import GetOptions, GetResult, ObjectMeta, PutMode, UpdateVersion
    from obstore.store import ClientConfig, RetryConfig

# http serves endpoints of one's own, such as AWS_ENDPOINT_URL=http://storage:8333; those of the
# clouds are https. The timeout is that of one request, with the transfer of an object.
CLIENT: ClientConfig = {"allow_http": True, "connect_timeout": "5s", "timeout": "60s"}
RETRIES: RetryConfig = {
    "max_retries": 4,
    "retry_timeout": timedelta(seconds=30),
    "backoff": {"max_backoff": timedelta(seconds=2)},
}

PIECE_BYTES = 16_000_000
"""Bytes of a large object that one request reads."""

_METADATA = ("http://169.254.", "metadata.google.internal")
"""Where a machine of a cloud is asked for credentials when the environment has none."""

_STATUS = re.compile(r"status code: (4\d\d)")
"""HTTP's status of an answer that blames the request. Not all of them have exceptions."""

_TRANSIENT = ("408", "429")
"""Statuses of a store that is slow or busy."""

_MAX_REASON = 200
"""Characters of a library's reason that a message has at most."""

_used_in = 0
"""Process that used a bucket first: obstore's threads are there, and a fork does not have them."""


class Bucket:
    """The objects below a URL of a bucket; see ``common.store.storage.Objects``."""

    def __init__(self, url: str) -> None:
        """Open ``s3://BUCKET/PREFIX`` or ``gs://BUCKET/PREFIX``; nothing is requested yet.

        Raises ``InputError`` where the URL or the variables of the environment are wrong.
        """
        self._url = url
        try:
            self._store = from_url(url, client_options=CLIENT, retry_config=RETRIES)
        except (BaseError, ValueError) as error:
            raise InputError(f"{url} cannot be opened: {_reason(error)}") from None

    def read(self, key: str) -> bytes | None:
        """Return the bytes of an object, or ``None`` when there is none."""
        with self._requests(key):
            found = self._get(key)
            return None if found is None else bytes(found.bytes())

    def write(self, key: str, data: bytes) -> None:
        """Replace an object; one of many megabytes is sent in parts and appears as a whole."""
        with self._requests(key):
            obstore.put(self._store, key, data)

    def replace(self, key: str, old: bytes | None, new: bytes) -> bool:
        """Write ``new`` if the object still has the bytes ``old``, and tell whether it had.

        The store compares: the object must still have the e-tag or generation that was read.
        """
        with self._requests(key):
            mode: PutMode = "create"
            if old is not None:
                found = self._get(key)
                if found is None or bytes(found.bytes()) != old:
                    return False
                mode = _version(found)

            try:
                obstore.put(self._store, key, new, mode=mode)
            except (AlreadyExistsError, PreconditionError):
                return False
            return True

    def names(self, prefix: str) -> list[str]:
        """Return the names of objects and of deeper prefixes directly below a prefix."""
        with self._requests(prefix):
            found = obstore.list_with_delimiter(self._store, prefix)
        # SeaweedFS lists an empty folder, where objects were removed, as an object of its own.
        paths = [item["path"] for item in found["objects"] if item["path"] != prefix]
        return [
            PurePosixPath(path).name for path in (*paths, *found["common_prefixes"])
        ]

    def upload(self, key: str, path: Path) -> None:
        """Replace an object by a file, which is sent in parts and appears as a whole."""
        with self._requests(key):
            obstore.put(self._store, key, path)

    def download(self, key: str, path: Path, done: FractionDone) -> bool:
        """Copy an object to a file piece by piece, and tell whether there is one.

        Each piece is a request with retries and a time limit of its own. Raises ``InputError``
        where the object is replaced meanwhile.
        """
        with self._requests(key):
            try:
                meta = obstore.head(self._store, key)
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return False

            with path.open("wb") as file:
                for start in range(0, meta["size"], PIECE_BYTES):
                    end = min(start + PIECE_BYTES, meta["size"])
                    file.write(self._read_piece(key, meta, start, end))
                    done(end / meta["size"])
            return True

    def _read_piece(self, key: str, meta: ObjectMeta, start: int, end: int) -> bytes:
        options: GetOptions = {"range": (start, end)}
        if meta["e_tag"]:
            options["if_match"] = meta["e_tag"]
        try:
            return bytes(obstore.get(self._store, key, options=options).bytes())
        except PreconditionError:
            raise InputError(
                f"{self._url}/{key} was replaced while it was read: try again"
            ) from None

    def remove(self, key: str) -> None:
        """Remove an object, and all objects below it; none need be there."""
        with self._requests(key):
            below = [
                item["path"] for page in obstore.list(self._store, key) for item in page
            ]
            for path in (key, *below):
                # Another process may have removed it meanwhile.
                with suppress(FileNotFoundError):
                    obstore.delete(self._store, path)

    def modified(self, key: str) -> datetime | None:
        """Return when an object was written last, or ``None`` when there is none."""
        with self._requests(key):
            try:
                return obstore.head(self._store, key)["last_modified"]
            except FileNotFoundError:
                return None

    def usage(self, key: str) -> list[tuple[int, datetime]]:
        """Return bytes and time of the last write of an object and of each object below it."""
        with self._requests(key):
            found = [
                item
                for page in obstore.list(self._store, key)
                for item in page
                # SeaweedFS lists an empty folder as an object of its own.
                if item["path"] != key
            ]
            with suppress(FileNotFoundError):
                found.append(obstore.head(self._store, key))
        return [(item["size"], item["last_modified"]) for item in found]

    def _get(self, key: str) -> GetResult | None:
        try:
            return obstore.get(self._store, key)
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise
            return None

    @contextmanager
    def _requests(self, key: str) -> Iterator[None]:
        """Turn an error of the requests in this block into a sentence about the store."""
        global _used_in
        _used_in = _used_in or os.getpid()
        if _used_in != os.getpid():
            # Without this the request would never end.
            raise RuntimeError(f"{self._url} was used before this process was forked")

        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            raise self._explain(error, key) from None

    def _explain(self, error: Exception, key: str) -> ListrecError:
        text = str(error)
        if "NoSuchBucket" in text:
            return InputError(
                f"there is no bucket for {self._url}: make it, or correct the URL"
            )

        # Before what was refused: the metadata service has reasons of its own.
        if any(address in text for address in _METADATA):
            return InputError(
                f"there are no credentials for {self._url}: set the variables that"
                " docs/operations.md lists for stores"
            )
        status = _STATUS.search(text)
        if status and status[1] in ("401", "403"):
            return InputError(
                f"{self._url} refuses access to {key} to these credentials:"
                " they need to read, write and list everything below that URL"
            )
        if status and status[1] not in _TRANSIENT:
            return InputError(f"{self._url} refuses a request: {_reason(error)}")
        return UnavailableError(f"{self._url} does not answer: {_reason(error)}")


def _version(found: GetResult) -> UpdateVersion:
    """Return what tells this version of an object from others: S3 has e-tags, GCS generations."""
    meta = found.meta
    version: UpdateVersion = {}
    if meta["e_tag"]:
        version["e_tag"] = meta["e_tag"]
    if meta["version"]:
        version["version"] = meta["version"]
    return version


def _reason(error: Exception) -> str:
    """Return the reason in an error of obstore: ``Generic S3 error: ... - REASON``, and debug."""
    first_line = str(error).partition("\n")[0]
    return first_line.rpartition(" - ")[2][:_MAX_REASON]
