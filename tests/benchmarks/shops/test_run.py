import json
import sys

import pytest

from benchmarks.shared.result_files import read_results
from benchmarks.shops import run
from benchmarks.shops.labels import has_text, measurable_models
from common.listing import Listing

KINDS = {"lamp": ("Home/Lamps", 12), "mug": ("Kitchen/Mugs", 5), "boot": ("Shoes", 40)}
N_ROWS = 240


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A file of one shop, with categories and prices."""
    lines = ["id\ttitle\tcategory\tprice\tcurrency"]
    for number in range(N_ROWS):
        kind = list(KINDS)[number % len(KINDS)]
        category, price = KINDS[kind]
        lines.append(
            f"{number}\t{kind} number {number}\t{category}\t{price + number % 4}\tEUR"
        )
    (tmp_path / "listings.tsv").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("LISTREC_DATA", str(tmp_path))
    file = tmp_path / "try.toml"
    file.write_text('kestrel = {table = "listings.tsv", folds = 3}', encoding="utf-8")
    return file


def _run(monkeypatch, shop, *arguments):
    scratch = shop.parent / "scratch"
    words = ["run", "--file", str(shop), "--scratch", str(scratch), "--workers", "1"]
    monkeypatch.setattr(sys, "argv", [*words, *arguments])
    return run.main()


def test_peers_are_measured_once_and_their_figures_can_be_read_meanwhile(
    shop, tmp_path, monkeypatch, capsys
):
    out = tmp_path / "shops.json"
    peer = ("--contestant", "tf-idf + linear", "--only-fold", "0", "--out", str(out))
    assert _run(monkeypatch, shop, *peer) == 0
    _, results = read_results(out)
    (accuracy,) = results.values("category top1", "tf-idf + linear", "kestrel")
    assert accuracy == 1.0
    assert results.values("category typed_10_top5", "tf-idf + linear", "kestrel")

    figures = (tmp_path / "scratch" / "peers.tsv").read_text(encoding="utf-8")
    assert "kestrel\t0\ttf-idf + linear\tcategory top1\t1\n" in figures
    capsys.readouterr()
    assert _run(monkeypatch, shop, *peer) == 0
    assert "0 jobs to run, 2 are stored already" in capsys.readouterr().err


def test_without_workers_only_what_is_stored_is_shown(
    shop, tmp_path, monkeypatch, capsys
):
    peer = ("--contestant", "tf-idf + linear", "--only-fold", "0")
    assert _run(monkeypatch, shop, *peer) == 0
    capsys.readouterr()
    assert _run(monkeypatch, shop, "--workers", "0") == 0
    assert "| category top1 | 1.000 |" in capsys.readouterr().out


def test_settings_that_were_chosen_are_stored(shop, tmp_path, monkeypatch):
    peer = ("--contestant", "tf-idf + linear", "--only-fold", "0")
    _run(monkeypatch, shop, *peer)
    (path,) = (tmp_path / "scratch" / "peers").glob("*category*.json")
    chosen = json.loads(path.read_text(encoding="utf-8"))["chosen"]
    assert set(chosen[""]) == {"columns", "penalty"}


def test_an_unknown_shop_is_a_sentence(shop, monkeypatch, capsys):
    assert _run(monkeypatch, shop, "--shop", "marlin") == 2
    assert (
        "there is no shop 'marlin' in try.toml; there are kestrel"
        in capsys.readouterr().err
    )


def test_models_are_measured_where_enough_rows_have_different_labels():
    rows = [
        Listing(title="x", category=f"c{number % 2}", brand="b", price=float(number))
        for number in range(200)
    ]
    rows += [Listing(title="x", shipping_payer="buyer")] * 250
    assert measurable_models(rows) == ("category", "price")
    assert has_text(rows)
    assert not has_text([Listing(category="c")])
