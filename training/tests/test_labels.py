"""What VOC's teachers draw over the others' labels."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from segwatch_training.labels import merge_one
from segwatch_training.teachers import ADE32, COCO80, VOC21
from segwatch_training.vocabulary import VOID, index_of

IDS = index_of()


@pytest.fixture()
def photo(tmp_path: Path):
    """Labels of a photo of 40 x 40 px from VOC's three answers, each said of all of it; ADE20K's teachers see a car on
    grass."""
    stem = tmp_path / "photo"
    cv2.imwrite(f"{stem}.jpg", np.full((40, 40, 3), 90, np.uint8))
    scene = np.full((40, 40), ADE32.index("grass"), np.uint8)
    scene[:, 20:] = ADE32.index("car")

    def labels(*answers: str, source: str = "ade", boxes: tuple = ()) -> np.ndarray:
        voc = [np.full((40, 40), VOC21.index(a), np.uint8) for a in answers]
        found = np.array(boxes, np.float32).reshape(-1, 6)
        np.savez(
            f"{stem}.npz", mosaic=scene, ade=scene, voc=voc[0], voc_mirrored=voc[1], voc_second=voc[2], boxes=found
        )
        return merge_one(stem, source)

    return labels


def test_what_two_of_three_see_is_drawn_last(photo) -> None:
    for answers in (("cow", "cow", "cow"), ("cow", "horse", "cow"), ("horse", "cow", "cow"), ("cow", "cow", "horse")):
        assert (photo(*answers) == IDS["cow"]).all()
    assert set(np.unique(photo("cow", "horse", "sheep"))) == {IDS["grass"], IDS["car"]}


def test_a_thing_where_two_of_three_see_background_is_unknown_and_on_streets_where_all_do(photo) -> None:
    assert set(np.unique(photo("background", "background", "car"))) == {IDS["grass"], VOID}
    assert IDS["car"] in photo("background", "background", "car", source="idd")
    assert IDS["car"] not in photo("background", "background", "background", source="idd")


def test_an_animal_that_voc_lacks_is_no_cow(photo) -> None:
    elephant = (0, 0, 1, 1, 0.9, COCO80.index("elephant"))
    cow = (0, 0, 1, 1, 0.8, COCO80.index("cow"))
    assert IDS["cow"] not in photo("cow", "cow", "cow", boxes=(elephant,))
    assert (photo("cow", "cow", "cow", boxes=(elephant, cow)) == IDS["cow"]).all(), "a box of a cow is there as well"
