from pathlib import Path

import cv2
import numpy as np
import pytest

from segwatch_training.boxes import CloserBoxes
from segwatch_training.corrections import ON_STREETS, corrected
from segwatch_training.pseudo_labels import _clean_sky, pseudo_labels
from segwatch_training.streets import as_seen_from_a_car, voted
from segwatch_training.teachers import ADE32, COCO80, VOC21, Answer
from segwatch_training.vocabulary import VOID, index_of

IDS = index_of()


def test_two_of_three_views_win_and_people_are_taken_from_the_closer_one() -> None:
    road, wall, person, tree = (IDS[n] for n in ("road", "wall", "person", "tree"))
    views = [road, road, road, tree], [road, wall, person, wall], [wall, wall, tree, road]
    base, closer, mirrored = (np.array([view], np.uint8) for view in views)
    assert voted(base, closer, mirrored).tolist() == [[road, wall, person, VOID]]


def test_pale_ground_ahead_of_a_car_is_road_and_beside_it_unknown() -> None:
    base = np.full((100, 160), IDS["sidewalk"], np.uint8)
    base[:50] = IDS["sky"]
    out = as_seen_from_a_car(base)
    assert out[95, 80] == IDS["road"] and out[62, 5] == VOID and out[10, 80] == IDS["sky"]


def test_dark_pixels_of_the_sky_go_to_what_lies_next_to_them() -> None:
    base = np.full((80, 100), IDS["sky"], np.uint8)
    base[60:] = IDS["tree"]
    image = np.full((80, 100, 3), 230, np.uint8)
    image[57:] = 60
    out = _clean_sky(base, image)
    assert out[58, 50] == IDS["tree"] and out[30, 50] == IDS["sky"]


def test_closer_views_find_small_things_once_and_drop_what_their_edge_cuts() -> None:
    image = np.zeros((100, 200, 3), np.uint8)
    image[20:30, 20:30] = 255

    class Bright:
        """Finds the bright square where it is large enough in what it is shown."""

        def __call__(self, part: np.ndarray) -> Answer:
            ys, xs = np.nonzero(part[..., 0])
            if not len(ys) or part.shape[1] > 150:
                return Answer(boxes=np.zeros((0, 6), np.float32))
            h, w = part.shape[:2]
            box = [xs.min() / w, ys.min() / h, (xs.max() + 1) / w, (ys.max() + 1) / h, 0.9, 2]
            return Answer(boxes=np.array([box], np.float32))

    boxes = CloserBoxes(Bright())(image).boxes
    assert len(boxes) == 1
    np.testing.assert_allclose(boxes[0, :4], [0.1, 0.2, 0.15, 0.3], atol=1e-6)


def test_a_box_becomes_the_mask_that_a_model_outlines_and_its_edge_is_unknown(tmp_path) -> None:
    stem, road, car = tmp_path / "street", IDS["road"], IDS["car"]
    cv2.imwrite(f"{stem}.jpg", np.full((60, 100, 3), 90, np.uint8))
    ade = np.full((60, 100), ADE32.index("road"), np.uint8)
    box = np.array([[0.2, 0.2, 0.8, 0.8, 0.9, COCO80.index("car")]], np.float32)
    np.savez(f"{stem}.npz", mosaic=ade, ade=ade, boxes=box)

    def outlines(iou: float):
        def masks(image: np.ndarray, boxes: np.ndarray):
            assert image.shape == (60, 100, 3) and boxes.shape == (1, 4)
            probability = np.zeros((1, 60, 100), np.float32)
            probability[:, 18:42, 30:70], probability[:, 20:40, 34:66] = 0.4, 0.9
            return probability, np.array([iou], np.float32)

        return masks

    drawn = pseudo_labels(stem, "idd", outlines(0.9))
    assert (drawn[20:40, 34:66] == car).all() and drawn[19, 50] == VOID and drawn[15, 50] == road
    np.testing.assert_array_equal(pseudo_labels(stem, "idd", outlines(0.3)), pseudo_labels(stem, "idd"))


