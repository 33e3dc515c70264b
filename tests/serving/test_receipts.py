"""A receipt stands for what was shown, and only for that."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import ReceiptError
from common.events import Shown, ShownAmount, ShownCandidate
from serving.receipts import make_receipt, read_receipt

KEYS = [b"the newest key, with 32 characters", b"the key before it, 32 characters"]
SHOWN = Shown(
    request="r1",
    listing="m1042",
    release="3beea7e60c50f8e9",
    versions={"price": "0123abcd"},
    experiments={},
    candidates=(ShownCandidate("category", "Women/Shoes", 0.6, 1, 0.5),),
    amounts=(ShownAmount("price", 20.0, 10.0, 30.0, "USD"),),
    latency=0.01,
    time=datetime(2026, 1, 31, 12, tzinfo=UTC),
    policy="exploration",
)
RECEIPT = make_receipt(SHOWN, KEYS)


def test_a_receipt_is_read_as_it_was_made():
    assert read_receipt(RECEIPT, KEYS) == SHOWN


def test_a_receipt_of_the_former_key_is_accepted():
    assert read_receipt(make_receipt(SHOWN, KEYS[1:]), KEYS) == SHOWN


def test_a_receipt_of_a_key_that_was_taken_away_is_refused():
    with pytest.raises(ReceiptError):
        read_receipt(RECEIPT, KEYS[1:])


@given(st.integers(0, 8 * len(RECEIPT) - 1))
def test_any_changed_bit_is_refused(bit):
    changed = bytearray(RECEIPT.encode())
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(ReceiptError):
        read_receipt(changed.decode("latin-1"), KEYS)


@given(st.text() | st.text("1.abcXYZ_-=", max_size=80))
def test_any_other_text_is_refused(text):
    with pytest.raises(ReceiptError):
        read_receipt(text, KEYS)


def test_a_prefix_of_a_receipt_is_refused():
    for end in range(len(RECEIPT)):
        with pytest.raises(ReceiptError):
            read_receipt(RECEIPT[:end], KEYS)


def test_a_receipt_of_forty_candidates_fits_in_a_request():
    many = tuple(
        ShownCandidate("category", f"Women/Shoes/Kind {n}", 1 / n, n)
        for n in range(1, 41)
    )
    receipt = make_receipt(
        Shown("r1", "", "r", {"category": "v"}, {}, many, (), 0.0, SHOWN.time), KEYS
    )
    assert len(receipt) < 2_000
