"""What of a picture a crop shows, and what of it is asked for."""

import cv2
import numpy as np

from segwatch_training.crops import Augment, crop, small_part
from segwatch_training.data import first_prompt, parts_of, simulate_prompts
from segwatch_training.vocabulary import VOID, index_of

ROAD, POLE, SKY = (index_of()[n] for n in ("road", "pole", "sky"))


def street() -> np.ndarray:
    """A road and a sky, and a pole of 4 x 40 px."""
    labels = np.full((240, 320), SKY, np.uint8)
    labels[120:], labels[100:140, 200:204] = ROAD, POLE
    return labels


def test_each_part_of_a_concept_has_a_number_of_its_own() -> None:
    labels = street()
    labels[:, 100:102] = VOID  # cuts the road and the sky in two
    parts = parts_of(labels)
    assert (parts[labels == VOID] == 0).all()
    assert len(np.unique(parts[labels != VOID])) == 5, "two of road, two of sky, a pole"


def test_something_small_is_found_and_nothing_where_all_is_large() -> None:
    found = {small_part(street(), np.random.default_rng(seed)) for seed in range(8)}
    assert found == {(200, 100, 4, 40)}
    assert small_part(np.full((240, 320), ROAD, np.uint8), np.random.default_rng(0)) is None


def test_a_close_crop_shows_something_small_at_a_quarter_of_its_side() -> None:
    image, none, shares = np.zeros((240, 320, 3), np.uint8), np.zeros((240, 320), np.uint8), {}
    for close in (0.0, 1.0):
        augment = Augment(128, close=close)
        crops = [crop(image, street(), none, augment, np.random.default_rng(seed))[1] for seed in range(20)]
        shares[close] = float(np.mean([(labels == POLE).mean() for labels in crops]))
    assert shares[1.0] > 2.5 * shares[0.0]
    assert all((labels == POLE).any() for labels in crops), "and it is never missed"


def test_a_crop_holds_picture_labels_and_instances_of_the_same_place() -> None:
    labels = np.repeat(np.arange(12, dtype=np.uint8), 20)[:, None].repeat(320, 1)
    image = 20 * labels[..., None].repeat(3, 2)
    for seed in range(30):
        seen, there, numbers = crop(image, labels, labels, Augment(96), np.random.default_rng(seed))
        known = there != VOID
        assert known.any() and (there[known] == numbers[known]).all()
        assert (np.abs(seen[known][:, 0].astype(int) - 20 * there[known]) <= 20).all()


def test_sparse_things_are_asked_for_more_often_and_by_their_box() -> None:
    labels = np.full((128, 256), VOID, np.uint8)
    cv2.rectangle(labels, (10, 10), (110, 110), POLE, 2)
    labels[10:110, 140:240] = POLE
    rng = np.random.default_rng(0)
    chosen = [simulate_prompts(labels, np.zeros_like(labels), rng, 1, False)[0] for _ in range(100)]
    assert sum(not m[:, 140:].any() for m in chosen) > 60
    boxes = [first_prompt(labels == POLE, rng)[1][0] == 2 for _ in range(100)]
    frames = [first_prompt((labels == POLE) & (np.arange(256) < 128), rng)[1][0] == 2 for _ in range(100)]
    assert sum(frames) > sum(boxes)
