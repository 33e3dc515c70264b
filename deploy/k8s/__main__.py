"""``python -m deploy.k8s --out DIR``: writes the base of Kustomize."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from deploy.k8s.jobs import render_analysis, render_check, render_monitoring
from deploy.k8s.policies import (
    render_autoscaler,
    render_disruption_budget,
    render_network_policy,
    render_service_monitor,
)
from deploy.k8s.workloads import (
    Workload,
    render_deployment,
    render_service,
    render_service_account,
    workloads,
)
from deploy.monitoring.alerts import CHECK_JOB

CLIENT = {"listrec/client": "true"}
"""The label of pods that may ask the suggester, such as those of Envoy."""


def render() -> dict[str, str]:
    """Return the files of the base: their content by name."""
    suggester, *predictors = workloads()
    files = {f"{suggester.name}.yaml": _server(suggester, CLIENT)}
    for predictor in predictors:
        files[f"{predictor.name}.yaml"] = _server(predictor, suggester.labels)
    shared = [
        render_service_account("listrec"),
        render_service_account(CHECK_JOB),
        render_service_monitor(),
        render_check(),
        render_monitoring(),
        render_analysis(),
    ]
    files["listrec.yaml"] = _to_yaml(shared)

    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": sorted(files),
    }
    files["kustomization.yaml"] = yaml.safe_dump(kustomization, sort_keys=False)
    return files


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the files into a folder."""
    parser = argparse.ArgumentParser(prog="python -m deploy.k8s", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    options = parser.parse_args(arguments)

    options.out.mkdir(parents=True, exist_ok=True)
    for file, content in render().items():
        (options.out / file).write_text(content, encoding="utf-8")


def _server(workload: Workload, caller: dict[str, str]) -> str:
    """Return the objects of one server, with the labels of those who may ask it."""
    objects: list[dict[str, Any]] = [
        render_deployment(workload),
        render_service(workload),
        render_autoscaler(workload),
        render_disruption_budget(workload),
        render_network_policy(workload, caller),
    ]
    return _to_yaml(objects)


def _to_yaml(objects: Sequence[dict[str, Any]]) -> str:
    return yaml.dump_all(objects, Dumper=_Dumper, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    """Writes without anchors, which readers would have to resolve."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


if __name__ == "__main__":
    main()
