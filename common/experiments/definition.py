"""An experiment: which sellers get which variant, when, and what decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

PAGE = "page"
"""The layer of what is not one model: the page as a whole, with the answers of all models."""

PRICE = "price"
"""The layer, and the name of its model, whose answers are a range and no candidates."""

MAX_TOP_K = 5
"""Number of candidates that models give."""

MAX_INTERVAL_LEVEL = 0.9
"""Level of the widest range: models of prices give quantiles from 0.05 to 0.95."""

ExperimentState = Literal["planned", "running", "stopped", "ended"]
"""Its first day is to come; sellers are assigned; there is nothing left to compare with the
control; its last day is over."""

ATTRIBUTES = ("language", "currency")
"""Fields of a listing that an experiment may be restricted to: they stay while a seller types."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a variant changes of a model's answer; ``None`` leaves it as it is.

    Attributes:
        top_k: number of candidates that are shown, up to ``MAX_TOP_K``.
        abstain_below: minimum probability of the first candidate, in the place of the model's own.
        interval_level: share of prices that a suggested range is to contain, up to
            ``MAX_INTERVAL_LEVEL``.
    """

    top_k: int | None = None
    abstain_below: float | None = None
    interval_level: float | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What some of the sellers of an experiment get.

    Attributes:
        name: its name, of which an experiment has one.
        share: its share of the experiment's sellers; those of all variants sum to 1.
        release: id of the release that answers, or empty for the champion.
        parameters: what is changed of the answer.
        is_shadow: whether sellers are shown the control, and the variant is computed beside it.
    """

    name: str
    share: float
    release: str = ""
    parameters: Parameters = Parameters()
    is_shadow: bool = False


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A metric that a variant must not harm.

    Attributes:
        metric: name of the metric, which says whether more of it is harm.
        max_harm: by how much it may be worse than that of the control, in units of the metric; 0
            for not at all.
    """

    metric: str
    max_harm: float


@dataclass(frozen=True, slots=True)
class Source:
    """The file of an experiment: its text, and its path and lines for messages."""

    path: str = "experiment"
    lines: Mapping[str, int] = field(default_factory=dict)
    text: str = ""

    def at(self, name: str) -> str:
        """Return where a field stands: ``experiments/top-3.yaml, line 7``."""
        return (
            f"{self.path}, line {self.lines[name]}" if name in self.lines else self.path
        )


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment, as its file says, and which of its variants were stopped since.

    Attributes:
        key: its name in assignments, events and analyses, which is also the seed of the split.
        layer: name of a model, or ``PAGE``. A seller is in at most one experiment of a layer, and
            the experiments of two layers are independent.
        hypothesis: what is expected, and why.
        owner: who decides.
        metric: name of the metric that decides: a key of ``metrics.METRICS``.
        minimum_effect: smallest difference of the metric that is worth having, in its units.
        start: first day, in UTC.
        end: last day, in UTC.
        variants: what sellers get; the first one is the control.
        namespace: the part of the layer's sellers that may be in the experiment, from a lower end
            (included) to an upper one (excluded), between 0 and 1.
        coverage: the share of the namespace's sellers who are in the experiment. A ramp widens it.
        targeting: for some of ``ATTRIBUTES``, the values that a listing must have.
        guardrails: what must not get worse.
        stopped: names of the variants that were stopped. Their sellers are in no experiment of the
            layer, and those of other variants stay where they are. With the last variant beside the
            control all of the experiment is stopped.
        source: where the experiment was read from.
    """

    key: str
    layer: str
    hypothesis: str
    owner: str
    metric: str
    minimum_effect: float
    start: date
    end: date
    variants: tuple[Variant, ...]
    namespace: tuple[float, float] = (0.0, 1.0)
    coverage: float = 1.0
    targeting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    guardrails: tuple[Guardrail, ...] = ()
    stopped: frozenset[str] = frozenset()
    source: Source = field(default=Source(), compare=False, repr=False)

    @property
    def control(self) -> Variant:
        """The variant that the others are compared with."""
        return self.variants[0]

    @property
    def treatments(self) -> tuple[Variant, ...]:
        """The variants that are compared with the control: all that sellers of theirs see."""
        return tuple(each for each in self.variants[1:] if not each.is_shadow)

    @property
    def is_stopped(self) -> bool:
        """Whether nobody is assigned any more: nothing is left to compare the control with."""
        return all(each.name in self.stopped for each in self.variants[1:])

    @property
    def releases(self) -> frozenset[str]:
        """Ids of the releases that the variants name, without those that were stopped."""
        running = (each for each in self.variants if each.name not in self.stopped)
        return frozenset(each.release for each in running if each.release)

    def is_over(self, day: date) -> bool:
        """Return whether nobody is assigned on a day of UTC or later."""
        return self.end < day or self.is_stopped

    def runs_on(self, day: date) -> bool:
        """Return whether sellers are assigned on a day of UTC."""
        return self.start <= day and not self.is_over(day)

    def state(self, day: date) -> ExperimentState:
        """Return whether it runs on a day of UTC, and if not, why."""
        if self.is_stopped:
            return "stopped"
        if day < self.start:
            return "planned"
        return "running" if day <= self.end else "ended"

    def variant(self, name: str) -> Variant:
        """Return the variant of a name; ``KeyError`` where there is none."""
        return {each.name: each for each in self.variants}[name]


def needed_releases(experiments: Iterable[Experiment], day: date) -> frozenset[str]:
    """Return the ids of the releases that experiments name, except those that are over on a day."""
    return frozenset().union(
        *(each.releases for each in experiments if not each.is_over(day))
    )
