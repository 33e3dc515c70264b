"""A hold on promotions: after a rollback the champion stays, while training runs go on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from common.errors import ArtifactError, InputError
from common.known_fields import known_fields
from common.store.storage import Storage

KEY = "hold.json"


@dataclass(frozen=True, slots=True)
class PromotionHold:
    """Why and until when no release becomes the champion.

    Attributes:
        until: time of its end, ISO 8601 in UTC.
        reason: why, in a sentence.
        by: who set it.
        at: time at which it was set, ISO 8601 in UTC.
    """

    until: str
    reason: str
    by: str
    at: str

    def __str__(self) -> str:
        """Return the hold as a clause."""
        return f"promotions are held until {self.until} by {self.by}: {self.reason}"


def read(storage: Storage, now: datetime | None = None) -> PromotionHold | None:
    """Return the hold, or ``None`` where there is none or it has ended."""
    text = storage.read_text(KEY)
    if text is None:
        return None
    try:
        hold = PromotionHold(**known_fields(PromotionHold, json.loads(text)))
        until = datetime.fromisoformat(hold.until)
    except (ValueError, TypeError, AttributeError):
        # Promotions must not go on because nobody can read that they are held.
        raise ArtifactError(
            "the hold on promotions in the store is damaged: set it again, or remove it with"
            " 'listrec registry hold --lift'"
        ) from None
    return hold if (now or datetime.now(UTC)) < until else None


def write(storage: Storage, until: datetime, reason: str, by: str) -> PromotionHold:
    """Hold promotions until a time with a time zone, in place of an earlier hold.

    Raises ``InputError`` for a time that is over, or without a reason.
    """
    now = datetime.now(UTC)
    if until <= now:
        raise InputError(
            f"promotions cannot be held until {until.isoformat()}, which is over: name a later"
            " time, such as 2027-01-31 or 2027-01-31T08:00"
        )
    if not reason.strip():
        raise InputError("say why promotions are held, with --reason")

    end, start = (
        time.astimezone(UTC).isoformat(timespec="minutes") for time in (until, now)
    )
    hold = PromotionHold(end, reason.strip(), by, start)
    storage.write_text(KEY, json.dumps(asdict(hold), indent=2, sort_keys=True) + "\n")
    return hold


def lift(storage: Storage) -> None:
    """End the hold; there need be none."""
    storage.remove(KEY)
