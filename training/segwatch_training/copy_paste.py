"""Things cut out of one picture and put into another (simple copy-paste, arXiv 2012.07177).

A few thousand labelled photos are soon known by heart; the same dog on every street, lawn and floor is not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Cutout:
    """One thing: BGR uint8 [h,w,3], where it is (bool [h,w]), which concept, and whether its outline is exact."""

    image: np.ndarray
    mask: np.ndarray
    concept: int
    exact: bool


class Objects:
    """Every thing of the concepts `things[source]` in the pictures `stems[source]`, found once and cut out when
    drawn."""

    def __init__(
        self, stems: dict[str, list[str]], things: dict[str, frozenset[int]], exact: set[str], least: int = 600
    ):
        self.things: dict[int, list[tuple[str, tuple[int, int, int, int], bool, float]]] = defaultdict(list)
        for source, found in stems.items():
            for stem in found:
                labels = cv2.imread(stem + ".map.png", cv2.IMREAD_UNCHANGED)
                for value in np.unique(labels[::8, ::8]):
                    if value in things[source]:
                        for box, area in _boxes(labels == value, least):
                            self.things[int(value)].append((stem, box, source in exact, area / (box[2] * box[3])))
        self.concepts = sorted(self.things)
        often = np.sqrt([len(self.things[c]) for c in self.concepts])
        self.share = often / often.sum()
        self.sparse = {c: _weights([fill for *_, fill in self.things[c]]) for c in self.concepts}

    def draw(self, rng: np.random.Generator) -> Cutout:
        """A concept, common ones more often by the root of their number, then one of its things, sparse ones more
        often."""
        concept = self.concepts[rng.choice(len(self.concepts), p=self.share)]
        chosen = rng.choice(len(self.things[concept]), p=self.sparse[concept])
        stem, (x, y, w, h), exact, _ = self.things[concept][chosen]
        image, labels = cv2.imread(stem + ".jpg"), cv2.imread(stem + ".map.png", cv2.IMREAD_UNCHANGED)
        window = slice(y, y + h), slice(x, x + w)
        count, parts = cv2.connectedComponents((labels[window] == concept).astype(np.uint8), connectivity=8)
        if count == 1:  # the labels were written anew since
            return self.draw(rng)
        largest = 1 + int(np.bincount(parts.ravel())[1:].argmax())
        return Cutout(image[window], parts == largest, concept, exact)


def paste(
    image: np.ndarray, labels: np.ndarray, instances: np.ndarray, thing: Cutout, rng: np.random.Generator
) -> np.ndarray:
    """Puts `thing` somewhere into a crop, in place, at a twelfth to four fifths of its side; returns where (bool
    [S,S])."""
    side = labels.shape[0]
    wanted = side * float(np.exp(rng.uniform(np.log(1 / 12), np.log(0.8))))
    scale = min(wanted / max(thing.mask.shape), 2.0)
    size = max(4, round(thing.mask.shape[1] * scale)), max(4, round(thing.mask.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    patch = cv2.resize(thing.image, size, interpolation=how)
    alpha = cv2.resize(thing.mask.astype(np.float32), size, interpolation=how)
    if rng.random() < 0.5:
        patch, alpha = patch[:, ::-1], alpha[:, ::-1]
    x, y = _place(labels, size, rng)
    to = slice(max(0, y), min(side, y + size[1])), slice(max(0, x), min(side, x + size[0]))
    of = slice(to[0].start - y, to[0].stop - y), slice(to[1].start - x, to[1].stop - x)
    there = np.zeros_like(labels, bool)
    there[to] = alpha[of] > 0.5
    blend = alpha[of][..., None]
    image[to] = (blend * patch[of] + (1 - blend) * image[to]).astype(np.uint8)
    labels[there] = thing.concept
    if instances.any():
        instances[there] = min(int(instances.max()) + 1, 255)
    return there


def _place(labels: np.ndarray, size: tuple[int, int], rng: np.random.Generator, tries: int = 4) -> tuple[int, int]:
    """Left and top of where something of `size` goes: half of the time anywhere, else onto the plainest ground of some
    places."""
    side, found = labels.shape[0], []
    for _ in range(tries if rng.random() < 0.5 else 1):
        x, y = (int(rng.integers(0, side)) - length // 2 for length in size)
        ground = labels[max(0, y) : y + size[1] : 4, max(0, x) : x + size[0] : 4]
        found.append((np.bincount(ground.ravel()).max(initial=0) / max(ground.size, 1), x, y))
    return max(found)[1:]


def _weights(fills: list[float]) -> np.ndarray:
    """How often things are drawn by how much of their box they fill: shares of sum 1. A box says least of sparse
    ones."""
    weight = np.where(np.array(fills) < 0.35, 3.0, np.where(np.array(fills) < 0.6, 1.5, 1.0))
    return weight / weight.sum()


def _boxes(mask: np.ndarray, least: int) -> list[tuple[tuple[int, int, int, int], int]]:
    """x, y, w, h and pixels of each connected part of at least `least` pixels that is not most of its picture."""
    n, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    found = stats[1:n][(stats[1:n, cv2.CC_STAT_AREA] >= least) & (stats[1:n, cv2.CC_STAT_AREA] < 0.8 * mask.size)]
    return [(tuple(int(v) for v in row[:4]), int(row[cv2.CC_STAT_AREA])) for row in found]
