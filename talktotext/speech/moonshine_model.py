"""Moonshine's encoder and decoder in ONNX Runtime: a stretch of sound -> its words.

Jeffries et al. 2024, "Moonshine: Speech Recognition for Live Transcription and Voice Commands",
https://arxiv.org/abs/2410.15608. The package's own native library runs the same two files, but
with threads that get in one another's way, so that it takes three times the processor time for
the same words; it grows with what it has heard; and it cannot be shared between threads. See
docs/engines.md for the figures.
"""

import ctypes
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession, SessionOptions

from talktotext.speech.base import SAMPLE_RATE, Float32

START, END = 1, 2  # tokens; those before FIRST_WORD are no text
FIRST_WORD = 3
TOKENS_PER_SECOND = 6.5  # the most that the model's makers let it write; more is a loop
PHRASE = 3  # tokens that, written once more, are a repetition
HEADS, WIDTH = 8, 36  # of the decoder's attention
M_MMAP_THRESHOLD = -3  # of glibc's <malloc.h>


class MoonshineModel:
    """The model, loaded; any number of threads may use it at once. Each call stays on its thread.

    Args:
        folder: with `encoder_model.ort`, `decoder_model_merged.ort` and `tokenizer.bin`.

    Raises:
        OSError: `tokenizer.bin` cannot be read.
        Exception of ONNX Runtime's own: the models cannot.
    """

    def __init__(self, folder: Path) -> None:
        _give_large_blocks_back()
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # which only grows, as no two utterances are alike
        self._encoder, self._decoder = (
            InferenceSession(folder / name, options, providers=["CPUExecutionProvider"])
            for name in ("encoder_model.ort", "decoder_model_merged.ort")
        )
        self._tokens = _read_tokens((folder / "tokenizer.bin").read_bytes())
        past = [i.name for i in self._decoder.get_inputs() if i.name.startswith("past_key_values")]
        # What the decoder remembers of the sound stays as it is after the first word.
        self._of_words = [name for name in past if ".decoder." in name]
        self._of_sound = [name for name in past if ".encoder." in name]

    def hear(self, samples: Float32) -> tuple[str, float]:
        """What is said, and the mean logarithm of a token's probability, see `_certainty`.

        Args:
            samples: mono, 16 kHz, from -1 to 1, shape (n,): a few sentences at the most, as the
                time that it takes grows with the square of the length.
        """
        most = int(len(samples) / SAMPLE_RATE * TOKENS_PER_SECOND)
        heard = list(self._decode(samples, most))
        return self._text([token for token, _ in heard]), _certainty(heard)

    def _decode(self, samples: Float32, most: int) -> Iterator[tuple[int, float]]:
        """Token after token, always the likeliest, with the logarithm of its probability."""
        mask = np.ones((1, len(samples)), dtype=np.int64)
        [hidden] = self._encoder.run(
            None, {"input_values": samples[np.newaxis], "attention_mask": mask}
        )
        nothing = np.zeros((1, HEADS, 0, WIDTH), dtype=np.float32)
        feed = {
            "encoder_attention_mask": mask,
            "encoder_hidden_states": hidden,
            "use_cache_branch": np.array([False]),
            "input_ids": np.array([[START]]),
            **dict.fromkeys(self._of_words + self._of_sound, nothing),
        }
        wanted = self._of_words + self._of_sound
        for _ in range(most):
            present = [name.replace("past_key_values", "present") for name in wanted]
            logits, *memory = self._decoder.run(["logits", *present], feed)
            token, logprob = _likeliest(logits[0, -1])
            if token == END:
                return
            yield token, logprob
            feed |= dict(zip(wanted, memory, strict=True))
            feed |= {"use_cache_branch": np.array([True]), "input_ids": np.array([[token]])}
            wanted = self._of_words

    def _text(self, tokens: list[int]) -> str:
        data = b"".join(self._tokens[token] for token in tokens if token >= FIRST_WORD)
        return data.decode(errors="replace").replace("▁", " ").strip()


def _give_large_blocks_back() -> None:
    """Let glibc return blocks of a megabyte to the system as soon as they are free, for good.

    By default it learns to keep them, and holes between them grow with every chunk: 460 MB after
    15 minutes of sound and no end, against 260 MB and level.
    https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, 1 << 20)


def _certainty(heard: Sequence[tuple[int, float]]) -> float:
    """The mean logarithm of the probability of those tokens that do not repeat a phrase.

    A loop follows from itself, whatever the sound: with its tokens counted, the model seems as
    sure of languages that it does not know as of English; without them it never does.
    """
    phrases: set[tuple[int, ...]] = set()
    new = []
    for last, (_, logprob) in enumerate(heard, 1):
        phrase = tuple(token for token, _ in heard[max(0, last - PHRASE) : last])
        if phrase not in phrases:
            new.append(logprob)
        phrases.add(phrase)
    return sum(new) / max(1, len(new))


def _likeliest(logits: Float32) -> tuple[int, float]:
    token = int(logits.argmax())
    return token, -float(np.log(np.exp(logits - logits[token]).sum()))


def _read_tokens(data: bytes) -> list[bytes]:
    """The bytes of each token: its length, in a second byte from 128 on, then the bytes."""
    tokens, place = [], 0
    while place < len(data):
        length = data[place]
        place += 1
        if length >= 128:
            length += 128 * data[place] - 128
            place += 1
        tokens.append(data[place : place + length])
        place += length
    return tokens
