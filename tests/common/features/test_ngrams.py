from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from common.features import ngrams, normalise

LETTERS = st.characters() | st.sampled_from("ab\ud800\udfff\x00\U0001f600ズボン ")
TEXTS = st.lists(st.text(LETTERS, max_size=30).map(normalise.normalise), max_size=6)
BASE = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def _mix(value):
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def _polynomial(letters):
    return sum(
        ord(letter) * pow(BASE, index, 1 << 64) for index, letter in enumerate(letters)
    )


def _word_ngrams(normalised, min_size, max_size):
    words = [_mix(_polynomial(word) & MASK) for word in normalised.split()]
    for start in range(len(words)):
        run = words[start]
        for size in range(1, min(max_size, len(words) - start) + 1):
            if size > 1:
                run = _mix((run * BASE + words[start + size - 1]) & MASK)
            if size >= min_size:
                yield run


def _character_ngrams(normalised, min_size, max_size):
    for word in normalised.split():
        padded = f" {word} "
        for size in range(min_size, max_size + 1):
            for start in range(len(padded) - size + 1):
                yield _mix((_polynomial(padded[start : start + size]) + size) & MASK)


def _counted(hashed, rows):
    return [Counter(hashed.hashes[hashed.texts == row].tolist()) for row in range(rows)]


@given(TEXTS)
def test_words_hash_as_in_pure_python(texts):
    hashed = ngrams.word_ngrams(ngrams.encode_texts(texts), 1, 3)
    assert _counted(hashed, len(texts)) == [
        Counter(_word_ngrams(text, 1, 3)) for text in texts
    ]


@given(TEXTS)
def test_characters_hash_as_in_pure_python(texts):
    hashed = ngrams.character_ngrams(ngrams.encode_texts(texts), 3, 5)
    assert _counted(hashed, len(texts)) == [
        Counter(_character_ngrams(text, 3, 5)) for text in texts
    ]


@given(TEXTS, st.data())
def test_a_text_hashes_the_same_among_any_neighbours(texts, data):
    order = data.draw(st.permutations(range(len(texts))))
    together = ngrams.encode_texts([texts[index] for index in order])
    for grams in (ngrams.word_ngrams, ngrams.character_ngrams):
        counts = _counted(grams(together), len(texts))
        alone = [
            _counted(grams(ngrams.encode_texts([texts[index]])), 1)[0]
            for index in order
        ]
        assert counts == alone


def test_only_runs_of_the_given_sizes_are_hashed():
    codes = ngrams.encode_texts(["one two three"])
    assert len(ngrams.word_ngrams(codes, 2, 3).hashes) == 3
    assert len(ngrams.character_ngrams(codes, 5, 5).hashes) == 1 + 1 + 3


def test_longer_batches_do_not_change_what_was_hashed_before():
    before = ngrams.word_ngrams(ngrams.encode_texts(["nike air"])).hashes
    ngrams.word_ngrams(ngrams.encode_texts(["x" * 300_000]))
    after = ngrams.word_ngrams(ngrams.encode_texts(["y " * 100_000 + "y", "nike air"]))
    np.testing.assert_array_equal(after.hashes[after.texts == 1], before)


def test_different_words_hash_differently():
    words = [f"{a}{b}" for a in "abcdefghij" for b in range(2000)]
    hashes = ngrams.word_ngrams(ngrams.encode_texts(words), 1, 1).hashes
    assert len(np.unique(hashes)) == len(words)


def test_short_runs_of_japanese_are_words_without_blanks():
    def hashes(text):
        return set(
            ngrams.inner_ngrams(ngrams.encode_texts([text]), 2, 3).hashes.tolist()
        )

    assert len(hashes("黒革靴")) == 3  # 黒革, 革靴, 黒革靴
    assert hashes("革靴") < hashes("黒革靴")
    assert hashes("革 靴 leather") == set()
    assert not hashes("革靴") & set(
        ngrams.word_ngrams(ngrams.encode_texts(["革靴"]), 1, 1).hashes.tolist()
    )


def test_inner_ngrams_belong_to_their_text():
    hashed = ngrams.inner_ngrams(
        ngrams.encode_texts(["leather", "革靴", "", "靴下"]), 2, 3
    )
    assert hashed.texts.tolist() == [1, 3]
