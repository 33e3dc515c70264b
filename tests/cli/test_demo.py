import os
import re
import socket
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

from cli import demo, demo_server
from cli.main import main
from common.errors import UnavailableError
from common.listing import Listing
from common.settings import Settings

ROOT = Path(__file__).parents[2]


def listing(number, **fields):
    values = {
        "category": "Men/Shoes",
        "brand": "Nike",
        "price": 5.0,
        "language": "en",
    } | fields
    return Listing(title=f"shoes {number}", listing_id=str(number), **values)


@pytest.fixture
def champion(released_home, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(released_home))
    return Settings.from_environment({"LISTREC_HOME": str(released_home)})


def test_it_asks_about_listings_of_different_languages_and_categories():
    rows = [
        listing(1, brand=None),
        listing(2),
        listing(3),
        listing(4, language="ja"),
        listing(5, category="Home/Lamps"),
    ]

    assert [row.listing_id for row in demo.choose(rows)] == ["2", "4", "5"]


def test_it_asks_about_whatever_there_is():
    rows = [listing(number, brand=None, language=None) for number in (1, 2)]

    assert demo.choose(rows) == rows


def test_rows_that_are_not_there_are_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path / "home"))

    assert main(["demo", "--data", str(tmp_path / "no such.tsv")]) == 2

    assert (
        capsys.readouterr().err
        == f"error: there is no file {tmp_path / 'no such.tsv'}\n"
    )
    assert not (tmp_path / "home").exists()


def test_the_same_rows_are_made_a_snapshot_once(tmp_path, capsys):
    settings = Settings(tmp_path / "home", str(tmp_path / "store"), "")
    rows = tmp_path / "my rows.csv"
    rows.write_text(
        "title,category\nboots,Men/Shoes\nlamp,Home/Lamps\nvase,Home/Vases\n"
    )

    first = demo._ingest(settings, rows, 0)
    again = demo._ingest(settings, rows, 0)

    assert first == again
    assert "are already a snapshot" in capsys.readouterr().out


def test_the_champion_is_served_asked_and_shown_beside_what_the_seller_chose(
    champion, capsys
):
    with demo_server.serving(champion) as server:
        demo._suggest_for(server.address, [listing(1, condition="good", price=12.5)])
    demo._print_next_steps(champion)

    printed = capsys.readouterr().out
    assert re.search(r"shoes 1 \(good\)", printed)
    assert "the seller chose" in printed
    assert "12.50" in printed
    assert "mlflow ui --backend-store-uri sqlite:///" in printed


def test_with_the_page_it_serves_until_it_is_stopped(champion, capsys):
    with demo_server.serving(champion, with_page=True) as server:
        demo._print_page(server)
        with urlopen(server.page, timeout=30) as answer:
            assert b"<!doctype html>" in answer.read().lower()
        with urlopen(server.console, timeout=30) as answer:
            assert b"<title>Console</title>" in answer.read()

    printed = capsys.readouterr().out
    assert server.page in printed.splitlines()[-6]
    assert server.console in printed.splitlines()[-2]
    assert "events show" in printed
    assert server.process.returncode == 0


def test_a_taken_port_of_the_page_is_left_to_others():
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert demo_server._free_port(other.getsockname()[1]) == 0


def test_a_server_that_cannot_start_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))
    settings = Settings.from_environment({"LISTREC_HOME": str(tmp_path)})

    with (
        pytest.raises(UnavailableError, match="the server did not start"),
        demo_server.serving(settings),
    ):
        pass


def test_an_address_of_ones_own_is_not_shown(tmp_path, capsys):
    settings = Settings(tmp_path, str(tmp_path), "postgresql://me:secret@db/mlflow")

    demo._print_next_steps(settings)

    assert "secret" not in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_it_goes_from_rows_to_answers(tmp_path):
    environment = os.environ | {"LISTREC_HOME": "home", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [*demo_server.LISTREC, "demo"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("the seller chose") == demo.N_EXAMPLES + 1
    assert "models see a photo and nothing else: home/demo/" in done.stdout
    assert re.search(
        r"[ぁ-んァ-ヶ一-龠].*\((?:new|like new|good|fair|poor|condition)", done.stdout
    )
    assert "the champion" in done.stdout
