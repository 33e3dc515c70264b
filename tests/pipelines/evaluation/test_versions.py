"""Sentences about what makes the figures of a version look better or worse than they are."""

from types import SimpleNamespace

import pytest

from common.listing import FEE_INCLUDED, ITEM
from pipelines.evaluation.versions import basis_note, notes

PRICE = {"currency": "USD", "price_basis": FEE_INCLUDED}


def note(summary, basis):
    manifest = SimpleNamespace(summary=summary, snapshot="s", id="m")
    return list(
        basis_note("It states prices", manifest, SimpleNamespace(price_basis=basis))
    )


@pytest.mark.parametrize(
    ("summary", "basis"),
    [(PRICE, FEE_INCLUDED), ({"currency": "USD"}, ITEM), ({}, FEE_INCLUDED)],
)
def test_nothing_is_said_of_the_same_basis_and_of_other_models(summary, basis):
    assert note(summary, basis) == []


@pytest.mark.parametrize(
    ("summary", "basis"), [(PRICE, ITEM), ({"currency": "USD"}, FEE_INCLUDED)]
)
def test_another_basis_is_said(summary, basis):
    (sentence,) = note(summary, basis)

    assert sentence.startswith("It states prices of another basis (")
    assert "they differ by the fee for shipping" in sentence


def test_a_comparison_says_it_of_the_version_that_it_concerns():
    manifests = [
        SimpleNamespace(summary={**PRICE, "price_basis": basis}, snapshot="s", id=basis)
        for basis in (ITEM, FEE_INCLUDED)
    ]
    snapshot = SimpleNamespace(price_basis=ITEM, id="s")

    (sentence,) = notes(manifests, snapshot, "test")
    assert sentence.startswith("B states prices of another basis (fee included)")
