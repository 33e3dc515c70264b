"""A variant that does harm for certain is stopped, and no other."""

import math

from common.experiments.definition import Guardrail
from pipelines.experiments.effects import Effect
from pipelines.experiments.guardrails import find_breaches, guardrail_intervals

SLOWER = Guardrail("seconds", 5.0)
REFUSED = Guardrail("brand_acceptance", 0.01)


def breached(**effects):
    found = find_breaches([SLOWER, REFUSED], effects, information=1.0)
    return [each.guardrail.metric for each in found]


def seconds(value, error=1.0):
    return Effect(60.0, 60.0 + value, error, sellers=500)


def acceptance(value, error=0.005):
    return Effect(0.7, 0.7 + value, error, sellers=500)


def test_certain_harm_beyond_what_is_accepted_is_a_breach():
    assert breached(seconds=seconds(12.0)) == ["seconds"]
    assert breached(brand_acceptance=acceptance(-0.05)) == ["brand_acceptance"]


def test_harm_that_chance_may_explain_or_that_is_accepted_is_none():
    assert breached(seconds=seconds(12.0, error=4.0)) == []
    assert breached(seconds=seconds(4.9, error=0.1)) == []


def test_a_gain_is_no_harm():
    effects = {"seconds": seconds(-30.0), "brand_acceptance": acceptance(0.2)}
    assert breached(**effects) == []


def test_a_metric_without_an_effect_or_error_is_no_breach():
    assert breached() == []
    assert breached(seconds=seconds(50.0, error=math.nan)) == []


def test_guardrails_share_the_chance_of_an_error():
    effects = {"seconds": seconds(12.0), "brand_acceptance": acceptance(-0.05)}
    both = guardrail_intervals([SLOWER, REFUSED], effects, information=1.0)
    alone = guardrail_intervals([SLOWER], effects, information=1.0)
    assert set(both) == {"seconds", "brand_acceptance"}
    assert both["seconds"].low < alone["seconds"].low < 12


def test_a_breach_says_the_harm_and_what_of_it_is_certain():
    (found,) = find_breaches([REFUSED], {"brand_acceptance": acceptance(-0.05)}, 1.0)
    assert math.isclose(found.harm, 0.05)
    assert 0.01 < found.min_harm < found.harm
