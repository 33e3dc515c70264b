"""The model card: one page of Markdown about a trained artifact, written when it is registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import models
from common.store.artifacts import Manifest
from models.evaluation.views import FULL_METRIC_PREFIX
from pipelines.evaluation.scoring import DESCRIPTIONS
from pipelines.training.records import Challenger, Detail, metric_values

DIGITS = 4
"""Significant digits of a figure."""

UNCOUNTED = ("blends",)
"""Facts that say nothing about what a model knows."""


def write(challenger: Challenger, manifest: Manifest, data: Sequence[str]) -> str:
    """Return the card's text: what it predicts, its data, how good, how fast, how large it is, and
    what it does not know. ``data`` are lines about the snapshot.
    """
    target, detail = challenger["target"], challenger.get("detail") or Detail()
    missed = "; ".join(challenger["reasons"])
    sections = (
        ("What it does", [_purpose(target, manifest)]),
        ("Data", data),
        ("Measured on the test rows", _metrics(challenger, detail)),
        ("By kind of listing", _slices(detail)),
        ("Gate", ["Passed." if challenger["passed"] else f"Not passed: {missed}."]),
        ("Size and speed", _cost(manifest, detail)),
        ("Limits", _limits(target, manifest)),
        ("Settings", _table("setting", manifest.config)),
        ("Facts", _table("fact", manifest.summary)),
        ("Encoders", [", ".join(f"`{name}`" for name in manifest.encoders) or "None."]),
    )
    head = f"# {target} `{manifest.id}`\n\nKind `{manifest.kind}`, {manifest.role}.\n"
    texts = ((title, "\n".join(lines)) for title, lines in sections)
    return head + "".join(f"\n## {title}\n\n{text}\n" for title, text in texts if text)


def _purpose(target: str, manifest: Manifest) -> str:
    if manifest.role == "encoder":
        return "Turns a listing into one vector that all models share."
    fields = ", ".join(models.outputs(target))
    return f"Suggests {fields} for a listing; what the seller has confirmed is an input."


def _metrics(challenger: Challenger, detail: Detail) -> Iterator[str]:
    thresholds, intervals = challenger["thresholds"], detail.get("intervals", {})
    if intervals:
        yield (
            "With 95 % intervals by a bootstrap over listings;"
            f" `{FULL_METRIC_PREFIX}` is with all other fields."
        )
        yield ""
    yield from ("| metric | value | 95 % | demanded |", "|---|---|---|---|")
    for name, value in sorted(metric_values(challenger).items()):  # Kubeflow keeps no order
        ends = " to ".join(map(_number, intervals.get(name, ())))
        yield f"| {name} | {_number(value)} | {ends} | {thresholds.get(name, '')} |"


def _slices(detail: Detail) -> Iterator[str]:
    """A line a kind; an interval needs some rows, and one without says little."""
    if not (slices := detail.get("slices")):
        return
    metric = detail["sliced"]
    yield f"`{metric}`, {DESCRIPTIONS[metric]}, of early listings."
    yield from ("", f"| kind | rows | {metric} | 95 % |", "|---|---|---|---|")
    for each in slices:
        ends = " to ".join(_number(each[end]) for end in ("low", "high") if end in each)
        value = _number(each["value"]) if "value" in each else ""
        name = _cell(f"{each['dimension']}: {each['name']}")
        yield f"| {name} | {int(each['rows']):,} | {value} | {ends} |"


def _cost(manifest: Manifest, detail: Detail) -> Iterator[str]:
    beside = ", without its encoders" * bool(manifest.encoders)
    yield f"{manifest.size / 1e6:.2f} MB ({manifest.size} bytes){beside}."
    if speed := detail.get("latency"):
        yield ""
        yield "Microseconds a listing, encoders included, where it was trained: the median, and the"
        yield "quartiles as its spread."
        yield from ("", "| asked | median | spread |", "|---|---|---|")
        for how, (low, middle, high) in sorted(speed.items()):
            yield f"| {how} | {middle:,.0f} | {low:,.0f} to {high:,.0f} |"


def _limits(target: str, manifest: Manifest) -> Iterator[str]:
    """What it can know at most, then the section of that name in the model's own README."""
    readme = Path(models.__file__).parent / target / "README.md"
    if not readme.is_file():
        return
    if known := {key: each for key, each in manifest.summary.items() if key not in UNCOUNTED}:
        counts = ", ".join(f"{key} {_shown(known[key])}" for key in sorted(known))
        yield f"All it knows comes from its training rows: {counts}, and the languages above."
    _, _, rest = readme.read_text(encoding="utf-8").partition("\n## Limits\n")
    yield from rest.partition("\n## ")[0].strip().splitlines()


def _table(title: str, values: Mapping[str, Any]) -> list[str]:
    rows = (f"| {key} | {_cell(_shown(values[key]))} |" for key in sorted(values))
    return [f"| {title} | value |", "|---|---|", *rows]


def _shown(value: Any) -> str:
    """A setting or a fact in words, with numbers as they are read."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_shown(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    return f"{value:.{DIGITS}g}"


def _cell(text: str) -> str:
    """Text that stays within its cell."""
    return " ".join(text.split()).replace("|", "\\|")
