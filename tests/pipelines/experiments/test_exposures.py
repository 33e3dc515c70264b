"""Sellers are exposed when a variant is on their screen first, and in one variant only."""

from typing import Any

import pandas as pd

from pipelines.experiments.exposures import find_exposures


def shown(*rows):
    columns = ["seller", "time", "variant", "policy"]
    return pd.DataFrame([(*row, "greedy")[:4] for row in rows], columns=columns)


def test_the_first_time_on_the_screen_counts_in_whatever_order_events_come():
    found = find_exposures(shown(("a", 7, "new"), ("a", 3, "new"), ("b", 5, "control")))
    assert found.exposed["time"].to_dict() == {"a": 3, "b": 5}
    assert found.exposed["variant"].to_dict() == {"a": "new", "b": "control"}
    assert found.switched == 0


def test_sellers_of_two_variants_are_left_out_and_counted():
    found = find_exposures(shown(("a", 3, "new"), ("a", 4, "control"), ("b", 5, "new")))
    assert found.exposed.index.tolist() == ["b"]
    assert found.switched == 1


def test_sellers_who_are_not_known_and_experiments_that_nobody_saw_expose_nobody():
    assert find_exposures(shown(("", 3, "new"))).exposed.empty
    assert find_exposures(shown()).exposed.empty


def test_sellers_of_the_holdout_and_of_the_exploration_are_left_out():
    rows: list[Any] = [("a", 3, "new", each) for each in ("greedy", "exploration")]
    rows += [("b", 3, "new"), ("b", 4, None, "holdout"), ("c", 3, "new")]
    found = find_exposures(shown(*rows))
    assert found.exposed.index.tolist() == ["c"]
