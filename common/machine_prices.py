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
    rf"cpu_hour=(?P<cpu>{_NUMBER}) gb_hour=(?P<gb>{_NUMBER})"
    rf"(?: gpu_hour=(?P<gpu>{_NUMBER}))? (?P<currency>[A-Z]{{3}})"
)


@dataclass(frozen=True, slots=True)
class MachinePrices:
    """Prices of processors, of memory and of GPUs.

    Attributes:
        cpu_hour: price of an hour of one processor.
        gb_hour: price of a gigabyte of memory for an hour.
        currency: code of the currency, such as ``USD``.
        gpu_hour: price of an hour of one GPU, or ``None`` where it is not known.
    """

    cpu_hour: float
    gb_hour: float
    currency: str
    gpu_hour: float | None = None

    def cost(
        self,
        seconds: float,
        cpu_seconds: float,
        megabytes: float,
        gpu_seconds: float = 0.0,
    ) -> float:
        """Return an estimate: the processor time used, and the memory for all ``seconds``.

        GPUs are reserved as memory is: ``gpu_seconds`` are those of all GPUs together.
        """
        gb_seconds = seconds * megabytes / MEGABYTES_PER_GB
        price = cpu_seconds * self.cpu_hour + gb_seconds * self.gb_hour
        price += gpu_seconds * (self.gpu_hour or 0.0)
        return price / SECONDS_PER_HOUR


def parse_machine_prices(text: str) -> MachinePrices | None:
    """Read ``cpu_hour=0.04 gb_hour=0.005 USD``; an empty text is ``None``, no estimate.

    ``gpu_hour=2.5`` may stand before the currency. Raises ``InputError`` for any other text.
    """
    if not text.strip():
        return None

    match = _PRICES.fullmatch(" ".join(text.split()))
    if match is None:
        raise InputError(
            f"{VARIABLE} states prices such as 'cpu_hour=0.04 gb_hour=0.005 USD', and not {text!r}"
        )
    gpu = match["gpu"]
    return MachinePrices(
        cpu_hour=float(match["cpu"]),
        gb_hour=float(match["gb"]),
        currency=match["currency"],
        gpu_hour=float(gpu) if gpu else None,
    )
