import numpy as np

from benchmarks.intervals import Stated
from benchmarks.quality_report import Found, shared, tables


def _found():
    found = Found()
    found.ours.update({"price r2": [0.5, 0.6], "all artifacts, MB": [10.0, 11.0]})
    found.peers["weak"] = {"price r2": [0.1, 0.2]}
    found.peers["strong"] = {"price r2": [0.4, 0.4]}
    ones, truth = np.ones(4), np.array([-0.5, 0.0, 0.2, 0.5])
    stated = Stated(truth, 0 * ones, -ones, ones, ("A",) * 4)
    for kind in ("cold", "warm"):
        found.intervals[kind] += [stated, stated]
    return found


def test_we_are_held_against_the_best_peer_fold_by_fold():
    found = _found()
    assert found.best_peer("price r2") == "strong"
    np.testing.assert_allclose(found.gaps("price r2"), [0.1, 0.2])


def test_every_figure_has_its_place_in_the_tables():
    lines = tables(_found())
    row = next(line for line in lines if line.startswith("| price r2"))
    assert [cell.split(" ")[1] for cell in row.split("|")[2:-1]] == [
        "0.550",
        "0.150",
        "0.400",
        "0.150",
    ]
    assert any(line.startswith("| all artifacts, MB | 10.5") for line in lines)
    assert "| all | 8 | 1.000 | 1.000 | 0.141 |" in lines
    assert shared(_found()) == ["price r2"]
