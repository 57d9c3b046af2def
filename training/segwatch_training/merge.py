"""Merges the teachers' raw answers into one map of concepts for each picture.

Three values beyond the concepts: `VOID` (nobody knows), `NOT_ADE` (the ADE teacher is sure that it is none of its
classes), `NOT_ADE_VOC` (besides, exact labels say that it is none of VOC's). The latter two still teach what is absent.
"""

from __future__ import annotations

import json
import math
import multiprocessing as mp
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from .teachers import ADE32, COCO80, VOC21, ModelTeacher
from .vocabulary import VOID, concept_id, covers, index_of, phrase_targets

NOT_ADE, NOT_ADE_VOC = 254, 253
_FIRST_SPECIAL = 253


def _table(names: tuple[str, ...]) -> np.ndarray:
    out = np.full(256, VOID, np.uint8)
    out[: len(names)] = [concept_id(n) for n in names]
    return out


ADE_TABLE = _table(ADE32)
ADE_TABLE[0] = NOT_ADE
VOC_TABLE = _table(VOC21)
COCO_TABLE = _table(COCO80)


def _ids(*names: str) -> tuple[int, ...]:
    return tuple(index_of()[n] for n in names)


# ADE classes that VOC's labellers would have marked: where they did not, the ADE teacher errs.
_VOC_WOULD_SAY = _ids("person", "car", "chair", "couch", "table")
_TRUST_OVER_ALL = {"bird", "cat", "cow", "dog", "horse", "sheep", "airplane", "bus", "train", "motorcycle", "boat"}
# What a box of a large vehicle cannot hold, whatever else the ADE teacher took it for.
_NOT_VEHICLE = _ids("sky", "road", "tree", "person", "grass", "sidewalk", "floor", "water", "sea", "dirt")
_VEHICLES = {"bus", "truck", "train"}
_BOXY = {
    "traffic light", "stop sign", "tv", "laptop", "book", "bottle", "cup", "refrigerator", "microwave", "oven",
    "suitcase", "keyboard", "cell phone", "remote", "clock", "sports ball", "orange", "apple", "bowl", "vase",
    "backpack", "handbag", "toilet", "sink", "cake", "pizza", "donut", "sandwich", "parking meter", "fire hydrant",
}  # fmt: skip


# A street has no floors, ceilings or beds: what the ADE teacher takes for such is told by where it stands.
_INDOORS = _ids("ceiling", "bed", "table", "couch", "curtain", "cabinet", "rug", "shelf", "mirror", "painting", "chair")
_FLECKS = _ids("floor", "water", "sea", "dirt", "wall", "plant", "building", "house", "field", "mountain", "rug")
# Pictures of things from close by, where the ADE teacher, made for scenes, sees people in fruit and bottles.
_CLOSE_UPS = {"coco", "flickr", "adv", "pacs"}
# `pacs` holds drawings, which the student has learnt of from these labels alone.
_CORRECTED = {"coco", "flickr", "adv", "ade", "idd"}


def _without_flecks(base: np.ndarray) -> np.ndarray:
    """Marks small islands of easily confused surfaces as unknown."""
    out = base.copy()
    for value in np.unique(base):
        if value in _FLECKS:
            count, labels, stats, _ = cv2.connectedComponentsWithStats((base == value).astype(np.uint8), connectivity=4)
            small = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < 0.004 * base.size)
            out[np.isin(labels, small[small > 0])] = VOID
    return out


