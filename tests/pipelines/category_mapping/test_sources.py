import json
from pathlib import Path

import pytest

from common.errors import InputError
from common.progress import ignore_progress
from common.taxonomy import DEFAULT
from ingest.ingest import Options, ingest_file
from pipelines.category_mapping.categories import MAX_TITLES
from pipelines.category_mapping.languages import language_of, open_pair
from pipelines.category_mapping.sources import open_categories

ROWS = (
    ("Red oak lamp", "Home > Lamps"),
    ("Blue vase", "Home > Vases"),
    ("Green lamp", "Home > Lamps"),
    ("Nothing known", ""),
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    lines = ["title,category,price", *(f"{title},{of},5" for title, of in ROWS)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _ignore(done: float) -> None:
    pass


def test_a_table_has_counts_and_titles(table: Path) -> None:
    categories = open_categories(str(table))
    assert categories.rows == {"Home/Lamps": 2, "Home/Vases": 1}
    assert sorted(categories.titles["Home/Lamps"]) == ["Green lamp", "Red oak lamp"]


def test_a_snapshot_has_the_same_as_its_table(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "snapshot"
    ingest_file(table, out, Options(), ignore_progress)
    of_snapshot, of_table = open_categories(str(out)), open_categories(str(table))
    assert of_snapshot.rows == of_table.rows
    assert of_snapshot.titles == of_table.titles


def test_a_list_has_one_path_a_line(tmp_path: Path) -> None:
    path = tmp_path / "paths.txt"
    path.write_text("Home > Lamps\n\nGarden/Pots\n", encoding="utf-8")
    categories = open_categories(str(path))
    assert categories.mapped_paths() == ["Garden/Pots", "Home/Lamps"]


def test_a_taxonomy_file_has_its_categories(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    values = json.loads(DEFAULT.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps(values | {"categories": ["Home/Lamps"]}), encoding="utf-8"
    )
    assert open_categories(str(path)).mapped_paths() == ["Home/Lamps"]


def test_titles_are_the_same_in_whatever_order_rows_come(tmp_path: Path) -> None:
    titles = [f"lamp number {number}" for number in range(5 * MAX_TITLES)]
    found = []
    for name, rows in (("first.csv", titles), ("second.csv", titles[::-1])):
        lines = ["title,category", *(f"{title},Home > Lamps" for title in rows)]
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        found.append(open_categories(str(tmp_path / name)).titles)
    assert found[0] == found[1]
    assert len(found[0]["Home/Lamps"]) == MAX_TITLES


def test_a_built_in_tree_is_opened_in_the_language_of_the_other(tmp_path: Path) -> None:
    path = tmp_path / "paths.txt"
    path.write_text("ファッション/靴\n", encoding="utf-8")
    _, target = open_pair(str(path), "shopify", _ignore)
    source, _ = open_pair("shopify", str(path), _ignore)
    assert language_of(target) == language_of(source.tree) == "ja"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.csv", None, "there is no .*none.csv"),
        ("paths.txt", "Home//Lamps\n", "line 1 of .*empty level"),
        ("paths.txt", "\n", "has no categories"),
        ("shop.csv", "title,price\nlamp,5\n", "has a category"),
    ],
)
def test_what_cannot_be_opened_is_a_sentence(
    tmp_path: Path, name: str, content: str | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        open_categories(str(path))


def test_a_taxonomy_without_categories_is_a_sentence() -> None:
    with pytest.raises(InputError, match="lists no categories"):
        open_categories(str(DEFAULT))
