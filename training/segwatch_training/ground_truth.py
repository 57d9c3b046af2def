"""What the pictures measured on show: labels of the data sets, and the words that stand for their classes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from .teachers import VOC21
from .vocabulary import ALIASES

VOC_WORDS = {
    name: {"dining table": "table", "potted plant": "potted plant", "tv": "tv"}.get(name, name) for name in VOC21[1:]
}
IDD_WORDS = {"road": 0, "person": 2, "vehicle": 3, "sky": 6}
CAMVID_WORDS = (
    "sky", "building", "pole", "road", "sidewalk", "tree", "traffic sign", "fence", "car", "pedestrian", "bicyclist",
)  # fmt: skip
"""In the order of its classes; 11 is unlabelled."""


def read(path: Path) -> np.ndarray:
    """RGB uint8 [H,W,3]."""
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])


def read_label(path: Path) -> np.ndarray:
    """As the file has it: a palette's indices stay what they are."""
    return np.array(Image.open(path))


def panoptic_word(name: str) -> str:
    """The word asked for a COCO panoptic class; classes with one word are judged as one."""
    word = ALIASES.get(name, name)
    return word if word is not None else name


@dataclass(frozen=True)
class PanopticPicture:
    """`truth` [H,W] holds indices of words, -1 where nothing is labelled; `things` are the masks of things, [H,W]."""

    path: Path
    truth: np.ndarray
    things: list[np.ndarray]


def panoptic_half(data: Path) -> tuple[list[str], Iterator[PanopticPicture]]:
    """The words of coco-panoptic-100, and the pictures of its even half."""
    folder = data / "coco-panoptic-100"
    described = json.loads((folder / "panoptic_train2017.json").read_text())
    words = sorted({panoptic_word(c["name"]) for c in described["categories"]})
    category = {c["id"]: (words.index(panoptic_word(c["name"])), c.get("isthing", 0)) for c in described["categories"]}

    def picture(annotation: dict) -> PanopticPicture:
        rgb = read(folder / "panoptic" / annotation["file_name"]).astype(np.int64)
        ids = rgb[..., 0] + 256 * rgb[..., 1] + 65536 * rgb[..., 2]
        truth, things = np.full(ids.shape, -1), []
        for s in annotation["segments_info"]:
            word, thing = category[s["category_id"]]
            where = ids == s["id"]
            truth[where] = -1 if s["iscrowd"] else word
            if thing and not s["iscrowd"]:
                things.append(where)
        return PanopticPicture(folder / "images" / f"{annotation['image_id']:012d}.jpg", truth, things)

    return words, (picture(a) for a in described["annotations"] if a["image_id"] % 2 == 0)


def voc_components(data: Path, every: int = 1) -> Iterator[tuple[Path, np.ndarray, list[np.ndarray]]]:
    """Yields picture path, where its label is known [H,W], and masks of VOC val's components of at least 0.5 % of the
    picture."""
    for path in sorted((data / "voc/val").glob("*.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        masks = []
        for c in np.unique(truth[(truth > 0) & (truth < 255)]):
            n, labels, stats, _ = cv2.connectedComponentsWithStats((truth == c).astype(np.uint8), connectivity=8)
            masks += [labels == k for k in range(1, n) if stats[k, cv2.CC_STAT_AREA] >= 0.005 * truth.size]
        yield path, truth != 255, masks


def panoptic_things(data: Path) -> Iterator[tuple[Path, np.ndarray, list[np.ndarray]]]:
    """The same of the panoptic even half's things."""
    _, pictures = panoptic_half(data)
    for picture in pictures:
        yield picture.path, picture.truth >= -1, [mask for mask in picture.things if mask.mean() >= 0.005]
