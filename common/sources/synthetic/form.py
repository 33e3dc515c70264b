"""The form of a synthetic listing as its seller filled it in: every field, still without text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from common.listing import CONDITIONS, NO_BRAND
from common.sources.synthetic.facts import METHODS, Facts
from common.sources.synthetic.wording import Subject, Writer
from common.sources.synthetic.world import World
from common.taxonomy import Taxonomy

OPENED = date(2024, 7, 1)
"""The day the shop's first listing may have been put up."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Fills in forms: what the world, the taxonomy and the sizes and colours know."""

    world: World
    taxonomy: Taxonomy
    writer: Writer

    def subject(self, facts: Facts, i: int) -> Subject:
        """What row ``i`` is about, for the writer."""
        world, writer = self.world, self.writer
        leaf = world.leaves[facts.leaf[i]]
        brand = world.brands[facts.brand[i]]
        branded = bool(facts.branded[i])
        unit = int(facts.unit[i])
        coloured = leaf.who and facts.colour[i] < 0.8
        return Subject(
            leaf=leaf,
            line=brand.lines[int(facts.leaf[i]) % 2] if branded else "",
            brand=brand if branded else None,
            alike=None if branded else brand,
            japanese=bool(facts.japanese[i]),
            size=_part(writer.sizes(leaf.sizes), facts.size[i]) if leaf.sizes else "",
            colour=int((facts.colour[i] / 0.8) ** 1.5 * len(writer.colours())) if coloured else -1,
            amount=_amount(leaf.amounts[unit], leaf.unit, facts.size[i]) if unit >= 0 else "",
            condition=int(facts.condition[i]),
            count=int(facts.count[i]),
            loud=float(facts.loud[i]),
        )

    def fields(
        self, facts: Facts, i: int, about: Subject, row: int, first_seller: int
    ) -> dict[str, object]:
        """The values of row ``i``, the shop's row number ``row``; what does not apply is absent."""
        listed = OPENED + timedelta(days=int(facts.listed[i]))
        parcel = self.taxonomy.parcel_sizes[facts.parcel[i]]
        values: dict[str, object] = {
            "listing_id": f"L{row + 1:08d}",
            "category": self.world.leaves[facts.shown[i]].path,
            "brand": about.brand.name if about.brand else NO_BRAND,
            "condition": CONDITIONS[facts.condition[i]],
            "price": round(float(facts.price[i]), 2),
            "currency": self.taxonomy.currency,
            "shipping_payer": "seller" if facts.seller_pays[i] else "buyer",
            "shipping_method": self._method(parcel, facts, i),
            "parcel_size": parcel,
            "seller_id": f"S{first_seller + int(facts.seller[i]):07d}",
            "listed_at": listed.isoformat(),
            "language": "ja" if about.japanese else "en",
        }
        if about.size:
            values["size"] = about.size
        if about.colour >= 0:
            values["colour"] = self.writer.colours()[about.colour]
        if facts.days[i] >= 0:
            values["sold_at"] = (listed + timedelta(days=int(facts.days[i]))).isoformat()
        return values

    def _method(self, parcel: str, facts: Facts, i: int) -> str:
        """The usual method for the parcel and price; now and then another that takes the parcel."""
        usual = METHODS[facts.parcel[i]][facts.price_class[i]]
        if facts.habit[i] >= 0.1:
            return usual
        legal = [name for name in self.taxonomy.shipping_methods if self.taxonomy.fee(name, parcel)]
        return _part(legal, facts.habit[i] * 10)


def _amount(amount: int, unit: str, u: float) -> str:
    """``128gb`` or ``128 GB``, as sellers will."""
    text = f"{amount} {unit}" if u < 0.5 else f"{amount}{unit}"
    return text.upper() if u > 0.8 or u < 0.2 else text


def _part(items: Sequence[str], u: float) -> str:
    return items[int(u * len(items))]
