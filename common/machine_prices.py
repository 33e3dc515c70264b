"""What an hour of a machine costs, as ``LISTREC_MACHINE_PRICES`` states it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from common.errors import InputError

VARIABLE = "LISTREC_MACHINE_PRICES"
"""The environment variable of the prices."""

SECONDS_PER_HOUR = 3600.0
MEGABYTES_PER_GB = 1000.0

_NUMBER = r"\d+(?:\.\d+)?"
_PRICES = re.compile(
    rf"cpu_hour=(?P<cpu>{_NUMBER}) gb_hour=(?P<gb>{_NUMBER}) (?P<currency>[A-Z]{{3}})"
)


@dataclass(frozen=True, slots=True)
class MachinePrices:
    """Prices of processors and of memory.

    Attributes:
        cpu_hour: price of an hour of one processor.
        gb_hour: price of a gigabyte of memory for an hour.
        currency: code of the currency, such as ``USD``.
    """

    cpu_hour: float
    gb_hour: float
    currency: str

    def cost(self, seconds: float, cpu_seconds: float, megabytes: float) -> float:
        """Return an estimate: the processor time used, and the memory for all ``seconds``."""
        gb_seconds = seconds * megabytes / MEGABYTES_PER_GB
        price = cpu_seconds * self.cpu_hour + gb_seconds * self.gb_hour
        return price / SECONDS_PER_HOUR


def parse_machine_prices(text: str) -> MachinePrices | None:
    """Read ``cpu_hour=0.04 gb_hour=0.005 USD``; an empty text is ``None``, no estimate.

    Raises ``InputError`` for any other text.
    """
    if not text.strip():
        return None

    match = _PRICES.fullmatch(" ".join(text.split()))
    if match is None:
        raise InputError(
            f"{VARIABLE} states prices such as 'cpu_hour=0.04 gb_hour=0.005 USD', and not {text!r}"
        )
    return MachinePrices(float(match["cpu"]), float(match["gb"]), match["currency"])
