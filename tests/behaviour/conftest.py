"""Releases that have learned a market, and what becomes of their answers when listings change."""

import fcntl
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from common.listing import NO_BRAND
from common.snapshot import Snapshot
from common.store.release import ReleaseStore
from models.suggester import Suggester, load

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Market:
    """A release, the snapshot it learned from, and ways to ask it; shares are of the listings."""

    name: str
    suggester: Suggester
    shop: Snapshot

    @property
    def rows(self):
        """Listings that nobody was trained on, as they are early: text and condition."""
        return [row.only("condition") for row in self.shop.read("test")]

    def frequent(self, field):
        """Values of a field that are known, the most frequent in training rows first."""
        values = (getattr(row, field) for row in self.shop.read("train"))
        counts = Counter(value for value in values if value not in (None, NO_BRAND))
        return [value for value, _ in counts.most_common()]

    def ask(self, listings, name):
        """What one model says."""
        return self.suggester.predict(listings, [name])[name]

    def first(self, listings, name):
        """The first candidate for a model's main field, of each listing."""
        return [said.candidates[name][0].value for said in self.ask(listings, name)]

    def medians(self, listings):
        """The median price of each listing."""
        return np.array([said.price.median for said in self.ask(listings, "price")])

    def kept(self, name, before, after):
        """Share whose first candidate is the same after a change."""
        both = zip(self.first(before, name), self.first(after, name), strict=True)
        return np.mean([one == other for one, other in both])

    def moved(self, before, after):
        """How far prices move, as a share of the price: the median, and the 95th percentile."""
        gaps = np.expm1(np.abs(np.log(self.medians(after) / self.medians(before))))
        return np.quantile(gaps, (0.5, 0.95))

    def raised(self, lower, higher):
        """Share whose price does not fall, and by what the typical price grows."""
        rise = np.log(self.medians(higher) / self.medians(lower))
        return np.mean(rise >= 0), np.expm1(np.median(rise))


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory):
    """The synthetic market, and a release that has learned it."""
    return _learn(tmp_path_factory, "synthetic")


@pytest.fixture(scope="session")
def real(tmp_path_factory):
    """A market of real rows, and a release that has learned it."""
    folder = os.environ.get("LISTREC_DATA")
    if not folder:
        pytest.skip("LISTREC_DATA is not set")
    return _learn(tmp_path_factory, "real", str(Path(folder) / "mercari" / "train.tsv"))


REAL = pytest.param("real", marks=[pytest.mark.real_rows, pytest.mark.slow])


@pytest.fixture(params=["synthetic", REAL])
def market(request):
    """Each of the two, for laws that know nothing of their rules."""
    return request.getfixturevalue(request.param)


def _learn(factory, name, *table):
    """Train once for all workers."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / f"learned-{name}"
    with (shared / f"learned-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "store" / "champion").exists():
            command = [
                sys.executable,
                str(Path(__file__).parent / "learned.py"),
                str(home),
                *table,
            ]
            subprocess.run(
                command, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )
    local = ReleaseStore(str(home / "store")).fetch(factory.mktemp(name))
    return Market(name, load(local), Snapshot.open(home / "snapshot"))
