"""The split of a snapshot by a hash of seed and group: all rows of a group fall into one split.

What makes a group is in ``common.groups``. A hash is compared with the cumulated fractions, or,
where few rows or few groups would leave a split empty or far too large, with bounds that are fitted
to the first rows. The order of the file has no influence but for the rows that bounds are fitted
to.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from common.errors import InputError
from common.groups import GROUP_KEY, KEYS, ROW_KEY, choose_group_key
from common.listing import Listing
from common.snapshot import SPLITS

RULE = "blake2b(seed, group key) / 2^64 against the cumulated fractions"
"""The rule of the usual split, for the manifest."""

FITTED_RULE = "blake2b(seed and attempt, group key) / 2^64 against the bounds"
"""The rule in the manifest where bounds are fitted, which names ``bounds`` and ``attempt``."""

FEW_ROWS = 1_000
"""Below this number of rows a split has to be near the share that is asked for."""

TOLERANCE, TOLERANCE_OF_FEW = 2.0, 4 / 3
"""How many times as many rows as are due, or as few, a split may have before bounds are fitted."""

MAX_ATTEMPTS = 64
"""Orders of the groups that are tried: a large group may be last in some of them."""

Fractions = tuple[float, float, float]
"""Shares of train, validation and test."""

Bounds = tuple[float, float]
"""Positions from 0 to 1 at which train and validation end."""


class Splitter:
    """Assigns listings to splits; the same rule and group always give the same split."""

    def __init__(
        self,
        fractions: Fractions,
        seed: int,
        by_row: bool = False,
        *,
        group_key: str = GROUP_KEY,
        bounds: Bounds | None = None,
        attempt: int = 0,
    ) -> None:
        """Take the shares of train, validation and test; ``by_row`` makes a group of each row.

        ``group_key`` is one of ``common.groups.KEYS``; ``bounds`` and ``attempt`` are those that
        ``fit_splitter`` finds.
        """
        train, validation, _ = fractions
        self._key = ROW_KEY if by_row else group_key
        self._fractions = fractions
        self._seed = seed
        self._bounds = bounds
        self._attempt = attempt

        self._train_end, end = bounds or (train, train + validation)
        # Without a test share rounding must not leave a gap below 1.
        self._validation_end = end if fractions[2] else math.inf
        self._hash_key = _hash_key(seed, attempt)

    def split(self, listing: Listing) -> str:
        """Return one of ``SPLITS``."""
        position = _position(KEYS[self._key](listing), self._hash_key)

        train, validation, test = SPLITS
        if position < self._train_end:
            return train
        return validation if position < self._validation_end else test

    def describe(self) -> dict[str, Any]:
        """Return the rule for a manifest; ``read_splitter`` makes the same splitter of it."""
        described: dict[str, Any] = {
            "rule": RULE if self._bounds is None else FITTED_RULE,
            "fractions": list(self._fractions),
            "seed": self._seed,
            "group_key": self._key,
        }
        if self._bounds is not None:
            described |= {"bounds": list(self._bounds), "attempt": self._attempt}
        return described


def read_splitter(described: Mapping[str, Any]) -> Splitter:
    """Make the splitter that ``Splitter.describe`` described, from a manifest's ``split``."""
    train, validation, test = described["fractions"]
    bounds = described.get("bounds")
    return Splitter(
        (train, validation, test),
        int(described["seed"]),
        group_key=str(described["group_key"]),
        bounds=None if bounds is None else (bounds[0], bounds[1]),
        attempt=int(described.get("attempt", 0)),
    )


def fit_splitter(
    sample: Sequence[Listing], fractions: Fractions, seed: int, by_row: bool = False
) -> tuple[Splitter, tuple[str, ...]]:
    """Return the splitter for a table that begins with ``sample``, and what is unusual about it.

    Many sellers, or titles, of many rows are split as always, and then there are no sentences. Few
    sellers who hold most of the rows are divided by title. Where a split would have no row, or far
    more or fewer than are due, its bounds are fitted to the sample.
    """
    key, sentence = (ROW_KEY, "") if by_row else choose_group_key(sample)
    sentences = [sentence] if sentence else []
    usual = Splitter(fractions, seed, group_key=key)
    counts = _count_rows(usual, sample)
    sizes = Counter(map(KEYS[key], sample))
    if _is_near(counts, fractions) or len(sizes) < 2:
        return usual, tuple(sentences)

    draw = _best_draw(sizes, fractions, seed)
    sentences.append(_sentence(counts, draw.counts))
    return draw.splitter(fractions, seed, key), tuple(sentences)


def _count_rows(splitter: Splitter, sample: Sequence[Listing]) -> tuple[int, ...]:
    """Return the rows of train, validation and test."""
    drawn = Counter(map(splitter.split, sample))
    return tuple(drawn[split] for split in SPLITS)


@dataclass(frozen=True, slots=True)
class _Draw:
    """An order of the groups with its fitted bounds, and the rows of each split."""

    attempt: int
    bounds: Bounds
    counts: tuple[int, ...]

    def splitter(self, fractions: Fractions, seed: int, key: str) -> Splitter:
        """Return the splitter with these bounds."""
        return Splitter(
            fractions,
            seed,
            group_key=key,
            bounds=self.bounds,
            attempt=self.attempt,
        )


