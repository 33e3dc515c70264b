"""A proxy for connections over TCP that delivers answers late."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

_CHUNK_BYTES = 1 << 16


class DelayProxy:
    """Forwards connections to an address, on a thread of its own.

    Attributes:
        delay: seconds that whatever comes back is held up for; it may be changed at any time.
        address: where it listens, ``host:port``, once it was entered.
    """

    def __init__(self, target: str) -> None:
        """Forward to ``target``, ``host:port``."""
        self.delay = 0.0
        self.address = ""
        self._host, _, self._port = target.rpartition(":")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> DelayProxy:
        self._thread.start()
        listening = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self.address = f"127.0.0.1:{listening.result()}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Forward one connection until either side closes it."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError):
            await forward_late(
                reader,
                writer,
                (self._host, self._port),
                lambda _: self._loop.time(),
                lambda _: self._loop.time() + self.delay,
            )


async def forward_late(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    target: tuple[str, str],
    forth_due: Callable[[int], float],
    back_due: Callable[[int], float],
) -> None:
    """Forward a connection to a host and port until either side closes it, as ``copy_late`` does.

    Raises ``OSError`` where nobody listens there.
    """
    back, forth = await asyncio.open_connection(*target)
    try:
        await asyncio.gather(
            copy_late(reader, forth, forth_due), copy_late(back, writer, back_due)
        )
    finally:
        forth.close()
        writer.close()


async def copy_late(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    due: Callable[[int], float],
) -> None:
    """Copy bytes in their order until the end, and close the writer.

    ``due`` gets a number of bytes that have come, and returns the time, of the loop's clock, at
    which they are passed on.
    """
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    writing = asyncio.ensure_future(_write(waiting, writer))
    try:
        while data := await reader.read(_CHUNK_BYTES):
            waiting.put_nowait((due(len(data)), data))
        waiting.put_nowait((due(0), b""))
        await writing
    finally:
        writing.cancel()


async def _write(
    waiting: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
) -> None:
    """Write what waits when its time has come, and close at the empty end."""
    loop = asyncio.get_running_loop()
    while True:
        due, data = await waiting.get()
        await asyncio.sleep(due - loop.time())
        if not data:
            writer.close()
            return
        writer.write(data)
