from dataclasses import dataclass, field
from typing import Any

from benchmarks.shared.folds import read_fold, read_source
from benchmarks.shared.results import OURS, Run
from benchmarks.shops.ablation import measure
from benchmarks.shops.ablation_report import WHOLE, collect, page_section
from benchmarks.shops.jobs import Job
from benchmarks.shops.parts import SPEC, left_out, parts_of, without
from benchmarks.shops.shop_file import Shop
from models.category import train

RUN = Run("shops-ablation", "x.toml", "2026-11-29", "abc1234", "3.11.7", "python -m x")


@dataclass(frozen=True)
class Member:
    name: str


@dataclass(frozen=True)
class Spec:
    members: tuple[Member, ...] = (Member("ngrams"), Member("photos"))
    trees: Any = field(default=None)
    linear: Any = field(default=None)


def test_members_and_optional_attributes_are_parts():
    assert parts_of(Spec(linear=1)) == ("ngrams", "photos", "linear")


def test_a_part_is_left_out_and_the_others_stay():
    spec = Spec(linear=1)
    assert without(spec, "linear") == Spec()
    assert [member.name for member in without(spec, "photos").members] == ["ngrams"]
    assert without(spec, "no such part") == spec


def test_training_without_a_part_ends_with_the_context():
    before = getattr(train, SPEC)
    with left_out("category", "ngrams"):
        assert getattr(train, SPEC) is not before
    assert getattr(train, SPEC) is before


def test_each_part_of_a_real_model_is_left_out_once(tmp_path):
    rows = read_source("synthetic", tmp_path / "all", rows=300)
    fold = read_fold(rows, 0, 3, tmp_path / "fold")
    figures = measure("category", fold, tmp_path)
    assert len(figures) > 2
    assert all(set(values) == {"top1", "top5"} for values in figures.values())


def test_gains_are_paired_by_fold_and_averaged_over_shops():
    outputs = {}
    for name, loss in (("kestrel", 0.1), ("marlin", 0.3)):
        for number in range(2):
            whole = 0.5 + number / 10
            figures = {WHOLE: {"top1": whole}, "ngrams": {"top1": whole - loss}}
            outputs[Job(Shop(name, "a.tsv"), number, OURS, "category")] = figures

    text = page_section(RUN, collect(outputs, RUN))
    assert "| category top1 | ngrams | 0.2000 ± 0.1000 | 2 of 2 |" in text
