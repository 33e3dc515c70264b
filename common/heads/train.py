"""Trains nets in torch and hands back plain arrays; imported by training code only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from common.arrays import Floats
from common.evaluation import COLD
from common.features import FIELD_SLOTS
from common.heads.net import Inputs, Net
from common.heads.settings import NetSettings

Report = Callable[[float], None]
MISSING = math.nan
"""Target of a row that has no label."""

_FIELDS = tuple(dict.fromkeys(FIELD_SLOTS))
_FIELD_OF_SLOT = np.array([_FIELDS.index(field) for field in FIELD_SLOTS])


@dataclass(frozen=True, slots=True)
class Target:
    """What one output should learn.

    ``kind`` is ``classes`` (``values`` are class numbers), ``bins`` (positions between the centres
    of ``size`` ordered bins, shared linearly by the two nearest) or ``value`` (numbers, Huber
    loss). ``MISSING`` marks rows without the label; ``weight`` is the share of the loss.
    """

    name: str
    kind: str
    size: int
    values: NDArray[np.float64]
    weight: float = 1.0


def train_net(
    inputs: Inputs,
    targets: Sequence[Target],
    reads: Sequence[str],
    settings: NetSettings,
    report: Report = lambda fraction: None,
) -> Net:
    """Fit a net that reads ``text``, ``fields`` and ``dense`` (any of them) to the targets.

    Runs on one thread: the steps are small, so that a second thread waits more than it works, and
    sums come out the same every time.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _train(inputs, targets, reads, settings, report)
    finally:
        torch.set_num_threads(threads)


def _train(
    inputs: Inputs,
    targets: Sequence[Target],
    reads: Sequence[str],
    settings: NetSettings,
    report: Report,
) -> Net:
    torch.manual_seed(settings.seed)
    random = np.random.default_rng(settings.seed)
    module = _Module(inputs, targets, reads, settings)
    # The tables are dense because a batch touches most of them; fused, Adam is ten times faster.
    optimiser = torch.optim.Adam(module.parameters(), lr=settings.learning_rate, fused=True)
    rows = np.flatnonzero(np.any([~np.isnan(target.values) for target in targets], axis=0))
    steps = settings.epochs * math.ceil(len(rows) / settings.batch)
    for step, chosen in enumerate(_batches(rows, settings, random)):
        for group in optimiser.param_groups:
            group["lr"] = settings.learning_rate * (1 - step / steps)
        scores = module(inputs, chosen, random)
        loss = sum(
            (target.weight * _loss(scores[target.name], target, chosen) for target in targets),
            start=torch.zeros(()),
        )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        report((step + 1) / steps)
    arrays = {name.replace("/", "."): _export(value) for name, value in module.tables.items()}
    return Net(arrays, tuple(target.name for target in targets))


