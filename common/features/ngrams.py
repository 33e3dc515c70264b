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
_INNER = 64
"""Keeps the hashes of inner n-grams apart from those of words and of characters."""


@dataclass(frozen=True, slots=True)
class Ngrams:
    """Hashed n-grams: ``hashes[i]`` occurs in text ``texts[i]``; in order of their size."""

    hashes: Hashes
    texts: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Codes:
    """Normalised texts as code points, with prefix sums for hashing and the text of each point."""

    points: NDArray[np.uint32]
    texts: NDArray[np.int32]
    sums: Hashes
    inverses: Hashes


def encode_texts(normalised: Sequence[str]) -> Codes:
    """Lay out texts (tokens separated by single spaces) for hashing; each ends with a space."""
    joined = " " + " ".join(normalised) + " "
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter((len(text) for text in normalised), np.int64, len(normalised)) + 1
    texts = np.repeat(np.arange(len(normalised), dtype=np.int32), lengths)
    powers, inverses = _powers(len(points))
    sums = np.zeros(len(points) + 1, dtype=np.uint64)
    np.cumsum(points * powers, out=sums[1:])
    return Codes(points, np.append(np.int32(0), texts), sums, inverses)


def word_ngrams(codes: Codes, smallest: int = 1, largest: int = 2) -> Ngrams:
    """Hash every run of ``smallest`` to ``largest`` words that stays within one text."""
    inside = codes.points != _SPACE
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    words = mix(_hash(codes, starts, ends))
    texts = codes.texts[starts]
    runs, found = words, [(words, texts)] if smallest <= 1 else []
    for size in range(2, largest + 1):
        same = texts[: len(texts) - size + 1] == texts[size - 1 :]
        runs = mix(runs[: len(same)] * np.uint64(_BASE) + words[size - 1 :])
        if size >= smallest:
            found.append((runs[same], texts[: len(same)][same]))
    return _join(found)


def inner_ngrams(codes: Codes, smallest: int = 2, largest: int = 3) -> Ngrams:
    """Hash every short run of Japanese or Chinese characters: words that have no blanks around."""
    inside = (codes.points >= _FIRST_CJK) & (codes.points <= _LAST_CJK)
    found = []
    for size in range(smallest, largest + 1) if inside.any() else ():
        count = len(codes.points) - size + 1
        whole = inside[:count].copy()
        for offset in range(1, size):
            whole &= inside[offset : count + offset]
        starts = np.flatnonzero(whole)
        hashes = mix(_hash(codes, starts, starts + size) + np.uint64(_INNER + size))
        found.append((hashes, codes.texts[starts]))
    return _join(found)


def character_ngrams(codes: Codes, smallest: int = 3, largest: int = 5) -> Ngrams:
    """Hash every run of 3 or more characters within a word, the spaces around it included."""
    inside = codes.points != _SPACE
    found = []
    for size in range(smallest, largest + 1):
        count = len(codes.points) - size + 1
        if count <= 0:
            break
        whole = inside[1 : count + 1].copy()
        for offset in range(2, size - 1):
            whole &= inside[offset : count + offset]
        starts = np.flatnonzero(whole)
        hashes = mix(_hash(codes, starts, starts + size) + np.uint64(size))
        found.append((hashes, codes.texts[starts + 1]))
    return _join(found)


def mix(hashes: Hashes) -> Hashes:
    """Spread the bits of 64-bit hashes (the finaliser of SplitMix64; Steele et al., 2014)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def _hash(codes: Codes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
    return (codes.sums[ends] - codes.sums[starts]) * codes.inverses[starts]


def join(*parts: Ngrams) -> Ngrams:
    """Put n-grams of the same texts together."""
    return _join([(part.hashes, part.texts) for part in parts])


def _join(found: list[tuple[Hashes, NDArray[np.int32]]]) -> Ngrams:
    if not found:
        return Ngrams(np.zeros(0, np.uint64), np.zeros(0, np.int32))
    return Ngrams(
        np.concatenate([hashes for hashes, _ in found]),
        np.concatenate([texts for _, texts in found]),
    )


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse, kept and grown as longer batches come."""
    global _POWERS
    if len(_POWERS[0]) < count:
        size = -(-count // _CHUNK) * _CHUNK
        _POWERS = (_cumulative(_BASE, size), _cumulative(_INVERSE, size))
    return _POWERS[0][:count], _POWERS[1][:count]


def _cumulative(base: int, size: int) -> Hashes:
    factors = np.full(size, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors)


_POWERS: tuple[Hashes, Hashes] = (np.zeros(0, np.uint64), np.zeros(0, np.uint64))
