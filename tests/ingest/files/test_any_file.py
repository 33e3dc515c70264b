"""Whatever is handed in: what a program writes is read back, and damage is one sentence."""

import csv
import gzip
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import InputError
from ingest.files import open_records
from tests.ingest.files.reading import read_bytes, write

WORDS = {
    "utf-8": ["café", "赤い", "d'été", "🙂"],
    "utf-8-sig": ["café", "赤い"],
    "utf-16": ["café", "赤い"],
    "utf-16-le": ["café"],
    "utf-32": ["é"],
    "cp932": ["花柄ワンピース", "革財布", "未使用です"],
    "euc_jp": ["花柄ワンピース", "レディース"],
    "cp1252": ["été", "Größe", "crème", "niño", "£"],
    "mac_roman": ["été", "Größe", "crème"],
}
PLAIN = ["red", "wool", "size 38", "warm;", "tags,", "nice|good", '5"', '"new"', "a\tb"]


@st.composite
def tables(draw):
    """An encoding with rows of words that it has."""
    codec = draw(st.sampled_from(sorted(WORDS)))
    text = st.lists(st.sampled_from(PLAIN + 2 * WORDS[codec]), min_size=1, max_size=6)
    rows = draw(st.lists(st.tuples(text, text), min_size=1, max_size=30))
    n_lines = draw(st.sampled_from([0, 1, 3]))
    described = [
        [
            str(n + 1),
            " ".join(title),
            str(n / 2),
            " ".join(words) + "\nand so on" * n_lines,
        ]
        for n, (title, words) in enumerate(rows)
    ]
    return codec, described


@settings(max_examples=150, deadline=None)
@given(
    tables(),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_mixture_of_encoding_delimiter_quotes_and_line_ends_is_read(
    table, delimiter, quoting, line_end
):
    codec, rows = table
    file = io.StringIO()
    writer = csv.writer(
        file, delimiter=delimiter, quoting=quoting, lineterminator=line_end
    )
    writer.writerows([["id", "title", "price", "description"], *rows])
    parsed = [record[1] for record in read_bytes(file.getvalue().encode(codec))]
    assert parsed == rows


def examples() -> list[tuple[str, bytes]]:
    """A small table in every format."""
    rows = [
        {"title": "café", "price": 3.5, "tags": ["a"]},
        {"title": "mug", "price": 4.0},
    ]
    text = json.dumps(rows, ensure_ascii=False)
    with TemporaryDirectory() as folder:
        book = openpyxl.Workbook()
        for row in (["title", "price"], ["cup", 3], ["mug", 4]):
            book.active.append(row)
        book.save(Path(folder) / "t.xlsx")
        pq.write_table(pa.Table.from_pylist(rows), Path(folder) / "t.parquet")
        binary = [
            (path.name, path.read_bytes()) for path in sorted(Path(folder).iterdir())
        ]

    table = 'id;title\n1;"a\nb"\n2;été\n3;"c'
    feed = "<rss><channel><item><title>cup</title><id>1</id></item></channel></rss>"
    return [
        *binary,
        ("t.csv", table.encode()),
        ("t.csv", table.encode("cp1252")),
        ("t.csv", table.encode("utf-16")),
        ("t.csv.gz", gzip.compress(table.encode())),
        ("t.json", text.encode()),
        ("t.json", json.dumps({"products": rows}, indent=1).encode()),
        ("t.jsonl", "\n".join(map(json.dumps, rows)).encode()),
        ("t.xml", feed.encode()),
    ]


EXAMPLES = examples()


def require_records_or_a_sentence(name: str, data: bytes) -> None:
    with TemporaryDirectory() as folder:
        try:
            table = open_records(write(Path(folder), name, data))
            for _, row, _, reason in table.records(table.columns):
                assert (row is None) == bool(reason)
                assert row is None or len(row) == len(table.columns)
            assert len(set(table.columns)) == len(table.columns)
        except InputError as error:
            (_,) = str(error).splitlines()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EXAMPLES), st.floats(0, 1))
def test_a_file_that_is_cut_short_is_no_crash(example, share):
    name, data = example
    require_records_or_a_sentence(name, data[: int(share * len(data))])


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(EXAMPLES),
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8
    ),
)
def test_a_file_with_changed_bytes_is_no_crash(example, changes):
    name, data = example[0], bytearray(example[1])
    for place, byte in changes:
        data[int(place * len(data))] = byte
    require_records_or_a_sentence(name, bytes(data))


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["t.csv", "t.json", "t.xml", "t.xlsx", "t"]),
    st.binary(max_size=200),
)
def test_any_bytes_are_no_crash(name, data):
    require_records_or_a_sentence(name, data)
