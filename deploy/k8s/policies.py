"""What surrounds the servers in a cluster: scaling, disruptions, network, metrics and checks."""

from __future__ import annotations

from typing import Any

from deploy.k8s.workloads import (
    GRPC_PORT,
    METRICS_PORT,
    PART_OF,
    Workload,
    container_security,
    pod_security,
    store_environment,
)


def render_autoscaler(workload: Workload) -> dict[str, Any]:
    """Return the scaling of a server by its processor time."""
    target = {"type": "Utilization", "averageUtilization": 60}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": workload.name, "labels": workload.labels},
        "spec": {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": workload.name,
            },
            "minReplicas": 2,
            "maxReplicas": 6,
            "metrics": [
                {"type": "Resource", "resource": {"name": "cpu", "target": target}}
            ],
        },
    }


def render_disruption_budget(workload: Workload) -> dict[str, Any]:
    """Return the budget by which nodes are drained one pod at a time."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": workload.name, "labels": workload.labels},
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": workload.labels},
        },
    }


def render_network_policy(workload: Workload, caller: dict[str, str]) -> dict[str, Any]:
    """Return the policy by which only pods with the labels ``caller`` may ask a server.

    Prometheus reads metrics from the namespace ``monitoring``.
    """
    monitoring = {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": workload.name, "labels": workload.labels},
        "spec": {
            "podSelector": {"matchLabels": workload.labels},
            "policyTypes": ["Ingress"],
            "ingress": [
                {
                    "from": [{"podSelector": {"matchLabels": caller}}],
                    "ports": [{"port": GRPC_PORT}],
                },
                {
                    "from": [{"namespaceSelector": monitoring}],
                    "ports": [{"port": METRICS_PORT}],
                },
            ],
        },
    }


def render_service_monitor() -> dict[str, Any]:
    """Return what Prometheus' operator reads: the metrics of all servers."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": "listrec", "labels": PART_OF},
        "spec": {
            "selector": {"matchLabels": PART_OF},
            "endpoints": [{"port": "metrics", "interval": "15s"}],
        },
    }


def render_service_account() -> dict[str, Any]:
    """Return the account of the pods; an overlay ties it to one that may use the store."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "listrec", "labels": PART_OF},
        "automountServiceAccountToken": False,
    }


def render_check() -> dict[str, Any]:
    """Return the job that reads the release store once an hour, outside of the servers."""
    pod = {
        "restartPolicy": "Never",
        "serviceAccountName": "listrec",
        "automountServiceAccountToken": False,
        "securityContext": pod_security(),
        "containers": [
            {
                "name": "check",
                "image": "listrec-train",
                "command": ["listrec", "registry", "list"],
                "envFrom": store_environment(),
                "resources": {
                    "requests": {"cpu": "100m", "memory": "256Mi"},
                    "limits": {"memory": "512Mi"},
                },
                "securityContext": container_security(),
                "volumeMounts": [
                    {"name": "state", "mountPath": "/var/lib/listrec"},
                    {"name": "tmp", "mountPath": "/tmp"},  # nosec B108
                ],
            }
        ],
        "volumes": [
            {"name": "state", "emptyDir": {}},
            {"name": "tmp", "emptyDir": {}},
        ],
    }
    job = {
        "backoffLimit": 1,
        "activeDeadlineSeconds": 300,
        "template": {"metadata": {"labels": PART_OF}, "spec": pod},
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "listrec-check", "labels": PART_OF},
        "spec": {
            "schedule": "17 * * * *",
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {"spec": job},
        },
    }
