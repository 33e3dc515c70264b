"""What a shop knows without learning: its category tree, brands, shipping and rate card.

One versioned JSON file holds it all; ``common/data/taxonomy.json`` is the default and an example.
Only the shipping part must be there; an empty category tree or brand list means "any".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.errors import ArtifactError, InputError
from common.listing import Fee

SCHEMA = 1
"""Version of the file's layout; a newer one is refused."""

DEFAULT = Path(__file__).parent / "data" / "taxonomy.json"


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A shop's fixed lists; ``rates`` maps a method and a parcel size to an amount in ``currency``.

    ``text`` is the file it was read from, so that an artifact can carry a copy of it.
    """

    version: str
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    shipping_methods: tuple[str, ...]
    parcel_sizes: tuple[str, ...]
    currency: str
    rates: Mapping[str, Mapping[str, float]]
    text: str

    @classmethod
    def default(cls) -> Taxonomy:
        """The taxonomy that comes with this package; the synthetic shop ships by it."""
        return cls.load(DEFAULT)

    @classmethod
    def load(cls, path: Path) -> Taxonomy:
        """Read a taxonomy file; raises ``InputError`` if it is missing or says something wrong.

        A file of a newer schema is an ``ArtifactError``: this installation is too old for it.
        """
        try:
            return cls.parse(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError):
            raise InputError(f"there is no readable taxonomy file at {path}") from None

    @classmethod
    def parse(cls, text: str, name: str = "the taxonomy") -> Taxonomy:
        """Read a taxonomy from JSON text; ``name`` is what an error calls it."""
        try:
            values = json.loads(text)
        except ValueError as error:
            raise InputError(f"{name} is not JSON: {error}") from None
        if not isinstance(values, dict):
            raise InputError(f"{name} must hold one JSON object")
        if values.get("schema", 0) != SCHEMA:
            raise ArtifactError(
                f"{name} has schema {values.get('schema')!r}, and {SCHEMA} is the one known here"
            )
        return _check(_build(values, text, name), name)

    def fee(self, method: str, parcel_size: str) -> Fee | None:
        """What a parcel costs by the rate card; ``None`` if the method does not take that size."""
        amount = self.rates.get(method, {}).get(parcel_size)
        if amount is None:
            return None
        return Fee(amount, self.currency, method, parcel_size)


def _build(values: Mapping[str, Any], text: str, name: str) -> Taxonomy:
    try:
        return Taxonomy(
            version=str(values["version"]),
            categories=_words(values.get("categories", [])),
            brands=_words(values.get("brands", [])),
            shipping_methods=_words(values["shipping_methods"]),
            parcel_sizes=_words(values["parcel_sizes"]),
            currency=str(values["currency"]),
            rates={
                method: {size: float(amount) for size, amount in sizes.items()}
                for method, sizes in values["rates"].items()
            },
            text=text,
        )
    except KeyError as missing:
        raise InputError(f"{name} does not say {missing.args[0]!r}") from None
    except (TypeError, ValueError, AttributeError):
        raise InputError(
            f"{name} is not laid out as expected: lists hold words, and 'rates' maps a shipping"
            " method to parcel sizes and their fees"
        ) from None


def _words(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(word, str) for word in values):
        raise TypeError
    return tuple(values)


def _check(taxonomy: Taxonomy, name: str) -> Taxonomy:
    for method, sizes in taxonomy.rates.items():
        if method not in taxonomy.shipping_methods:
            raise InputError(f"{name} has a rate for {method!r}, which is no shipping method of it")
        for size, amount in sizes.items():
            if size not in taxonomy.parcel_sizes:
                raise InputError(f"{name} has a rate for {size!r}, which is no parcel size of it")
            if not 0 <= amount < float("inf"):
                raise InputError(f"{name} has a rate of {amount} for {method!r} and {size!r}")
    return taxonomy
