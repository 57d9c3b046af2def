"""SAM-CLIP ViT-B (arXiv 2310.15308) with random weights: what it costs does not hang on them.

The backbone is SAM's image encoder (arXiv 2304.02643): attention in windows of 14, over the whole picture in four
layers, decomposed relative positions. Beside SAM's neck and mask head stands the CLIP head: three layers over the
patches, a maximum over them for the picture's vector, and each patch's own vector in the space of words.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    side: int = 1024
    patch: int = 16
    width: int = 768
    depth: int = 12
    heads: int = 12
    window: int = 14
    everywhere: tuple[int, ...] = (2, 5, 8, 11)
    neck: int = 256
    dims: int = 512
    clip_layers: int = 3
    background: int = 180

    @property
    def grid(self) -> int:
        return self.side // self.patch


QUICK = Shape(side=240, width=48, depth=2, heads=3, everywhere=(1,), neck=32, dims=32, clip_layers=1)


def relative(table: Tensor, size: int) -> Tensor:
    """table [2*size-1,d] -> [size,size,d]: of each place to each other on one axis."""
    at = torch.arange(size, device=table.device)
    return table[at[:, None] - at[None, :] + size - 1]


class SamAttention(nn.Module):
    """Softmax of q·k plus SAM's decomposed relative positions, without a matrix of all pairs.

    The bias of a pair is a sum of two terms of the query: one picked by the key's row, one by its column. Written
    behind q, with a one at the key's row and column behind k, it comes out of the same product, so that a fused kernel
    does it.
    """

    def __init__(self, width: int, heads: int, size: int):
        super().__init__()
        self.heads, self.size, self.head = heads, size, width // heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.rows = nn.Parameter(torch.randn(2 * size - 1, self.head) * 0.02)
        self.columns = nn.Parameter(torch.randn(2 * size - 1, self.head) * 0.02)
        one = torch.eye(size)
        places = torch.cat([one.repeat_interleave(size, 0), one.repeat(size, 1)], 1)
        self.register_buffer("places", places, persistent=False)

    def split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """x [B,size,size,width] -> q, k, v [B,heads,N,head] and the biases by row and by column [B,heads,N,size]."""
        batch, n = x.shape[0], self.size * self.size
        q, k, v = self.qkv(x).reshape(batch, n, 3, self.heads, self.head).permute(2, 0, 3, 1, 4)
        square = q.unflatten(2, (self.size, self.size))
        by_row = torch.einsum("bnhwc,hkc->bnhwk", square, relative(self.rows, self.size)).flatten(2, 3)
        by_column = torch.einsum("bnhwc,wkc->bnhwk", square, relative(self.columns, self.size)).flatten(2, 3)
        return q, k, v, by_row, by_column

    def forward(self, x: Tensor) -> Tensor:
        q, k, v, by_row, by_column = self.split(x)
        # Fused kernels want one length, a multiple of eight, of all three.
        gap = -(self.head + 2 * self.size) % 8
        wide_q = F.pad(torch.cat([q * self.head**-0.5, by_row, by_column], -1), (0, gap))
        places = self.places.expand(*k.shape[:2], -1, -1)
        wide_k = F.pad(torch.cat([k, places], -1), (0, gap))
        wide_v = F.pad(v, (0, wide_q.shape[-1] - self.head))
        y = F.scaled_dot_product_attention(wide_q, wide_k, wide_v, scale=1.0)[..., : self.head]
        return self.out(y.transpose(1, 2).reshape(x.shape))

    def plain(self, x: Tensor) -> Tensor:
        """The same by its definition, for the check."""
        q, k, v, by_row, by_column = self.split(x)
        bias = (by_row[..., :, None] + by_column[..., None, :]).flatten(-2)
        weights = ((q * self.head**-0.5) @ k.transpose(-1, -2) + bias).softmax(-1)
        return self.out((weights @ v).transpose(1, 2).reshape(x.shape))


class PlainAttention(nn.Module):
    """Queries, keys and values of their own; `inner` is what they are projected to."""

    def __init__(self, width: int, heads: int, inner: int):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v = (nn.Linear(width, inner) for _ in range(3))
        self.out = nn.Linear(inner, width)

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        parts = (
            p(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for p, x in ((self.q, q), (self.k, k), (self.v, v))
        )
        return self.out(F.scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2))


def mlp(width: int, inner: int, activation: type[nn.Module] = nn.GELU) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, inner), activation(), nn.Linear(inner, width))


class SamLayer(nn.Module):
    def __init__(self, shape: Shape, everywhere: bool):
        super().__init__()
        self.window = 0 if everywhere else shape.window
        self.before, self.between = nn.LayerNorm(shape.width), nn.LayerNorm(shape.width)
        self.attention = SamAttention(shape.width, shape.heads, self.window or shape.grid)
        self.mlp = mlp(shape.width, 4 * shape.width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.before(x)
        x = x + (self._in_windows(y) if self.window else self.attention(y))
        return x + self.mlp(self.between(x))

    def _in_windows(self, x: Tensor) -> Tensor:
        batch, height, width, channels = x.shape
        size = self.window
        x = F.pad(x, (0, 0, 0, -width % size, 0, -height % size))
        down, across = x.shape[1] // size, x.shape[2] // size
        x = x.reshape(batch, down, size, across, size, channels).transpose(2, 3).reshape(-1, size, size, channels)
        x = self.attention(x).reshape(batch, down, across, size, size, channels).transpose(2, 3)
        return x.reshape(batch, down * size, across * size, channels)[:, :height, :width]


class Backbone(nn.Module):
    """uint8 [N,H,W,3] -> patches [N,grid,grid,width]; the normalisation is inside, as in the contract's graphs."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.patches = nn.Conv2d(3, shape.width, shape.patch, shape.patch)
        self.position = nn.Parameter(torch.randn(1, shape.grid, shape.grid, shape.width) * 0.02)
        self.layers = nn.Sequential(*(SamLayer(shape, i in shape.everywhere) for i in range(shape.depth)))

    def forward(self, image: Tensor) -> Tensor:
        x = ((image.to(self.position.dtype) - 118) / 58).permute(0, 3, 1, 2)
        return self.layers(self.patches(x).permute(0, 2, 3, 1) + self.position)


