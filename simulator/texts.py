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
        parts = self._identifying_parts(article, draw)
        parts += self._describing_parts(article, draw)
        ordered = [parts[index] for index in style.part_order]
        words = [part for part in ordered if part]

        _misspell_one(words, style, draw)
        if style.title_frame and draw() < 0.7:
            words[0] = style.title_frame.format(words[0])

        text = style.separator.join(words)
        text = self._decorate(text, article, draw)
        max_length = MAX_TITLE_LENGTH[article.japanese]
        return text[:max_length].strip()

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

        sentences += _closing(style, phrases, facts, draw)
        sentences.append(style.footer)
        if draw() < 0.25 * style.promotion:
            sentences.append(self._hashtags(article, facts, draw))
        return _join_sentences(sentences, article)

    def _hashtags(self, article: Article, facts: Mapping[str, str], draw: Draw) -> str:
        """Tags with the names of the article, its brand and another brand."""
        tags: str = self._phrases[article.japanese]["tags"]
        other = self._other_brand(article, draw)
        return tags.format(facts["noun"], facts["brand"], other)

    def _identifying_parts(self, article: Article, draw: Draw) -> list[str]:
        """Parts 0 to 5 of a title, as ``PART_ORDERS`` numbers them; absent ones are empty."""
        phrases = self._phrases[article.japanese]
        wearers = phrases["who"].get(article.leaf.wearer)
        brand = article.brand
        brand_name = _brand_name(brand, article.japanese, draw)

        bundle = self._bundle(article, draw)
        # The name is drawn before it is known whether the title has it.
        if draw() >= article.style.brand_share:
            brand_name = ""
        wearer = _maybe(0.55, wearers, draw) if wearers else ""
        fashion_style = _maybe(0.25, phrases["styles"], draw)
        colour = article.colour if draw() < 0.35 else ""
        product_line = _maybe(0.3, brand.product_lines, draw) if brand else ""

        return [bundle, brand_name, wearer, fashion_style, colour, product_line]

    def _bundle(self, article: Article, draw: Draw) -> str:
        if article.n_pieces < 2:
            return ""
        spelling: str = choose(self._phrases[article.japanese]["bundle"], draw())
        return spelling.format(article.n_pieces)

    def _describing_parts(self, article: Article, draw: Draw) -> list[str]:
        """Parts 6 to 10 of a title; absent ones are empty."""
        phrases = self._phrases[article.japanese]
        features = article.leaf.features[article.japanese]
        conditions = phrases["conditions"][article.condition]
        size = ""

        noun = self._noun(article, phrases, draw)
        amount = article.amount if draw() < 0.7 else ""
        if article.size:
            size = _maybe(0.45, phrases["size"], draw).format(article.size)

        condition = _maybe(0.18, conditions, draw)
        feature = _maybe(0.2, features, draw)
        return [noun, amount, size, condition, feature]

    def _noun(self, article: Article, phrases: Mapping[str, Any], draw: Draw) -> str:
        """The noun of the article; now and then a vague one, or that of the other language."""
        rarity = draw()
        if rarity < 0.03:
            return str(choose(phrases["vague"], draw()))

        nouns = article.leaf.nouns
        position = draw() ** NOUN_EXPONENT
        noun = choose(nouns[article.japanese], position)

        # Japanese titles have English words more often than the other way round.
        translated_share = 0.1 if article.japanese else 0.05
        if rarity < translated_share:
            translation = choose(nouns[not article.japanese], position)
            return f"{noun} {translation}" if rarity < 0.07 else translation

        if article.japanese and rarity > 0.97:
            return noun.translate(HIRAGANA)
        return noun

    def _decorate(self, text: str, article: Article, draw: Draw) -> str:
        """Apply letter case and width; add slogans, emoji, hype and the names of other brands."""
        style = article.style
        words = [_apply_case(text, article)]
        words += self._foreign_brands(article, draw)

        if style.slogan and draw() < 0.6:
            position = 0 if style.title_frame else len(words)
            words.insert(position, style.slogan)

        hype = self._phrases[article.japanese]["hype"]
        words.append(_maybe(0.5 * style.promotion, self._emoji, draw))
        words.append(_maybe(0.4 * style.promotion, hype, draw))
        return " ".join([word for word in words if word])

    def _foreign_brands(self, article: Article, draw: Draw) -> list[str]:
        """Names of brands that the article is not of: a likeness, or search terms."""
        names = []
        if draw() < 0.04 and not article.brand:
            names.append(_brand_name(article.similar_brand, article.japanese, draw))

        if draw() < 0.25 * article.style.promotion:
            others = [self._other_brand(article, draw) for _ in range(3)]
            stuffing: str = self._phrases[article.japanese]["stuffing"]
            names.append(stuffing.format(*others))
        return names

    def _other_brand(self, article: Article, draw: Draw) -> str:
        """The name of some brand of the same group, mostly a well-known one."""
        brands = self._groups[article.similar_brand.group]
        brand = choose(brands, draw() ** 3)
        return _brand_name(brand, article.japanese, draw)


