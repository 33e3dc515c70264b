"""Categories of real shops whose counterparts in Shopify's taxonomy were labelled by hand.

The file is no part of the project, as it holds the paths of shops. Its columns are ``shop``,
``path``, ``exact`` (ids of the best nodes, separated by blanks), ``acceptable`` (ids of other nodes
that are right, such as a parent) and ``split``: weights are learned on ``fit`` and measured on
``test``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shared.command_line import data_folder
from common.category_trees.tree import CategoryTree
from common.errors import InputError
from pipelines.category_mapping.categories import Categories
from pipelines.category_mapping.sources import open_categories

SHOPS = {"gumtree": "en", "thredup": "en", "japan": "ja"}
"""Shops, whose rows are in ``<shop>/listings.tsv`` of LISTREC_DATA, and their language."""

SPLITS = ("fit", "test")
COLUMNS = ("shop", "path", "exact", "acceptable", "split")


@dataclass(frozen=True, slots=True)
class LabelledCategory:
    """A labelled category.

    Attributes:
        shop: name of the shop.
        path: path of the category.
        exact: ids of the best nodes.
        acceptable: ids of other right nodes.
        split: ``fit`` or ``test``.
    """

    shop: str
    path: str
    exact: tuple[str, ...]
    acceptable: tuple[str, ...]
    split: str

    @property
    def right(self) -> frozenset[str]:
        """Ids of all right nodes."""
        return frozenset((*self.exact, *self.acceptable))


def read_labels(path: Path) -> list[LabelledCategory]:
    """Read the labelled categories; raises ``InputError`` where there is no such file."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError):
        raise InputError(
            f"there is no readable file of labelled categories at {path}: --judged names it"
        ) from None
    if not rows or set(rows[0]) != set(COLUMNS):
        raise InputError(f"{path} must have the columns {', '.join(COLUMNS)}, and rows")

    return [_parse(row) for row in rows]


def _parse(row: Mapping[str, str]) -> LabelledCategory:
    exact = tuple(row["exact"].split())
    acceptable = tuple(row["acceptable"].split())
    # Where no node is exact, the acceptable ones are the best.
    if not exact:
        exact, acceptable = acceptable, ()

    return LabelledCategory(
        shop=row["shop"],
        path=row["path"],
        exact=exact,
        acceptable=acceptable,
        split=row["split"],
    )


def open_shop(shop: str) -> Categories:
    """Open the listings of a shop in LISTREC_DATA."""
    table = data_folder("real shops") / shop / "listings.tsv"
    return open_categories(str(table))


def node_numbers(tree: CategoryTree, ids: Sequence[str]) -> list[int]:
    """Return the nodes of ids, which all must be in the tree."""
    numbers = {node_id: node for node, node_id in enumerate(tree.ids)}
    return [numbers[node_id] for node_id in ids]
