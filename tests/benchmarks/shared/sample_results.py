"""Results that the tests of this folder share."""

import math

from benchmarks.shared.results import OURS, Results, Run, repeated_result, result

RUN = Run(
    "quality", "train.tsv", "2026-11-26", "abc1234", "3.11.7", "python -m benchmarks.x"
)


def sample_results() -> Results:
    return Results(
        [
            repeated_result(
                RUN, "LightGBM", "price r2", {0: 0.1, 1: 0.3}, variant="train"
            ),
            repeated_result(RUN, OURS, "price r2", {1: 0.6, 0: 0.5}, variant="train"),
            repeated_result(
                RUN, OURS, "brand recall", {0: math.nan, 1: 0.5}, variant="train"
            ),
            result(
                RUN, OURS, "price r2", 0.7, variant="train", slice="Women", n_rows=12
            ),
            result(
                RUN,
                OURS,
                "microseconds alone",
                5.0,
                quartiles=(4.0, 6.0),
                variant="cost",
            ),
        ]
    )
