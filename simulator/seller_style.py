"""How each seller of the synthetic market writes: order, signs, letter case, widths, phrases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator.scripts import FULL_WIDTH, HALF_WIDTH
from simulator.sellers import Sellers

ORDERS = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    (9, 3, 1, 5, 4, 2, 6, 0, 7, 8, 10),
    (1, 5, 6, 2, 8, 4, 7, 9, 3, 10, 0),
    (6, 1, 5, 4, 8, 2, 7, 3, 9, 10, 0),
    (4, 3, 1, 2, 6, 8, 5, 7, 10, 9, 0),
)
"""Orders of a title's parts, numbered as ``Writer.title`` has them."""

JOINERS = ((" ", " ", " ", " ", " ", " - ", ", "), (" ", " ", " ", " ", "　", "", "/"))
"""What stands between them, in English and in Japanese."""

SCRIPTS = (None,) * 8 + (FULL_WIDTH, HALF_WIDTH)
"""How Japanese sellers type: most as anyone would, some at full width, some in half-width kana."""


class SellerStyle(NamedTuple):
    """A seller's ways; shares are of their listings. A tuple, as ``Item`` is."""

    order: tuple[int, ...]
    joiner: str
    frame: str
    motto: str
    footer: str
    form: bool
    case: int
    script: dict[int, str] | None
    names: float
    loud: float
    careless: float
    terse: float


def seller_style(
    sellers: Sellers, number: int, japanese: bool, words: Mapping[str, Any]
) -> SellerStyle:
    """The ways of a seller in one language, whose ``words`` they use."""
    style = sellers.style[number].tolist()
    return SellerStyle(
        order=ORDERS[int(style[0] * len(ORDERS))],
        joiner=_part(JOINERS[japanese], style[1]),
        frame=_part(words["frame"], style[2] * 4 % 1)
        if style[2] < (0.5 if japanese else 0.15)
        else "",
        motto=_part(words["hype"], style[3] * 4 % 1) if style[3] < 0.25 else "",
        footer=_part(words["footer"], style[4] * 3 % 1) if style[4] < 0.3 else "",
        form=style[5] < 0.3,
        case=int(style[6] * 10),
        script=_part(SCRIPTS, style[7]) if japanese else None,
        names=0.4 + 0.45 * (style[6] * 100 % 1),
        loud=float(sellers.loud[number]),
        careless=float(sellers.careless[number]),
        terse=float(sellers.terse[number]),
    )


def _part(items: Any, place: float) -> Any:
    return items[int(place * len(items))]
