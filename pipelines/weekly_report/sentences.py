"""The figures of a report in sentences, for the terminal and the page."""

from __future__ import annotations

import math
from collections.abc import Iterator

from common.listing import AMOUNT_FIELDS
from pipelines.evaluation.intervals import MIN_SELLERS, Estimate
from pipelines.weekly_report.acceptance import Acceptance
from pipelines.weekly_report.choice_bias import Agreement
from pipelines.weekly_report.prices import SALE_DAYS, Prices
from pipelines.weekly_report.report import WeeklyReport
from pipelines.weekly_report.time_saved import TimeSaved

PRICE_INTERVAL = "80 %"
"""Share of prices that the interval is stated for."""

SAW = {
    "greedy": "saw suggestions best first",
    "exploration": "categories in a drawn order",
    "holdout": "none (the holdout)",
}
"""What sellers of each policy saw, as the parts of a sentence."""


def summarise(report: WeeklyReport) -> Iterator[str]:
    """Yield the sentences of a report, the most important first."""
    yield describe_size(report)
    for acceptance in report.acceptance:
        yield describe_acceptance(acceptance, has_before=report.listings_before > 0)
    yield describe_time(report.time_saved, len(report.weeks))
    yield from describe_prices(report.prices)
    yield describe_policies(report)
    if any(agreement.difference.has_interval for agreement in report.choice_bias):
        yield from map(describe_choice_bias, report.choice_bias)
    elif report.choice_bias:
        yield (
            "How much suggestions pull cannot be told yet: it needs"
            f" {MIN_SELLERS} sellers with suggestions, and as many in the holdout."
        )


def describe_size(report: WeeklyReport) -> str:
    """Return how many items were put up, beside the week before."""
    by = f"by {_counted(report.sellers, 'known seller')}"
    if report.unknown:
        by += f", {report.unknown:,} of them by sellers who are not known"
    if not report.sellers:
        by = "by sellers who are not known"
    return (
        f"{_counted(report.listings, 'item')} put up {by}; the week before"
        f" {report.listings_before:,}."
    )


def describe_acceptance(acceptance: Acceptance, has_before: bool = True) -> str:
    """Return how often suggestions for a field were accepted, and whether that has changed.

    Without ``has_before`` there is no week before to compare with.
    """
    change = f"; {compare(acceptance.difference)}" if has_before else ""
    return (
        f"{name_of(acceptance.field)}: {percent(acceptance.share)} accepted,"
        f" {100 * acceptance.changed:.0f} % changed, {100 * acceptance.ignored:.0f} % left"
        f" alone{change}."
    )


def describe_time(time: TimeSaved, weeks: int) -> str:
    """Return how many seconds suggestions save, or why that cannot be told."""
    saved = time.saved
    if not saved.has_interval:
        return _describe_few_sellers(time, weeks)

    medians = (
        f"an item takes {time.shown.value:.0f} seconds with them and"
        f" {time.holdout.value:.0f} in the holdout (medians of {weeks} weeks)"
    )
    if saved.low <= 0 <= saved.high:
        return (
            f"Whether suggestions save time cannot be told: {medians}, and the difference may be"
            f" {saved.low:.0f} to {saved.high:.0f} seconds."
        )
    word = "save" if saved.value > 0 else "cost"
    low, high = sorted((abs(saved.low), abs(saved.high)))
    return (
        f"Suggestions {word} {abs(saved.value):.0f} seconds an item ({low:.0f} to {high:.0f}):"
        f" {medians}."
    )


def _describe_few_sellers(time: TimeSaved, weeks: int) -> str:
    if not time.shown.rows and not time.holdout.rows:
        return "How long items take is not known: no known seller's listing has its seconds."
    reason = (
        "How much time suggestions save cannot be told yet:"
        f" {_counted(time.holdout.sellers, 'seller')} of the holdout and"
        f" {_counted(time.shown.sellers, 'seller')} with suggestions put up items in {weeks} weeks,"
        f" and each side needs {MIN_SELLERS}."
    )
    if time.weeks_needed is None:
        return f"{reason} LISTREC_HOLDOUT sets the holdout."
    if time.weeks_needed == 0:
        return reason
    return (
        f"{reason} At this rate the holdout takes about {time.weeks_needed} weeks; a larger"
        " LISTREC_HOLDOUT takes fewer."
    )


def describe_prices(prices: Prices) -> Iterator[str]:
    """Yield what sellers ask beside the suggested price, and how that sells."""
    if not prices.inside.rows:
        return
    yield (
        f"Asked prices: {percent(prices.inside)} are within the suggested range (of all prices it"
        f" is {PRICE_INTERVAL}); the median is {prices.ratio.value:.2f} times the suggestion."
    )
    accepted, changed = prices.sales
    if accepted.sold.rows and changed.sold.rows:
        yield (
            f"Sold within {SALE_DAYS} days, of the week before: {percent(accepted.sold)} with an"
            f" accepted price, {percent(changed.sold)} with a changed one."
        )


def describe_policies(report: WeeklyReport) -> str:
    """Return how many sellers of the week saw suggestions in which way."""
    total = sum(report.policies.values())
    if not total:
        return "How sellers saw suggestions is not known."
    shares = [
        f"{sellers:,} ({100 * sellers / total:.1f} %) {SAW[policy]}"
        for policy, sellers in report.policies.items()
    ]
    return f"Known sellers: {', '.join(shares)}."


def describe_choice_bias(agreement: Agreement) -> str:
    """Return how much more often sellers agree with suggestions that they see."""
    is_amount = agreement.field in AMOUNT_FIELDS
    where = "within the suggested range" if is_amount else "the first suggestion"
    agree = (
        f"{name_of(agreement.field)} is {where} in {percent(agreement.shown)} of the items with"
        f" suggestions, and in {percent(agreement.holdout)} of the holdout's"
    )
    if not agreement.difference.has_interval:
        return f"{agree}: too few sellers to tell how much suggestions pull."
    return f"{agree}: a pull of {points(agreement.difference)}."


def name_of(field: str) -> str:
    """Return a field as a title: ``Shipping payer``."""
    return field.replace("_", " ").capitalize()


def percent(estimate: Estimate) -> str:
    """Return a share with its interval: ``82 % (79 to 85)``."""
    if not math.isfinite(estimate.value):
        return "none"
    value = f"{100 * estimate.value:.0f} %"
    if not estimate.has_interval:
        return f"{value} (too few sellers for an interval)"
    return f"{value} ({100 * estimate.low:.0f} to {100 * estimate.high:.0f})"


def points(estimate: Estimate) -> str:
    """Return a difference of shares: ``+2.1 points (0.3 to 3.9)``."""
    # Adding 0 makes a plain zero of minus zero.
    value, low, high = (
        round(100 * end, 1) + 0.0
        for end in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value:+.1f} points ({low:.1f} to {high:.1f})"


def compare(difference: Estimate) -> str:
    """Return whether a share is another than the week before: ``..., which chance may explain``."""
    if not math.isfinite(difference.value):
        return "there were none the week before"
    if not difference.has_interval:
        return "too few sellers to compare it with the week before"
    is_chance = difference.low <= 0 <= difference.high
    doubt = ", which chance may explain" if is_chance else ""
    return f"{points(difference)} on the week before{doubt}"


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
