"""Kinds of tables mixed: what a shop writes is read, and damage costs rows and cells at most."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import InputError
from common.snapshot import Snapshot
from ingest.ingest import Options, ingest_file
from ingest.options import ReadOptions
from tests.ingest.cases.shops import Shop, read, write
from tests.ingest.cases.writing import WITHOUT_TIME, Item, Writing, shops

few = settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
many = settings(few, max_examples=500)


def require_all(writing: Writing, items: list[Item], shop: Shop) -> None:
    """Fail unless what went in comes out."""
    assert not shop.rejected
    assert not shop.dropped
    assert shop.values("listing_id") == [f"A{n}" for n in range(1, len(items) + 1)]
    assert shop.values("title") == [item.title for item in items]
    assert shop.values("description") == [item.description for item in items]
    assert shop.values("brand") == [item.brand for item in items]
    assert shop.values("condition") == [item.condition for item in items]

    paths = [[level.replace("/", "\u2215") for level in item.path] for item in items]
    assert shop.values("category") == ["/".join(path) for path in paths]
    assert shop.prices == [(item.cents / 100, writing.currency) for item in items]
    form = "%Y-%m-%dT00:00" if writing.date in WITHOUT_TIME else "%Y-%m-%dT%H:%M"
    assert shop.dates() == [item.listed_at.strftime(form) for item in items]


def read_again(writing: Writing, items: list[Item]) -> None:
    with TemporaryDirectory() as folder:
        shop = read(Path(folder), writing.table(items), **writing.options)
    require_all(writing, items, shop)


@few
@given(shops())
def test_what_a_shop_writes_is_what_is_read(drawn):
    read_again(*drawn)


@pytest.mark.slow
@many
@given(shops())
def test_what_any_shop_writes_is_what_is_read(drawn):
    read_again(*drawn)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The table of a shop, cut off, changed or without some of its lines."""
    writing, items = draw(shops())
    data = bytearray(writing.table(items))
    kind = draw(st.sampled_from(["cut", "flipped", "dropped", "doubled"]))
    places = st.integers(0, len(data) - 1)
    if kind == "cut":
        return bytes(data[: draw(places)])
    if kind == "flipped":
        for _ in range(draw(st.integers(1, 20))):
            data[draw(places)] = draw(st.integers(0, 255))
        return bytes(data)

    lines = bytes(data).splitlines(keepends=True)
    chosen = draw(st.sets(st.integers(0, len(lines) - 1), max_size=6))
    copies = 0 if kind == "dropped" else 2
    return b"".join(
        line * (copies if n in chosen else 1) for n, line in enumerate(lines)
    )


def read_damaged(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        try:
            shop = read(Path(folder), data)
        except InputError as error:
            sentence = str(error)
        else:
            sentence = ""
    if sentence:
        assert "\n" not in sentence
        return

    for row in shop.rows:
        dropped = [cell.field for cell in row.dropped]
        assert len(dropped) == len(set(dropped))
        assert not set(dropped) & set(row.used)


@few
@given(damaged())
def test_damage_costs_rows_and_cells_at_most(data):
    read_damaged(data)


@pytest.mark.slow
@many
@given(damaged())
def test_any_damage_costs_rows_and_cells_at_most(data):
    read_damaged(data)


@settings(few, max_examples=15)
@given(shops(), st.integers(0, 5))
def test_every_row_and_every_cell_is_accounted_for(drawn, n_cut):
    writing, items = drawn
    data = writing.table(items)
    data = data[: len(data) - n_cut * len(data) // 20]
    with TemporaryDirectory() as folder:
        path, out = write(Path(folder), data), Path(folder) / "out"
        options = Options(ReadOptions(**writing.options))
        try:
            ingest_file(path, out, options, lambda *_: None)
        except InputError:
            return
        manifest = Snapshot.open(out, verify=False).manifest

    rows = manifest.rows
    assert rows["read"] == rows["accepted"] + rows["rejected"] + rows["merged"]
    for counts in manifest.cells.values():
        assert counts["read"] == counts["used"] + counts["dropped"]
