"""Merges the teachers' raw answers about one picture into a map of concepts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from .boxes import overlap
from .classes import (
    ADE_TABLE,
    CITYSCAPES_TABLE,
    COCO_TABLE,
    FIRST_SPECIAL,
    NOT_ADE,
    NOT_ADE_VOC,
    VOC_TABLE,
    ids,
    imagenet_concepts,
)
from .corrections import ON_STREETS, STUDENTS_ON_STREETS, corrected
from .drawing import LEAST_IOU, Canvas
from .streets import INDOORS, THIN, as_seen_from_a_car, like_cityscapes, outvoted, voted
from .teachers import COCO80, VOC21
from .vocabulary import VOID

# ADE classes that VOC's labellers would have marked: where they did not, the ADE teacher errs.
_VOC_WOULD_SAY = ids("person", "car", "chair", "couch", "table")
_FLECKS = ids("floor", "water", "sea", "dirt", "wall", "plant", "building", "house", "field", "mountain", "rug")
# Pictures of things from close by, where the ADE teacher, made for scenes, sees people in fruit and bottles.
_CLOSE_UPS = {"coco", "flickr", "adv", "pacs"}
_PERSON = ids("person")[0]
_ANIMALS = ("bird", "cat", "cow", "dog", "horse", "sheep")
_OTHER_ANIMALS = ("elephant", "bear", "zebra", "giraffe")
_VOC_THINGS = [value for value in VOC_TABLE if value != VOID]

Masks = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
Scores = Callable[[np.ndarray, tuple[str, ...], tuple[float, ...]], np.ndarray]
"""Both as `ModelTeacher` has them."""


def pseudo_labels(stem: Path, source: str, masks: Masks | None = None, scores: Scores | None = None) -> np.ndarray:
    """Concept map uint8 [H,W] of one cached picture without exact panoptic labels; boxes become masks by `masks`, where
    there is one and it is sure, else by what they hold; `scores` correct what teachers alone say of streets. Of photos
    VOC's teachers know more than a student of theirs."""
    image, raw = cv2.imread(f"{stem}.jpg"), dict(np.load(f"{stem}.npz"))
    rgb = np.ascontiguousarray(image[..., ::-1])
    labels = _teachers_labels(stem, source, raw, image, rgb, masks)
    if not scores or source != "idd":
        return labels
    *likely, vehicle = scores(rgb, (*STUDENTS_ON_STREETS, "vehicle"), ON_STREETS.views)
    out = corrected(labels, np.stack(likely), STUDENTS_ON_STREETS, ON_STREETS, vehicle)
    if like_cityscapes(raw):  # the student knows nothing of these yet, and takes sidewalks for road
        kept = np.isin(labels, ids("road", "sidewalk", *THIN))
        out[kept] = labels[kept]
    return out


def _teachers_labels(
    stem: Path, source: str, raw: dict[str, np.ndarray], image: np.ndarray, rgb: np.ndarray, masks: Masks | None
) -> np.ndarray:
    exact, boxes = source == "voc", raw.get("boxes", np.zeros((0, 6), np.float32))
    base = _surfaces(raw, source, image)
    if source in _CLOSE_UPS:
        base[(base == _PERSON) & ~_near_people(boxes, base.shape)] = VOID
    out = _with_exact(base, stem) if exact else base.copy()
    taken = (out < FIRST_SPECIAL) | (out == _PERSON) if exact else out == _PERSON
    drawn = _to_draw(boxes, exact)
    outlined, good = masks(rgb, drawn[:, :4]) if masks else (np.zeros(0), np.zeros(len(drawn)))
    Canvas(image, out, base, taken, exact, "mosaic" in raw).boxes(drawn, outlined, good)
    if masks and source in _CLOSE_UPS and "boxes" in raw:
        people = outlined[(drawn[:, 5] == 0) & (good >= LEAST_IOU)]
        outside = people.max(0) < 0.25 if len(people) else np.ones(out.shape, bool)
        out[(out == _PERSON) & outside] = VOID
    if "cell_prob" in raw:
        _fill_by_cells(out, raw, exact)
    if "voc" in raw and not exact:
        _draw_voc(out, raw, boxes, far=source == "idd")
    if like_cityscapes(raw):
        thin = np.isin(base, ids(*THIN))
        out[thin] = base[thin]
    if source == "ade":
        out[_grey_border(image)] = VOID
    return out


def _to_draw(boxes: np.ndarray, exact: bool) -> np.ndarray:
    """The likely boxes of things that no exact label tells of, the largest first."""
    judged = [c for c, name in enumerate(COCO80) if COCO_TABLE[c] != VOID and not (exact and name in VOC21)]
    boxes = boxes[(boxes[:, 4] >= 0.35) & np.isin(boxes[:, 5], judged)]
    return boxes[np.argsort(-((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])))]


def _surfaces(raw: dict[str, np.ndarray], source: str, image: np.ndarray) -> np.ndarray:
    """What ADE20K's teachers say of every pixel, and of streets like its own the Cityscapes one."""
    if "mosaic" not in raw:
        return np.full(image.shape[:2], VOID, np.uint8)
    base, second = ADE_TABLE[raw["mosaic"]], ADE_TABLE[raw["ade"]]
    if "mosaic_closer" in raw:
        base = voted(base, ADE_TABLE[raw["mosaic_closer"]], ADE_TABLE[raw["mosaic_closer_mirrored"]])
    if like_cityscapes(raw):
        return _clean_sky(outvoted(CITYSCAPES_TABLE[raw["cityscapes"]], base, second), image)
    base = _clean_sky(_without_flecks(np.where(base == VOID, second, base)), image)
    if source == "idd":
        base[np.isin(base, INDOORS)] = VOID
        base = as_seen_from_a_car(base)
    return base


