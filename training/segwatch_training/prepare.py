"""`prepare`: runs every teacher once over every picture and keeps the raw answers beside a shrunk copy.

Raw answers are kept, not merged labels, so that the vocabulary and the merging rules can change without another pass.
Layout of the cache: `<source>/<stem>.jpg` (short side `SHORT_SIDE`), `<stem>.npz` (answers), `<stem>.png` (exact labels
of the source's own classes, where it has them).
"""

from __future__ import annotations

import json
import multiprocessing as mp
import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .boxes import BoxTeachers, CloserBoxes, DeimTeacher, YoloxTeacher
from .teachers import (
    ADE32,
    CITYSCAPES,
    VOC21,
    AdeTeacher,
    Answer,
    Closer,
    EspNetTeacher,
    ImageNetTeacher,
    MosaicTeacher,
    VocTeacher,
)

SHORT_SIDE = 352
MOST_ELONGATED = 640 / 352

# Which teachers see which source. Exact VOC labels make VOC's teachers needless; ADE20K's are poor on the close-ups of
# animals in `pacs`; street scenes hold nothing that the ImageNet teacher could name. The Cityscapes teacher is asked
# where MOSAIC sees a street.
_PHOTOS = ("mosaic", "ade", "voc", "voc_second", "boxes", "imagenet", "cityscapes")
TEACHERS = {
    "voc": ("mosaic", "ade", "boxes", "imagenet"),
    "panoptic": ("imagenet",),
    "idd": ("mosaic", "mosaic_closer", "ade", "voc", "voc_second", "boxes_closer", "cityscapes"),
    "coco": _PHOTOS,
    "ade": _PHOTOS,
    "flickr": _PHOTOS,
    "adv": _PHOTOS,
    "pacs": ("voc", "voc_second", "boxes", "imagenet"),
}
STREET = 0.08
"""Share of road from which a picture is a street."""


@dataclass(frozen=True)
class Item:
    """One picture of the cache: where it comes from and where its exact labels lie, if any."""

    source: str
    image: str
    label: str = ""


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in (".jpg", ".jpeg", ".png")


def scan(data: Path) -> list[Item]:
    """Pictures that training may use, most valuable first. Held-out halves never get in here."""
    items = [Item("voc", str(p), str(p.with_suffix(".png"))) for p in sorted((data / "voc/train").glob("*.jpg"))]
    exact = data / "coco-panoptic-100"
    items += [
        Item("panoptic", str(p), str(exact / "panoptic" / f"{p.stem}.png"))
        for p in sorted((exact / "images").glob("*.jpg"))
        if int(p.stem) % 2 == 1
    ]
    # IDD's train pictures are used without their labels.
    items += [Item("idd", str(p)) for p in sorted((data / "idd-lite/train").glob("*_image.jpg"))]
    for source, folder in (("coco", "coco-unlabelled"), ("ade", "ade-unlabelled")):
        items += [Item(source, str(p)) for p in sorted((data / folder).iterdir()) if _is_picture(p)]
    for folder in ("flickr", "pacs", "adv"):
        items += [
            Item(folder, str(p)) for p in sorted((data / "photos-unlabelled" / folder).iterdir()) if _is_picture(p)
        ]
    return items


def shrink(image: np.ndarray, short: int, longest: int) -> np.ndarray:
    """Scales a picture [H,W,3] down (never up)."""
    height, width = image.shape[:2]
    ratio = min(1.0, short / min(height, width), longest / max(height, width))
    if ratio == 1.0:
        return image
    return cv2.resize(image, (round(width * ratio), round(height * ratio)), interpolation=cv2.INTER_AREA)


_STATE: dict = {}


