import time
from dataclasses import replace

import pytest

from common.errors import InputError
from common.machine_prices import parse_machine_prices
from common.runs.records import DONE, RUNNING, StepRecord
from pipelines.records import Detail
from pipelines.training import process
from pipelines.training.costs import describe_cost, estimate, measure_use

PRICES = parse_machine_prices("cpu_hour=0.04 gb_hour=0.005 USD")


def step(name, subject, state=DONE, **use):
    return StepRecord(name, subject, state, "2026-11-30T02:00:00+00:00", **use)


def test_an_hour_of_a_processor_and_of_a_gigabyte_costs_their_prices():
    hour = step(
        "train_model", "price", seconds=3600, cpu_seconds=7200, peak_megabytes=1000
    )

    assert estimate([hour], PRICES) == pytest.approx(2 * 0.04 + 0.005)


def test_an_hour_of_a_gpu_costs_its_price():
    hour = step("train_model", "price", seconds=3600, gpu_seconds=2 * 3600)
    with_gpus = parse_machine_prices("cpu_hour=0 gb_hour=0 gpu_hour=2.5 USD")

    assert estimate([hour], with_gpus) == pytest.approx(2 * 2.5)
    assert describe_cost([hour], with_gpus) == "5.0000 USD"


def test_gpus_without_a_price_are_not_passed_over_in_silence():
    hour = step("train_model", "price", seconds=3600, gpu_seconds=3600)

    assert describe_cost([hour], PRICES) == "0.0000 USD without GPUs"
    assert describe_cost([step("publish", "release")], PRICES) == "0.0000 USD"


def test_a_step_is_charged_for_the_gpus_that_it_was_given(
    context, settings, monkeypatch
):
    def publish(context):
        time.sleep(0.05)

    monkeypatch.setenv("LISTREC_STORE", settings.store)
    monkeypatch.setenv("LISTREC_GPUS", "2")
    process.run(publish, "night", "release")

    (record,) = replace(context, run="night").records.steps()
    assert 0 < record.seconds < record.gpu_seconds
    assert record.gpu_seconds == pytest.approx(2 * record.seconds, abs=0.02)


def test_a_model_has_the_metrics_of_its_own_steps_and_the_sums_of_all():
    steps = [
        step(
            "train_model",
            "price",
            seconds=10,
            cpu_seconds=20,
            gpu_seconds=10,
            peak_megabytes=500,
        ),
        step("train_model", "brand", seconds=30, cpu_seconds=40, peak_megabytes=900),
        step("register", "all", RUNNING),
    ]

    use = measure_use({"target": "price"}, steps, PRICES)

    assert use["train_model_seconds"] == 10
    assert use["train_model_peak_megabytes"] == 500
    assert (use["run_cpu_seconds"], use["run_gpu_seconds"]) == (60, 10)
    assert use["run_cost"] == pytest.approx(estimate(steps, PRICES))
    assert use["train_model_cost"] < use["run_cost"]


def test_an_encoder_has_the_metrics_of_the_step_that_trained_all_encoders():
    steps = [step("train_encoders", "encoders", seconds=5)]

    use = measure_use({"target": "encoder-text"}, steps, None)

    assert use["train_encoders_seconds"] == 5
    assert not [name for name in use if name.endswith("_cost")]


def test_a_thousand_predictions_cost_their_median_latency_on_one_processor():
    detail: Detail = {"latency": {"alone": [2000.0, 3600.0, 4000.0]}}

    use = measure_use({"target": "price", "detail": detail}, [], PRICES)

    assert use["cost_per_1000_predictions"] == pytest.approx(0.04 * 3.6 / 3600)


@pytest.mark.parametrize(
    "text",
    [
        "0.04",
        "cpu_hour=0.04 USD",
        "cpu_hour=-1 gb_hour=1 USD",
        "cpu_hour=1 gb_hour=1 gpu_hour= USD",
    ],
)
def test_prices_that_cannot_be_read_are_refused_with_an_example(text):
    with pytest.raises(InputError, match="such as 'cpu_hour=0.04 gb_hour=0.005 USD'"):
        parse_machine_prices(text)


def test_without_prices_there_is_no_estimate():
    assert parse_machine_prices(" ") is None
