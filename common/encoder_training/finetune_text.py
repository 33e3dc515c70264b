"""Fine-tunes a pretrained text model on a shop's own labels, with sentence-transformers' loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from common.encoder_training.optimisation import set_learning_rate, take_step
from common.encoder_training.sampling import reservoir_sample
from common.encoder_training.text_models import MeanPooled
from common.encoders.config import FinetuneConfig, TransformerConfig
from common.encoders.text import text_of
from common.errors import CannotTrain
from common.listing import CATEGORY_SEPARATOR, NO_BRAND
from common.nets.training.net import single_threaded
from common.progress import FractionDone

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MAX_PAIRS = 50_000
"""Pairs of a text and a label; of more than these a random sample is drawn."""

MAX_GRADIENT_NORM = 1.0
WARMUP = 0.1
"""Share of the steps in which the learning rate rises."""


MIN_LABELS = 2
"""Distinct labels; with one there is no negative."""


class Pair(NamedTuple):
    """A listing's text, and a label of it in words."""

    text: str
    label: str


def finetune(
    model: MeanPooled,
    tokenizer: Any,
    snapshot: Snapshot,
    config: TransformerConfig,
    report: FractionDone,
) -> None:
    """Move the vectors of training texts towards those of their categories and brands, in place.

    The other labels of a batch are the negatives (Henderson et al. 2017, as
    ``MultipleNegativesRankingLoss``), so no label is twice in a batch. Runs on one thread, which
    gives the same sums every time.

    Raises ``InputError`` with fewer than two distinct labels.
    """
    pairs = _sample_pairs(snapshot, config)
    with single_threaded():
        torch.manual_seed(config.seed)
        batches = list(_batches(pairs, config.finetuning("text"), config.seed))

        model.train()  # with dropout
        _train(model, tokenizer, batches, config, report)
        model.eval()


def _train(
    model: MeanPooled,
    tokenizer: Any,
    batches: Sequence[Sequence[Pair]],
    config: TransformerConfig,
    report: FractionDone,
) -> None:
    from sentence_transformers.sentence_transformer.losses import (
        MultipleNegativesRankingLoss,
    )

    # The loss stores the model, and does not call it when vectors are given.
    ranking_loss = MultipleNegativesRankingLoss(model)  # type: ignore[arg-type]
    learning_rate = config.finetuning("text").learning_rate
    optimiser = torch.optim.AdamW(model.parameters(), lr=learning_rate)

    for step, batch in enumerate(batches):
        done = step / len(batches)
        set_learning_rate(optimiser, learning_rate * _schedule(done))
        vectors = _embed_batch(model, tokenizer, batch, config.max_tokens)
        loss = ranking_loss.compute_loss_from_embeddings(vectors, torch.empty(0))
        take_step(optimiser, loss, model.parameters(), MAX_GRADIENT_NORM)
        report((step + 1) / len(batches))


def _sample_pairs(snapshot: Snapshot, config: TransformerConfig) -> list[Pair]:
    pairs = reservoir_sample(
        _pairs(snapshot, config.max_tokens), MAX_PAIRS, config.seed
    )
    labels = {pair.label for pair in pairs}
    if len(labels) < MIN_LABELS:
        raise CannotTrain(
            "the training rows have too few categories and brands to tune a model on"
        )
    return pairs


def _pairs(snapshot: Snapshot, max_tokens: int) -> Iterator[Pair]:
    for batch in snapshot.batches("train"):
        for listing in batch:
            text = text_of(listing, max_tokens)
            if text and listing.category:
                yield Pair(text, listing.category.replace(CATEGORY_SEPARATOR, ", "))
            if text and listing.brand and listing.brand != NO_BRAND:
                yield Pair(text, listing.brand)


def _batches(
    pairs: Sequence[Pair], tuning: FinetuneConfig, seed: int
) -> Iterator[list[Pair]]:
    """Shuffle the pairs for every epoch; a pair whose label is in the batch waits for the next."""
    random = np.random.default_rng(seed)
    for _ in range(tuning.epochs):
        waiting = [pairs[index] for index in random.permutation(len(pairs))]

        while waiting:
            batch, waiting = _take_batch(waiting, tuning.batch_size)
            # A single pair has no negatives.
            if len(batch) < 2:
                break
            yield batch


def _take_batch(waiting: Sequence[Pair], size: int) -> tuple[list[Pair], list[Pair]]:
    """Split off the first pairs of distinct labels, at most ``size`` of them."""
    batch: dict[str, Pair] = {}
    rest: list[Pair] = []

    for pair in waiting:
        if len(batch) < size and pair.label not in batch:
            batch[pair.label] = pair
        else:
            rest.append(pair)
    return list(batch.values()), rest


def _embed_batch(
    model: MeanPooled, tokenizer: Any, batch: Sequence[Pair], max_tokens: int
) -> list[Tensor]:
    """Return the vectors of a batch's texts, and those of its labels."""
    sides = []
    for texts in ([pair.text for pair in batch], [pair.label for pair in batch]):
        tokens = tokenizer(
            texts,
            padding=True,
            truncation=True,
            max_length=max_tokens,
            return_tensors="pt",
        )
        sides.append(model(tokens["input_ids"], tokens["attention_mask"]))
    return sides


def _schedule(done: float) -> float:
    """Return the share of the full learning rate: it rises while warming up, then falls to 0."""
    return min(done / WARMUP, (1 - done) / (1 - WARMUP))
