"""A loss is above 0 where suggestions got worse, and close to it where they did not."""

from pipelines.monitoring.quality_changes import compare_quality
from tests.pipelines.monitoring.changes import add_brand, inflate, lose_photos
from tests.pipelines.monitoring.examples import between, simulate

DAYS = 5


def losses(change=None):
    """The losses of days in which something changed, beside as many before."""
    fields = simulate(1, 2 * DAYS, 150, change, since=DAYS, sellers=500).fields
    before, now = between(fields, 0, DAYS), between(fields, DAYS, 2 * DAYS)
    return {
        (each.metric, each.field): each.loss for each in compare_quality(before, now)
    }


def test_days_that_are_alike_have_no_loss():
    found = losses()
    assert {name for _, name in found} == {"category", "brand", "price"}
    assert all(abs(loss.value) < 0.05 for loss in found.values())


def test_an_inflation_is_a_loss_of_coverage():
    assert losses(inflate)["coverage", "price"].low > 0


def test_a_new_brand_is_a_loss_of_what_is_measured_and_not_of_what_is_expected():
    found = losses(add_brand)
    assert found["top_1_accuracy", "brand"].low > 0
    expected = found["expected_accuracy", "brand"]
    assert expected.low < 0 < expected.high


def test_photos_that_are_lost_are_a_loss_before_anybody_has_chosen():
    assert losses(lose_photos)["expected_accuracy", "category"].low > 0


def test_fields_that_one_side_lacks_are_not_compared():
    fields = simulate(1, 1, 50).fields
    assert compare_quality(fields, fields[:0]) == ()
