from pathlib import Path

import cv2
import numpy as np
import pytest

from segwatch_training import label_quality
from segwatch_training.classes import NOT_ADE, VOC_TABLE
from segwatch_training.vocabulary import VOID, index_of

CAR = 7
"""VOC's class."""


@pytest.fixture()
def data(tmp_path: Path) -> Path:
    """A VOC photo with a car in its middle, and a street with a road below and a sky above."""
    for name, truth in (
        ("voc/val/a", np.pad(np.full((20, 30), CAR, np.uint8), 20)),
        ("idd-lite/val/a_image", np.repeat(np.array([6, 255, 0], np.uint8), 20)[:, None].repeat(70, 1)),
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        cv2.imwrite(f"{file}.jpg", np.zeros((*truth.shape, 3), np.uint8))
        cv2.imwrite(f"{file}.png", truth)
    return tmp_path


def test_labels_that_are_right_reach_all_and_labels_that_are_not_there_reach_nothing(data: Path) -> None:
    def right(path: Path, source: str, shape: tuple[int, ...]) -> np.ndarray:
        assert source == "coco"
        truth = cv2.imread(str(path.with_suffix(".png")), cv2.IMREAD_UNCHANGED)
        return np.where(truth == CAR, VOC_TABLE[CAR], NOT_ADE).astype(np.uint8)

    assert label_quality._voc(right, data, 1)["iou"]["car"] == 100
    assert label_quality._voc(lambda path, source, shape: np.full(shape, VOID, np.uint8), data, 1)["iou"]["car"] == 0


def test_a_street_is_judged_where_its_truth_is_known(data: Path) -> None:
    def half(path: Path, source: str, shape: tuple[int, ...]) -> np.ndarray:
        assert source == "idd"
        out = np.full(shape, VOID, np.uint8)
        out[:50], out[50:] = index_of()["sky"], index_of()["road"]
        return out

    figures = label_quality._idd(half, data, 1)
    assert figures["road"] == 50.0, "half of the road was taken for sky"
    assert figures["sky"] == pytest.approx(66.7, abs=0.1), "and what is unlabelled counts for nothing"
    assert figures["person"] == 0.0


def test_a_street_of_eleven_words_counts_what_has_none_of_them_as_wrong(data: Path) -> None:
    names = (
        "sky",
        "building",
        "pole",
        "road",
        "sidewalk",
        "tree",
        "traffic sign",
        "fence",
        "car",
        "person",
        "bicyclist",
    )
    truth = np.arange(12, dtype=np.uint8)[:, None].repeat(10, 1)
    (data / "camvid-val").mkdir()
    cv2.imwrite(str(data / "camvid-val/a.jpg"), np.zeros((12, 10, 3), np.uint8))
    cv2.imwrite(str(data / "camvid-val/a.png"), truth)

    def told(kinds: dict[str, str]):
        rows = [index_of()[kinds.get(name, name)] for name in names] + [VOID]
        return lambda path, source, shape: np.array(rows, np.uint8)[:, None].repeat(10, 1)

    assert label_quality._camvid(told({}), data, 1)["miou"] == 100.0
    assert (
        label_quality._camvid(told({"car": "bus", "bicyclist": "bicycle", "pole": "street lamp"}), data, 1)["miou"]
        == 100.0
    )
    half = label_quality._camvid(lambda *a: np.where(np.arange(10) < 5, told({})(*a), VOID).astype(np.uint8), data, 1)
    assert half["iou"]["sky"] == half["miou"] == 50.0


def test_one_teacher_is_judged_by_its_own_classes_and_knows_nothing_where_it_was_not_asked(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", voc=np.full((4, 6), CAR, np.uint8))
    assert (label_quality.of_one(tmp_path / "a", "voc", (8, 12)) == VOC_TABLE[CAR]).all()
    assert (label_quality.of_one(tmp_path / "a", "cityscapes", (8, 12)) == VOID).all()
