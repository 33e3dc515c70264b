from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from common.config import build, merge
from common.errors import InputError


@dataclass(frozen=True)
class Part:
    rate: float = 0.1
    sizes: tuple[int, ...] = ()

    RENAMED: ClassVar[Mapping[str, str]] = {"speed": "rate", "depth": "inner.depth"}


@dataclass(frozen=True)
class Whole:
    seed: int = 0
    quick: bool = False
    kind: str = "linear"
    part: Part = field(default_factory=Part)

    RENAMED: ClassVar[Mapping[str, str]] = {"old_seed": "seed", "piece": "part"}


def test_nothing_given_is_the_default():
    assert build(Whole, {}, "brand") == Whole()


def test_mappings_build_nested_settings():
    given = {"seed": 3, "quick": True, "part": {"rate": 1, "sizes": [4, 5]}}
    built = build(Whole, given, "brand")
    assert built == Whole(3, True, part=Part(1.0, (4, 5)))
    assert isinstance(built.part.rate, float)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"sede": 1}, "brand has no setting 'sede'; it has seed, quick, kind, part"),
        ({"part": {"rat": 1}}, "brand.part has no setting 'rat'; it has rate, sizes"),
        ({"seed": "many"}, "brand.seed must be of type int, not 'many'"),
        ({"seed": True}, "brand.seed must be of type int, not True"),
        ({"quick": 1}, "brand.quick must be of type bool, not 1"),
        (
            {"part": {"rate": "fast"}},
            "brand.part.rate must be of type float, not 'fast'",
        ),
        ({"part": {"sizes": 3}}, "brand.part.sizes must be of type tuple, not 3"),
        ({"part": None}, "brand.part must be of type Part, not None"),
    ],
)
def test_an_invalid_setting_is_refused_with_a_sentence(given, why):
    with pytest.raises(InputError) as error:
        build(Whole, given, "brand")
    assert str(error.value) == why


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"old_seed": 1}, "brand.old_seed is now called brand.seed"),
        ({"part": {"speed": 1.0}}, "brand.part.speed is now called brand.part.rate"),
        ({"piece": {"speed": 1.0}}, "brand.piece.speed is now called brand.part.rate"),
        ({"piece": {"rate": 1.0}}, "brand.piece is now called brand.part"),
        (
            {"part": {"depth": 2}},
            "brand.part.depth is now called brand.part.inner.depth",
        ),
        (
            {"old_seed": 1, "part": {"speed": 1.0}},
            "brand.old_seed is now called brand.seed;"
            " brand.part.speed is now called brand.part.rate",
        ),
        (
            {"RENAMED": {}},
            "brand has no setting 'RENAMED'; it has seed, quick, kind, part",
        ),
    ],
)
def test_an_old_name_is_refused_with_the_new_one(given, why):
    with pytest.raises(InputError) as error:
        build(Whole, given, "brand")
    assert str(error.value) == why


def test_settings_of_one_part_are_joined():
    before = {"seed": 3, "ngrams": {"epochs": 2.0, "width": 64}}
    assert merge(before, {"ngrams": {"width": 96}}) == {
        "seed": 3,
        "ngrams": {"epochs": 2.0, "width": 96},
    }
