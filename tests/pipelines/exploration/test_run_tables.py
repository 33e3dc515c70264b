"""The records of runs become tables: states, metrics over nights, hours and costs."""

import pytest

from common.machine_prices import MachinePrices
from common.runs.records import DONE, StepRecord
from common.runs.run_list import Run
from pipelines.exploration.run_tables import metric_history, runs_table, step_hours

PRICES = MachinePrices(cpu_hour=1.0, gb_hour=0.0, currency="EUR")


def a_run(day, targets, state="promoted"):
    started_at = f"2026-11-{day:02}T02:00:00+00:00"
    steps = [
        StepRecord(
            "evaluate",
            target,
            DONE,
            started_at,
            seconds=60,
            cpu_seconds=1_800,
            result={"target": target, "metrics": {"top1": top1}},
        )
        for target, top1 in targets.items()
    ]
    seconds = sum(step.cpu_seconds for step in steps)
    reasons = () if state == "promoted" else ("a gate was missed",)
    return Run(
        name=f"run-{day}",
        state=state,
        started_at=started_at,
        targets=tuple(targets),
        commit="",
        release="",
        reasons=reasons,
        seconds=60,
        cpu_seconds=seconds,
        steps=tuple(steps),
    )


RUNS = [a_run(2, {"brand": 0.7}, "refused"), a_run(1, {"brand": 0.6, "category": 0.5})]


def test_a_run_has_its_state_its_reasons_its_hours_and_its_cost():
    table = runs_table(RUNS, PRICES)

    assert table.loc["run-2", "reasons"] == "a gate was missed"
    assert table.loc["run-1", "cpu hours"] == pytest.approx(1.0)
    assert table.loc["run-1", "cost in EUR"] == pytest.approx(1.0)
    assert "cost in EUR" not in runs_table(RUNS, None)


def test_metrics_are_in_the_order_of_the_nights_with_gaps():
    history = metric_history(RUNS, "top1")

    assert list(history["brand"]) == [0.6, 0.7]
    assert list(history["category"].isna()) == [False, True]
    assert metric_history(RUNS, "rmsle").empty


def test_the_hours_of_a_step_are_those_of_all_runs():
    assert step_hours(RUNS).to_dict() == {
        "evaluate brand": 1.0,
        "evaluate category": 0.5,
    }


def test_a_store_without_runs_has_empty_tables():
    assert runs_table([], PRICES).empty
    assert step_hours([]).empty
