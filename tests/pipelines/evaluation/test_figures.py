import numpy as np
import pytest

from pipelines.evaluation.figures import measure
from pipelines.evaluation.scoring import METRICS

RNG = np.random.default_rng(1)
CONFIDENCE = RNG.random(600)
HIT = (RNG.random(600) < CONFIDENCE).astype(float)
BY_NAME = {metric.name: metric for metric in METRICS}


def columns(hit, confidence=CONFIDENCE):
    return {"hit": hit, "confidence": confidence, "inside": hit}


def verdict(name, ours, theirs, **wanted):
    (figure,) = measure([BY_NAME[name]], columns(ours), columns(theirs), **wanted)
    return figure.verdict


def test_a_clear_difference_is_told_in_either_direction_and_a_small_one_is_open():
    much, little = HIT.copy(), HIT.copy()
    much[np.flatnonzero(HIT == 0)[:40]] = 1
    little[np.flatnonzero(HIT == 0)[:2]] = 1

    assert verdict("top1", much, HIT) == "better"
    assert verdict("top1", HIT, much) == "worse"
    assert verdict("top1", little, HIT) == "open"
    assert verdict("top1", HIT, HIT) == "same"
    assert verdict("top1", much, HIT, min_rows=601) == "few"


def test_coverage_is_better_when_it_is_nearer_to_what_was_meant():
    close, above = np.ones(600), np.ones(600)
    close[:120], above[:10] = 0, 0

    assert verdict("coverage", close, above) == "better"
    assert verdict("coverage", above, close) == "worse"


def test_the_interval_of_the_calibration_error_lies_around_it():
    (figure,) = measure([BY_NAME["calibration_error"]], columns(HIT))

    assert figure.a.low < figure.a.value < figure.a.high
    assert figure.a.high - figure.a.value == pytest.approx(
        figure.a.value - figure.a.low, abs=0.5 * figure.a.value
    )


def test_pairing_makes_a_difference_surer_than_its_two_sides():
    other = HIT.copy()
    other[np.flatnonzero(HIT == 0)[:20]] = 1
    (figure,) = measure([BY_NAME["top1"]], columns(other), columns(HIT))

    width = figure.difference.high - figure.difference.low
    assert width < 0.5 * (figure.a.high - figure.a.low)
