from datetime import UTC, datetime

import pytest

from cli.main import main
from common.snapshot import SPLITS, Snapshot
from ingest.date_range import DateRange

ROWS = "\n".join(
    f"{day},shoes number {day},Women/Shoes,{10 + day},2026-11-{day:02}T12:00:00Z"
    for day in range(1, 31)
)
TABLE = f"id,title,category,price,listed_at\n{ROWS}\n99,a coat,Women/Coats,30,\n"


@pytest.fixture
def ingest(tmp_path, capsys):
    """Ingest a table of November and return the exit code, the output and the dates taken."""

    def start(*words, table=TABLE):
        (tmp_path / "november.csv").write_text(table)
        out = tmp_path / "snapshot"
        source = str(tmp_path / "november.csv")
        code = main(["ingest", source, "--out", str(out), *words])
        return code, "".join(capsys.readouterr()), _days(out) if code == 0 else []

    return start


def _days(path):
    snapshot = Snapshot.open(path)
    cells = [
        cell
        for split in SPLITS
        for (column,) in snapshot.columns(split, ("listed_at",))
        for cell in column
    ]
    return sorted(cell.astimezone(UTC).day for cell in cells)


def test_rows_of_a_range_are_taken_with_its_first_day_and_without_its_end(ingest):
    code, output, days = ingest("--since", "2026-11-10", "--until", "2026-11-25")

    assert (code, days) == (0, list(range(10, 25)))
    assert "rows listed from 2026-11-10 on before 2026-11-25 are taken" in output
    assert "15 rows were listed at another time, and 1 without a date" in output


def test_one_end_of_a_range_is_enough(ingest):
    assert ingest("--since", "2026-11-20")[2] == list(range(20, 31))


def test_ranges_side_by_side_share_no_row_and_lose_none(tmp_path, ingest):
    _, _, before = ingest("--until", "2026-11-15")
    (tmp_path / "snapshot").rename(tmp_path / "first")
    _, _, after = ingest("--since", "2026-11-15")

    assert before + after == list(range(1, 31))


@pytest.mark.parametrize(
    ("words", "table", "message"),
    [
        (
            ("--since", "2026-11-20", "--until", "2026-11-10"),
            TABLE,
            "--since must be earlier than --until",
        ),
        (
            ("--since", "2026-11-20"),
            TABLE.replace("listed_at", "nothing"),
            "--map listed_at=COLUMN",
        ),
        (
            ("--since", "2027-01-01"),
            TABLE,
            "none in the range of --since and --until",
        ),
    ],
)
def test_a_range_that_takes_nothing_is_refused(ingest, words, table, message):
    code, output, _ = ingest(*words, table=table)

    assert code == 2
    assert message in output


def test_a_range_knows_what_is_in_it():
    day = datetime(2026, 11, 10, tzinfo=UTC)

    assert day in DateRange(since=day)
    assert day not in DateRange(until=day)
