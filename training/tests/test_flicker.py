from pathlib import Path

import cv2
import numpy as np
import pytest

from segwatch_training import flicker
from segwatch_training.runtime import OnnxModel


def test_what_stands_still_is_smoothed_more_and_what_moves_is_shown_at_once() -> None:
    p = np.full((2, 1, 1, 2), 0.1, np.float32)
    p[1] = 0.9
    out = flicker.smoothed(p, np.array([0.0, 100.0]), [None, np.array([[False, True]])])
    np.testing.assert_allclose(out[1, 0, 0], [0.1 + 0.8 * (1 - np.exp(-0.1)), 0.9], atol=1e-6)


def test_motion_is_told_of_a_square_and_two_cells_around_it_and_of_nothing_else() -> None:
    motion, image = flicker.Motion(), np.full((64, 96, 3), 100, np.uint8)
    assert motion(image, 0) is None
    assert not motion(image + 6, 100).any(), "that little is noise"
    image[32:40, 40:48] = 150
    moving = motion(image, 200)
    rows, columns = np.nonzero(moving)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (2, 6, 3, 7) and moving.sum() == 25


def test_changes_count_where_nothing_moves_and_trailing_where_something_does() -> None:
    alone = np.zeros((2, 1, 1, 4), bool)
    alone[1, 0, 0] = [True, False, True, True]
    trailing = alone.copy()
    trailing[1, 0, 0, 3] = False
    moving = np.array([[[False, False, True, True]]])
    assert flicker.figures(alone, alone, moving) == {"changes_of_1000": 500.0, "iou_where_it_moves": 100.0}
    assert flicker.figures(trailing, alone, moving)["iou_where_it_moves"] == 50.0


def test_a_clip_of_one_picture_does_not_flicker(exported: OnnxModel, tmp_path: Path) -> None:
    clip, rng = tmp_path / "still.avi", np.random.default_rng(0)
    film = cv2.VideoWriter(str(clip), cv2.VideoWriter_fourcc(*"MJPG"), 10, (128, 96))
    if not film.isOpened():
        pytest.skip("OpenCV writes no films here")
    picture = rng.integers(0, 255, (96, 128, 3), np.uint8)
    for _ in range(9):
        film.write(picture)
    film.release()
    found = flicker.flicker(exported, [clip], ["person", "car"])
    assert found["still"]["alone"] == found["mean"]["smoothed"] == {"changes_of_1000": 0.0, "iou_where_it_moves": 0.0}
