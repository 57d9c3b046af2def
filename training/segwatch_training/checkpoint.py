"""Checkpoints of a training: read as a model, and mixed with the exported model that the training started from."""

from __future__ import annotations

from pathlib import Path

import torch

from .from_onnx import fold_norms, restore
from .model import ModelConfig, SamClip


def _student(config: dict) -> SamClip:
    """The student that a checkpoint's `config` describes, its weights still to be filled in."""
    if config["backbone"] != "sam-vit":
        return SamClip(ModelConfig(**config))
    from .clip_sam import VitConfig, VitSamClip

    return VitSamClip(VitConfig(**{k: v for k, v in config.items() if k != "backbone"}))


def load_model(file: Path, averaged: bool = True) -> SamClip:
    """The student of a checkpoint, its averaged weights by default."""
    state = torch.load(file, map_location="cpu", weights_only=True)
    model = _student(state["config"])
    model.load_state_dict(state["ema" if averaged else "model"])
    return model.eval()


@torch.no_grad()
def average(exported: Path, checkpoint: Path, weight: float, out: Path) -> None:
    """Mixes an exported model with a training that went on from it (model soups, arXiv 2203.05482), as a checkpoint.

    `weight` is the training's; what the exported model lacks is taken whole from it. Both are mixed as they are
    exported, norms folded into convolutions: one and the same network can be written with many statistics.
    """
    training = load_model(checkpoint)
    fold_norms(training)
    model = SamClip(training.config)
    lacking = restore(model, exported)
    frozen = {id(p) for module in model.frozen_modules() for p in (*module.parameters(), *module.buffers())}
    whole = {k for k, v in [*model.named_parameters(), *model.named_buffers()] if id(v) in frozen} | set(lacking)
    after = training.state_dict()
    mixed = {
        k: torch.lerp(v, after[k], 1.0 if k in whole else weight) if v.dtype.is_floating_point else after[k]
        for k, v in model.state_dict().items()
    }
    torch.save({"config": training.config.as_dict(), "ema": mixed, "model": mixed}, out)