def load_teachers(teachers: Path, cache: Path, side: int = SHORT_SIDE) -> None:
    """Gets this process ready for `prepare_one`."""
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    _STATE["cache"], _STATE["side"] = cache, side
    _STATE["ade"] = AdeTeacher(teachers / "deeplab_ade_u8.onnx")
    _STATE["mosaic"] = MosaicTeacher(teachers / "mosaic_ade32_r4_u8.tflite")
    _STATE["mosaic_closer"] = Closer(_STATE["mosaic"])
    _STATE["voc"] = VocTeacher(teachers / "deeplabv3_mnv2_pascal_513_u8.tflite")
    _STATE["voc_second"] = EspNetTeacher(teachers / "espnetv2_s2_voc.onnx", VOC21, longest=384)
    _STATE["cityscapes"] = EspNetTeacher(teachers / "espnetv2_s2_cityscapes.onnx", CITYSCAPES, longest=640)
    _STATE["boxes"] = BoxTeachers(
        YoloxTeacher(teachers / "yolox_nano.onnx"), DeimTeacher(teachers / "deimv2_femto.onnx")
    )
    _STATE["boxes_closer"] = CloserBoxes(_STATE["boxes"])
    _STATE["imagenet"] = ImageNetTeacher()


def _label(item: Item) -> np.ndarray:
    if item.source == "panoptic":
        return cv2.imread(item.label, cv2.IMREAD_COLOR)
    from PIL import Image

    return np.array(Image.open(item.label))  # OpenCV would turn the palette's indices into colours


def _asked(rgb: np.ndarray, names: tuple[str, ...]) -> dict[str, Answer]:
    """What each of the teachers says of a picture; of Cityscapes' one only where it is a street."""
    answers = {name: _STATE[name](rgb) for name in names if name != "cityscapes"}
    if "cityscapes" in names and (answers["mosaic"].classes == ADE32.index("road")).mean() >= STREET:
        answers["cityscapes"] = _STATE["cityscapes"](rgb)
    return answers


def prepare_one(item: Item) -> str | None:
    """Caches one picture; returns its cache path without suffix, or None where it cannot be read."""
    folder = _STATE["cache"] / item.source
    stem = folder / Path(item.image).stem
    if stem.with_name(stem.name + ".npz").exists():
        return str(stem)
    bgr = cv2.imread(item.image, cv2.IMREAD_COLOR)
    if bgr is None or min(bgr.shape[:2]) < 64:
        return None
    side = _STATE["side"]
    small = shrink(bgr, side, round(side * MOST_ELONGATED))
    height, width = small.shape[:2]
    rgb = np.ascontiguousarray(
        shrink(bgr, max(640, side), max(1024, side))[..., ::-1]
    )  # teachers see more than the student
    answers = _asked(rgb, TEACHERS[item.source])

    def fit(x: np.ndarray) -> np.ndarray:
        return cv2.resize(x, (width, height), interpolation=cv2.INTER_NEAREST)

    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(stem) + ".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 93])
    if item.label:
        cv2.imwrite(str(stem) + ".png", fit(_label(item)))
    kept: dict[str, np.ndarray] = {}
    for name, answer in answers.items():
        if name.startswith("boxes"):
            kept["boxes"] = answer.boxes
        elif name == "imagenet":
            kept |= {"top": answer.top} | answer.extra
        else:
            kept |= {name: fit(answer.classes)} | {f"{name}_{k}": fit(v) for k, v in answer.extra.items()}
        if answer.confidence is not None:
            kept[f"{name}_conf"] = fit(answer.confidence)
    temporary = f"{stem}.{os.getpid()}.tmp.npz"
    np.savez_compressed(temporary, **kept)
    os.replace(temporary, str(stem) + ".npz")
    return str(stem)


def prepare(data: Path, teachers: Path, cache: Path, workers: int = 2, side: int = SHORT_SIDE) -> int:
    """Fills the cache with pictures of that short side (resumable: those already there are skipped); returns how many
    it holds."""
    from tqdm import tqdm

    items = scan(data)
    cache.mkdir(parents=True, exist_ok=True)
    index: dict[str, list[str]] = {}
    with mp.get_context("spawn").Pool(workers, load_teachers, (teachers, cache, side)) as pool:
        for stem in tqdm(pool.imap(prepare_one, items, chunksize=8), total=len(items), mininterval=10):
            if stem:
                index.setdefault(Path(stem).parent.name, []).append(Path(stem).name)
    (cache / "index.json").write_text(json.dumps(index))
    return sum(map(len, index.values()))
