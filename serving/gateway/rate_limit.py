"""How often an address may ask, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict

from serving.token_bucket import TokenBucket

BURST_SECONDS = 3.0
"""How long a client that was silent may ask without a pause."""

MAX_ADDRESSES = 10_000


class RateLimit:
    """A token bucket for each of the addresses that asked last."""

    def __init__(self, per_second: float, max_addresses: int = MAX_ADDRESSES) -> None:
        """Admit ``per_second`` requests of an address; ``max_addresses`` are kept in mind."""
        self._per_second = per_second
        self._max_addresses = max_addresses
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(self, address: str) -> float:
        """Count a request; return how many seconds it must wait to be admitted, or 0."""
        bucket = self._buckets.get(address)
        if bucket is None:
            size = max(self._per_second * BURST_SECONDS, 1.0)
            bucket = self._buckets[address] = TokenBucket(self._per_second, size)
        self._buckets.move_to_end(address)
        while len(self._buckets) > self._max_addresses:
            self._buckets.popitem(last=False)
        return bucket.take()
