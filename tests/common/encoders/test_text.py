"""Text transformers of every family become encoders that say what the originals say."""

import os
import shutil
import warnings
from typing import Any

import numpy as np
import pytest

from common import encoders
from common.encoder_training.quantise import quantise_dynamic
from common.encoder_training.train import train
from common.encoders import text as sentence
from common.encoders.config import TransformerConfig
from common.errors import InputError
from common.listing import Listing

SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 66,
}
COLOURS = ["red", "green", "blue", "black"]
SPECIAL = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
}
FAMILIES = {"bert": "Bert", "xlm-roberta": "XLMRoberta", "modernbert": "ModernBert"}
TEXTS = [
    "red ellipse number 7",
    "blue",
    "ナイキ 新品 rectangle " * 9,
    "a\x00b \u202e\U0001f600",
]


@pytest.fixture(scope="module", params=FAMILIES)
def original(request, shop, tmp_path_factory):
    """A family's smallest model with a tokenizer of its kind: name, model, folder, tokenizer."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = tmp_path_factory.mktemp(request.param)
        texts = [row.title for row in shop.read("train")] + TEXTS
        return make_model(request.param, texts, folder)


def make_model(family, texts, folder):
    import torch
    import transformers

    word, kind = FAMILIES[family], train_tokenizer(family, texts)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=kind, **SPECIAL)
    padding = {"pad_token_id": tokenizer.pad_token_id}
    more = {"global_attn_every_n_layers": 2} if family == "modernbert" else {}
    config = getattr(transformers, f"{word}Config")(
        vocab_size=len(tokenizer), **SMALL, **padding, **more
    )
    torch.manual_seed(1)
    model = getattr(transformers, f"{word}Model")(config).eval()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return family, model, folder, tokenizer


def train_tokenizer(family, texts):
    """WordPiece for BERT, a unigram model for XLM-R, BPE of bytes for ModernBERT."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

    special = list(SPECIAL.values())
    trainer: Any
    if family == "bert":
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(vocab_size=120, special_tokens=special)
    elif family == "xlm-roberta":
        tokenizer = Tokenizer(models.Unigram())
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=120,
            special_tokens=special,
            unk_token="[UNK]",
            show_progress=False,
        )
    else:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=300, special_tokens=special, show_progress=False
        )
    tokenizer.train_from_iterator(texts, trainer)
    ends = [(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=ends
    )
    return tokenizer


@pytest.fixture(scope="module")
def folder(original, shop, tmp_path_factory):
    family, _, model, _ = original
    made = tmp_path_factory.mktemp(f"made-{family}")
    return train(shop, made, TransformerConfig(model=str(model), max_tokens=24))


@pytest.fixture(scope="module")
def encoder(folder):
    return encoders.load(folder)


def test_an_exported_model_says_what_the_original_says(original, encoder):
    import torch

    _, model, _, tokenizer = original
    tokens = tokenizer(
        TEXTS, padding=True, truncation=True, max_length=24, return_tensors="pt"
    )
    mask = tokens["attention_mask"][:, :, None]
    with torch.no_grad():
        states = model(
            tokens["input_ids"], attention_mask=tokens["attention_mask"]
        ).last_hidden_state
    wanted = ((states * mask).sum(1) / mask.sum(1)).numpy()
    vectors = encoder.encode([Listing(text) for text in TEXTS])
    raw = vectors * encoder.standardiser.scale + encoder.standardiser.mean
    assert np.abs(wanted).max() > 0.01  # else nothing was compared
    np.testing.assert_allclose(raw, wanted, atol=2e-6)


def test_tokens_are_those_of_the_models_own_tokenizer(original, encoder):
    tokenizer = original[3]
    for text in TEXTS:
        wanted = tokenizer(text, truncation=True, max_length=24)["input_ids"]
        assert encoder.tokenizer.encode(text).ids == wanted


def test_a_listing_without_text_has_no_vector(encoder):
    vectors = encoder.encode([Listing(), Listing("red"), Listing(" ", "\n")])
    assert vectors.any(axis=1).tolist() == [False, True, False]


def test_half_a_character_and_endless_text_are_read(encoder):
    vectors = encoder.encode(
        [Listing("\ud83d red"), Listing("x", "red ellipse " * 100_000)]
    )
    assert np.isfinite(vectors).all()
    assert vectors.any(axis=1).all()


def test_a_text_model_is_not_fine_tuned(original, shop, tmp_path):
    config = TransformerConfig(model=str(original[2]), finetune_epochs=1)
    with pytest.raises(InputError, match="only mobilenet_v2 can be fine-tuned"):
        train(shop, tmp_path, config)


@pytest.mark.parametrize("tokens", [1, 1000])
def test_more_tokens_than_the_model_has_places_for_are_refused(
    original, shop, tmp_path, tokens
):
    config = TransformerConfig(model=str(original[2]), max_tokens=tokens)
    with pytest.raises(InputError, match=r"max_tokens must be from 4 to 6\d"):
        train(shop, tmp_path, config)


def test_missing_weights_are_refused_and_not_drawn(original, shop, tmp_path):
    from safetensors.torch import load_file, save_file

    for file in original[2].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = load_file(tmp_path / "model.safetensors")
    dropped = sorted(name for name in weights if "layer" in name)[0]
    del weights[dropped]
    save_file(weights, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(InputError, match="lacks 1 of the weights"):
        train(shop, tmp_path / "made", TransformerConfig(model=str(tmp_path)))


def test_a_folder_without_tokenizer_is_a_sentence(original, shop, tmp_path):
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((original[2] / name).read_bytes())
    with pytest.raises(
        InputError, match="tokenizer of .*(knows . tokens|cannot be loaded)"
    ):
        train(shop, tmp_path / "made", TransformerConfig(model=str(tmp_path)))


def test_8_bits_say_nearly_the_same(encoder, folder, shop, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    quantise_dynamic(tmp_path)
    rounded = sentence.open_folder(tmp_path)
    wanted, vectors = (
        candidate.encode(shop.read("test")) for candidate in (encoder, rounded)
    )
    lengths = np.linalg.norm(wanted, axis=1) * np.linalg.norm(vectors, axis=1)
    assert ((wanted * vectors).sum(axis=1) / lengths).mean() > 0.95
    sizes = [(path / "encoder.onnx").stat().st_size for path in (tmp_path, folder)]
    assert sizes[0] < sizes[1]