def test_people_that_no_outline_holds_are_unknown_in_close_ups(tmp_path) -> None:
    stem, person = tmp_path / "fruit", IDS["person"]
    cv2.imwrite(f"{stem}.jpg", np.full((60, 100, 3), 90, np.uint8))
    box = np.array([[0.0, 0.0, 1.0, 1.0, 0.9, 0]], np.float32)
    person_everywhere = np.full((60, 100), ADE32.index("person"), np.uint8)
    np.savez(f"{stem}.npz", mosaic=person_everywhere, ade=person_everywhere, boxes=box)

    def left_half(_image, _boxes):
        return np.where(np.arange(100) < 50, 0.9, 0.1)[None, None].repeat(60, 1).astype(np.float32), np.array([0.9])

    drawn = pseudo_labels(stem, "coco", left_half)
    assert (drawn[:, :50] == person).all() and (drawn[:, 50:] == VOID).all()


def test_what_the_student_is_sure_of_is_so_and_what_it_finds_unlikely_is_unknown() -> None:
    wall, dog, cat, food = (IDS[n] for n in ("wall", "dog", "cat", "food"))
    labels = np.array([[wall, wall, dog, dog, dog, food]], np.uint8)
    likely = np.array([[0.0, 0.7, 0.05, 0.3, 0.02, 0.0], [0.8, 0.7, 0.0, 0.6, 0.9, 0.0]], np.float32)[:, None]
    assert corrected(labels, likely, ("dog", "cat")).tolist() == [[cat, wall, VOID, dog, cat, food]]


def test_which_vehicle_one_is_stays_as_the_teachers_say() -> None:
    bus, truck, road = (IDS[n] for n in ("bus", "truck", "road"))
    labels = np.array([[bus, truck, truck, road]], np.uint8)
    likely = np.array([[0.9, 0.5, 0.05, 0.9], [0.0, 0.0, 0.0, 0.0]], np.float32)[:, None]
    assert corrected(labels, likely, ("car", "truck")).tolist() == [[bus, truck, VOID, IDS["car"]]]


def test_what_many_views_doubt_is_unknown_and_what_they_find_fills_the_unknown() -> None:
    road, bus, truck, car = (IDS[n] for n in ("road", "bus", "truck", "car"))
    names, nothing = ("road", "bus", "car", "truck"), [0.0] * 6
    labels = np.array([[road, road, VOID, VOID, truck, truck]], np.uint8)
    likely = np.array([[0.5, 0.3, 0.72, 0.6, 0.0, 0.0], nothing, [0.0, 0.0, 0.0, 0.0, 0.2, 0.2], nothing], np.float32)[
        :, None
    ]
    vehicle = np.array([[0.0, 0.1, 0.1, 0.69, 0.5, 0.3]], np.float32)
    assert corrected(labels, likely, names, ON_STREETS, vehicle).tolist() == [[road, VOID, road, VOID, truck, VOID]]
    unknown = np.full_like(labels, VOID)
    assert corrected(unknown, likely, names, ON_STREETS, vehicle + 0.25).tolist() == [
        [VOID, VOID, road, bus, car, VOID]
    ]


def test_the_words_of_a_student_correct_streets_alone(tmp_path) -> None:
    wall, road = ADE32.index("wall"), IDS["road"]
    for source in ("idd", "ade", "voc"):
        stem = tmp_path / source
        cv2.imwrite(f"{stem}.jpg", np.full((40, 40, 3), 90, np.uint8))
        cv2.imwrite(f"{stem}.png", np.zeros((40, 40), np.uint8))
        np.savez(f"{stem}.npz", **dict.fromkeys(("mosaic", "ade"), np.full((40, 40), wall, np.uint8)))

    def road_everywhere(image: np.ndarray, names: tuple[str, ...], views: tuple[float, ...]) -> np.ndarray:
        return np.stack([np.full(image.shape[:2], name == "road", np.float32) for name in names])

    assert (pseudo_labels(tmp_path / "idd", "idd", scores=road_everywhere) == road).all()
    for source in ("ade", "voc"):
        assert (pseudo_labels(tmp_path / source, source, scores=road_everywhere) == IDS["wall"]).all()


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
        return pseudo_labels(stem, source)

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
