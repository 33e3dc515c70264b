"""Models are retrained for a reason, and not again while the last run is recent."""

from datetime import UTC, datetime, timedelta

import pytest

from common.errors import InputError
from pipelines.evaluation.intervals import NAN, Estimate
from pipelines.monitoring.drift import Drift
from pipelines.monitoring.quality_changes import QualityChange
from pipelines.monitoring.retrain_rule import (
    Decision,
    History,
    RetrainConfig,
    decide_retraining,
)

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
RECENT = History(NOW - timedelta(days=5), NOW - timedelta(days=5))
DRIFT = Drift("brand chosen", 0.31, 0.0002, 812, found=True)
QUIET = Drift("price chosen", 0.02, 0.4, 812, found=False)


def loss(value, low, high):
    estimate = Estimate(value, low, high, 900, 400)
    return QualityChange("top_1_accuracy", "brand", estimate)


def decide(drifts=(), changes=(), history=RECENT, now=NOW):
    return decide_retraining(drifts, changes, history, now)


def test_without_a_reason_nothing_is_retrained():
    assert decide([QUIET], [loss(0.01, -0.01, 0.03)]) == Decision(False, ())


def test_a_drift_is_a_reason_that_states_its_size():
    decision = decide([DRIFT, QUIET])
    assert decision.retrain
    assert decision.reasons == (
        "the brand that sellers choose is not distributed as before: its effect size is 0.31"
        " (q-value 0.0002, 812 effective rows)",
    )


def test_a_loss_is_a_reason_where_all_of_its_interval_is_above_what_is_accepted():
    assert decide(changes=[loss(0.08, 0.05, 0.11)]).reasons == (
        "Brand, first suggestion chosen: worse by 8.0 points (5.0 to 11.0), and 3 are accepted",
    )
    assert not decide(changes=[loss(0.08, 0.02, 0.14)]).retrain


def test_a_loss_of_too_few_sellers_is_no_reason():
    assert not decide(changes=[loss(0.3, NAN, NAN)]).retrain


def test_old_data_are_a_reason():
    decision = decide(history=History(NOW - timedelta(days=31)))
    assert decision.reasons == (
        "the rows that the champion was trained on were read 31 days ago, and 30 are accepted",
    )


def test_all_reasons_are_stated():
    decision = decide([DRIFT], [loss(0.08, 0.05, 0.11)], History(NOW - timedelta(99)))
    assert len(decision.reasons) == 3


def test_a_run_starts_when_the_cooldown_after_the_last_one_is_over():
    history = History(NOW - timedelta(days=40), last_run=NOW - timedelta(days=1))
    waiting = decide([DRIFT], history=history)
    assert not waiting.retrain
    assert waiting.reasons
    assert waiting.wait_until == NOW + timedelta(days=2)
    assert decide([DRIFT], history=history, now=waiting.wait_until).retrain


def test_a_lasting_reason_starts_a_run_once_in_every_cooldown():
    started, history = [], RECENT
    for day in range(12):
        now = NOW + timedelta(days=day)
        if decide([DRIFT], history=history, now=now).retrain:
            started.append(day)
            history = History(history.trained, last_run=now)
    assert started == [0, 3, 6, 9]


def test_a_negative_loss_cannot_be_demanded():
    with pytest.raises(InputError, match="at least 0, such as 0.03"):
        RetrainConfig(max_loss=-0.1)
