"""How sellers of the synthetic market write: a title and a description from the facts.

A title never says everything, and says some of it badly: brands are left out, words misspelt, and
whoever is loud says too much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from simulator.brands import Brand
from simulator.categories import Leaf
from simulator.scripts import HIRAGANA
from simulator.seller_style import SellerStyle
from simulator.world import words

Draw = Callable[[], float]
"""The next random number in [0, 1)."""

MAX_LENGTH = (80, 40)
"""Characters that the forms of the two languages take for a title."""


class Item(NamedTuple):
    """What one listing says, in the words of its language; an empty word is a missing fact.

    ``alike`` is a brand that is mentioned though the thing is not of it. A tuple, since one is
    made for every row.
    """

    leaf: Leaf
    brand: Brand | None
    alike: Brand
    japanese: bool
    size: str
    colour: str
    amount: str
    condition: int
    pieces: int
    habits: SellerStyle


class TextWriter:
    """Writes titles and descriptions; holds the words of both languages and all brands."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        """Group the brands, for those who name others than their own."""
        self._words = (words()["en"], words()["ja"])
        self._emoji = words()["emoji"]
        self._groups: dict[str, list[Brand]] = {}
        for brand in brands:
            self._groups.setdefault(brand.group, []).append(brand)

    def title(self, item: Item, draw: Draw) -> str:
        """One title, as its seller would put it."""
        ways = self._words[item.japanese]
        habits, leaf, brand = item.habits, item.leaf, item.brand
        named = _choose(brand.writings[item.japanese], draw()) if brand else ""
        slots = (
            _choose(ways["bundle"], draw()).format(item.pieces) if item.pieces > 1 else "",
            named if draw() < habits.names else "",
            _choose(ways["who"][leaf.who], draw()) if leaf.who and draw() < 0.55 else "",
            _choose(ways["styles"], draw()) if draw() < 0.25 else "",
            item.colour if draw() < 0.35 else "",
            _choose(brand.lines, draw()) if brand and draw() < 0.3 else "",
            self._noun(item, ways, draw),
            item.amount if draw() < 0.7 else "",
            _choose(ways["size"], draw()).format(item.size) if item.size and draw() < 0.45 else "",
            _choose(ways["conditions"][item.condition], draw()) if draw() < 0.18 else "",
            _choose(leaf.features[item.japanese], draw()) if draw() < 0.2 else "",
        )
        parts = [slots[place] for place in habits.order if slots[place]]
        if draw() < 0.02 + 0.3 * habits.careless:
            place = int(draw() * len(parts))
            parts[place] = _misspelt(parts[place], draw())
        if habits.frame and draw() < 0.7:
            parts[0] = habits.frame.format(parts[0])
        text = self._decorated(habits.joiner.join(parts), item, ways, draw)
        return text[: MAX_LENGTH[item.japanese]].strip()

    def description(self, item: Item, draw: Draw) -> str:
        """One description, often empty or short."""
        habits, ways = item.habits, self._words[item.japanese]
        if draw() < 0.1 + 0.3 * habits.terse:
            return ""
        facts = _facts(item, draw)
        said: list[str] = []
        if habits.form:
            said += [_fill(line, facts) for line in ways["form"]]
        elif draw() < 0.75:
            said.append(_fill(_choose(ways["opening"], draw()), facts))
            if draw() < 0.35:
                said.append(_fill(_choose(ways["opening"], draw()), facts))
        if draw() < 0.6:
            blur = draw()
            state = min(max(item.condition + (blur < 0.08) - (blur > 0.92), 0), 4)
            said.append(_choose(ways["states"][state], draw()))
        for _ in range(int(draw() * 4 * (1 - habits.terse))):
            said.append(_fill(_choose(ways["closing"], draw()), facts))
        if habits.footer:
            said.append(habits.footer)
        if draw() < 0.25 * habits.loud:
            said.append(ways["tags"].format(facts["noun"], facts["brand"], self._other(item, draw)))
        joiner = "\n" if habits.form else ("" if item.japanese else " ")
        return joiner.join([part for part in dict.fromkeys(said) if part])

    def _noun(self, item: Item, ways: Mapping[str, Any], draw: Draw) -> str:
        """What the thing is called, now and then in the other language too, or not at all."""
        mood = draw()
        if mood < 0.03:
            return str(_choose(ways["vague"], draw()))
        nouns = item.leaf.nouns
        place = draw() ** 1.3
        noun: str = _choose(nouns[item.japanese], place)
        if mood < 0.1 if item.japanese else mood < 0.05:
            other = _choose(nouns[not item.japanese], place)
            return f"{noun} {other}" if mood < 0.07 else other
        if item.japanese and mood > 0.97:
            return noun.translate(HIRAGANA)
        return noun

    def _decorated(self, text: str, item: Item, ways: Mapping[str, Any], draw: Draw) -> str:
        """Letter case and width, mottos, emoji, exclamations and other brands' names."""
        habits = item.habits
        if habits.script:
            text = text.translate(habits.script)
        elif habits.case > 3 and not item.japanese:
            text = text.title() if habits.case > 4 else text.upper()
        if draw() < 0.04 and not item.brand:
            text += " " + _choose(item.alike.writings[item.japanese], draw())
        if draw() < 0.25 * habits.loud:
            others = (self._other(item, draw) for _ in range(3))
            text += " " + ways["stuffing"].format(*others)
        if habits.motto and draw() < 0.6:
            text = f"{habits.motto} {text}" if habits.frame else f"{text} {habits.motto}"
        if draw() < 0.5 * habits.loud:
            text += " " + _choose(self._emoji, draw())
        if draw() < 0.4 * habits.loud:
            text += " " + _choose(ways["hype"], draw())
        return text

    def _other(self, item: Item, draw: Draw) -> str:
        """The name of some brand that makes such things."""
        known = self._groups[item.alike.group]
        return str(_choose(known[int(draw() ** 3 * len(known))].writings[item.japanese], draw()))


def _choose(items: Sequence[Any], place: float) -> Any:
    return items[int(place * len(items))]


def _facts(item: Item, draw: Draw) -> dict[str, str]:
    """The facts that a description may name."""
    brand, language = item.brand, item.japanese
    return {
        "noun": _choose(item.leaf.nouns[language], draw() ** 1.3),
        "colour": item.colour,
        "brand": _choose(brand.writings[language], draw()) if brand else "",
        "line": _choose(brand.lines, draw()) if brand else "",
        "amount": item.amount,
        "size": item.size,
        "feature": _choose(item.leaf.features[language], draw()),
    }


def _fill(phrase: tuple[str, str], facts: Mapping[str, str]) -> str:
    """Fill a phrase in, or drop it when the fact it needs is missing."""
    text, fact = phrase
    return text.format_map(facts) if not fact or facts[fact] else ""


def _misspelt(word: str, place: float) -> str:
    """Two letters swapped, or one lost."""
    if len(word) < 4:
        return word
    at = 1 + int(place * (len(word) - 2))
    if int(place * 1000) % 2:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
