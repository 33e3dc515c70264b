"""The job that runs ``listrec doctor`` once an hour, outside of the servers."""

from __future__ import annotations

from typing import Any

from deploy.k8s.workloads import PART_OF, container_security, pod_security
from deploy.monitoring.alerts import CHECK_JOB

SECRET = "listrec-check"  # nosec B105
"""Name of the secret with credentials of the store, where the account has no role."""

STATE_FOLDER = "/var/lib/listrec"


def render_check() -> dict[str, Any]:
    """Return the job: it fails where a check of the doctor finds a problem."""
    pod = {
        "restartPolicy": "Never",
        # Not that of the servers, which need not write to the store.
        "serviceAccountName": CHECK_JOB,
        "automountServiceAccountToken": False,
        "securityContext": pod_security(),
        "containers": [_container()],
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
        "metadata": {"name": CHECK_JOB, "labels": PART_OF},
        "spec": {
            "schedule": "17 * * * *",
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {"spec": job},
        },
    }


def _container() -> dict[str, Any]:
    return {
        "name": "check",
        # It has mlflow, which the images of the servers have not.
        "image": "listrec-train",
        "command": ["listrec", "doctor"],
        "envFrom": [
            {"configMapRef": {"name": "listrec"}},
            {"secretRef": {"name": SECRET, "optional": True}},
        ],
        "resources": {
            "requests": {"cpu": "100m", "memory": "256Mi"},
            "limits": {"memory": "512Mi"},
        },
        "securityContext": container_security(),
        "volumeMounts": [
            {"name": "state", "mountPath": STATE_FOLDER},
            {"name": "tmp", "mountPath": "/tmp"},  # nosec B108
        ],
    }
