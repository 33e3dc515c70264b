"""What the seller of a request gets by the experiments that run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common.experiments.definition import PAGE, Experiment, Parameters, Variant
from common.listing import Listing
from models.suggester import Suggester
from serving import metrics
from serving.experiments.current import CurrentExperiments
from serving.releases.composed import has_model
from serving.releases.loaded import LoadedReleases

if TYPE_CHECKING:
    from common.experiments.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Treatment:
    """What answers, and what is changed of the answers.

    Attributes:
        loaded: the models, of one release or of several.
        parameters: what is changed, by layer.
    """

    loaded: Suggester
    parameters: Mapping[str, Parameters] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShadowTreatment:
    """A shadow variant, which is computed and not shown.

    Attributes:
        experiment: key of the experiment.
        variant: name of the variant.
        layer: layer of the experiment.
        treatment: what would answer if the variant were shown.
    """

    experiment: str
    variant: str
    layer: str
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class Treatments:
    """What is shown to a seller, and what is computed beside it.

    Attributes:
        shown: what answers the seller.
        experiments: variant of each experiment that the seller is in, by the experiment's key.
        shadows: the shadow variants among them.
    """

    shown: Treatment
    experiments: Mapping[str, str] = field(default_factory=dict)
    shadows: tuple[ShadowTreatment, ...] = ()


def choose_treatments(
    listing: Listing,
    models: Sequence[str],
    experiments: CurrentExperiments,
    releases: LoadedReleases,
) -> Treatments:
    """Return what the seller of a listing gets, where the named models are asked, or all.

    A seller is in no experiment of a model that is not asked. Nobody is in an experiment of which
    one release is not held here: without the sellers of this variant alone, the others would not
    be comparable.
    """
    assigned = [
        each
        for layer, each in experiments.assign(listing).items()
        if (not models or layer in (PAGE, *models)) and _is_held(each, releases)
    ]
    if not assigned:
        return Treatments(Treatment(releases.current))

    shown = {
        each.experiment.layer: _shown_variant(each.experiment, each.variant)
        for each in assigned
    }
    return Treatments(
        _treat(shown, releases),
        {each.experiment.key: each.variant.name for each in assigned},
        tuple(_shadows(assigned, shown, releases)),
    )


def _is_held(assignment: Assignment, releases: LoadedReleases) -> bool:
    """Return whether this process has the releases of all variants; count where it has not."""
    experiment = assignment.experiment
    for variant in experiment.variants:
        loaded = releases.get(variant.release)
        is_held = loaded is not None and (
            experiment.layer == PAGE or has_model(loaded, experiment.layer)
        )
        if not is_held and variant.name not in experiment.stopped:
            metrics.EXPERIMENTS_NOT_HELD.labels(experiment.key).inc()
            return False
    return True


def _shown_variant(experiment: Experiment, variant: Variant) -> Variant:
    return experiment.control if variant.is_shadow else variant


def _treat(variants: Mapping[str, Variant], releases: LoadedReleases) -> Treatment:
    """Return what the variants of layers make together.

    The variant of a model goes before that of the page, and a variant without a release leaves the
    model as it is.
    """
    chosen = {layer: each.release for layer, each in variants.items() if each.release}
    of_page = chosen.pop(PAGE, "")
    parameters = {
        layer: each.parameters
        for layer, each in variants.items()
        if each.parameters != Parameters()
    }
    return Treatment(releases.compose(of_page, chosen), parameters)


def _shadows(
    assigned: Iterable[Assignment],
    shown: Mapping[str, Variant],
    releases: LoadedReleases,
) -> Iterable[ShadowTreatment]:
    for each in assigned:
        if each.variant.is_shadow:
            layer = each.experiment.layer
            treatment = _treat({**shown, layer: each.variant}, releases)
            key, name = each.experiment.key, each.variant.name
            yield ShadowTreatment(key, name, layer, treatment)
