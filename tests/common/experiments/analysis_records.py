"""The record of an experiment whose variant does harm."""

from common.experiments.analysis_record import (
    AnalysisRecord,
    BreachRecord,
    DayRecord,
    GuardrailRecord,
    MetricRecord,
    VariantRecord,
)

ACCEPTANCE = MetricRecord(
    "category_acceptance", 0.6, 0.63, 0.03, 0.01, 0.05, None, "better"
)
SECONDS = MetricRecord("seconds", None, None, None, None, None, None, "unclear")
THREE = VariantRecord(
    "three",
    information=0.4,
    metrics=(ACCEPTANCE, SECONDS),
    breaches=(BreachRecord("seconds", 2, 4.5, 2.5),),
    history=(DayRecord("2026-12-01", 0.02, None, None),),
    guardrails=(GuardrailRecord("seconds", 4.5, 2.5, 6.5),),
)
RECORD = AnalysisRecord(
    key="top-3",
    layer="category",
    hypothesis="Three candidates are read faster than five.",
    owner="search-team",
    metric="category_acceptance",
    minimum_effect=0.01,
    control="control",
    time="2026-12-02T03:00:00+00:00",
    day=1,
    days=14,
    is_over=False,
    sellers={"control": 900, "three": 880},
    sample_ratio=0.64,
    sample_ratio_verdict="ok",
    switched=2,
    interval_kind="always valid",
    variants=(THREE,),
    warnings=("2 sellers saw both variants.",),
    verdict="harm",
    sentence="three harms seconds.",
)
