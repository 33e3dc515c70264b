"""The fixed lists of a shop: its category tree, brands, shipping methods and rate card.

They are one versioned JSON file; ``common/data/taxonomy.json`` is the default and an example. Only
the part about shipping is required; an empty category tree or brand list means "any". A shop
without a category tree of its own writes ``"categories": "shopify"`` or ``"shopify:ja"``, or names
``shopify`` in place of a file, which is the default with that tree.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.category_trees.built_in import built_in_tree, is_built_in
from common.errors import ArtifactError, InputError
from common.listing import Fee
from common.validation.folding import fold_label

SCHEMA = 1
"""Version of the layout of the file; any other one is refused."""

DEFAULT = Path(__file__).parent / "data" / "taxonomy.json"


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The fixed lists of a shop.

    Attributes:
        version: the shop's own name for this version of the lists.
        categories: paths of the category tree, or empty for any.
        brands: names of brands, or empty for any.
        shipping_methods: names of shipping methods.
        parcel_sizes: names of parcel sizes.
        currency: currency of the rates.
        rates: fee of a parcel by shipping method and parcel size.
        text: text of the file, so that an artifact can hold a copy of it.
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
        """Return the taxonomy of this package; the synthetic shop uses it too."""
        return cls.load(DEFAULT)

    @classmethod
    def load(cls, path: Path) -> Taxonomy:
        """Read a taxonomy file; raises ``InputError`` if it is missing or wrong.

        ``shopify`` and ``shopify:ja`` are the default with that tree of categories. A file of
        another schema is an ``ArtifactError``: this installation does not know it.
        """
        if is_built_in(str(path)) and not path.exists():
            return cls._with_tree(str(path))
        try:
            return cls.parse(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError):
            raise InputError(f"there is no readable taxonomy file at {path}") from None

    @classmethod
    def _with_tree(cls, name: str) -> Taxonomy:
        values = json.loads(DEFAULT.read_text(encoding="utf-8"))
        values["categories"] = name
        return cls.parse(json.dumps(values), name)

    @classmethod
    def parse(cls, text: str, name: str = "the taxonomy") -> Taxonomy:
        """Parse a taxonomy from JSON text; ``name`` is its name in errors."""
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
        """Return the fee by the rate card, or ``None`` if the method does not take that size.

        The card's spelling of a method or a size may differ in case, blanks and signs.
        """
        method_on_card = _same_label(method, self.rates)
        sizes = self.rates.get(method_on_card, {})
        amount = sizes.get(_same_label(parcel_size, sizes))
        if amount is None:
            return None
        return Fee(amount, self.currency, method, parcel_size)


def _same_label(label: str, labels: Collection[str]) -> str:
    """Return the spelling of a label among ``labels``, or the label itself if it is not there."""
    if label in labels:
        return label
    key = fold_label(label)
    return next((other for other in labels if fold_label(other) == key), label)


def _build(values: Mapping[str, Any], text: str, name: str) -> Taxonomy:
    try:
        return Taxonomy(
            version=str(values["version"]),
            categories=_categories(values.get("categories", [])),
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


def _categories(values: Any) -> tuple[str, ...]:
    """Return the paths of a list, or of the built-in tree that is named in its place."""
    if isinstance(values, str):
        return built_in_tree(values).paths
    return _words(values)


def _words(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(
        isinstance(word, str) for word in values
    ):
        raise TypeError
    return tuple(values)


def _check(taxonomy: Taxonomy, name: str) -> Taxonomy:
    for method, sizes in taxonomy.rates.items():
        if method not in taxonomy.shipping_methods:
            raise InputError(
                f"{name} has a rate for {method!r}, which is no shipping method of it"
            )
        for size, amount in sizes.items():
            if size not in taxonomy.parcel_sizes:
                raise InputError(
                    f"{name} has a rate for {size!r}, which is no parcel size of it"
                )
            if not 0 <= amount < float("inf"):
                raise InputError(
                    f"{name} has a rate of {amount} for {method!r} and {size!r}"
                )
    return taxonomy
