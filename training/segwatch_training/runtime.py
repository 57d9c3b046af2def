"""A model directory run by ONNX Runtime: the reference of what the Java service computes from the same files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort

Embed = Callable[[list[str]], np.ndarray]


class BrokenModel(ValueError):
    """The directory breaks the contract; the message names the field."""


@dataclass
class Encoded:
    """One picture's encoding: embedding [1,C,h,w], aligned [D,ht,wt], feature [D], lse [ht,wt]; size (H, W) it was read
    at, and of its masks. What lies on padding is left out of all but the embedding."""

    embedding: np.ndarray
    aligned: np.ndarray
    feature: np.ndarray
    lse: np.ndarray
    size: tuple[int, int]
    masks: tuple[int, int]


@dataclass
class Query:
    """What was asked: rows [S,D] of the entries that its phrases name and of phrases that name none, with their biases
    [S]; negatives [N,D]; entries that mean the same; rows [R,D] of phrases that an entry of another name stands for."""

    phrases: np.ndarray
    bias: np.ndarray
    negatives: np.ndarray
    own: np.ndarray
    stood_for: np.ndarray
    words: set[str]


def _round_to(value: float, multiple: int) -> int:
    return int(np.floor(value / multiple + 0.5)) * multiple


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))


def on_cpu(file: Path, threads: int) -> ort.InferenceSession:
    """A network whose threads wait without spinning, which would take the cores from the network that runs next."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


