"""Jobs that recur: a check every hour, monitoring and the analysis of experiments every day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deploy.k8s.workloads import PART_OF, container_security, pod_security
from deploy.monitoring.alerts import ANALYSIS_JOB, CHECK_JOB, MONITORING_JOB

STATE_FOLDER = "/var/lib/listrec"


@dataclass(frozen=True, slots=True)
class _Job:
    """A command that recurs.

    Attributes:
        name: name of the job, and of a secret with what it needs beside the settings of servers.
        command: what it runs.
        schedule: when it begins, in the fields of cron.
        seconds: the most that it may take.
        memory: the most that it may use.
        suspended: whether it waits until an overlay switches it on.
    """

    name: str
    command: Sequence[str]
    schedule: str
    seconds: int
    memory: str
    suspended: bool = False


_CHECK = _Job(CHECK_JOB, ("listrec", "doctor"), "17 * * * *", 300, "512Mi")

# A shop switches these on that keeps its events in a database which pods reach.
_MONITORING = _Job(
    MONITORING_JOB, ("listrec", "monitor"), "30 5 * * *", 3_600, "4Gi", suspended=True
)

_ANALYSIS = _Job(
    ANALYSIS_JOB,
    ("listrec", "experiment", "analyze", "--stop-on-harm"),
    "45 3 * * *",
    3_600,
    "4Gi",
    suspended=True,
)


def render_check() -> dict[str, Any]:
    """Return the job of ``listrec doctor``: it fails where a check finds a problem."""
    return _render(_CHECK)


def render_monitoring() -> dict[str, Any]:
    """Return the job of ``listrec monitor``, which keeps in the store what it found."""
    return _render(_MONITORING)


def render_analysis() -> dict[str, Any]:
    """Return the job of ``listrec experiment analyze``, which stops variants that do harm."""
    return _render(_ANALYSIS)


def _render(job: _Job) -> dict[str, Any]:
    pod = {
        "restartPolicy": "Never",
        # Not that of the servers, which need not write to the store.
        "serviceAccountName": CHECK_JOB,
        "automountServiceAccountToken": False,
        "securityContext": pod_security(),
        "containers": [_container(job)],
        "volumes": [
            {"name": "state", "emptyDir": {}},
            {"name": "tmp", "emptyDir": {}},
        ],
    }
    spec = {
        "backoffLimit": 1,
        "activeDeadlineSeconds": job.seconds,
        "template": {"metadata": {"labels": PART_OF}, "spec": pod},
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": job.name, "labels": PART_OF},
        "spec": {
            "schedule": job.schedule,
            **({"suspend": True} if job.suspended else {}),
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {"spec": spec},
        },
    }


def _container(job: _Job) -> dict[str, Any]:
    return {
        "name": job.name.removeprefix("listrec-"),
        # It has mlflow, which the images of the servers have not.
        "image": "listrec-train",
        "command": list(job.command),
        "envFrom": [
            {"configMapRef": {"name": "listrec"}},
            {"secretRef": {"name": job.name, "optional": True}},
        ],
        "resources": {
            "requests": {"cpu": "100m", "memory": "256Mi"},
            "limits": {"memory": job.memory},
        },
        "securityContext": container_security(),
        "volumeMounts": [
            {"name": "state", "mountPath": STATE_FOLDER},
            {"name": "tmp", "mountPath": "/tmp"},  # nosec B108
        ],
    }
