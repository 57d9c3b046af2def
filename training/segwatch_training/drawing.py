"""Boxes become areas: as a model outlines them, or by what they hold and the shape that such things have."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .classes import COCO_TABLE, FIRST_SPECIAL, ids
from .teachers import COCO80
from .vocabulary import VOID

# Things whose boxes hold much else, or that teachers draw as surfaces.
_FURNITURE = ("chair", "couch", "bed", "dining table")
LEAST_IOU = 0.6
# What a box of a large vehicle cannot hold, whatever else the ADE teacher took it for.
_NOT_VEHICLE = ids("sky", "road", "tree", "person", "grass", "sidewalk", "floor", "water", "sea", "dirt")
_VEHICLES = {"bus", "truck", "train"}
_BOXY = {
    "traffic light", "stop sign", "tv", "laptop", "book", "bottle", "cup", "refrigerator", "microwave", "oven",
    "suitcase", "keyboard", "cell phone", "remote", "clock", "sports ball", "orange", "apple", "bowl", "vase",
    "backpack", "handbag", "toilet", "sink", "cake", "pizza", "donut", "sandwich", "parking meter", "fire hydrant",
}  # fmt: skip


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


def _outline(out: np.ndarray, probability: np.ndarray, value: int, sure: bool, taken: np.ndarray) -> None:
    """Draws one thing as the mask teacher outlines it; where teachers are unsure, nobody knows."""
    mask = (probability > 0.5) & ~taken
    if sure:
        edge = (probability > 0.25) & ~mask & ~taken & (out != value)
        out[edge], out[mask] = VOID, value
    else:
        out[mask & (out != value)] = VOID


@dataclass(frozen=True)
class Canvas:
    """A picture's labels as they are drawn: BGR `image` [H,W,3], labels `out` [H,W], the surfaces `base` below them,
    and what is `taken` (bool [H,W]), the last only where `exact` labels say so. `scene` where ADE20K's teachers have
    labelled all of it."""

    image: np.ndarray
    out: np.ndarray
    base: np.ndarray
    taken: np.ndarray
    exact: bool
    scene: bool

    def boxes(self, boxes: np.ndarray, outlined: np.ndarray, good: np.ndarray) -> None:
        """Draws boxes [K,6], the largest first: as a model outlines them, [K,H,W], where it expects a good IoU [K],
        else by what they hold."""
        height, width = self.out.shape
        for k, (x0, y0, x1, y1, score, c) in enumerate(boxes):
            left, top, right, bottom = (
                int(x0 * width),
                int(y0 * height),
                int(np.ceil(x1 * width)),
                int(np.ceil(y1 * height)),
            )
            if right - left < 4 or bottom - top < 4:
                continue
            part, name, value = (slice(top, bottom), slice(left, right)), COCO80[int(c)], COCO_TABLE[int(c)]
            two_names = name in _VEHICLES and score < 0.6 and (self.base[part] == ids("car")[0]).mean() > 0.4
            if good[k] >= LEAST_IOU and name not in ("bed", "dining table") and not two_names:
                least = 0.5 if name in ("person", "car", *_FURNITURE) else 0.4
                _outline(self.out, outlined[k], value, score >= least, self.taken & (self.out != value))
            elif name in ("person", "car", *_FURNITURE):
                self._by_surface(part, name, value, score > 0.5)
            elif score < 0.4:
                self.out[part][self._free(part)] = VOID
            elif two_names:
                self.out[part][self.out[part] == ids("car")[0]] = VOID  # two teachers, two names
            else:
                self._by_shape(part, name, value)

    def _free(self, part: tuple[slice, slice]) -> np.ndarray:
        free = self.out[part] >= FIRST_SPECIAL
        return free & ~self.taken[part] if self.exact else free

    def _by_surface(self, part: tuple[slice, slice], name: str, value: int, sure: bool) -> None:
        """What ADE20K's teachers know too: a box fills what they leave open."""
        now, drawn = self.out[part], name in ("person", "car")
        now[self._free(part) & (now != VOID)] = value if sure and drawn else VOID
        if drawn and (now == value).mean() < 0.25:  # they missed it: small or far things mostly
            core = _superellipse(*now.shape, power=2.0, share=0.6 if name == "person" else 0.75)
            rest = np.isin(now, ids("sky")) & (name == "car")
            now[~rest] = VOID
            if sure:
                now[core & ~rest] = value

    def _by_shape(self, part: tuple[slice, slice], name: str, value: int) -> None:
        now, open_to_all, free = self.out[part], ~self.taken[part], self._free(part)
        if name in _VEHICLES:
            fill = ~np.isin(now, _NOT_VEHICLE) & open_to_all
            now[fill if fill.mean() >= 0.3 else _superellipse(*now.shape) & open_to_all] = value
            return
        if name in _BOXY:
            shape = _superellipse(*now.shape) & open_to_all
            now[open_to_all] = VOID
            now[shape] = value
            return
        if free.mean() > 0.3 and self.scene:
            now[free] = value
            return
        rows, columns = part
        box = columns.start, rows.start, columns.stop, rows.stop
        small = now.size < 0.003 * self.out.size
        mask = None if small else grab(self.image, box, self.taken | np.isin(self.base, ids("sky")))
        if mask is None:
            mask = _superellipse(*now.shape, power=2.0, share=0.5)
            now[open_to_all] = VOID
        now[mask & open_to_all] = value
