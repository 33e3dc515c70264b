from dataclasses import replace

import pytest

from common.snapshot import Snapshot
from common.splits import Splitter
from common.store.release import ReleaseStore
from common.store.storage import Storage
from pipelines.evaluation import memory
from pipelines.evaluation.champion_comparison import compare_with_champion
from pipelines.evaluation.measure import measure
from pipelines.evaluation.unseen_rows import keep_split
from pipelines.records import ChampionComparison
from pipelines.training.champion_gate import check_against_champion
from pipelines.training.gate_config import GateConfig

FIRST = ChampionComparison(attempt=1)


MEMORY: dict[str, int] = {}
"""Memory of the artifacts that were measured: each of them takes a process."""


@pytest.fixture
def price(rivals, monkeypatch):
    """Compare the planted worse price model with the champion's, or the other way round."""
    settings, worse = rivals
    measure_memory = memory.measure

    def measure_once(store, cache, manifest):
        if manifest.id not in MEMORY:
            MEMORY[manifest.id] = measure_memory(store, cache, manifest)
        return MEMORY[manifest.id]

    monkeypatch.setattr(memory, "measure", measure_once)
    store = ReleaseStore(settings.store)
    champion = store.read().models["price"]
    shop = Snapshot.open(settings.home / "snapshot")

    def compare(snapshot=shop, is_better=False, days=30):
        pair = [champion, worse["price"]]
        challenger, other = pair if is_better else reversed(pair)
        measured = measure(store, settings.cache, "price", challenger, snapshot)
        return compare_with_champion(
            store, settings.cache, other, challenger, measured, snapshot, days
        )

    # Its parts are looked at too.
    compare.store, compare.shop = store, shop  # type: ignore[attr-defined]
    return compare


def test_a_worse_model_is_refused_and_a_better_one_admitted(price):
    bad, good = price(), price(is_better=True)

    assert bad["gain"] == pytest.approx(-good["gain"])
    assert bad["gain"] < 0
    verdicts = [
        check_against_champion(each | FIRST, GateConfig(max_latency_ratio=100))
        for each in (bad, good)
    ]
    assert [verdict.passed for verdict in verdicts] == [False, True]
    assert "rmsle is" in verdicts[0].reasons[0]


def test_recent_days_are_a_slice_and_latency_size_and_memory_are_measured(price):
    compared = price(days=200)

    names = [part["name"] for part in compared["slices"]]
    assert "listed in the last 200 days" in names
    for measured in ("bytes", "memory_bytes", "microseconds"):
        assert min(compared[measured]) > 0


def test_rows_that_a_champion_of_another_split_learned_from_are_left_out(price):
    shop = price.shop
    later = replace(shop, manifest=replace(shop.manifest, id="later"))
    assert "the store does not have the split of snapshot" in price(later)["skipped"]

    rule = {**shop.manifest.split, "seed": 99, "fractions": [0.4, 0.1, 0.5]}
    rule |= {"bounds": None}
    keep_split(Storage(price.store.url), shop.id, rule)
    compared = price(later)
    assert compared["left_out"] > 0
    assert compared["rows"] + compared["left_out"] <= shop.count("test")


def test_too_few_new_rows_are_refused_in_a_sentence(price):
    shop = price.shop
    later = replace(shop, manifest=replace(shop.manifest, id="later"))
    rule = Splitter((0.98, 0.01, 0.01), seed=5).describe()
    keep_split(Storage(price.store.url), shop.id, rule)

    assert "test rows are new to both, and at least 30" in price(later)["skipped"]
