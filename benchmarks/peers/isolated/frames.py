"""The rows of a peer, and what it makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

Frame = pd.DataFrame
"""Texts, confirmed fields and ``label`` of rows."""

Settings = Mapping[str, Any]
"""Settings of a library by name."""

AnswerColumns = dict[str, Any]
"""Attributes of ``benchmarks.shared.protocol.Answers``."""

Predict = Callable[[Frame], AnswerColumns]


def clean(text: object) -> str:
    """The words of a text in small letters, with a space between them."""
    lower = str(text).lower()
    words = re.findall(r"\w+", lower)
    return " ".join(words)
