import pytest

from benchmarks.quality.goal_table import cells, check_all, goal_table
from benchmarks.quality.goals import AT_LEAST, AT_MOST, Goal, check_goals
from benchmarks.quality.photo_goals import check_photo_goals
from benchmarks.shared.comparison import gains, ranked_peers
from benchmarks.shared.results import Results, Run, repeated_result, result

RUN = Run("quality", "train.tsv", "2026-11-26", "abc", "3.11", "command")


def _results(ours, **peers):
    """Values of one metric, fold by fold."""
    return Results(
        [
            repeated_result(
                RUN, name, "price r2", dict(enumerate(values)), variant="train"
            )
            for name, values in {"ours": ours, **peers}.items()
        ]
    )


def _met(results, **goal):
    (outcome,) = check_goals([Goal("R2", "price r2", **goal)], results)
    return outcome.met


@pytest.mark.parametrize(("bound", "sense", "met"), [
    (0.5, AT_LEAST, True), (0.6, AT_LEAST, False), (0.6, AT_MOST, True), (0.5, AT_MOST, False),
])  # fmt: skip
def test_a_goal_is_met_on_its_side_of_the_bound(bound, sense, met):
    assert _met(_results([0.5, 0.6]), bound=bound, sense=sense) is met


def test_the_best_peer_is_named_with_the_paired_lead():
    results = _results([0.5, 0.6], weak=[0.1, 0.2], strong=[0.4, 0.5])
    (outcome,) = check_goals([Goal("R2", "price r2", 0.5)], results)
    _, _, peer, lead, _ = cells(outcome)
    assert peer == "0.450 ± 0.050 (strong)"
    assert lead == "0.100 ± 0.000"


def test_every_peer_must_be_beaten_by_two_standard_errors_where_the_goal_says_so():
    surely, hardly = [0.1, 0.2, 0.1], [0.1, 0.2, 0.58]
    ours = [0.5, 0.6, 0.5]
    assert _met(_results(ours, one=surely), bound=0.5, beats_peers=True)
    assert not _met(_results(ours, one=surely, two=hardly), bound=0.5, beats_peers=True)


def test_a_goal_may_be_a_lead_over_the_best_peer():
    results = _results([0.5, 0.6], weak=[0.1, 0.2], strong=[0.4, 0.5])
    assert _met(results, lead=0.09)
    assert not _met(results, lead=0.11)


def test_less_is_better_of_errors():
    metric = "shipping calibration_error"
    results = Results(
        [
            repeated_result(RUN, name, metric, {0: value}, variant="train")
            for name, value in (("ours", 0.02), ("rough", 0.09), ("fine", 0.03))
        ]
    )
    assert ranked_peers(results, metric) == ["fine", "rough"]
    assert gains(results, metric, "fine") == pytest.approx([0.01])


def test_what_was_not_measured_is_neither_met_nor_missed():
    outcomes = check_all(Results(), [])
    text = goal_table(outcomes)
    assert all(outcome.met is None for outcome in outcomes)
    assert text[-1].endswith(f"0 are missed, {len(outcomes)} were not measured.")
    assert len(outcomes) > 35


def test_costs_are_checked_with_their_quartiles():
    name = "four models, microseconds alone"
    results = Results(
        [result(RUN, "ours", name, 4094.4, quartiles=(3902, 4431), variant="cost")]
    )
    outcome = next(
        item for item in check_all(results, []) if item.goal.startswith(name)
    )
    assert cells(outcome)[1] == "4094 (quartiles 3902 to 4431)"
    assert outcome.met is False


def test_goals_of_photos_are_checked_against_their_results():
    table = {
        "category, photo alone": ((0.810, 0.010), (0.910, 0.010), (0.880, None)),
        "category, linear probe on photos": (
            (0.800, None),
            (0.900, None),
            (0.879, 0.008),
        ),
        "brand, both": ((0.500, None), (0.600, None), (0.550, None)),
        "brand, both less text alone": ((0.010, None), (0.020, 0.001), (0.010, None)),
        "brand, both less photo alone": ((0.010, None), (0.030, 0.001), (0.010, None)),
    }
    run = Run("photos", "fashion", "2026-11-26", "abc", "3.11", "command")
    results = Results(
        [
            result(run, encoder, metric, value, standard_error=error, variant="train")
            for metric, row in table.items()
            for encoder, (value, error) in zip(
                ("convnet", "big", "big, not tuned"), row, strict=True
            )
        ]
    )
    outcomes = check_photo_goals([results])
    assert [outcome.met for outcome in outcomes] == [
        None,
        True,
        None,
        False,
        None,
        True,
    ]
    assert cells(outcomes[1])[2] == "0.879 ± 0.008 (linear probe)"
    assert cells(outcomes[5])[3] == "0.020 ± 0.001 (text), 0.030 ± 0.001 (photo)"