class OnnxModel:
    """Encodes pictures, scores words, answers prompts."""

    def __init__(self, folder: Path, embed: Embed, threads: int = 2, check: bool = True):
        self.folder, self.embed = Path(folder), embed
        self.meta = json.loads((self.folder / "model.json").read_text())
        if self.meta.get("format") != 1:
            raise BrokenModel("format: only 1 is known")
        for name, digest in self.meta["files"].items():
            if check and hashlib.sha256((self.folder / name).read_bytes()).hexdigest() != digest:
                raise BrokenModel(f"files.{name}: sha256 differs")
        self.encoder = on_cpu(self.folder / "image_encoder.onnx", threads)
        self.decoder = on_cpu(self.folder / "mask_decoder.onnx", threads)
        projection = self.meta["text"].get("projection")
        self.projection = on_cpu(self.folder / projection, threads) if projection else None
        dims = self.meta["text_aligned"]["dims"]
        self.background = np.fromfile(self.folder / "background.f32", "<f4").reshape(-1, dims)
        if len(self.background) != len(self.meta["background"]):
            raise BrokenModel("background: its length differs from background.f32")
        self.kappa = float(self.meta["logit_scale"])
        self._known: dict[str, np.ndarray] = {}

    def input_size(self, height: int, width: int, zoom: float = 1.0) -> tuple[int, int]:
        """Of the picture itself; what pads it is not counted. `zoom` times the model's pixels, where the rule counts
        them."""
        rule = self.meta["input"]
        if rule["rule"] == "letterbox":
            longest = max(height, width)
            return round(height * rule["side"] / longest), round(width * rule["side"] / longest)
        scale = (zoom * rule["pixels"] / (height * width)) ** 0.5

        def side(length: int) -> int:
            return int(np.clip(_round_to(length * scale, rule["multiple"]), rule["min_side"], rule["max_side"]))

        return side(height), side(width)

    def resize(self, image: np.ndarray, zoom: float = 1.0) -> np.ndarray:
        """RGB uint8 [H,W,3] -> the size of the input rule."""
        height, width = self.input_size(*image.shape[:2], zoom)
        shrinking = height * width < image.shape[0] * image.shape[1]
        return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)

    def pad(self, small: np.ndarray) -> np.ndarray:
        """A resized picture -> what the encoder takes."""
        side = self.meta["input"].get("side")
        return np.pad(small, [(0, side - n) for n in small.shape[:2]] + [(0, 0)]) if side else small

    def encode(self, image: np.ndarray, zoom: float = 1.0) -> Encoded:
        small = self.resize(image, zoom)
        height, width = small.shape[:2]
        embedding, aligned, feature, lse = self.encoder.run(None, {"image": self.pad(small)[None]})
        rows, columns = (-(-length // self.meta["text_aligned"]["stride"]) for length in (height, width))
        stride = self.meta["image_embedding"]["stride"]
        masks = -(-height // stride), -(-width // stride)
        return Encoded(
            embedding, aligned[0, :, :rows, :columns], feature[0], lse[0, :rows, :columns], (height, width), masks
        )

    def text(self, phrases: list[str]) -> np.ndarray:
        """Phrases -> [Q,D], by the model's templates and projection."""
        clean = [p.strip().lower() for p in phrases]
        new = [p for p in dict.fromkeys(clean) if p not in self._known]
        if new:
            self._known |= dict(zip(new, self._project(new), strict=True))
        return np.stack([self._known[p] for p in clean])

    def _project(self, clean: list[str]) -> np.ndarray:
        templates = self.meta["text"]["templates"]
        sentence = np.mean([self.embed([t.replace("{}", p) for p in clean]) for t in templates], 0)
        sentence = (sentence / np.linalg.norm(sentence, axis=1, keepdims=True)).astype(np.float32)
        if self.projection is None:
            return sentence
        return self.projection.run(None, {"sentence": sentence})[0]

    def query(self, text: str, synonyms: tuple[str, ...] = (), negatives: tuple[str, ...] = ()) -> Query:
        phrases = list(dict.fromkeys(p.strip().lower() for p in (text, *synonyms)))
        entries = self.meta["background"]
        meant = [{e["name"], *e["aliases"]}.intersection(phrases) for e in entries]
        named = np.array([bool(m) for m in meant])
        listed, names = set().union(*meant), {e["name"] for e in entries}
        near = (self.text(phrases) @ self.background.T).max(0) >= self.meta["synonym_cosine"]
        alone = self._rows([p for p in phrases if p not in listed])
        bias = [e.get("bias", 0.0) for e, here in zip(entries, named, strict=True) if here]
        return Query(
            np.concatenate([alone, self.background[named]]),
            np.array([0.0] * len(alone) + bias, np.float32),
            self._rows(list(negatives)),
            named | near,
            self._rows([p for p in phrases if p in listed - names]),
            set(phrases),
        )

    def unlisted(self, phrase: str) -> Query:
        """The query of an entry's alias by its own row, as if no entry listed it."""
        query = self.query(phrase)
        if not len(query.stood_for):
            return query
        return replace(query, phrases=query.stood_for, bias=np.zeros(len(query.stood_for), np.float32))

    def _rows(self, phrases: list[str]) -> np.ndarray:
        return self.text(phrases) if phrases else np.zeros((0, self.background.shape[1]), np.float32)

    def apart(self, queries: list[Query]) -> list[Query]:
        """The queries as rivals for each pixel: a background entry that one of them names outright is none of
        another's.

        "Food" covers pizza, and would win every pixel of it from "pizza".
        """
        outright = np.array([[e["name"] in q.words for e in self.meta["background"]] for q in queries])
        taken = outright.any(0)
        return [self._without(q, q.own & taken & ~own) for q, own in zip(queries, outright, strict=True)]

    def _without(self, query: Query, given_up: np.ndarray) -> Query:
        if not given_up.any():
            return query
        entries, other = self.background[given_up], query.stood_for
        kept = np.array([not (entries == row).all(1).any() for row in query.phrases])
        phrases = np.concatenate([query.phrases[kept], other])
        bias = np.concatenate([query.bias[kept], np.zeros(len(other), np.float32)])
        return replace(query, phrases=phrases, bias=bias, own=query.own & ~given_up)

    def z(self, vectors: np.ndarray, lse: np.ndarray, query: Query) -> np.ndarray:
        """The score formula. vectors [D,...], lse [...] -> z [...]."""
        flat, base = vectors.reshape(len(vectors), -1), lse.reshape(-1)
        asked = (self.kappa * query.phrases @ flat + query.bias[:, None]).max(0)
        rest = np.ones_like(base)
        if query.own.any():
            rest -= np.exp(self.kappa * self.background[query.own] @ flat - base).sum(0)
        rest = np.maximum(rest, 1e-6)
        if len(query.negatives):
            rest += np.exp(self.kappa * query.negatives @ flat - base).sum(0)
        return (asked - base - np.log(rest)).reshape(lse.shape)

    def logits(self, encoded: Encoded, query: Query) -> np.ndarray:
        """Calibrated [ht,wt]."""
        z, c = self.z(encoded.aligned, encoded.lse, query), self.meta["calibration"]
        return c["scale"] * z + (c["bias"] - c.get("peak", 0.0) * max(0.0, c.get("sure", 0.0) - float(z.max())))

    def probability(self, encoded: Encoded, query: Query, size: tuple[int, int] | None = None) -> np.ndarray:
        """p [ht,wt], or resized bilinearly to `size` (H, W)."""
        p = sigmoid(self.logits(encoded, query))
        return p if size is None else cv2.resize(p, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)

    def whole_z(self, encoded: Encoded, query: Query) -> float:
        """z of the picture as a whole; the entries' biases are of pixels."""
        lse = np.log(np.exp(self.kappa * self.background @ encoded.feature).sum())
        plain = replace(query, bias=np.zeros_like(query.bias))
        return float(self.z(encoded.feature[:, None], np.array([lse]), plain)[0])

    def whole(self, encoded: Encoded, query: Query) -> float:
        """Probability that the picture as a whole shows it."""
        calibration = self.meta["class_calibration"]
        return float(sigmoid(calibration["scale"] * self.whole_z(encoded, query) + calibration["bias"]))

    def masks(
        self,
        encoded: Encoded,
        coords: np.ndarray,
        labels: np.ndarray,
        mask: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """coords [B,P,2] in pixels of the encoder's input, labels [B,P], mask [B,*encoded.masks] logits
        -> masks [B,3,*encoded.masks], iou [B,3]."""
        batch, (h, w) = len(coords), encoded.embedding.shape[-2:]
        before = np.zeros((batch, 1, h, w), np.float32)
        if mask is not None:
            before[:, 0, : mask.shape[1], : mask.shape[2]] = mask
        feed = {
            "image_embedding": encoded.embedding,
            "point_coords": coords.astype(np.float32),
            "point_labels": labels.astype(np.float32),
            "mask_input": before,
            "has_mask_input": np.full(batch, mask is not None, np.float32),
        }
        masks, iou = self.decoder.run(None, feed)
        return masks[..., : encoded.masks[0], : encoded.masks[1]], iou
