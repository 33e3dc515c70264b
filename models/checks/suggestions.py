"""Checks of suggestions: legal values, and equality within the tolerance of batches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from common.listing import Candidate, Fee, PriceRange, Suggestion
from models.checks.trained_model import ContractError, require

PROBABILITY_TOLERANCE = 1e-5
PRICE_TOLERANCE = 1e-4
"""Absolute and relative: products of one row and of a batch differ in the last bits of float32."""

ORDER_TOLERANCE = 1e-6
MAX_CANDIDATES = 5


def check_legal(suggestion: Suggestion, name: str) -> None:
    """Raise ``ContractError`` when a suggestion of model ``name`` has an impossible value."""
    require(
        suggestion.model == name,
        f"a suggestion of {name} says that it is {suggestion.model}'s",
    )
    require(bool(suggestion.version), "a suggestion has no version")
    require(
        bool(
            suggestion.candidates
            or suggestion.price
            or suggestion.fee
            or suggestion.abstained
        ),
        "a suggestion is empty and does not say why",
    )

    for field, candidates in suggestion.candidates.items():
        _check_ranking(field, candidates)
    if suggestion.price is not None:
        _check_price(suggestion.price)
    if suggestion.fee is not None:
        _check_fee(suggestion.fee)


def check_equal(actual: Sequence[Suggestion], expected: Sequence[Suggestion]) -> None:
    """Raise ``ContractError`` unless suggestions are equal, in order.

    Probabilities may differ by ``PROBABILITY_TOLERANCE``, prices by ``PRICE_TOLERANCE`` of
    themselves.
    """
    require(
        len(actual) == len(expected),
        f"there are {len(actual)} suggestions, and {len(expected)} were expected",
    )
    for row, (one, other) in enumerate(zip(actual, expected, strict=True)):
        try:
            _check_equal_pair(one, other)
        except ContractError as error:
            raise ContractError(f"suggestion {row}: {error}") from None


def _check_ranking(field: str, candidates: Sequence[Candidate]) -> None:
    n_candidates = len(candidates)
    values = {candidate.value for candidate in candidates}
    require(len(values) == n_candidates, f"a candidate for {field} is named twice")
    require(
        n_candidates <= MAX_CANDIDATES,
        f"{field} has more than {MAX_CANDIDATES} candidates",
    )

    _check_probabilities(field, [candidate.probability for candidate in candidates])


def _check_probabilities(field: str, probabilities: Sequence[float]) -> None:
    require(
        all(
            math.isfinite(probability) and 0 <= probability <= 1
            for probability in probabilities
        ),
        f"a probability for {field} is outside of 0 to 1",
    )
    require(
        sum(probabilities) <= 1,
        f"the probabilities for {field} have a sum above 1",
    )
    require(
        all(
            second <= first + ORDER_TOLERANCE
            for first, second in pairwise(probabilities)
        ),
        f"the candidates for {field} are not ranked by probability",
    )


def _check_price(price: PriceRange) -> None:
    quantiles = [value for _, value in price.quantiles]
    require(
        all(math.isfinite(value) and value >= 0 for value in quantiles),
        "a price is negative or not finite",
    )
    require(quantiles == sorted(quantiles), "the quantiles of a price cross")
    require(
        price.low <= price.median <= price.high,
        "a median price is outside of its own interval",
    )


def _check_fee(fee: Fee) -> None:
    amounts = [end for end in (fee.low, fee.amount, fee.high) if end is not None]
    require(
        all(math.isfinite(amount) and amount >= 0 for amount in amounts),
        "a fee is negative or not finite",
    )
    require(amounts == sorted(amounts), "a fee is outside of its own interval")
    require(
        (fee.low is None) == (fee.high is None), "the interval of a fee has one end"
    )


def _check_equal_pair(actual: Suggestion, expected: Suggestion) -> None:
    for name in ("model", "version", "abstained", "used", "unknown"):
        one, other = getattr(actual, name), getattr(expected, name)
        require(one == other, f"{name} is {one!r}, not {other!r}")

    # The order of fields is that of answers on a screen, so it counts too.
    fields, expected_fields = list(actual.candidates), list(expected.candidates)
    require(
        fields == expected_fields,
        f"it has candidates for {fields}, not {expected_fields}",
    )
    for field, candidates in actual.candidates.items():
        _check_equal_rankings(field, candidates, expected.candidates[field])
    _check_equal_prices(actual.price, expected.price)
    _check_equal_fees(actual.fee, expected.fee)


def _check_equal_rankings(
    field: str, actual: Sequence[Candidate], expected: Sequence[Candidate]
) -> None:
    require(
        len(actual) == len(expected),
        f"{field} has {len(actual)} candidates, not {len(expected)}",
    )
    for one, other in zip(actual, expected, strict=True):
        difference = abs(one.probability - other.probability)
        require(
            difference <= PROBABILITY_TOLERANCE + 1e-7 * abs(other.probability),
            f"a probability for {field} differs by {difference:.1e}",
        )
    _check_equal_order(field, actual, expected)


def _check_equal_order(
    field: str, actual: Sequence[Candidate], expected: Sequence[Candidate]
) -> None:
    """Neighbours of equal probability may change places, and the last one may be another."""
    probabilities = {candidate.value: candidate.probability for candidate in expected}
    for candidate in actual:
        probability = probabilities.get(candidate.value, expected[-1].probability)
        require(
            abs(probability - candidate.probability) < PROBABILITY_TOLERANCE,
            f"{field} {candidate.value!r} has another probability or rank",
        )


def _check_equal_prices(actual: PriceRange | None, expected: PriceRange | None) -> None:
    if actual is None or expected is None:
        require(actual is expected, "one suggestion has a price and the other has none")
        return

    require(
        actual.currency == expected.currency,
        f"the currency is {actual.currency!r}, not {expected.currency!r}",
    )
    one, other = np.array(actual.quantiles), np.array(expected.quantiles)
    require(
        one.shape == other.shape
        and np.allclose(one, other, rtol=PRICE_TOLERANCE, atol=0.0),
        f"the quantiles of the price are {actual.quantiles}, not {expected.quantiles}",
    )


def _check_equal_fees(actual: Fee | None, expected: Fee | None) -> None:
    """Amounts may differ by ``PRICE_TOLERANCE`` of themselves; all else is equal."""
    if actual is None or expected is None:
        require(actual is expected, "one suggestion has a fee and the other has none")
        return

    bare = [replace(fee, amount=0.0, low=None, high=None) for fee in (actual, expected)]
    one, other = (
        np.array([fee.amount, fee.low, fee.high], np.float64)
        for fee in (actual, expected)
    )
    require(
        bare[0] == bare[1]
        and np.allclose(one, other, rtol=PRICE_TOLERANCE, atol=0.0, equal_nan=True),
        f"fee is {actual!r}, not {expected!r}",
    )
