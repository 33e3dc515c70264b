"""``listrec events`` shows, drains, exports and erases what a log and a database have."""

import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from cli.main import main
from common.event_database.tables import EVENTS
from common.events import Listed
from common.store.storage import Storage
from pipelines.outcomes.event_table import SCHEMA
from tests.common.event_log.examples import (
    LISTING,
    OUTCOME,
    SHOWN,
    append_all,
    make_events,
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))
    append_all(tmp_path / "event_log", [SHOWN, *make_events(3)])
    return tmp_path


def test_status_tells_the_log_from_the_database(capsys):
    assert main(["events", "status"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "rows      0"

    assert main(["events", "drain"]) == 0
    assert "4 events and 0 listings stored, 1 segments" in capsys.readouterr().out
    assert main(["events", "status", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    counts = {"rows": 4, "listings": 0}
    assert found == {"segments": 0, "bytes": 0, "oldest": None, **counts}


def test_the_last_events_are_sentences(capsys):
    main(["events", "drain"])
    capsys.readouterr()

    assert main(["events", "show", "--last", "4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert any(line.endswith("brand Nike, price 24.50 USD") for line in lines)
    assert any("outcome  brand: accepted, Nike" in line for line in lines)


def test_suggestions_that_nobody_saw_are_told_from_others(home, capsys):
    append_all(home / "event_log", [replace(SHOWN, id="unseen", policy="holdout")])
    main(["events", "drain"])
    main(["events", "show"])
    shown = [each for each in capsys.readouterr().out.splitlines() if "shown" in each]
    ends = ["brand Nike, price 24.50 USD", "(of the holdout, who did not see them)"]
    assert all(any(line.endswith(end) for line in shown) for end in ends)


def test_what_was_shown_has_the_variants_of_the_seller(home, capsys):
    tried = replace(SHOWN, id="tried", experiments={"top-3": "three"})
    append_all(home / "event_log", [tried])
    main(["events", "drain"])
    capsys.readouterr()
    assert main(["events", "show"]) == 0
    assert "24.50 USD (three of top-3)" in capsys.readouterr().out


def test_events_of_one_moment_are_in_the_order_in_which_they_happen(home, capsys):
    last = Listed("8f14e45f", "sku", None, "", OUTCOME.time, id="a", seller="")
    append_all(home / "event_log", [last])
    main(["events", "drain"])
    capsys.readouterr()
    main(["events", "show"])
    events = [line.split()[3] for line in capsys.readouterr().out.splitlines()]
    assert events == ["shown", *["outcome"] * 3, "listed"]


def test_without_events_it_says_what_keeps_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path / "other"))
    assert main(["events", "show"]) == 0
    assert "listrec serve --http 8080" in capsys.readouterr().out


def test_a_torn_end_is_told(home, capsys):
    [segment] = (home / "event_log").glob("*.events")
    with segment.open("ab") as file:
        file.write(b"torn")
    assert main(["events", "drain"]) == 0
    assert "4 bytes at their ends were no whole event" in capsys.readouterr().out


def test_an_exported_file_has_the_columns_of_the_database(home):
    main(["events", "drain"])
    assert main(["events", "export", "--out", str(home / "all.parquet")]) == 0
    table = pq.read_table(home / "all.parquet")
    assert table.schema.equals(SCHEMA)
    assert table.column_names == [column.name for column in EVENTS.columns]
    [shown] = [row for row in table.to_pylist() if row["event"] == "shown"]
    assert (shown["time"], shown["versions"]) == (SHOWN.time, [*SHOWN.versions.items()])
    assert shown["candidates"][0]["value"] == "Nike"


def test_a_range_of_time_is_exported(home, capsys):
    main(["events", "drain"])
    out = ["--out", str(home / "part.parquet")]
    assert main(["events", "export", *out, "--since", "2026-02-01"]) == 0
    assert main(["events", "export", *out, "--until", "2026-02-01"]) == 0
    printed = capsys.readouterr().out
    assert "0 events written" in printed
    assert "4 events written" in printed


def test_a_seller_is_erased_with_listings_and_photos(home, monkeypatch, capsys):
    photos = Storage(str(home / "photos"))
    photos.write_bytes(LISTING.photos[0], b"a photo")
    append_all(home / "event_log", [LISTING])
    monkeypatch.setenv("LISTREC_KEEP_LISTINGS", str(home / "photos"))

    assert main(["events", "erase", "--seller", "u-1042"]) == 0

    assert "3 events, 1 listings and 1 photos erased" in capsys.readouterr().out
    assert photos.keys("") == []
    assert main(["events", "status"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == ["rows      1", "listings  0"]


def test_what_was_erased_is_erased_again_after_a_restore(home, capsys):
    main(["events", "erase", "--request", OUTCOME.request])
    append_all(home / "event_log", make_events(3))
    capsys.readouterr()

    assert main(["events", "erase", "--again"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("3 events, 0 listings and 0 photos erased\n")


def test_one_thing_is_erased_at_a_time(capsys):
    assert main(["events", "erase"]) == 2
    assert main(["events", "erase", "--seller", "u-1042", "--again"]) == 2
    assert "name --seller, --request or --again" in capsys.readouterr().err


def test_a_key_of_nobody_is_told_from_a_seller(capsys):
    hint = "nothing is kept under this key"
    assert main(["events", "erase", "--seller", "U-1042"]) == 0
    assert hint in capsys.readouterr().out
    assert main(["events", "erase", "--seller", "u-1042"]) == 0
    assert hint not in capsys.readouterr().out


def test_a_time_to_come_erases_nothing(capsys):
    assert main(["events", "prune", "--before", "2926-02-01"]) == 2
    assert "--before is in the future" in capsys.readouterr().err


def test_events_that_are_switched_off_are_a_sentence(monkeypatch, capsys):
    monkeypatch.setenv("LISTREC_EVENTS", "off")
    assert main(["events", "show"]) == 2
    assert "LISTREC_EVENTS is 'off', so no events are kept" in capsys.readouterr().err


def test_what_is_older_than_a_time_is_erased(capsys):
    assert main(["events", "prune", "--before", "2026-01-01"]) == 0
    assert main(["events", "prune", "--before", "2026-02-01"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == ["0", "4"]


def test_a_database_that_does_not_answer_is_exit_code_5(home, monkeypatch, capsys):
    address = "postgresql+psycopg://shop:hidden-password@127.0.0.1:1/events"
    monkeypatch.setenv("LISTREC_EVENTS", address)
    assert main(["events", "status"]) == 5
    printed = capsys.readouterr()
    assert printed.out.startswith("segments  1, ")
    assert "the database of events does not answer" in printed.err
    assert "hidden-password" not in printed.err
