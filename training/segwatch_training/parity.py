"""`parity`: the same figures through `./segwatch segment` as through the exported files here, side by side.

Two runtimes score one model: `runtime` in NumPy, which training and `evaluate` use, and the service's in Java. Both are
asked for the same words over the same pictures, each picture at its own size.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

from .ground_truth import IDD_WORDS, VOC_WORDS, panoptic_half, read, read_label
from .runtime import OnnxModel


@dataclass(frozen=True)
class Task:
    """Words asked for, and pictures with the index of the word that each pixel shows (-1 none of them, -2 unknown):
    [H,W].

    Where it is `exclusive`, each pixel has one word at most.
    """

    name: str
    words: list[str]
    pictures: list[tuple[Path, np.ndarray]]
    exclusive: bool = False


def parity(model: OnnxModel, segwatch: Path, data: Path, work: Path, every: int = 1) -> dict:
    """Mean IoU of VOC's and IDD's words, each on its own, and the panoptic half with one word for each pixel, in per
    cent.

    `here`, `segment`, and by how much they differ at most, in points, over the words that occur.
    """
    return {task.name: compare(model, segwatch, task, work / task.name) for task in tasks(data, every)}


def tasks(data: Path, every: int) -> Iterator[Task]:
    paths = sorted((data / "voc/val").glob("*.jpg"))[::every]
    pictures = [(p, shown(read_label(p.with_suffix(".png")), range(1, 21))) for p in paths]
    yield Task("voc", list(VOC_WORDS.values()), pictures)
    paths = sorted((data / "idd-lite/val").glob("*_image.jpg"))[::every]
    pictures = [(p, shown(read_label(p.with_suffix(".png")), IDD_WORDS.values())) for p in paths]
    yield Task("idd", list(IDD_WORDS), pictures)
    words, half = panoptic_half(data)
    pictures = [(p.path, np.where(p.truth < 0, -2, p.truth)) for p in half]
    yield Task("panoptic", words, pictures[::every], exclusive=True)


def shown(label: np.ndarray, values: Iterable[int]) -> np.ndarray:
    """A data set's label [H,W] -> the index of each pixel's value in `values`, -1 for none of them, -2 for unknown."""
    out = np.where(label == 255, -2, -1)
    for index, value in enumerate(values):
        out[label == value] = index
    return out


def compare(model: OnnxModel, segwatch: Path, task: Task, work: Path) -> dict:
    paths = [path for path, _ in task.pictures]
    masks = segmented(model.folder, segwatch, task.words, paths, work, task.exclusive)
    queries = [model.query(w) for w in task.words]
    rivals = model.apart(queries) if task.exclusive else queries
    here, there = np.zeros((2, len(task.words), 2))
    for path, truth in task.pictures:
        encoded = model.encode(read(path))
        p = np.stack([model.probability(encoded, query, truth.shape) for query in rivals])
        best = p.argmax(0)
        known = truth != -2
        for i, word in enumerate(task.words):
            real = truth == i
            for tally, on in ((here, best == i if task.exclusive else p[i] >= 0.5), (there, masks[path][word])):
                tally[i] += ((real & on & known).sum(), ((real | on) & known).sum())
    seen = there[:, 1] + here[:, 1] > 0
    iou, other = (100 * t[seen, 0] / np.maximum(t[seen, 1], 1) for t in (here, there))
    return {
        "pictures": len(task.pictures),
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
