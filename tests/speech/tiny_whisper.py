"""A Whisper of the least size with random weights, in CTranslate2's format.

The real library loads it and decodes with it as with any other; its words are noise, always the
same for the same sound. Its special tokens come in the order of the real models' (Radford et al.
2022, section 2.3; `whisper/tokenizer.py` of the reference).
"""

import itertools
from pathlib import Path

import numpy as np
from ctranslate2.specs import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES as CODES
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

WIDTH = 64
LANGUAGES = [code for code in CODES if code != "yue"]  # the 99 of the models before large-v3
TEXT_TOKENS = 1000  # real models have 50,257
SPECIAL = (
    *("<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in LANGUAGES)),
    *("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"),
    *("<|notimestamps|>", *(f"<|{step * 0.02:.2f}|>" for step in range(1501))),
)


def build(folder: Path, *, multilingual: bool = True) -> Path:
    """Write the model into `folder`: about 1 MB."""
    folder.mkdir(parents=True)
    tokenizer = _tokenizer(multilingual=multilingual)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    vocabulary = sorted(tokenizer.get_vocab(), key=tokenizer.token_to_id)
    spec = _spec(len(vocabulary))
    spec.register_vocabulary(vocabulary)
    config = spec.config
    config.suppress_ids, config.suppress_ids_begin = [], [tokenizer.token_to_id("<|endoftext|>")]
    config.lang_ids = [tokenizer.token_to_id(f"<|{code}|>") for code in LANGUAGES]
    config.alignment_heads = [[0, 0], [0, 1]]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    return folder


def _tokenizer(*, multilingual: bool) -> Tokenizer:
    """Every byte, then invented words, then the special tokens. A token without letters is what
    tells CTranslate2 that a model is multilingual."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    invented = ("Ġ" + "".join(word) for word in itertools.product(syllables, repeat=3))
    tokens = [*letters, *itertools.islice(invented, TEXT_TOKENS - len(letters) - 1)]
    tokens.append("" if multilingual else "Ġenglish")
    model = models.BPE(vocab={token: index for index, token in enumerate(tokens)}, merges=[])
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    return tokenizer


def _spec(tokens: int) -> WhisperSpec:
    """One layer of encoder and of decoder, two heads each."""
    spec, random = WhisperSpec(1, 2, 1, 2), np.random.default_rng(1)

    def weights(*shape: int) -> np.ndarray:
        return random.normal(0, 0.05, shape).astype(np.float32)

    def linear(layer, out: int, into: int = WIDTH) -> None:
        layer.weight, layer.bias = weights(out, into), np.zeros(out, np.float32)

    def norm(layer) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)

    def block(layer, *attentions) -> None:
        for attention in attentions:
            norm(attention.layer_norm)
            several = (3,) if len(attention.linear) == 2 else (1, 2)  # queries, keys, values
            for part, times in zip(attention.linear, (*several, 1), strict=True):
                linear(part, times * WIDTH)
        norm(layer.ffn.layer_norm)
        linear(layer.ffn.linear_0, 4 * WIDTH)
        linear(layer.ffn.linear_1, WIDTH, 4 * WIDTH)

    for conv, channels in ((spec.encoder.conv1, 80), (spec.encoder.conv2, WIDTH)):
        conv.weight, conv.bias = weights(WIDTH, channels, 3), np.zeros(WIDTH, np.float32)
    for half, positions in ((spec.encoder, 1500), (spec.decoder, 448)):
        half.position_encodings.encodings = weights(positions, WIDTH)
        norm(half.layer_norm)
    [hearing], [writing] = spec.encoder.layer, spec.decoder.layer
    block(hearing, hearing.self_attention)
    block(writing, writing.self_attention, writing.attention)
    spec.decoder.embeddings.weight = weights(tokens, WIDTH)
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    return spec
