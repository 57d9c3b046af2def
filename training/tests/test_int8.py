import numpy as np
import onnx
import pytest

from conftest import embed
from segwatch_training.int8 import quantise
from segwatch_training.runtime import OnnxModel


def test_an_encoder_in_8_bits_answers_much_as_before_and_keeps_the_contract(exported: OnnxModel, tmp_path) -> None:
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 255, (64, 96, 3), np.uint8) for _ in range(4)]

    small = OnnxModel(quantise(exported.folder, tmp_path / "int8", images, "/pyramid/"), embed)

    graph = onnx.load(small.folder / "image_encoder.onnx").graph
    assert "QuantizeLinear" in {n.op_type for n in graph.node}
    before, after = exported.encode(images[0]), small.encode(images[0])
    likeness = (before.aligned * after.aligned).sum(0)
    assert likeness.mean() > 0.95


def test_nothing_is_written_where_there_is_nothing_to_quantise(exported: OnnxModel, tmp_path) -> None:
    with pytest.raises(ValueError, match="no 1x1 convolution in /elsewhere/"):
        quantise(exported.folder, tmp_path / "int8", [], "/elsewhere/")
    assert not (tmp_path / "int8").exists()
