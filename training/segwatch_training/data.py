"""Training pictures: cached photo + concept map -> an augmented crop with its targets."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import Dataset

from .classes import NOT_ADE_VOC, RARE_ON_STREETS
from .copy_paste import Objects, paste
from .crops import Augment, crop, degrade
from .teachers import ADE32, COCO80, VOC21
from .vocabulary import VOID, concept_id

# How often each source is drawn. The panoptic half is 50 pictures of exact labels, so each is seen often; `idd` is
# streets, of which the student knows least of what its teachers do; the photos bring the ImageNet teacher's classes.
SOURCES = {
    "voc": 0.32, "idd": 0.24, "ade": 0.17, "coco": 0.18, "panoptic": 0.11, "flickr": 0.08, "adv": 0.05, "pacs": 0.02,
}  # fmt: skip
# Sources whose connected components are good masks for the mask head.
EXACT = {"voc", "panoptic"}
# Most pictures of these sources are drawn by what they show, each thing that at least so many show as often as the
# others: sheep and cows are a tenth of VOC's pictures, and were taken for horses; buses and riders are rare on IDD's
# streets, and pizzas and zebras anywhere.
EVEN = {("voc",): 25, ("idd",): 40, ("coco", "flickr", "adv"): 6}
PROMPTED = 2
"""Things of a crop that are prompted for, at most."""
LEAST_MASK = 60
"""Pixels of a crop below which nothing is prompted for."""
SPARSE = 0.35
"""Share of its box below which what a thing leaves open says as much of the box as the thing."""
THINGS = frozenset(concept_id(n) for n in VOC21 + COCO80) - {VOID}
# This share of the draws is of pictures that show what is rare on streets, wherever they come from.
RARE_SHARE = 0.3
# Things that were boxes before they were masks; the ADE teacher's beds and tables are patches without an outline.
OUTLINED = THINGS - {concept_id(n) for n in ADE32} | {concept_id("person"), concept_id("car")}
# What is cut out of a source's pictures to be pasted into others, where that is more than the outlined things.
CUT = {"voc": OUTLINED | {concept_id(n) for n in VOC21} - {VOID}, "panoptic": THINGS}


def for_calibration(source: str, position: int) -> bool:
    """Pictures of the cache (by their place in the index) that are kept from training, to fit the calibration on."""
    return position % (6 if source == "panoptic" else 25) == 3


class Pictures(Dataset):
    """An endless random draw over the cache.

    Each item: image uint8 [S,S,3] RGB; labels uint8 [S,S] concept map; instances uint8 [S,S] (0 unknown); parts int32
    [S,S], the connected part of one concept that a pixel belongs to; top [20,2] ImageNet classes with probabilities
    (zeros where the teacher did not look); `masks` uint8 [K,S,S] of things to be prompted for, with `coords` [K,2,2]
    and `points` [K,2] of the first prompt and `usable` [K].
    """

    def __init__(
        self,
        cache: Path,
        steps: int,
        augment: Augment | None = None,
        seed: int = 0,
        sources: dict[str, float] = SOURCES,
    ):
        # OpenCV's threads do not live on in a loader's forked processes, which would wait for them for ever.
        cv2.setNumThreads(1)
        index = json.loads((cache / "index.json").read_text()) if (cache / "index.json").exists() else {}
        self.stems = {
            s: [
                str(cache / s / n)
                for i, n in enumerate(index.get(s, []))
                if not for_calibration(s, i) and (cache / s / f"{n}.map.png").exists()
            ]
            for s in sources
        }
        self.stems = {s: v for s, v in self.stems.items() if v}
        if not self.stems:
            raise FileNotFoundError(f"no merged pictures in {cache}: run `prepare` first")
        self.names = list(self.stems)
        weight = np.array([sources[s] for s in self.names])
        self.weight = weight / weight.sum()
        self.showing: dict[str, list[list[str]]] = {}
        for together, least in EVEN.items():
            found = showing([stem for s in together for stem in self.stems.get(s, ())], least)
            self.showing |= dict.fromkeys(together, found)
        unlabelled = [stem for s, stems in self.stems.items() if s not in EXACT for stem in stems]
        self.rare = showing(unlabelled, least=6, share=0.003, of=RARE_ON_STREETS)
        augment = augment or Augment()
        self.objects = (
            Objects(self.stems, {s: CUT.get(s, OUTLINED) for s in self.names}, EXACT) if augment.pasted else None
        )
        self.steps, self.augment, self.seed = steps, augment, seed

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        rng = np.random.default_rng((self.seed, index))
        while True:
            source, stem = self.draw(rng)
            image, labels = cv2.imread(stem + ".jpg"), cv2.imread(stem + ".map.png", cv2.IMREAD_UNCHANGED)
            if image is not None and labels is not None and image.shape[:2] == labels.shape:
                break
        instances = cv2.imread(stem + ".inst.png", cv2.IMREAD_UNCHANGED) if source == "panoptic" else None
        if instances is None:
            instances = np.zeros_like(labels)
        top = np.zeros((20, 2), np.float32)
        raw = np.load(stem + ".npz") if Path(stem + ".npz").exists() else {}
        if "top" in raw:
            top = raw["top"].astype(np.float32)
        image, labels, instances = crop(image, labels, instances, self.augment, rng)
        outlined: list[np.ndarray] = []
        if self.objects and self.objects.concepts and rng.random() < self.augment.pasted:
            thing = self.objects.draw(rng)
            there = paste(image, labels, instances, thing, rng)
            outlined = [there] if thing.exact and there.sum() >= LEAST_MASK else []
        image = degrade(image, rng)
        prompts = self._prompts(labels, instances, source, rng, outlined)
        return {
            "image": torch.from_numpy(np.ascontiguousarray(image[..., ::-1])),
            "labels": torch.from_numpy(labels),
            "instances": torch.from_numpy(instances),
            "parts": torch.from_numpy(parts_of(labels)),
            "top": torch.from_numpy(top),
            **{k: torch.from_numpy(v) for k, v in prompts.items()},
        }

    def draw(self, rng: np.random.Generator) -> tuple[str, str]:
        """A source and one of its pictures."""
        if self.rare and rng.random() < RARE_SHARE:
            stems = self.rare[rng.integers(len(self.rare))]
            stem = stems[rng.integers(len(stems))]
            return Path(stem).parent.name, stem
        source = self.names[rng.choice(len(self.names), p=self.weight)]
        stems = self.stems[source]
        if self.showing.get(source) and rng.random() < 0.75:
            stems = self.showing[source][rng.integers(len(self.showing[source]))]
        return source, stems[rng.integers(len(stems))]

    def _prompts(
        self, labels: np.ndarray, instances: np.ndarray, source: str, rng: np.random.Generator, first: list[np.ndarray]
    ) -> dict[str, np.ndarray]:
        count = PROMPTED
        out = {
            "masks": np.zeros((count, *labels.shape), np.uint8),
            "coords": np.zeros((count, 2, 2), np.float32),
            "points": np.full((count, 2), -1, np.float32),
            "usable": np.zeros(count, bool),
        }
        # Masks that only a coarse teacher drew are asked for less often than exact ones.
        masks = list(first)
        if source in EXACT or rng.random() > 0.65:
            masks += simulate_prompts(labels, instances, rng, count, source in EXACT)
        for k, mask in enumerate(masks[:count]):
            out["masks"][k], out["usable"][k] = mask, True
            out["coords"][k], out["points"][k] = first_prompt(mask, rng)
        return out


def parts_of(labels: np.ndarray) -> np.ndarray:
    """The connected part that each pixel belongs to: int32 [S,S], 0 where nobody knows."""
    out, count = np.zeros(labels.shape, np.int32), 0
    for value in np.unique(labels[labels != VOID]):
        n, parts = cv2.connectedComponents((labels == value).astype(np.uint8), connectivity=8)
        out += np.where(parts > 0, parts + count, 0)
        count += n - 1
    return out


def showing(stems: list[str], least: int, share: float = 0.01, of: frozenset[int] = THINGS) -> list[list[str]]:
    """The pictures of each concept `of` these that `least` of them show on more than `share` of their area."""
    by_thing: dict[int, list[str]] = {}
    for stem in stems:
        labels = cv2.imread(stem + ".map.png", cv2.IMREAD_UNCHANGED)[::4, ::4]
        values, counts = np.unique(labels, return_counts=True)
        for value in values[counts > share * labels.size]:
            if int(value) in of:
                by_thing.setdefault(int(value), []).append(stem)
    return [found for found in by_thing.values() if len(found) >= least]


def simulate_prompts(
    labels: np.ndarray,
    instances: np.ndarray,
    rng: np.random.Generator,
    count: int,
    things_first: bool,
    min_area: int = LEAST_MASK,
) -> list[np.ndarray]:
    """Up to `count` object masks (bool [S,S]) of one crop: exact instances, else connected components of a concept.

    With `things_first`, components of COCO's and VOC's things come before those of surfaces around them.
    """
    masks, surfaces = [], []
    if instances.any():
        masks = [instances == value for value in np.unique(instances[instances > 0])]
    else:
        for value in np.unique(labels):
            if value >= NOT_ADE_VOC:
                continue
            n, found, stats, _ = cv2.connectedComponentsWithStats((labels == value).astype(np.uint8), connectivity=8)
            for k in range(1, n):
                if stats[k, cv2.CC_STAT_AREA] >= min_area:
                    (masks if not things_first or value in THINGS else surfaces).append(found == k)
    masks = [m for m in masks if min_area <= m.sum() <= 0.9 * m.size]
    if surfaces and (not masks or rng.random() < 0.15):
        masks = [m for m in surfaces if min_area <= m.sum() <= 0.9 * m.size]
    if len(masks) > count:
        weight = np.array([3.0 if fill(m) < SPARSE else 1.0 for m in masks])
        masks = [masks[i] for i in rng.choice(len(masks), count, replace=False, p=weight / weight.sum())]
    return masks


def fill(mask: np.ndarray) -> float:
    """Share of its box that a mask bool [H,W] fills."""
    ys, xs = np.nonzero(mask)
    return len(ys) / float((ys.max() - ys.min() + 1) * (xs.max() - xs.min() + 1))


def first_prompt(mask: np.ndarray, rng: np.random.Generator, box_share: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """A box (jittered) or a click for a mask: coords [2,2] px, labels [2]. Of sparse things boxes are asked more
    often."""
    ys, xs = np.nonzero(mask)
    if rng.random() < (box_share if fill(mask) >= SPARSE else (1 + box_share) / 2):
        box = np.array([[xs.min(), ys.min()], [xs.max() + 1, ys.max() + 1]], np.float32)
        extent = box[1] - box[0]
        box += rng.normal(0, 0.04, (2, 2)).astype(np.float32) * np.minimum(extent, 100)
        return box, np.array([2, 3], np.float32)
    if rng.random() < 0.5:
        x, y = inner_point(mask)
    else:
        k = rng.integers(len(xs))
        x, y = xs[k] + 0.5, ys[k] + 0.5
    return np.array([[x, y], [0, 0]], np.float32), np.array([1, -1], np.float32)


def inner_point(mask: np.ndarray) -> tuple[float, float]:
    """The point of a mask that lies deepest inside it (the picture's edge counts as outside)."""
    distance = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    y, x = np.unravel_index(int(distance.argmax()), distance.shape)
    return float(x) + 0.5, float(y) + 0.5


def correction(mask: np.ndarray, guess: np.ndarray) -> tuple[float, float, float]:
    """The next click of someone who corrects: deepest point of the larger error; label 1 where the guess lacks it."""
    missing, extra = mask & ~guess, guess & ~mask
    error, label = (missing, 1.0) if missing.sum() >= extra.sum() else (extra, 0.0)
    if not error.any():
        return (*inner_point(mask), 1.0)
    return (*inner_point(error), label)