def _voted(base: np.ndarray, closer: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
    """What two of three looks agree on; where none do, people and vehicles as the closer look has them."""
    out = np.where(base == mirrored, base, closer)
    alone = (closer != base) & (closer != mirrored) & (base != mirrored)
    return np.where(alone & ~np.isin(closer, _ids("person", "car")), VOID, out).astype(np.uint8)


def _as_seen_from_a_car(base: np.ndarray) -> np.ndarray:
    """What lies ahead of a moving car is road, whatever its surface looks like; beside it nobody knows."""
    height, width = base.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    ahead = np.abs(x / width - 0.5) < 0.12 + 0.5 * np.clip(y / height - 0.55, 0, 1) / 0.45
    ahead &= y > 0.55 * height
    ground = np.isin(base, _ids("sidewalk", "dirt", "floor", "water", "sea", "field", "rug"))
    out = base.copy()
    out[ground] = VOID
    out[ground & ahead] = _ids("road")[0]
    return out


def _clean_sky(base: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Gives what is much darker than the rest of the sky to what lies next to it: leaves, wires, roofs."""
    sky = base == _ids("sky")[0]
    if sky.mean() < 0.01:
        return base
    brightness = image.max(-1)
    dark = sky & (brightness < 0.8 * np.median(brightness[sky]))
    if not dark.any() or sky.all() or dark.sum() > 0.5 * sky.sum():
        return base
    distance, nearest = cv2.distanceTransformWithLabels(sky.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    value_of = np.zeros(nearest.max() + 1, np.uint8)
    value_of[nearest[~sky]] = base[~sky]
    out = base.copy()
    out[dark] = np.where(distance < 0.06 * max(base.shape), value_of[nearest], VOID)[dark]
    return out


def _superellipse(height: int, width: int, power: float = 4.0, share: float = 0.96) -> np.ndarray:
    """A rounded box that fills [height,width]."""
    y = np.abs(np.linspace(-1, 1, max(height, 2)))[:height, None] / share
    x = np.abs(np.linspace(-1, 1, max(width, 2)))[None, :width] / share
    return (y**power + x**power) <= 1


def grab(image: np.ndarray, box: tuple[int, int, int, int], banned: np.ndarray, longest: int = 96) -> np.ndarray | None:
    """GrabCut of the thing in `box` at low resolution: bool mask of the box [y1-y0,x1-x0], None where it fails."""
    x0, y0, x1, y1 = box
    mx, my = int(0.25 * (x1 - x0)) + 4, int(0.25 * (y1 - y0)) + 4
    height, width = image.shape[:2]
    X0, Y0, X1, Y1 = max(0, x0 - mx), max(0, y0 - my), min(width, x1 + mx), min(height, y1 + my)
    ratio = min(1.0, longest / max(X1 - X0, Y1 - Y0))
    size = (max(8, round((X1 - X0) * ratio)), max(8, round((Y1 - Y0) * ratio)))
    crop = cv2.resize(image[Y0:Y1, X0:X1], size, interpolation=cv2.INTER_AREA)
    state = np.full((size[1], size[0]), cv2.GC_BGD, np.uint8)
    bx0, by0 = int((x0 - X0) * ratio), int((y0 - Y0) * ratio)
    bx1, by1 = max(bx0 + 2, int(np.ceil((x1 - X0) * ratio))), max(by0 + 2, int(np.ceil((y1 - Y0) * ratio)))
    inner = state[by0:by1, bx0:bx1]
    inner[:] = cv2.GC_PR_FGD
    no = cv2.resize(banned[Y0:Y1, X0:X1].astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    state[no] = cv2.GC_BGD
    if (state == cv2.GC_PR_FGD).sum() < 12 or (state == cv2.GC_BGD).sum() < 12:
        return None
    try:
        cv2.grabCut(crop, state, None, np.zeros((1, 65)), np.zeros((1, 65)), 2, cv2.GC_INIT_WITH_MASK)
    except cv2.error:
        return None
    mask = ((state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD)).astype(np.uint8)
    mask = cv2.resize(mask, (X1 - X0, Y1 - Y0), interpolation=cv2.INTER_NEAREST)[y0 - Y0 : y1 - Y0, x0 - X0 : x1 - X0]
    share = mask.mean()
    return mask > 0 if 0.15 < share < 0.97 else None


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


@lru_cache(maxsize=1)
def imagenet_concepts() -> np.ndarray:
    """uint8 [1000]: the concept of each ImageNet class, `VOID` where none fits."""
    from torchvision.models._meta import _IMAGENET_CATEGORIES as names

    out = np.full(1000, VOID, np.uint8)
    targets = phrase_targets()
    for i, name in enumerate(names):
        for phrase in (name.lower(), name.lower().split()[-1]):
            found = targets.get(phrase)
            if found and len(found) == 1:
                out[i] = next(iter(found))
                break
    ranges = {
        "fish": (0, 7), "chicken": (7, 9), "bird": (9, 25), "reptile": (25, 69), "spider": (70, 78), "dog": (151, 269),
        "fox": (269, 281), "cat": (281, 286), "wild cat": (286, 294), "bear": (294, 298), "insect": (300, 327),
        "rabbit": (330, 333), "squirrel": (335, 337), "monkey": (365, 383), "elephant": (385, 387),
    }  # fmt: skip
    for concept, (start, end) in ranges.items():
        out[start:end] = index_of()[concept]
    out[80:97] = out[127:147] = index_of()["bird"]
    out[97:101] = index_of()["duck"]
    out[389:398] = index_of()["fish"]
    return out


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


# Things whose boxes hold much else, or that teachers draw as surfaces.
_FURNITURE = ("chair", "couch", "bed", "dining table")
_LEAST_IOU = 0.6


def _draw(out: np.ndarray, probability: np.ndarray, value: int, sure: bool, taken: np.ndarray) -> None:
    """Draws one thing as the mask teacher outlines it; where teachers are unsure, nobody knows."""
    mask = (probability > 0.5) & ~taken
    if sure:
        edge = (probability > 0.25) & ~mask & ~taken & (out != value)
        out[edge], out[mask] = VOID, value
    else:
        out[mask & (out != value)] = VOID


# What a student learns from exact labels, it finds better than the teachers do; and a street's surfaces, which it has seen as
# many looks at many pictures have them.
_STUDENTS = ("person", "car", "cat", "dog", "horse", "sheep", "cow")
_VEHICLES_ON_STREETS = ("car", "motorcycle", "bus", "truck")
_STUDENTS_ON_STREETS = ("person", *_VEHICLES_ON_STREETS, "road", "sky")


@dataclass(frozen=True)
class Trust:
    """How far the student's probabilities correct its teachers' labels: what has at least `sure` is so, what has less than
    `unlikely` is unknown, what is unknown and has at least `fill` is so. `looks` are those that it takes at a picture: pixels
    as multiples of its usual input, each mirrored too."""

    sure: float = 0.75
    unlikely: float = 0.1
    fill: float = math.inf
    looks: tuple[float, ...] = ()


# Many looks at a street are right more often than any teacher, so that what they doubt is not taught.
ON_STREETS = Trust(unlikely=0.4, fill=0.7, looks=(0.5, 1.0, 1.8, 3.0))


def corrected(
    labels: np.ndarray, probability: np.ndarray, names: tuple[str, ...], trust: Trust = Trust(), vehicle: np.ndarray | None = None
) -> np.ndarray:
    """Teachers' labels uint8 [H,W], corrected by how likely the student finds `names`, [K,H,W], and any `vehicle`, [H,W].
    Which vehicle one is, is left to the teachers, where they say that it is one."""
    ids, vehicles = np.array(_ids(*names), np.uint8), _ids(*_VEHICLES_ON_STREETS)
    likely, wheeled = probability.copy(), np.isin(ids, vehicles)
    likely[wheeled] = probability[wheeled].max(0, initial=0)
    if vehicle is not None:
        likely[wheeled] = np.maximum(likely[wheeled], vehicle)
    out = labels.copy()
    for value, p in zip(ids, likely):
        out[(labels == value) & (p < trust.unlikely)] = VOID
    best = ids[(likely + 1e-3 * probability).argmax(0)]  # of vehicles, which are alike here, the likeliest
    same = _may_be_the_same()[labels, best] | np.isin(labels, vehicles) & np.isin(best, vehicles)
    so = (likely.max(0) >= trust.sure) & ~same | (likely.max(0) >= trust.fill) & (out >= _FIRST_SPECIAL)
    out[so] = best[so]
    return out


@lru_cache(maxsize=1)
def _may_be_the_same() -> np.ndarray:
    """bool [256,256]: concepts of which one may cover the other."""
    out = np.zeros((256, 256), bool)
    for wide, inside in covers().items():
        out[wide, sorted(inside)] = out[sorted(inside), wide] = True
    return out


Masks = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
Words = Callable[[np.ndarray, tuple[str, ...], tuple[float, ...]], np.ndarray]
"""Both as `ModelTeacher` has them."""


def merge_one(stem: Path, source: str, masks: Masks | None = None, words: Words | None = None) -> np.ndarray:
    """Concept map uint8 [H,W] of one cached picture without exact panoptic labels; boxes become masks by `masks`, where
    there is one and it is sure, else by what they hold; `words` corrects what teachers alone have labelled."""
    image = cv2.imread(f"{stem}.jpg")
    rgb = np.ascontiguousarray(image[..., ::-1])
    labels = _teachers_labels(stem, source, image, rgb, masks)
    if not words or source not in _CORRECTED:
        return labels
    if source != "idd":
        return corrected(labels, words(rgb, _STUDENTS, ()), _STUDENTS)
    *likely, vehicle = words(rgb, (*_STUDENTS_ON_STREETS, "vehicle"), ON_STREETS.looks)
    return corrected(labels, np.stack(likely), _STUDENTS_ON_STREETS, ON_STREETS, vehicle)


def _teachers_labels(stem: Path, source: str, image: np.ndarray, rgb: np.ndarray, masks: Masks | None) -> np.ndarray:
    raw = np.load(f"{stem}.npz")
    height, width = image.shape[:2]
    ade = raw["ade"] if "ade" in raw else None
    base = ADE_TABLE[ade] if ade is not None else np.full((height, width), VOID, np.uint8)
    if "ade_closer" in raw:
        base = _voted(base, ADE_TABLE[raw["ade_closer"]], ADE_TABLE[raw["ade_mirrored"]])
    base = _clean_sky(_without_flecks(base), image)
    exact = source == "voc"
    boxes = raw["boxes"] if "boxes" in raw else np.zeros((0, 6), np.float32)
    if source == "idd":
        base[np.isin(base, _INDOORS)] = VOID
        base = _as_seen_from_a_car(base)
    if source in _CLOSE_UPS:
        near_person = np.zeros(base.shape, bool)
        for x0, y0, x1, y1, _, c in boxes[boxes[:, 5] == 0]:
            mx, my = 0.08 * (x1 - x0), 0.08 * (y1 - y0)
            near_person[
                max(0, int((y0 - my) * height)) : int((y1 + my) * height) + 1,
                max(0, int((x0 - mx) * width)) : int((x1 + mx) * width) + 1,
            ] = True
        base[(base == _ids("person")[0]) & ~near_person] = VOID
    out = base.copy()
    if exact:
        label = cv2.imread(f"{stem}.png", cv2.IMREAD_UNCHANGED)
        concept = VOC_TABLE[label]
        background = label == 0
        out[background & np.isin(base, _VOC_WOULD_SAY)] = VOID
        out[background & (base == NOT_ADE)] = NOT_ADE_VOC
        out[~background] = concept[~background]
    unknown = out >= _FIRST_SPECIAL
    if "voc" in raw and not exact:
        voc = cv2.resize(raw["voc"], (width, height), interpolation=cv2.INTER_NEAREST)
        sure = cv2.resize(raw["voc_conf"], (width, height), interpolation=cv2.INTER_LINEAR)
        for c in np.unique(voc[voc > 0]):
            name = VOC21[c]
            if name in ("potted plant", "dining table", "chair"):
                continue
            where = (voc == c) & (sure > 204)
            if where.sum() < 0.004 * where.size:
                continue
            out[where & unknown] = VOC_TABLE[c]
            if name in _TRUST_OVER_ALL:
                out[where & (sure > 235)] = VOC_TABLE[c]
            elif name == "person":
                out[where & ~unknown & (base != VOC_TABLE[c])] = VOID
    taken = (~(out >= _FIRST_SPECIAL) & exact) | np.isin(out, _ids("person")) if exact else out == _ids("person")[0]
    judged = {c for c, name in enumerate(COCO80) if COCO_TABLE[c] != VOID and not (exact and name in VOC21)}
    boxes = boxes[(boxes[:, 4] >= 0.35) & np.isin(boxes[:, 5], list(judged))]
    boxes = boxes[np.argsort(-((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])))]
    outlined, good = np.zeros((0,)), np.zeros(len(boxes))
    if masks:
        outlined, good = masks(rgb, boxes[:, :4])
    for k, (x0, y0, x1, y1, score, c) in enumerate(boxes):
        name, value = COCO80[int(c)], COCO_TABLE[int(c)]
        X0, Y0, X1, Y1 = int(x0 * width), int(y0 * height), int(np.ceil(x1 * width)), int(np.ceil(y1 * height))
        if X1 - X0 < 4 or Y1 - Y0 < 4:
            continue
        part = (slice(Y0, Y1), slice(X0, X1))
        now = out[part]
        free = now >= _FIRST_SPECIAL
        if exact:
            free &= ~taken[part]
        two_names = name in _VEHICLES and score < 0.6 and (base[part] == _ids("car")[0]).mean() > 0.4
        if good[k] >= _LEAST_IOU and name not in ("bed", "dining table") and not two_names:
            least = 0.5 if name in ("person", "car", *_FURNITURE) else 0.4
            _draw(out, outlined[k], value, score >= least, taken & (out != value))
            continue
        if name in ("person", "car", *_FURNITURE):
            now[free & (now != VOID)] = value if score > 0.5 and name in ("person", "car") else VOID
            mine = (now == value).mean()
            if mine < 0.25 and name in ("person", "car"):  # the ADE teacher missed it: small or far things mostly
                core = _superellipse(*now.shape, power=2.0, share=0.6 if name == "person" else 0.75)
                rest = np.isin(now, _ids("sky")) & (name == "car")
                now[~rest] = VOID
                if score > 0.5:
                    now[core & ~rest] = value
            continue
        if score < 0.4:
            now[free] = VOID
            continue
        if two_names:
            now[now == _ids("car")[0]] = VOID  # two teachers, two names
            continue
        if name in _VEHICLES:
            fill = ~np.isin(now, _NOT_VEHICLE) & ~taken[part]
            if fill.mean() < 0.3:
                fill = _superellipse(*now.shape) & ~taken[part]
            now[fill] = value
            continue
        if name in _BOXY:
            shape = _superellipse(*now.shape) & ~taken[part]
            now[~taken[part]] = VOID
            now[shape] = value
            continue
        if free.mean() > 0.3 and ade is not None:
            now[free] = value
            continue
        small = (X1 - X0) * (Y1 - Y0) < 0.003 * height * width
        mask = None if small else grab(image, (X0, Y0, X1, Y1), taken | np.isin(base, _ids("sky")))
        if mask is None:
            core = _superellipse(*now.shape, power=2.0, share=0.5)
            now[~taken[part]] = VOID
            now[core & ~taken[part]] = value
        else:
            now[mask & ~taken[part]] = value
    if masks and source in _CLOSE_UPS and "boxes" in raw:
        people = outlined[(boxes[:, 5] == 0) & (good >= _LEAST_IOU)]
        outside = people.max(0) < 0.25 if len(people) else np.ones(out.shape, bool)
        out[(out == _ids("person")[0]) & outside] = VOID
    if "cell_prob" in raw:
        concept = imagenet_concepts()[raw["cell_index"][..., 0].astype(int)]
        strong = raw["cell_prob"][..., 0].astype(np.float32) > 0.55
        concept = np.where(strong, concept, VOID)
        cells = cv2.resize(concept, (width, height), interpolation=cv2.INTER_NEAREST)
        where = (cells != VOID) & ((out == NOT_ADE) | (out == NOT_ADE_VOC) | ((out == VOID) & (ade is None)))
        if exact:
            where &= ~np.isin(cells, [v for v in VOC_TABLE if v != VOID])
        out[where] = cells[where]
    if source == "ade":
        out[_grey_border(image)] = VOID
    return out


_STATE: dict = {}


def of_model(model: Path | None, text: Path | None) -> tuple[Masks | None, Words | None]:
    """What outlines boxes and what corrects labels: an exported model's mask head and, with `text`, its words; or SAM's folder."""
    from .clip_sam import SamTeacher, is_transformers

    if model is None:
        return None, None
    if is_transformers(model, "sam"):
        return SamTeacher(model).masks, None
    teacher = ModelTeacher(model, text)
    return teacher.masks, teacher.words if text else None


def _start(model: Path | None, text: Path | None) -> None:
    cv2.setNumThreads(1)
    _STATE["masks"], _STATE["words"] = of_model(model, text)


def _work(job: tuple[str, str]) -> None:
    stem, source = Path(job[0]), job[1]
    temporary = f"{stem}.tmp.map.png"
    cv2.imwrite(temporary, merge_one(stem, source, _STATE["masks"], _STATE["words"]))
    os.replace(temporary, f"{stem}.map.png")


def merge(
    data: Path, cache: Path, workers: int = 2, model: Path | None = None, text: Path | None = None
) -> dict[str, list[str]]:
    """Writes `<stem>.map.png` for each cached picture (and `.inst.png` for exact instances); returns the index.

    With a model directory its mask head outlines the boxes, with `text` its words correct what only teachers have labelled,
    and every map is written anew.
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
