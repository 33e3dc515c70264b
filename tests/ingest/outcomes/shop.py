"""A shop whose gateway has kept listings and events, for tests."""

import io
from datetime import UTC, datetime, timedelta

from PIL import Image

from common.event_database.database import EventDatabase
from common.events import Listed, Outcome, Shown, ShownCandidate, Sold
from common.kept_listing import KeptListing, photo_path
from common.store.storage import Storage

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
RELEASE = "0123456789abcdef"


class Shop:
    """Keeps listings in ``events.db`` and ``kept/`` of a folder."""

    def __init__(self, home):
        self.home = home
        self.photos = str(home / "kept")
        self.database = EventDatabase(f"sqlite:///{home}/events.db")
        self.n_listed = self.n_events = 0

    def put_up(self, *, listing="", seller="u-1", photos=(), **fields):
        """Keep a listing with its texts and fields; return the id of its request."""
        self.n_listed += 1
        request = f"r{self.n_listed}"
        kept = KeptListing(
            request=request,
            listing=listing,
            seller=seller,
            time=self._now(),
            fields={"title": f"lamp {self.n_listed}", **fields},
            photos=tuple(self._store(seller or request, photo) for photo in photos),
        )
        self.database.insert_listings([kept])
        return request

    def show(self, request, policy="greedy", **values):
        """Keep that a value was the most probable of its field, and not the first one."""
        candidates = []
        for field, value in values.items():
            candidates.append(ShownCandidate(field, "Acme", 0.2, 1))
            candidates.append(ShownCandidate(field, value, 0.7, 2))
        self._insert(
            Shown,
            request=request,
            listing="",
            release=RELEASE,
            versions={},
            experiments={},
            candidates=tuple(candidates),
            amounts=(),
            latency=0.01,
            policy=policy,
        )

    def choose(self, request, field, value, action="accepted"):
        """Keep what a seller chose."""
        chosen = {"field": field, "value": value, "action": action}
        self._insert(Outcome, request=request, **chosen)

    def ask(self, request, listing, price):
        """Keep the price that was listed."""
        asked = {"listing": listing, "price": price, "currency": "EUR"}
        self._insert(Listed, request=request, **asked)

    def sell(self, request, listing, days):
        """Keep that a listing was sold."""
        sold = {"listing": listing, "price": 1.0, "currency": "EUR", "days": days}
        self._insert(Sold, request=request, seller="u-1", **sold)

    def _insert(self, cls, **values):
        self.n_events += 1
        event = cls(time=self._now(), id=f"e{self.n_events}", **values)
        self.database.insert([event])

    def _now(self):
        return START + timedelta(minutes=self.n_listed)

    def _store(self, key, photo):
        path = photo_path(key, photo)
        Storage(self.photos).write_bytes(path, photo)
        return path


def make_photo(number):
    """Return the bytes of a small photo."""
    file = io.BytesIO()
    Image.new("RGB", (24, 24), (20 * number % 256, 99, 33)).save(file, "JPEG")
    return file.getvalue()
