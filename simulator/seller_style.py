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
"""Orders of a title's parts, numbered as ``TextWriter.title`` lists them."""

SEPARATORS = ((" ", " ", " ", " ", " ", " - ", ", "), (" ", " ", " ", " ", "　", "", "/"))
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


def seller_style(
    sellers: Sellers, seller: int, japanese: bool, phrases: Mapping[str, Any]
) -> SellerStyle:
    """The style of a seller in one language, with the ``phrases`` of that language."""
    draws = sellers.style[seller].tolist()
    order_draw, separator_draw, frame_draw, slogan_draw = draws[:4]
    footer_draw, form_draw, case_draw, width_draw = draws[4:]

    frame = slogan = footer = ""
    width = None
    # Where one number decides twice, its later digits are as good as another draw.
    if frame_draw < FRAME_SHARES[japanese]:
        frame = choose(phrases["frame"], frame_draw * 4 % 1)
    if slogan_draw < SLOGAN_SHARE:
        slogan = choose(phrases["hype"], slogan_draw * 4 % 1)
    if footer_draw < FOOTER_SHARE:
        footer = choose(phrases["footer"], footer_draw * 3 % 1)
    if japanese:
        width = choose(CHARACTER_WIDTHS, width_draw)

    return SellerStyle(
        part_order=choose(PART_ORDERS, order_draw),
        separator=choose(SEPARATORS[japanese], separator_draw),
        title_frame=frame,
        slogan=slogan,
        footer=footer,
        uses_form=form_draw < FORM_SHARE,
        letter_case=int(case_draw * 10),
        character_width=width,
        brand_share=0.4 + 0.45 * (case_draw * 100 % 1),
        promotion=float(sellers.promotion[seller]),
        carelessness=float(sellers.carelessness[seller]),
        terseness=float(sellers.terseness[seller]),
    )


def choose(items: Sequence[T], draw: float) -> T:
    """The item at a random position: ``draw`` is a number in [0, 1)."""
    return items[int(draw * len(items))]
