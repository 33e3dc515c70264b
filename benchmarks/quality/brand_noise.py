"""Draws listings without a brand whose title names one, for a person to judge.

A brand is known if five rows have it. A title names it if it contains the brand's words one after
the other, in any letter case.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.quality.arguments import make_table_parser
from benchmarks.shared.folds import read_source
from common.errors import ListrecError
from common.listing import NO_BRAND, Listing

MODULE = "benchmarks.quality.brand_noise"

EXAMPLES = """
python -m benchmarks.quality.brand_noise data/mercari/train.tsv
python -m benchmarks.quality.brand_noise synthetic --rows 2000 --count 10 --seed 1
"""

MIN_ROWS = 5
"""Rows that a brand needs to be known."""


def main() -> int:
    """Draw listings and print them."""
    arguments = _parse_arguments()

    try:
        with tempfile.TemporaryDirectory() as folder:
            rows = read_source(
                arguments.source, Path(folder) / "all", rows=arguments.rows
            )
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    # Listed first, because the total is reported beside the sample.
    named = list(find_named(rows))
    count = min(arguments.count, len(named))
    _print_sample(random.Random(arguments.seed).sample(named, count))

    n_without = sum(row.brand == NO_BRAND for row in rows)
    print(
        f"{len(named)} of {n_without} listings without a brand name one in their title"
    )
    return 0


def _print_sample(sample: Sequence[tuple[str, Listing]]) -> None:
    for number, (brand, row) in enumerate(sample, start=1):
        print(f"{number}. [{brand}] {row.title}")
        print(f"   {row.category}")
        print(f"   {row.description}")


def find_named(rows: Sequence[Listing]) -> Iterator[tuple[str, Listing]]:
    """Yield the listings with "no brand" whose title names a known brand, with that brand.

    If a title names several, the longest is yielded.
    """
    brands = _known_brands(rows)
    max_words = max((words.count(" ") + 1 for words in brands), default=0)

    for row in rows:
        if row.brand == NO_BRAND:
            brand = _longest_brand(row.title, brands, max_words)
            if brand:
                yield brand, row


def _known_brands(rows: Sequence[Listing]) -> dict[str, str]:
    """The names of the brands that enough rows have, by their words."""
    counts = Counter(row.brand for row in rows if row.brand not in (None, NO_BRAND))
    known = [name for name, count in counts.items() if name and count >= MIN_ROWS]
    names_by_words = {}
    for name in known:
        names_by_words[_words(name)] = name
    return names_by_words


def _longest_brand(title: str, brands: Mapping[str, str], max_words: int) -> str | None:
    words = _words(title).split()

    # From long to short: "Polo Ralph Lauren" before "Polo".
    for length in range(max_words, 0, -1):
        for start in range(len(words) - length + 1):
            phrase = " ".join(words[start : start + length])
            if phrase in brands:
                return brands[phrase]

    return None


def _words(text: str) -> str:
    """The words in lower case, without punctuation."""
    without_apostrophes = text.casefold().replace("'", "")
    words = re.findall(r"[^\W_]+", without_apostrophes)
    return " ".join(words)


def _parse_arguments() -> argparse.Namespace:
    purpose = 'Draw listings with "no brand" whose title names a known brand.'
    parser = make_table_parser(MODULE, purpose, EXAMPLES)
    parser.add_argument(
        "--count", type=int, default=100, help="number of listings to draw"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the draw")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
