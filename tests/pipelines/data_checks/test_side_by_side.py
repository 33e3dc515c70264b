"""Two profiles stand side by side, with what a training run would stop for."""

from datetime import UTC, datetime

import pytest

from ingest.profile.table_profile import TableProfile
from pipelines.data_checks.config import DataConfig
from pipelines.data_checks.side_by_side import describe, side_by_side
from pipelines.data_checks.table_profile import profile_table
from tests.ingest.profile.invented_rows import count_rows, describe_counts, shard_rows
from tests.pipelines.data_checks.test_compare import a_profile


def test_figures_stand_beside_each_other_and_changes_below():
    now = a_profile(id="tuesday", coverage={"brand": 410, "photos": 800})
    text = "\n".join(describe(side_by_side(a_profile(), now, DataConfig())))

    assert (
        "with brand                                    90.0%            41.0%" in text
    )
    assert (
        "median price in USD                       20.00 USD        20.00 USD" in text
    )
    assert "  brand is there in 41% of the rows, and in 90% before" in text


def test_nothing_is_said_of_profiles_that_are_alike():
    compared = side_by_side(a_profile(), a_profile(id="tuesday"), DataConfig())

    assert compared.changes == ()
    assert "would go on" in list(describe(compared))[-1]


def test_a_table_has_the_figures_that_its_snapshot_would_have():
    listed_at = [datetime(2026, 11, day, 15, tzinfo=UTC) for day in range(1, 29)]
    rows = shard_rows(
        280,
        category=["Home/Mugs", "Home/Cups", "Garden/Pots", None],
        price=[10.0, 20.0, 40.0],
        currency="EUR",
        listed_at=listed_at,
    )
    counts = count_rows(rows)
    profile = profile_table(TableProfile(describe_counts(counts), counts))

    assert profile.categories == {"Home": 140, "Garden": 70}
    assert profile.prices["EUR"] == pytest.approx([10, 20, 40], rel=0.006)
    newest = datetime.fromtimestamp(profile.dates[-1], UTC)
    assert newest == datetime(2026, 11, 28, tzinfo=UTC)
