"""The frozen sentence encoder: all-MiniLM-L6-v2 in ONNX, the very file that the Java service ships; or what it said,
stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

MAX_TOKENS = 64
STORED = "sentences.npz"


def find_sentences(folder: Path) -> Callable[[list[str]], np.ndarray]:
    """What `write_sentences` stored in a folder, else the encoder in it."""
    return _stored(folder / STORED) if (folder / STORED).is_file() else SentenceEncoder.find(folder)


def write_sentences(folder: Path, phrases: list[str], embed: Callable[[list[str]], np.ndarray]) -> None:
    """Stores the embeddings of `phrases`, in 16 bits."""
    np.savez(folder / STORED, phrases=np.array(phrases), vectors=embed(phrases).astype(np.float16))


def _stored(file: Path) -> Callable[[list[str]], np.ndarray]:
    with np.load(file) as stored:
        known = dict(zip(stored["phrases"].tolist(), stored["vectors"].astype(np.float32), strict=True))

    def embed(phrases: list[str]) -> np.ndarray:
        lacking = [p for p in phrases if p not in known]
        if lacking:
            raise ValueError(f"{file}: {len(lacking)} phrases are not stored, {lacking[0]!r} first; pack it anew")
        return np.stack([known[p] for p in phrases])

    return embed


class SentenceEncoder:
    """Phrases -> unit-length embeddings [Q,384], mean-pooled over the attention mask."""

    def __init__(self, onnx_file: Path, tokenizer_file: Path, threads: int = 2):
        import onnxruntime as ort
        from tokenizers import Tokenizer

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = ort.InferenceSession(str(onnx_file), options, providers=["CPUExecutionProvider"])
        self.inputs = {i.name for i in self.session.get_inputs()}
        self.tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self.tokenizer.enable_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)

    @staticmethod
    def find(folder: Path) -> SentenceEncoder:
        """Finds `*.onnx` and `*tokenizer.json` in a folder (the unpacked langchain4j jar has both)."""
        return SentenceEncoder(next(folder.rglob("*minilm*.onnx")), next(folder.rglob("*tokenizer.json")))

    def __call__(self, phrases: list[str]) -> np.ndarray:
        out = []
        for start in range(0, len(phrases), 64):
            encoded = self.tokenizer.encode_batch([p.strip().lower() for p in phrases[start : start + 64]])
            ids = np.array([e.ids for e in encoded], np.int64)
            mask = np.array([e.attention_mask for e in encoded], np.int64)
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            states = self.session.run(None, {k: v for k, v in feed.items() if k in self.inputs})[0]
            weight = mask[..., None].astype(np.float32)
            pooled = (states * weight).sum(1) / np.maximum(weight.sum(1), 1e-9)
            out.append(pooled / np.linalg.norm(pooled, axis=1, keepdims=True))
        return np.concatenate(out).astype(np.float32)
