"""Lines of a server's log: one JSON object each, without anything that a seller wrote."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from typing import Any

from serving import request_ids

MAX_PER_SECOND = 10
"""Lines a second, at most, about requests that went well; others are all written."""


def log(logger: logging.Logger, level: int, event: str, **fields: Any) -> None:
    """Write a line about an event, with its fields and the id of the request, if it is of one."""
    if request_id := request_ids.current():
        fields = {"request_id": request_id} | fields
    logger.log(level, event, extra={"fields": fields})


def configure() -> None:
    """Write the lines of all loggers to standard error, as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


class JsonFormatter(logging.Formatter):
    """Formats a record as an object of its time, level, event and fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        at = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        return json.dumps(line | getattr(record, "fields", {}), ensure_ascii=False)


class Sampler:
    """Chooses a few lines of each second, and counts the others."""

    def __init__(self, max_per_second: int = MAX_PER_SECOND) -> None:
        """Choose ``max_per_second`` lines at most."""
        self._max_per_second = max_per_second
        self._second = 0
        self._n_chosen = 0
        self._n_skipped = 0

    def choose(self) -> int | None:
        """Return how many lines were skipped before this one; ``None`` to skip it too."""
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._n_chosen = second, 0
        if self._n_chosen >= self._max_per_second:
            self._n_skipped += 1
            return None
        self._n_chosen += 1
        skipped, self._n_skipped = self._n_skipped, 0
        return skipped
