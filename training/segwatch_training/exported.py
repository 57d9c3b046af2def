"""Exported models as teachers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np


class ModelTeacher:
    """An exported model as a teacher: its mask head outlines the box teacher's boxes (SAM-CLIP's composition), its
    words tell where each name is (self-training). Encodes a picture once for both."""

    def __init__(self, folder: Path, text: Path | None = None, threads: int = 1):
        from .runtime import OnnxModel
        from .text import SentenceEncoder

        self.model = OnnxModel(folder, SentenceEncoder.find(text) if text else None, threads)
        self._query = cache(self.model.query)
        self._picture, self._encoded = None, None

    def masks(self, image: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """RGB uint8 [H,W,3], boxes [K,4] as shares of width and height -> probabilities float32 [K,H,W], IoU expected
        [K]."""
        from .runtime import sigmoid

        height, width = image.shape[:2]
        if not len(boxes):
            return np.zeros((0, height, width), np.float32), np.zeros(0, np.float32)
        encoded = self._encode(image)
        coords = boxes.reshape(-1, 2, 2) * np.array([encoded.size[1], encoded.size[0]], np.float32)
        logits, iou = self.model.masks(encoded, coords, np.tile([2.0, 3.0], (len(boxes), 1)))
        best = iou.argmax(1)
        chosen = logits[np.arange(len(boxes)), best]
        full = np.stack([cv2.resize(m, (width, height), interpolation=cv2.INTER_LINEAR) for m in chosen])
        return sigmoid(full), iou.max(1)

    def scores(self, image: np.ndarray, names: tuple[str, ...], views: tuple[float, ...] = ()) -> np.ndarray:
        """RGB uint8 [H,W,3] -> probabilities float32 [K,H,W]; for a teacher with a text encoder. With `views` the mean
        of two at each of so many times the model's pixels, one of them mirrored."""
        if not views:
            return self._scores(self._encode(image), image.shape[:2], names)
        total, mirrored = np.zeros((len(names), *image.shape[:2]), np.float32), np.ascontiguousarray(image[:, ::-1])
        for zoom in views:
            total += self._scores(self.model.encode(image, zoom), image.shape[:2], names)
            total += self._scores(self.model.encode(mirrored, zoom), image.shape[:2], names)[:, :, ::-1]
        return total / (2 * len(views))

    def _scores(self, encoded, shape: tuple[int, ...], names: tuple[str, ...]) -> np.ndarray:
        return np.stack([self.model.probability(encoded, self._query(n), shape) for n in names])

    def _encode(self, image: np.ndarray):
        if self._picture is not image:
            self._picture, self._encoded = image, self.model.encode(image)
        return self._encoded


class MapsTeacher:
    """Exported models whose maps a student learns to make: every pixel of any crop tells it something. Several models,
    each of the mirror image too, know more together than any of them, and a student can learn what they say on average
    (arXiv 1503.02531). One view at each step is enough: the losses of `maps_loss` have the same gradient on average
    over views as at their average. Their maps mean the same where the later ones were distilled from the first."""

    def __init__(self, folders: Sequence[Path], threads: int = 1, device: str = "cpu"):
        encoder = _on_cpu if device == "cpu" else _on_gpu
        self.encoders = [encoder(folder, threads, device) for folder in folders]

    def __call__(self, images, rng: np.random.Generator):
        """One view by one model, both drawn: RGB uint8 tensor [N,H,W,3] -> image_embedding [N,C,H/4,W/4], text_aligned
        [N,D,H/8,W/8]."""
        encoder, mirrored = self.encoders[rng.integers(len(self.encoders))], rng.random() < 0.5
        maps = encoder(images.flip(2) if mirrored else images)
        return [m.flip(3) if mirrored else m for m in maps]


def _on_cpu(folder: Path, threads: int, _device: str):
    import torch

    from .runtime import on_cpu

    session = on_cpu(folder / "image_encoder.onnx", threads)

    def encode(images):
        maps = session.run(["image_embedding", "text_aligned"], {"image": images.numpy()})
        return [torch.from_numpy(m) for m in maps]

    return encode


def _on_gpu(folder: Path, _threads: int, device: str):
    """The graph's weights in the student's own network, which runs where PyTorch does."""
    import torch

    from .from_onnx import restore
    from .model import ModelConfig, SamClip

    model = SamClip(ModelConfig())
    lacking = restore(model, folder)
    if lacking:
        raise ValueError(f"{folder}: it is of another network; {lacking[0]} is missing")
    model = model.eval().to(device, memory_format=torch.channels_last)

    @torch.no_grad()
    def encode(images):
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            embedding, aligned, _ = model(images)
        return [embedding.float(), aligned.float()]

    return encode
