"""``python -m cli``: the ``listrec`` command where its script is not on the path."""

import sys
from pathlib import Path

# Python puts the current folder first, whose ``common.py`` would be taken for our package.
_ROOT = Path(__file__).resolve().parents[1]
if not sys.flags.safe_path:
    sys.path[0] = str(_ROOT)

from cli.main import run  # noqa: E402

run()
