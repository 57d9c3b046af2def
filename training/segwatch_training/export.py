"""Writes a model directory: ONNX graphs, background vectors and `model.json`, in the format of `models/README.md`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from .mask_head import STRIDE
from .model import SamClip
from .vocabulary import background_entries

OPSET = 17
MINILM = {
    "encoder": "dependency:all-minilm-l6-v2",
    "pooling": "mean",
    "max_tokens": 64,
    "dims": 384,
    "projection": "text_projection.onnx",
    "templates": ["{}"],
}


class _Encoder(nn.Module):
    """image uint8 [N,H,W,3] -> the encoder's four outputs, normalisation and background inside."""

    def __init__(self, model: SamClip, background: Tensor):
        super().__init__()
        self.model = model
        self.register_buffer("background", (background * model.logit_scale.detach()).contiguous())

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        embedding, aligned, feature = self.model(image)
        logits = nn.functional.conv2d(aligned, self.background[:, :, None, None])
        # ONNX Runtime's ReduceLogSumExp is slower than its parts. No logit leaves ±logit_scale, so that with half of
        # it taken off all sums stay within 32 bits.
        half = 0.5 * self.model.logit_scale.detach()
        return embedding, aligned, feature, (logits - half).exp().sum(1).log() + half


class _Decoder(nn.Module):
    def __init__(self, model: SamClip):
        super().__init__()
        self.head = model.mask_head

    def forward(
        self, image_embedding: Tensor, point_coords: Tensor, point_labels: Tensor, mask_input: Tensor, has_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        return self.head(image_embedding, point_coords, point_labels, mask_input, has_mask)


def _onnx(module: nn.Module, args: tuple, file: Path, inputs: dict, outputs: dict) -> None:
    torch.onnx.export(
        module.eval(),
        args,
        str(file),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes={**inputs, **outputs},
        opset_version=OPSET,
        dynamo=False,
        do_constant_folding=True,
    )


def store_in_16_bits(file: Path, scope: str) -> None:
    """Halves what the weights of convolutions in `scope` take in the file. A Cast after each gives 32 bits back, once,
    as ONNX Runtime loads the graph."""
    model = onnx.load(file)
    graph = model.graph
    stored = {i.name: i for i in graph.initializer}
    casts = []
    for node in graph.node:
        weight = stored.pop(node.input[1], None) if node.op_type == "Conv" and node.name.startswith(scope) else None
        if weight is not None:
            halved = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), f"{weight.name}_16_bits")
            casts.append(
                helper.make_node("Cast", [halved.name], [weight.name], f"{scope}/{weight.name}", to=TensorProto.FLOAT)
            )
            weight.CopyFrom(halved)
    for cast in reversed(casts):
        graph.node.insert(0, cast)
    onnx.save(model, file)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@dataclass(frozen=True)
class About:
    """What `model.json` says of a model besides its weights; `pixels` are those that a picture is scaled to."""

    name: str
    version: str
    provenance: str
    pixels: int = 225280
    synonym_cosine: float = 0.8


@torch.no_grad()
def export(
    model: SamClip,
    sentences: np.ndarray,
    out: Path,
    about: About,
    entries: list[dict] | None = None,
    write_text_encoder: Callable[[Path], dict] | None = None,
) -> Path:
    """Writes the directory `out` anew, in one rename. sentences [G,E]: the background names' sentence embeddings.

    `write_text_encoder` writes a text encoder of the model's own and returns what `model.json` says of it.
    """
    model = model.eval().to("cpu", memory_format=torch.contiguous_format)
    background = model.text(torch.from_numpy(sentences))
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=out.name + ".", dir=out.parent))
    _write_encoder(model, background, work / "image_encoder.onnx")
    _write_decoder(model, work / "mask_decoder.onnx")
    sentence = torch.from_numpy(sentences[:2])
    _onnx(model.text, (sentence,), work / "text_projection.onnx", {"sentence": {0: "Q"}}, {"text": {0: "Q"}})
    text = write_text_encoder(work) if write_text_encoder else MINILM | {"dims": model.config.sentence}
    (work / "background.f32").write_bytes(background.numpy().astype("<f4").tobytes())
    for leftover in work.glob("*.onnx.data"):
        raise RuntimeError(f"{leftover.name}: weights outside the graph break the contract")
    files = {p.name: sha256(p) for p in sorted(work.iterdir())}
    description = _description(model, about, files, text, background_entries() if entries is None else entries)
    (work / "model.json").write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n")
    work.chmod(0o755)
    _replace(out, work)
    return out


