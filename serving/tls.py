"""Encryption of a server's port, with certificates that may be replaced while it runs."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import grpc

from common.errors import InputError
from serving.logs import log

LOG = logging.getLogger(__name__)

Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files of a server.

    Attributes:
        certificate: its certificate, with those that sign it.
        key: the private key.
        client_ca: certificates that sign those of clients, which then need one; empty for none.
    """

    certificate: str
    key: str
    client_ca: str = ""

    @property
    def paths(self) -> list[Path]:
        """The files that are read."""
        return [
            Path(name) for name in (self.certificate, self.key, self.client_ca) if name
        ]


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Return credentials of what the files hold now, and of what they hold later.

    Raises ``InputError`` for files that cannot be used. Later such files are logged and the former
    certificate stays.
    """
    watched = _WatchedFiles(files, _read_credentials)
    return grpc.dynamic_ssl_server_credentials(
        watched.read(),
        watched.read_if_changed,  # type: ignore[arg-type]  # None keeps what there is
        bool(files.client_ca),
    )


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """Return the same for a server of Python's ``ssl``, whose clients need no certificate.

    Raises ``InputError`` for files that cannot be used.
    """
    watched = _WatchedFiles(TlsFiles(files.certificate, files.key), _read_context)
    context = newest = watched.read()

    def choose(
        connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext
    ) -> None:
        """Let a new connection use the newest certificate."""
        nonlocal newest
        newest = watched.read_if_changed() or newest
        connection.context = newest

    # Called for each connection, also of a client that sends no name.
    context.sni_callback = choose
    return context


@dataclass(slots=True)
class _WatchedFiles(Generic[Parsed]):
    """Files that are read again when they have changed."""

    files: TlsFiles
    parse: Callable[[TlsFiles], Parsed]
    seen: Sequence[tuple[int, int]] = field(default_factory=list)

    def read(self) -> Parsed:
        """Return what the files hold; raises ``InputError`` when they do not fit together."""
        self.seen = self._versions()
        return self.parse(self.files)

    def read_if_changed(self) -> Parsed | None:
        """Return what the files hold if that is new; called for each connection."""
        try:
            return self.read() if self._versions() != self.seen else None
        except InputError as error:
            log(LOG, logging.ERROR, "certificate kept", reason=str(error))
            return None

    def _versions(self) -> list[tuple[int, int]]:
        """Return time and size of each file."""
        try:
            states = [path.stat() for path in self.files.paths]
        except OSError as error:
            raise InputError(
                f"{error.filename} cannot be read: {error.strerror}"
            ) from None
        return [(state.st_mtime_ns, state.st_size) for state in states]


def _read_credentials(files: TlsFiles) -> grpc.ServerCertificateConfiguration:
    certificate, key, *client_ca = [read_pem(path) for path in files.paths]
    _read_context(files)  # which says what is wrong with them
    return grpc.ssl_server_certificate_configuration(
        [(key, certificate)], client_ca[0] if client_ca else None
    )


def _read_context(files: TlsFiles) -> ssl.SSLContext:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.certificate, files.key)
        if files.client_ca:
            context.load_verify_locations(files.client_ca)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{files.certificate} and {files.key} are no certificate with its key:"
            f" {error}"
        ) from None
    return context


def read_pem(path: Path) -> bytes:
    """Return the content of a file; raises ``InputError`` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
