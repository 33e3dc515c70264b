"""Word and character n-grams of many texts as 64-bit hashes, without a Python loop per token.

The texts become one array of code points. With prefix sums of ``code * B**position`` the polynomial
hash of any substring is one subtraction and one product (Rabin and Karp, 1987, modulo 2**64; ``B``
is odd and so has an inverse), so every n-gram of a batch is hashed by a few array operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_SPACE = 32
_CHUNK = 1 << 16
_FIRST_CJK, _LAST_CJK = 0x3041, 0x9FFF
_INNER_SALT = 64
"""Keeps the hashes of inner n-grams apart from those of words and of characters."""


@dataclass(frozen=True, slots=True)
class Ngrams:
    """Hashed n-grams: ``hashes[i]`` occurs in text ``texts[i]``; in order of their size."""

    hashes: Hashes
    texts: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Codes:
    """Normalised texts as code points, ready for hashing.

    Attributes:
        points: Code points of all texts, each with a space before and after it.
        texts: The text of each point.
        sums: Prefix sums of ``code * B**position``.
        inverses: Powers of the inverse of ``B``, one a position.
    """

    points: NDArray[np.uint32]
    texts: NDArray[np.int32]
    sums: Hashes
    inverses: Hashes


def encode_texts(normalised: Sequence[str]) -> Codes:
    """Lay out texts (tokens separated by single spaces) for hashing; each ends with a space."""
    points, texts = lay_out(normalised)

    # One sum more than points: a substring is the difference of the sums at its two ends.
    powers, inverses = _powers(len(points))
    sums = np.zeros(len(points) + 1, dtype=np.uint64)
    np.cumsum(points * powers, out=sums[1:])
    return Codes(
        points=points,
        texts=texts,
        sums=sums,
        inverses=inverses,
    )


def lay_out(normalised: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Return the code points of all texts, a space before and after each, and the text of each."""
    joined = " " + " ".join(normalised) + " "
    encoded = joined.encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(encoded, dtype=np.uint32)
    return points, _text_of_point(normalised)


def _text_of_point(texts: Sequence[str]) -> NDArray[np.int32]:
    """Return the text that each code point belongs to; the leading space to the first."""
    lengths = np.fromiter(
        (len(text) for text in texts),
        dtype=np.int64,
        count=len(texts),
    )
    numbers = np.arange(len(texts), dtype=np.int32)
    repeated = np.repeat(numbers, lengths + 1)
    return np.append(np.int32(0), repeated)


def word_ngrams(codes: Codes, min_size: int = 1, max_size: int = 2) -> Ngrams:
    """Hash every run of ``min_size`` to ``max_size`` words that stays within one text."""
    words = _words(codes)
    parts = []
    if min_size <= 1:
        parts.append(words)

    runs = words.hashes
    for size in range(2, max_size + 1):
        # A run is the run of one word less before it, and its last word.
        last_words = words.hashes[size - 1 :]
        shorter_runs = runs[: len(last_words)]
        runs = mix(shorter_runs * np.uint64(_BASE) + last_words)

        if size >= min_size:
            run = _within_texts(runs, words.texts, size)
            parts.append(run)
    return join(*parts)


def _within_texts(runs: Hashes, word_texts: NDArray[np.int32], size: int) -> Ngrams:
    """Return the runs of ``size`` words whose first and last word are of the same text."""
    first_texts = word_texts[: len(runs)]
    last_texts = word_texts[size - 1 :]
    stays_within = first_texts == last_texts
    return Ngrams(
        hashes=runs[stays_within],
        texts=first_texts[stays_within],
    )


def _words(codes: Codes) -> Ngrams:
    """Hash every word, in the order of the texts."""
    is_word = codes.points != _SPACE
    before, after = is_word[:-1], is_word[1:]
    changes = np.flatnonzero(before != after)
    edges = changes + 1

    # The first point is a space, so that edges begin and end words in turn.
    starts = edges[::2]
    ends = edges[1::2]
    hashes = mix(_hash(codes, starts, ends))
    return Ngrams(hashes, codes.texts[starts])


