"""`label-quality`: how good the teachers' labels are where the truth is known.

That is what their student can be expected to reach.
The pictures are those that `evaluate` measures a model on, labelled as `prepare` labels pictures that nobody has
labelled.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from . import classes, prepare
from .ground_truth import CAMVID_WORDS, IDD_WORDS, VOC_WORDS, panoptic_half, read_label
from .label_maps import of_model
from .metrics import Confusion, Overlap, by_class, by_word
from .pseudo_labels import pseudo_labels
from .vocabulary import VOID, concept_id, phrase_targets

Labels = Callable[[Path, str, tuple[int, ...]], np.ndarray]
"""Picture, source whose rules it is labelled by, [H,W] -> concept map uint8 [H,W]."""

ALONE = {
    "mosaic": classes.ADE_TABLE,
    "ade": classes.ADE_TABLE,
    "voc": classes.VOC_TABLE,
    "voc_second": classes.VOC_TABLE,
    "cityscapes": classes.CITYSCAPES_TABLE,
}
"""Teachers of pixels, each of which the merged labels are to beat."""


def label_quality(data: Path, teachers: Path, model: Path | None, text: Path | None = None, every: int = 1) -> dict:
    """IoU of the merged labels and of each teacher's own on VOC val, IDD-lite val, CamVid val and coco-panoptic-100's
    even half; `model`'s mask head outlines boxes, and with `text` its words correct them."""
    with tempfile.TemporaryDirectory() as cache:
        prepare.load_teachers(teachers, Path(cache))
        masks, scores = of_model(model, text)

        def answered(path: Path, source: str) -> Path:
            stem = prepare.prepare_one(prepare.Item(source, str(path)))
            if stem is None:
                raise ValueError(f"{path}: no picture that can be read")
            return Path(stem)

        def merged(path: Path, source: str, shape: tuple[int, ...]) -> np.ndarray:
            found = pseudo_labels(answered(path, source), source, masks, scores)
            return cv2.resize(found, shape[::-1], interpolation=cv2.INTER_NEAREST)

        def alone(name: str) -> Labels:
            return lambda path, source, shape: of_one(answered(path, source), name, shape)

        return {"merged": figures(merged, data, every)} | {name: figures(alone(name), data, every) for name in ALONE}


def of_one(stem: Path, teacher: str, shape: tuple[int, ...]) -> np.ndarray:
    """What one teacher says of a cached picture, as concepts uint8 [H,W]; unknown where it was not asked."""
    raw = np.load(f"{stem}.npz")
    if teacher not in raw:
        return np.full(shape, VOID, np.uint8)
    return cv2.resize(ALONE[teacher][raw[teacher]], shape[::-1], interpolation=cv2.INTER_NEAREST)


def figures(labels: Labels, data: Path, every: int) -> dict:
    return {
        "voc": _voc(labels, data, every),
        "idd": _idd(labels, data, every),
        "camvid": _camvid(labels, data, every),
        "panoptic": _panoptic(labels, data),
    }


def _voc(labels: Labels, data: Path, every: int) -> dict:
    """What no word of VOC covers is background."""
    class_of = np.zeros(256, int)
    for i, word in enumerate(VOC_WORDS.values()):
        class_of[sorted(phrase_targets()[word])] = i + 1
    confusion = Confusion(21)
    for path in sorted((data / "voc/val").glob("*.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        known = truth != 255
        confusion.add(truth[known], class_of[labels(path, "coco", truth.shape)][known])
    return by_class(100 * confusion.iou)


def _idd(labels: Labels, data: Path, every: int) -> dict:
    overlap = Overlap()
    for path in sorted((data / "idd-lite/val").glob("*_image.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        found, known = labels(path, "idd", truth.shape), truth != 255
        for word, value in IDD_WORDS.items():
            overlap.add(word, np.isin(found, sorted(phrase_targets()[word])) & known, (truth == value) & known)
    return {word: round(overlap.percent(word), 1) for word in IDD_WORDS}


_CAMVID_MORE = {
    "bicyclist": ("bicycle",), "car": ("van", "bus", "truck"), "pole": ("street lamp",), "building": ("house",),
    "tree": ("plant",),
}  # fmt: skip
"""Concepts that its classes hold besides their words."""


def _camvid(labels: Labels, data: Path, every: int) -> dict:
    """What is none of the words is wrong."""
    words = CAMVID_WORDS
    class_of = np.full(256, len(words))
    for word, more in _CAMVID_MORE.items():
        class_of[[concept_id(name) for name in more]] = words.index(word)
    for i, word in enumerate(words):
        class_of[sorted(phrase_targets()[word])] = i
    confusion = Confusion(len(words) + 1)
    for path in sorted((data / "camvid-val").glob("*.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        known = truth < len(words)
        confusion.add(truth[known], class_of[labels(path, "idd", truth.shape)][known])
    return by_word(confusion)


def _panoptic(labels: Labels, data: Path) -> dict:
    """A pixel without a label is wrong, as if it had one more class."""
    words, pictures = panoptic_half(data)
    class_of = np.full(256, len(words))
    class_of[concept_id("bicyclist")] = words.index("person")
    class_of[[concept_id(word) for word in words]] = np.arange(len(words))
    class_of[VOID] = len(words)
    confusion = Confusion(len(words) + 1)
    for picture in pictures:
        truth, known = picture.truth, picture.truth >= 0
        confusion.add(truth[known], class_of[labels(picture.path, "coco", truth.shape)][known])
    present = confusion.matrix.sum(1) > 0
    return {
        "fwiou": round(100 * confusion.frequency_weighted, 1),
        "miou_present": round(100 * float(np.nanmean(confusion.iou[present])), 1),
    }
