from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InputError
from pipelines.training.champion_gate import alpha_of, check_against_champion
from pipelines.training.gate_config import GateConfig, gate_config

DEFAULT = GateConfig()


def comparison(gain=0.0, error=0.01, attempt=1, slices=(), **others) -> Any:
    return {
        "metric": "top1",
        "rows": 400,
        "gain": gain,
        "error": error,
        "attempt": attempt,
        "slices": list(slices),
        "bytes": [100, 100],
        **others,
    }


def a_slice(gain, error=0.01):
    return {"name": "language ja", "rows": 90, "gain": gain, "error": error}


def check(*arguments, config=DEFAULT, **values):
    return check_against_champion(comparison(*arguments, **values), config)


def test_the_first_look_refuses_only_what_is_clearly_worse():
    assert check(0.0).passed
    assert check(-0.015).passed
    assert check(-0.04).reasons == (
        "top1 is 0.04 worse than the champion's on the same 400 rows (at least 0.02)",
    )


def test_a_further_look_at_the_same_rows_has_to_show_a_gain():
    assert check(0.03, attempt=2).passed
    assert check(0.01, attempt=2).reasons == (
        "top1 is 0.01 better than the champion's on the same 400 rows, attempt 2 at them;"
        " a gain of more than 0 must be shown, and its lower bound is -0.014",
    )


def test_a_late_look_has_to_show_more_than_an_early_one():
    assert check(0.03, attempt=2).passed
    assert not check(0.03, attempt=100).passed


def test_a_gain_may_be_asked_for_at_the_first_look_too():
    config = replace(DEFAULT, prove_gain=True, min_gain=0.01)

    assert check(0.03, config=config).passed
    assert not check(0.02, config=config).passed


def test_a_slice_may_lose_its_allowance_and_no_more():
    assert check(slices=[a_slice(-0.03)]).passed
    assert check(slices=[a_slice(-0.06)]).reasons == (
        "top1 is worse than the champion's by more than the 0.02 allowed in language ja"
        " (0.06 on 90 rows)",
    )


def test_of_many_slices_that_lose_the_worst_are_named():
    losses = [{**a_slice(-0.1 * n), "name": f"kind {n}"} for n in range(1, 6)]

    (reason,) = check(slices=losses).reasons
    assert reason.endswith(
        "in kind 5 (0.5 on 90 rows), kind 4 (0.4 on 90 rows), kind 3 (0.3 on 90 rows), 2 more"
    )


def test_many_slices_share_one_chance_of_an_error():
    harmless = [a_slice(0.0)] * 30

    assert not check(slices=[a_slice(-0.045)]).passed
    assert check(slices=[a_slice(-0.045), *harmless]).passed


@pytest.mark.parametrize(
    ("values", "config", "clause"),
    [
        ({"bytes": [900, 200]}, DEFAULT, "3 times as much is allowed"),
        ({"microseconds": [900.0, 200.0]}, DEFAULT, "a suggestion takes 900"),
        ({"bytes": [10_000_000] * 2}, GateConfig(max_megabytes=5), "at most 5"),
        ({"memory_bytes": [9e7, 2e7]}, DEFAULT, "it adds 90 MB of memory, and the"),
        (
            {"memory_bytes": [9e7] * 2},
            GateConfig(max_memory_megabytes=50),
            "at most 50",
        ),
        (
            {"microseconds": [900.0] * 2},
            GateConfig(max_microseconds=500),
            "at most 500",
        ),
    ],
)
def test_what_is_too_slow_or_too_large_is_refused(values, config, clause):
    (reason,) = check(config=config, **values).reasons

    assert clause in reason


def test_what_cannot_be_compared_is_said_and_does_not_block():
    record: Any = {"champion": "old", "bytes": [1, 1], "skipped": "no row is new"}

    verdict = check_against_champion(record, DEFAULT)
    assert verdict.passed
    assert verdict.undecided == ("not compared with the champion: no row is new",)


@given(
    st.floats(-1, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(1, 300),
    st.booleans(),
    st.floats(-1, 1),
)
def test_a_better_challenger_is_not_refused_where_a_worse_one_passes(
    gain, more, error, attempt, prove_gain, slice_gain
):
    config = replace(DEFAULT, prove_gain=prove_gain)
    worse = check(gain, error, attempt, [a_slice(slice_gain)], config=config)
    better = check(
        gain + more, error, attempt, [a_slice(slice_gain + more)], config=config
    )

    assert better.passed or not worse.passed


@given(st.floats(0.001, 0.49))
def test_all_attempts_together_have_one_alpha(alpha):
    assert sum(alpha_of(attempt, alpha) for attempt in range(1, 2_000)) <= alpha


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"alpha": 0.9}, "gate.alpha is a chance above 0"),
        ({"approval": "maybe"}, "gate.approval is required or none, not 'maybe'"),
        ({"max_size_ratio": -1}, "gate.max_size_ratio must not be negative"),
        ({"recent_days": 0}, "gate.recent_days is a number of days"),
    ],
)
def test_settings_of_the_gate_that_make_no_sense_are_refused(values, sentence):
    with pytest.raises(InputError, match=sentence):
        gate_config(values)
