import pytest

from common.errors import ArtifactError
from common.listing import Listing
from common.splits import Splitter
from common.store.storage import Storage
from pipelines.evaluation.recent_days import recent_rows
from pipelines.evaluation.unseen_rows import keep_split, learned_from, unseen_rows

FRACTIONS = (0.6, 0.2, 0.2)
LISTINGS = [Listing(title=f"title {number}") for number in range(500)]


@pytest.fixture
def storage(store):
    """Keep the rules of two snapshots that were split with different seeds."""
    storage = Storage(store.url)
    for snapshot, seed in (("monday", 1), ("tuesday", 2)):
        keep_split(storage, snapshot, Splitter(FRACTIONS, seed).describe())
    return storage


def test_rows_that_a_champion_was_trained_on_are_left_out(storage):
    tested = [row for row in LISTINGS if Splitter(FRACTIONS, 2).split(row) == "test"]

    unseen = unseen_rows(storage, {"monday"}, tested)
    splits = {Splitter(FRACTIONS, 1).split(tested[row]) for row in unseen}
    assert splits == {"test"}
    assert 0 < len(unseen) < len(tested) / 2


def test_a_snapshot_that_was_split_alike_leaves_out_nothing(storage):
    tested = [row for row in LISTINGS if Splitter(FRACTIONS, 1).split(row) == "test"]

    assert len(unseen_rows(storage, {"monday"}, tested)) == len(tested)
    assert len(unseen_rows(storage, set(), LISTINGS)) == len(LISTINGS)


def test_rows_have_to_be_new_to_every_snapshot(storage):
    both = set(unseen_rows(storage, {"monday", "tuesday"}, LISTINGS))

    first = set(unseen_rows(storage, {"monday"}, LISTINGS))
    second = set(unseen_rows(storage, {"tuesday"}, LISTINGS))
    assert both == first & second


def test_a_split_that_nobody_kept_is_named(storage):
    with pytest.raises(ArtifactError, match="the split of snapshot sunday"):
        unseen_rows(storage, {"sunday"}, LISTINGS)


def test_a_model_has_learned_from_the_snapshots_of_its_encoders_too(store, artifact):
    encoder = artifact("text", role="encoder")
    manifest = store.manifest(artifact("price", encoders=(encoder,)))

    assert learned_from(store, manifest) == {"monday"}


def test_recent_rows_are_those_of_the_last_days_of_the_split(tmp_path):
    from common.progress import ignore_progress
    from ingest.ingest import Options
    from simulator.source import ingest_synthetic

    shop = ingest_synthetic(300, tmp_path / "shop", Options(seed=2), ignore_progress)
    ((times,),) = shop.columns("test", ("listed_at",))

    recent = recent_rows(shop, "test", days=30)
    assert 0 < len(recent) < len(times)
    newest = max(times)
    assert [(newest - times[row]).days < 30 for row in recent] == [True] * len(recent)
    assert len(recent_rows(shop, "test", days=100_000)) == len(times)
