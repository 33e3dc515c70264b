from dataclasses import replace
from datetime import date, timedelta

import pytest

from common.errors import InputError
from common.experiments.checks import FIXED, check_changes, check_layers
from common.experiments.definition import Guardrail, Variant
from tests.common.experiments.files import DAY, TOP_3, experiment_of

FIRST = experiment_of()
SECOND = experiment_of(TOP_3.replace("[0, 0.5]", "[0.5, 1]"), key="top-4")

CHANGES = {
    "layer": "brand",
    "namespace": (0.0, 0.6),
    "variants": (Variant("control", 0.4), Variant("three", 0.6)),
    "targeting": {"language": ("en",)},
    "start": date(2026, 12, 2),
    "end": date(2027, 1, 1),
    "metric": "time",
    "minimum_effect": 0.02,
    "guardrails": (Guardrail("seconds", 9.0),),
}


def test_experiments_of_a_layer_may_have_disjoint_namespaces():
    check_layers([FIRST, SECOND])


def test_experiments_of_a_layer_may_follow_each_other():
    after = FIRST.end + timedelta(days=1)
    check_layers([FIRST, replace(FIRST, key="top-4", start=after, end=after)])


def test_an_experiment_may_have_the_sellers_of_one_that_was_stopped():
    check_layers([replace(FIRST, stopped={"three"}), replace(FIRST, key="top-4")])


def test_experiments_of_two_layers_share_sellers():
    check_layers([FIRST, replace(FIRST, key="brands", layer="brand")])


def test_experiments_that_share_sellers_of_a_layer_are_refused():
    text = TOP_3.replace("[0, 0.5]", "[0.4, 1]")
    with pytest.raises(InputError) as error:
        check_layers([FIRST, experiment_of(text, key="top-4")])

    message = str(error.value)
    assert message.startswith("experiments/top-4.yaml, line 8: top-4 and top-3 ")
    assert "(experiments/top-3.yaml, line 8)" in message


def test_two_experiments_of_one_key_are_refused():
    with pytest.raises(InputError, match="has the key 'top-3' too"):
        check_layers([FIRST, FIRST])


def test_a_ramp_widens():
    check_changes([FIRST], [replace(FIRST, coverage=0.3)], DAY)


def test_a_ramp_never_narrows():
    with pytest.raises(
        InputError, match="line 9: coverage of top-3 may only grow, and"
    ):
        check_changes([FIRST], [replace(FIRST, coverage=0.1)], DAY)


@pytest.mark.parametrize("name", FIXED)
def test_what_moves_sellers_or_the_goal_stays_once_an_experiment_has_started(name):
    changed = replace(FIRST, **{name: CHANGES[name]})
    with pytest.raises(InputError, match=f"{name} of top-3 may not change"):
        check_changes([FIRST], [changed], DAY)


@pytest.mark.parametrize("name", FIXED)
def test_everything_may_change_before_the_start(name):
    changed = replace(FIRST, coverage=0.1, **{name: CHANGES[name]})
    check_changes([FIRST], [changed], FIRST.start - timedelta(days=1))


def test_texts_may_change():
    changed = replace(FIRST, owner="b", hypothesis="c")
    check_changes([FIRST], [changed], DAY)


def test_experiments_may_come_and_go():
    check_changes([FIRST], [SECOND], DAY)
