"""Losses of both heads.

L_CLIP: `dense_loss` (which concept is each point), `query_loss` (the very score that the service computes, for names,
synonyms and wider words), `image_loss` (the picture's ImageNet classes), `structure_loss` (words keep their kin).
L_SAM: `mask_loss` (best of three masks, and how good each is).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

VERY_NEGATIVE = -1e4


def sample_points(labels: Tensor, parts: Tensor, count: int, generator: torch.Generator | None = None) -> Tensor:
    """Picks points of uint8 [N,S,S] maps, half evenly and half so that each connected part [N,S,S] has the root of its
    area -> flat indices [N,count]. Small things have few pixels, and are what is missed."""
    flat, part = labels.flatten(1), parts.flatten(1).long()
    area = torch.zeros(len(labels), int(part.max()) + 1, device=flat.device)
    area.scatter_add_(1, part, torch.ones(part.shape, device=flat.device))
    known = (flat != 255).float()
    even = known / known.sum(1, keepdim=True).clamp_min(1)
    rare = known / area.gather(1, part).clamp_min(1).sqrt()
    rare = rare / rare.sum(1, keepdim=True).clamp_min(1e-6)
    return torch.multinomial(0.5 * even + 0.5 * rare + 1e-12, count, replacement=True, generator=generator)


def at_points(maps: Tensor, index: Tensor, size: int) -> Tensor:
    """Bilinear values of maps [N,D,h,w] at flat pixel indices [N,K] of an S x S picture -> [N,K,D]."""
    x = (index % size).float() + 0.5
    y = torch.div(index, size, rounding_mode="floor").float() + 0.5
    grid = torch.stack([x, y], -1) / size * 2 - 1
    return F.grid_sample(maps, grid[:, :, None], mode="bilinear", padding_mode="border", align_corners=False)[
        ..., 0
    ].transpose(1, 2)


def dense_loss(
    logits: Tensor,
    target: Tensor,
    forgiven: Tensor,
    absent: Tensor,
    smoothing: float = 0.03,
    offset: Tensor | float = 0.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Cross-entropy of points over the concepts.

    logits [M,G]; target long [M]: a concept, 255 unknown, 254/253 "none of absent[0]/absent[1]"; forgiven bool [G,G]: a
    row's concept does not compete with these; absent bool [2,G]; offset [G] is added to the logits of known points, so
    that what is common is not also preferred (logit adjustment, arXiv 2007.07314); a point counts by its concept's
    `weight` [G].
    """
    known = target < len(forgiven)
    loss, total = logits.new_zeros(()), 0.0
    if known.any():
        t = target[known]
        counted = logits.new_ones(len(t)) if weight is None else weight[t]
        masked = (logits[known] + offset).masked_fill(forgiven[t], VERY_NEGATIVE)
        log_prob = masked.log_softmax(-1)
        hit = log_prob.gather(1, t[:, None])[:, 0]
        # Generalised cross-entropy lets go of points that stay wrong: the teachers err.
        q = 0.15
        each = (1 - (hit * q).exp()) / q - smoothing * log_prob.clamp_min(-12).mean(-1)
        loss = loss + (counted * each).sum()
        total += float(counted.sum())
    for value, none in ((254, absent[0]), (253, absent[1])):
        where = target == value
        if where.any():
            x = logits[where]
            outside = x.masked_fill(none, VERY_NEGATIVE).logsumexp(-1) - x.logsumexp(-1)
            loss = loss - 0.3 * outside.clamp_min(-6).sum()
            total += float(where.sum())
    return loss / max(total, 1.0)


def query_scores(query: Tensor, background: Tensor, own: Tensor) -> Tensor:
    """z of the score formula. query [M,Q] and background [M,G]: scaled similarities; own bool [Q,G]: entries left
    out."""
    top = background.detach().amax(1, keepdim=True)
    rest = (background - top).exp() @ (~own).to(background.dtype).T
    return query - top - rest.clamp_min(1e-12).log()


def query_loss(z: Tensor, covered: Tensor, ignored: Tensor, target: Tensor, absent: Tensor) -> Tensor:
    """Binary cross-entropy of z [M,Q] for phrases that cover concepts covered bool [Q,G], not judged on ignored
    [Q,G]."""
    concepts = covered.shape[1]
    known = target < concepts
    t = target.clamp_max(concepts - 1)
    positive = covered[:, t].T & known[:, None]
    judged = known[:, None] & ~ignored[:, t].T
    # "None of these" points are negatives of phrases that cover nothing but these.
    for value, none in ((254, absent[0]), (253, absent[1])):
        only = ~(covered & ~none).any(1)
        judged = judged | ((target == value)[:, None] & only[None])
    loss = F.binary_cross_entropy_with_logits(z, positive.float(), reduction="none").clamp_max(8)
    pos, neg = (positive & judged).float(), (~positive & judged).float()
    return (loss * pos).sum() / pos.sum().clamp_min(20) + (loss * neg).sum() / neg.sum().clamp_min(1) * 3.0


