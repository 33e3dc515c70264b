import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.metrics import Threshold
from pipelines.training.gate import attainable, check_gate, format_threshold

TOP1 = Threshold("top1", minimum=0.4)
RMSLE = Threshold("rmsle", maximum=0.6)


def test_passes_when_every_threshold_holds():
    verdict = check_gate({"top1": 0.4, "rmsle": 0.6, "other": -1.0}, [TOP1, RMSLE])

    assert verdict.passed
    assert verdict.reasons == ()


def test_names_every_threshold_that_was_missed():
    verdict = check_gate({"top1": 0.31, "rmsle": 0.7}, [TOP1, RMSLE])

    assert not verdict.passed
    assert verdict.reasons == (
        "top1 is 0.31; it must be at least 0.4",
        "rmsle is 0.7; it must be at most 0.6",
    )


def test_a_metric_that_was_not_measured_does_not_pass():
    verdict = check_gate({}, [TOP1])

    assert verdict.reasons == ("top1 was not measured; it must be at least 0.4",)


def test_a_metric_that_is_not_a_number_does_not_pass():
    assert check_gate({"top1": math.nan}, [TOP1]).reasons == (
        "top1 is not a number; it must be at least 0.4",
    )


def test_says_both_ends_of_a_range():
    assert format_threshold(Threshold("coverage", 0.75, 0.85)) == "from 0.75 to 0.85"


CALIBRATION = Threshold("calibration_error", maximum=0.15)


def evidence(rows, *ends, values=5, **more):
    return {
        "rows": rows,
        "values": values,
        "intervals": {"calibration_error": ends},
    } | more


def test_twelve_rows_cannot_decide_and_do_not_block():
    verdict = check_gate(
        {"calibration_error": 0.346}, [CALIBRATION], evidence(12, 0.1, 0.59)
    )

    assert (verdict.passed, verdict.reasons) == (True, ())
    assert verdict.undecided == (
        "12 test rows cannot decide about calibration_error: 0.346 (0.1 to 0.59), which should be"
        " at most 0.15",
    )


@pytest.mark.parametrize(("rows", "low"), [(12, 0.2), (5000, 0.1)])
def test_a_clear_failure_blocks_and_so_does_every_failure_on_many_rows(rows, low):
    verdict = check_gate(
        {"calibration_error": 0.346}, [CALIBRATION], evidence(rows, low, 0.6)
    )
    assert verdict.reasons == ("calibration_error is 0.346; it must be at most 0.15",)


@pytest.mark.parametrize(
    ("rows", "overstated", "passes"),
    [(24, 0.0, True), (24, 0.1, True), (24, 0.18, False), (5000, 0.0, False)],
)
def test_a_model_of_few_rows_may_say_less_than_it_is_right(rows, overstated, passes):
    told = evidence(rows, 0.2, 0.5, overstated=overstated)
    verdict = check_gate({"calibration_error": 0.33}, [CALIBRATION], told)
    assert verdict.passed == passes
    assert bool(verdict.undecided) == passes
    if passes:
        assert "it is right more often than it says" in verdict.undecided[0]


@pytest.mark.parametrize("ends", [(0.8, 1.0), ()])
def test_a_handful_of_rows_decides_nothing(ends):
    few = evidence(5, *ends)
    few["intervals"] = {"calibration_error": ends} if ends else {}
    verdict = check_gate({"calibration_error": 0.9}, [CALIBRATION], few)
    assert verdict.passed
    assert "5 test rows cannot decide about calibration_error: 0.9" in str(verdict)


def test_what_holds_needs_no_certainty():
    verdict = check_gate({"calibration_error": 0.1}, [CALIBRATION], evidence(3, 0, 1))
    assert (verdict.passed, verdict.undecided) == (True, ())


@pytest.mark.parametrize(("rows", "values"), [(3, 2), (5000, 1)])
def test_a_metric_that_the_rows_do_not_define_does_not_block(rows, values):
    verdict = check_gate({}, [CALIBRATION], evidence(rows, 0, 1, values=values))
    assert verdict.passed
    assert "cannot decide about calibration_error" in verdict.undecided[0]


def test_a_metric_that_many_rows_should_define_blocks():
    assert not check_gate({}, [CALIBRATION], evidence(5000, 0, 1)).passed


def test_no_lift_is_asked_for_that_nobody_can_reach():
    lift = Threshold("lift", minimum=1.5)
    best = {"rows": 900, "intervals": {}}

    assert attainable(lift, {**best, "best_lift": 1 / 0.8}).minimum == 1.125
    assert attainable(lift, {**best, "best_lift": 10.0}) == lift
    assert attainable(CALIBRATION, {**best, "best_lift": 1.25}) == CALIBRATION
    assert attainable(lift, best) == attainable(lift, None) == lift


@given(st.floats(0, 1), st.integers(0, 1000), st.floats(0, 1), st.floats(0, 1))
def test_a_gate_without_doubt_is_never_stricter_than_one_with(value, rows, low, high):
    metrics = {"calibration_error": value}
    strict = check_gate(metrics, [CALIBRATION])
    lenient = check_gate(metrics, [CALIBRATION], evidence(rows, low, high))
    assert lenient.passed or not strict.passed
    assert bool(lenient.reasons) + bool(lenient.undecided) + strict.passed == 1
