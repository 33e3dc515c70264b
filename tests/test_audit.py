"""``make audit`` fails on a package with a known hole, and says so where it could not look."""

import runpy
from pathlib import Path

judge = runpy.run_path(str(Path(__file__).parents[1] / ".ci" / "audit.py"))["judge"]

FINE = {"name": "numpy", "version": "2.0", "vulns": []}
HOLE = {"id": "PYSEC-1", "fix_versions": ["2.1"]}
UNKNOWN = {"name": "torch", "skip_reason": "not found on PyPI"}


def test_a_hole_fails():
    package = {"name": "pillow", "version": "2.0", "vulns": [HOLE]}

    assert judge([FINE, package]) == (1, "pillow 2.0: PYSEC-1, mended in 2.1")


def test_packages_without_holes_pass():
    assert judge([FINE, UNKNOWN]) == (0, "no known holes in 1 packages, 1 not known")


def test_no_look_is_no_pass():
    code, sentence = judge([UNKNOWN])

    assert code == 0
    assert sentence == "SKIPPED: no package is known: not found on PyPI"
