import pytest

from benchmarks.quality.goal_table import goal_lines
from benchmarks.quality.goals import LEAST, MOST, Goal, judge, table
from benchmarks.quality.photo_goals import photo_lines
from benchmarks.quality.results import Results


def _found(ours, **peers):
    """Values of one metric, fold by fold."""
    found = Results()
    for who, values in {"ours": ours, **peers}.items():
        found.figures["train", who, "price r2"] = dict(enumerate(values))
    return found


def _met(found, **goal):
    (line,) = judge([Goal("R2", "price r2", **goal)], found)
    return line.met


@pytest.mark.parametrize(("bound", "sense", "met"), [
    (0.5, LEAST, True), (0.6, LEAST, False), (0.6, MOST, True), (0.5, MOST, False),
])  # fmt: skip
def test_a_goal_is_met_on_its_side_of_the_bound(bound, sense, met):
    assert _met(_found([0.5, 0.6]), bound=bound, sense=sense) is met


def test_the_best_peer_is_named_with_the_paired_lead():
    found = _found([0.5, 0.6], weak=[0.1, 0.2], strong=[0.4, 0.5])
    (line,) = judge([Goal("R2", "price r2", 0.5)], found)
    assert line.peer == "0.450 ± 0.050 (strong)"
    assert line.lead == "0.100 ± 0.000"


def test_every_peer_must_be_beaten_by_two_standard_errors_where_the_goal_says_so():
    surely, hardly = [0.1, 0.2, 0.1], [0.1, 0.2, 0.58]
    ours = [0.5, 0.6, 0.5]
    assert _met(_found(ours, one=surely), bound=0.5, beat=True)
    assert not _met(_found(ours, one=surely, two=hardly), bound=0.5, beat=True)


def test_a_goal_may_be_a_lead_over_the_best_peer():
    found = _found([0.5, 0.6], weak=[0.1, 0.2], strong=[0.4, 0.5])
    assert _met(found, lead=0.09)
    assert not _met(found, lead=0.11)


def test_less_is_better_of_errors():
    found = Results()
    for who, value in (("ours", 0.02), ("rough", 0.09), ("fine", 0.03)):
        found.figures["train", who, "shipping calibration_error"] = {0: value}
    assert found.peers("shipping calibration_error") == ["fine", "rough"]
    assert found.gaps("shipping calibration_error", "fine") == pytest.approx([0.01])


def test_what_was_not_measured_is_neither_met_nor_missed():
    lines = goal_lines(Results(), photo_lines(None))
    text = table(lines)
    assert all(line.met is None for line in lines)
    assert text[-1].endswith(f"0 are missed, {len(lines)} were not measured.")
    assert len(lines) > 35


def test_goals_of_photos_are_read_from_their_section(tmp_path):
    document = tmp_path / "quality.md"
    document.write_text(
        "<!-- photos fashion -->\n| fashion | convnet | big | big, not tuned |\n|---|---|---|---|\n"
        "| category, photo alone | 0.810 ± 0.010 | 0.910 ± 0.010 | 0.880 |\n"
        "| category, linear probe on photos | 0.800 | 0.900 | 0.879 ± 0.008 |\n"
        "| brand, both | 0.500 | 0.600 | 0.550 |\n"
        "| brand, both less text alone | 0.010 | 0.020 ± 0.001 | 0.010 |\n"
        "| brand, both less photo alone | 0.010 | 0.030 ± 0.001 | 0.010 |\n"
        "<!-- end of photos fashion -->\n"
    )
    lines = photo_lines(document)
    assert [line.met for line in lines] == [None, True, None, False, None, True]
    assert lines[1].peer == "0.879 ± 0.008 (linear probe)"
