from dataclasses import dataclass, field, replace

import optuna
import pytest

import models
from common.nets.settings import NetSettings
from models.ensemble.settings import LinearSettings
from pipelines.tuning.search_space import merge, overrides, search_space

BOTH = ("text", "photo")


@pytest.mark.parametrize("name", models.NAMES)
def test_every_range_holds_the_value_that_a_setting_has(name):
    knobs = search_space(models.config(name), BOTH)
    assert knobs
    assert all(knob.low <= knob.default <= knob.high for knob in knobs)
    assert all(knob.low < knob.high and (knob.low > 0 or not knob.log) for knob in knobs)


@pytest.mark.parametrize("name", models.NAMES)
def test_a_model_understands_whatever_is_drawn_for_it(name):
    knobs = search_space(models.config(name), BOTH)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    drawn = study.ask()
    chosen = overrides(knobs, {knob.path: knob.suggest(drawn) for knob in knobs})
    assert models.config(name, chosen) != models.config(name)


def test_the_values_there_are_need_no_settings():
    knobs = search_space(models.config("price"), BOTH)
    assert overrides(knobs, {knob.path: knob.default for knob in knobs}) == {}


def test_a_member_that_has_nothing_to_read_is_not_searched():
    paths = {knob.path for knob in search_space(models.config("category"), ("text",))}
    assert "vectors.width" in paths
    assert not any(path.startswith("photos") for path in paths)
    assert "ngrams.ngram_dropout" in paths
    assert "vectors.ngram_dropout" not in paths


@dataclass(frozen=True)
class Fifth:
    seed: int = 0
    share: float = 0.3
    net: NetSettings = field(default_factory=lambda: replace(NetSettings(), dropout=0.8))
    linear: LinearSettings = field(default_factory=lambda: LinearSettings(alpha=0.0))


def test_a_model_that_nobody_thought_of_is_searched_where_its_settings_are_known():
    knobs = {knob.path: knob for knob in search_space(Fifth(), BOTH)}
    assert {path.split(".")[0] for path in knobs} == {"net", "linear"}
    assert "net.seed" not in knobs
    assert knobs["net.dropout"].high == 0.8
    assert not knobs["linear.alpha"].log


def test_settings_of_one_part_are_joined():
    before = {"seed": 3, "ngrams": {"epochs": 2.0, "width": 64}}
    assert merge(before, {"ngrams": {"width": 96}}) == {
        "seed": 3,
        "ngrams": {"epochs": 2.0, "width": 96},
    }
