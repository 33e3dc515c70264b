"""The goals about photos, checked against the results of ``benchmarks.photos.run``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.quality.goals import Outcome
from benchmarks.shared.results import TRAIN, Estimate, Result, Results

CONVNET = "convnet"
"""The encoder trained on the shop's own photos; every other one is pretrained."""

PHOTO_ALONE = "category, photo alone"
PROBE = "category, linear probe on photos"


@dataclass(frozen=True, slots=True)
class PhotoGoal:
    """The least accuracy of the category from a photo alone.

    Attributes:
        dataset: name of the data set.
        own: whether the encoder is the convnet of our own.
        bound: accuracy to reach.
    """

    dataset: str
    own: bool
    bound: float


GOALS = (
    PhotoGoal("clothing", own=False, bound=0.80),
    PhotoGoal("fashion", own=False, bound=0.90),
    PhotoGoal("clothing", own=True, bound=0.66),
    PhotoGoal("fashion", own=True, bound=0.82),
)


def check_photo_goals(photos: Sequence[Results]) -> list[Outcome]:
    """Check the goals; results of a data set that is missing are not measured."""
    by_dataset: dict[str, Results] = {}
    for results in photos:
        for item in results:
            by_dataset[item.dataset] = results

    outcomes = []
    for goal in GOALS:
        results = by_dataset.get(goal.dataset, Results())
        outcomes.append(_check_alone(results, goal))

    fashion = by_dataset.get("fashion", Results())
    for field in ("category", "brand"):
        outcomes.append(_check_both(fashion, field))
    return outcomes


def _check_alone(results: Results, goal: PhotoGoal) -> Outcome:
    encoder = CONVNET if goal.own else "pretrained"
    title = f"{goal.dataset}, photo alone, {encoder} >= {goal.bound:.2f}"
    by_encoder = _by_encoder(results, PHOTO_ALONE)
    ours = _first(by_encoder, own=goal.own)
    if ours is None or ours.value is None:
        return Outcome(title)

    is_met = ours.value >= goal.bound
    outcome = Outcome(title, ours=ours.estimate, met=is_met)
    probes = _by_encoder(results, PROBE)
    probe = _probe(probes, ours.contestant)
    return _beside_probe(outcome, ours.value, probe)


def _beside_probe(outcome: Outcome, value: float, probe: Result | None) -> Outcome:
    """Add the difference from the linear probe, which is reported and decides nothing."""
    if probe is None or probe.value is None:
        return outcome
    lead = Estimate(value - probe.value)
    return replace(
        outcome, rival="linear probe", theirs=probe.estimate, leads=(("", lead),)
    )


def _check_both(results: Results, field: str) -> Outcome:
    """Text and photo together must beat either alone, with the pretrained encoder if there is."""
    title = f"fashion without brands in titles, {field}: text and photo better than either alone"
    over_text = _by_encoder(results, f"{field}, both less text alone")
    over_photo = _by_encoder(results, f"{field}, both less photo alone")
    # One encoder for both differences, or the text alone would be compared with two models.
    first = _first(over_text, own=False) or _first(over_text, own=True)
    if first is None:
        return Outcome(title)

    encoder = first.contestant
    ours = _by_encoder(results, f"{field}, both")[encoder]
    leads = (
        ("text", over_text[encoder].estimate),
        ("photo", over_photo[encoder].estimate),
    )
    return Outcome(
        title,
        ours=ours.estimate,
        leads=leads,
        met=_are_positive(leads),
    )


def _are_positive(leads: Sequence[tuple[str, Estimate]]) -> bool:
    # A lead that could not be reached is none.
    means = [lead.mean or 0.0 for _, lead in leads]
    return all(mean > 0 for mean in means)


def _by_encoder(results: Results, metric: str) -> dict[str, Result]:
    encoders = results.contestants(metric)
    by_encoder = {}
    for encoder in encoders:
        item = results.get(metric, encoder, TRAIN)
        if item is not None:
            by_encoder[encoder] = item
    return by_encoder


def _first(by_encoder: Mapping[str, Result], own: bool) -> Result | None:
    """The result of the convnet, or of the first other encoder."""
    for encoder, item in by_encoder.items():
        if (encoder == CONVNET) == own:
            return item
    return None


def _probe(by_encoder: Mapping[str, Result], encoder: str) -> Result | None:
    """The probe on the encoder as it was downloaded, where that was measured too."""
    for name, item in by_encoder.items():
        if name.startswith(f"{encoder}, "):
            return item
    return by_encoder.get(encoder)
