import numpy as np
import pytest
from scipy import sparse

from common.features.hashing import FIELD_SLOTS
from common.nets.inputs import Inputs
from common.nets.net import Net, join, load_net
from common.nets.tables import BLOCK_ROWS, find_quantised
from common.store.packed_arrays import MIN_ROWS, WIDE, pack, unpack

RANDOM = np.random.default_rng(0)


def _ngrams(rows):
    """Rows of n-grams; every fourth one has none."""
    ngrams = sparse.random(rows, MIN_ROWS, 0.01, "lil", np.float32, 0)
    ngrams[1::4] = 0
    return sparse.csr_matrix(ngrams)


def _table(width):
    return RANDOM.normal(size=(MIN_ROWS, width)).astype(np.float32)


@pytest.mark.parametrize("rows", [0, 1, BLOCK_ROWS, 2 * BLOCK_ROWS + 3])
def test_sums_are_those_of_the_table_in_32_bits(rows):
    packed = pack({"text": _table(WIDE)})
    ngrams = _ngrams(rows)

    sums = find_quantised("text", packed).weighted_sums(ngrams)

    np.testing.assert_allclose(sums, ngrams @ unpack(packed)["text"], atol=1e-5)
    assert sums.shape == (rows, WIDE)


@pytest.mark.parametrize("width", [1, WIDE - 1])
def test_a_table_with_a_scale_for_each_column_is_none(width):
    assert find_quantised("text", pack({"text": _table(width)})) is None


def test_a_net_that_is_loaded_keeps_its_large_table_as_it_is_stored():
    net = _net(WIDE)

    loaded = load_net(pack(net.arrays), net.outputs)

    assert "text" not in loaded.arrays
    assert loaded.quantised["text"].numbers.nbytes == net.arrays["text"].nbytes / 4


def test_loaded_nets_answer_alone_and_joined_as_those_in_32_bits():
    nets = {"wide": _net(WIDE), "narrow": _net(2), "wider": _net(WIDE + 1)}
    loaded = {name: load_net(pack(net.arrays), ("kind",)) for name, net in nets.items()}
    inputs = _inputs(5)

    joined = join(loaded).forward(inputs)

    for name, net in nets.items():
        wanted = net.as_stored().forward(inputs)["kind"]
        alone = loaded[name].forward(inputs)["kind"]
        np.testing.assert_allclose(joined[name]["kind"], wanted, atol=1e-5)
        np.testing.assert_allclose(alone, wanted, atol=1e-5)


def _net(width):
    bias = RANDOM.normal(size=width).astype(np.float32)
    return Net({"text": _table(width), "bias": bias}, ("kind",))


def _inputs(rows):
    return Inputs(
        text=_ngrams(rows),
        fields=np.zeros((rows, len(FIELD_SLOTS)), np.int64),
        weights=np.zeros((rows, len(FIELD_SLOTS)), np.float32),
        vectors={},
    )
