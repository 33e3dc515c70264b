import pytest

from benchmarks.shared.folds import read_fold, read_source
from benchmarks.shared.results import OURS, Run
from benchmarks.shops.ablation import measure
from benchmarks.shops.ablation_report import WHOLE, collect, page_section
from benchmarks.shops.jobs import Job
from benchmarks.shops.parts import trained_once
from benchmarks.shops.shop_file import Shop
from models.ensemble.training import fit_head

RUN = Run("shops-ablation", "x.toml", "2026-11-29", "abc1234", "3.11.7", "python -m x")


def test_training_with_shared_members_ends_with_the_context():
    before = dict(vars(fit_head))
    with trained_once():
        assert vars(fit_head) != before
    assert vars(fit_head) == before


@pytest.mark.parametrize(("model", "parts"), [
    ("category", {"linear", "ngrams"}),
    ("brand", {"linear", "frequencies", "rules"}),
    pytest.param("price", {"linear", "ngrams", "trees"}, marks=pytest.mark.slow),
])  # fmt: skip
def test_each_part_of_a_real_model_is_left_out_once(model, parts, tmp_path):
    rows = read_source("synthetic", tmp_path / "all", rows=300)
    fold = read_fold(rows, 0, 3, tmp_path / "fold")
    figures = measure(model, fold, tmp_path)
    assert set(figures) == {WHOLE, *parts}
    assert any(figures[part] != figures[WHOLE] for part in parts)


def test_gains_are_paired_by_fold_and_averaged_over_shops():
    outputs = {}
    for name, loss in (("kestrel", 0.1), ("marlin", 0.3)):
        for number in range(2):
            whole = 0.5 + number / 10
            figures = {WHOLE: {"top1": whole}, "ngrams": {"top1": whole - loss}}
            outputs[Job(Shop(name, "a.tsv"), number, OURS, "category")] = figures

    text = page_section(RUN, collect(outputs, RUN))
    assert "| category top1 | ngrams | 0.2000 ± 0.1000 | 2 of 2 |" in text
