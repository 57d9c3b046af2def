"""L_CLIP and L_SAM of one batch: what the heads are asked, and the losses of their answers."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from . import losses
from .data import correction, inner_point
from .model import SamClip
from .phrases import PhraseBank
from .recipe import Settings
from .teachers import CropTeacher


def clip_losses(
    model: SamClip,
    aligned: Tensor,
    feature: Tensor,
    batch: dict[str, Tensor],
    bank: PhraseBank,
    settings: Settings,
    rng: np.random.Generator,
    teacher: CropTeacher | None = None,
    crops: Tensor | None = None,
) -> dict[str, Tensor]:
    """L_CLIP's parts for one batch: aligned [N,D,h,w], feature [N,D]; `crops` are normalised, for a teacher."""
    labels = batch["labels"]
    index = losses.sample_points(labels, batch["parts"], settings.points)
    target = labels.flatten(1).long().gather(1, index).flatten()
    x = losses.at_points(aligned.float(), index, labels.shape[-1]).flatten(0, 1)  # [M,D]
    scale = model.logit_scale
    n = len(bank.rows)
    present = {int(v) for v in target.unique() if v < n}
    queries = bank.draw_queries(present, rng, settings.phrases)
    rows = torch.cat([bank.names.cpu(), bank.draw_names(rng), queries]).to(labels.device)
    logits = scale * x @ model.text(bank.sentences[rows]).T  # [M, 2G+Q]
    canonical, drawn, asked = logits[:, :n], logits[:, n : 2 * n], logits[:, 2 * n :]
    offset = settings.balance * bank.log_frequency(target)
    dense = losses.dense_loss(drawn, target, bank.forgiven, bank.absent, offset=offset, weight=bank.weight)
    covered = bank.covered[queries]
    own = (covered.float() @ bank.own.float()) > 0  # what the phrase covers, and what that may cover
    z = losses.query_scores(asked, canonical, own)
    query = losses.query_loss(z, covered, own & ~covered, target, bank.absent)
    names = model.text(bank.imagenet)
    if teacher:
        classes, wanted = teacher(crops, names.detach())
        image = 0.5 * losses.whole_loss(feature.float(), names, classes, scale)
        image = image + losses.feature_loss(feature.float(), wanted)
    else:
        image = losses.image_loss(feature.float(), names, batch["top"], scale)
    known = target < n
    right = (canonical.argmax(1)[known] == target[known]).float().mean() if known.any() else dense.detach()
    return {
        "dense": dense,
        "query": query,
        "image": image,
        "structure": _structure(model, bank, names, rng),
        "point_accuracy": right.detach(),
    }


def _structure(model: SamClip, bank: PhraseBank, names: Tensor, rng: np.random.Generator) -> Tensor:
    """Of some phrases and some of ImageNet's `names` [1000,D]."""
    some = torch.from_numpy(rng.choice(len(bank.sentences), 200, replace=False))
    classes = torch.from_numpy(rng.choice(len(bank.imagenet), 150, replace=False))
    projected = torch.cat([model.text(bank.sentences[some]), names[classes]])
    return losses.structure_loss(projected, torch.cat([bank.sentences[some], bank.imagenet[classes]]))


@torch.no_grad()
def uncontradicted(model: SamClip, wanted: Tensor, labels: Tensor, bank: PhraseBank) -> Tensor:
    """1 where the maps `wanted` [N,D,h,w] of a model that is followed may be kept, 0 where labels [N,S,S] know better:
    where the concept that they show is neither the labels' own nor wider or narrower than it. [N,h,w]."""
    step = labels.shape[-1] // wanted.shape[-1]
    target = labels[:, step // 2 :: step, step // 2 :: step].long()
    names = model.text(bank.sentences[bank.names.cpu()])
    said = torch.einsum("ndhw,gd->nghw", wanted, names).argmax(1)
    known = target < len(names)
    t = target.clamp_max(len(names) - 1)
    alike = (t == said) | bank.own[t, said] | bank.own[said, t]
    return (alike | ~known).float()


def sam_losses(
    model: SamClip,
    embedding: Tensor,
    batch: dict[str, Tensor],
    settings: Settings,
    rounds: int,
) -> dict[str, Tensor]:
    """L_SAM for one batch: prompts, then corrective clicks at the largest error, each round a loss."""
    usable = torch.nonzero(batch["usable"])
    if len(usable) == 0:
        return {}
    usable = usable[torch.randperm(len(usable))[: settings.prompts]]
    which, k = usable[:, 0], usable[:, 1]
    target = batch["masks"][which, k]  # [B,S,S]
    coords, points = batch["coords"][which, k], batch["points"][which, k]
    unknown = (batch["labels"][which] == 255) & (target == 0)
    small = F.avg_pool2d(target[:, None].float(), 4)[:, 0] > 0.5
    valid = (F.avg_pool2d(unknown[:, None].float(), 4)[:, 0] < 0.5).float()
    features = embedding.float()[which]
    mask = features.new_zeros(len(which), 1, *features.shape[-2:])
    has = features.new_zeros(len(which))
    composed = (points[:, 0] == 2) & (torch.rand(len(which), device=target.device) < settings.composed)
    if composed.any():
        coords, points = _with_inner_point(coords, points, composed, target)
        mask = losses.coarse_logits(small.float())[:, None] * composed[:, None, None, None]
        has = composed.float()
    total, first = features.new_zeros(()), None
    for turn in range(rounds):
        logits, iou = model.mask_head(features, coords, points, mask, has)
        logits, iou = logits.float(), iou.float()
        loss, _ = losses.mask_loss(logits, iou, small.float(), valid)
        total = total + loss / rounds
        chosen = iou.detach().argmax(1)
        now = logits.detach()[torch.arange(len(which)), chosen]
        if first is None:
            true = losses.mask_iou(logits.detach(), small.float(), valid)
            first = true.gather(1, chosen[:, None]).mean()
        if turn + 1 < rounds:
            mask, has = now[:, None], torch.ones_like(has)
            coords, points = _with_correction(coords, points, now, small, valid)
    return {"mask": total, "first_iou": first}


def _with_inner_point(coords: Tensor, points: Tensor, composed: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Prompts as the composition of both heads makes them: where `composed` [B], a box gets an inner point of the mask
    `target` [B,S,S] too."""
    inner = torch.tensor([inner_point(m) for m in target.cpu().numpy()], dtype=torch.float32, device=target.device)
    kinds = torch.where(composed, 1.0, -1.0)
    return torch.cat([coords, inner[:, None]], 1), torch.cat([points, kinds[:, None]], 1)


def _with_correction(
    coords: Tensor, points: Tensor, logits: Tensor, target: Tensor, valid: Tensor
) -> tuple[Tensor, Tensor]:
    """Prompts with one click more, at the largest error of `logits` [B,h,w] against `target` where `valid`."""
    guess, truth, care = (x.cpu().numpy() > 0 for x in (logits, target, valid))
    clicks = [correction(t & v, g & v) for t, g, v in zip(truth, guess, care, strict=True)]
    clicks = torch.tensor(clicks).to(coords)
    return torch.cat([coords, 4 * clicks[:, None, :2]], 1), torch.cat([points, clicks[:, 2:]], 1)
