"""Effects and guardrails in words."""

from common.experiments.analysis_record import GuardrailRecord, VariantRecord
from pipelines.experiments.wording import describe_guardrail

SLOWER = GuardrailRecord("seconds", 3.12, -1.0, 7.24)
LESS = GuardrailRecord("brand_acceptance", -0.004, -0.012, 0.004)
VARIANT = VariantRecord("new", 0.5, metrics=(), guardrails=(SLOWER, LESS))


def test_a_guardrail_has_its_effect_its_interval_and_its_limit():
    told = describe_guardrail(VARIANT, "seconds", max_harm=10)
    assert told == "Time to list: +3.1 seconds (-1.0 to 7.2), limit +10.0 seconds"


def test_the_limit_of_what_should_be_high_is_below_zero():
    told = describe_guardrail(VARIANT, "brand_acceptance", max_harm=0.05)
    assert told == "Brand acceptance: -0.4 points (-1.2 to 0.4), limit -5.0 points"


def test_a_guardrail_without_an_effect_is_unknown():
    told = describe_guardrail(VARIANT, "price_acceptance", max_harm=0.05)
    assert told == "Price acceptance: unknown, limit -5.0 points"