def _maybe(probability: float, items: Sequence[str], draw: Draw) -> str:
    """One of ``items`` with this probability, else an empty string."""
    if draw() < probability:
        return choose(items, draw())
    return ""


def _brand_name(brand: Brand | None, japanese: bool, draw: Draw) -> str:
    """One spelling of a brand; empty, without a draw, for none."""
    if brand is None:
        return ""
    return choose(brand.spellings[japanese], draw())


def _apply_case(text: str, article: Article) -> str:
    style = article.style
    if style.character_width:
        return text.translate(style.character_width)

    if article.japanese or style.letter_case < UPPER_CASE:
        return text
    return text.title() if style.letter_case >= TITLE_CASE else text.upper()


def _draw_facts(article: Article, draw: Draw) -> dict[str, str]:
    """The facts that a description may name."""
    leaf, brand, japanese = article.leaf, article.brand, article.japanese
    return {
        "noun": choose(leaf.nouns[japanese], draw() ** NOUN_EXPONENT),
        "colour": article.colour,
        "brand": _brand_name(brand, japanese, draw),
        "line": choose(brand.product_lines, draw()) if brand else "",
        "amount": article.amount,
        "size": article.size,
        "feature": choose(leaf.features[japanese], draw()),
    }


def _opening(
    style: SellerStyle, phrases: Mapping[str, Any], facts: Mapping[str, str], draw: Draw
) -> list[str]:
    """The first sentences: the seller's form filled in, or none to two sentences."""
    if style.uses_form:
        return [_fill(line, facts) for line in phrases["form"]]

    sentences: list[str] = []
    if draw() >= 0.75:
        return sentences

    phrase = choose(phrases["opening"], draw())
    sentences.append(_fill(phrase, facts))
    if draw() < 0.35:
        phrase = choose(phrases["opening"], draw())
        sentences.append(_fill(phrase, facts))
    return sentences


def _closing(
    style: SellerStyle, phrases: Mapping[str, Any], facts: Mapping[str, str], draw: Draw
) -> list[str]:
    """None to three last sentences, the fewer the terser the seller."""
    n_sentences = int(draw() * 4 * (1 - style.terseness))
    sentences = []
    for _ in range(n_sentences):
        phrase = choose(phrases["closing"], draw())
        sentences.append(_fill(phrase, facts))
    return sentences


def _condition_sentence(article: Article, phrases: Mapping[str, Any], draw: Draw) -> str:
    """A sentence about the condition, which now and then is one step off."""
    error = draw()
    condition = article.condition
    if error < 0.08:
        condition += 1
    elif error > 0.92:
        condition -= 1

    # The best and the worst condition have no neighbour on one side.
    states = phrases["states"]
    condition = min(max(condition, 0), len(states) - 1)
    return str(choose(states[condition], draw()))


def _join_sentences(sentences: Sequence[str], article: Article) -> str:
    """Join the sentences without empty and repeated ones, in the manner of the language."""
    unique = dict.fromkeys(sentence for sentence in sentences if sentence)
    if article.style.uses_form:
        return "\n".join(unique)
    return ("" if article.japanese else " ").join(unique)


def _fill(phrase: tuple[str, str], facts: Mapping[str, str]) -> str:
    """Fill a phrase in, or drop it when the fact that it needs is missing."""
    text, required_fact = phrase
    if required_fact and not facts[required_fact]:
        return ""
    return text.format_map(facts)


def _misspell_one(words: list[str], style: SellerStyle, draw: Draw) -> None:
    """Misspell one of the words in place; careless sellers do so more often."""
    if draw() < 0.02 + 0.3 * style.carelessness:
        index = int(draw() * len(words))
        words[index] = _misspell(words[index], draw())


def _misspell(word: str, draw: float) -> str:
    """Swap two letters of a word, or drop one; short words stay."""
    if len(word) < 4:
        return word

    index = 1 + int(draw * (len(word) - 2))
    before, letter, after = word[:index], word[index], word[index + 1 :]

    # A later digit of the same number decides between the two.
    drops_letter = int(draw * 1000) % 2
    if drops_letter:
        return before + after
    return before + after[0] + letter + after[1:]
