import numpy as np
import pytest

from common.store.packed_arrays import MIN_ROWS, WIDE, pack, unpack

RANDOM = np.random.default_rng(0)


def _drawn(rows, columns):
    """Rows of very different sizes, one of them of zeros."""
    table = RANDOM.normal(size=(rows, columns)) * RANDOM.lognormal(
        sigma=3, size=(rows, 1)
    )
    table[1] = 0
    return table.astype(np.float32)


def test_a_wide_table_is_off_by_little_of_each_row():
    table = _drawn(MIN_ROWS, WIDE)
    packed = pack({"text": table})
    assert packed["text"].dtype == np.int8
    error = np.abs(unpack(packed)["text"] - table).max(axis=1)
    assert np.all(error <= np.abs(table).max(axis=1) / 253)


def test_a_narrow_table_is_off_by_little_of_each_column():
    table = _drawn(MIN_ROWS, 2)
    error = np.abs(unpack(pack({"text": table}))["text"] - table).max(axis=0)
    assert np.all(error <= np.abs(table).max(axis=0) / 253)


@pytest.mark.parametrize("shape", [(WIDE,), (MIN_ROWS - 1, WIDE), (0, WIDE)])
def test_small_arrays_keep_three_digits(shape):
    array = RANDOM.normal(size=shape).astype(np.float32)
    np.testing.assert_allclose(
        unpack(pack({"bias": array}))["bias"], array, rtol=1e-3, atol=1e-7
    )


def test_what_came_back_once_comes_back_the_same():
    once = unpack(
        pack({"text": _drawn(MIN_ROWS, WIDE), "bias": np.ones(3, np.float32)})
    )
    np.testing.assert_equal(unpack(pack(once)), once)
