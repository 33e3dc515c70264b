"""The addresses of what outlives a process; read from the environment once, in ``main()``."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from common.earnings import VARIABLE as COMMISSION
from common.earnings import Commission, parse_commission
from common.errors import InputError
from common.machine_prices import VARIABLE as MACHINE_PRICES
from common.machine_prices import MachinePrices, parse_machine_prices
from common.notification_settings import NotificationSettings

GPUS = "LISTREC_GPUS"
"""The environment variable with the number of GPUs that a process is charged for."""

NO_EVENTS = "off"
"""The value of ``LISTREC_EVENTS`` with which servers keep no events."""

TRACKING_TIMEOUT = 5.0
"""Seconds that mlflow has to answer before a training run begins."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses of everything that outlives a process; the defaults are files under ``home``.

    Attributes:
        home: folder of all state that has no address of its own.
        store: URL of artifacts and releases (``file://``, ``s3://``, ``gs://``), or a path.
        tracking_uri: address of mlflow.
        debug: whether errors are shown with their traceback.
        commit: commit of the code where there is no checkout, as in an image.
        image: container image of this process, by its digest, or empty.
        gpus: number of GPUs that this process is charged for.
        user: who runs this process, for the history of the champion.
        studies: URL of the database of Optuna's studies.
        events: URL of the database of events, or ``NO_EVENTS``.
        keep_listings: URL or path below which photos of kept listings are; empty where the shop
            keeps none.
        tracking_timeout: seconds that mlflow has to answer before a training run begins.
        reuse_steps: whether results of earlier steps of training are used again.
        team: name of the team that trains, or empty where there is one only.
        kubeflow_token: bearer token for Kubeflow's API, or empty.
        commission: what the shop keeps of a sale; without it no earnings are stated.
        notifications: whom training runs tell how they ended.
        machine_prices: what machines cost; without it no costs are estimated.
    """

    home: Path
    store: str
    tracking_uri: str
    debug: bool = False
    commit: str = ""
    image: str = ""
    gpus: int = 0
    user: str = ""
    studies: str = ""
    events: str = field(default="", repr=False)
    keep_listings: str = ""
    tracking_timeout: float = TRACKING_TIMEOUT
    reuse_steps: bool = True
    team: str = ""
    kubeflow_token: str = field(default="", repr=False)
    commission: Commission | None = None
    notifications: NotificationSettings = field(default_factory=NotificationSettings)
    machine_prices: MachinePrices | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read the ``LISTREC_*`` variables (docs/operations.md) and ``MLFLOW_TRACKING_URI``."""
        team = environ.get("LISTREC_TEAM", "")
        check_team(team)
        home = Path(environ.get("LISTREC_HOME") or ".listrec").absolute()
        return cls(
            home=home,
            store=_insert_team(
                environ.get("LISTREC_STORE") or str(home / "store"), team
            ),
            tracking_uri=environ.get("MLFLOW_TRACKING_URI")
            or f"sqlite:///{home / 'mlflow.db'}",
            debug=environ.get("LISTREC_DEBUG", "") not in ("", "0"),
            commit=environ.get("LISTREC_COMMIT", ""),
            image=environ.get("LISTREC_IMAGE", ""),
            gpus=_count(environ, GPUS),
            user=environ.get("LISTREC_USER") or _user(environ),
            studies=environ.get("LISTREC_STUDIES")
            or f"sqlite:///{home / 'studies.db'}",
            events=environ.get("LISTREC_EVENTS") or f"sqlite:///{home / 'events.db'}",
            keep_listings=environ.get("LISTREC_KEEP_LISTINGS", "").strip(),
            tracking_timeout=_seconds(environ, "LISTREC_TRACKING_TIMEOUT"),
            reuse_steps=environ.get("LISTREC_REUSE_STEPS", "1") not in ("", "0"),
            team=team,
            kubeflow_token=environ.get("LISTREC_KUBEFLOW_TOKEN", ""),
            commission=parse_commission(environ.get(COMMISSION, "")),
            notifications=NotificationSettings.from_environment(environ),
            machine_prices=parse_machine_prices(environ.get(MACHINE_PRICES, "")),
        )

    @property
    def cache(self) -> Path:
        """Folder of the artifacts fetched from the store."""
        return self.home / "cache"

    @property
    def event_log(self) -> Path:
        """Folder of events that are not in their database yet."""
        return self.home / "event_log"

    @property
    def erasures(self) -> Path:
        """The list of what was erased, to do it again after a backup was restored."""
        return self.home / "erased.jsonl"


def _user(environ: Mapping[str, str]) -> str:
    """Return the name that the system has for the user, and that of the machine."""
    # A container may run a user without a name.
    name = environ.get("LOGNAME") or environ.get("USER") or str(os.getuid())
    return f"{name}@{platform.node()}"


def check_team(team: str) -> None:
    """Raise ``InputError`` for a team whose name Kubernetes would refuse; an empty one is none."""
    if team and not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", team):
        raise InputError(
            f"the team {team!r} must be up to 63 small letters, digits and hyphens, such as"
            " kids-wear"
        )


def _insert_team(store: str, team: str) -> str:
    """Return the URL of the store with the team in the place of ``{team}``."""
    if "{team}" in store and not team:
        raise InputError(
            f"LISTREC_STORE is {store!r}, and no team is known: set LISTREC_TEAM"
        )
    return store.replace("{team}", team)


def _count(environ: Mapping[str, str], name: str) -> int:
    """Read a number of things, 0 where it is not set; raise ``InputError`` for what is none."""
    text = environ.get(name, "").strip() or "0"
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise InputError(f"{name} must be a whole number such as 1, not {text!r}")
    return int(text)


def _seconds(environ: Mapping[str, str], name: str) -> float:
    """Read a time limit; raise ``InputError`` for what is no positive number."""
    text = environ.get(name, "").strip()
    if not text:
        return TRACKING_TIMEOUT

    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise InputError(f"{name} must be a number of seconds above 0, not {text!r}")
    return value
