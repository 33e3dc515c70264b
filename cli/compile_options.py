"""The options that decide what a compiled pipeline holds, shared by commands that compile one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import Command, parse_pairs
from common.errors import InputError

if TYPE_CHECKING:
    from pipelines.cluster.config import ClusterConfig

_OPTIONS = (
    click.option("--image", help="Image of every step: NAME@sha256:DIGEST."),
    click.option(
        "--resources",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="YAML with team, resources and secrets of the steps.",
    ),
    click.option(
        "--env",
        "pairs",
        multiple=True,
        metavar="NAME=VALUE",
        help="Environment variable of every step; may be repeated.",
    ),
)


@dataclass(frozen=True, slots=True)
class CompileOptions:
    """What pipelines are compiled for.

    Attributes:
        image: image of every step, with its digest; empty where none was named.
        environment: variables of every step.
        cluster: team, resources and secrets.
    """

    image: str
    environment: Mapping[str, str]
    cluster: ClusterConfig

    def compile_one(self, targets: Sequence[str], out: Path) -> Path:
        """Compile one pipeline that trains all of the targets; return its file in ``out``.

        The word ``monitor`` in their place stands for the monitoring pipeline.
        """
        from pipelines.monitoring.compile import compile_monitoring, is_monitoring
        from pipelines.training.compile import compile_one
        from pipelines.training.targets import choose

        image = self._require_image()
        if is_monitoring(targets):
            return compile_monitoring(out, image, self.environment, self.cluster)
        return compile_one(choose(targets), out, image, self.environment, self.cluster)

    def compile_all(self, targets: Sequence[str], out: Path) -> list[Path]:
        """Compile a pipeline for each of the targets, without any for every one there is.

        The word ``monitor`` among them stands for the monitoring pipeline.
        """
        from pipelines.monitoring.config import MONITOR
        from pipelines.training.compile import compile_all

        image = self._require_image()
        trained = [word for word in targets if word != MONITOR]
        paths = []
        if trained or not targets:
            paths = compile_all(trained, out, image, self.environment, self.cluster)
        if len(trained) < len(targets) or not targets:
            paths.append(self.compile_one([MONITOR], out))
        return paths

    def submit(
        self,
        host: str,
        token: str,
        targets: Sequence[str],
        arguments: Mapping[str, Any],
    ) -> tuple[Any, str]:
        """Start one run of the pipeline of ``compile_one`` on the cluster at ``host``.

        Returns Kubeflow's client and the id of the run.
        """
        from pipelines.cluster.client import open_client
        from pipelines.cluster.submit import submit

        with tempfile.TemporaryDirectory() as folder:
            package = self.compile_one(targets, Path(folder))
            client = open_client(host, self.cluster.namespace, token)
            return client, submit(client, host, package, arguments, self.cluster)

    def _require_image(self) -> str:
        if not self.image:
            raise InputError(
                "say which image the steps run in with --image NAME@sha256:DIGEST"
            )
        return self.image


def compile_options(command: Command) -> Command:
    """Add the options; the command gets them as ``options``, a ``CompileOptions``."""

    @wraps(command)
    def with_options(
        *arguments: Any,
        image: str | None,
        resources: Path | None,
        pairs: tuple[str, ...],
        **others: Any,
    ) -> Any:
        """Collect the options in one argument."""
        options = _to_options(image, resources, pairs)
        return command(*arguments, options=options, **others)

    decorated: Any = with_options
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


def _to_options(
    image: str | None, resources: Path | None, pairs: tuple[str, ...]
) -> CompileOptions:
    from pipelines.cluster.config import read_config

    environment = parse_pairs("--env", "NAME=VALUE", pairs)
    return CompileOptions(image or "", environment, read_config(resources))
