"""What monitoring and gates say is told without the names of metrics."""

from typing import Any

import pytest

from benchmarks.loop.wording import describe_changes, describe_refusal
from common.errors import GateError
from pipelines.training.champion_gate import check_against_champion
from pipelines.training.gate_config import GateConfig
from pipelines.training.release_steps import admit
from tests.pipelines.training.test_champion_gate import comparison


def test_what_monitoring_names_is_told_once_and_in_words():
    told = describe_changes(("brand chosen",), ("acceptance brand", "acceptance brand"))
    assert told == (
        "the brand that sellers choose, how often the suggested brand is accepted"
    )


def test_a_figure_without_words_of_its_own_has_those_of_monitoring():
    assert describe_changes((), ("rmsle price",)) == (
        "error of amounts (RMSLE), of the price"
    )


def test_a_loss_of_accuracy_is_told_in_items():
    loss = comparison(gain=-0.07229, error=0.02, rows=83)
    verdict = check_against_champion(loss, GateConfig())
    challenger: Any = {"target": "brand", "passed": False, "reasons": verdict.reasons}
    with pytest.raises(GateError) as error:
        admit(None, [challenger], force=False)
    assert describe_refusal((str(error.value),)) == (
        "its first suggestion is right for 6 fewer of the same 83 test items than the champion's,"
        " more than chance explains"
    )


def test_other_reasons_are_those_of_the_run_without_its_commands():
    told = describe_refusal(("a gate was missed (brand: 9 ms); --force ignores gates",))
    assert told == "a gate was missed (brand: 9 ms)"
