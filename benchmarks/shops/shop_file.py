"""The file of shops: what there is to measure on, and how each table is read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from common.errors import InputError

SHOPS = Path(__file__).with_name("shops.toml")
"""The file of shops that belongs to the benchmark."""


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop of the file.

    Attributes:
        name: name of the shop.
        table: path of its table below ``LISTREC_DATA``.
        folds: number of grouped folds.
        map: column of a field that ingest does not recognise; an empty one leaves the field out.
        photos: whether photos are read.
        mask_brand: whether the brand is taken out of the title.
        min_price: lower prices are left out.
    """

    name: str
    table: str
    folds: int = 5
    map: Mapping[str, str] = field(default_factory=dict)
    photos: bool = False
    mask_brand: bool = False
    min_price: float = 0.0

    @property
    def kind(self) -> str:
        """What of the listings is read, for names of files: ``text`` or ``photos``."""
        return "photos" if self.photos else "text"

    @property
    def as_text(self) -> Shop:
        """The shop without its name and photos: shops that are equal so have the same texts."""
        return replace(self, name="", photos=False)


def read_shops(path: Path = SHOPS) -> dict[str, Shop]:
    """Read the shops of a file by name; raises InputError for a key that no shop has."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} is not a file of shops: {error}") from error
    return {name: _parse(name, values) for name, values in content.items()}


def choose_shops(path: Path, names: Sequence[str]) -> list[Shop]:
    """Return the shops of a file with these names, all of them where there are no names.

    Raises InputError with the known names for one that is not there.
    """
    shops = read_shops(path)
    for name in names:
        if name not in shops:
            known = ", ".join(shops)
            raise InputError(
                f"there is no shop {name[:40]!r} in {path.name}; there are {known}"
            )
    return [shops[name] for name in names or shops]


def find_shop(name: str, path: Path = SHOPS) -> Shop:
    """Find a shop by its name; raises InputError with the known names if there is none."""
    (shop,) = choose_shops(path, [name])
    return shop


def _parse(name: str, values: Any) -> Shop:
    if not isinstance(values, dict) or "table" not in values:
        raise InputError(f'the shop {name} needs a table: {name} = {{table = "PATH"}}')

    known = {attribute.name for attribute in fields(Shop)} - {"name"}
    for key in values:
        if key not in known:
            keys = ", ".join(sorted(known))
            raise InputError(f"the shop {name} has no {key[:40]!r}; it can have {keys}")
    return Shop(name=name, **values)
