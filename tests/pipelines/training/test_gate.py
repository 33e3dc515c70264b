import math

from common.metrics import Threshold
from pipelines.training.gate import check_gate, format_threshold

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
