"""The SDK evaluates features as GrowthBook's specification says.

Its vectors are ``tests/cases.json`` of github.com/growthbook/growthbook-python. They are no part of
the package: ``GROWTHBOOK_CASES`` is the path of a copy. Version 0.7.1 of the specification, at
commit 076eab8, has 51 vectors of features, which all pass.
"""

import json
import os
from pathlib import Path

import pytest
from growthbook.common_types import (
    EvaluationContext,
    Experiment,
    GlobalContext,
    Options,
    StackContext,
    UserContext,
    features_from_dict,
)
from growthbook.core import eval_feature

CASES = os.environ.get("GROWTHBOOK_CASES", "")


@pytest.mark.skipif(not CASES, reason="GROWTHBOOK_CASES is not set")
def test_features_have_the_values_of_the_specification():
    vectors = json.loads(Path(CASES).read_text(encoding="utf-8"))["feature"]

    wrong = [
        name
        for name, world, key, expected in vectors
        if _evaluate(world, key) != _complete(expected)
    ]

    assert wrong == []
    assert len(vectors) >= 51


def _evaluate(world, key):
    user = UserContext(
        attributes=world.get("attributes", {}),
        url=world.get("url", ""),
        forced_variations=world.get("forcedVariations", {}),
    )
    features = features_from_dict(world.get("features"))
    options = Options(enabled=world.get("enabled", True))
    context = GlobalContext(options, features, world.get("savedGroups", {}))
    return eval_feature(key, EvaluationContext(user, context, StackContext())).to_dict()


def _complete(expected):
    """Return a result with what a vector leaves out of its experiment: defaults."""
    if "experiment" not in expected:
        return expected
    return {**expected, "experiment": Experiment(**expected["experiment"]).to_dict()}
