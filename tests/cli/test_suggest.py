import asyncio
import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

import models
from cli.answers import as_json, show
from cli.main import main
from common.experiments.definition import Variant
from common.listing import (
    FEE_INCLUDED,
    ITEM,
    Candidate,
    Earnings,
    Fee,
    Listing,
    PriceRange,
    Suggestion,
    Suggestions,
)
from simulator import source as synthetic
from tests.serving.experiments.world import experiment, release, seller_of
from tests.serving.releases.test_loaded import started

DOCUMENT = Path(__file__).parents[2] / "docs" / "suggest.md"


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LISTREC_STORE", raising=False)
    return tmp_path


@pytest.fixture
def champion(released_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LISTREC_HOME", str(released_home))
    monkeypatch.delenv("LISTREC_STORE", raising=False)
    return released_home


@pytest.fixture
def listings(tmp_path: Path) -> Path:
    """Rows of a synthetic shop as a CSV file, all labels included."""
    rows = [dict(row.values) for batch in synthetic.read(60, seed=99) for row in batch]
    path = tmp_path / "listings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, sorted({name for row in rows for name in row}))
        writer.writeheader()
        writer.writerows(rows)
    return path


ANSWERS = Suggestions(
    "r1",
    {
        "category": Suggestion(
            "category",
            "c1",
            {"category": (Candidate("Men/Shoes", 0.75),)},
            abstained="unsure",
        ),
        "price": Suggestion(
            "price", "p1", price=PriceRange(10, 5, 20, "USD", ((0.5, 10.0),))
        ),
        "shipping": Suggestion(
            "shipping", "s1", fee=Fee(4.8, "USD", "tracked mail", "small")
        ),
    },
    {"brand": "it was too late"},
)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["suggest"], 2, "describe the listing with --title"),
        (["suggest", "--title", "boots"], 4, "nothing has been released yet"),
        (
            ["suggest", "--title", "boots", "--set", "shipping_payer=6"],
            2,
            "'6' is none of seller, buyer",
        ),
        (
            ["suggest", "--title", "boots", "--set", "smell=good"],
            2,
            "'smell' cannot be set",
        ),
        (
            ["suggest", "--title", "boots", "--set", "brand"],
            2,
            "FIELD=VALUE was expected, not 'brand'",
        ),
        (
            ["suggest", "--title", "boots", "--out", "a.parquet"],
            2,
            "use 'listrec suggest-table",
        ),
        (
            ["suggest", "--input", "a.csv"],
            2,
            "use 'listrec suggest-table TABLE --out FILE'",
        ),
        (
            ["suggest", "--input", "a.csv", "--out", "b.csv"],
            2,
            "use 'listrec suggest-table",
        ),
        (["suggest-table", "a.csv"], 2, "Missing option '--out'"),
        (
            ["suggest-table", "a.csv", "--title", "boots", "--out", "b.csv"],
            2,
            "No such option",
        ),
        (
            ["suggest-table", "a.csv", "--out", "b.csv", "--known", "smell"],
            2,
            "'smell' is no field",
        ),
        (["suggest-table", "no-such.csv", "--out", "b.csv"], 2, "no-such.csv"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    empty_home: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    sentence: str,
) -> None:
    assert main(words) == code
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert printed.out == ""


