"""Old names of settings are refused, and every new name exists."""

from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest

import models
from common.errors import InputError


def _settings_classes(cls):
    """The class and every settings class nested in it."""
    hints = get_type_hints(cls)
    yield cls
    for field in fields(cls):
        if is_dataclass(hints[field.name]):
            yield from _settings_classes(hints[field.name])


def _has_path(cls, path):
    name, _, rest = path.partition(".")
    if name not in {field.name for field in fields(cls)}:
        return False
    return not rest or _has_path(get_type_hints(cls)[name], rest)


@pytest.mark.parametrize("name", models.NAMES)
def test_every_renamed_setting_exists_under_its_new_name_only(name):
    for cls in _settings_classes(type(models.config(name))):
        names = {field.name for field in fields(cls)}
        renamed = getattr(cls, "RENAMED", {})
        assert not names & renamed.keys()
        assert all(_has_path(cls, new) for new in renamed.values())


@pytest.mark.parametrize(
    ("name", "settings", "why"),
    [
        ("price", {"forest": {"trees": 9}}, "price.boosted_trees.n_estimators"),
        (
            "price",
            {"forest": {"quantile_leaves": 9}},
            "price.boosted_trees.quantile.num_leaves",
        ),
        ("price", {"widest": 9.0}, "price.max_interval_ratio"),
        ("category", {"right": 0.9}, "category.commit_precision"),
        ("shipping", {"sure": 0.5}, "shipping.abstain_below"),
    ],
)
def test_an_old_name_of_a_model_is_refused_with_the_new_one(name, settings, why):
    with pytest.raises(InputError, match=f"is now called {why}$"):
        models.config(name, settings)
