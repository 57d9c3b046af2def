"""What a student starts from: ImageNet's weights, an exported model, and what its heads read out of ImageNet's
network."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import default_collate

from .data import Augment, Pictures
from .from_onnx import restore, settle_norms
from .model import ModelConfig, SamClip
from .objectives import sam_losses
from .phrases import PhraseBank
from .recipe import Settings
from .teachers import directions
from .vocabulary import concept_id

DENSE_CONCEPTS = (
    "road", "sidewalk", "dirt", "grass", "sky", "person", "tree", "building", "wall", "floor", "ceiling", "car", "cat",
    "dog", "horse", "sheep", "cow",
)  # fmt: skip
"""Concepts that exact labels show at every pixel of many photos."""

PLACE_WEIGHT = 0.6
"""Length of what a place gets from the image feature, beside the 1 of what its pixels say."""


def start_model(config: ModelConfig, bank: PhraseBank, pretrained: bool = True) -> SamClip:
    """A student from ImageNet's weights, its text projection from principal components of the phrases."""
    model = SamClip(config, pretrained=pretrained and config.backbone != "tiny")
    model.text.start_from(torch.cat([bank.sentences, bank.imagenet]))
    return model


def start_from_exported(
    model: SamClip, exported: Path, batches: list[dict[str, Tensor]], settings: Settings
) -> list[str]:
    """Gives `model` an exported model's weights, its norms settled on `batches`; returns what it lacks."""
    new = restore(model, exported)

    def forward(batch: dict[str, Tensor]) -> None:
        embedding, _, _ = model(batch["image"])
        sam_losses(model, embedding, batch, settings, rounds=2)

    settle_norms(model, forward, batches)
    return new


def fixed_batches(cache: Path, size: int, count: int = 24) -> list[dict[str, Tensor]]:
    """Training batches of 8 crops that are the same each time, so that all ranks start alike."""
    pictures = Pictures(cache, 10**6, Augment(size, pasted=0), seed=1)
    return [default_collate([pictures[8 * i + k] for k in range(8)]) for i in range(count)]


@torch.no_grad()
def init_image_feature(model: SamClip, bank: PhraseBank, batches: list[dict[str, Tensor]]) -> None:
    """Makes the image feature what ImageNet's classifier reads, seen through the names of its classes.

    The mean over pictures of what the classifier reads says nothing of one of them, and is taken off.
    """
    model.eval()
    wholes = [model.backbone(model.normalise(b["image"]))[1].mean((0, 2, 3)) for b in batches]
    usual = torch.stack(wholes).mean(0)  # [K]
    solved = directions(model.text(bank.imagenet), model.backbone.classifier[0].weight)
    solved = solved / solved.norm(dim=1).mean()
    image = model.clip_head.image
    image.weight.zero_()
    image.weight[:, : solved.shape[1]] = solved
    image.bias.copy_(-solved @ usual)


@torch.no_grad()
def init_place_projection(model: SamClip, bank: PhraseBank) -> None:
    """Lets every place get what the image feature would be of it alone, but for the directions of `DENSE_CONCEPTS`.

    ImageNet's classes name next to none of the surfaces, so that the image feature doubts them wherever they are, and
    takes a person beside a dog for the dog.
    """
    names = bank.names[[concept_id(name) for name in DENSE_CONCEPTS]]
    dense = torch.linalg.qr(model.text(bank.sentences[names]).T).Q  # [D,T]
    others = torch.eye(len(dense)) - dense @ dense.T
    place = model.clip_head.place.weight
    if not place.any():
        model.log_scale.add_(math.log(math.hypot(1, PLACE_WEIGHT)))  # a sum's unit vector is as much less of each
    place.copy_(PLACE_WEIGHT * others[:, :, None, None])