def test_the_help_of_both_commands_has_examples(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command, example in (
        ("suggest", 'listrec suggest --title "Nike running shoes size 9"'),
        ("suggest-table", "listrec suggest-table listings.csv --out answers.parquet"),
    ):
        assert main([command, "--help"]) == 0
        page = capsys.readouterr().out
        assert example in page
        assert "--input" not in page


def test_json_has_every_part_of_an_answer() -> None:
    values = json.loads(as_json(ANSWERS))
    assert values["release"] == "r1"
    assert values["missing"] == {"brand": "it was too late"}
    assert (
        values["models"]["category"]["candidates"]["category"][0]["probability"] == 0.75
    )
    assert values["models"]["price"]["price"]["quantiles"] == [[0.5, 10.0]]
    assert values["models"]["shipping"]["fee"]["amount"] == 4.8
    assert values["models"]["price"]["price"]["basis"] == "item"
    assert values["earnings"] is None


def test_earnings_are_in_the_json_and_explained_in_the_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    earnings = Earnings(14, "fee included", "buyer", 4, 10, 1.25, 8.75, "USD")
    answers = replace(ANSWERS, earnings=earnings)

    assert json.loads(as_json(answers))["earnings"]["item_price"] == 10
    show(answers)
    printed = " ".join(capsys.readouterr().out.split())
    assert "8.75 USD (14.00 less 4.00 fee less 1.25 commission;" in printed


@pytest.mark.parametrize(("basis", "is_said"), [(ITEM, False), (FEE_INCLUDED, True)])
def test_a_price_that_includes_the_fee_says_so(
    capsys: pytest.CaptureFixture[str], basis: str, is_said: bool
) -> None:
    price = Suggestion("price", "p", price=PriceRange(10, 5, 20, "USD", basis=basis))

    show(Suggestions("r1", {"price": price}))
    printed = " ".join(capsys.readouterr().out.split())
    assert ("incl. the fee where the buyer pays it" in printed) == is_said


def test_the_table_shows_candidates_price_fee_and_abstentions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(ANSWERS)
    printed = capsys.readouterr().out
    for part in (
        "Men/Shoes",
        "75%",
        "10.00 USD",
        "5.00 to 20.00",
        "4.80 USD",
        "unsure",
        "too late",
    ):
        assert part in printed


def test_a_learned_fee_is_shown_with_its_interval(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fee = Fee(4.0, "USD", low=3.2, high=6.0, source="learned")
    learned = {"shipping": Suggestion("shipping", "s1", fee=fee)}
    chosen = Listing("boots", shipping_fee=5.5, currency="USD")
    show(replace(ANSWERS, by_model=learned), chosen)
    printed = " ".join(capsys.readouterr().out.split())
    assert "fee 4.00 USD (80 % within 3.20 to 6.00) 5.50 USD" in printed


def test_the_champion_answers_for_one_listing(
    champion: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suggest", "--title", "women's ankle boots size 8", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert list(values["models"]) == list(models.NAMES)
    assert values["models"]["category"]["candidates"]["category"]
    assert values["models"]["price"]["price"]["currency"] == "USD"


@pytest.mark.parametrize("value", ["women/shoes", "WOMEN > Shoes >", " Women / Shoes"])
def test_a_confirmed_value_may_be_spelled_in_any_way(
    champion: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    def answer(category: str) -> str:
        words = ["suggest", "--title", "boots", "--set", f"category={category}"]
        assert main([*words, "--json"]) == 0
        return capsys.readouterr().out

    assert answer(value) == answer("Women/Shoes")


def test_a_confirmed_value_that_is_not_known_is_told_and_not_used(
    champion: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["suggest", "--title", "boots", "--set", "category=Nonexistent/Thing"]
    assert main([*words, "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)["models"]
    assert answers["price"]["unknown"] == ["category"]
    assert answers["price"]["used"] == ["text"]

    assert main(words) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "category 'Nonexistent/Thing' is not known to the models" in printed


@pytest.mark.parametrize(
    "title",
    ["n", "14)", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "🙂"],
)
def test_a_title_may_be_anything_while_it_is_typed(
    champion: Path, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    assert main(["suggest", "--title", title, "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["models"]) == set(models.NAMES)


def test_only_the_models_named_are_asked(
    champion: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["suggest", "--title", "ankle boots", "--models", "price", "--json"]) == 0
    )
    assert list(json.loads(capsys.readouterr().out)["models"]) == ["price"]


def test_a_table_gets_an_answer_for_each_row(champion: Path, listings: Path) -> None:
    out = listings.with_name("answers.parquet")
    assert main(["suggest-table", str(listings), "--out", str(out)]) == 0
    answers, rows = pd.read_parquet(out), pd.read_csv(listings)
    assert list(answers["listing_id"]) == list(rows["listing_id"])
    assert all(len(candidates) for candidates in answers["category"])
    assert set(dict(answers["versions"][0])) == set(models.NAMES)


def test_labels_change_nothing_unless_they_are_known(
    champion: Path, listings: Path
) -> None:
    def answers(*words: str, source: Path = listings) -> Any:
        out = listings.with_name("answers.jsonl")
        assert main(["suggest-table", str(source), "--out", str(out), *words]) == 0
        return out.read_text(encoding="utf-8")

    bare = listings.with_name("bare.csv")
    pd.read_csv(listings)[["listing_id", "title", "description"]].to_csv(
        bare, index=False
    )
    assert answers() == answers(source=bare)
    assert answers() != answers("--known", "category,brand,condition")


def test_the_documented_example_scores_the_answers(
    champion: Path, listings: Path
) -> None:
    out = listings.with_name("answers.parquet")
    assert main(["suggest-table", str(listings), "--out", str(out)]) == 0
    example = re.search(
        r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
    assert example
    run = subprocess.run(
        [sys.executable, "-c", example[1]],
        cwd=out.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    numbers = re.fullmatch(
        r"category accuracy (.+), price RMSLE (.+), \d+ rows.*\n", run.stdout
    )
    assert numbers
    assert float(numbers[1]) > 0.1
    assert float(numbers[2]) < 1.5


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "boots.jpg"
    Image.effect_noise((64, 48), 80).save(path)
    return path


def test_the_champion_answers_for_a_photo(
    champion: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suggest", "--photo", str(photo), "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert (list(values["models"]), values["problems"]) == (list(models.NAMES), [])


def test_a_photo_that_cannot_be_used_is_named_beside_the_answer(
    champion: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = photo.with_name("cut.jpg")
    cut.write_bytes(photo.read_bytes()[:-100])
    assert (
        main(
            ["suggest", "--title", "boots", "--photo", str(photo), "--photo", str(cut)]
        )
        == 0
    )
    printed = " ".join(capsys.readouterr().out.split())
    assert "not used photo 2: the photo is damaged: it ends too early" in printed


def test_photos_that_are_of_no_use_are_a_sentence(
    champion: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suggest", "--photo", "none.jpg"]) == 2
    assert "there is no photo none.jpg" in capsys.readouterr().err
    photo.write_text("hello")
    assert main(["suggest", "--photo", str(photo)]) == 2
    assert (
        "no photo that can be used: photo 1: the file is a document"
        in capsys.readouterr().err
    )
    assert main(["suggest", *["--photo", str(photo)] * 30]) == 2
    assert "at most 10 photos, not 30" in capsys.readouterr().err


def test_a_table_brings_photos_from_its_folder_or_another(
    champion: Path, photo: Path
) -> None:
    table = photo.with_name("t.csv")
    table.write_text("title,photo\nboots,boots.jpg\nhat,photos/boots.jpg\n")
    out = photo.with_name("answers.parquet")
    assert main(["suggest-table", str(table), "--out", str(out)]) == 0
    assert [len(problems) for problems in pd.read_parquet(out)["problems"]] == [0, 1]
    words = ["--photos-in", str(photo.parent / "elsewhere")]
    photo.parent.joinpath("elsewhere", "photos").mkdir(parents=True)
    photo.rename(photo.parent / "elsewhere" / "photos" / "boots.jpg")
    assert main(["suggest-table", str(table), "--out", str(out), *words]) == 0
    assert [len(problems) for problems in pd.read_parquet(out)["problems"]] == [1, 0]


@pytest.mark.parametrize(
    "server", ["http://127.0.0.1:50051", "localhost", "localhost:70000", " ", "a b:1"]
)
def test_a_server_is_named_by_host_and_port(server, capsys, empty_home):
    assert main(["suggest", "--title", "boots", "--server", server]) == 2
    sentence = "HOST:PORT is expected, such as localhost:50051"
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("name", ["control", "new"])
def test_a_server_answers_a_seller_by_the_variant(name, capsys, empty_home):
    trial = experiment(Variant("new", 0.5, release="r2"))
    seller = seller_of((trial, name))

    async def scenario():
        async with started(release("r1")) as (server, _, address):
            server.apply([trial], [release("r2")])
            command = ["suggest", "--title", "shoes", "--server", address]
            return await asyncio.to_thread(main, [*command, "--seller", seller])

    assert asyncio.run(scenario()) == 0
    [line] = [
        each for each in capsys.readouterr().out.splitlines() if "experiment" in each
    ]
    assert line.split() == ["experiment", name, "of", "trial"]


def test_a_seller_is_told_to_a_server_alone(capsys, empty_home):
    assert main(["suggest", "--title", "boots", "--seller", "u-1"]) == 2
    assert "--seller needs --server" in capsys.readouterr().err
