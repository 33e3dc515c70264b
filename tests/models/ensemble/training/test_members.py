"""Which members are trained, and what they read."""

import pytest

from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.settings import NetSettings
from models.ensemble.spec import ngram_member, photo_member
from models.ensemble.training.members import usable_members

ROWS = [Listing("red hat"), Listing("blue bag"), Listing("green coat")]
NET = NetSettings()


def _inputs(*, with_characters):
    features = FeatureExtractor((), [], with_characters=with_characters)
    return features.fit_transform(ROWS)


@pytest.mark.parametrize(
    ("min_rows", "with_characters", "is_read"),
    [(0, True, True), (3, True, True), (4, True, False), (None, True, False),
     (0, False, False)],
)  # fmt: skip
def test_characters_are_read_from_a_number_of_rows_on(
    min_rows, with_characters, is_read
):
    member = ngram_member(NET, min_character_rows=min_rows)
    [usable] = usable_members([member], _inputs(with_characters=with_characters))
    assert ("characters" in usable.inputs) == is_read
    assert usable.inputs[:2] == ("text", "fields")


def test_without_photos_no_member_reads_them():
    inputs = _inputs(with_characters=True)
    usable = usable_members([ngram_member(NET), photo_member(NET)], inputs)
    assert [member.name for member in usable] == ["ngrams"]
