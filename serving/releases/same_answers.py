"""Whether a server answers what the models answer without one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from common.listing import Candidate, Suggestion, Suggestions

RELATIVE, ABSOLUTE = 1e-4, 1e-5
"""Differences of a number that the order of additions in a batch explains."""

Numbers = Mapping[str, float]


def differences(served: Suggestions, expected: Suggestions) -> Iterator[str]:
    """Yield a clause for each model whose answer is not the expected one."""
    for name, suggestion in expected.by_model.items():
        answer = served.by_model.get(name)
        # A model that did not answer is a failure of its own.
        if answer is not None:
            for difference in _differences(answer, suggestion):
                yield f"{name} {difference}"


def _differences(answer: Suggestion, expected: Suggestion) -> Iterator[str]:
    if answer.abstained != expected.abstained:
        yield "abstains otherwise than without a server"

    for field, candidates in expected.candidates.items():
        yield from _of_candidates(field, answer.candidates.get(field, ()), candidates)

    given, wanted = _amounts(answer), _amounts(expected)
    for amount in sorted(given.keys() | wanted.keys()):
        if not _is_close(given.get(amount), wanted.get(amount)):
            yield (
                f"answers {given.get(amount)} as {amount}, and {wanted.get(amount)} without a"
                " server"
            )


def _of_candidates(
    field: str, answer: tuple[Candidate, ...], expected: tuple[Candidate, ...]
) -> Iterator[str]:
    """Compare rankings; candidates that are as probable as each other may change places."""
    given = sorted((candidate.probability for candidate in answer), reverse=True)
    wanted = sorted((candidate.probability for candidate in expected), reverse=True)
    if len(given) != len(wanted):
        yield f"names {len(given)} candidates for {field}, and {len(wanted)} without a server"
        return
    if not all(map(_is_close, given, wanted)):
        yield f"states other probabilities for {field} than without a server"

    stated = {candidate.value: candidate.probability for candidate in answer}
    for candidate in expected[:1]:
        if not _is_close(stated.get(candidate.value), candidate.probability):
            yield f"has another first candidate for {field} than without a server"


def _amounts(suggestion: Suggestion) -> dict[str, float]:
    """Return the numbers of a suggestion that are no probabilities, by what they are."""
    amounts = {}
    if suggestion.price:
        price = suggestion.price
        amounts = {"median": price.median, "low": price.low, "high": price.high}
    if suggestion.fee:
        amounts["fee"] = suggestion.fee.amount
    return amounts


def _is_close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
