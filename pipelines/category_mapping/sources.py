"""Opens either side of a mapping: listings, a list of paths, a taxonomy, or a built-in tree."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from common.category_trees.built_in import built_in_tree, is_built_in
from common.category_trees.tree import CategoryTree
from common.errors import InputError
from common.progress import FractionDone
from common.snapshot import SPLITS, Snapshot
from common.store.artifacts import MANIFEST
from common.taxonomy import Taxonomy
from common.validation.categories import parse_category
from ingest.options import ReadOptions
from ingest.source import RawRow
from ingest.tables import open_table
from pipelines.category_mapping.categories import MAX_TITLES, Categories

BATCH_ROWS = 4096

MAX_TAXONOMY_BYTES = 20_000_000
"""A larger JSON file is a table."""

Labelled = Iterable[tuple[str | None, str | None]]
"""A category path and a title of each listing, as far as it has them."""


def open_categories(
    name: str, language: str = "", report: FractionDone = lambda done: None
) -> Categories:
    """Open a source by its name: a built-in tree, a folder of a snapshot, or a file.

    A ``.txt`` file has one path a line. ``language`` is that of a built-in tree whose name has
    none. Raises ``InputError`` where there is nothing, or nothing with a category.
    """
    path = Path(name)
    if is_built_in(name) and not path.exists():
        return Categories(built_in_tree(name, language))
    if not path.exists():
        raise InputError(
            f"there is no {name[:200]!r}: a snapshot, a table, a .txt file with one path a line, a"
            " taxonomy .json or the name 'shopify' is expected"
        )

    if (path / MANIFEST).is_file():
        return _collect(name, _read_snapshot(path, report))
    if _is_list(path):
        return Categories(_read_list(path))
    if _is_taxonomy(path):
        return Categories(_read_taxonomy(path))
    return _collect(name, _read_table(path, report))


def _collect(name: str, listings: Labelled) -> Categories:
    """Count the listings of each path, and keep some of their titles."""
    rows: Counter[str] = Counter()
    titles: dict[str, list[str]] = {}
    for path, title in listings:
        if not path:
            continue

        rows[path] += 1
        if title:
            of_path = titles.setdefault(path, [])
            of_path.append(title)
            _thin(of_path)

    if not rows:
        raise _no_category(name[:200])

    tree = CategoryTree.from_paths(rows, name)
    kept = {path: _first(of_path) for path, of_path in titles.items()}
    return Categories(tree, rows, kept)


def _no_category(name: str) -> InputError:
    return InputError(
        f"no row of {name} has a category: listrec ingest {name} --dry-run shows what its columns"
        " are taken for"
    )


def _thin(titles: list[str]) -> None:
    """Keep the first titles by their checksum: the same ones in whatever order rows come."""
    if len(titles) >= 4 * MAX_TITLES:
        titles[:] = _first(titles)


def _first(titles: Sequence[str]) -> list[str]:
    ordered = sorted(titles, key=_order)
    return ordered[:MAX_TITLES]


def _order(title: str) -> tuple[int, str]:
    content = title.encode("utf-8", "replace")
    return zlib.crc32(content), title


def _read_snapshot(path: Path, report: FractionDone) -> Iterator[tuple[str, str]]:
    # Its files are checked when a model is trained on them; here this would take longer than all.
    snapshot = Snapshot.open(path, verify=False)
    for number, split in enumerate(SPLITS):
        for categories, titles in snapshot.columns(split, ("category", "title")):
            yield from zip(categories, titles, strict=True)
        report((number + 1) / len(SPLITS))


def _read_table(
    path: Path, report: FractionDone
) -> Iterator[tuple[str | None, str | None]]:
    source = open_table(path, ReadOptions())
    parsers = source.readings.parsers

    def _read(row: RawRow, field: str) -> str | None:
        try:
            value: str | None = parsers[field](row.values.get(field))
        except ValueError:
            return None
        return value

    for batch in source.batches(BATCH_ROWS):
        for row in batch:
            if not row.broken and row.values.get("category") is not None:
                yield _read(row, "category"), _read(row, "title")
        report(source.fraction())


def _is_list(path: Path) -> bool:
    if path.suffix.lower() != ".txt" or not path.is_file():
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return "\t" not in file.readline()


def _read_list(path: Path) -> CategoryTree:
    paths = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(
            f"{path} is not in UTF-8: save it as UTF-8, with one path a line, such as 'Women/Tops'"
        ) from None

    for number, line in enumerate(lines, start=1):
        try:
            category = parse_category(line)
        except ValueError as error:
            raise InputError(f"line {number} of {path}: the category {error}") from None
        if category:
            paths.append(category)
    return CategoryTree.from_paths(paths, str(path))


def _is_taxonomy(path: Path) -> bool:
    """Return whether a JSON file has the lists of a shop, and not its listings."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    if path.stat().st_size > MAX_TAXONOMY_BYTES:
        return False
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return isinstance(values, dict) and "categories" in values and "rates" in values


def _read_taxonomy(path: Path) -> CategoryTree:
    categories = Taxonomy.load(path).categories
    if not categories:
        raise InputError(
            f"{path} lists no categories: its 'categories' are paths such as 'Women/Tops', or"
            " 'shopify'"
        )
    return CategoryTree.from_paths(categories, str(path))
