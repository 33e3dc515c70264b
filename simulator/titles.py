"""Titles of synthetic listings, as sellers of the market write them.

A title never says everything, and says some of it badly: brands are left out, words misspelt, and
promotional sellers say too much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.articles import (
    NOUN_EXPONENT,
    Article,
    BrandGroups,
    Draw,
    brand_name,
    maybe,
)
from simulator.brands import Brand
from simulator.scripts import HIRAGANA
from simulator.seller_style import SellerStyle, choose
from simulator.world import load_phrases

MAX_TITLE_LENGTH = (80, 40)
"""Characters that the forms of the two languages take for a title."""

TITLE_CASE, UPPER_CASE = 5, 4
"""``SellerStyle.letter_case`` from which English titles are in title case, and in capitals."""

N_STUFFED_BRANDS = 3
"""Other brands that a promotional seller lists, so that searches for them find the title."""

MIN_MISSPELT_LENGTH = 4


class TitleWriter:
    """Writes titles in both languages.

    All randomness comes from the ``draw`` of each call; the order of the draws within a method
    is part of the market, since every row continues the stream of the row before it.
    """

    def __init__(self, brands: Sequence[Brand]) -> None:
        """Group the ``brands``, for titles that name others than their own."""
        phrases = load_phrases()
        self._phrases = (phrases["en"], phrases["ja"])
        self._emoji = phrases["emoji"]
        self._brand_groups = BrandGroups(brands)

    def write(self, article: Article, draw: Draw) -> str:
        """Write one title: its parts in the seller's order, with typos and decoration."""
        style = article.style
        words = self._words(article, draw)

        typo_share = 0.02 + 0.3 * style.carelessness
        if draw() < typo_share:
            _misspell_one(words, draw)
        if style.title_frame and draw() < 0.7:
            _frame_first(words, style.title_frame)

        text = style.separator.join(words)
        text = self._decorate(text, article, draw)
        return text[: MAX_TITLE_LENGTH[article.japanese]].strip()

    def _words(self, article: Article, draw: Draw) -> list[str]:
        """The parts that the title has, in the seller's order."""
        identifying_parts = self._identifying_parts(article, draw)
        fashion_parts = self._fashion_parts(article, draw)
        describing_parts = self._describing_parts(article, draw)

        parts = identifying_parts + fashion_parts + describing_parts
        return [part for index in article.style.part_order if (part := parts[index])]

    def _identifying_parts(self, article: Article, draw: Draw) -> tuple[str, ...]:
        """Parts 0 to 2 of a title, as ``PART_ORDERS`` numbers them; absent ones are empty."""
        phrases = self._phrases[article.japanese]
        leaf = article.leaf
        bundle = wearer = ""

        # The spelling is drawn also for a title that does not name the brand.
        name = brand_name(article.brand, article.japanese, draw)
        if article.n_pieces > 1:
            bundle = _bundle(article.n_pieces, phrases, draw)
        if draw() >= article.style.brand_share:
            name = ""

        if leaf.wearer:
            wearer = maybe(0.55, phrases["who"][leaf.wearer], draw)
        return bundle, name, wearer

    def _fashion_parts(self, article: Article, draw: Draw) -> tuple[str, ...]:
        """Parts 3 to 5 of a title; absent ones are empty."""
        phrases = self._phrases[article.japanese]
        brand = article.brand
        product_line = ""

        fashion_style = maybe(0.25, phrases["styles"], draw)
        colour = article.colour if draw() < 0.35 else ""
        if brand:
            product_line = maybe(0.3, brand.product_lines, draw)
        return fashion_style, colour, product_line

    def _describing_parts(self, article: Article, draw: Draw) -> tuple[str, ...]:
        """Parts 6 to 10 of a title; absent ones are empty."""
        phrases = self._phrases[article.japanese]
        features = article.leaf.features[article.japanese]
        conditions = phrases["conditions"][article.condition]
        size = ""

        noun = _noun(article, phrases, draw)
        amount = article.amount if draw() < 0.7 else ""
        if article.size:
            size_format = maybe(0.45, phrases["size"], draw)
            size = size_format.format(article.size)

        condition = maybe(0.18, conditions, draw)
        feature = maybe(0.2, features, draw)
        return noun, amount, size, condition, feature

    def _decorate(self, text: str, article: Article, draw: Draw) -> str:
        """Apply letter case and width; add slogan, emoji, hype and the names of other brands."""
        style = article.style
        phrases = self._phrases[article.japanese]
        words = [_apply_case(text, article)]
        self._add_other_brands(words, article, draw)

        if style.slogan and draw() < 0.6:
            _add_slogan(words, style)

        emoji_share = 0.5 * style.promotion
        hype_share = 0.4 * style.promotion
        emoji = maybe(emoji_share, self._emoji, draw)
        hype = maybe(hype_share, phrases["hype"], draw)
        words += (emoji, hype)
        return " ".join([word for word in words if word])

    def _add_other_brands(self, words: list[str], article: Article, draw: Draw) -> None:
        """Add brands that the article is not of: one it resembles, and a list of search words."""
        names_similar = draw() < 0.04
        if names_similar and not article.brand:
            name = brand_name(article.similar_brand, article.japanese, draw)
            words.append(name)

        if draw() < 0.25 * article.style.promotion:
            stuffing = self._stuffing(article, draw)
            words.append(stuffing)

    def _stuffing(self, article: Article, draw: Draw) -> str:
        """Search words: a list of brands of the same group."""
        phrases = self._phrases[article.japanese]
        stuffing: str = phrases["stuffing"]
        others = [
            self._brand_groups.mention(article, draw) for _ in range(N_STUFFED_BRANDS)
        ]
        return stuffing.format(*others)