def _example_size(model: SamClip) -> tuple[int, int]:
    """Height and width of the picture that a graph is traced with."""
    return (model.side, model.side) if hasattr(model, "side") else (96, 128)


def _write_encoder(model: SamClip, background: Tensor, file: Path) -> None:
    image = torch.zeros(1, *_example_size(model), 3, dtype=torch.uint8)
    outputs = {
        "image_embedding": {0: "N", 2: "h", 3: "w"},
        "text_aligned": {0: "N", 2: "ht", 3: "wt"},
        "image_feature": {0: "N"},
        "background_lse": {0: "N", 1: "ht", 2: "wt"},
    }
    _onnx(_Encoder(model, background), (image,), file, {"image": {0: "N", 1: "H", 2: "W"}}, outputs)
    if model.backbone.has_tail:  # ImageNet's own and frozen: nothing finer than 16 bits was learnt into it
        store_in_16_bits(file, "/model/backbone/tail/")


def _write_decoder(model: SamClip, file: Path) -> None:
    h, w = (side // STRIDE for side in _example_size(model))
    example = (
        torch.randn(1, model.config.embed, h, w),
        torch.rand(2, 3, 2) * 96,
        torch.tensor([[1.0, 0.0, -1.0], [2.0, 3.0, -1.0]]),
        torch.zeros(2, 1, h, w),
        torch.zeros(2),
    )
    inputs = {
        "image_embedding": {2: "h", 3: "w"},
        "point_coords": {0: "B", 1: "P"},
        "point_labels": {0: "B", 1: "P"},
        "mask_input": {0: "B", 2: "h", 3: "w"},
        "has_mask_input": {0: "B"},
    }
    _onnx(_Decoder(model), example, file, inputs, {"masks": {0: "B", 2: "h", 3: "w"}, "iou": {0: "B"}})


def _description(model: SamClip, about: About, files: dict[str, str], text: dict, entries: list[dict]) -> dict:
    """`model.json`; its calibration is still to be fitted."""
    area = {"rule": "area", "pixels": about.pixels, "multiple": 32, "min_side": 64, "max_side": 1536}
    return {
        "format": 1,
        "name": about.name,
        "version": about.version,
        "licence": "Apache-2.0",
        "provenance": about.provenance,
        "files": files,
        "input": {"rule": "letterbox", "side": model.side} if hasattr(model, "side") else area,
        "image_embedding": {"channels": model.config.embed, "stride": STRIDE},
        "text_aligned": {"dims": model.config.dims, "stride": model.text_stride},
        "logit_scale": float(model.logit_scale),
        "text": text,
        "calibration": {"scale": 1.0, "bias": 0.0},
        "class_calibration": {"scale": 1.0, "bias": 0.0},
        "synonym_cosine": about.synonym_cosine,
        "background": entries,
    }


def _replace(out: Path, work: Path) -> None:
    """Puts `work` in the place of `out`, whose model card stays."""
    if not out.exists():
        work.rename(out)
        return
    for kept in out.glob("*.md"):
        shutil.copy2(kept, work / kept.name)
    old = out.with_name(out.name + f".old{os.getpid()}")
    out.rename(old)
    work.rename(out)
    shutil.rmtree(old)


def set_calibration(
    folder: Path, dense: dict[str, float], whole: dict[str, float], biases: Sequence[float] = ()
) -> None:
    """Rewrites the two calibrations of an exported directory's `model.json` and the biases of its entries, in one
    rename."""
    file = folder / "model.json"
    description = json.loads(file.read_text())
    for key, weights in (("calibration", dense), ("class_calibration", whole)):
        description[key] = {k: round(float(v), 4) for k, v in weights.items()}
    for entry, bias in zip(description["background"], biases, strict=False):
        entry["bias"] = round(float(bias), 3)
    temporary = folder / "model.json.tmp"
    temporary.write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n")
    temporary.replace(file)
