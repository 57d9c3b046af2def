"""Starts a student from an exported model directory, so that a training can go on from what a project ships.

An exported graph holds convolutions with their batch norms folded in. They are taken apart again: the convolution gets
the folded weights, scaled to outputs of unit variance, and the norm the statistics that its input has over training
pictures, with the scale and shift that undo them. In evaluation mode the student computes what the graph computes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .model import SamClip

_GRAPHS = {"image_encoder.onnx": "", "mask_decoder.onnx": "mask_head.", "text_projection.onnx": "text."}
# EfficientNet's own names of a convolution and of the norm after it.
_NORMS = {"_expand_conv": "_bn0", "_depthwise_conv": "_bn1", "_project_conv": "_bn2"}


def module_path(scope: str) -> str:
    """`/model/pyramid/top/top.0/Conv` -> `pyramid.top.0`: the exporter repeats a container's name before each child."""
    parts: list[str] = []
    for part in scope.strip("/").split("/")[1:-1]:
        if parts and part.startswith(parts[-1] + "."):
            parts[-1] = part
        else:
            parts.append(part)
    return ".".join(parts)


def _norm_after(modules: dict[str, nn.Module], path: str) -> str | None:
    """Name of the norm that follows the convolution at `path`."""
    parent, _, leaf = path.rpartition(".")
    follower = _NORMS.get(leaf) or (str(int(leaf) + 1) if leaf.isdigit() else None)
    name = f"{parent}.{follower}"
    return name if isinstance(modules.get(name), nn.BatchNorm2d) else None


@torch.no_grad()
def restore(model: SamClip, folder: Path) -> list[str]:
    """Copies the directory's weights into `model`; returns the parameters that it lacks or has in another shape.

    Of another backbone nothing is copied: the heads go on from the directory, over the backbone that `model` has.
    """
    state, modules = model.state_dict(), dict(model.named_modules())
    missing = set(dict(model.named_parameters()))
    weights, biases = _exported(model, folder)
    if any(_differs(state, key, value) for key, value in weights.items() if key.startswith("backbone.")):
        weights = {k: v for k, v in weights.items() if not k.startswith("backbone.")}
        biases = {k: v for k, v in biases.items() if not k.startswith("backbone.")}
    for key, value in weights.items():
        if not _differs(state, key, value):
            state[key].copy_(torch.from_numpy(value.copy()))
            missing.discard(key)
    for name, value in biases.items():
        if not _differs(state, f"{name}.bias", value):
            _unfolded(modules[name], torch.from_numpy(value.copy()))
            missing -= {f"{name}.weight", f"{name}.bias"}
    description = json.loads((folder / "model.json").read_text())
    model.log_scale.fill_(float(np.log(description["logit_scale"])))
    return sorted(missing - {"log_scale"})


def _exported(model: SamClip, folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Weights by their names in `model`, and what is left of norms, their biases, by the norms' names."""
    import onnx
    from onnx import numpy_helper

    modules, found, biases = dict(model.named_modules()), {}, {}
    for file, prefix in _GRAPHS.items():
        graph = onnx.load(folder / file).graph
        weights = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        # The exporter keeps equal tensors once and hands them on; some are stored in 16 bits.
        handed = [n for n in graph.node if n.op_type in ("Identity", "Cast") and n.input[0] in weights]
        weights |= {n.output[0]: weights[n.input[0]].astype(np.float32, copy=False) for n in handed}
        found |= {prefix + name.removeprefix("model." if not prefix else "head."): v for name, v in weights.items()}
        for node in graph.node:
            if node.op_type != "Conv" or not node.name.startswith(("/model/", "/head/")):
                continue
            path = prefix + module_path(node.name)
            norm = _norm_after(modules, path) if path in modules else None
            if norm is not None:
                found[f"{path}.weight"], biases[norm] = weights[node.input[1]], weights[node.input[2]]
            elif path.startswith("backbone."):
                found[f"{path}.weight"] = weights[node.input[1]]
    return found, biases


def _differs(state: dict[str, Tensor], key: str, value: np.ndarray) -> bool:
    return key not in state or state[key].shape != value.shape


def _unfolded(norm: nn.BatchNorm2d, bias: Tensor) -> None:
    """Makes a norm that only adds a bias."""
    norm.weight.fill_(1)
    norm.bias.copy_(bias)
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)


