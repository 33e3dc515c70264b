import pytest

from common.arrays import evenly_spaced


@pytest.mark.parametrize(
    ("count", "max_count", "indices"),
    [(0, 5, []), (3, 5, [0, 1, 2]), (9, 3, [0, 4, 8]), (10, 4, [0, 3, 6, 9])],
)
def test_rows_are_taken_evenly(count, max_count, indices):
    assert evenly_spaced(count, max_count).tolist() == indices