class _Module(nn.Module):
    """The same layers as ``Net``, with dropout, in torch."""

    def __init__(
        self,
        inputs: Inputs,
        targets: Sequence[Target],
        reads: Sequence[str],
        settings: NetSettings,
    ) -> None:
        super().__init__()
        self.settings, width = settings, settings.width
        self.tables = nn.ParameterDict({"bias": nn.Parameter(torch.zeros(width))})
        sizes = {
            "text": inputs.text.shape[1],
            "fields": int(inputs.fields.max(initial=0)) + 1,
            "dense": inputs.vectors.shape[1],
        }
        for name in reads:
            self.tables[name] = nn.Parameter(torch.randn(sizes[name], width) * 0.05)
        for layer, size in enumerate(settings.hidden):
            self._linear(f"hidden{layer}", width, size)
            width = size
        for target in targets:
            self._linear(target.name, width, target.size)

    def forward(
        self, inputs: Inputs, rows: NDArray[np.int64], random: np.random.Generator
    ) -> dict[str, Tensor]:
        drop = self.settings.dropout
        state = self.tables["bias"] + self._trunk(inputs, rows, random)
        for layer in range(len(self.settings.hidden)):
            state = functional.dropout(functional.relu(state), drop)
            state = self._layer(f"hidden{layer}", state)
        state = functional.relu(state) if self.settings.hidden else functional.dropout(state, drop)
        outputs = [name for name in self.tables if name.endswith("/weight")]
        names = [name.removesuffix("/weight") for name in outputs if not name.startswith("hidden")]
        return {name: self._layer(name, state) for name in names}

    def _trunk(
        self, inputs: Inputs, rows: NDArray[np.int64], random: np.random.Generator
    ) -> Tensor:
        total = torch.zeros(len(rows), self.settings.width)
        if "text" in self.tables:
            bag = inputs.text[rows]
            keep = random.random(bag.nnz) >= self.settings.ngram_dropout
            weights = bag.data * keep / (1 - self.settings.ngram_dropout)
            total = total + functional.embedding_bag(
                torch.from_numpy(bag.indices.astype(np.int64)),
                self.tables["text"],
                torch.from_numpy(bag.indptr[:-1].astype(np.int64)),
                mode="sum",
                per_sample_weights=torch.from_numpy(weights.astype(np.float32)),
            )
        if "fields" in self.tables:
            weights = inputs.weights[rows] * keep_fields(
                len(rows), self.settings.field_dropout, random
            )
            total = total + functional.embedding_bag(
                torch.from_numpy(inputs.fields[rows]),
                self.tables["fields"],
                mode="sum",
                per_sample_weights=torch.from_numpy(weights.astype(np.float32)),
            )
        if "dense" in self.tables:
            vectors = torch.from_numpy(inputs.vectors[rows])
            total = (
                total + functional.dropout(vectors, self.settings.dropout) @ self.tables["dense"]
            )
        return total

    def _linear(self, name: str, size: int, out: int) -> None:
        bound = 1 / math.sqrt(size)
        self.tables[f"{name}/weight"] = nn.Parameter((torch.rand(size, out) * 2 - 1) * bound)
        self.tables[f"{name}/bias"] = nn.Parameter(torch.zeros(out))

    def _layer(self, name: str, state: Tensor) -> Tensor:
        scores: Tensor = state @ self.tables[f"{name}/weight"] + self.tables[f"{name}/bias"]
        return scores


def _batches(
    rows: NDArray[np.int64], settings: NetSettings, random: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    for _ in range(settings.epochs):
        order = random.permutation(rows)
        for start in range(0, len(order), settings.batch):
            yield order[start : start + settings.batch]


def keep_fields(rows: int, dropout: float, random: np.random.Generator) -> Floats:
    """Return ``[rows, slots]``, 1 where a confirmed field is kept.

    A share ``dropout`` of rows loses some: half of them all but the early (``COLD``) ones, the
    others each field with an even chance.
    """
    fate = random.random((rows, 1))
    some = random.random((rows, len(_FIELDS))) < 0.5
    early = np.isin(_FIELDS, COLD)[None, :]
    kept = (fate >= dropout) | np.where(fate < dropout / 2, early, some)
    return kept[:, _FIELD_OF_SLOT].astype(np.float32)


def _loss(scores: Tensor, target: Target, rows: NDArray[np.int64]) -> Tensor:
    values = target.values[rows]
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return scores.sum() * 0
    scores, wanted = scores[torch.from_numpy(known)], torch.from_numpy(values[known])
    share = len(known) / len(rows)
    if target.kind == "value":
        return share * functional.huber_loss(scores[:, 0], wanted.float())
    if target.kind == "classes":
        return share * functional.cross_entropy(scores, wanted.long())
    low = wanted.floor().clamp(0, target.size - 2).long()
    fraction = (wanted - low).clamp(0, 1).float()
    log = functional.log_softmax(scores, dim=1)
    near = log.gather(1, low[:, None])[:, 0] * (1 - fraction)
    return -share * (near + log.gather(1, low[:, None] + 1)[:, 0] * fraction).mean()


def _export(value: Tensor) -> Floats:
    array: Floats = value.detach().numpy().astype(np.float32)
    return array
