from dataclasses import dataclass, field

import optuna
import pytest

import models
from common.nets.settings import NetSettings
from models.ensemble.settings import LinearSettings
from pipelines.tuning.search_space import overrides, search_space

BOTH = ("text", "photo")


@pytest.mark.parametrize("name", models.NAMES)
def test_every_range_holds_the_value_that_a_setting_has(name):
    dimensions = search_space(models.config(name), BOTH)
    assert dimensions
    assert all(
        dimension.low <= dimension.default <= dimension.high for dimension in dimensions
    )
    assert all(
        dimension.low < dimension.high and (dimension.low > 0 or not dimension.log)
        for dimension in dimensions
    )


@pytest.mark.parametrize("name", models.NAMES)
def test_a_model_understands_whatever_is_drawn_for_it(name):
    dimensions = search_space(models.config(name), BOTH)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    drawn = study.ask()
    chosen = overrides(
        dimensions,
        {dimension.path: dimension.suggest(drawn) for dimension in dimensions},
    )
    assert models.config(name, chosen) != models.config(name)


def test_the_values_there_are_need_no_settings():
    dimensions = search_space(models.config("price"), BOTH)
    assert (
        overrides(
            dimensions, {dimension.path: dimension.default for dimension in dimensions}
        )
        == {}
    )


def test_a_member_that_has_nothing_to_read_is_not_searched():
    paths = {
        dimension.path
        for dimension in search_space(models.config("category"), ("text",))
    }
    assert "ngrams.ngram_dropout" in paths
    assert not any(path.startswith("photos") for path in paths)


def test_photos_have_no_ngrams_to_leave_out():
    paths = {dimension.path for dimension in search_space(models.config("brand"), BOTH)}
    assert "photos.width" in paths
    assert "photos.ngram_dropout" not in paths


@pytest.mark.parametrize("name", models.NAMES)
def test_penalties_are_not_searched_because_training_chooses_them(name):
    dimensions = search_space(models.config(name), BOTH)
    assert not any(dimension.path.startswith("linear") for dimension in dimensions)


@dataclass(frozen=True)
class Fifth:
    seed: int = 0
    share: float = 0.3
    net: NetSettings = field(
        default_factory=lambda: NetSettings(dropout=0.8, learning_rate=0.0)
    )
    linear: LinearSettings = field(default_factory=LinearSettings)


def test_a_model_that_nobody_thought_of_is_searched_where_its_settings_are_known():
    dimensions = {
        dimension.path: dimension for dimension in search_space(Fifth(), BOTH)
    }
    assert {path.split(".")[0] for path in dimensions} == {"net"}
    assert "net.seed" not in dimensions
    assert dimensions["net.dropout"].high == 0.8
    assert not dimensions["net.learning_rate"].log
