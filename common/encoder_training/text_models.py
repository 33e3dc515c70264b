"""The pretrained text models that can become text encoders: loading and exporting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from common.encoder_training.export_onnx import export
from common.encoder_training.pretrained import load_model
from common.encoders.text import TOKENIZER, Settings, save_settings
from common.errors import InputError

FAMILIES: Mapping[str, str] = {
    "bert": "BertModel",
    "xlm-roberta": "XLMRobertaModel",
    "modernbert": "ModernBertModel",
}
"""Class by ``model_type``; MiniLM, E5 and many sentence encoders are of the first two."""


class MeanPooled(nn.Module):
    """A text model that gives the mean over the tokens of a text (Sentence-BERT).

    Reimers and Gurevych 2019. Padding is left out of the mean.
    """

    def __init__(self, model: nn.Module) -> None:
        """Wrap a loaded model."""
        super().__init__()
        self.model = model.eval()
        self.config: Any = model.config

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return vectors ``[texts, dims]`` of tokens ``[texts, tokens]``; mask 0 is padding."""
        states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        sums: Tensor = (states * weights).sum(1)
        return sums / weights.sum(1).clamp(min=1e-9)


def load_text(name: str, model_type: str) -> MeanPooled:
    """Load a text model of one of ``FAMILIES`` in float32."""
    # The mean over the tokens replaces the pooling layer; ModernBERT never has one.
    options = {} if model_type == "modernbert" else {"add_pooling_layer": False}
    return MeanPooled(load_model(FAMILIES[model_type], name, **options))


def load_tokenizer(name: str, model: MeanPooled) -> Any:
    """Load the tokenizer of a model.

    Raises ``InputError`` where there is none, or one that the library ``tokenizers`` cannot run, or
    one that belongs to another model.
    """
    from transformers import AutoTokenizer

    try:
        # The name is the trainer's own, often a folder, and no remote code is run.
        tokenizer = AutoTokenizer.from_pretrained(name)  # nosec B615
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(
            f"the tokenizer of {name} cannot be loaded: {reason}"
        ) from None
    if not tokenizer.is_fast:
        raise InputError(f"{name} has no tokenizer.json, which serving needs")

    # Where a folder has no tokenizer, transformers makes one with next to no tokens.
    n_known, vocabulary_size = len(tokenizer), int(model.config.vocab_size)
    if not vocabulary_size / 2 <= n_known <= vocabulary_size:
        raise InputError(
            f"the tokenizer of {name} knows {n_known} tokens and its model {vocabulary_size}:"
            " they do not belong together"
        )
    return tokenizer


def export_text(
    model: MeanPooled, tokenizer: Any, max_tokens: int, folder: Path
) -> None:
    """Write the network, its tokenizer and settings into a folder."""
    ids = torch.full((2, 4), 5)
    mask = torch.ones(2, 4, dtype=torch.int64)
    mask[0, 2:] = 0
    export(model, {"ids": ids, "mask": mask}, ("rows", "tokens"), folder)

    text = tokenizer.backend_tokenizer.to_str(pretty=False)
    (folder / TOKENIZER).write_text(text, encoding="utf-8")
    save_settings(folder, Settings(max_tokens))


def check_tokens(model: MeanPooled, max_tokens: int) -> None:
    """Raise ``InputError`` unless the model has positions for ``max_tokens``."""
    config = model.config
    # XLM-R counts positions from the one after the padding token's number.
    n_unused = config.pad_token_id + 1 if config.model_type == "xlm-roberta" else 0
    n_positions = int(config.max_position_embeddings) - int(n_unused)
    if not 4 <= max_tokens <= n_positions:
        raise InputError(
            f"max_tokens must be from 4 to {n_positions} for this model, not {max_tokens}"
        )
