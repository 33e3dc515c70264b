"""Fine-tunes a pretrained text model on a shop's own labels, with sentence-transformers' loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from common.encoder_training.finish import reservoir_sample
from common.encoder_training.text_models import MeanPooled
from common.encoders.config import FinetuneConfig, TransformerConfig
from common.encoders.text import text_of
from common.errors import InputError
from common.listing import CATEGORY_SEPARATOR, NO_BRAND
from common.nets.training.net import single_threaded

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MAX_PAIRS = 50_000
"""A model is tuned on at most this many pairs of a text and a label."""


class Pair(NamedTuple):
    """A listing's text, and in words what its seller chose."""

    text: str
    label: str


def finetune(
    model: MeanPooled,
    tokenizer: Any,
    snapshot: Snapshot,
    config: TransformerConfig,
    report: Callable[[float], None],
) -> None:
    """Move the vectors of training rows towards those of their categories and brands, in place.

    The other labels of a batch are what a text must keep away from (Henderson et al. 2017, as
    ``MultipleNegativesRankingLoss``), so no label is twice in a batch. Runs on one thread, which
    gives the same sums every time.
    """
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    tuning = config.finetuning("text")
    pairs = reservoir_sample(_pairs(snapshot, config.max_tokens), MAX_PAIRS, config.seed)
    if len({pair.label for pair in pairs}) < 2:
        raise InputError("the training rows have too few categories and brands to tune a model on")
    with single_threaded():
        torch.manual_seed(config.seed)
        batches = list(_batches(pairs, tuning, config.seed))
        optimiser = torch.optim.AdamW(model.parameters(), lr=tuning.learning_rate)
        compare = MultipleNegativesRankingLoss(model)  # type: ignore[arg-type]  # uses nothing of it
        model.train()
        for step, batch in enumerate(batches):
            for group in optimiser.param_groups:
                group["lr"] = tuning.learning_rate * _slope(step / len(batches))
            sides = [_embed(model, tokenizer, side, config) for side in zip(*batch, strict=True)]
            optimiser.zero_grad()
            compare.compute_loss_from_embeddings(sides, torch.empty(0)).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            report((step + 1) / len(batches))
        model.eval()


def _pairs(snapshot: Snapshot, max_tokens: int) -> Iterator[Pair]:
    for batch in snapshot.batches("train"):
        for listing in batch:
            text = text_of(listing, max_tokens)
            if text and listing.category:
                yield Pair(text, listing.category.replace(CATEGORY_SEPARATOR, ", "))
            if text and listing.brand and listing.brand != NO_BRAND:
                yield Pair(text, listing.brand)


def _batches(pairs: Sequence[Pair], tuning: FinetuneConfig, seed: int) -> Iterator[list[Pair]]:
    """Shuffle the pairs for every epoch; one whose label is in a batch waits for the next."""
    random = np.random.default_rng(seed)
    for _ in range(tuning.epochs):
        waiting = [pairs[place] for place in random.permutation(len(pairs))]
        while waiting:
            batch: dict[str, Pair] = {}
            later = []
            for pair in waiting:
                if len(batch) < tuning.batch_size and pair.label not in batch:
                    batch[pair.label] = pair
                else:
                    later.append(pair)
            waiting = later
            if len(batch) < 2:
                break  # nothing is left to keep away from
            yield list(batch.values())


def _embed(
    model: MeanPooled, tokenizer: Any, texts: Sequence[str], config: TransformerConfig
) -> Tensor:
    asked = tokenizer(
        list(texts),
        padding=True,
        truncation=True,
        max_length=config.max_tokens,
        return_tensors="pt",
    )
    vectors: Tensor = model(asked["input_ids"], asked["attention_mask"])
    return vectors


def _slope(done: float) -> float:
    """A rate that rises for a tenth of the steps and then falls to nothing."""
    return min(done / 0.1, (1 - done) / 0.9)
