"""The mask head: SAM's prompts and answers over the image embedding.

Shapes use B prompts of P points, over an embedding of h x w.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import Separable, conv_bn, unit, up

STRIDE = 4
"""Pixels from one cell of the image embedding to the next."""


class PromptMaps(nn.Module):
    """Draws points and boxes as dense maps over the image embedding's grid; frozen, it holds no weights."""

    channels = 8
    sigmas = (1.0, 4.0)

    def forward(self, height: int, width: int, coords: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """coords [B,P,2] px, labels [B,P] -> maps [B,8,h,w]; region weights [B,3,h,w] of foreground, background,
        box."""
        ys = torch.arange(height, device=coords.device, dtype=torch.float32) * STRIDE + STRIDE / 2
        xs = torch.arange(width, device=coords.device, dtype=torch.float32) * STRIDE + STRIDE / 2
        dx = xs[None, None] - coords[..., :1]  # [B,P,w]
        dy = ys[None, None] - coords[..., 1:]  # [B,P,h]
        maps, regions = [], []
        for value in (1.0, 0.0):
            on = (labels == value).float()[:, :, None]
            for sigma in self.sigmas:
                scale = -0.5 / (sigma * STRIDE) ** 2
                blob = (torch.exp(scale * dy * dy) * on)[..., :, None] * torch.exp(scale * dx * dx)[..., None, :]
                maps.append(blob.amax(1))
            regions.append(maps[-2] * maps[-2])
        low, high = (labels == 2.0).float()[:, :, None], (labels == 3.0).float()[:, :, None]
        # Distances to the box's sides; without a box the sums stay 0 and `has` switches the maps off.
        has = low.sum(1, keepdim=True).clamp(0, 1)  # [B,1,1]
        left, top = (dx * low).sum(1), (dy * low).sum(1)  # [B,w], [B,h]: x - x0, y - y0
        right, bottom = (-dx * high).sum(1), (-dy * high).sum(1)
        soft = STRIDE / 2
        inside_x = torch.sigmoid(left / soft) * torch.sigmoid(right / soft)
        inside_y = torch.sigmoid(top / soft) * torch.sigmoid(bottom / soft)
        box = inside_y[:, :, None] * inside_x[:, None, :] * has
        extent_x, extent_y = (left + right).clamp_min(1.0), (top + bottom).clamp_min(1.0)
        centre_x = (1 - ((left - right) / extent_x).abs()).clamp_min(-1)
        centre_y = (1 - ((top - bottom) / extent_y).abs()).clamp_min(-1)
        centred_x = centre_x[:, None, :].expand(-1, height, -1) * has
        centred_y = centre_y[:, :, None].expand(-1, -1, width) * has
        maps += [box, centred_x, centred_y, has.expand(-1, height, width)]
        regions.append(box * centred_x.clamp_min(0) * centred_y.clamp_min(0))
        return torch.stack(maps, 1), torch.stack(regions, 1)


class MaskHead(nn.Module):
    """SAM's interface by a small U of convolutions over the stride-4 embedding and the drawn prompts.

    Beside the drawn maps it sees how alike each position is to what lies under the prompts. Three masks let one click
    mean a part, a thing or a group; `iou` says which to trust.
    """

    def __init__(self, embed: int, width: int):
        super().__init__()
        self.maps = PromptMaps()
        self.key = nn.Conv2d(embed, 32, 1)
        self.mix = conv_bn(embed, width)
        self.prompt = nn.Conv2d(PromptMaps.channels + 3 + 2, width, 1)
        w1, w2, w3, w4 = width, 2 * width, 3 * width, 4 * width
        self.enc4 = nn.Sequential(Separable(w1, w1, 3))
        self.enc8 = nn.Sequential(Separable(w1, w2, 3, 2), Separable(w2, w2, 5))
        self.enc16 = nn.Sequential(Separable(w2, w3, 3, 2), Separable(w3, w3, 5))
        self.enc32 = nn.Sequential(Separable(w3, w4, 3, 2), Separable(w4, w4, 7), Separable(w4, w4, 7))
        self.world = nn.Linear(w4, w4)
        self.dec16 = nn.Sequential(conv_bn(w4 + w3, w3), Separable(w3, w3, 5))
        self.dec8 = nn.Sequential(conv_bn(w3 + w2, w2), Separable(w2, w2, 5))
        self.dec4 = nn.Sequential(conv_bn(w2 + w1, w1), Separable(w1, w1, 3), Separable(w1, w1, 3))
        self.out = nn.Conv2d(w1, 3, 1)
        self.iou = nn.Sequential(nn.Linear(w4 + 3 * w1 + 9, 64), nn.ReLU(inplace=True), nn.Linear(64, 3))

    def forward(
        self, embedding: Tensor, coords: Tensor, labels: Tensor, mask: Tensor, has_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """embedding [1 or B,C,h,w], coords [B,P,2], labels [B,P], mask logits [B,1,h,w], has_mask [B]
        -> masks (logits) [B,3,h,w], iou [B,3]."""
        height, width = embedding.shape[-2:]
        drawn, regions = self.maps(height, width, coords, labels)
        key = unit(self.key(embedding))  # [1|B,32,h,w]
        flat = key.flatten(2)  # [1|B,32,hw]
        weights = regions.flatten(2)  # [B,3,hw]
        means = weights @ flat.transpose(1, 2) / weights.sum(2, keepdim=True).clamp_min(1e-3)  # [B,3,32]
        alike = (means @ flat).unflatten(2, (height, width))  # [B,3,h,w]
        before = torch.sigmoid(mask) * has_mask[:, None, None, None]
        flags = has_mask[:, None, None, None].expand(-1, 1, height, width)
        x4 = F.relu(self.mix(embedding) + self.prompt(torch.cat([drawn, alike, before, flags], 1)))
        x4 = self.enc4(x4)
        x8 = self.enc8(x4)
        x16 = self.enc16(x8)
        x32 = self.enc32(x16)
        top = F.relu(self.world(x32.mean((2, 3))))
        x = x32 + top[:, :, None, None]
        x = self.dec16(torch.cat([up(x, x16), x16], 1))
        x = self.dec8(torch.cat([up(x, x8), x8], 1))
        x = self.dec4(torch.cat([up(x, x4), x4], 1))
        masks = self.out(x)
        prob = torch.sigmoid(masks).flatten(2)  # [B,3,hw]
        area = prob.sum(2, keepdim=True).clamp_min(1e-3)
        inner = (prob @ x.flatten(2).transpose(1, 2) / area).flatten(1)  # [B,3*w1]
        certain = ((2 * prob - 1).abs() * prob).sum(2) / area[..., 0]
        share = prob.mean(2)
        kept = (prob * before.flatten(2)).sum(2) / area[..., 0]
        iou = self.iou(torch.cat([top, inner, certain, share.sqrt(), kept], 1))
        return masks, torch.sigmoid(iou)
