import models
from benchmarks.quality.ablation import PARTS, collect, page_section, result_table
from benchmarks.shared.results import Run

RUN = Run("ablation", "train.tsv", "2026-11-26", "abc", "3.11", "command")


def _results():
    figures = {
        ("whole", "price r2"): {0: 0.5, 1: 0.6},
        ("trees", "price r2"): {0: 0.4, 1: 0.5},
        ("whole", "brand top1"): {0: 0.7, 1: 0.7},
    } | {("whole", metric): {0: 0.0} for metric in ("category top1", "category top5",
         "brand recall", "price warm_r2", "shipping auc", "shipping warm_auc")}  # fmt: skip
    return collect(figures, RUN)


def test_a_part_brings_what_is_lost_without_it():
    lines = result_table(_results())
    assert lines[2].startswith(
        "| whole | 0.000 | 0.000 | 0.000 | 0.700 ± 0.000 | 0.550 ± 0.050 |"
    )
    assert lines[3] == "| trees |  |  |  |  | 0.100 ± 0.000 |  |  |  |"


def test_the_section_describes_its_run():
    assert page_section(RUN, _results()).startswith(
        "## What each part brings\n\nMeasured on 2026"
    )


def test_every_part_but_words_is_left_out_by_settings():
    for part in PARTS:
        for model, change in part.without.items():
            is_changed = change(models.config(model)) != models.config(model)
            assert is_changed is part.pretrained_words
