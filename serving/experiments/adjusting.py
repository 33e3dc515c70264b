"""What the parameters of a variant change of a model's answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from statistics import NormalDist

import numpy as np

import models
from common.experiments.definition import PAGE, Parameters
from common.listing import PriceRange, Suggestion


def adjust_all(
    by_model: Mapping[str, Suggestion], parameters: Mapping[str, Parameters]
) -> dict[str, Suggestion]:
    """Return answers by model, changed by the parameters of the page's layer, then of their own."""
    adjusted = dict(by_model)
    for name in by_model:
        for layer in (PAGE, name):
            if layer in parameters:
                adjusted[name] = adjust(adjusted[name], parameters[layer])
    return adjusted


def adjust(suggestion: Suggestion, parameters: Parameters) -> Suggestion:
    """Return an answer of a model with what the parameters change of it."""
    if parameters.top_k is not None:
        suggestion = _cut(suggestion, parameters.top_k)
    if parameters.abstain_below is not None:
        suggestion = _decide(suggestion, parameters.abstain_below)
    if parameters.interval_level is not None and suggestion.price is not None:
        price = at_level(suggestion.price, parameters.interval_level)
        suggestion = replace(suggestion, price=price)
    return suggestion


def at_level(price: PriceRange, level: float) -> PriceRange:
    """Return a price whose range contains a share ``level`` of prices, by its quantiles.

    Between two quantiles the logarithm of the price is linear in the quantile of the normal
    distribution, which is exact where prices are log-normal. A level beyond the outermost quantiles
    gives these.
    """
    if len(price.quantiles) < 2:
        return price
    levels, prices = zip(*price.quantiles, strict=True)
    logs = np.log1p(prices)
    low, high = np.interp(
        [_normal_quantile((1 - level) / 2), _normal_quantile((1 + level) / 2)],
        [_normal_quantile(each) for each in levels],
        logs,
    )
    return replace(
        price,
        low=min(math.expm1(low), price.median),
        high=max(math.expm1(high), price.median),
    )


def _cut(suggestion: Suggestion, top_k: int) -> Suggestion:
    candidates = {
        field: ranked[:top_k] for field, ranked in suggestion.candidates.items()
    }
    return replace(suggestion, candidates=candidates)


def _decide(suggestion: Suggestion, abstain_below: float) -> Suggestion:
    """Return an answer with another threshold of its first candidate than the model's own.

    Models keep their candidates where they abstain, so the threshold may be lower, too. One that
    was shown nothing it can read abstains at any threshold.
    """
    ranked = suggestion.candidates.get(models.outputs(suggestion.model)[0], ())
    if not ranked or not suggestion.used:
        return suggestion
    if ranked[0].probability >= abstain_below:
        return replace(suggestion, abstained="")
    reason = suggestion.abstained or "no candidate reaches the confidence threshold"
    return replace(suggestion, abstained=reason)


@lru_cache(maxsize=256)
def _normal_quantile(level: float) -> float:
    return NormalDist().inv_cdf(level)
