"""A record of twenty days in which everything happens."""

from datetime import date

from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.record import (
    ExperimentRecord,
    LookRecord,
    LoopRecord,
    NightRecord,
    TrainingRecord,
)
from benchmarks.shared.results import Run

RUN = Run("loop", "synthetic", "2026-01-01", "abc", "3.11", "make loop")
PLAN = LoopPlan(
    date(2026, 1, 1),
    days=20,
    brand_day=5,
    inflation_day=9,
    experiment_day=15,
    experiment_days=2,
)
NIGHT = NightRecord(2, retrain=False, reasons=(), drifts=(), losses=())
BRAND_NIGHT = NightRecord(6, True, ("brand chosen ...",), ("brand chosen",), ())
PRICE_NIGHT = NightRecord(13, True, ("coverage ...",), (), ("coverage price",))
FIRST = TrainingRecord(0, "first", ("brand",), "promoted", "aa", (), 20.0, 0, 0, 0.0)
REFUSED = TrainingRecord(
    6, "monitoring", ("brand",), "refused", "", ("too bad",), 20.0, 9, 0, 0.0
)
PROMOTED = TrainingRecord(
    13, "monitoring", ("brand",), "promoted", "bb", (), 20.0, 9, 1, 0.5
)
LOOK = LookRecord(
    15, {"five-days": 40, "three-weeks": 41}, 0.04, -0.02, 0.1, 0.9, False, (), False
)
LAST = LookRecord(
    16, {"five-days": 60, "three-weeks": 63}, 0.05, 0.01, 0.09, 0.9, False, (), True
)
RATIOS = (1.0,) * 8 + (1.3,) * 5 + (1.05,) * 7
RECORD = LoopRecord(
    run=RUN,
    plan=PLAN,
    figures={
        **{
            f"acceptance {name}": (0.5,) * 20 for name in ("category", "brand", "price")
        },
        **{f"top_1_accuracy {name}": (0.8,) * 20 for name in ("category", "brand")},
        **{f"expected_accuracy {name}": (0.8,) * 20 for name in ("category", "brand")},
        "coverage price": (None, *(0.8,) * 19),
        "ratio price": RATIOS,
    },
    trainings=(FIRST, REFUSED, PROMOTED),
    nights=(NIGHT, BRAND_NIGHT, PRICE_NIGHT),
    experiment=ExperimentRecord("layer: category", "bb", "cc", (LOOK, LAST), "cc"),
    seconds={"training": 90.0},
    cpu_seconds={"training": 60.0},
)
