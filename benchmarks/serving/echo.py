"""An asyncio server of gRPC that parses each request and answers all of them with one message.

Nothing that answers over gRPC in Python can be faster: it is the limit in the benchmark.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import grpc

from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc

MODULE = "benchmarks.serving.echo"


class Echo(rpc.SuggesterServicer):
    """Answers every request with the same suggestions."""

    def __init__(self, answer: pb.SuggestResponse) -> None:
        """Answer with ``answer``, which is serialised each time."""
        self._answer = answer

    async def Suggest(  # noqa: N802
        self, request: pb.SuggestRequest, context: object
    ) -> pb.SuggestResponse:
        """Return the answer."""
        return self._answer


async def _serve(answer: pb.SuggestResponse) -> None:
    length = ("grpc.max_receive_message_length", 64 * 1024 * 1024)
    server = grpc.aio.server(options=(length,))
    rpc.add_SuggesterServicer_to_server(Echo(answer), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"echoing on 127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    # The only argument is a file with the answer.
    message = pb.SuggestResponse.FromString(Path(sys.argv[1]).read_bytes())
    asyncio.run(_serve(message))