class ChannelNorm(nn.LayerNorm):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ClipHead(nn.Module):
    """Patches -> one unit vector each [N,dims,grid,grid], the picture's [N,dims], and the background's log-sum."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                {
                    "before": nn.LayerNorm(shape.width),
                    "attention": PlainAttention(shape.width, shape.heads, shape.width),
                    "between": nn.LayerNorm(shape.width),
                    "mlp": mlp(shape.width, 4 * shape.width),
                }
            )
            for _ in range(shape.clip_layers)
        )
        self.last, self.project = nn.LayerNorm(shape.width), nn.Linear(shape.width, shape.dims, bias=False)
        self.register_buffer("background", F.normalize(torch.randn(shape.background, shape.dims), dim=-1) * 20)

    def forward(self, patches: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = patches.flatten(1, 2)
        for layer in self.layers:
            y = layer["before"](x)
            x = x + layer["attention"](y, y, y)
            x = x + layer["mlp"](layer["between"](x))
        x = self.project(self.last(x))
        feature, aligned = F.normalize(x.amax(1), dim=-1), F.normalize(x, dim=-1)
        lse = (aligned @ self.background.T).float().logsumexp(-1)
        return aligned.transpose(1, 2).unflatten(2, patches.shape[1:3]), feature, lse


class TwoWayLayer(nn.Module):
    """Of SAM's mask decoder: tokens among themselves, tokens to picture, picture to tokens."""

    def __init__(self, width: int, heads: int = 8):
        super().__init__()
        self.own = PlainAttention(width, heads, width)
        self.to_image, self.to_tokens = (
            PlainAttention(width, heads, width // 2),
            PlainAttention(width, heads, width // 2),
        )
        self.mlp = mlp(width, 8 * width, nn.ReLU)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(4))

    def forward(self, tokens: Tensor, image: Tensor, first: Tensor, where: Tensor) -> tuple[Tensor, Tensor]:
        with_place = tokens + first
        tokens = self.norms[0](tokens + self.own(with_place, with_place, tokens))
        tokens = self.norms[1](tokens + self.to_image(tokens + first, image + where, image))
        tokens = self.norms[2](tokens + self.mlp(tokens))
        return tokens, self.norms[3](image + self.to_tokens(image + where, tokens + first, tokens))


class MaskHead(nn.Module):
    """SAM's neck and mask decoder, asked one box a picture: patches -> masks [N,3,4*grid,4*grid], IoU [N,3]."""

    def __init__(self, shape: Shape):
        super().__init__()
        width = shape.neck
        self.neck = nn.Sequential(
            nn.Conv2d(shape.width, width, 1, bias=False),
            ChannelNorm(width),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            ChannelNorm(width),
        )
        self.where = nn.Parameter(torch.randn(1, shape.grid**2, width) * 0.02)
        # The IoU's token, four masks' tokens, two corners of a box and a padding.
        self.tokens = nn.Parameter(torch.randn(1, 8, width) * 0.02)
        self.layers = nn.ModuleList(TwoWayLayer(width) for _ in range(2))
        self.last, self.norm = PlainAttention(width, 8, width // 2), nn.LayerNorm(width)
        self.finer = nn.Sequential(
            nn.ConvTranspose2d(width, width // 4, 2, 2),
            ChannelNorm(width // 4),
            nn.GELU(),
            nn.ConvTranspose2d(width // 4, width // 8, 2, 2),
            nn.GELU(),
        )
        self.kernels = nn.ModuleList(
            nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width // 8)) for _ in range(4)
        )
        self.iou = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 4))

    def forward(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        embedding = self.neck(patches.permute(0, 3, 1, 2))
        image, first = embedding.flatten(2).transpose(1, 2), self.tokens.expand(len(embedding), -1, -1)
        tokens = first
        for layer in self.layers:
            tokens, image = layer(tokens, image, first, self.where)
        tokens = self.norm(tokens + self.last(tokens + first, image + self.where, image))
        fine = self.finer(image.transpose(1, 2).unflatten(2, embedding.shape[2:]))
        kernels = torch.stack([k(tokens[:, 1 + i]) for i, k in enumerate(self.kernels)], 1)
        masks = torch.einsum("nkc,nchw->nkhw", kernels, fine)
        return masks[:, 1:], self.iou(tokens[:, 0])[:, 1:]


class SamClip(nn.Module):
    """One backbone, or one for each head, as `parts` says: "both", "sam" or "clip"."""

    def __init__(self, shape: Shape, parts: str):
        super().__init__()
        self.backbone = Backbone(shape)
        self.mask_head = MaskHead(shape) if parts in ("both", "sam") else None
        self.clip_head = ClipHead(shape) if parts in ("both", "clip") else None

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        patches = self.backbone(image)
        out: tuple[Tensor, ...] = ()
        for head in (self.mask_head, self.clip_head):
            out += head(patches) if head is not None else ()
        return out


@torch.no_grad()
def check_attention() -> None:
    """Refuses to measure an attention that is not SAM's."""
    torch.manual_seed(0)
    attention, x = SamAttention(24, 2, 7).eval(), torch.randn(2, 7, 7, 24)
    torch.testing.assert_close(attention(x), attention.plain(x), rtol=1e-4, atol=1e-5)
