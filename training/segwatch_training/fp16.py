"""`fp16`: an exported directory whose encoder computes in 16 bits, for GPUs.

Pictures go in as bytes and answers come out in 32 bits, as the contract says, so that nothing else changes. What makes
vectors of unit length, and the background's sum of exponentials, stays in 32 bits: 16 bits end at 65504, and at 32 they
tell steps of 0.03 apart. The mask decoder stays as it is: it is small, and takes clicks in pixels.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.transformers.float16 import convert_float_to_float16
from onnxruntime.transformers.onnx_model import OnnxModel

ENCODER = "image_encoder.onnx"
VECTORS = ("text_aligned", "image_feature")
WIDE = ("Exp", "Log", "Pow", "ReduceL2", "ReduceLogSumExp", "ReduceSum", "Sqrt")
WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")


def _exact(graph: onnx.GraphProto) -> list[str]:
    """Names of the nodes that stay in 32 bits: those that make vectors, lengths and sums of exponentials, back to the
    last weights before; those that use a length; and all that is made of vectors."""
    maker = {output: node for node in graph.node for output in node.output}
    wide = {output for node in graph.node if node.op_type in WIDE for output in node.output}
    kept: dict[str, None] = {}
    waiting = [*VECTORS, *wide]
    while waiting:
        node = maker.get(waiting.pop())
        if node is None or node.op_type in WEIGHTED or node.name in kept:
            continue
        kept[node.name] = None
        waiting += node.input
    made = set(VECTORS)
    for node in graph.node:  # in the order in which they are computed
        if made.intersection(node.input):
            made.update(node.output)
            kept[node.name] = None
        elif wide.intersection(node.input) and node.op_type not in WEIGHTED:
            kept[node.name] = None
    return list(kept)


def _join(graph: onnx.GraphProto, exact: set[str], before: set[str]) -> None:
    """Takes away the 16 bits between two nodes of which both compute in 32: the converter puts them after each.

    `before` names the nodes that the graph had; the others are the converter's.
    """
    maker = {output: node for node in graph.node for output in node.output}
    whole = {}
    for node in graph.node:
        rounded = maker.get(node.input[0]) if node.op_type == "Cast" and node.name not in before else None
        added = rounded is not None and rounded.op_type == "Cast" and rounded.name not in before
        if added and getattr(maker.get(rounded.input[0]), "name", None) in exact:
            whole[node.output[0]] = rounded.input[0]
            node.input[0] = rounded.input[0]
    for node in graph.node:
        for i, name in enumerate(node.input):
            node.input[i] = whole.get(name, name)
    used = {name for node in graph.node for name in node.input} | {o.name for o in graph.output}
    for node in [n for n in graph.node if n.op_type == "Cast" and n.output[0] not in used]:
        graph.node.remove(node)


def in_16_bits(file: Path) -> onnx.ModelProto:
    """An encoder's graph in 16 bits, its inputs and outputs as they were."""
    model = onnx.load(file)
    for i, node in enumerate(model.graph.node):
        node.name = node.name or f"{node.op_type}_{i}"
    exact, before = _exact(model.graph), {node.name for node in model.graph.node}
    model = convert_float_to_float16(model, keep_io_types=True, node_block_list=exact)
    _join(model.graph, set(exact), before)
    OnnxModel(model).topological_sort()
    onnx.checker.check_model(model)
    return model


def halve(folder: Path, out: Path) -> Path:
    """Writes `out`: `folder` with an encoder in 16 bits."""
    encoder = in_16_bits(folder / ENCODER)
    shutil.copytree(folder, out)
    onnx.save(encoder, out / ENCODER)
    description = json.loads((out / "model.json").read_text())
    description["name"] += "-fp16"
    description["files"][ENCODER] = hashlib.sha256((out / ENCODER).read_bytes()).hexdigest()
    (out / "model.json").write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n")
    return out


def difference(folder: Path, out: Path, image: np.ndarray) -> dict[str, float]:
    """By output, the largest difference of the two encoders over that output's own largest value; image uint8
    [H,W,3]."""
    before, after = (ort.InferenceSession(str(f / ENCODER), providers=["CPUExecutionProvider"]) for f in (folder, out))
    names = [o.name for o in before.get_outputs()]
    pairs = zip(*(s.run(names, {"image": image[None]}) for s in (before, after)), strict=True)
    return {n: float(np.abs(a - b).max() / np.abs(a).max()) for n, (a, b) in zip(names, pairs, strict=True)}
