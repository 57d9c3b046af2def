"""Writes the map of concepts of every cached picture: merged labels, or exact ones where a source has them."""

from __future__ import annotations

import json
import multiprocessing as mp
import os
from pathlib import Path

import cv2
import numpy as np

from .exported import ModelTeacher
from .pseudo_labels import Masks, Scores, pseudo_labels
from .vocabulary import VOID, concept_id


def _panoptic_map(colours: np.ndarray, segments: list[dict], names: dict[int, str]) -> tuple[np.ndarray, np.ndarray]:
    """-> concept map [H,W], instance ids uint8 [H,W] (0 none)."""
    wide = colours.astype(np.int32)
    ids = wide[..., 2] + 256 * wide[..., 1] + 65536 * wide[..., 0]
    out = np.full(ids.shape, VOID, np.uint8)
    instances = np.zeros(ids.shape, np.uint8)
    for n, segment in enumerate(segments[:250]):
        where = ids == segment["id"]
        out[where] = VOID if segment["iscrowd"] else concept_id(names[segment["category_id"]])
        if not segment["iscrowd"]:
            instances[where] = n + 1
    return out, instances


_STATE: dict = {}


def of_model(model: Path | None, text: Path | None) -> tuple[Masks | None, Scores | None]:
    """What outlines boxes and what corrects labels: an exported model's mask head and, with `text`, its words; or SAM's
    folder."""
    from .clip_sam import SamTeacher, is_transformers

    if model is None:
        return None, None
    if is_transformers(model, "sam"):
        return SamTeacher(model).masks, None
    teacher = ModelTeacher(model, text)
    return teacher.masks, teacher.scores if text else None


def _start(model: Path | None, text: Path | None) -> None:
    cv2.setNumThreads(1)
    _STATE["masks"], _STATE["scores"] = of_model(model, text)


def _work(job: tuple[str, str]) -> None:
    stem, source = Path(job[0]), job[1]
    temporary = f"{stem}.tmp.map.png"
    cv2.imwrite(temporary, pseudo_labels(stem, source, _STATE["masks"], _STATE["scores"]))
    os.replace(temporary, f"{stem}.map.png")


def write_label_maps(
    data: Path, cache: Path, workers: int = 2, model: Path | None = None, text: Path | None = None
) -> dict[str, list[str]]:
    """Writes `<stem>.map.png` for each cached picture (and `.inst.png` for exact instances); returns the index.

    With a model directory its mask head outlines the boxes, with `text` its words correct what only teachers have
    labelled, and every map is written anew.
    """
    from tqdm import tqdm

    index: dict[str, list[str]] = {}
    jobs = []
    for folder in sorted(p for p in cache.iterdir() if p.is_dir()):
        stems = sorted(p.with_suffix("") for p in folder.glob("*.npz") if ".tmp" not in p.name)
        index[folder.name] = [s.name for s in stems]
        if folder.name != "panoptic":
            jobs += [(str(s), folder.name) for s in stems if model or not Path(f"{s}.map.png").exists()]
    if (cache / "panoptic").is_dir():
        described = json.loads((data / "coco-panoptic-100/panoptic_train2017.json").read_text())
        names = {c["id"]: c["name"] for c in described["categories"]}
        by_id = {a["image_id"]: a["segments_info"] for a in described["annotations"]}
        for name in index["panoptic"]:
            stem = cache / "panoptic" / name
            found = _panoptic_map(cv2.imread(f"{stem}.png"), by_id[int(name)], names)
            cv2.imwrite(f"{stem}.map.png", found[0])
            cv2.imwrite(f"{stem}.inst.png", found[1])
    with mp.get_context("spawn").Pool(workers, _start, (model, text)) as pool:
        for _ in tqdm(pool.imap_unordered(_work, jobs, chunksize=8), total=len(jobs), mininterval=10):
            pass
    (cache / "index.json").write_text(json.dumps(index))
    return index
