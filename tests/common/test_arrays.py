import pytest

from common.arrays import evenly_spaced


@pytest.mark.parametrize(
    ("count", "most", "places"),
    [(0, 5, []), (3, 5, [0, 1, 2]), (9, 3, [0, 4, 8]), (10, 4, [0, 3, 6, 9])],
)
def test_rows_are_taken_evenly(count, most, places):
    assert evenly_spaced(count, most).tolist() == places
