"""`feature-basis`: the few directions that the service's feature log keeps of a model's text-aligned vectors.

Kept are cells: means of vectors, made unit length again. With C the covariance of what tells words apart and S its
symmetric root, the best K numbers to keep of a vector x, for the least mean square error of the products x·w over cells
and words, are its principal directions in S·x, U·S·x, and w's counterpart is U·S^-1·w: no orthonormal directions keep
as much (at 32 of 128 they err by 29 % more). An error that all words share is none: it falls out of the score, so C is
of words less their mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from .export import sha256
from .runtime import OnnxModel

FILE = "feature_basis.f32"
CELL_PX = 32
LEAST_VARIANCE = 1e-4
"""Of the largest, that each direction of the words is given: a word that is in none of them is told a little, too."""


def cells(aligned: np.ndarray, side: int) -> np.ndarray:
    """text_aligned [D,h,w] -> means over squares of `side` positions, unit length [N,D]; what is left over at the edges
    is left out."""
    dims, h, w = aligned.shape
    side = min(side, h, w)
    squares = aligned[:, : h // side * side, : w // side * side].reshape(dims, h // side, side, w // side, side)
    means = squares.mean((2, 4)).reshape(dims, -1).T
    return means / np.linalg.norm(means, axis=1, keepdims=True)


def learn(vectors: np.ndarray, words: np.ndarray, directions: int) -> np.ndarray:
    """Cells [N,D] and words [G,D] -> float32 [2,K,D]: rows for pictures, rows for words, the most telling first."""
    apart = (words - words.mean(0)).astype(np.float64)
    variance, axes = np.linalg.eigh(apart.T @ apart / len(apart))
    root = np.sqrt(np.maximum(variance, LEAST_VARIANCE * variance.max()))
    there, back = axes * root @ axes.T, axes / root @ axes.T
    spread = there @ (vectors.T.astype(np.float64) @ vectors / len(vectors)) @ there
    principal = np.linalg.eigh(spread)[1][:, ::-1][:, :directions].T
    return np.stack([principal @ there, principal @ back]).astype(np.float32)


def add_to(model: OnnxModel, pictures: Iterable[Path], directions: int = 32) -> Path:
    """Learns the directions from pictures and writes them into the model's folder, beside their hash in model.json."""
    stride, found = model.meta["text_aligned"]["stride"], []
    for picture in pictures:
        image = cv2.imread(str(picture), cv2.IMREAD_COLOR)
        if image is not None:
            encoded = model.encode(np.ascontiguousarray(image[..., ::-1]))
            found.append(cells(encoded.aligned, max(1, CELL_PX // stride)).astype(np.float32))
    entries = model.meta["background"]
    words = model.text(sorted({w for e in entries for w in (e["name"], *e["aliases"])}))
    basis = learn(np.concatenate(found), words, min(directions, words.shape[1]))
    file, description = model.folder / FILE, model.folder / "model.json"
    file.write_bytes(basis.astype("<f4").tobytes())
    meta = json.loads(description.read_text())
    meta["files"] = dict(sorted((meta["files"] | {FILE: sha256(file)}).items()))
    temporary = description.with_name("model.json.tmp")
    temporary.write_text(json.dumps(meta, indent=1, ensure_ascii=False) + "\n")
    temporary.replace(description)
    return file
