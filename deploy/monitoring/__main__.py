"""``python -m deploy.monitoring --name shop --out DIR``: writes the files of a deployment."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from deploy.monitoring.alerts import render_rules
from deploy.monitoring.configurations import render_alertmanager, render_prometheus
from deploy.monitoring.dashboard import render_dashboard

EXPORTER = "localhost:9465"
"""Where ``listrec exporter`` answers on this machine."""


def render(
    name: str, targets: Sequence[str], docs: str, exporter: str = EXPORTER
) -> dict[str, str]:
    """Return the files of a deployment: their content by name."""
    documents = {
        f"{name}.rules.yml": render_rules(name, docs),
        "prometheus.yml": render_prometheus(name, targets, exporter),
        "alertmanager.yml": render_alertmanager(name),
    }
    files = {
        file: yaml.safe_dump(document, sort_keys=False, width=100)
        for file, document in documents.items()
    }
    files[f"{name}.dashboard.json"] = (
        json.dumps(render_dashboard(name), indent=2) + "\n"
    )
    return files


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the files of a deployment into a folder."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.monitoring", description=__doc__
    )
    parser.add_argument(
        "--name", default="listrec", type=_check_name, help="of the deployment"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument(
        "--target",
        action="append",
        metavar="HOST:PORT",
        help="metrics of a server (LISTREC_METRICS_PORT); may be repeated",
    )
    parser.add_argument(
        "--exporter",
        default=EXPORTER,
        metavar="HOST:PORT",
        help="metrics of training runs and of monitoring (listrec exporter)",
    )
    parser.add_argument(
        "--docs", default="https://docs.example.com", help="where the documentation is"
    )
    options = parser.parse_args(arguments)

    options.out.mkdir(parents=True, exist_ok=True)
    targets = options.target or ["localhost:9464"]
    files = render(options.name, targets, options.docs, options.exporter)
    for file, content in files.items():
        (options.out / file).write_text(content, encoding="utf-8")


def _check_name(name: str) -> str:
    """Return a name that is safe in file names and queries."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise argparse.ArgumentTypeError(
            f"a name has small letters, digits and hyphens, such as shop-eu, not {name!r}"
        )
    return name


if __name__ == "__main__":
    main()
