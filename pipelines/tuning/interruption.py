"""Ctrl-C that waits until nothing is being written.

Python raises ``KeyboardInterrupt`` wherever it is. Inside a transaction that leaves a database
locked, and in a callback of the interpreter it is printed and forgotten.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def deferred_interrupt() -> Iterator[Callable[[], None]]:
    """Give a function that raises ``KeyboardInterrupt`` once Ctrl-C was pressed.

    To be called now and then, where it does no harm; pressed a second time it is raised at once.
    Where Ctrl-C is handled otherwise already, that is left as it is.
    """
    asked = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    def check() -> None:
        if asked.is_set():
            raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    ours = main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, handle)
    try:
        yield check
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