def image_loss(feature: Tensor, names: Tensor, top: Tensor, scale: Tensor) -> Tensor:
    """Distils the ImageNet teacher: feature [N,D], names [1000,D], top [N,T,2] class and probability."""
    seen = top[..., 1].sum(1) > 0
    if not seen.any():
        return feature.new_zeros(())
    prob = top[seen, :, 1]
    prob = prob / prob.sum(1, keepdim=True)
    log_prob = (scale * feature[seen] @ names.T).log_softmax(-1)
    return -(prob * log_prob.gather(1, top[seen, :, 0].long())).sum(1).mean()


def whole_loss(feature: Tensor, names: Tensor, classes: Tensor, scale: Tensor) -> Tensor:
    """Distils the ImageNet teacher's answer for each crop: feature [N,D], names [1000,D], classes [N,1000] of sum 1.

    The answer is sharpened and counts as much as it is sure: of most crops of a street a teacher of things says little.
    """
    sure = classes.square()
    weight = sure.sum(1)
    target = sure / weight[:, None]
    log_prob = (scale * feature @ names.T).log_softmax(-1)
    each = (target * (target.clamp_min(1e-8).log() - log_prob)).sum(1)
    return (each * weight.sqrt()).sum() / weight.sqrt().sum()


def feature_loss(feature: Tensor, wanted: Tensor) -> Tensor:
    """Distance of unit vectors [N,D] from the teacher's, weighed so as to count like a cross-entropy: 0 to 10."""
    return 5 * (1 - (feature * wanted).sum(1)).mean()


def maps_loss(
    embedding: Tensor, aligned: Tensor, wanted_embedding: Tensor, wanted_aligned: Tensor, kept: Tensor | None = None
) -> Tensor:
    """Distance of a student's maps from those of the model that it follows: of the words' unit vectors [N,D,h,w] by
    their angle, weighed so as to count like a cross-entropy, where they are to be `kept` [N,h,w], and of the mask
    head's features [N,C,H,W] by their variance."""
    apart = 1 - (aligned * wanted_aligned).sum(1)
    angle = 6 * (apart if kept is None else apart * kept).mean()
    return angle + (embedding - wanted_embedding).square().mean() / wanted_embedding.var()


def structure_loss(projected: Tensor, sentences: Tensor) -> Tensor:
    """Keeps the likeness of words: cosines of projected [M,D] stay an increasing function of those of sentences
    [M,E]."""
    a, b = projected @ projected.T, sentences @ sentences.T
    a, b = a - a.mean(), b - b.mean()
    return 1 - (a * b).mean() / (a.square().mean() * b.square().mean()).clamp_min(1e-9).sqrt()


def mask_iou(logits: Tensor, target: Tensor, valid: Tensor) -> Tensor:
    """Hard IoU of masks [B,3,h,w] with target [B,h,w] where valid [B,h,w] -> [B,3]."""
    on, t, v = (logits > 0).float(), target[:, None], valid[:, None]
    inter = (on * t * v).sum((2, 3))
    union = ((on + t - on * t) * v).sum((2, 3))
    return inter / union.clamp_min(1)


def coarse_logits(target: Tensor) -> Tensor:
    """What the CLIP head might say of masks [B,h,w]: seen at a coarser grid, uneven, logits [B,h,w]."""
    height, width = target.shape[-2:]
    step = int(torch.tensor([2, 4, 8])[torch.randint(3, ())])
    seen = F.avg_pool2d(target[:, None], step, ceil_mode=True)
    seen = F.interpolate(seen, (height, width), mode="bilinear", align_corners=False)[:, 0]
    uneven = F.interpolate(
        torch.randn(len(target), 1, max(2, height // 10), max(2, width // 10), device=target.device),
        (height, width),
        mode="bilinear",
    )[:, 0]
    p = (seen + 0.3 * uneven).clamp(0.02, 0.98)
    return torch.log(p / (1 - p))


def mask_loss(logits: Tensor, iou: Tensor, target: Tensor, valid: Tensor) -> tuple[Tensor, Tensor]:
    """SAM's loss, on the best of three. logits [B,3,h,w], iou [B,3], target and valid float [B,h,w]
    -> loss, index of the best mask [B]."""
    t, v = target[:, None].expand_as(logits), valid[:, None]
    bce = F.binary_cross_entropy_with_logits(logits, t, reduction="none")
    prob = torch.sigmoid(logits)
    p_t = prob * t + (1 - prob) * (1 - t)
    # Pixels near a mask's area count by its size, so that a far pedestrian weighs as much as a lorry.
    size = (t * v).sum((2, 3)).clamp_min(16)
    focal = (bce * (1 - p_t) ** 1.0 * v).sum((2, 3)) / (size * 4).clamp_max(v.sum((2, 3)).clamp_min(1))
    inter = (prob * t * v).sum((2, 3))
    dice = 1 - (2 * inter + 1) / ((prob * v).sum((2, 3)) + (t * v).sum((2, 3)) + 1)
    each = focal + dice
    best = each.argmin(1)
    chosen = each.gather(1, best[:, None])[:, 0].mean() + 0.1 * each.mean()
    true = mask_iou(logits.detach(), target, valid)
    return chosen + (iou - true).abs().mean() * 0.5 + (iou - true).square().mean() * 2, best
