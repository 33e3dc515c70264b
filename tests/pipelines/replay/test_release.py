"""Two real models in the synthetic market: one suggests, and the other one is replayed."""

from dataclasses import replace

import pytest

import models
from common.event_database.database import EventDatabase
from common.progress import ignore_progress
from common.store.release import ReleaseStore
from common.store.storage import Storage
from ingest.ingest import Options
from ingest.outcomes.photos import StoredPhotos
from models.suggester import load
from pipelines.replay.challengers import replay_release
from pipelines.replay.release_rankings import rank_kept_listings
from pipelines.replay.replay import MIN_PROPENSITY
from simulator.source import ingest_synthetic
from tests.pipelines.outcomes.examples import table_of
from tests.pipelines.replay.kept import drafts_from, list_items
from tests.pipelines.replay.market import accepted
from tests.released import quick

LISTINGS = 3_000


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("replay")


@pytest.fixture(scope="module")
def suggesters(home):
    """The release that suggests, and one that was trained on half as many rows again."""
    store = ReleaseStore(str(home / "store"))
    loaded = []
    for rows in (4_000, 6_000):
        shop = ingest_synthetic(
            rows, home / str(rows), Options(seed=8), ignore_progress
        )
        folder = models.train("category", shop, [], home / "made", quick("category"))
        release = store.publish({"category": store.publish_artifact(folder)})
        loaded.append(load(store.fetch(home / "cache", release.id)))
    return loaded


def likely_pairs(used, new):
    """The drafts of both that are not left out, the new ones with the percentages of the used.

    Sellers of the exploration have seen no others, so a replay knows nothing of them.
    """
    pairs = []
    for draft, challenger in zip(used, new, strict=True):
        stated = {each.value: each.probability for each in draft.candidates}
        restated = [
            replace(each, probability=stated.get(each.value, 0.0))
            for each in challenger.candidates
        ]
        propensity = restated[0].probability / sum(stated.values())
        if propensity >= MIN_PROPENSITY:
            pairs.append((draft, replace(challenger, candidates=tuple(restated))))
    return pairs


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_replayed_release_is_worth_what_the_market_then_shows(home, suggesters):
    shop = ingest_synthetic(LISTINGS, home / "new", Options(seed=9), ignore_progress)
    listings = shop.read("train")
    database = EventDatabase(f"sqlite:///{home}/events.db")
    events = list_items(listings, suggesters[0], database, sellers=800)

    def rank(requests):
        """What the new release suggests."""
        photos = StoredPhotos(Storage(str(home)))
        return rank_kept_listings(suggesters[1], database.read_listings(), photos)

    result = replay_release(table_of(events), rank)

    pairs = likely_pairs(*(drafts_from(listings, each) for each in suggesters))
    used, new = (accepted(10 * list(side), 1) for side in zip(*pairs, strict=True))
    found = result.replay.difference["DR"]
    print(
        f"\n{result.replay.left_out:.1%} left out; in the market {used:.3f} and {new:.3f}, a"
        f" difference of {new - used:+.3f}; replayed {found.value:+.3f} ({found.low:.3f} to"
        f" {found.high:.3f})"
    )
    assert found.low <= new - used <= found.high
    assert found.high - found.low < 0.08
