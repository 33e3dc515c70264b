import models
from benchmarks.quality.ablation import PARTS, table


def test_a_part_brings_what_is_lost_without_it():
    found = {
        ("whole", "price r2"): [0.5, 0.6],
        ("trees", "price r2"): [0.4, 0.5],
        ("whole", "brand top1"): [0.7, 0.7],
    } | {("whole", metric): [0.0] for metric in ("category top1", "category top5", "brand recall",
         "price warm_r2", "shipping auc", "shipping warm_auc")}  # fmt: skip
    lines = table(found)
    assert lines[2].startswith("| whole | 0.000 | 0.000 | 0.000 | 0.700 ± 0.000 | 0.550 ± 0.050 |")
    assert lines[3] == "| trees |  |  |  |  | 0.100 ± 0.000 |  |  |  |"


def test_every_part_but_words_is_left_out_by_settings():
    for part in PARTS:
        for model, change in part.without.items():
            assert (change(models.config(model)) != models.config(model)) is part.words
