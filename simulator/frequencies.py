"""How often the categories and brands of the synthetic market occur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Ints, cumulative
from simulator.brands import Brand
from simulator.categories import Leaf

GROUP_SHARES = (1.0, 0.3, 0.12)
"""Relative frequency of the brands of a leaf's first, second and third group."""

LEAF_EXPONENT = 1.15
"""A power above 1 makes frequent leaves more frequent than the table of categories says."""

BRANDED_EXPONENT = 1.4
"""A power above 1 makes listings without a brand more frequent than the table says."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Frequencies of root categories ``[R]``, leaves ``[L]`` and pairs of leaf and brand ``[P]``.

    Attributes:
        root_cdf: cumulative shares ``[R]`` of the root categories.
        leaf_cdf: cumulative shares ``[R + 1, L]`` of the leaves within each root; the last row is
            for the whole market.
        pair_cdf: cumulative shares ``[P]`` of brands within a leaf, plus the leaf's number: one
            sorted array, in which all leaves are searched at once.
        pair_brand: brand ``[P]`` of each pair.
        branded_share: share ``[L]`` of listings that have a brand.
        coloured_share: share ``[L]`` of listings that name a colour.
        n_amounts: number of amounts ``[L]`` (such as 64 gb, 128 gb) to choose from.
    """

    root_cdf: Array
    leaf_cdf: Array
    pair_cdf: Array
    pair_brand: Ints
    branded_share: Array
    coloured_share: Array
    n_amounts: Ints


def draw_frequencies(
    leaves: Sequence[Leaf], brands: Sequence[Brand], rng: np.random.Generator
) -> Frequencies:
    """Frequencies of the categories, which are fixed, and of brands in them, which are drawn."""
    root_cdf, leaf_cdf = _category_cdfs(leaves)
    pair_cdf, pair_brand = _draw_pairs(leaves, brands, rng)
    branded_shares = [leaf.branded_share for leaf in leaves]
    branded_share = np.array(branded_shares)
    n_amounts = [len(leaf.amounts) for leaf in leaves]

    # Sellers name the colour of what is worn more often than that of other articles.
    coloured_share = [0.8 if leaf.wearer else 0.4 for leaf in leaves]

    return Frequencies(
        root_cdf=root_cdf,
        leaf_cdf=leaf_cdf,
        pair_cdf=pair_cdf,
        pair_brand=pair_brand,
        branded_share=branded_share**BRANDED_EXPONENT,
        coloured_share=np.array(coloured_share),
        n_amounts=np.array(n_amounts),
    )


def _category_cdfs(leaves: Sequence[Leaf]) -> tuple[Array, Array]:
    """Cumulative shares of the roots, and of the leaves within each root and in the market."""
    table_shares = [leaf.share for leaf in leaves]
    shares = np.array(table_shares) ** LEAF_EXPONENT
    roots = [_root(leaf) for leaf in leaves]
    root_of_leaf = np.array(roots)
    root_shares = []
    leaf_cdf = []

    for root in dict.fromkeys(roots):
        is_in_root = root_of_leaf == root
        shares_in_root = shares * is_in_root
        root_shares.append(is_in_root @ shares)
        leaf_cdf.append(cumulative(shares_in_root))

    leaf_cdf.append(cumulative(shares))
    root_cdf = cumulative(np.array(root_shares))
    return root_cdf, np.array(leaf_cdf)


def _root(leaf: Leaf) -> str:
    root, _ = leaf.path.split("/", 1)
    return root


def _draw_pairs(
    leaves: Sequence[Leaf], brands: Sequence[Brand], rng: np.random.Generator
) -> tuple[Array, Ints]:
    """Cumulative shares and brand of every pair.

    Every section of the taxonomy has log-normal preferences for brands, on top of Zipf's law.
    """
    preferences = _draw_preferences(leaves, len(brands), rng)
    groups = _groups(brands)
    pair_cdf: list[Array] = []
    pair_brand: list[Ints] = []

    for number, leaf in enumerate(leaves):
        section = _section(leaf)
        weights = _brand_weights(leaf, groups, preferences[section])
        present = np.flatnonzero(weights)
        shares = cumulative(weights[present])

        # The leaf's number keeps the sections of the joined array apart, and the array sorted.
        pair_cdf.append(number + shares)
        pair_brand.append(present)

    return np.concatenate(pair_cdf), np.concatenate(pair_brand)


def _groups(brands: Sequence[Brand]) -> NDArray[np.str_]:
    """The group ``[B]`` of each brand."""
    names = [brand.group for brand in brands]
    return np.array(names)


def _draw_preferences(
    leaves: Sequence[Leaf], n_brands: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Draw log-normal preferences ``[B]`` for the brands, section by section of the taxonomy."""
    preferences: dict[str, Array] = {}
    sections = [_section(leaf) for leaf in leaves]

    for section in dict.fromkeys(sections):
        preferences[section] = rng.lognormal(0, 0.8, n_brands)

    return preferences


def _section(leaf: Leaf) -> str:
    section, _ = leaf.path.rsplit("/", 1)
    return section


def _brand_weights(leaf: Leaf, groups: NDArray[np.str_], preferences: Array) -> Array:
    """Weights ``[B]`` of the brands in a leaf: Zipf's law within each group, bent by preference."""
    weights = np.zeros(len(groups))

    for group, share in zip(leaf.brand_groups, GROUP_SHARES, strict=False):
        is_member = groups == group
        members = np.flatnonzero(is_member)
        n_members = len(members)

        ranks = np.arange(1, n_members + 1)
        zipf = preferences[members] / ranks
        weights[members] = share * zipf / zipf.sum()

    return weights
