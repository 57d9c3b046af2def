"""A student's words correct the labels of its teachers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .classes import FIRST_SPECIAL, ids
from .vocabulary import VOID, covers

# What a student has learnt from exact labels, and from many views of many streets, it finds better there than the
# teachers do.
_VEHICLES_ON_STREETS = ("car", "motorcycle", "bus", "truck")
STUDENTS_ON_STREETS = ("person", *_VEHICLES_ON_STREETS, "road", "sky")


@dataclass(frozen=True)
class Trust:
    """How far the student's probabilities correct its teachers' labels: what has at least `sure` is so, what has less
    than `unlikely` is unknown, what is unknown and has at least `fill` is so. `views` are those that it takes of a
    picture: pixels as multiples of its usual input, each mirrored too."""

    sure: float = 0.75
    unlikely: float = 0.1
    fill: float = math.inf
    views: tuple[float, ...] = ()


# Two views at twice the pixels are right more often than any teacher, so that what they doubt is not taught.
ON_STREETS = Trust(unlikely=0.4, fill=0.7, views=(2.0,))


def corrected(
    labels: np.ndarray,
    probability: np.ndarray,
    names: tuple[str, ...],
    trust: Trust = Trust(),
    vehicle: np.ndarray | None = None,
) -> np.ndarray:
    """Teachers' labels uint8 [H,W], corrected by how likely the student finds `names`, [K,H,W], and any `vehicle`,
    [H,W]. Which vehicle one is, is left to the teachers, where they say that it is one."""
    values, vehicles = np.array(ids(*names), np.uint8), ids(*_VEHICLES_ON_STREETS)
    likely, wheeled = probability.copy(), np.isin(values, vehicles)
    likely[wheeled] = probability[wheeled].max(0, initial=0)
    if vehicle is not None:
        likely[wheeled] = np.maximum(likely[wheeled], vehicle)
    out = labels.copy()
    for value, p in zip(values, likely, strict=False):
        out[(labels == value) & (p < trust.unlikely)] = VOID
    best = values[(likely + 1e-3 * probability).argmax(0)]  # of vehicles, which are alike here, the likeliest
    same = _may_be_the_same()[labels, best] | np.isin(labels, vehicles) & np.isin(best, vehicles)
    so = (likely.max(0) >= trust.sure) & ~same | (likely.max(0) >= trust.fill) & (out >= FIRST_SPECIAL)
    out[so] = best[so]
    return out


@lru_cache(maxsize=1)
def _may_be_the_same() -> np.ndarray:
    """bool [256,256]: concepts of which one may cover the other."""
    out = np.zeros((256, 256), bool)
    for wide, inside in covers().items():
        out[wide, sorted(inside)] = out[sorted(inside), wide] = True
    return out
