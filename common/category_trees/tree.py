"""A tree of categories: paths with ids, parents before their children."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from common.errors import InputError
from common.listing import CATEGORY_SEPARATOR

NO_PARENT = -1
"""In place of the index of a parent: the node is a department, on the first level."""


@dataclass(frozen=True, slots=True)
class CategoryTree:
    """A tree of categories; a node is named by its index.

    Attributes:
        name: name of the tree, for messages and files.
        language: ``en`` or ``ja``, or empty where the language of the names is not known.
        ids: id of each node; its path where the tree has no ids.
        paths: path of each node, its levels joined by ``/``; a parent stands before its children.
        parents: index of each node's parent, or ``NO_PARENT``.
    """

    name: str
    language: str
    ids: tuple[str, ...]
    paths: tuple[str, ...]
    parents: tuple[int, ...]

    @classmethod
    def from_paths(
        cls, paths: Iterable[str], name: str = "tree", language: str = ""
    ) -> CategoryTree:
        """Return the tree of all ``paths`` and the levels above them, sorted, with paths as ids.

        Raises ``InputError`` for a path with an empty level, and where there is no path.
        """
        nodes: set[str] = set()
        for path in paths:
            _check_levels(path)
            nodes.update(ancestors(path))
            nodes.add(path)
        if not nodes:
            raise InputError(
                f"{name} has no categories: one path a line is expected, such as 'Women/Tops'"
            )

        # By levels rather than as text, so that a parent stands directly before its subtree.
        ordered = tuple(sorted(nodes, key=_levels_of))
        index = {path: number for number, path in enumerate(ordered)}
        parents = [index.get(parent_path(path), NO_PARENT) for path in ordered]
        return cls(
            name,
            language,
            ids=ordered,
            paths=ordered,
            parents=tuple(parents),
        )

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.paths)

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each node: the last level of its path."""
        return tuple(path.rpartition(CATEGORY_SEPARATOR)[2] for path in self.paths)

    def leaves(self) -> list[int]:
        """Return the indices of the nodes without children."""
        inner = set(self.parents)
        return [node for node in range(len(self)) if node not in inner]

    def lineage(self, node: int) -> Iterator[int]:
        """Yield the node, its parent, and so on up to its department."""
        while node != NO_PARENT:
            yield node
            node = self.parents[node]


def _check_levels(path: str) -> None:
    levels = _levels_of(path)
    if not all(level.strip() for level in levels):
        raise InputError(
            f"the category {path[:40]!r} has an empty level: levels are joined by one"
            f" {CATEGORY_SEPARATOR!r}, as in 'Women/Tops/Blouses'"
        )


def _levels_of(path: str) -> list[str]:
    return path.split(CATEGORY_SEPARATOR)


def parent_path(path: str) -> str:
    """Return the path without its last level; empty for a department."""
    return path.rpartition(CATEGORY_SEPARATOR)[0]


def ancestors(path: str) -> Iterator[str]:
    """Yield the paths above this one, the nearest first."""
    while path := parent_path(path):
        yield path
