"""Measures of masks and of probabilities against the truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .ground_truth import CAMVID_WORDS
from .teachers import VOC21


class Bins:
    """Calibration: expected error between probability and truth over 15 bins."""

    def __init__(self, count: int = 15):
        self.count, self.n, self.p, self.t = count, np.zeros(count), np.zeros(count), np.zeros(count)

    def add(self, p: np.ndarray, truth: np.ndarray) -> None:
        k = np.minimum((p * self.count).astype(int), self.count - 1).ravel()
        self.n += np.bincount(k, minlength=self.count)
        self.p += np.bincount(k, p.ravel(), self.count)
        self.t += np.bincount(k, truth.ravel().astype(float), self.count)

    @property
    def error(self) -> float:
        some = self.n > 0
        return float((np.abs(self.p - self.t)[some]).sum() / max(self.n.sum(), 1))

    @property
    def confident_error(self) -> float:
        """The same over the bins above 0.1 only: the mass of sure negatives hides what matters."""
        from_bin = max(1, int(np.ceil(0.1 * self.count)))
        n = self.n[from_bin:].sum()
        return float(np.abs(self.p - self.t)[from_bin:].sum() / max(n, 1))


class Confusion:
    """Pixels by true and by answered class."""

    def __init__(self, classes: int):
        self.matrix = np.zeros((classes, classes), np.int64)

    def add(self, truth: np.ndarray, guess: np.ndarray) -> None:
        n = len(self.matrix)
        self.matrix += np.bincount(truth.astype(np.int64) * n + guess, minlength=n * n).reshape(n, n)

    @property
    def iou(self) -> np.ndarray:
        hit = np.diag(self.matrix).astype(float)
        union = self.matrix.sum(0) + self.matrix.sum(1) - hit
        return np.where(union > 0, hit / np.maximum(union, 1), np.nan)

    @property
    def frequency_weighted(self) -> float:
        share = self.matrix.sum(1) / max(self.matrix.sum(), 1)
        return float(np.nansum(share * np.nan_to_num(self.iou)))


class Overlap:
    """Intersection and union of masks, by name."""

    def __init__(self):
        self.counts: dict[str, list[int]] = {}

    def add(self, name: str, on: np.ndarray, real: np.ndarray) -> None:
        count = self.counts.setdefault(name, [0, 0])
        count[0] += int((real & on).sum())
        count[1] += int((real | on).sum())

    def percent(self, name: str) -> float:
        shared, either = self.counts.get(name, (0, 0))
        return 100 * shared / max(either, 1)


class Alarms:
    """False alarms: words that have more than a hundredth of a picture which does not show them."""

    def __init__(self, words: Sequence[str]):
        self.words, self.absent, self.raised = words, np.zeros(len(words)), np.zeros(len(words))
        self.pictures = self.alarmed = 0

    def add(self, p: np.ndarray, shown: Sequence[bool]) -> None:
        """One picture: probabilities [K,H,W] of the words, and which of them it shows."""
        absent = ~np.array(shown, bool)
        raised = absent & ((p >= 0.5).mean((1, 2)) > 0.01)
        self.absent += absent
        self.raised += raised
        self.pictures += 1
        self.alarmed += bool(raised.any())

    @property
    def percent(self) -> float:
        """Of words and pictures that do not show them."""
        return round(100 * float(self.raised.sum() / max(self.absent.sum(), 1)), 2)

    @property
    def percent_of_pictures(self) -> float:
        return round(100 * self.alarmed / max(self.pictures, 1), 1)

    @property
    def by_word(self) -> dict[str, float]:
        shares = 100 * self.raised / np.maximum(self.absent, 1)
        return {word: round(float(share), 1) for word, share in zip(self.words, shares, strict=True)}


def mask_iou(a: np.ndarray, b: np.ndarray, known: np.ndarray) -> float:
    """IoU of two masks [H,W] where the truth is known."""
    return float((a & b & known).sum() / max(((a | b) & known).sum(), 1))


def by_class(iou: np.ndarray) -> dict:
    animals = ("cat", "dog", "horse", "sheep", "cow")
    return {
        "miou": round(float(np.nanmean(iou)), 1),
        "iou": {n: round(float(v), 1) for n, v in zip(VOC21, iou, strict=False)},
        "animals": round(float(np.mean([iou[VOC21.index(a)] for a in animals])), 1),
    }


def by_word(confusion: Confusion) -> dict:
    """Of CamVid's words: IoU in percent."""
    iou = 100 * confusion.iou[: len(CAMVID_WORDS)]
    return {
        "miou": round(float(np.nanmean(iou)), 1),
        "iou": {w: round(float(v), 1) for w, v in zip(CAMVID_WORDS, iou, strict=False)},
    }
