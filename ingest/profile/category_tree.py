"""The commonest categories as a tree, with the number of rows below each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from common.listing import CATEGORY_SEPARATOR

MAX_LEVELS = 3
"""Levels of the tree."""

MAX_CHILDREN = (12, 8, 6)
"""Categories that are shown below one, by its level."""


@dataclass(slots=True)
class Share:
    """A value with its number of rows; a category also with those below it.

    Attributes:
        name: The value, or the last level of the category.
        count: Number of rows.
        children: The commonest values below.
        n_more: Number of values below that are not among them.
    """

    name: str
    count: int = 0
    children: list[Share] = field(default_factory=list)
    n_more: int = 0


def category_tree(paths: Mapping[str, int]) -> Share:
    """Return the root of a tree of the commonest categories, given the rows of each path."""
    root = Share("")
    nodes: dict[tuple[str, ...], Share] = {(): root}
    for path, count in sorted(paths.items()):
        root.count += count
        levels = tuple(path.split(CATEGORY_SEPARATOR))
        depth_shown = min(len(levels), MAX_LEVELS)
        for depth in range(1, depth_shown + 1):
            node = _find(nodes, levels[:depth])
            node.count += count

    _keep_commonest(root, depth=0)
    return root


def _find(nodes: dict[tuple[str, ...], Share], levels: tuple[str, ...]) -> Share:
    """Return the node of a category, whose parent is there already."""
    node = nodes.get(levels)
    if node is None:
        *parents, name = levels
        node = nodes[levels] = Share(name)
        nodes[tuple(parents)].children.append(node)
    return node


def _keep_commonest(node: Share, depth: int) -> None:
    # They were added by name, and sorting keeps that order among equals.
    node.children.sort(key=lambda child: child.count, reverse=True)
    if not node.children:
        return

    limit = MAX_CHILDREN[depth]
    node.n_more = max(0, len(node.children) - limit)
    node.children = node.children[:limit]
    for child in node.children:
        _keep_commonest(child, depth + 1)
