"""All goals in the order in which they were set, and their table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.quality import goals
from benchmarks.quality.collect import INTERVAL_COVERAGE, INTERVAL_GAIN
from benchmarks.quality.goals import AT_MOST, Outcome, check_goals, reaches
from benchmarks.quality.photo_goals import check_photo_goals
from benchmarks.shared.intervals import LEVEL
from benchmarks.shared.markdown import table
from benchmarks.shared.results import OURS, Estimate, Result, Results

MIN_INTERVAL_GAIN = 0.08
MAX_SHORTFALL = 0.02
"""Shares of listings by which shipping may be short of the market's rules."""
MAX_JAPANESE_GAP = 0.03

MAX_COSTS = {
    "four models, microseconds a listing of 32": 2000.0,
    "four models, microseconds alone": 2000.0,
    "all artifacts, MB": 60.0,
}
"""Limits of the default release: 500 microseconds for each of four models, and so on."""

HEADER = ("goal", "ours", "best peer", "better by", "met?")


def check_all(results: Results, photos: Sequence[Results]) -> list[Outcome]:
    """Check every goal; ``photos`` are the results of ``benchmarks.photos.run``."""
    return [
        *check_goals(goals.PRICE, results),
        *_check_intervals(results),
        *check_goals(goals.CATEGORY, results),
        *check_goals(goals.BRAND, results),
        *check_goals(goals.PAYER, results),
        *_check_shipping(results),
        *check_photo_goals(photos),
        *check_goals(goals.TYPED, results),
        _check_japanese(results),
        *check_goals(goals.EXTRA, results),
        *_check_costs(results),
    ]


def goal_table(outcomes: Sequence[Outcome]) -> list[str]:
    """Lines of the table of goals, and how many are met."""
    n_met = sum(outcome.met is True for outcome in outcomes)
    n_missed = sum(outcome.met is False for outcome in outcomes)
    n_open = len(outcomes) - n_met - n_missed

    rows = [cells(outcome) for outcome in outcomes]
    unmeasured = f", {n_open} were not measured" if n_open else ""
    total = (
        f"{n_met} goals of {len(outcomes)} are met, {n_missed} are missed{unmeasured}."
    )
    return [*table(HEADER, rows), "", total]


def cells(outcome: Outcome) -> list[str]:
    """The cells of a goal's row."""
    ours = outcome.ours.format(outcome.digits) if outcome.ours else ""
    theirs = outcome.theirs.format(outcome.digits) if outcome.theirs else ""
    rival = f"({outcome.rival})" if theirs else outcome.rival
    verdict = {True: "yes", False: "**no**", None: "not measured"}[outcome.met]
    return [
        outcome.goal,
        f"{ours} {outcome.note}".strip(),
        f"{theirs} {rival}".strip(),
        _format_leads(outcome),
        verdict,
    ]


def _format_leads(outcome: Outcome) -> str:
    leads = []
    for rival, lead in outcome.leads:
        suffix = f" ({rival})" if rival else ""
        leads.append(f"{lead.format(outcome.digits)}{suffix}")
    return ", ".join(leads)


def _check_intervals(results: Results) -> Iterator[Outcome]:
    """Coverage within two standard errors, and the gain of individual widths."""
    for context in ("cold", "warm"):
        title = f"price interval {context}"
        covered = results.slices(f"{INTERVAL_COVERAGE} {context}")
        yield from _check_coverage(
            f"{title}, {LEVEL:.0%} within 2 standard errors", covered
        )

        goal = f"{title}, Winkler score better than one width by >= {MIN_INTERVAL_GAIN:.0%}"
        gain = results.get(f"{INTERVAL_GAIN} {context}")
        if gain is None or gain.value is None:
            yield Outcome(goal)
            continue
        is_met = gain.value >= MIN_INTERVAL_GAIN
        yield Outcome(goal, ours=gain.estimate, rival="one conformal width", met=is_met)


def _check_coverage(title: str, covered: Sequence[Result]) -> Iterator[Outcome]:
    """Coverage of all rows, and of every top category."""
    overall = f"{title}, overall"
    if not covered:
        yield Outcome(overall)
        yield Outcome(f"{title}, in every category")
        return

    # The result for all rows is collected first.
    whole, *categories = covered
    error = f"({whole.standard_error:.3f} if it held)"
    yield Outcome(overall, ours=Estimate(whole.value), note=error, met=_holds(whole))
    yield _check_categories(f"{title}, in every category of 100 rows", categories)


def _check_categories(goal: str, categories: Sequence[Result]) -> Outcome:
    if not categories:
        return Outcome(goal)

    missed = [category.slice for category in categories if not _holds(category)]
    n_held = len(categories) - len(missed)
    note = f"{n_held} of {len(categories)} hold"
    if missed:
        note += f", not {', '.join(missed)}"
    return Outcome(goal, note=note, met=not missed)


def _holds(covered: Result) -> bool:
    if covered.value is None or covered.standard_error is None:
        return False
    return abs(covered.value - LEVEL) <= 2 * covered.standard_error


def _check_shipping(results: Results) -> Iterator[Outcome]:
    """Shipping method and parcel size beside the rules of the synthetic market."""
    for field in ("shipping_method", "parcel_size"):
        for prefix, context in (("", "cold"), ("warm ", "warm")):
            name = field.replace("_", " ")
            goal = f"{name} {context}, within {MAX_SHORTFALL:.0%} of the best there is"
            yield _check_beside_rules(goal, f"{prefix}{field}", results)


def _check_beside_rules(goal: str, metric: str, results: Results) -> Outcome:
    gaps = results.values(f"{metric} gap", variant="rules")
    ours = results.get(f"{metric} top1", variant="rules")
    best = results.get(f"{metric} best", variant="rules")
    if not (gaps and ours and best):
        return Outcome(goal)

    lead = Estimate.from_values([-gap for gap in gaps])
    return Outcome(
        goal,
        ours=ours.estimate,
        rival="the market's rules",
        theirs=best.estimate,
        leads=(("", lead),),
        met=reaches(gaps, MAX_SHORTFALL, AT_MOST),
    )


def _check_japanese(results: Results) -> Outcome:
    goal = f"Japanese category top-1 within {MAX_JAPANESE_GAP:.0%} of English"
    english = results.values("category top1", OURS, "English")
    japanese = results.values("category top1", OURS, "Japanese")
    if not english:
        return Outcome(goal)

    gaps = np.subtract(english, japanese)
    lead = Estimate.from_values((-gaps).tolist())
    return Outcome(
        goal,
        ours=Estimate.from_values(japanese),
        rival="English",
        theirs=Estimate.from_values(english),
        leads=(("", lead),),
        met=reaches(gaps.tolist(), MAX_JAPANESE_GAP, AT_MOST),
    )


def _check_costs(results: Results) -> Iterator[Outcome]:
    for name, limit in MAX_COSTS.items():
        goal = f"{name} <= {limit:.0f}"
        cost = results.get(name, variant="cost")
        if cost is None or cost.value is None:
            yield Outcome(goal)
            continue

        low, high = cost.quartiles or (cost.value, cost.value)
        note = f"(quartiles {low:.0f} to {high:.0f})" if low < high else ""
        is_met = cost.value <= limit
        yield Outcome(goal, ours=cost.estimate, note=note, met=is_met, digits=0)
