import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.category_mapping.words import Relations, fold_word, heads_of, words_of

NAMES = ("Lawn & Garden", "Mowers", "スニーカー", "スピーカー", "電話")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Women's Scarves & Shawls", ("woman", "scarf", "shawl")),
        ("Other Batteries", ("battery",)),
        ("One-Piece Swimsuits", ("one-piece", "one", "piece", "swimsuit")),
        ("釣り用テント", ("釣り", "テント")),
        ("Other", ()),
    ],
)
def test_words_are_folded_and_say_something(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("shelves", "shelf"), ("watches", "watch"), ("dresses", "dress"), ("gas", "gas")],
)
def test_plurals_become_singular(plural: str, singular: str) -> None:
    assert fold_word(plural) == singular


def test_the_garment_is_not_what_is_short() -> None:
    assert words_of("Shorts") != words_of("Short Sleeve")[:1]


@pytest.mark.parametrize(
    "spellings", [("ウィンター", "ウインター"), ("プリンタ", "プリンター")]
)
def test_spellings_of_katakana_are_one_word(spellings: tuple[str, str]) -> None:
    first, second = spellings
    assert words_of(first) == words_of(second)


def test_heads_are_the_last_words_of_parts() -> None:
    assert heads_of("Long Sleeve Blouses & Silk Tops")[0] == "blouse"
    assert "top" in heads_of("Long Sleeve Blouses & Silk Tops")


@pytest.mark.parametrize(
    ("word", "related"),
    [
        ("trainer", "sneaker"),
        ("lawnmower", "mower"),
        (words_of("ローカットスニーカー")[0], words_of("スニーカー")[0]),
    ],
)
def test_a_word_is_related_to_synonyms_and_parts(word: str, related: str) -> None:
    assert related in Relations(NAMES).of(word)


def test_a_word_is_not_related_to_what_it_ends_with_by_chance() -> None:
    assert Relations(["Pet"]).of("carpet") == Relations([]).of("carpet")


@given(st.text(max_size=30))
def test_any_text_has_words_without_blanks(text: str) -> None:
    for word in words_of(text):
        assert word
        assert word == word.strip()
    heads_of(text)
