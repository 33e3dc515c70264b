"""Defers Ctrl-C to moments at which nothing is being written.

Python raises ``KeyboardInterrupt`` at whatever line it runs. Inside a transaction this leaves a
database locked, and in a callback of the interpreter it is printed and forgotten.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def deferred_interrupt() -> Iterator[Callable[[], None]]:
    """Yield a function that raises ``KeyboardInterrupt`` if Ctrl-C was pressed.

    The caller calls it now and then, where an interrupt does no harm. A second Ctrl-C raises at
    once. Where the process already handles Ctrl-C in another way, nothing changes.
    """
    pressed = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        """Handle the signal: remember the first one, raise at the second."""
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    def check() -> None:
        """Raise the interrupt that was deferred."""
        if pressed.is_set():
            raise KeyboardInterrupt

    # Python allows only the main thread to set a signal handler.
    is_main_thread = threading.current_thread() is threading.main_thread()
    is_default = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    replaces = is_main_thread and is_default

    if replaces:
        signal.signal(signal.SIGINT, handle)
    try:
        yield check
    finally:
        if replaces:
            signal.signal(signal.SIGINT, signal.default_int_handler)
