"""Maps in the language of the source, and names the counterparts in another one.

A built-in tree has the same ids in every language, so names are compared in the language that the
source is in, and the file gets the names that are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from common.category_trees.built_in import SHOPIFY, built_in_tree, is_built_in
from common.category_trees.tree import CategoryTree
from common.errors import InputError
from common.progress import FractionDone
from pipelines.category_mapping.categories import Categories
from pipelines.category_mapping.mapping import Counterpart, MappedCategory
from pipelines.category_mapping.sources import open_categories
from pipelines.category_mapping.words import is_japanese


def open_pair(
    source_name: str, target_name: str, report: FractionDone
) -> tuple[Categories, CategoryTree]:
    """Open both sides by their names; a built-in tree is opened in the language of the other one.

    Raises ``InputError`` where either of them cannot be opened.
    """
    if is_built_in(source_name) and not is_built_in(target_name):
        target = open_categories(target_name, report=report).tree
        return open_categories(source_name, language_of(target)), target

    source = open_categories(source_name, report=report)
    language = language_of(source.tree)
    # The language in the target's own name is that of the file: "name_in" sees to it.
    name = SHOPIFY if is_built_in(target_name) else target_name
    return source, open_categories(name, language).tree


def language_of(tree: CategoryTree) -> str:
    """Return the language that most names of a tree are in: ``ja`` or ``en``."""
    if tree.language:
        return tree.language
    n_japanese = sum(map(is_japanese, tree.paths))
    return "ja" if n_japanese * 2 > len(tree) else "en"


def name_in(
    language: str, target_name: str, mapped: Sequence[MappedCategory]
) -> Sequence[MappedCategory]:
    """Return mapped categories whose counterparts in a built-in tree have names in ``language``.

    An empty ``language`` is that of ``target_name``, or as they are. Raises ``InputError`` for a
    language where the target is not built in.
    """
    if not is_built_in(target_name):
        if language:
            raise InputError(
                f"{target_name[:200]} has names in one language: --language is for"
                f" '{SHOPIFY}', which has several"
            )
        return mapped

    language = language or target_name.partition(":")[2]
    if not language:
        return mapped
    tree = built_in_tree(SHOPIFY, language)
    paths = dict(zip(tree.ids, tree.paths, strict=True))
    return [_rename(category, paths) for category in mapped]


def _rename(category: MappedCategory, paths: dict[str, str]) -> MappedCategory:
    def _named(counterpart: Counterpart) -> Counterpart:
        return replace(counterpart, path=paths[counterpart.id])

    committed = category.committed
    return replace(
        category,
        counterparts=tuple(map(_named, category.counterparts)),
        committed=_named(committed) if committed else None,
    )
