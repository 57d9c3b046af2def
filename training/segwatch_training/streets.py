"""What surfaces the teachers see on streets."""

from __future__ import annotations

import numpy as np

from .classes import ADE_TABLE, CITYSCAPES_TABLE, ids
from .vocabulary import VOID

# A street has no floors, ceilings or beds: what the ADE teacher takes for such is told by where it stands.
INDOORS = ids("ceiling", "bed", "table", "couch", "curtain", "cabinet", "rug", "shelf", "mirror", "painting", "chair")
THIN = ("fence", "pole", "traffic sign", "bicyclist", "bicycle")
"""What the Cityscapes teacher alone knows of surfaces and thin things."""
_LEAST_AGREEMENT, _LEAST_ROAD = 0.74, 0.75


def voted(base: np.ndarray, closer: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
    """What two of three views agree on; where none do, people and vehicles as the closer view has them."""
    out = np.where(base == mirrored, base, closer)
    alone = (closer != base) & (closer != mirrored) & (base != mirrored)
    return np.where(alone & ~np.isin(closer, ids("person", "car")), VOID, out).astype(np.uint8)


def as_seen_from_a_car(base: np.ndarray) -> np.ndarray:
    """What lies ahead of a moving car is road, whatever its surface is like; beside it nobody knows."""
    height, width = base.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    ahead = np.abs(x / width - 0.5) < 0.12 + 0.5 * np.clip(y / height - 0.55, 0, 1) / 0.45
    ahead &= y > 0.55 * height
    ground = np.isin(base, ids("sidewalk", "dirt", "floor", "water", "sea", "field", "rug"))
    out = base.copy()
    out[ground] = VOID
    out[ground & ahead] = ids("road")[0]
    return out


def like_cityscapes(raw: dict[str, np.ndarray]) -> bool:
    """Whether a picture is a street of the Cityscapes teacher's kind: it sees about the road that MOSAIC sees, and most
    of the surfaces. Of other streets it knows less than MOSAIC does."""
    if "cityscapes" not in raw:
        return False
    mosaic, city = ADE_TABLE[raw["mosaic"]], CITYSCAPES_TABLE[raw["cityscapes"]]
    road, known = ids("road")[0], np.isin(mosaic, ids("road", "sidewalk", "sky", "building", "tree", "car"))
    both, either = (mosaic == road) & (city == road), (mosaic == road) | (city == road)
    return bool((mosaic == city)[known].mean() >= _LEAST_AGREEMENT and both.sum() >= _LEAST_ROAD * either.sum())


def outvoted(city: np.ndarray, mosaic: np.ndarray, deeplab: np.ndarray) -> np.ndarray:
    """The Cityscapes teacher's labels uint8 [H,W] where it is at home, but for ground and cars that both of ADE20K's
    teachers see, and for their sky where it has no tree; what it knows nothing of is as MOSAIC has it."""
    out = np.where(city == VOID, mosaic, city)
    both = (mosaic == deeplab) & ~np.isin(city, ids(*THIN, "traffic light"))
    both &= np.isin(mosaic, ids("road", "sidewalk", "car")) | (mosaic == ids("sky")[0]) & (city != ids("tree")[0])
    return np.where(both, mosaic, out).astype(np.uint8)
