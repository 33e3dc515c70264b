"""Which variant a seller gets in each layer, by GrowthBook's SDK in this process.

The SDK evaluates a payload that it is given: nothing is fetched, sent or stored, and no thread
runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from growthbook.common_types import (
    EvaluationContext,
    Feature,
    GlobalContext,
    Options,
    StackContext,
    UserContext,
    features_from_dict,
)
from growthbook.core import eval_feature

from common.experiments.definition import Experiment, Variant
from common.experiments.payload import HASH_ATTRIBUTE, compile_payload


@dataclass(frozen=True, slots=True)
class Assignment:
    """The experiment that a seller is in, and the variant that the seller gets."""

    experiment: Experiment
    variant: Variant


class Assigner:
    """Assigns sellers to the variants of experiments.

    The same seller gets the same variant in every process and on every day of an experiment, also
    while its coverage grows. It may be called from many threads.
    """

    def __init__(self, experiments: Iterable[Experiment]) -> None:
        """Take experiments that passed ``checks.check_layers``."""
        self._by_key = {each.key: each for each in experiments}
        self._compiled: tuple[date, GlobalContext] | None = None

    def assign(
        self, seller: str, attributes: Mapping[str, str | None], day: date
    ) -> dict[str, Assignment]:
        """Return the assignments of a seller on a day of UTC, by layer.

        ``attributes`` are those of ``definition.ATTRIBUTES`` that are known. A seller who is not
        known, a layer without an experiment for this one, and a variant that was stopped have no
        assignment.
        """
        if not seller:
            return {}
        user = UserContext(attributes={**attributes, HASH_ATTRIBUTE: seller})
        running = self._running(day)
        assignments = {}
        for layer in running.features:
            result = eval_feature(
                layer, EvaluationContext(user, running, StackContext())
            )
            if result.experiment is not None:
                experiment = self._by_key[result.experiment.key]
                variant = experiment.variant(str(result.value))
                if variant.name not in experiment.stopped:
                    assignments[layer] = Assignment(experiment, variant)
        return assignments

    def _running(self, day: date) -> GlobalContext:
        """Return the experiments that run on a day, as the SDK takes them."""
        compiled = self._compiled
        if compiled is None or compiled[0] != day:
            payload = compile_payload(self._by_key.values(), day)
            features: dict[str, Feature] = features_from_dict(payload["features"])
            compiled = day, GlobalContext(Options(), features)
            # One assignment of a pair: another thread sees the old one or the new one.
            self._compiled = compiled
        return compiled[1]
