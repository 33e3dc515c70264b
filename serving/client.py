"""A client of a running server; the rest of the program sees no protobuf."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

import grpc

from common.addresses import check_address
from common.errors import (
    ArtifactError,
    InputError,
    OverloadError,
    UnavailableError,
)
from common.listing import Listing, Suggestions
from serving import convert, retry_info
from serving.channels import ANONYMOUS, ClientCredentials
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc


class Client:
    """A connection to one server, ``host:port``; safe to use from several threads."""

    def __init__(
        self, address: str, credentials: ClientCredentials = ANONYMOUS
    ) -> None:
        """Prepare a connection to ``address``; it opens with the first request.

        Raises ``InputError`` where it is not ``host:port``, or a file cannot be read.
        """
        self._address = check_address(address)
        self._metadata = credentials.metadata
        self._channel = credentials.open(address, (("grpc.enable_retries", 0),))
        self._stub = rpc.SuggesterStub(self._channel)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def suggest(
        self,
        listing: Listing,
        models: Sequence[str] = (),
        timeout: float = 5.0,
        release: str = "",
    ) -> Suggestions:
        """Suggest for a listing with the named models, or all, within ``timeout`` seconds.

        ``release`` is the id of the release that must answer, by default the one that is served.
        Raises ``InputError`` for a listing that the server refuses, ``ArtifactError`` for a release
        that the server does not hold, ``UnavailableError`` without an answer in time.
        """
        request = pb.SuggestRequest(
            listing=convert.from_listing(listing), models=models, release=release
        )
        try:
            response = self._stub.Suggest(
                request, timeout=timeout, metadata=self._metadata
            )
        except grpc.RpcError as error:
            raise self._translate(error, timeout) from None
        # An older server does not know that a request may name a release.
        if release and response.release != release:
            raise ArtifactError(
                f"{self._address} answers with release {response.release}, not {release}:"
                " update the server"
            )
        return convert.to_suggestions(response)

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def _translate(self, error: grpc.RpcError, timeout: float) -> Exception:
        code = error.code()

        # The listing or the release is at fault: another try would fail too.
        if code == grpc.StatusCode.INVALID_ARGUMENT:
            return InputError(error.details())
        if code == grpc.StatusCode.RESOURCE_EXHAUSTED:
            seconds = retry_info.from_metadata(error.trailing_metadata())
            if seconds is not None:
                message = f"{self._address} is busy: ask again in {seconds:.2f} seconds"
                return OverloadError(message, seconds)
            return InputError(
                f"{self._address} does not take as much at once: send smaller photos"
            )
        if code == grpc.StatusCode.UNAUTHENTICATED:
            return InputError(
                f"{self._address} does not know this client: set LISTREC_TOKEN to its token"
            )
        if code == grpc.StatusCode.FAILED_PRECONDITION:
            return ArtifactError(error.details())

        # The server is late, down or broken: another try may succeed.
        if code == grpc.StatusCode.DEADLINE_EXCEEDED:
            return UnavailableError(
                f"{self._address} did not answer within {timeout:g} seconds"
            )
        if code == grpc.StatusCode.UNAVAILABLE:
            return UnavailableError(
                f"no server answers at {self._address}: start one with 'listrec serve'"
            )
        return UnavailableError(
            f"{self._address} answered {code.name}: {error.details()}"
        )
