import pytest

from common.errors import ArtifactError, InputError
from common.groups import group_key
from common.photos.reading import read_bytes
from common.progress import ignore_progress
from common.snapshot import Snapshot
from ingest.ingest import Options
from pipelines.trials.resplit import resplit
from simulator.source import ingest_synthetic


def make(folder, fractions=(0.8, 0.1, 0.1), photos=False):
    options = Options(seed=5, fractions=fractions)
    return ingest_synthetic(600, folder, options, ignore_progress, photos=photos)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return make(tmp_path_factory.mktemp("whole") / "snapshot")


def ids(rows):
    return sorted(row.listing_id for row in rows)


def test_training_rows_are_divided_and_the_held_out_ones_judge(whole, tmp_path):
    carved = resplit(whole, tmp_path / "carved")
    train, validation = carved.read("train"), carved.read("validation")
    assert len(train) > 2 * len(validation) > 0
    assert ids(train + validation) == ids(whole.read("train"))
    assert carved.read("test") == whole.read("validation")
    assert (carved.count("train"), carved.count("validation")) == (
        len(train),
        len(validation),
    )


def test_kin_stay_on_one_side(whole, tmp_path):
    carved = resplit(whole, tmp_path / "carved")
    groups = [
        {group_key(row) for row in carved.read(split)}
        for split in ("train", "validation")
    ]
    assert not groups[0] & groups[1]


def test_it_is_carved_once_and_always_alike(whole, tmp_path):
    first = resplit(whole, tmp_path / "one")
    assert resplit(whole, tmp_path / "one") == first
    assert resplit(whole, tmp_path / "other").id == first.id != whole.id


def test_the_test_rows_are_never_read(tmp_path):
    shop = make(tmp_path / "shop")
    for shard in (tmp_path / "shop" / "test").iterdir():
        shard.unlink()
    carved = resplit(shop, tmp_path / "carved")
    assert carved.count("train") + carved.count("validation") == shop.count("train")


def test_damaged_rows_are_noticed(tmp_path):
    shop = make(tmp_path / "shop")
    shard = next((tmp_path / "shop" / "train").iterdir())
    shard.write_bytes(shard.read_bytes()[:-1] + b"?")
    with pytest.raises(
        ArtifactError, match="train/part-00000.parquet .* does not match"
    ):
        resplit(shop, tmp_path / "carved")
    assert not (tmp_path / "carved").exists()


def test_without_validation_rows_there_is_nothing_to_judge_by(tmp_path):
    shop = make(tmp_path / "shop", fractions=(0.9, 0.0, 0.1))
    with pytest.raises(InputError, match="no validation rows.*--split"):
        resplit(shop, tmp_path / "carved")


def test_photos_are_found_where_they_are(tmp_path):
    resplit(make(tmp_path / "shop", photos=True), tmp_path / "carved")
    rows = Snapshot.open(tmp_path / "carved").read("validation")
    photos = [photo for row in rows for photo in row.photos]
    assert photos
    assert all(read_bytes(photo) for photo in photos[:5])
