"""Connections to our own servers: options, encryption and token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import grpc

from common.addresses import is_local
from common.errors import InputError
from serving.tls import read_pem

Options = Sequence[tuple[str, int | str]]


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """What a client trusts and shows.

    Attributes:
        ca: PEM file of the certificates that sign those of servers; empty for no encryption.
        certificate: PEM file of its own certificate, for servers that ask for one.
        key: PEM file of the private key of its certificate.
        token: its bearer token.
    """

    ca: str = ""
    certificate: str = ""
    key: str = ""
    token: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> ClientCredentials:
        """Read ``LISTREC_CA``, ``LISTREC_CLIENT_CERTIFICATE``, ``_KEY`` and ``LISTREC_TOKEN``."""
        return cls(
            ca=environ.get("LISTREC_CA", ""),
            certificate=environ.get("LISTREC_CLIENT_CERTIFICATE", ""),
            key=environ.get("LISTREC_CLIENT_KEY", ""),
            token=environ.get("LISTREC_TOKEN", "").strip(),
        )

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata of every call."""
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()

    def open(
        self,
        address: str,
        options: Options,
        asynchronous: bool = False,
        target: str = "",
    ) -> Any:
        """Open a channel to ``HOST:PORT``, of ``grpc.aio`` where it is ``asynchronous``.

        ``target`` is one address of the host, to be asked alone: the certificate is the host's.

        Raises ``InputError`` for files that cannot be read, and for a token that would leave this
        machine without encryption.
        """
        library = grpc.aio if asynchronous else grpc
        all_options = (*options, *proxy_options(address))
        if target:
            all_options += (("grpc.ssl_target_name_override", _host(address)),)
        if self.ca:
            credentials = grpc.ssl_channel_credentials(
                _read(self.ca), _read(self.key), _read(self.certificate)
            )
            return library.secure_channel(
                target or address, credentials, options=all_options
            )
        if self.token and not is_local(address):
            raise InputError(
                f"the token would go to {address} unencrypted: set LISTREC_CA to the certificates"
                " that sign the server's"
            )
        return library.insecure_channel(target or address, options=all_options)


ANONYMOUS = ClientCredentials()
"""No encryption and no token."""


def _read(name: str) -> bytes | None:
    """Return the content of a file; ``None`` without one."""
    return read_pem(Path(name)) if name else None


def proxy_options(address: str) -> tuple[tuple[str, int], ...]:
    """Return the channel options that keep a connection to ``HOST:PORT`` away from a proxy.

    gRPC sends all calls through the proxy of ``http_proxy``, even those to this machine, and
    reads ``no_proxy`` in lower case only. There is no option for an address that needs the proxy.
    """
    if is_local(address) or proxy_bypass(_host(address)):
        return (("grpc.enable_http_proxy", 0),)
    return ()


def _host(address: str) -> str:
    return urlsplit(f"//{address}").hostname or ""
