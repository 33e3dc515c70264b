"""Work is cut into batches, shared by threads, and comes back in order."""

import pytest

from common.encoders.onnx_session import in_parallel, open_session, split_batches
from common.errors import ArtifactError


def test_batches_hold_all_items_in_order():
    assert split_batches([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
    assert split_batches([], 2) == []


def test_results_keep_the_order_of_the_items():
    assert list(in_parallel(lambda number: number**2, range(50))) == [
        n**2 for n in range(50)
    ]
    assert list(in_parallel(abs, [])) == []


def test_a_damaged_network_is_a_sentence(tmp_path):
    (tmp_path / "encoder.onnx").write_bytes(b"no network")
    with pytest.raises(ArtifactError, match="cannot be run"):
        open_session(tmp_path)
