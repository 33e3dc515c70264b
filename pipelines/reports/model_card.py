"""The model card: one page of Markdown about a trained artifact, written when it is registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import models
from common.store.artifacts import Manifest
from models.evaluation.views import FULL_METRIC_PREFIX
from pipelines.evaluation.scoring import DESCRIPTIONS
from pipelines.records import Challenger, Detail, metric_values

DIGITS = 4
"""Significant digits of a figure."""

UNCOUNTED = ("blends", "left_out", "fields_left_out")
"""Entries of an artifact's summary that say nothing about what the model has learned from."""

BYTES_PER_MB = 1e6


def write(challenger: Challenger, manifest: Manifest, data: Sequence[str]) -> str:
    """Return the card's text; ``data`` are lines about the snapshot.

    The sections are what the artifact predicts, its data, how good, how fast and how large it is,
    what its training used, its limits, and its settings. A section without a line is left out.
    """
    target = challenger["target"]
    card = f"# {target} `{manifest.id}`\n\nKind `{manifest.kind}`, {manifest.role}.\n"
    for title, lines in _sections(challenger, manifest, data):
        text = "\n".join(lines)
        if text:
            card += f"\n## {title}\n\n{text}\n"
    return card


def _sections(
    challenger: Challenger, manifest: Manifest, data: Sequence[str]
) -> tuple[tuple[str, Iterable[str]], ...]:
    """Titles and lines of the sections."""
    target = challenger["target"]
    detail = challenger.get("detail") or Detail()
    return (
        ("What it does", [_purpose(target, manifest)]),
        ("Data", data),
        ("Measured on the test rows", _metrics(challenger, detail)),
        ("By kind of listing", _slices(detail)),
        ("Gate", [_gate(challenger)]),
        ("Size and speed", _cost(manifest, detail)),
        ("Use of the machine", _use(challenger)),
        ("Limits", _limits(target, manifest)),
        ("Settings", _mapping("setting", manifest.config)),
        ("Facts", _mapping("fact", manifest.summary)),
        ("Encoders", [_encoders(manifest)]),
    )


def _purpose(target: str, manifest: Manifest) -> str:
    if manifest.role == "encoder":
        return "Turns a listing into one vector that all models share."
    fields = ", ".join(models.outputs(target))
    return (
        f"Suggests {fields} for a listing; what the seller has confirmed is an input."
    )


def _metrics(challenger: Challenger, detail: Detail) -> Iterator[str]:
    thresholds = challenger["thresholds"]
    intervals = detail.get("intervals", {})
    if intervals:
        yield (
            "With 95 % intervals by a bootstrap over listings;"
            f" `{FULL_METRIC_PREFIX}` is with all other fields."
        )
        yield ""

    rows = []
    # Kubeflow does not keep the order of metrics.
    for name, value in sorted(metric_values(challenger).items()):
        ends = map(_number, intervals.get(name, ()))
        rows.append(
            (
                name,
                _number(value),
                " to ".join(ends),
                thresholds.get(name, ""),
            )
        )
    yield from _table(("metric", "value", "95 %", "threshold"), rows)


def _slices(detail: Detail) -> Iterator[str]:
    """A line a slice; one with few rows has no interval, and says little."""
    slices = detail.get("slices")
    if not slices:
        return

    metric = detail["sliced"]
    yield f"`{metric}`, {DESCRIPTIONS[metric]}, of early listings."
    yield ""

    rows = []
    for part in slices:
        ends = [_number(part[end]) for end in ("low", "high") if end in part]
        rows.append(
            (
                _cell(f"{part['dimension']}: {part['name']}"),
                f"{int(part['rows']):,}",
                _number(part["value"]) if "value" in part else "",
                " to ".join(ends),
            )
        )
    yield from _table(("kind", "rows", metric, "95 %"), rows)


def _gate(challenger: Challenger) -> str:
    if challenger["passed"]:
        doubts = [f"{clause}." for clause in challenger.get("undecided", ())]
        return " ".join(["Passed.", *doubts])
    reasons = "; ".join(challenger["reasons"])
    return f"Not passed: {reasons}."


def _cost(manifest: Manifest, detail: Detail) -> Iterator[str]:
    size = f"{manifest.size / BYTES_PER_MB:.2f} MB ({manifest.size} bytes)"
    yield f"{size}, without its encoders." if manifest.encoders else f"{size}."

    speed = detail.get("latency")
    if not speed:
        return
    yield ""
    yield "Microseconds a listing, encoders included, on the machine of the training: the median,"
    yield "and the quartiles as its spread."
    yield ""

    rows = []
    for call, (low, middle, high) in sorted(speed.items()):
        rows.append(
            (
                call,
                f"{middle:,.0f}",
                f"{low:,.0f} to {high:,.0f}",
            )
        )
    yield from _table(("call", "median", "spread"), rows)


def _use(challenger: Challenger) -> Iterator[str]:
    """What the run that trained it used until it was registered; costs are estimates."""
    use = challenger.get("use")
    if not use:
        return

    yield f"Run `{challenger['run']}`, until the registration. Costs are estimates."
    yield ""
    currency = challenger.get("currency", "")
    rows = []
    for name, value in sorted(use.items()):
        unit = f" {currency}" if "cost" in name else ""
        rows.append((name, f"{_number(value)}{unit}"))
    yield from _table(("use", "value"), rows)


def _limits(target: str, manifest: Manifest) -> Iterator[str]:
    """The sizes of what was learned, then the section of that name in the model's own README."""
    readme = Path(models.__file__).parent / target / "README.md"
    if not readme.is_file():
        return

    learned = [key for key in sorted(manifest.summary) if key not in UNCOUNTED]
    if learned:
        counts = ", ".join(f"{key} {_format(manifest.summary[key])}" for key in learned)
        yield f"All it knows comes from its training rows: {counts}, and the languages above."

    text = readme.read_text(encoding="utf-8")
    _, _, rest = text.partition("\n## Limits\n")
    section, _, _ = rest.partition("\n## ")
    yield from section.strip().splitlines()


def _encoders(manifest: Manifest) -> str:
    ids = [f"`{encoder_id}`" for encoder_id in manifest.encoders]
    return ", ".join(ids) or "None."


def _mapping(title: str, values: Mapping[str, Any]) -> Iterator[str]:
    rows = [(key, _cell(_format(values[key]))) for key in sorted(values)]
    return _table((title, "value"), rows)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield f"| {' | '.join(headings)} |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _format(value: Any) -> str:
    """A setting or a summary's entry as text, floats with few digits."""
    if isinstance(value, Mapping):
        pairs = [f"{key}: {_format(item)}" for key, item in value.items()]
        return "; ".join(pairs)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_format, value))}]"
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    return f"{value:.{DIGITS}g}"


def _cell(text: str) -> str:
    """Text on one line whose bars do not end the cell."""
    return " ".join(text.split()).replace("|", "\\|")
