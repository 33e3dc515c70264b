from pathlib import Path

import numpy as np
import pytest

from benchmarks.taxonomy.labels import LabelledCategory, read_labels
from benchmarks.taxonomy.measure import (
    COMMIT_PRECISION,
    DEPARTMENT,
    EXACT,
    TOP,
    calibration_error,
    coverage_at_precision,
    measure,
)
from common.category_trees.tree import CategoryTree
from common.errors import InputError

TREE = CategoryTree.from_paths(["A/a", "A/b", "B/a"])


def _labelled(exact: str, acceptable: str = "") -> LabelledCategory:
    return LabelledCategory("shop", "path", (exact,), tuple(acceptable.split()), "test")


def test_an_acceptable_node_is_right_but_not_exact() -> None:
    scores = np.array([[0.9, 0, 0.1, 0, 0]])  # A, A/a, A/b, B, B/a
    figures = measure([_labelled("A/b", "A")], scores, TREE, True)
    assert figures[f"{TOP} 1"] == 1
    assert figures[EXACT] == 0
    assert figures[COMMIT_PRECISION] == 1


def test_no_score_is_no_answer() -> None:
    figures = measure([_labelled("A")], np.zeros((1, 5)), TREE, False)
    assert figures[f"{TOP} 5"] == figures[DEPARTMENT] == 0


def test_coverage_counts_the_most_confident_answers() -> None:
    confidences = np.array([0.9, 0.8, 0.7, 0.6])
    is_right = np.array([True, True, False, False])
    assert coverage_at_precision(confidences, is_right) == 0.5
    assert coverage_at_precision(confidences, ~is_right) == 0


def test_the_calibration_error_is_the_gap_in_each_bin() -> None:
    probabilities = np.array([0.95, 0.95, 0.15, 0.15])
    is_right = np.array([True, True, True, False])
    assert calibration_error(probabilities, is_right) == pytest.approx(0.2)


def test_a_file_without_the_columns_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "judged.csv"
    path.write_text("shop,path\nx,y\n", encoding="utf-8")
    with pytest.raises(InputError, match="must have the columns shop, path, exact"):
        read_labels(path)
    with pytest.raises(InputError, match="no readable file"):
        read_labels(tmp_path / "none.csv")
