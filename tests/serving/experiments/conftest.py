"""A server of its own process on a store with two releases, and the store's experiments."""

from datetime import UTC, datetime, timedelta

import pytest

from common.experiments import publication, published
from common.experiments.reading import parse_experiment
from common.store.storage import Storage
from models.layers import LAYERS
from tests.serving.releases.conftest import home, serve

__all__ = ["home", "serve"]

TRIAL = """\
layer: category
hypothesis: One candidate is read faster than five.
owner: search-team
metric: category_acceptance
minimum_effect: 0.01
start: {start}
end: {end}
variants:
  - name: control
    share: 0.5
  - name: other
    share: 0.5
    {change}
"""
SELLERS = [f"u-{number}" for number in range(12)]
TOP_1 = "parameters: {top_k: 1}"


def trial(change=TOP_1, days=1):
    """The file of an experiment of all sellers that has run for a day."""
    today = datetime.now(UTC).date()
    start, end = today - timedelta(1), today + timedelta(days)
    return TRIAL.format(change=change, start=start, end=end)


class Shop:
    """Publishes and stops experiments in a store."""

    def __init__(self, url):
        self.storage = Storage(url)

    def publish(self, **texts):
        before = published.read(self.storage)
        experiments = [
            parse_experiment(text, key, f"{key}.yaml", LAYERS)
            for key, text in texts.items()
        ]
        now = datetime.now(UTC)
        after = publication.publish(before, experiments, LAYERS, "ann", now)
        published.write(self.storage, before, after)

    def stop(self, key, variant=""):
        at = datetime.now(UTC).isoformat()
        order = published.Stop(key, variant, "it harms", "ann", at)
        publication.stop(self.storage, order, LAYERS)


@pytest.fixture
def shop(home):
    return Shop(str(home.path / "store"))
