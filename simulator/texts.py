"""Titles and descriptions of synthetic listings, as sellers of the market write them.

A title never says everything, and says some of it badly: brands are left out, words misspelt, and
promotional sellers say too much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from simulator.brands import Brand
from simulator.categories import Leaf
from simulator.scripts import HIRAGANA
from simulator.seller_style import SellerStyle, choose
from simulator.world import load_phrases

Draw = Callable[[], float]
"""Returns the next random number in [0, 1)."""

MAX_TITLE_LENGTH = (80, 40)
"""Characters that the forms of the two languages take for a title."""

NOUN_EXPONENT = 1.3
"""A power above 1 of a uniform draw prefers the first, commonest nouns."""

TITLE_CASE, UPPER_CASE = 5, 4
"""``SellerStyle.letter_case`` from which English titles are in title case, and in capitals."""


class Article(NamedTuple):
    """The facts of one listing in the words of its language.

    A tuple, because one is made for every row and tuples are made fastest.

    Attributes:
        leaf: true leaf category.
        brand: brand, if any.
        similar_brand: a brand that may be mentioned although the article is not of it.
        japanese: whether the listing is written in Japanese.
        size: size, or empty.
        colour: colour, or empty.
        amount: amount with its unit, or empty.
        condition: 0 (new) to 4 (poor).
        n_pieces: number of articles sold together.
        style: the seller's writing style.
    """

    leaf: Leaf
    brand: Brand | None
    similar_brand: Brand
    japanese: bool
    size: str
    colour: str
    amount: str
    condition: int
    n_pieces: int
    style: SellerStyle


class TextWriter:
    """Writes titles and descriptions in both languages.

    All randomness comes from the ``draw`` of each call; the order of the draws within a method
    is part of the market, since every row continues the stream of the row before it.
    """

    def __init__(self, brands: Sequence[Brand]) -> None:
        """Group the ``brands``, for titles that name others than their own."""
        self._phrases = (load_phrases()["en"], load_phrases()["ja"])
        self._emoji = load_phrases()["emoji"]
        self._groups: dict[str, list[Brand]] = {}
        for brand in brands:
            self._groups.setdefault(brand.group, []).append(brand)

    def title(self, article: Article, draw: Draw) -> str:
        """Write one title: its parts in the seller's order, with typos and decoration."""
        style = article.style
        parts = self._title_parts(article, draw)
        ordered = [parts[index] for index in style.part_order if parts[index]]

        if draw() < 0.02 + 0.3 * style.carelessness:
            index = int(draw() * len(ordered))
            ordered[index] = _misspell(ordered[index], draw())

        if style.title_frame and draw() < 0.7:
            ordered[0] = style.title_frame.format(ordered[0])

        text = self._decorate(style.separator.join(ordered), article, draw)
        return text[: MAX_TITLE_LENGTH[article.japanese]].strip()

    def description(self, article: Article, draw: Draw) -> str:
        """Write one description, often empty or short."""
        style = article.style
        if draw() < 0.1 + 0.3 * style.terseness:
            return ""

        phrases = self._phrases[article.japanese]
        facts = _draw_facts(article, draw)
        sentences = _opening(style, phrases, facts, draw)
        if draw() < 0.6:
            sentences.append(_condition_sentence(article, phrases, draw))
        for _ in range(int(draw() * 4 * (1 - style.terseness))):
            sentences.append(_fill(choose(phrases["closing"], draw()), facts))

        if style.footer:
            sentences.append(style.footer)
        if draw() < 0.25 * style.promotion:
            other = self._other_brand(article, draw)
            sentences.append(phrases["tags"].format(facts["noun"], facts["brand"], other))

        space = "" if article.japanese else " "
        separator = "\n" if style.uses_form else space
        unique_sentences = dict.fromkeys(sentences)
        return separator.join([sentence for sentence in unique_sentences if sentence])

    def _title_parts(self, article: Article, draw: Draw) -> tuple[str, ...]:
        """The parts of a title in the order that ``PART_ORDERS`` numbers; absent ones are empty."""
        leaf, brand, style, language = article.leaf, article.brand, article.style, article.japanese
        phrases = self._phrases[language]
        brand_name = choose(brand.spellings[language], draw()) if brand else ""

        # Every probability is drawn before the choice that it decides, as the tuple is read.
        return (
            choose(phrases["bundle"], draw()).format(article.n_pieces)
            if article.n_pieces > 1
            else "",
            brand_name if draw() < style.brand_share else "",
            choose(phrases["who"][leaf.wearer], draw()) if leaf.wearer and draw() < 0.55 else "",
            choose(phrases["styles"], draw()) if draw() < 0.25 else "",
            article.colour if draw() < 0.35 else "",
            choose(brand.product_lines, draw()) if brand and draw() < 0.3 else "",
            self._noun(article, phrases, draw),
            article.amount if draw() < 0.7 else "",
            choose(phrases["size"], draw()).format(article.size)
            if article.size and draw() < 0.45
            else "",
            choose(phrases["conditions"][article.condition], draw()) if draw() < 0.18 else "",
            choose(leaf.features[language], draw()) if draw() < 0.2 else "",
        )

    def _noun(self, article: Article, phrases: Mapping[str, Any], draw: Draw) -> str:
        """The noun of the article; now and then a vague one, or that of the other language."""
        rarity = draw()
        if rarity < 0.03:
            return str(choose(phrases["vague"], draw()))

        nouns = article.leaf.nouns
        position = draw() ** NOUN_EXPONENT
        noun = choose(nouns[article.japanese], position)

        # Japanese titles have English words more often than the other way round.
        if rarity < (0.1 if article.japanese else 0.05):
            translation = choose(nouns[not article.japanese], position)
            return f"{noun} {translation}" if rarity < 0.07 else translation

        if article.japanese and rarity > 0.97:
            return noun.translate(HIRAGANA)
        return noun

    def _decorate(self, text: str, article: Article, draw: Draw) -> str:
        """Apply letter case and width; add slogans, emoji, hype and the names of other brands."""
        style = article.style
        phrases = self._phrases[article.japanese]
        text = _apply_case(text, article)

        if draw() < 0.04 and not article.brand:
            text += " " + choose(article.similar_brand.spellings[article.japanese], draw())
        if draw() < 0.25 * style.promotion:
            others = [self._other_brand(article, draw) for _ in range(3)]
            text += " " + phrases["stuffing"].format(*others)
        if style.slogan and draw() < 0.6:
            text = f"{style.slogan} {text}" if style.title_frame else f"{text} {style.slogan}"
        if draw() < 0.5 * style.promotion:
            text += " " + choose(self._emoji, draw())
        if draw() < 0.4 * style.promotion:
            text += " " + choose(phrases["hype"], draw())

        return text

    def _other_brand(self, article: Article, draw: Draw) -> str:
        """The name of some brand of the same group, mostly a well-known one."""
        brands = self._groups[article.similar_brand.group]
        brand = choose(brands, draw() ** 3)
        return choose(brand.spellings[article.japanese], draw())


