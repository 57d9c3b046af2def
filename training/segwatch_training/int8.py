"""`int8`: an exported directory whose backbone computes its 1x1 convolutions, where nearly all weights are, in 8 bits.

Weights are quantised by output channel, activations by the range that they have over pictures which training did
not see. The rest of the graph, both other graphs and the contract stay as they are.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.calibrate import CalibrationMethod
from onnxruntime.quantization.shape_inference import quant_pre_process

from .export import sha256

ENCODER = "image_encoder.onnx"


class _Pictures(CalibrationDataReader):
    def __init__(self, images: Iterator[np.ndarray]):
        self.images = images

    def get_next(self) -> dict[str, np.ndarray] | None:
        image = next(self.images, None)
        return None if image is None else {"image": image[None]}


def _pointwise(file: Path, part: str) -> list[str]:
    """Names of the 1x1 convolutions in `part`."""
    graph = onnx.load(file).graph
    weights = {i.name for i in graph.initializer if list(i.dims[2:]) == [1, 1]}
    return [n.name for n in graph.node if n.op_type == "Conv" and part in n.name and n.input[1] in weights]


def quantise(folder: Path, out: Path, images: Iterable[np.ndarray], part: str = "/blocks.") -> Path:
    """Writes `out`: `folder` with a backbone in 8 bits; images uint8 [H,W,3] RGB at the encoder's input size.

    `part` is in the names of the graph's nodes that are meant.
    """
    with TemporaryDirectory() as scratch:
        prepared = Path(scratch) / ENCODER
        quant_pre_process(folder / ENCODER, prepared, skip_symbolic_shape=True)
        chosen = _pointwise(prepared, part)
        if not chosen:
            raise ValueError(f"{folder / ENCODER}: no 1x1 convolution in {part}")
        shutil.copytree(folder, out)
        quantize_static(
            prepared,
            out / ENCODER,
            _Pictures(iter(images)),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            nodes_to_quantize=chosen,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
    description = json.loads((out / "model.json").read_text())
    description["name"] += "-int8"
    description["files"][ENCODER] = sha256(out / ENCODER)
    (out / "model.json").write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n")
    return out
