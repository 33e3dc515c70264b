import json
from pathlib import Path

import pytest

from common.errors import ArtifactError, InputError
from common.listing import Fee
from common.taxonomy import DEFAULT, Taxonomy


def _changed(**changes: object) -> str:
    return json.dumps({**json.loads(DEFAULT.read_text(encoding="utf-8")), **changes})


def test_the_default_has_a_fee_in_its_currency() -> None:
    assert Taxonomy.default().fee("tracked mail", "small") == Fee(
        4.8, "USD", "tracked mail", "small"
    )


def test_the_rate_card_may_be_spelled_in_another_way() -> None:
    taxonomy = Taxonomy.default()
    fee = taxonomy.fee("Tracked  MAIL", "Small")
    assert fee is not None
    assert fee.amount == taxonomy.rates["tracked mail"]["small"]


def test_a_parcel_the_method_does_not_take_has_no_fee() -> None:
    taxonomy = Taxonomy.default()
    assert taxonomy.fee("mail", "oversize") is None
    assert taxonomy.fee("pigeon", "letter") is None


def test_every_parcel_size_of_the_default_can_be_sent_somehow() -> None:
    taxonomy = Taxonomy.default()
    for size in taxonomy.parcel_sizes:
        assert any(taxonomy.fee(method, size) for method in taxonomy.shipping_methods)


def test_a_shop_brings_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(_changed(version="mine-7", currency="JPY"), encoding="utf-8")
    mine = Taxonomy.load(path)
    assert (mine.version, mine.currency) == ("mine-7", "JPY")


def test_its_text_reads_back_as_the_same_taxonomy() -> None:
    taxonomy = Taxonomy.default()
    assert Taxonomy.parse(taxonomy.text) == taxonomy


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no readable taxonomy file at"):
        Taxonomy.load(tmp_path / "none.json")


def test_a_newer_schema_is_refused() -> None:
    with pytest.raises(ArtifactError, match="has schema 2"):
        Taxonomy.parse(_changed(schema=2))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is not JSON"),
        ("[]", "one JSON object"),
        (_changed(parcel_sizes="small"), "not laid out as expected"),
        (
            _changed(rates={"pigeon": {"small": 1}}),
            "'pigeon', which is no shipping method",
        ),
        (_changed(rates={"mail": {"huge": 1}}), "'huge', which is no parcel size"),
        (_changed(rates={"mail": {"small": -1}}), "a rate of -1.0"),
        (_changed(rates={"mail": {"small": "much"}}), "not laid out as expected"),
        (json.dumps({"schema": 1, "version": "1"}), "does not say 'shipping_methods'"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Taxonomy.parse(text)