def inner_ngrams(codes: Codes, min_size: int = 2, max_size: int = 3) -> Ngrams:
    """Hash every short run of Japanese or Chinese characters: words without blanks around them."""
    is_above = codes.points >= _FIRST_CJK
    is_below = codes.points <= _LAST_CJK
    is_cjk = is_above & is_below
    if not is_cjk.any():
        return join()

    parts = []
    for size in range(min_size, max_size + 1):
        starts = _run_starts(is_cjk, size)
        ends = starts + size
        salt = np.uint64(_INNER_SALT + size)

        hashes = mix(_hash(codes, starts, ends) + salt)
        part = Ngrams(hashes, codes.texts[starts])
        parts.append(part)
    return join(*parts)


def character_ngrams(codes: Codes, min_size: int = 3, max_size: int = 5) -> Ngrams:
    """Hash every run of 2 or more characters within a word, the spaces around it included.

    Of two characters the last is none of these spaces.
    """
    is_letter = codes.points != _SPACE
    is_inner_letter = is_letter[1:-1]
    parts = []
    for size in range(min_size, max_size + 1):
        if len(codes.points) < size:
            break

        # The first and the last character may be spaces, those between them may not.
        starts = _run_starts(is_inner_letter, size - 2)
        ends = starts + size
        salt = np.uint64(size)

        # The leading space of a run ends the text before, so that the second character decides.
        hashes = mix(_hash(codes, starts, ends) + salt)
        texts = codes.texts[starts + 1]
        parts.append(Ngrams(hashes, texts))
    return join(*parts)


def _run_starts(is_member: NDArray[np.bool_], size: int) -> NDArray[np.int64]:
    """Return where ``size`` members follow each other."""
    count = max(len(is_member) - size + 1, 0)
    is_run = is_member[:count].copy()
    for offset in range(1, size):
        end = offset + count
        is_run &= is_member[offset:end]
    return np.flatnonzero(is_run)


def mix(hashes: Hashes) -> Hashes:
    """Spread the bits of 64-bit hashes (the finaliser of SplitMix64; Steele et al., 2014)."""
    shifted = hashes >> np.uint64(30)
    hashes = (hashes ^ shifted) * np.uint64(0xBF58476D1CE4E5B9)
    shifted = hashes >> np.uint64(27)
    hashes = (hashes ^ shifted) * np.uint64(0x94D049BB133111EB)
    shifted = hashes >> np.uint64(31)
    return hashes ^ shifted


def join(*parts: Ngrams) -> Ngrams:
    """Concatenate n-grams of the same texts."""
    if not parts:
        return Ngrams(
            hashes=np.zeros(0, np.uint64),
            texts=np.zeros(0, np.int32),
        )

    hashes = [part.hashes for part in parts]
    texts = [part.texts for part in parts]
    return Ngrams(
        hashes=np.concatenate(hashes),
        texts=np.concatenate(texts),
    )


def _hash(codes: Codes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
    """Return the polynomial hashes of substrings, the same at any position."""
    sums = codes.sums[ends] - codes.sums[starts]

    # Divided by the power of its first position, a substring hashes as at position 0.
    return sums * codes.inverses[starts]


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Return powers of the base and of its inverse, cached and grown as longer batches come."""
    global _POWERS
    powers, inverses = _POWERS
    if len(powers) < count:
        n_chunks = -(-count // _CHUNK)
        size = n_chunks * _CHUNK
        powers = _cumulative(_BASE, size)
        inverses = _cumulative(_INVERSE, size)

        # One assignment: another thread sees both arrays, old or new.
        _POWERS = (powers, inverses)
    return powers[:count], inverses[:count]


def _cumulative(base: int, size: int) -> Hashes:
    factors = np.full(size, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors)


_POWERS: tuple[Hashes, Hashes] = (np.zeros(0, np.uint64), np.zeros(0, np.uint64))
