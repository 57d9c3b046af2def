"""Teachers of pixels and boxes, on small networks written here."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from segwatch_training.boxes import averaged
from segwatch_training.teachers import Answer, Closer, EspNetTeacher

NAMES = ("red", "green", "blue")


@pytest.fixture()
def loudest(tmp_path: Path) -> EspNetTeacher:
    """A picture's normalised colours as logits of three classes, read at 32 x 64 px."""
    image, logits = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, 32, 64]) for n in ("image", "logits"))
    one = helper.make_tensor("one", TensorProto.FLOAT, [], [1.0])
    graph = helper.make_graph(
        [helper.make_node("Mul", ["image", "one"], ["logits"])], "loudest", [image], [logits], [one]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.save(model, tmp_path / "net.onnx")
    return EspNetTeacher(tmp_path / "net.onnx", NAMES, longest=40)


@pytest.mark.parametrize(("height", "width"), [(80, 120), (120, 80), (20, 20)])
def test_a_picture_keeps_its_aspect_in_the_network_and_its_size_in_the_answer(
    loudest: EspNetTeacher, height: int, width: int
) -> None:
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, :, 2], image[height // 2 :, :, 0] = 255, 255
    answer = loudest(image)
    assert answer.classes.shape == answer.confidence.shape == (height, width)
    assert (answer.classes[: height // 2 - 8] == NAMES.index("blue")).all()
    assert (answer.classes[height // 2 + 8 :] == NAMES.index("red")).all()
    assert answer.confidence[0, 0] > 200
    if height > 32:  # seen smaller, so that a row of the network's input holds both
        assert answer.confidence.min() < 200


def test_closer_views_are_of_both_ends_of_a_wide_picture_and_of_its_mirror_image() -> None:
    class Column:
        """Each pixel's place in what it is shown."""

        names = NAMES

        def __call__(self, image: np.ndarray) -> Answer:
            return Answer(classes=np.arange(image.shape[1], dtype=np.uint8)[None].repeat(image.shape[0], 0))

    answer = Closer(Column())(np.zeros((40, 70, 3), np.uint8))
    assert answer.classes[0, [0, 34, 35, 69]].tolist() == [0, 34, 5, 39]
    assert answer.extra["mirrored"][0, [0, 69]].tolist() == [69, 0]


def test_a_picture_that_two_squares_do_not_cover_is_looked_at_as_it_is() -> None:
    class Bright:
        names = NAMES

        def __call__(self, image: np.ndarray) -> Answer:
            return Answer(classes=(image[..., 0] > 0).astype(np.uint8))

    image = np.zeros((40, 100, 3), np.uint8)
    image[:, 30:60] = 255
    assert (Closer(Bright())(image).classes == (image[..., 0] > 0)).all()


def test_boxes_of_two_teachers_become_their_mean_and_those_of_one_count_less() -> None:
    first = np.array([[0.1, 0.1, 0.5, 0.5, 0.9, 2], [0.6, 0.6, 0.8, 0.8, 0.5, 0]], np.float32)
    second = np.array([[0.12, 0.1, 0.54, 0.5, 0.3, 2], [0.1, 0.1, 0.5, 0.5, 0.6, 7]], np.float32)
    boxes = averaged(first, second)
    assert len(boxes) == 3
    np.testing.assert_allclose(boxes[0], [0.105, 0.1, 0.51, 0.5, 0.6, 2], atol=1e-6)
    np.testing.assert_allclose(boxes[1:, 4], [0.4, 0.48], atol=1e-6)
    assert averaged(first[:0], second).tolist()[0][5] == 2 and averaged(first[:0], second[:0]).shape == (0, 6)
