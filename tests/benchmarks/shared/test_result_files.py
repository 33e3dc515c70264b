import json

import pytest

from benchmarks.shared.result_files import read_results, write_results
from common.errors import InputError
from tests.benchmarks.shared.sample_results import RUN, sample_results


def test_results_are_the_same_after_a_round_trip(tmp_path):
    write_results(tmp_path / "results" / "quality.json", RUN, sample_results())
    run, results = read_results(tmp_path / "results" / "quality.json")
    assert run == RUN
    assert list(results) == list(sample_results())


def test_a_file_of_results_is_strict_json_with_one_result_a_line(tmp_path):
    path = tmp_path / "quality.json"
    write_results(path, RUN, sample_results())
    text = path.read_text()
    assert "NaN" not in text
    assert sum('"metric"' in line for line in text.splitlines()) == len(
        sample_results()
    )
    assert json.loads(text)["results"][1]["values"] == [0.5, 0.6]


@pytest.mark.parametrize(
    "text", ["", "{}", '{"run": {}, "results": []}', '{"figures": {}}']
)
def test_another_file_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "quality.json"
    path.write_text(text)
    with pytest.raises(InputError, match="is not a file of benchmark results"):
        read_results(path)
