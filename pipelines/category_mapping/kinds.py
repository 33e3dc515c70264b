"""What kind of things a category says that it holds: for whom, parts or wholes, or all others.

A name that says so is unlike one that does not, however many words they share: baby shoes are not
shoes for everybody, and a kettle lid is no kettle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.category_trees.tree import CategoryTree
from common.listing import CATEGORY_SEPARATOR
from pipelines.category_mapping.words import fold_name

Array = NDArray[np.float32]

AUDIENCES = (
    r"\b(?:bab(?:y|ies)|toddlers?|infants?|newborns?)\b|ベビー|幼児|赤ちゃん",
    r"\b(?:kids?|child|childrens?|boys?|girls?|bab(?:y|ies)|toddlers?)\b|キッズ|子供|の子|ベビー",
    r"\b(?:pets?|dogs?|cats?|birds?|fish|aquariums?|horses?|equestrian|animals?)\b|ペット|犬|猫|鳥|馬",
    r"\bmaternity\b|マタニティ",
    r"\b(?:costumes?|fancy dress)\b|コスチューム",
    r"\b(?:toys?|dolls?|dollhouse|pretend)\b|おもちゃ|玩具|人形",
    r"\b(?:medical|laboratory|industrial|hairdressing|law enforcement)\b|医療|実験|産業|業務用",
    r"\b(?:outdoors?|gardens?|patio|camp|camping)\b|屋外|アウトドア|ガーデン|キャンプ",
    r"\b(?:active|activewear|sports?|sporting|athletics?|yoga|gym)\b|スポーツ",
    r"\b(?:crafts?|crafting|fabrics?|textiles?|sewing|art)\b|手芸|クラフト|芸術",
    r"\b(?:vehicles?|cars?|motor|watercraft|marine)\b|乗り物|車|航海",
)
"""For whom or for what a thing is: a name that says so is unlike one that does not."""

PARTS = (
    r"\b(?:accessory|accessories|supplies)\b|関連用品|小物|アクセサリー$",
    r"\b(?:parts?|replacements?|components?|hardware)\b|部品|パーツ|交換",
    r"\b(?:care|cleaning|cleaners?|covers?|cases?|bags?|storage|stands?|holders?|racks?)\b"
    r"|手入れ|ケア|カバー|ケース|バッグ|収納|スタンド|ホルダー|ラック",
)
"""Whether a name is that of a part, or of what one keeps a thing in."""


_REST = re.compile(
    r"\b(?:other|others|misc|miscellaneous|general|more)\b|その他|他$|雑貨"
)


LEVELS_OF_DEPTH = 4
"""Levels below the department at which a node has the depth 1."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """What the nodes of a target say about their kind.

    Attributes:
        audience: which node mentions which of ``AUDIENCES``, ``[nodes, audiences]``.
        part: which node mentions which of ``PARTS``.
        depth: depth of each node, 0 for a department.
        is_leaf: 1 for a leaf, 0 for a parent.
    """

    audience: Array
    part: Array
    depth: Array
    is_leaf: Array

    @classmethod
    def fit(cls, tree: CategoryTree) -> Kinds:
        """Find what the nodes of a tree mention."""
        is_leaf = np.zeros(len(tree), np.float32)
        is_leaf[tree.leaves()] = 1
        levels = [path.count(CATEGORY_SEPARATOR) for path in tree.paths]
        return cls(
            audience=_mentions(tree.paths, AUDIENCES),
            part=_mentions(tree.paths, PARTS),
            depth=np.array(levels, np.float32) / np.float32(LEVELS_OF_DEPTH),
            is_leaf=is_leaf,
        )

    def compare(self, paths: Sequence[str]) -> dict[str, Array]:
        """Return arrays ``[paths, nodes]`` by name: what one side says and the other does not."""
        audience = _mentions(paths, AUDIENCES)
        part = _mentions(paths, PARTS)
        return {
            "audience added": _surplus(audience, self.audience),
            "audience missing": _surplus(self.audience, audience).T,
            "part added": _surplus(part, self.part),
            "part missing": _surplus(self.part, part).T,
            **self._positions(paths),
        }

    def _positions(self, paths: Sequence[str]) -> dict[str, Array]:
        """How deep a node is, and whether a leaf: the rest of a parent is that parent."""
        n_paths = len(paths)
        depth = np.tile(self.depth, (n_paths, 1))
        is_leaf = np.tile(self.is_leaf, (n_paths, 1))
        is_rest = np.array([_is_rest(path) for path in paths], np.float32)[:, None]
        return {
            "is department": (depth == 0).astype(np.float32),
            "is second level": (depth == 1 / LEVELS_OF_DEPTH).astype(np.float32),
            "depth": depth,
            "is leaf": is_leaf,
            "depth of a rest": depth * is_rest,
            "leaf of a rest": is_leaf * is_rest,
        }


def _mentions(paths: Iterable[str], patterns: Sequence[str]) -> Array:
    """Return which path mentions which group of words, ``[paths, patterns]``."""
    compiled = [re.compile(pattern) for pattern in patterns]
    folded = [fold_name(path) for path in paths]
    found = [[bool(each.search(path)) for each in compiled] for path in folded]
    return np.array(found, np.float32).reshape(len(folded), len(patterns))


def _surplus(of_source: Array, of_target: Array) -> Array:
    """Return how many groups of words a target mentions and a source does not."""
    missing: Array = (1 - of_source) @ of_target.T
    return missing


def _is_rest(path: str) -> bool:
    """Return whether a category is what is left of its parent, such as ``Lamps/Other``."""
    return bool(_REST.search(fold_name(path.rpartition(CATEGORY_SEPARATOR)[2])))