def _without_flecks(base: np.ndarray) -> np.ndarray:
    """Marks small islands of easily confused surfaces as unknown."""
    out = base.copy()
    for value in np.unique(base):
        if value in _FLECKS:
            _count, labels, stats, _ = cv2.connectedComponentsWithStats(
                (base == value).astype(np.uint8), connectivity=4
            )
            small = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < 0.004 * base.size)
            out[np.isin(labels, small[small > 0])] = VOID
    return out


def _clean_sky(base: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Gives what is much darker than the rest of the sky to what lies next to it: leaves, wires, roofs."""
    sky = base == ids("sky")[0]
    if sky.mean() < 0.01:
        return base
    brightness = image.max(-1)
    dark = sky & (brightness < 0.8 * np.median(brightness[sky]))
    if not dark.any() or sky.all() or dark.sum() > 0.5 * sky.sum():
        return base
    distance, nearest = cv2.distanceTransformWithLabels(
        sky.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    value_of = np.zeros(nearest.max() + 1, np.uint8)
    value_of[nearest[~sky]] = base[~sky]
    out = base.copy()
    out[dark] = np.where(distance < 0.06 * max(base.shape), value_of[nearest], VOID)[dark]
    return out


def _near_people(boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Where a box of a person is, or its edge is near: bool [H,W]."""
    height, width = shape
    out = np.zeros(shape, bool)
    for x0, y0, x1, y1, _, _ in boxes[boxes[:, 5] == 0]:
        mx, my = 0.08 * (x1 - x0), 0.08 * (y1 - y0)
        out[
            max(0, int((y0 - my) * height)) : int((y1 + my) * height) + 1,
            max(0, int((x0 - mx) * width)) : int((x1 + mx) * width) + 1,
        ] = True
    return out


def _with_exact(base: np.ndarray, stem: Path) -> np.ndarray:
    """VOC's exact labels, over what the teachers say of its background."""
    label = cv2.imread(f"{stem}.png", cv2.IMREAD_UNCHANGED)
    out, background = base.copy(), label == 0
    out[background & np.isin(base, _VOC_WOULD_SAY)] = VOID
    out[background & (base == NOT_ADE)] = NOT_ADE_VOC
    out[~background] = VOC_TABLE[label][~background]
    return out


def _draw_voc(out: np.ndarray, raw: dict[str, np.ndarray], boxes: np.ndarray, far: bool) -> None:
    """Draws the things that two of VOC's three answers agree on; where two see background, a thing of theirs is
    unknown. Of things that are `far` they miss many, so that there all three must see background."""
    first, mirrored, second = raw["voc"], raw["voc_mirrored"], raw["voc_second"]
    most = np.where(mirrored == second, second, first)
    agreed, other_animal = (most == mirrored) | (most == second), _other_animals(boxes, out.shape)
    for c in np.unique(most[agreed & (most > 0)]):
        name, where = VOC21[c], agreed & (most == c)
        if name != "dining table" and where.sum() >= 0.004 * where.size:
            out[where & ~other_animal if name in _ANIMALS else where] = VOC_TABLE[c]
    nothing = agreed & (most == 0)
    if far:
        nothing &= (first == 0) & (mirrored == 0) & (second == 0)
    out[nothing & np.isin(out, _VOC_THINGS)] = VOID


def _other_animals(boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Where an animal that VOC lacks is, which its teachers would call a cow or a horse: bool [H,W]."""
    out, (height, width) = np.zeros(shape, bool), shape
    rivals = boxes[np.isin(boxes[:, 5], [COCO80.index(name) for name in _ANIMALS])]
    for x0, y0, x1, y1, score, c in boxes:
        if COCO80[int(c)] in _OTHER_ANIMALS and score >= 0.6:
            near = rivals[overlap(np.array([x0, y0, x1, y1]), rivals) > 0.5]
            if near[:, 4].max(initial=0) <= 0.5 * score:
                out[int(y0 * height) : int(np.ceil(y1 * height)), int(x0 * width) : int(np.ceil(x1 * width))] = True
    return out


def _fill_by_cells(out: np.ndarray, raw: dict[str, np.ndarray], exact: bool) -> None:
    """Gives what no other teacher knows to the ImageNet teacher's sure cells."""
    height, width = out.shape
    concept = imagenet_concepts()[raw["cell_index"][..., 0].astype(int)]
    strong = raw["cell_prob"][..., 0].astype(np.float32) > 0.55
    cells = cv2.resize(np.where(strong, concept, VOID), (width, height), interpolation=cv2.INTER_NEAREST)
    where = (cells != VOID) & ((out == NOT_ADE) | (out == NOT_ADE_VOC) | ((out == VOID) & ("mosaic" not in raw)))
    if exact:
        where &= ~np.isin(cells, [v for v in VOC_TABLE if v != VOID])
    out[where] = cells[where]


def _grey_border(image: np.ndarray) -> np.ndarray:
    """True where a picture was padded with the mean grey of ImageNet (rows below, columns right)."""
    flat = np.abs(image.astype(np.int16) - np.array([104, 116, 124])).max(-1) < 10
    out = np.zeros(image.shape[:2], bool)
    rows, columns = flat.mean(1) > 0.97, flat.mean(0) > 0.97
    below = len(rows) if not rows.any() else len(rows) - int(np.argmin(np.append(rows[::-1], False)))
    right = len(columns) if not columns.any() else len(columns) - int(np.argmin(np.append(columns[::-1], False)))
    out[max(0, below - 2 if below < len(rows) else below) :] = True
    out[:, max(0, right - 2 if right < len(columns) else right) :] = True
    return out
