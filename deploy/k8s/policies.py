"""What surrounds the servers in a cluster: scaling, disruptions, network and metrics."""

from __future__ import annotations

from typing import Any

from deploy.k8s.workloads import GRPC_PORT, METRICS_PORT, PART_OF, Workload


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
            # The job of the series, by which alerts and dashboards know a deployment.
            "jobLabel": next(iter(PART_OF)),
            "endpoints": [{"port": "metrics", "interval": "15s"}],
        },
    }
