from datetime import UTC, datetime, timedelta

import pytest

from common.errors import ArtifactError, InputError
from common.store import promotion_hold
from common.store.storage import Storage

TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def storage(tmp_path):
    return Storage(str(tmp_path))


def test_a_hold_says_until_when_why_and_by_whom(storage):
    promotion_hold.write(storage, TOMORROW, "prices of shoes", "ann@desk")
    hold = promotion_hold.read(storage)
    assert str(hold) == (
        f"promotions are held until {TOMORROW.isoformat(timespec='minutes')} by ann@desk:"
        " prices of shoes"
    )


def test_a_hold_ends_by_itself(storage):
    promotion_hold.write(storage, TOMORROW, "prices of shoes", "ann@desk")
    assert promotion_hold.read(storage, TOMORROW - timedelta(hours=1))
    assert promotion_hold.read(storage, TOMORROW) is None


def test_a_hold_that_is_lifted_is_none(storage):
    promotion_hold.write(storage, TOMORROW, "prices of shoes", "ann@desk")
    promotion_hold.lift(storage)
    promotion_hold.lift(storage)
    assert promotion_hold.read(storage) is None


@pytest.mark.parametrize(
    ("until", "reason", "sentence"),
    [
        (datetime(2020, 1, 1, tzinfo=UTC), "shoes", "until 2020-01-01.* is over"),
        (TOMORROW, " ", "say why"),
    ],
)
def test_a_hold_without_an_end_or_a_reason_is_refused(storage, until, reason, sentence):
    with pytest.raises(InputError, match=sentence):
        promotion_hold.write(storage, until, reason, "ann@desk")


def test_a_damaged_hold_is_no_permission(storage):
    storage.write_text(promotion_hold.KEY, "{}")
    with pytest.raises(ArtifactError, match="is damaged: set it again"):
        promotion_hold.read(storage)
