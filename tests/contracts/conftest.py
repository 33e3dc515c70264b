"""What every model must keep to is tried on a champion trained on a tiny synthetic shop."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def rows(shop):
    """Finished listings nobody was trained on."""
    return shop.read("test")[:40]


@pytest.fixture(scope="session")
def assert_same():
    """Compares answers: probabilities within 1e-5, prices within 1 in 10,000, the rest exactly."""
    return _assert_same


def _assert_same(found, wanted):
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        for name in ("model", "version", "abstained", "used", "fee"):
            assert getattr(one, name) == getattr(other, name)
        assert list(one.candidates) == list(other.candidates)
        for field, candidates in one.candidates.items():
            _assert_same_ranking(candidates, other.candidates[field])
        assert (one.price is None) == (other.price is None)
        if one.price is not None:
            assert one.price.currency == other.price.currency
            np.testing.assert_allclose(one.price.quantiles, other.price.quantiles, rtol=1e-4)


def _assert_same_ranking(candidates, others):
    """Neighbours may change places where their probabilities are equal."""
    stated = [each.probability for each in candidates]
    np.testing.assert_allclose(stated, [each.probability for each in others], atol=1e-5)
    known = {each.value: each.probability for each in others}
    for each in candidates:
        assert abs(known.get(each.value, others[-1].probability) - each.probability) < 1e-5
