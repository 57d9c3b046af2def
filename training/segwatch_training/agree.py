"""`agree`: the same figures through `./segwatch segment` as through the exported files here, side by side.

Two runtimes score one model: `runtime` in NumPy, which training and `evaluate` use, and the service's in Java. Both are
asked for the same words over the same pictures, each picture at its own size.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

from .evaluate import IDD_WORDS, VOC_WORDS, panoptic_half, read, read_label
from .runtime import OnnxModel

def agree(model: OnnxModel, folder: Path, segwatch: Path, data: Path, work: Path, every: int = 1) -> dict:
    """Mean IoU of VOC's and IDD's words, each on its own, and the panoptic half with one word for each pixel, in per cent:
    `here`, `segment`, and by how much they differ at most, in points, over the words that occur."""
    out = {}
    for task, words, pictures, exclusive in tasks(data, every):
        out[task] = compare(model, folder, segwatch, words, pictures, work / task, exclusive)
    return out


def tasks(data: Path, every: int) -> Iterator[tuple[str, list[str], list[tuple[Path, np.ndarray]], bool]]:
    """Task, its words, pictures with the index of the word that each pixel shows (-1 none of them, -2 unknown), exclusive."""
    words = list(VOC_WORDS.values())
    paths = sorted((data / "voc/val").glob("*.jpg"))[::every]
    yield "voc", words, [(p, shown(read_label(p.with_suffix(".png")), range(1, 21))) for p in paths], False
    paths = sorted((data / "idd-lite/val").glob("*_image.jpg"))[::every]
    pictures = [(p, shown(read_label(p.with_suffix(".png")), IDD_WORDS.values())) for p in paths]
    yield "idd", list(IDD_WORDS), pictures, False
    source = panoptic_half(data)
    words = next(source)
    pictures = [(p, np.where(truth < 0, -2, truth)) for p, truth, _ in source]
    yield "panoptic", words, pictures[::every], True


def shown(label: np.ndarray, values) -> np.ndarray:
    out = np.where(label == 255, -2, -1)
    for index, value in enumerate(values):
        out[label == value] = index
    return out


def compare(
    model: OnnxModel, folder: Path, segwatch: Path, words: list[str], pictures: list[tuple[Path, np.ndarray]], work: Path,
    exclusive: bool,
) -> dict:  # fmt: skip
    masks = segmented(folder, segwatch, words, [p for p, _ in pictures], work, exclusive)
    queries = [model.query(w) for w in words]
    rivals = model.apart(queries) if exclusive else queries
    here, there = np.zeros((2, len(words), 2))
    for path, truth in pictures:
        encoded = model.encode(read(path))
        p = np.stack([model.probability(encoded, query, truth.shape) for query in rivals])
        best = p.argmax(0)
        known = truth != -2
        for i, word in enumerate(words):
            real = truth == i
            for tally, on in ((here, best == i if exclusive else p[i] >= 0.5), (there, masks[path][word])):
                tally[i] += ((real & on & known).sum(), ((real | on) & known).sum())
    seen = there[:, 1] + here[:, 1] > 0
    iou, other = (100 * t[seen, 0] / np.maximum(t[seen, 1], 1) for t in (here, there))
    return {
        "pictures": len(pictures),
        "here": round(float(iou.mean()), 2),
        "segment": round(float(other.mean()), 2),
        "largest_difference": round(float(np.abs(iou - other).max()), 2),
    }


def segmented(
    folder: Path, segwatch: Path, words: list[str], paths: list[Path], work: Path, exclusive: bool
) -> dict[Path, dict[str, np.ndarray]]:
    """Masks of each word in each picture, as `segwatch segment` writes them."""
    work.mkdir(parents=True, exist_ok=True)
    (work / "queries.txt").write_text("\n".join(words) + "\n")
    command = [segwatch, "segment", *paths, "--queries", work / "queries.txt", "--model", folder, "--out", work]
    subprocess.run([str(c) for c in command] + ["--exclusive"] * exclusive, check=True)
    out = {}
    for line in (work / "results.jsonl").read_text().splitlines():
        result = json.loads(line)
        out[Path(result["file"])] = {q["label"]: coco.decode(q["mask"]).astype(bool) for q in result["queries"]}
    return out
