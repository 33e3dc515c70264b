"""Attributes of dataclasses are those of ``asdict``, without copies."""

from dataclasses import asdict, dataclass

from common.attributes import attributes_of


@dataclass(frozen=True, slots=True)
class Flat:
    name: str
    labels: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Nested:
    part: Flat
    by_name: dict[str, int]


def test_a_dataclass_without_others_is_as_asdict_has_it():
    flat = Flat("a", ("b", "c"))
    assert list(attributes_of(flat).items()) == list(asdict(flat).items())


def test_what_is_within_is_not_copied():
    nested = Nested(Flat("a", ()), {"a": 1})
    attributes = attributes_of(nested)

    assert attributes["part"] is nested.part
    assert attributes["by_name"] is nested.by_name
