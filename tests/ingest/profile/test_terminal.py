"""A profile is read in a terminal, and by programs."""

import json
from datetime import UTC, datetime

import pytest

from ingest.preview import width_of
from ingest.profile.as_json import as_json
from ingest.profile.plots import price_histogram
from ingest.profile.table_profile import TableProfile
from ingest.profile.terminal import WIDTH, describe_profile
from ingest.profile.text_plot import fit, text_histogram
from tests.ingest.profile.invented_rows import count_rows, describe_counts, shard_rows

SHOP = {
    "category": ["靴・バッグ・小物・ブランド雑貨/メンズ靴", "Home/Mugs and plates"],
    "brand": ["Kestrel", "Merle", "Kestrel"],
    "price": [10.0, 100.0],
    "currency": "EUR",
    "listed_at": datetime(2026, 11, 1, tzinfo=UTC),
    "shipping_payer": ["seller", "buyer"],
}


def profile_of(n: int) -> TableProfile:
    counts = count_rows(shard_rows(n, **SHOP))
    return TableProfile(describe_counts(counts), counts)


def test_a_screen_says_what_is_in_a_table_and_what_is_wrong_with_it() -> None:
    text = "\n".join(describe_profile(profile_of(300)))

    assert "Brands: 300 rows have one of 2 values" in text
    assert "67 %" in text
    assert "Prices in EUR: 300 prices" in text
    assert "Listed by month: from 2026-11 to 2026-11" in text
    assert "note: no row has a description" in text
    assert "-> --map description=COLUMN" in text


def test_lines_fit_a_terminal() -> None:
    lines = list(describe_profile(profile_of(300)))

    assert max(map(width_of, lines)) <= WIDTH


def test_wide_characters_take_two_places() -> None:
    assert fit("靴", 4) == "靴  "
    assert width_of(fit("靴・バッグ", 6)) == 6
    assert fit("mug", 3) == "mug"


def test_the_bars_of_a_plot_stand_above_their_prices() -> None:
    # A tenth of the rows cost 10, the others 1,000.
    counts = count_rows(shard_rows(100, price=[10.0] + [1_000.0] * 9, currency="EUR"))
    _, *bars, axis = text_histogram(price_histogram("EUR", counts.prices["EUR"]))

    lowest = bars[-1]
    cheap = len(lowest) - len(lowest.lstrip())
    assert abs(cheap - axis.index("10")) <= 3
    assert abs(len(lowest) - axis.index("1k")) <= 3
    assert lowest.rstrip().endswith("██")


def test_programs_read_the_same_figures() -> None:
    values = json.loads(json.dumps(as_json(profile_of(300))))

    assert values["rows"]["accepted"] == 300
    assert values["values"]["brand"] == {
        "different": 2,
        "rows": {"Kestrel": 200, "Merle": 100},
    }
    assert values["prices"]["EUR"]["quantiles"]["0.95"] == pytest.approx(100, rel=0.005)
    assert values["months"] == {"listed_at": {"2026-11": 300}}
    assert {"severity", "sentence", "remedy"} == set(values["findings"][0])
