"""Draws listings without a brand whose title names one, to be judged by a person.

  python -m benchmarks.quality.brand_noise TABLE [--count 100] [--seed 0]

A brand is known where five rows have it; a title names it where its words stand in it in a row,
whatever their case. Shown are the brand, the title and the description, and how many there are.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.shared.folds import read_source
from common.listing import NO_BRAND, Listing

LEAST_ROWS = 5
"""A brand needs this many rows to be known."""


def main() -> int:
    """Draw listings and print them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="a table of listings")
    parser.add_argument("--count", type=int, default=100, help="how many to draw")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = read_source(given.source, Path(folder) / "all")
    named = list(find_named(rows))
    without = sum(row.brand == NO_BRAND for row in rows)
    drawn = random.Random(given.seed).sample(named, min(given.count, len(named)))
    for number, (brand, row) in enumerate(drawn, start=1):
        print(f"{number}. [{brand}] {row.title}\n   {row.category}\n   {row.description}")
    print(f"{len(named)} of {without} listings without a brand name one in their title")
    return 0


def find_named(rows: Sequence[Listing]) -> Iterator[tuple[str, Listing]]:
    """Yield the listings whose brand is "no brand" and whose title names a known one, with it.

    Of several the longest is yielded.
    """
    counts = Counter(row.brand for row in rows if row.brand not in (None, NO_BRAND))
    known = {_words(brand): brand for brand, rows_of in counts.items() if rows_of >= LEAST_ROWS}
    most = max((words.count(" ") + 1 for words in known), default=0)
    for row in rows:
        if row.brand == NO_BRAND:
            words = _words(row.title).split()
            for length in range(most, 0, -1):
                runs = (words[at : at + length] for at in range(len(words) - length + 1))
                if found := [known[run] for each in runs if (run := " ".join(each)) in known]:
                    yield found[0], row
                    break


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold().replace("'", "")))


if __name__ == "__main__":
    sys.exit(main())
