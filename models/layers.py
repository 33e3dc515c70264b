"""The layers of experiments: one for each model, and one for the page."""

from __future__ import annotations

from common.experiments.definition import PAGE
from models import NAMES

LAYERS = (*NAMES, PAGE)
"""Names of all layers."""
