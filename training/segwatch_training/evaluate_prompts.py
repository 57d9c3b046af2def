"""What the mask head answers to boxes and clicks, and to the CLIP head's coarse masks."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .data import correction, fill, inner_point
from .ground_truth import VOC_WORDS, panoptic_things, read, read_label, voc_components
from .metrics import mask_iou
from .runtime import Encoded, OnnxModel

FILLS = (("under 0.35", 0.0, 0.35), ("0.35 to 0.6", 0.35, 0.6), ("over 0.6", 0.6, 1.01))
"""Shares of its box that a thing fills. Of a sparse one a box says less than of a compact one."""


def prompts(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """Boxes and clicks on VOC val's components and the panoptic even half's things, all and by how much of its box each
    fills."""

    def mean(rows: list[dict]) -> dict:
        keys = [k for k in rows[0] if k != "fill"] if rows else []
        return {"masks": len(rows)} | {k: round(100 * float(np.mean([r[k] for r in rows])), 1) for k in keys}

    out: dict[str, dict] = {}
    for name, pictures in (("voc", voc_components(data, every)), ("panoptic_even", panoptic_things(data))):
        rows = []
        for path, known, masks in pictures:
            encoded = model.encode(read(path)) if masks else None
            rows += [_prompt_one(model, encoded, mask, known) | {"fill": fill(mask)} for mask in masks]
        by_fill = {title: mean([r for r in rows if least <= r["fill"] < most]) for title, least, most in FILLS}
        out[name] = mean(rows) | {"by_fill": by_fill}
    return out


def _prompt_one(model: OnnxModel, encoded: Encoded, truth: np.ndarray, known: np.ndarray) -> dict[str, float]:
    """IoU by a box, and by 1 to 5 clicks at the largest error, the mask chosen by predicted IoU."""
    height, width = truth.shape
    scale = np.array([encoded.size[1] / width, encoded.size[0] / height], np.float32)

    def answer(coords, labels, before):
        masks, iou = model.masks(encoded, np.array([coords]) * scale, np.array([labels]), before)
        full = [cv2.resize(m, (width, height), interpolation=cv2.INTER_LINEAR) > 0 for m in masks[0]]
        k = int(iou[0].argmax())
        return full, k, masks[:, k]

    ys, xs = np.nonzero(truth)
    full, k, _ = answer([[xs.min(), ys.min()], [xs.max() + 1, ys.max() + 1]], [2, 3], None)
    out = {"box": mask_iou(full[k], truth, known)}
    coords, labels, before = [list(inner_point(truth))], [1.0], None
    for clicks in range(1, 6):
        full, k, logits = answer(coords, labels, before)
        out[f"click{clicks}"] = mask_iou(full[k], truth, known)
        if clicks == 1:
            out["click1_best_of_3"] = max(mask_iou(f, truth, known) for f in full)
        x, y, label = correction(truth & known, full[k] & known)
        coords, labels, before = [*coords, [x, y]], [*labels, label], logits
    return out


def refine(model: OnnxModel, encoded: Encoded, p: np.ndarray, min_share: float = 0.0005) -> np.ndarray:
    """Composition, as the service's refiner does it: a word's coarse mask -> components -> box and point -> the mask
    head's logits [h,w]."""
    h, w = encoded.masks
    fine = cv2.resize(p, (w, h), interpolation=cv2.INTER_LINEAR)
    coarse = np.log(np.clip(fine, 1e-4, 1 - 1e-4) / np.clip(1 - fine, 1e-4, 1))
    out = np.full((h, w), -8.0, np.float32)
    n, labels, stats, _ = cv2.connectedComponentsWithStats((fine >= 0.5).astype(np.uint8), connectivity=8)
    for k in range(1, n):
        x, y, bw, bh, area = stats[k]
        component = labels == k
        answer = np.where(component, coarse, -8)
        if area >= min_share * h * w:
            px, py = inner_point(component)
            coords = np.array([[[x, y], [x + bw, y + bh], [px, py]]], np.float32) * 4
            masks, iou = model.masks(encoded, coords, np.array([[2, 3, 1]]))
            best = masks[0, int(iou[0].argmax())]
            if mask_iou(best > 0, component, np.ones_like(component)) >= 0.5:
                answer = best
        out = np.maximum(out, answer)
    return out


def composition(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """What refining each word's mask by the mask head gains on VOC val (words present in the picture, one at a
    time)."""
    words = list(VOC_WORDS.values())
    queries = [model.query(w) for w in words]
    plain, refined = np.zeros((20, 2)), np.zeros((20, 2))
    for path in sorted((data / "voc/val").glob("*.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        known, encoded = truth != 255, model.encode(read(path))
        for i, query in enumerate(queries):
            real = truth == i + 1
            if not real.any():
                continue
            p = model.probability(encoded, query)
            for tally, on in (
                (plain, cv2.resize(p, truth.shape[::-1], interpolation=cv2.INTER_LINEAR) >= 0.5),
                (refined, cv2.resize(refine(model, encoded, p), truth.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0),
            ):
                tally[i] += ((real & on & known).sum(), ((real | on) & known).sum())
    seen = plain[:, 1] > 0

    def mean(t: np.ndarray) -> float:
        return round(100 * float((t[seen, 0] / t[seen, 1]).mean()), 1)

    return {"coarse": mean(plain), "refined": mean(refined)}
