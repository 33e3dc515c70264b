"""The texts of a path that are compared, as words or n-grams with weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.category_mapping.text_matrices import (
    Weights,
    character_ngrams,
    head_words,
    levels_of,
    name_words,
    path_words,
)
from pipelines.category_mapping.words import Relations


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents of several paths, in their order.

    Attributes:
        name_words: words of the name, and those that they may stand for.
        path_words: the same of the path.
        named: words of the name alone.
        on_path: words of the path alone.
        heads: nouns that the name is about.
        name_characters: n-grams of the name.
        path_characters: n-grams of the path.
    """

    name_words: list[Weights]
    path_words: list[Weights]
    named: list[Weights]
    on_path: list[Weights]
    heads: list[Weights]
    name_characters: list[Weights]
    path_characters: list[Weights]

    def by_kind(self) -> dict[str, list[Weights]]:
        """Return the documents whose vectors are compared, by the names of similarities."""
        return {
            "name words": self.name_words,
            "path words": self.path_words,
            "name characters": self.name_characters,
            "path characters": self.path_characters,
            "heads": self.heads,
        }


def make_documents(
    paths: Sequence[str], sizes: Sequence[int], relations: Relations
) -> Documents:
    """Return the documents of paths; n-grams have as many characters as ``sizes`` says."""
    levels = [levels_of(path) for path in paths]
    return Documents(
        name_words=[name_words(path, relations) for path in paths],
        path_words=[path_words(path, relations) for path in paths],
        named=[name_words(path) for path in paths],
        on_path=[path_words(path) for path in paths],
        heads=[head_words(path) for path in paths],
        name_characters=[character_ngrams(of_path[-1], sizes) for of_path in levels],
        path_characters=[character_ngrams(" ".join(each), sizes) for each in levels],
    )
