from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto

from conftest import embed
from segwatch_training.cli import main
from segwatch_training.fp16 import difference, halve
from segwatch_training.model import SamClip
from segwatch_training.runtime import OnnxModel
from segwatch_training.text import write_sentences
from segwatch_training.vocabulary import concepts

SHIPPED = Path(__file__).parents[2] / "models" / "default"


def photo(height: int, width: int) -> np.ndarray:
    """A picture with large shapes and fine grain."""
    rng = np.random.default_rng(0)
    coarse = np.kron(rng.integers(0, 255, (height // 16, width // 16, 3)), np.ones((16, 16, 1)))
    return np.clip(coarse + rng.normal(0, 8, (height, width, 3)), 0, 255).astype(np.uint8)


def test_an_encoder_in_16_bits_answers_as_before_and_keeps_the_contract(exported: OnnxModel, tmp_path) -> None:
    small = OnnxModel(halve(exported.folder, tmp_path / "fp16"), embed)

    assert small.meta["name"] == exported.meta["name"] + "-fp16"
    graph = onnx.load(small.folder / "image_encoder.onnx").graph
    assert [i.type.tensor_type.elem_type for i in graph.input] == [TensorProto.UINT8]
    assert {o.type.tensor_type.elem_type for o in graph.output} == {TensorProto.FLOAT}
    weights = [i for i in graph.initializer if len(i.dims) == 4 and i.dims[1] > 1]
    assert {i.data_type for i in weights[:-1]} == {TensorProto.FLOAT16}
    assert max(difference(exported.folder, small.folder, photo(96, 128)).values()) < 0.01


def test_the_shipped_encoder_in_16_bits_scores_as_the_one_in_32(tmp_path) -> None:
    main(["fp16", "--model", str(SHIPPED), "--out", str(tmp_path / "fp16")])

    before, after = OnnxModel(SHIPPED, embed), OnnxModel(tmp_path / "fp16", embed)
    one, other = (m.encode(photo(352, 640)) for m in (before, after))
    np.testing.assert_allclose(np.linalg.norm(other.aligned, axis=0), 1, atol=1e-3)
    assert (one.aligned * other.aligned).sum(0).min() > 0.999
    assert np.abs(one.lse - other.lse).max() < 0.1
    assert float(one.feature @ other.feature) > 0.999


def test_what_is_exported_can_be_halved_at_once(tiny: SamClip, tmp_path) -> None:
    write_sentences(tmp_path, [c.name for c in concepts()], embed)
    torch.save({"config": tiny.config.as_dict(), "ema": tiny.state_dict()}, tmp_path / "last.pt")

    main(f"export --checkpoint {tmp_path}/last.pt --text {tmp_path} --out {tmp_path}/made --fp16".split())

    assert difference(tmp_path / "made", tmp_path / "made-fp16", photo(96, 128))["text_aligned"] < 0.01
