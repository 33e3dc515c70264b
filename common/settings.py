"""Where a process keeps its state: read from the environment once, in ``main()``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses of everything that outlives a process; the defaults are files under ``home``.

    ``store`` is an fsspec URL (``file://``, ``s3://``, ``gs://``) or a path; ``tracking_uri`` is
    mlflow's; ``commit`` is that of the code where there is no checkout, in an image; ``studies`` is
    the database that Optuna keeps searches in.
    """

    home: Path
    store: str
    tracking_uri: str
    debug: bool = False
    commit: str = ""
    studies: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read the ``LISTREC_*`` variables (docs/operations.md) and ``MLFLOW_TRACKING_URI``."""
        home = Path(environ.get("LISTREC_HOME") or ".listrec").absolute()
        return cls(
            home=home,
            store=environ.get("LISTREC_STORE") or str(home / "store"),
            tracking_uri=environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{home / 'mlflow.db'}",
            debug=environ.get("LISTREC_DEBUG", "") not in ("", "0"),
            commit=environ.get("LISTREC_COMMIT", ""),
            studies=environ.get("LISTREC_STUDIES") or f"sqlite:///{home / 'studies.db'}",
        )

    @property
    def cache(self) -> Path:
        """Where artifacts fetched from the store are kept."""
        return self.home / "cache"
