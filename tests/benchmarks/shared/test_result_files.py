import json
import math

import pytest

from benchmarks.shared.result_files import read_results, write_results
from benchmarks.shared.results import OURS, Results, Run, repeated_result, result
from common.errors import InputError

RUN = Run(
    "quality", "train.tsv", "2026-11-26", "abc1234", "3.11.7", "python -m benchmarks.x"
)


def _results() -> Results:
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


def test_results_are_the_same_after_a_round_trip(tmp_path):
    write_results(tmp_path / "results" / "quality.json", RUN, _results())
    run, results = read_results(tmp_path / "results" / "quality.json")
    assert run == RUN
    assert list(results) == list(_results())


def test_a_file_of_results_is_strict_json_with_one_result_a_line(tmp_path):
    path = tmp_path / "quality.json"
    write_results(path, RUN, _results())
    text = path.read_text()
    assert "NaN" not in text
    assert sum('"metric"' in line for line in text.splitlines()) == len(_results())
    assert json.loads(text)["results"][1]["values"] == [0.5, 0.6]


@pytest.mark.parametrize(
    "text", ["", "{}", '{"run": {}, "results": []}', '{"figures": {}}']
)
def test_another_file_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "quality.json"
    path.write_text(text)
    with pytest.raises(InputError, match="is not a file of benchmark results"):
        read_results(path)
