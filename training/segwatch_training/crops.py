"""A part of a picture with its labels, seen at a random scale, mirrored or not, as some camera would show it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .classes import NOT_ADE_VOC
from .vocabulary import VOID

CLOSEST = 3.0
"""How much larger than its picture something small is shown at most."""
LEAST_SMALL, MOST_SMALL = 30, 0.01
"""Pixels, and share of its picture, of what is looked at closely because it is small."""


@dataclass(frozen=True)
class Augment:
    """Ranges of the random changes. Scales are relative to a picture whose short side has `unit` pixels; `pasted` is
    the share of crops that get a thing of another picture, `close` the share that show something small at a quarter of
    their side."""

    size: int = 320
    min_scale: float = 0.45
    max_scale: float = 2.0
    unit: float = 340.0
    pasted: float = 0.4
    close: float = 0.2


def degrade(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What cameras do to a picture: exposure, colour cast, noise, blur, JPEG. uint8 [H,W,3] -> uint8 [H,W,3]."""
    x = image.astype(np.float32)
    if rng.random() < 0.8:
        gain = np.exp(rng.normal(0, 0.22)) * np.exp(rng.normal(0, 0.05, 3))
        x = (x - 127) * np.exp(rng.normal(0, 0.18)) + 127 if rng.random() < 0.7 else x
        x = x * gain.astype(np.float32)
    if rng.random() < 0.4:
        grey = x.mean(-1, keepdims=True)
        x = grey + (x - grey) * rng.uniform(0.0 if rng.random() < 0.15 else 0.4, 1.5)
    if rng.random() < 0.08:  # night
        x = 255 * (np.clip(x, 0, 255) / 255) ** rng.uniform(1.3, 2.2) * rng.uniform(0.4, 0.9)
    if rng.random() < 0.2:
        x = x + rng.normal(0, rng.uniform(2, 12), x.shape).astype(np.float32)
    out = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        k = float(rng.uniform(0.4, 1.6))
        out = cv2.GaussianBlur(out, (0, 0), k)
    if rng.random() < 0.2:
        shrink = rng.uniform(0.35, 0.8)
        small = cv2.resize(out, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        out = cv2.resize(small, (out.shape[1], out.shape[0]), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.3:
        _, coded = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 85))])
        out = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return out


def crop(
    image: np.ndarray, labels: np.ndarray, instances: np.ndarray, augment: Augment, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """BGR uint8 [H,W,3], labels and instances uint8 [H,W] -> the same of a square of `augment.size`."""
    image, labels, instances = _without_padding(image, labels, instances)
    height, width = labels.shape
    unit = augment.unit / min(height, width)  # small pictures are seen as large as others
    scale = float(np.exp(rng.uniform(np.log(augment.min_scale), np.log(augment.max_scale)))) * min(unit, 1.6)
    squeeze = float(np.exp(rng.uniform(-0.15, 0.15)))
    small = small_part(labels, rng) if rng.random() < augment.close else None
    if small:
        scale = float(np.clip(augment.size / (4 * max(small[2:])), scale, CLOSEST * min(unit, 1.6)))
    w, h = max(48, round(width * scale * squeeze)), max(48, round(height * scale / squeeze))
    image = cv2.resize(image, (w, h), interpolation=cv2.INTER_AREA if w < width else cv2.INTER_LINEAR)
    labels = cv2.resize(labels, (w, h), interpolation=cv2.INTER_NEAREST)
    instances = cv2.resize(instances, (w, h), interpolation=cv2.INTER_NEAREST)
    centre = ((small[0] + small[2] / 2) / width, (small[1] + small[3] / 2) / height) if small else None
    if rng.random() < 0.5:
        image, labels, instances = image[:, ::-1], labels[:, ::-1], instances[:, ::-1]
        centre = (1 - centre[0], centre[1]) if centre else None
    # A crop centred on something rare teaches more than one of sky.
    if centre is None and rng.random() < 0.5 and (w > augment.size or h > augment.size):
        centre = _something(labels, rng)
    x, y = (_start(length, augment.size, centre and centre[axis], rng) for axis, length in enumerate((w, h)))
    return _on_canvas(image, labels, instances, x, y, augment.size, rng)


def _without_padding(image: np.ndarray, labels: np.ndarray, instances: np.ndarray) -> tuple[np.ndarray, ...]:
    known = np.flatnonzero((labels != VOID).any(1)), np.flatnonzero((labels != VOID).any(0))
    if min(len(known[0]), len(known[1])) <= 32:
        return image, labels, instances
    rows, columns = (slice(k[0], k[-1] + 1) for k in known)
    return image[rows, columns], labels[rows, columns], instances[rows, columns]


def small_part(labels: np.ndarray, rng: np.random.Generator) -> tuple[int, int, int, int] | None:
    """x, y, width, height of a connected part of something that fills little of a picture, where there is one."""
    values = [v for v in np.unique(labels) if v < NOT_ADE_VOC]
    for value in rng.permutation(values)[:3]:
        n, _, stats, _ = cv2.connectedComponentsWithStats((labels == value).astype(np.uint8), connectivity=8)
        area = stats[1:n, cv2.CC_STAT_AREA]
        small = stats[1:n][(area >= LEAST_SMALL) & (area < MOST_SMALL * labels.size)]
        if len(small):
            return tuple(int(v) for v in small[rng.integers(len(small))][:4])
    return None


def _something(labels: np.ndarray, rng: np.random.Generator) -> tuple[float, float] | None:
    """Where a pixel of some concept lies, each as likely as the others: shares of width and height."""
    coarse = labels[::8, ::8]
    values = [v for v in np.unique(coarse) if v < NOT_ADE_VOC]
    if not values:
        return None
    ys, xs = np.nonzero(coarse == values[rng.integers(len(values))])
    k = rng.integers(len(ys))
    return 8 * xs[k] / labels.shape[1], 8 * ys[k] / labels.shape[0]


def _start(length: int, size: int, centre: float | None, rng: np.random.Generator) -> int:
    """Start of the crop within the picture, with `centre` in its middle half; negative where the picture is smaller."""
    if length < size:
        return -int(rng.integers(0, size - length + 1))
    if centre is None:
        return int(rng.integers(0, length - size + 1))
    return int(np.clip(centre * length - rng.integers(size // 4, size * 3 // 4), 0, length - size))


def _on_canvas(
    image: np.ndarray, labels: np.ndarray, instances: np.ndarray, x: int, y: int, size: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What lies from (x, y) on; what lies outside of the picture is plain and unknown."""
    h, w = labels.shape
    canvas = np.empty((size, size, 3), np.uint8)
    canvas[:] = rng.integers(0, 255, 3) if rng.random() < 0.5 else 127
    seen, numbers = np.full((size, size), VOID, np.uint8), np.zeros((size, size), np.uint8)
    to = slice(max(0, -y), min(h - y, size)), slice(max(0, -x), min(w - x, size))
    of = slice(max(0, y), min(h, y + size)), slice(max(0, x), min(w, x + size))
    canvas[to], seen[to], numbers[to] = image[of], labels[of], instances[of]
    return canvas, seen, numbers
