"""The arguments of a pipeline that recurs: which there are, and what they may say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from common.errors import InputError
from pipelines.cluster.client import check_address
from pipelines.monitoring.compile import is_monitoring
from pipelines.training.ingest_config import require_rows
from pipelines.training.targets import parse_config

TRAINING: Mapping[str, Any] = {
    "snapshot": "",
    "encoders": "",
    "config": "{}",
    "force": False,
}
"""Arguments of a training run (see ``training.graph.render``), with their defaults."""

MONITORING: Mapping[str, Any] = {"config": "{}", "host": ""}
"""Arguments of the monitoring pipeline (see ``monitoring.graph.render``), with their defaults."""


def defaults(targets: Sequence[str]) -> Mapping[str, Any]:
    """Return all arguments of a pipeline, which may be left out, with their defaults."""
    return MONITORING if is_monitoring(targets) else TRAINING


def parse_arguments(
    targets: Sequence[str], arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a file with settings as text.

    Raises ``InputError`` where they are wrong, or lack the rows to learn from.
    """
    known = defaults(targets)
    unknown = sorted(set(arguments) - set(known))
    if unknown:
        raise InputError(f"there is no {', '.join(unknown)}, only {', '.join(known)}")

    parsed = dict(arguments)
    if isinstance(parsed.get("config"), dict):
        # YAML takes the days of ingest for dates.
        parsed["config"] = json.dumps(parsed["config"], default=str)
    complete = {**known, **parsed}
    config = parse_config(complete["config"])
    if known is TRAINING:
        require_rows(complete["snapshot"], config)
    elif complete["host"]:
        # A training run may start, at night.
        check_address(complete["host"])
        require_rows("", config)
    return parsed
