"""Experiments as a payload of GrowthBook, which its SDKs of any language evaluate alike.

Each layer is a feature and each experiment a rule of it. All hashes are of GrowthBook's version 2:
version 1 assigns sellers of parallel experiments in a way that is not independent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from common.experiments.definition import Experiment

HASH_ATTRIBUTE = "seller"
"""The attribute that decides who gets what: the shop's key of the seller."""

_HASH_VERSION = 2


def compile_payload(experiments: Iterable[Experiment], day: date) -> dict[str, Any]:
    """Return the payload of the experiments that run on a day of UTC.

    The value of a feature is the name of a variant, or nothing for a seller who is in no experiment
    of the layer. The format is that of docs.growthbook.io/lib/build-your-own.
    """
    features: dict[str, Any] = {}
    for experiment in experiments:
        if experiment.runs_on(day):
            feature = features.setdefault(
                experiment.layer, {"defaultValue": None, "rules": []}
            )
            feature["rules"].append(_rule(experiment))
    return {"features": features}


def _rule(experiment: Experiment) -> dict[str, Any]:
    names = [each.name for each in experiment.variants]
    rule: dict[str, Any] = {
        "key": experiment.key,
        "variations": names,
        "meta": [{"key": name} for name in names],
        "weights": [each.share for each in experiment.variants],
        "coverage": experiment.coverage,
        "hashAttribute": HASH_ATTRIBUTE,
        "hashVersion": _HASH_VERSION,
        "seed": f"experiment/{experiment.key}",
        "filters": [_namespace(experiment)],
        # Stickiness comes from the hash alone: stored assignments get lost and disagree.
        "disableStickyBucketing": True,
    }
    if experiment.targeting:
        rule["condition"] = {
            name: {"$in": list(values)} for name, values in experiment.targeting.items()
        }
    return rule


def _namespace(experiment: Experiment) -> dict[str, Any]:
    """Return the filter of a namespace; the older field ``namespace`` is of version 1."""
    return {
        "attribute": HASH_ATTRIBUTE,
        "seed": f"layer/{experiment.layer}",
        "hashVersion": _HASH_VERSION,
        "ranges": [list(experiment.namespace)],
    }
