"""What servers know of experiments: one object of the store, changed by compare-and-swap.

It has the texts of all files, so a reader never sees the files of two publications (ADR 37).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from common.errors import ArtifactError, InputError, RefusedError
from common.experiments.definition import Experiment
from common.experiments.reading import parse_experiment
from common.known_fields import known_fields
from common.store.artifacts import newer_schema
from common.store.storage import Storage

KEY = "experiments/published.json"

SCHEMA = 1
"""Version of the object; a reader refuses a newer one."""

T = TypeVar("T")


class DamagedError(ArtifactError):
    """What is published cannot be read; ``set_aside`` makes room for another."""


@dataclass(frozen=True, slots=True)
class Stop:
    """That nobody gets a variant any more, for good.

    Attributes:
        experiment: key of the experiment.
        variant: name of the variant, or empty for all of them.
        reason: why, in a sentence.
        by: who stopped it, such as ``name@machine``, or ``guardrail``.
        at: time, ISO 8601 in UTC.
    """

    experiment: str
    variant: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Published:
    """The experiments of a shop, as servers see them.

    Attributes:
        number: grows with each change; 0 before the first.
        files: the text of each experiment's file, by key.
        former: the texts of experiments that had started and were removed, by key.
        stops: what was stopped, in the order of time; it stays when the file goes.
        by: who made the last change.
        at: time of the last change, ISO 8601 in UTC.
        text: what stands in the store, to compare and swap; ``None`` before the first change.
    """

    number: int = 0
    files: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)
    stops: tuple[Stop, ...] = ()
    by: str = ""
    at: str = ""
    text: str | None = field(default=None, compare=False, repr=False)

    def experiments(self, layers: Sequence[str]) -> tuple[Experiment, ...]:
        """Return the experiments with what was stopped of them, in the order of their keys.

        ``layers`` are those that exist. Raises ``InputError`` where a file cannot be read, as one
        of a newer version.
        """
        return tuple(self.experiment(key, layers) for key in sorted(self.files))

    def experiment(self, key: str, layers: Sequence[str]) -> Experiment:
        """Return an experiment that is or was published; ``KeyError`` where there is none."""
        text = self.files[key] if key in self.files else self.former[key]
        return self.with_stops(parse_experiment(text, key, f"{key}.yaml", layers))

    def readable(self, key: str, layers: Sequence[str]) -> Experiment | None:
        """Return an experiment by its key, or ``None`` where its file cannot be read."""
        try:
            return self.experiment(key, layers)
        except InputError:
            return None

    def with_stops(self, experiment: Experiment) -> Experiment:
        """Return an experiment with what was stopped of its key."""
        names = {each.name for each in experiment.variants}
        stops = [each for each in self.stops if each.experiment == experiment.key]
        if all(each.variant for each in stops):
            names &= {each.variant for each in stops}
        return replace(experiment, stopped=frozenset(names))


def read(storage: Storage) -> Published:
    """Return what is published.

    Raises ``DamagedError`` where it is damaged, ``ArtifactError`` where it is of a newer version.
    """
    try:
        text = storage.read_text(KEY)
    except UnicodeDecodeError:
        raise _damaged("it is not UTF-8") from None
    return Published() if text is None else parse(text)


def is_damaged(storage: Storage) -> bool:
    """Return whether what is published is damaged."""
    try:
        read(storage)
    except DamagedError:
        return True
    return False


def set_aside(storage: Storage) -> str:
    """Keep what is damaged under another name, which is returned; nothing is published then.

    Servers keep what they had until something is published again. Raises ``RefusedError`` where
    somebody has mended it meanwhile.
    """
    if not is_damaged(storage):
        raise RefusedError(f"nothing was changed: {KEY} is not damaged; try again")
    data = storage.read_bytes(KEY) or b""
    key = f"experiments/damaged-{hashlib.sha256(data).hexdigest()[:12]}.json"
    storage.write_bytes(key, data)
    storage.remove(KEY)
    return key


def write(storage: Storage, before: Published, after: Published) -> None:
    """Replace what was read by what is published from now on.

    Raises ``RefusedError`` where somebody else has changed it since it was read.
    """
    if not storage.replace_text(KEY, before.text, dump(after)):
        raise RefusedError(
            f"nothing was changed: somebody else has changed {KEY} meanwhile; try again"
        )


def dump(published: Published) -> str:
    """Return the object as JSON."""
    values = {"schema": SCHEMA, **asdict(published)}
    del values["text"]
    return json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def parse(text: str) -> Published:
    """Return the object from its JSON; raises the errors of ``read``."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise _damaged(f"it is not JSON: {error}") from None
    if not isinstance(values, dict):
        raise _damaged("it should be an object")

    schema = _value(values, "schema", int)
    if schema > SCHEMA:
        raise ArtifactError(newer_schema(KEY, schema, SCHEMA))
    return Published(
        number=_value(values, "number", int),
        files=_texts(values, "files"),
        former=_texts(values, "former"),
        stops=tuple(map(_stop, _value(values, "stops", list))),
        by=_value(values, "by", str),
        at=_value(values, "at", str),
        text=text,
    )


def _value(values: Mapping[str, Any], name: str, kind: type[T]) -> T:
    value = values.get(name)
    if not isinstance(value, kind):
        raise _damaged(f"{name!r} is missing or no {kind.__name__}")
    return value


def _texts(values: Mapping[str, Any], name: str) -> dict[str, str]:
    texts = _value(values, name, dict)
    return {key: _value(texts, key, str) for key in texts}


def _stop(values: Any) -> Stop:
    try:
        stop = Stop(**known_fields(Stop, values))
    except (TypeError, AttributeError):
        raise _damaged(f"{values!r} is no stop of a variant") from None
    if not all(isinstance(value, str) for value in asdict(stop).values()):
        raise _damaged(f"{values!r} is no stop of a variant")
    return stop


def _damaged(reason: str) -> DamagedError:
    return DamagedError(
        f"{KEY} in the store is damaged, since {reason}: put back an earlier version of it, or run"
        " 'listrec experiment publish FOLDER --replace-damaged' and stop again what was stopped"
    )
