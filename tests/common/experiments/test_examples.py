"""The files in ``experiments/`` are legal, together and each alone."""

from pathlib import Path

from common.experiments.checks import check_layers
from common.experiments.reading import read_experiments
from models.layers import LAYERS

FOLDER = Path(__file__).parents[3] / "experiments"


def test_the_examples_are_experiments_that_may_run_together():
    experiments = read_experiments(FOLDER, LAYERS)
    check_layers(experiments)
    assert len(experiments) == len(list(FOLDER.iterdir()))


def test_the_examples_show_parameters_a_release_and_a_shadow():
    variants = [
        variant
        for experiment in read_experiments(FOLDER, LAYERS)
        for variant in experiment.variants
    ]
    assert any(each.parameters.top_k for each in variants)
    assert any(each.release for each in variants)
    assert any(each.is_shadow for each in variants)