@torch.no_grad()
def fold_norms(model: nn.Module) -> None:
    """Writes what every norm does into the convolution before it, as an exported graph has it; the norm adds a bias."""
    modules = dict(model.named_modules())
    for name, norm in modules.items():
        if isinstance(norm, nn.BatchNorm2d):
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()
            modules[convolution_before(modules, name)].weight.mul_(scale[:, None, None, None])
            _unfolded(norm, norm.bias - norm.running_mean * scale)


@torch.no_grad()
def settle_norms(model: nn.Module, forward, batches: Iterable) -> None:
    """Gives every norm the statistics that its input has over `forward(batch)`, without changing what it computes."""
    norms = {n: m for n, m in model.named_modules() if isinstance(m, nn.BatchNorm2d)}
    sums = {n: [torch.zeros(m.num_features), torch.zeros(m.num_features), 0] for n, m in norms.items()}

    def watch(name: str):
        def hook(_module, inputs) -> None:
            x = inputs[0].float()
            entry = sums[name]
            entry[0] += x.sum((0, 2, 3))
            entry[1] += x.square().sum((0, 2, 3))
            entry[2] += x.numel() // x.shape[1]

        return hook

    handles = [m.register_forward_pre_hook(watch(n)) for n, m in norms.items()]
    model.eval()
    for batch in batches:
        forward(batch)
    for handle in handles:
        handle.remove()
    modules = dict(model.named_modules())
    for name, norm in norms.items():
        total, squares, count = sums[name]
        if not count:
            continue
        mean = total / count
        deviation = (squares / count - mean.square()).clamp_min(0).sqrt()
        deviation = torch.where(deviation > 1e-3, deviation, torch.ones_like(deviation))
        before = norm.weight / (norm.running_var + norm.eps).sqrt()
        norm.bias.add_(before * (mean - norm.running_mean))
        convolution = modules[convolution_before(modules, name)]
        convolution.weight.div_(deviation[:, None, None, None])
        norm.running_mean.copy_(mean / deviation)
        norm.running_var.fill_(1 - norm.eps)
        norm.weight.copy_(before * deviation)


def fix_norms(model: nn.Module) -> None:
    """Keeps every norm's statistics and computes it within the convolution before it, which saves an eighth of the
    time.

    The parameters stay what they are, so that checkpoints know nothing of it.
    """
    modules = dict(model.named_modules())
    for name, norm in modules.items():
        if isinstance(norm, nn.BatchNorm2d):
            convolution = modules[convolution_before(modules, name)]
            convolution.forward = partial(_normed, convolution, norm)
            norm.forward = _unchanged


def _normed(convolution: nn.Conv2d, norm: nn.BatchNorm2d, x: Tensor) -> Tensor:
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    bias = norm.bias - norm.running_mean * scale
    padding = convolution.padding
    pad = getattr(convolution, "static_padding", None)  # EfficientNet's own kind of convolution pads for itself
    if isinstance(pad, nn.ZeroPad2d):
        if len(set(pad.padding)) == 1:
            padding = pad.padding[:2]
        else:
            x = pad(x)
    weight = convolution.weight * scale[:, None, None, None]
    return nn.functional.conv2d(x, weight, bias, convolution.stride, padding, convolution.dilation, convolution.groups)


def _unchanged(x: Tensor) -> Tensor:
    return x


def convolution_before(modules: dict[str, nn.Module], norm: str) -> str:
    parent, _, leaf = norm.rpartition(".")
    for convolution, follower in _NORMS.items():
        if leaf == follower and f"{parent}.{convolution}" in modules:
            return f"{parent}.{convolution}"
    return f"{parent}.{int(leaf) - 1}"
