"""Tiny random models, a fake sentence encoder and a generated cache: everything runs in seconds without any
download."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from segwatch_training.export import About, export
from segwatch_training.model import ModelConfig, SamClip
from segwatch_training.phrases import PhraseBank
from segwatch_training.runtime import OnnxModel
from segwatch_training.vocabulary import index_of

TINY = ModelConfig(backbone="tiny", fpn=16, embed=16, dims=16, sentence=24, text_hidden=16, mask_width=8)


def embed(phrases: list[str]) -> np.ndarray:
    """A phrase's letters decide its vector [24], of unit length."""
    rows = []
    for phrase in phrases:
        seed = int.from_bytes(hashlib.sha256(phrase.encode()).digest()[:4], "little")
        rows.append(np.random.default_rng(seed).normal(size=TINY.sentence))
    out = np.array(rows, np.float32)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


@pytest.fixture(scope="session")
def bank() -> PhraseBank:
    return PhraseBank(embed, [f"thing {i}" for i in range(1000)])


@pytest.fixture(scope="session")
def tiny() -> SamClip:
    torch.manual_seed(1)
    model = SamClip(TINY)
    for p in model.parameters():
        if p.ndim > 1:
            torch.nn.init.normal_(p, 0, (2 / p[0].numel()) ** 0.5)
    return model.eval()


ENTRIES = [
    {"name": "person", "aliases": ["man", "pedestrian"]},
    {"name": "car", "aliases": ["automobile", "vehicle"]},
    {"name": "road", "aliases": []},
    {"name": "sky", "aliases": []},
]


@pytest.fixture(scope="session")
def exported(tiny: SamClip, tmp_path_factory: pytest.TempPathFactory) -> OnnxModel:
    folder = export(
        tiny,
        embed([e["name"] for e in ENTRIES]),
        tmp_path_factory.mktemp("model") / "tiny",
        About("tiny", "0", "random weights", pixels=96 * 128),
        ENTRIES,
    )
    return OnnxModel(folder, embed, threads=1)


def draw_scene(rng: np.random.Generator, height: int = 96, width: int = 128) -> tuple[np.ndarray, np.ndarray]:
    """Sky above road, a bright car on it: picture BGR uint8 and concept map."""
    ids = index_of()
    image, labels = np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.uint8)
    horizon = height // 2
    image[:horizon], labels[:horizon] = (220, 160, 90), ids["sky"]
    image[horizon:], labels[horizon:] = (80, 80, 80), ids["road"]
    x, y = int(rng.integers(5, width - 45)), int(rng.integers(horizon - 10, height - 30))
    image[y : y + 24, x : x + 40], labels[y : y + 24, x : x + 40] = (30, 30, 220), ids["car"]
    noise = rng.normal(0, 6, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8), labels


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    rng = np.random.default_rng(0)
    names = []
    (folder / "voc").mkdir()
    for i in range(8):
        image, labels = draw_scene(rng)
        stem = folder / "voc" / f"scene{i}"
        cv2.imwrite(f"{stem}.jpg", image)
        cv2.imwrite(f"{stem}.map.png", labels)
        np.savez(f"{stem}.npz", top=np.array([[3, 0.7], [5, 0.2]] + [[0, 0]] * 18, np.float32))
        names.append(stem.name)
    (folder / "index.json").write_text(json.dumps({"voc": names}))
    return folder
