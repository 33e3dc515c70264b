"""Whether the machine is idle: beside other work figures would be wrong."""

from __future__ import annotations

import psutil

from common.errors import UnavailableError

MAX_BUSY_SHARE = 10.0
"""Percent of all cores that other processes may use while nothing of ours runs."""

BUSY_SECONDS = 2.0


def check_idle() -> None:
    """Raise ``UnavailableError`` when other processes use the machine."""
    share = psutil.cpu_percent(BUSY_SECONDS)
    if share > MAX_BUSY_SHARE:
        raise UnavailableError(
            f"the machine is busy (other processes use {share:.0f} % of it), and figures of it"
            " would be wrong: measure later, or leave --out away to see them all the same"
        )
