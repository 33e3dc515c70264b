import pytest

from benchmarks.shared.result_files import read_results
from benchmarks.shared.results import Results, Run, result
from benchmarks.shared.run_benchmark import run_benchmark
from common.errors import InputError

RUN = Run.start("test", "synthetic", "a command")


def _measure():
    return Results([result(RUN, "ours", "accuracy", 0.5)])


def _section(run, results):
    return f"{run.benchmark}: {len(list(results))} results"


def test_the_section_is_printed_and_the_results_are_written(tmp_path, capsys):
    out = tmp_path / "results.json"

    assert run_benchmark(RUN, _measure, _section, out) == 0

    assert capsys.readouterr().out == "test: 1 results\n"
    run, results = read_results(out)
    assert (run, list(results)) == (RUN, list(_measure()))


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (InputError("there is no such shop"), 2, "error: there is no such shop"),
        (KeyboardInterrupt(), 130, "the same command measures what is missing"),
    ],
)
def test_a_run_that_ends_early_says_why_and_writes_nothing(
    tmp_path, capsys, error, code, sentence
):
    def fail():
        raise error

    out = tmp_path / "results.json"

    assert run_benchmark(RUN, fail, _section, out) == code

    assert sentence in capsys.readouterr().err
    assert not out.exists()
