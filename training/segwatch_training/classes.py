"""The teachers' classes as concepts.

Three values beyond the concepts: `VOID` (nobody knows), `NOT_ADE` (ADE20K's teachers are sure that it is none of their
classes), `NOT_ADE_VOC` (besides, exact labels say that it is none of VOC's). The latter two still teach what is absent.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .teachers import ADE32, CITYSCAPES, COCO80, VOC21
from .vocabulary import VOID, concept_id, index_of, phrase_targets

NOT_ADE, NOT_ADE_VOC = 254, 253
FIRST_SPECIAL = 253
"""From here on a value is no concept."""


def table(names: tuple[str, ...]) -> np.ndarray:
    """Concept of each class of a teacher: uint8 [256]."""
    out = np.full(256, VOID, np.uint8)
    out[: len(names)] = [concept_id(n) for n in names]
    return out


ADE_TABLE = table(ADE32)
ADE_TABLE[0] = NOT_ADE
VOC_TABLE = table(VOC21)
COCO_TABLE = table(COCO80)
CITYSCAPES_TABLE = table(CITYSCAPES)


def ids(*names: str) -> tuple[int, ...]:
    """Class indices of concepts."""
    return tuple(index_of()[n] for n in names)


RARE_ON_STREETS = frozenset(ids("sidewalk", "fence", "pole", "traffic sign", "bicyclist"))
"""What few pictures show, and little of each: streets of the Cityscapes teacher's kind, most of them."""


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
