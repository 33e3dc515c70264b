import pytest

from benchmarks.serving.swaps import soak


def test_releases_change_under_load_and_nothing_is_lost(champion):
    result = soak(champion, seconds=3, every=1, callers=2, workers=1)

    assert result.n_changes >= 1
    assert (result.n_failed, result.n_answers > 0) == (0, True)
    assert result.during[1] > 0 < result.otherwise[1]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_minutes_of_changes_lose_nothing_and_slow_nobody_down(champion):
    result = soak(champion, seconds=600, every=3, callers=4, workers=2)

    assert (result.n_failed, result.n_changes > 100) == (0, True)
    assert result.during[1] <= 2 * result.otherwise[1]
    assert result.memory[1] < 3 * result.memory[0]