def _apply_case(text: str, article: Article) -> str:
    style = article.style
    if style.character_width:
        return text.translate(style.character_width)

    if article.japanese or style.letter_case < UPPER_CASE:
        return text
    return text.title() if style.letter_case >= TITLE_CASE else text.upper()


def _draw_facts(article: Article, draw: Draw) -> dict[str, str]:
    """The facts that a description may name."""
    leaf, brand, language = article.leaf, article.brand, article.japanese
    return {
        "noun": choose(leaf.nouns[language], draw() ** NOUN_EXPONENT),
        "colour": article.colour,
        "brand": choose(brand.spellings[language], draw()) if brand else "",
        "line": choose(brand.product_lines, draw()) if brand else "",
        "amount": article.amount,
        "size": article.size,
        "feature": choose(leaf.features[language], draw()),
    }


def _opening(
    style: SellerStyle, phrases: Mapping[str, Any], facts: Mapping[str, str], draw: Draw
) -> list[str]:
    """The first sentences: the seller's form filled in, or none to two sentences."""
    if style.uses_form:
        return [_fill(line, facts) for line in phrases["form"]]

    sentences = []
    if draw() < 0.75:
        sentences.append(_fill(choose(phrases["opening"], draw()), facts))
        if draw() < 0.35:
            sentences.append(_fill(choose(phrases["opening"], draw()), facts))
    return sentences


def _condition_sentence(article: Article, phrases: Mapping[str, Any], draw: Draw) -> str:
    """A sentence about the condition, which now and then is one step off."""
    error = draw()
    condition = article.condition + (error < 0.08) - (error > 0.92)
    condition = min(max(condition, 0), len(phrases["states"]) - 1)
    return str(choose(phrases["states"][condition], draw()))


def _fill(phrase: tuple[str, str], facts: Mapping[str, str]) -> str:
    """Fill a phrase in, or drop it when the fact that it needs is missing."""
    text, required_fact = phrase
    if required_fact and not facts[required_fact]:
        return ""
    return text.format_map(facts)


def _misspell(word: str, draw: float) -> str:
    """Swap two letters of a word, or drop one; short words stay."""
    if len(word) < 4:
        return word

    index = 1 + int(draw * (len(word) - 2))
    before, letter, after = word[:index], word[index], word[index + 1 :]

    drops_letter = int(draw * 1000) % 2
    if drops_letter:
        return before + after
    return before + after[0] + letter + after[1:]
