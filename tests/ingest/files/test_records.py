"""One bad quote must never swallow its neighbours."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.files.reading import read_bytes


def read(data, **options):
    return read_bytes(data, **options)


def cells(data, **options):
    return [record[1] for record in read(data, **options)]


def test_a_quoted_cell_may_run_over_lines():
    parsed = read('id,text,price\n1,"one\ntwo, with a comma\nthree",5\n2,plain,6\n')
    assert [(number, row) for number, row, _, _ in parsed] == [
        (2, ["1", "one\ntwo, with a comma\nthree", "5"]),
        (5, ["2", "plain", "6"]),
    ]


def test_a_stray_quote_costs_its_own_row_only():
    parsed = read(
        'id,text,price\n1,a,5\n2,"never closed,6\n3,b,7\n4,size 5",8\n5,c,9\n'
    )
    assert [row and row[0] for _, row, _, _ in parsed] == ["1", None, "3", "4", "5"]
    assert parsed[1][0] == 3
    assert "quote" in parsed[1][3]


def test_a_stray_quote_in_the_last_cell_does_not_swallow_up_to_the_next_one():
    rows = "".join(f"{n}\ttitle {n}\ttext {n}\n" for n in range(3, 9))
    data = f'"id"\t"name"\t"text"\n1\t"a"\t"b"\n2\t"c"\t"open\n{rows}9\t"d"\tends with 5"\n'
    parsed = cells(data)
    assert len(parsed) == 9
    assert [n for n, row in enumerate(parsed, 1) if row is None] == [2]


def test_an_unclosed_quote_at_the_end_of_the_file_rejects_one_row():
    parsed = cells('id,text\n1,a\n2,"open\n3,b\n4,c\n')
    assert parsed == [["1", "a"], None, ["3", "b"], ["4", "c"]]


def test_a_table_that_does_not_quote_keeps_its_quotes():
    parsed = cells('id\tname\tprice\n1\t"New" shoes\t5\n2\t"open\t6\n3\t5" heel\t7\n')
    assert parsed == [
        ["1", '"New" shoes', "5"],
        ["2", '"open', "6"],
        ["3", '5" heel', "7"],
    ]


def test_a_quoted_table_keeps_text_after_a_closing_quote():
    parsed = cells('"id"\t"name"\n1\t"a"\n2\t"New" shoes\n3\t"b"\n')
    assert parsed == [["1", "a"], ["2", '"New" shoes'], ["3", "b"]]


def test_long_rows_are_rejected_with_their_counts():
    reasons = [reason for _, _, _, reason in read("a,b,c\n1,2,3\n1,2,3,4\n1,2,3,\n")]
    assert reasons == ["", "the row has 4 cells and the header has 3", ""]


def test_rows_without_a_filled_cell_are_skipped():
    assert cells("a\tb\n\t\n\n1\t2\n   \n") == [["1", "2"]]


def test_a_million_characters_are_one_cell():
    long = "x" * 1_000_000
    assert cells(f'a,b\n1,"{long}"\n2,{long}\n') == [["1", long], ["2", long]]


def test_a_line_beyond_the_limit_is_rejected_and_the_next_is_read():
    parsed = read("a,b\n1," + "x" * 4_100_000 + "\n2,y\n")
    assert [(number, row) for number, row, _, _ in parsed] == [
        (2, None),
        (3, ["2", "y"]),
    ]
    assert "longer than" in parsed[0][3]


def test_bytes_that_are_no_text_cost_no_row():
    thé = "1,thé\n".encode() * 9
    assert cells(b"a,b\n" + thé + b"2,th\xc3\xa9 caf\xe9,\n")[-1] == [
        "2",
        "thé caf\ufffd",
    ]


def test_bom_and_crlf_leave_no_trace():
    data = b'\xef\xbb\xbfa,b\r\n1,"two\r\nlines"\r\n'
    assert cells(data) == [["1", "two\nlines"]]


def test_a_pathological_file_of_open_quotes_is_read_in_time():
    parsed = cells("id,text\n" + '"a\n' * 5_000)
    assert parsed == [None] * 5_000


def test_semicolons_separate_cells_too():
    assert cells("a;b\n1;2,5\n") == [["1", "2,5"]]


TEXTS = st.lists(
    st.tuples(st.text('ab", \t\n', max_size=12), st.text("ab\n", max_size=9)),
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(
    TEXTS, st.sampled_from(",\t"), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
)
def test_what_a_csv_writer_writes_is_read_back(texts, delimiter, quoting):
    if delimiter == "\t":
        # A line within a cell that has just as many tabs is taken for a row.
        texts = [(title.replace("\t", " "), more) for title, more in texts]
    rows = [[str(number), *pair] for number, pair in enumerate(texts)]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\n")
    writer.writerows([["id", "text", "more"], *rows])
    assert cells(file.getvalue()) == rows
