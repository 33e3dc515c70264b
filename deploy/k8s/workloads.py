"""Deployments and services of the suggester and of one predictor for each model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import models

GRPC_PORT = 50051
METRICS_PORT = 9464
USER = 10001
"""User and group of the images."""

SHUTDOWN_SECONDS = 10
"""``LISTREC_SHUTDOWN_GRACE``: for requests in flight."""

UNROUTE_SECONDS = 5
"""The pod is taken from its service while it still answers."""

TERMINATION_SECONDS = UNROUTE_SECONDS + SHUTDOWN_SECONDS + 15
"""Kubernetes kills after this: time to end the processes is left after the grace period."""

PART_OF = {"app.kubernetes.io/part-of": "listrec"}


@dataclass(frozen=True, slots=True)
class Workload:
    """One server.

    Attributes:
        name: name of its objects.
        image: name of the image, which an overlay replaces by one with its digest.
        arguments: what follows the image's entry point.
        variables: settings of this server alone.
        secret: whether the file of clients' tokens is mounted.
    """

    name: str
    image: str
    arguments: Sequence[str]
    variables: Mapping[str, str]
    secret: bool

    @property
    def labels(self) -> dict[str, str]:
        """The labels that select its pods."""
        return {"app.kubernetes.io/name": self.name, **PART_OF}


def workloads() -> tuple[Workload, ...]:
    """Return the suggester and a predictor for each of ``models.NAMES``."""
    addresses = [f"{name}={_predictor(name)}:{GRPC_PORT}" for name in models.NAMES]
    suggester = Workload(
        name="listrec-suggester",
        image="listrec-suggester",
        arguments=(),
        variables={
            "LISTREC_PREDICTORS": ",".join(addresses),
            "LISTREC_PRODUCTION": "1",
            "LISTREC_TOKENS": "/etc/listrec/tokens",
        },
        secret=True,
    )
    predictors = (
        Workload(_predictor(name), "listrec-predictor", (name,), {}, secret=False)
        for name in models.NAMES
    )
    return suggester, *predictors


def render_deployment(workload: Workload) -> dict[str, Any]:
    """Return the deployment of a server."""
    selector = {"matchLabels": workload.labels}
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": selector,
    }
    pod = {
        "serviceAccountName": "listrec",
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": TERMINATION_SECONDS,
        "securityContext": pod_security(),
        "topologySpreadConstraints": [spread],
        "containers": [_container(workload)],
        "volumes": _volumes(workload),
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": workload.name, "labels": workload.labels},
        "spec": {
            "selector": selector,
            "strategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "template": {"metadata": {"labels": workload.labels}, "spec": pod},
        },
    }


def render_service(workload: Workload) -> dict[str, Any]:
    """Return the headless service: gRPC's clients resolve the addresses of all pods."""
    ports = [
        {"name": "grpc", "port": GRPC_PORT, "targetPort": "grpc"},
        {"name": "metrics", "port": METRICS_PORT, "targetPort": "metrics"},
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": workload.name, "labels": workload.labels},
        "spec": {"clusterIP": "None", "selector": workload.labels, "ports": ports},
    }


def render_service_account(name: str) -> dict[str, Any]:
    """Return an account of pods; an overlay ties it to a role that may use the store."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "labels": PART_OF},
        "automountServiceAccountToken": False,
    }


def pod_security() -> dict[str, Any]:
    """Return what every pod is limited to."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER,
        "runAsGroup": USER,
        "fsGroup": USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security() -> dict[str, Any]:
    """Return what every container is limited to."""
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def _predictor(name: str) -> str:
    return f"listrec-predictor-{name}"


def _container(workload: Workload) -> dict[str, Any]:
    variables = {
        "LISTREC_HOST": "0.0.0.0",  # nosec B104
        "LISTREC_PORT": str(GRPC_PORT),
        "LISTREC_METRICS_PORT": str(METRICS_PORT),
        "LISTREC_SHUTDOWN_GRACE": str(SHUTDOWN_SECONDS),
        "LISTREC_WORKERS": "2",
        **workload.variables,
    }
    probe = {"grpc": {"port": GRPC_PORT}, "timeoutSeconds": 3}
    mounts: list[dict[str, Any]] = [
        {"name": "state", "mountPath": "/var/lib/listrec"},
        {"name": "tmp", "mountPath": "/tmp"},  # nosec B108
    ]
    if workload.secret:
        mounts.append({"name": "tokens", "mountPath": "/etc/listrec", "readOnly": True})
    return {
        "name": "server",
        "image": workload.image,
        "args": list(workload.arguments),
        "env": [{"name": name, "value": value} for name, value in variables.items()],
        "envFrom": [
            {"configMapRef": {"name": "listrec"}},
            {"secretRef": {"name": "listrec-store", "optional": True}},
        ],
        "ports": [
            {"name": "grpc", "containerPort": GRPC_PORT},
            {"name": "metrics", "containerPort": METRICS_PORT},
        ],
        # A release is fetched and loaded before the port answers.
        "startupProbe": {**probe, "periodSeconds": 5, "failureThreshold": 60},
        "readinessProbe": {**probe, "periodSeconds": 5, "failureThreshold": 2},
        # Slower than readiness: a server that is busy is not restarted. It answers NOT_SERVING
        # only while it starts and while it drains.
        "livenessProbe": {**probe, "periodSeconds": 10, "failureThreshold": 6},
        "lifecycle": {"preStop": {"sleep": {"seconds": UNROUTE_SECONDS}}},
        "resources": {
            "requests": {"cpu": "1", "memory": "512Mi"},
            "limits": {"memory": "1Gi"},
        },
        "securityContext": container_security(),
        "volumeMounts": mounts,
    }


def _volumes(workload: Workload) -> list[dict[str, Any]]:
    volumes: list[dict[str, Any]] = [
        {"name": "state", "emptyDir": {"sizeLimit": "4Gi"}},
        {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}},
    ]
    if workload.secret:
        volumes.append({"name": "tokens", "secret": {"secretName": "listrec-tokens"}})
    return volumes