def _is_near(counts: Sequence[int], fractions: Fractions) -> bool:
    """Tell whether no split is empty, or much larger or smaller than it should be."""
    n_rows = sum(counts)
    tolerance = TOLERANCE_OF_FEW if n_rows < FEW_ROWS else TOLERANCE
    for count, fraction in zip(counts, fractions, strict=True):
        due = fraction * n_rows
        if fraction and not due / tolerance <= count <= due * tolerance:
            return False
    return True


def _best_draw(sizes: Mapping[str, int], fractions: Fractions, seed: int) -> _Draw:
    """Return the first draw that is near the fractions, or the nearest of all attempts."""
    draws = []
    for attempt in range(MAX_ATTEMPTS):
        draw = _draw(sizes, fractions, seed, attempt)
        if _is_near(draw.counts, fractions):
            return draw
        draws.append(draw)
    return min(draws, key=lambda draw: _distance(draw.counts, fractions))


def _draw(
    sizes: Mapping[str, int], fractions: Fractions, seed: int, attempt: int
) -> _Draw:
    """Order the groups by their positions, and cut them where the fractions are met best."""
    hash_key = _hash_key(seed, attempt)
    groups = [(_position(key, hash_key), size) for key, size in sizes.items()]
    groups.sort()
    rows_before = [0, *accumulate(size for _, size in groups)]
    first, second = _cuts(rows_before, fractions)

    # A split ends where the first group of the next one lies.
    ends = [*(position for position, _ in groups), 1.0]
    bounds = (ends[first], ends[second])
    return _Draw(attempt, bounds, _rows_between(rows_before, first, second))


def _rows_between(
    rows_before: Sequence[int], first: int, second: int
) -> tuple[int, ...]:
    """Return the rows of train, validation and test, which end before two groups."""
    ends = (0, rows_before[first], rows_before[second], rows_before[-1])
    return tuple(end - start for start, end in pairwise(ends))


def _cuts(rows_before: Sequence[int], fractions: Fractions) -> tuple[int, int]:
    """Return the numbers of groups before which train and validation end.

    ``rows_before`` are the rows before each group, and all rows at the end. Every split with a
    share has a group as far as there are enough: first train, then test, then validation.
    """
    train, validation, test = fractions
    n_rows = rows_before[-1]
    n_groups = len(rows_before) - 1
    n_validation, n_test = _least_groups(fractions, n_groups)

    end = n_groups - n_test
    first = _nearest(rows_before, train * n_rows, 1, end - n_validation)
    if not validation:
        return first, first
    if not test:
        return first, n_groups
    due = (train + validation) * n_rows
    second = _nearest(rows_before, due, first + n_validation, end)
    return first, second


def _least_groups(fractions: Fractions, n_groups: int) -> tuple[int, int]:
    """Return the groups that validation and test have at least: one each, after that of train."""
    _, validation, test = fractions
    n_test = int(test > 0 and n_groups > 1)
    n_validation = int(validation > 0 and n_groups > 1 + n_test)
    return n_validation, n_test


def _nearest(rows_before: Sequence[int], due: float, lowest: int, highest: int) -> int:
    """Return the number of groups, within limits, whose rows are nearest to ``due``."""
    numbers = range(lowest, highest + 1)
    return min(numbers, key=lambda number: abs(rows_before[number] - due))


def _distance(counts: Sequence[int], fractions: Fractions) -> float:
    """Return by how much splits differ from what is due, relative to it."""
    n_rows = sum(counts)
    distance = 0.0
    for count, fraction in zip(counts, fractions, strict=True):
        if fraction:
            due = fraction * n_rows
            distance += abs(count / due - 1)
    return distance


def _sentence(usual: Sequence[int], fitted: Sequence[int]) -> str:
    n_rows = sum(usual)
    return (
        f"{n_rows:,} rows are too few, or their groups too uneven, for the usual split, which"
        f" would give {_in_words(usual)} rows: its bounds are fitted to them, for"
        f" {_in_words(fitted)}"
    )


def _in_words(counts: Sequence[int]) -> str:
    parts: list[str] = []
    for count, split in zip(counts, SPLITS, strict=True):
        parts.append(f"{count:,} {split}")
    return ", ".join(parts)


def _hash_key(seed: int, attempt: int) -> bytes:
    text = f"{seed} {attempt}" if attempt else str(seed)
    return text.encode()[:64]


def _position(key: str, hash_key: bytes) -> float:
    """Return the position of a group, uniform in [0, 1)."""
    group = key.encode(errors="replace")
    digest = hashlib.blake2b(group, digest_size=8, key=hash_key).digest()
    return int.from_bytes(digest, "big") / 2**64


def parse_fractions(text: str) -> tuple[float, float, float]:
    """Parse ``0.8,0.1,0.1``; raises ``InputError`` unless it holds three shares that sum to 1."""
    try:
        train, validation, test = (float(share) for share in text.split(","))
    except ValueError:
        raise InputError(
            f"--split takes three numbers such as 0.8,0.1,0.1, not {text!r}"
        ) from None

    are_shares = all(0 <= share <= 1 for share in (train, validation, test))
    if not are_shares or not train:
        raise InputError(
            f"--split takes shares from 0 to 1, the first above 0, not {text!r}"
        )
    # Decimal shares such as 0.7, 0.2 and 0.1 do not sum to 1 exactly.
    if abs(train + validation + test - 1) > 1e-6:
        raise InputError(
            f"the three numbers of --split must sum to 1, and {text!r} does not"
        )
    return train, validation, test
