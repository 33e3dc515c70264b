"""What is worth a look is found, and what is not is left alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.store.promotion_hold import PromotionHold
from serving.console.findings import find_in_monitoring, find_in_training
from serving.console.monitoring import Monitoring
from serving.console.training import RunView, Training
from tests.common.monitoring_records import RECORD as MONITORING

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
RUN = RunView(
    name="a",
    state="promoted",
    targets=("price",),
    started_at="2026-11-30T02:00:00+00:00",
    seconds=360.0,
    cost="",
    release="r2",
    reasons=("a step failed", "another one too"),
    judgements=(),
    command="listrec registry runs a",
)
QUIET = Training("r1", None, (), (RUN,), ())


def runs(*states):
    return replace(QUIET, runs=tuple(replace(RUN, state=state) for state in states))


def found(training):
    return [each.kind for each in find_in_training(training)]


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("promoted", []),
        ("trained", []),
        ("failed", ["run_failed"]),
        ("lost", ["run_lost"]),
        ("refused", ["run_refused"]),
        ("awaiting approval", ["awaiting_approval"]),
    ],
)
def test_the_end_of_the_last_run_decides(state, kinds):
    assert found(runs(state, "failed", "refused")) == kinds


def test_a_run_that_goes_on_leaves_the_one_before_it_in_force():
    assert found(runs("running", "failed")) == ["run_failed"]
    assert found(runs("running")) == []


def test_a_release_that_was_approved_waits_no_more():
    assert found(replace(runs("awaiting approval"), champion="r2")) == []


def test_a_hold_says_until_when_why_and_how_it_is_lifted():
    hold = PromotionHold("2026-12-24T00:00+00:00", "prices of shoes", "ana", "")
    [finding] = find_in_training(replace(QUIET, promotion_hold=hold))

    assert (finding.kind, finding.subject) == ("held", hold.until)
    assert finding.detail == "prices of shoes (ana)"
    assert finding.command == "listrec registry hold --lift"


def monitored(**changes):
    record = replace(MONITORING, time=NOW.isoformat(), **changes)
    monitoring = Monitoring(record, (), "listrec monitor")
    return [each.kind for each in find_in_monitoring(monitoring, NOW)]


def test_drift_alone_is_told_where_there_is_no_reason_to_retrain():
    assert monitored() == ["retrain"]
    assert monitored(started=True) == []
    assert monitored(retrain=False) == ["drift"]
    assert monitored(retrain=False, drifts=()) == []


def test_a_monitoring_of_long_ago_says_too_little():
    record = replace(MONITORING, time=NOW.isoformat(), retrain=False, drifts=())
    later = NOW + timedelta(days=3)
    kinds = [
        each.kind for each in find_in_monitoring(Monitoring(record, (), ""), later)
    ]
    assert kinds == ["monitoring_old"]
