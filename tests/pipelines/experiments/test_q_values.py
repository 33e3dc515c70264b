"""Of many metrics that did not change, hardly any looks changed."""

import math

import numpy as np
import pytest

from pipelines.experiments.q_values import q_values

# Benjamini and Hochberg, 1995, section 4.1: 15 hypotheses, of which 4 are rejected at 0.05.
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_the_example_of_the_paper_has_four_discoveries():
    found = q_values({str(index): p for index, p in enumerate(PUBLISHED)})
    assert sum(each <= 0.05 for each in found.values()) == 4
    assert found["0"] == pytest.approx(15 * 0.0001)


def test_twenty_unchanged_metrics_seldom_have_a_discovery():
    rng = np.random.default_rng(0)
    draws = [dict(enumerate(rng.uniform(size=20))) for _ in range(500)]
    plain = np.mean([min(each.values()) <= 0.05 for each in draws])
    corrected = np.mean([min(q_values(each).values()) <= 0.05 for each in draws])
    assert plain > 0.5
    assert corrected <= 0.08


def test_a_metric_without_a_p_value_is_not_counted():
    found = q_values({"a": 0.03, "b": math.nan})
    assert found["a"] == pytest.approx(0.03)
    assert math.isnan(found["b"])
    assert math.isnan(q_values({"b": math.nan})["b"])
