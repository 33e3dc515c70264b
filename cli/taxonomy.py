"""``listrec taxonomy``: trees of categories, and the mapping of one to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.progress import progress
from common.progress import step_of

if TYPE_CHECKING:
    from pipelines.category_mapping.mapping import MappedCategory


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def taxonomy() -> None:
    """Show trees of categories, and map one to another.

    The name "shopify" is that of Shopify's product taxonomy, which is part of the package, and
    "shopify:ja" has its Japanese names.
    """


@taxonomy.command("show")
@click.argument("tree", metavar="TREE")
def show(tree: str) -> None:
    """Print every path of TREE, one a line, which may be a file or the name of a built-in tree.

    \b
    Examples:
      listrec taxonomy show shopify > categories.txt
      listrec taxonomy show shopify:ja | grep スニーカー
    """
    from pipelines.category_mapping.sources import open_categories

    for path in open_categories(tree).tree.paths:
        click.echo(path)


@taxonomy.command("map")
@click.option(
    "--from",
    "source_name",
    required=True,
    metavar="SOURCE",
    help="Categories to map: a snapshot, a table, paths in a .txt file, or a taxonomy .json.",
)
@click.option(
    "--to",
    "target_name",
    default="shopify",
    show_default=True,
    metavar="TARGET",
    help="Tree to map to: the same, or shopify.",
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="CSV file to write."
)
@click.option(
    "--top",
    default=5,
    show_default=True,
    type=click.IntRange(min=1),
    help="Counterparts of each category.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "ja"]),
    help="Names of a built-in target in the file.  [default: that of the source]",
)
def map_command(
    source_name: str, target_name: str, out: Path, top: int, language: str | None
) -> None:
    """Propose counterparts in TARGET for every category of SOURCE, with probabilities.

    A category is compared by its names, those of its parents, and the titles of its listings, if
    there are any; then by where its siblings belong. Rows of --out give the best counterparts, and
    the deepest node that is probably right: a category without a counterpart of its own is
    committed to a parent. The columns are described in docs/categories.md.

    \b
    Examples:
      listrec taxonomy map --from snapshots/today --to shopify --out mapping.csv
      listrec taxonomy map --from shop.csv --out mapping.csv --top 3
      listrec taxonomy map --from categories.txt --to shopify --language ja --out mapping.csv
      listrec taxonomy map --from old.txt --to new.txt --out moves.csv
    """
    from pipelines.category_mapping.files import write_mapping
    from pipelines.category_mapping.languages import name_in, open_pair
    from pipelines.category_mapping.mapping import map_categories

    # Refused before minutes of work rather than after them.
    name_in(language or "", target_name, ())
    with progress("map categories") as report:
        source, target = open_pair(
            source_name, target_name, step_of(report, "reading listings", 0, 0.3)
        )
        mapped = map_categories(source, target, top, report)

    write_mapping(out, name_in(language or "", target_name, mapped))
    for line in _summarise(mapped, out):
        click.echo(line)


def _summarise(mapped: Sequence[MappedCategory], out: Path) -> Iterator[str]:
    """Yield how many categories were mapped how surely, and where to look first."""
    best = [category.counterparts[0].probability for category in mapped]
    likely = sum(probability >= 0.5 for probability in best)
    committed = sum(category.committed is not None for category in mapped)
    yield (
        f"{out}: {len(mapped):,} categories, {likely:,} with a counterpart of probability 0.5 or"
        f" more, {committed:,} committed to a node"
    )
    if likely < len(mapped):
        yield "check those of low probability first: sort the rows of rank 1 by probability"
