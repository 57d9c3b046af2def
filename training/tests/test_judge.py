from pathlib import Path

import cv2
import numpy as np
import pytest

from segwatch_training import judge
from segwatch_training.merge import NOT_ADE, VOC_TABLE
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

    assert judge._voc(right, data, 1)["iou"]["car"] == 100
    assert judge._voc(lambda path, source, shape: np.full(shape, VOID, np.uint8), data, 1)["iou"]["car"] == 0


def test_a_street_is_judged_where_its_truth_is_known(data: Path) -> None:
    def half(path: Path, source: str, shape: tuple[int, ...]) -> np.ndarray:
        assert source == "idd"
        out = np.full(shape, VOID, np.uint8)
        out[:50], out[50:] = index_of()["sky"], index_of()["road"]
        return out

    figures = judge._idd(half, data, 1)
    assert figures["road"] == 50.0, "half of the road was taken for sky"
    assert figures["sky"] == pytest.approx(66.7, abs=0.1), "and what is unlabelled counts for nothing"
    assert figures["person"] == 0.0
