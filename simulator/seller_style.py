"""The writing style of each seller of the synthetic market: order, signs, letter case, phrases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from simulator.scripts import FULL_WIDTH, HALF_WIDTH
from simulator.sellers import Sellers

PART_ORDERS = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    (9, 3, 1, 5, 4, 2, 6, 0, 7, 8, 10),
    (1, 5, 6, 2, 8, 4, 7, 9, 3, 10, 0),
    (6, 1, 5, 4, 8, 2, 7, 3, 9, 10, 0),
    (4, 3, 1, 2, 6, 8, 5, 7, 10, 9, 0),
)
"""Orders of a title's parts, numbered as ``TitleWriter.write`` lists them."""

SEPARATORS = (
    (" ", " ", " ", " ", " ", " - ", ", "),
    (" ", " ", " ", " ", "　", "", "/"),
)
"""Separators of a title's parts, in English and in Japanese; frequent ones are repeated."""

CHARACTER_WIDTHS = (None,) * 8 + (FULL_WIDTH, HALF_WIDTH)
"""Translations of Japanese text: most sellers type as usual, some full width or half-width kana."""

FRAME_SHARES = (0.15, 0.5)
"""Shares of sellers who frame their titles, in English and in Japanese."""

SLOGAN_SHARE = 0.25
FOOTER_SHARE = 0.3
FORM_SHARE = 0.3

T = TypeVar("T")


class SellerStyle(NamedTuple):
    """A seller's writing style in one language.

    Attributes:
        part_order: order of the parts of a title.
        separator: separator of the parts.
        title_frame: format with brackets or the like around the first part, or empty.
        slogan: words before or after most titles, or empty.
        footer: last sentence of every description, or empty.
        uses_form: whether descriptions are a list of fields.
        letter_case: 0 to 9; 4 writes English titles in capitals, 5 and more in title case.
        character_width: translation of Japanese titles to other widths, or None.
        brand_share: share of titles that name the brand.
        promotion: tendency to advertise, 0 to 1.
        carelessness: tendency to misspell, 0 to 1.
        terseness: tendency to say little, 0 to 1.
    """

    part_order: tuple[int, ...]
    separator: str
    title_frame: str
    slogan: str
    footer: str
    uses_form: bool
    letter_case: int
    character_width: dict[int, str] | None
    brand_share: float
    promotion: float
    carelessness: float
    terseness: float


class _StyleDraws(NamedTuple):
    """The random numbers of ``Sellers.style``, named after what they decide."""

    part_order: float
    separator: float
    frame: float
    slogan: float
    footer: float
    form: float
    letter_case: float
    width: float


def seller_style(
    sellers: Sellers, seller: int, japanese: bool, phrases: Mapping[str, Any]
) -> SellerStyle:
    """The style of a seller in one language, with the ``phrases`` of that language."""
    draws = _StyleDraws(*sellers.style[seller].tolist())
    frame_share = FRAME_SHARES[japanese]
    separators = SEPARATORS[japanese]

    return SellerStyle(
        part_order=choose(PART_ORDERS, draws.part_order),
        separator=choose(separators, draws.separator),
        title_frame=_used_by(frame_share, phrases["frame"], draws.frame, 4),
        slogan=_used_by(SLOGAN_SHARE, phrases["hype"], draws.slogan, 4),
        footer=_used_by(FOOTER_SHARE, phrases["footer"], draws.footer, 3),
        uses_form=draws.form < FORM_SHARE,
        letter_case=int(draws.letter_case * 10),
        character_width=choose(CHARACTER_WIDTHS, draws.width) if japanese else None,
        brand_share=0.4 + 0.45 * _later_digits(draws.letter_case, 100),
        promotion=float(sellers.promotion[seller]),
        carelessness=float(sellers.carelessness[seller]),
        terseness=float(sellers.terseness[seller]),
    )


def _used_by(share: float, items: Sequence[str], draw: float, factor: int) -> str:
    """One of ``items`` for this share of the sellers, else an empty string."""
    if draw >= share:
        return ""

    second_draw = _later_digits(draw, factor)
    return choose(items, second_draw)


def _later_digits(draw: float, factor: int) -> float:
    """A second random number in [0, 1) from one that has decided something already."""
    return draw * factor % 1


def choose(items: Sequence[T], draw: float) -> T:
    """The item at a random position: ``draw`` is a number in [0, 1)."""
    return items[int(draw * len(items))]
