"""What is lost is said in plain words where it is more than a hundredth."""

from ingest.profile.losses import losses
from ingest.rows import DroppedCell, Row
from ingest.source import RawRow
from tests.ingest.profile.invented_rows import count_rows, describe_counts, shard_rows


def lost(n_rejected: int, n_dropped: int, n_rows: int = 1_000) -> list[str]:
    profile = count_rows(shard_rows(n_rows))
    cell = DroppedCell("price", "Free", "price 'Free' is not an amount")
    for line in range(n_rejected):
        profile.count_rejected(RawRow(line, {}), ["title is odd"])
    for index in range(n_rows):
        dropped = (cell,) if index < n_dropped else ()
        used = () if dropped else ("price",)
        profile.count_cells(Row(listing=None, used=used, dropped=dropped))
    return losses(describe_counts(profile))


def test_a_few_losses_are_not_spoken_of() -> None:
    assert lost(n_rejected=10, n_dropped=10) == []


def test_rejected_rows_and_dropped_cells_are_spoken_of_with_an_example() -> None:
    rows, cells = lost(n_rejected=250, n_dropped=400)

    assert rows == "250 of 1,250 (20 %) rows are rejected"
    assert cells == (
        "400 of 1,000 (40 %) cells of price are dropped,"
        " most often: price 'Free' is not an amount"
    )
