import numpy as np

from segwatch_training.merge import _as_seen_from_a_car, _clean_sky, _voted
from segwatch_training.teachers import Answer, CloserYolox
from segwatch_training.vocabulary import VOID, index_of

IDS = index_of()


def test_two_of_three_looks_win_and_people_are_taken_from_the_closer_one() -> None:
    road, wall, person, tree = (IDS[n] for n in ("road", "wall", "person", "tree"))
    base, closer, mirrored = (np.array([x], np.uint8) for x in (
        [road, road, road, tree], [road, wall, person, wall], [wall, wall, tree, road],
    ))  # fmt: skip
    assert _voted(base, closer, mirrored).tolist() == [[road, wall, person, VOID]]


def test_pale_ground_ahead_of_a_car_is_road_and_beside_it_unknown() -> None:
    base = np.full((100, 160), IDS["sidewalk"], np.uint8)
    base[:50] = IDS["sky"]
    out = _as_seen_from_a_car(base)
    assert out[95, 80] == IDS["road"] and out[62, 5] == VOID and out[10, 80] == IDS["sky"]


def test_dark_pixels_of_the_sky_go_to_what_lies_next_to_them() -> None:
    base = np.full((80, 100), IDS["sky"], np.uint8)
    base[60:] = IDS["tree"]
    image = np.full((80, 100, 3), 230, np.uint8)
    image[57:] = 60
    out = _clean_sky(base, image)
    assert out[58, 50] == IDS["tree"] and out[30, 50] == IDS["sky"]


def test_closer_looks_find_small_things_once_and_drop_what_their_edge_cuts() -> None:
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

    boxes = CloserYolox(Bright())(image).boxes
    assert len(boxes) == 1
    np.testing.assert_allclose(boxes[0, :4], [0.1, 0.2, 0.15, 0.3], atol=1e-6)
