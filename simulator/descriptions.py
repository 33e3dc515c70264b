"""Descriptions of synthetic listings, as sellers of the market write them: often short or empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.articles import NOUN_EXPONENT, Article, BrandGroups, Draw, brand_name
from simulator.brands import Brand
from simulator.seller_style import choose
from simulator.world import load_phrases

MAX_CLOSING_SENTENCES = 3


class DescriptionWriter:
    """Writes descriptions in both languages, with the random numbers of each call's ``draw``."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        """Group the ``brands``, for descriptions that name others than their own."""
        phrases = load_phrases()
        self._phrases = (phrases["en"], phrases["ja"])
        self._brand_groups = BrandGroups(brands)

    def write(self, article: Article, draw: Draw) -> str:
        """Write one description, often empty or short."""
        empty_share = 0.1 + 0.3 * article.style.terseness
        if draw() < empty_share:
            return ""

        sentences = self._sentences(article, draw)
        return _join_sentences(sentences, article)

    def _sentences(self, article: Article, draw: Draw) -> list[str]:
        """The sentences of a description that is not empty, some of them empty."""
        style = article.style
        phrases = self._phrases[article.japanese]
        facts = _draw_facts(article, draw)
        sentences = _opening(article, phrases, facts, draw)
        if draw() < 0.6:
            sentence = _condition_sentence(article, phrases, draw)
            sentences.append(sentence)

        sentences += _closing(article, phrases, facts, draw)
        sentences.append(style.footer)
        if draw() < 0.25 * style.promotion:
            tags = self._tags(article, facts, draw)
            sentences.append(tags)

        return sentences

    def _tags(self, article: Article, facts: Mapping[str, str], draw: Draw) -> str:
        """Search words: the noun, the brand, and a brand that the article is not of."""
        other_brand = self._brand_groups.mention(article, draw)
        phrases = self._phrases[article.japanese]
        tags: str = phrases["tags"]
        return tags.format(facts["noun"], facts["brand"], other_brand)


def _draw_facts(article: Article, draw: Draw) -> dict[str, str]:
    """The facts that a description may name, by the name that phrases have for them."""
    leaf = article.leaf
    brand = article.brand
    japanese = article.japanese

    # The order of the entries is the order of the draws.
    return {
        "noun": choose(leaf.nouns[japanese], draw() ** NOUN_EXPONENT),
        "colour": article.colour,
        "brand": brand_name(brand, japanese, draw),
        "line": choose(brand.product_lines, draw()) if brand else "",
        "amount": article.amount,
        "size": article.size,
        "feature": choose(leaf.features[japanese], draw()),
    }


def _opening(
    article: Article, phrases: Mapping[str, Any], facts: Mapping[str, str], draw: Draw
) -> list[str]:
    """The first sentences: the seller's form filled in, or none to two sentences."""
    if article.style.uses_form:
        return [_fill(line, facts) for line in phrases["form"]]
    if draw() >= 0.75:
        return []

    sentence = choose(phrases["opening"], draw())
    sentences = [_fill(sentence, facts)]
    if draw() < 0.35:
        sentence = choose(phrases["opening"], draw())
        sentences.append(_fill(sentence, facts))
    return sentences


def _condition_sentence(
    article: Article, phrases: Mapping[str, Any], draw: Draw
) -> str:
    """A sentence about the condition, which now and then is one step off."""
    states = phrases["states"]
    worst = len(states) - 1
    condition = article.condition

    error = draw()
    if error < 0.08:
        condition = min(condition + 1, worst)
    elif error > 0.92:
        condition = max(condition - 1, 0)

    sentence: str = choose(states[condition], draw())
    return sentence


def _closing(
    article: Article, phrases: Mapping[str, Any], facts: Mapping[str, str], draw: Draw
) -> list[str]:
    """The last sentences, up to ``MAX_CLOSING_SENTENCES``; terse sellers write fewest."""
    verbosity = 1 - article.style.terseness
    n_counts = MAX_CLOSING_SENTENCES + 1
    n_sentences = int(draw() * n_counts * verbosity)
    closing = phrases["closing"]
    sentences = []

    for _ in range(n_sentences):
        phrase = choose(closing, draw())
        sentences.append(_fill(phrase, facts))

    return sentences


def _fill(phrase: tuple[str, str], facts: Mapping[str, str]) -> str:
    """Fill a phrase in, or drop it when the fact that it needs is missing."""
    text, required_fact = phrase
    if required_fact and not facts[required_fact]:
        return ""
    return text.format_map(facts)


def _join_sentences(sentences: Sequence[str], article: Article) -> str:
    """Join the sentences without empty and repeated ones, in the manner of the language."""
    unique = dict.fromkeys(sentence for sentence in sentences if sentence)
    if article.style.uses_form:
        return "\n".join(unique)

    # Japanese sentences end in a full stop of full width and need no space.
    separator = "" if article.japanese else " "
    return separator.join(unique)
