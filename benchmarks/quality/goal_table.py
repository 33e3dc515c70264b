"""All lines of the table of goals, in the order in which they were set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.quality import goals
from benchmarks.quality.goals import MOST, Line, judge, reaches
from benchmarks.quality.intervals import LEVEL, coverage, gain_over_constant
from benchmarks.quality.results import Results
from benchmarks.shared.markdown import mean_and_error

WINKLER = 0.08
POINTS = 0.02
"""Shares of listings by which shipping may be short of the market's rules."""
JAPANESE = 0.03

COSTS = {
    "four models, microseconds a listing of 32": 2000.0,
    "four models, microseconds alone": 2000.0,
    "all artifacts, MB": 60.0,
}
"""What the default release may cost: 500 microseconds for each of four models, and so on."""


def goal_lines(found: Results, photos: Sequence[Line]) -> list[Line]:
    """Hold every goal against what was found; ``photos`` are the lines of that benchmark."""
    return [
        *judge(goals.PRICE, found),
        *_intervals(found),
        *judge(goals.CATEGORY, found),
        *judge(goals.BRAND, found),
        *judge(goals.PAYER, found),
        *_shipping(found),
        *photos,
        *judge(goals.TYPED, found),
        _japanese(found),
        *judge(goals.EXTRA, found),
        *_costs(found),
    ]


def _intervals(found: Results) -> Iterator[Line]:
    """Whether intervals hold within two standard errors, and what their widths are worth."""
    for kind in ("cold", "warm"):
        holds = f"price interval {kind}, {LEVEL:.0%} within 2 standard errors"
        worth = f"price interval {kind}, Winkler score better than one width by >= {WINKLER:.0%}"
        if not found.intervals.get(kind):
            yield from (Line(f"{holds}, overall"), Line(f"{holds}, in every category"), Line(worth))
            continue
        covered = coverage(found.intervals[kind])
        within = {
            root: abs(share - LEVEL) <= 2 * error for root, (share, error, _) in covered.items()
        }
        share, error, _ = covered[""]
        yield Line(f"{holds}, overall", f"{share:.3f} ({error:.3f} if it held)", met=within.pop(""))
        missed = [root for root, held in within.items() if not held]
        said = f"{len(within) - len(missed)} of {len(within)} hold"
        said += f", not {', '.join(missed)}" if missed else ""
        each = f"{holds}, in every category of 100 rows"
        yield Line(each, said, met=not missed) if within else Line(each)
        if len(found.intervals[kind]) > 1:
            gains = gain_over_constant(found.intervals[kind])
            yield Line(
                worth, mean_and_error(gains), "one conformal width", met=reaches(gains, WINKLER)
            )
        else:
            yield Line(worth)


def _shipping(found: Results) -> Iterator[Line]:
    for field in ("shipping_method", "parcel_size"):
        for prefix, kind in (("", "cold"), ("warm ", "warm")):
            title = f"{field.replace('_', ' ')} {kind}, within {POINTS:.0%} of the best there is"
            gaps = found.market.get(("rules", f"{prefix}{field} gap"), [])
            if not gaps:
                yield Line(title)
                continue
            ours, best = (
                mean_and_error(found.market["rules", f"{prefix}{field} {name}"])
                for name in ("top1", "best")
            )
            lead = mean_and_error([-gap for gap in gaps])
            yield Line(
                title, ours, f"{best} (the market's rules)", lead, reaches(gaps, POINTS, MOST)
            )


def _japanese(found: Results) -> Line:
    title = f"Japanese category top-1 within {JAPANESE:.0%} of English"
    metric = "category top1"
    english, japanese = (found.market.get((name, metric), []) for name in ("English", "Japanese"))
    if not english:
        return Line(title)
    gaps = np.subtract(english, japanese)
    other = f"{mean_and_error(english)} (English)"
    met = reaches(gaps, JAPANESE, MOST)
    return Line(title, mean_and_error(japanese), other, mean_and_error(-gaps), met)


def _costs(found: Results) -> Iterator[Line]:
    for name, most in COSTS.items():
        title = f"{name} <= {most:.0f}"
        if name not in found.costs:
            yield Line(title)
            continue
        median, low, high = found.costs[name]
        spread = f" (quartiles {low:.0f} to {high:.0f})" if low < high else ""
        yield Line(title, f"{median:.0f}{spread}", met=median <= most)
