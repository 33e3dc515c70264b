"""Events of one listing, and tables of events as the database would give them."""

from datetime import UTC, datetime, timedelta

from common.event_database.tables import to_row
from common.events import Listed, Outcome, Shown, ShownAmount, ShownCandidate, Sold
from pipelines.outcomes.event_table import to_table
from pipelines.outcomes.tables import COLUMNS, make_tables

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
CANDIDATES = (
    ShownCandidate("brand", "Nike", 0.7, 1, 0.9),
    ShownCandidate("brand", "Puma", 0.2, 2),
)


def shown(request="r1", **changes):
    values = {
        "listing": "",
        "release": "abc",
        "versions": {},
        "experiments": {},
        "candidates": CANDIDATES,
        "amounts": (ShownAmount("price", 20.0, 10.0, 40.0, "USD"),),
        "latency": 0.01,
        "time": NOON,
        "id": f"{request}-shown",
        "seller": "u1",
    }
    return Shown(request, **values | changes)


def outcome(request="r1", field="brand", value="Nike", minute=1, **changes):
    values = {"action": "accepted", "seller": "u1", "id": f"{request}-{field}-{minute}"}
    return Outcome(request, field, value, _after(minute), **values | changes)


def listed(request="r1", listing="l1", minute=2, **changes):
    values = {
        "price": 25.0,
        "currency": "USD",
        "seller": "u1",
        "id": f"{request}-listed",
        "seconds": 42.0,
    }
    return Listed(request, listing, time=_after(minute), **values | changes)


def sold(request="r1", listing="l1", days=3.0, seller="u1"):
    time = NOON + timedelta(days=days)
    ident = f"{request}-sold-{days}"
    return Sold(request, listing, 24.0, "USD", days, time, id=ident, seller=seller)


def table_of(events):
    """Return events as a table, as it is read from the database."""
    rows = [to_row(event) for event in events]
    return to_table(
        ({**row, "time": row["time"].replace(tzinfo=UTC)} for row in rows), COLUMNS
    )


def tables_of(*events):
    return make_tables(table_of(events))


def _after(minutes):
    return NOON + timedelta(minutes=minutes)
