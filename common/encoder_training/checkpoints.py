"""The state of a training after its last whole epoch, so that a killed one goes on from there.

The file is in safetensors' format: tensors, and JSON beside them; nothing is pickled. A training
that goes on gives the same bytes as one that was never interrupted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler

MODULE, OPTIMISER, RANDOM = "module.", "optimiser.", "random"
"""Prefixes of the names of tensors, and the name of the state of torch's random numbers."""

METADATA = "state"
"""Key of the JSON in the file's metadata."""


class Place(Protocol):
    """Where the state of one training is kept."""

    def read(self) -> bytes | None:
        """Return what was written last, if anything."""

    def write(self, data: bytes) -> None:
        """Replace what was written before, as a whole."""


@dataclass(frozen=True, slots=True)
class TrainingState:
    """Everything that changes while a module is trained.

    Attributes:
        module: the module with all that is trained.
        optimiser: its optimiser.
        random: the generator that draws batches.
        schedule: the schedule of learning rates, where there is one with a state.
    """

    module: nn.Module
    optimiser: torch.optim.Optimizer
    random: np.random.Generator
    schedule: LRScheduler | None = None

    def epochs(self, n_epochs: int, place: Place | None) -> Iterator[int]:
        """Yield the epochs that are still to be trained; after each the state is kept.

        What ``place`` has of an earlier training of the same settings and rows is restored first.
        Without a place nothing is kept.
        """
        first = self._restore(place) if place else 0
        for epoch in range(first, n_epochs):
            yield epoch
            if place:
                place.write(self._dump(epoch + 1))

    def _dump(self, n_done: int) -> bytes:
        tensors: dict[str, Tensor] = {RANDOM: torch.get_rng_state()}
        for name, tensor in self.module.state_dict().items():
            tensors[MODULE + name] = tensor.contiguous()

        state = self.optimiser.state_dict()
        for number, values in state["state"].items():
            for name, tensor in values.items():
                tensors[f"{OPTIMISER}{number}.{name}"] = tensor.contiguous()

        rest = {
            "n_done": n_done,
            "groups": state["param_groups"],
            "random": self.random.bit_generator.state,
            "schedule": self.schedule.state_dict() if self.schedule else None,
        }
        return save(tensors, {METADATA: json.dumps(rest)})

    def _restore(self, place: Place) -> int:
        """Take over the state that was kept, if any; return the number of its epochs."""
        data = place.read()
        if data is None:
            return 0

        tensors, rest = load(data), _read_metadata(data)
        self.module.load_state_dict(
            {
                name.removeprefix(MODULE): tensor
                for name, tensor in tensors.items()
                if name.startswith(MODULE)
            }
        )
        self.optimiser.load_state_dict(
            {"state": _by_number(tensors), "param_groups": rest["groups"]}
        )
        self._match_layouts()
        self.random.bit_generator.state = rest["random"]
        if self.schedule:
            self.schedule.load_state_dict(rest["schedule"])
        torch.set_rng_state(tensors[RANDOM])
        return int(rest["n_done"])

    def _match_layouts(self) -> None:
        """Give the optimiser's tensors the layout in memory of their parameters, as they had."""
        for parameter, state in self.optimiser.state.items():
            for name, tensor in state.items():
                if tensor.shape == parameter.shape:
                    state[name] = torch.empty_like(parameter.detach()).copy_(tensor)


def _by_number(tensors: Mapping[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    """Return the optimiser's tensors by the number of their parameter, then by name."""
    states: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith(OPTIMISER):
            number, _, value = name.removeprefix(OPTIMISER).partition(".")
            states.setdefault(int(number), {})[value] = tensor
    return states


def _read_metadata(data: bytes) -> Any:
    """Return the JSON beside the tensors: safetensors reads it from files only.

    The file begins with the length of its header, 8 bytes of a little-endian number.
    """
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    return json.loads(header["__metadata__"][METADATA])
