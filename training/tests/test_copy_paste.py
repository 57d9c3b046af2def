from pathlib import Path

import cv2
import numpy as np
import pytest

from segwatch_training.copy_paste import Cutout, Objects, _place, paste
from segwatch_training.data import Augment, Pictures

CAR = 7


@pytest.fixture()
def stem(tmp_path: Path) -> str:
    """A grey picture with two cars, a red disc and a blue speck that is too small to be worth cutting out."""
    image, labels = np.full((200, 240, 3), 90, np.uint8), np.full((200, 240), 255, np.uint8)
    for canvas, disc, speck in ((image, (0, 0, 255), (255, 0, 0)), (labels, CAR, CAR)):
        cv2.circle(canvas, (80, 90), 40, disc, -1)
        cv2.circle(canvas, (200, 40), 5, speck, -1)
    cv2.imwrite(str(tmp_path / "a.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 100])
    cv2.imwrite(str(tmp_path / "a.map.png"), labels)
    return str(tmp_path / "a")


def test_things_are_cut_out_along_their_outline(stem: str) -> None:
    objects = Objects({"voc": [stem]}, {"voc": frozenset({CAR})}, {"voc"})
    assert objects.concepts == [CAR] and len(objects.things[CAR]) == 1, "the speck is too small"
    thing = objects.draw(np.random.default_rng(0))
    assert thing.exact and thing.concept == CAR and thing.image.shape[:2] == thing.mask.shape == (81, 81)
    assert thing.mask[40, 40] and not thing.mask[2, 2]


def test_no_thing_of_a_concept_that_is_not_wanted_is_found(stem: str) -> None:
    assert Objects({"ade": [stem]}, {"ade": frozenset({CAR + 1})}, {"voc"}).concepts == []


@pytest.mark.parametrize("seed", range(8))
def test_a_pasted_thing_changes_picture_labels_and_instances_where_it_is_and_nowhere_else(seed: int) -> None:
    yy, xx = np.mgrid[:60, :60]
    disc = Cutout(np.full((60, 60, 3), 200, np.uint8), (yy - 30) ** 2 + (xx - 30) ** 2 < 800, CAR, True)
    image, labels = np.full((96, 96, 3), 20, np.uint8), np.full((96, 96), 3, np.uint8)
    instances = np.zeros((96, 96), np.uint8)
    instances[:10] = 4
    there = paste(image, labels, instances, disc, np.random.default_rng(seed))
    assert there.any() and not there.all()
    assert (labels == np.where(there, CAR, 3)).all()
    assert set(np.unique(instances[there])) == {5} and (instances[~there] < 5).all()
    cut = there.astype(np.uint8)  # beyond the crop's edge the thing goes on, and is as blurred there as at its own
    inside = cv2.erode(cut, np.ones((5, 5)), borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    near = cv2.dilate(cut, np.ones((5, 5))) > 0
    assert (image[inside] > 190).all() and (image[~near] == 20).all()


def test_sparse_things_are_drawn_more_often_than_compact_ones(tmp_path: Path) -> None:
    labels = np.full((200, 400), 255, np.uint8)
    labels[50:150, 50:150] = CAR
    cv2.rectangle(labels, (250, 50), (350, 150), CAR, 2)  # a frame fills a tenth of its box
    cv2.imwrite(str(tmp_path / "a.jpg"), np.full((200, 400, 3), 90, np.uint8))
    cv2.imwrite(str(tmp_path / "a.map.png"), labels)
    objects, rng = Objects({"voc": [str(tmp_path / "a")]}, {"voc": frozenset({CAR})}, {"voc"}), np.random.default_rng(0)
    sparse = [objects.draw(rng).mask.mean() < 0.35 for _ in range(60)]
    assert 35 < sum(sparse) < 55, "three times as often as the square"


def test_things_go_where_the_ground_is_plain(tmp_path: Path) -> None:
    labels = np.zeros((96, 96), np.uint8)
    labels[:, :48] = np.arange(48) % 9
    places = [_place(labels, (20, 20), np.random.default_rng(seed))[0] for seed in range(200)]
    assert np.mean(np.array(places) >= 48) > 0.55, "the right half is plain, and anywhere would be half"


def test_pasted_things_are_prompted_for(cache: Path) -> None:
    always, never = (Pictures(cache, 100, Augment(64, pasted=share)) for share in (1.0, 0.0))
    assert never.objects is None
    count = lambda pictures: sum(int(pictures[i]["usable"].sum()) for i in range(20))  # noqa: E731
    assert count(always) >= count(never) > 0
    different = [i for i in range(20) if not np.array_equal(always[i]["labels"], never[i]["labels"])]
    assert len(different) > 5