def _add_slogan(words: list[str], style: SellerStyle) -> None:
    # A frame already marks the start, so that the slogan may stand before it.
    position = 0 if style.title_frame else len(words)
    words.insert(position, style.slogan)


def _frame_first(words: list[str], frame: str) -> None:
    words[0] = frame.format(words[0])


def _misspell_one(words: list[str], draw: Draw) -> None:
    """Misspell one of the words, in place."""
    index = int(draw() * len(words))
    word = words[index]
    words[index] = _misspell(word, draw())


def _misspell(word: str, draw: float) -> str:
    """Swap two letters of a word, or drop one; short words stay."""
    if len(word) < MIN_MISSPELT_LENGTH:
        return word

    n_inner_letters = len(word) - 2
    index = 1 + int(draw * n_inner_letters)
    before = word[:index]
    letter = word[index]
    after = word[index + 1 :]

    # The third decimal of the draw is as good as another draw.
    drops_letter = int(draw * 1000) % 2
    if drops_letter:
        return before + after

    next_letter = after[0]
    rest = after[1:]
    return before + next_letter + letter + rest


def _bundle(n_pieces: int, phrases: Mapping[str, Any], draw: Draw) -> str:
    """The words for a set of ``n_pieces`` articles."""
    phrase: str = choose(phrases["bundle"], draw())
    return phrase.format(n_pieces)


def _noun(article: Article, phrases: Mapping[str, Any], draw: Draw) -> str:
    """The noun of the article; now and then a vague one, or that of the other language."""
    rarity = draw()
    if rarity < 0.03:
        vague_noun: str = choose(phrases["vague"], draw())
        return vague_noun

    nouns = article.leaf.nouns
    position = draw() ** NOUN_EXPONENT
    noun = choose(nouns[article.japanese], position)

    # Japanese titles have English words more often than the other way round.
    translated_share = 0.1 if article.japanese else 0.05
    if rarity < translated_share:
        translation = choose(nouns[not article.japanese], position)
        if rarity < 0.07:
            return f"{noun} {translation}"
        return translation

    if article.japanese and rarity > 0.97:
        return noun.translate(HIRAGANA)
    return noun


def _apply_case(text: str, article: Article) -> str:
    """Write a title in the seller's character width, or in the seller's letter case."""
    style: SellerStyle = article.style
    if style.character_width:
        return text.translate(style.character_width)

    if article.japanese or style.letter_case < UPPER_CASE:
        return text
    if style.letter_case < TITLE_CASE:
        return text.upper()
    return text.title()
