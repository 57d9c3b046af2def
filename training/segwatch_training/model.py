"""The student: one backbone, a CLIP head that answers text, a mask head that answers clicks and boxes.

Shapes use N pictures of H x W pixels (multiples of 32), B prompts of P points, D text dimensions.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .backbone import LiteBackbone, TinyBackbone
from .layers import Separable, conv_bn, unit, up
from .mask_head import MaskHead


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of every part; stored in checkpoints, so that `export` needs nothing else."""

    backbone: str = "lite0"
    fpn: int = 96
    embed: int = 48
    dims: int = 128
    sentence: int = 384
    text_hidden: int = 256
    mask_width: int = 32
    tail: int = 4
    """Last blocks of the backbone that the image feature has for its own; 0: none."""
    mean: float = 127.0
    std: float = 128.0

    def as_dict(self) -> dict:
        return asdict(self)


class Pyramid(nn.Module):
    """Feature pyramid with wide context at the top; gives stride-8 features and the stride-4 image embedding.

    It reads the whole picture's map too, but does not teach it: that one stays near ImageNet's.
    """

    def __init__(self, channels: dict[int, int], head_channels: int, fpn: int, embed: int):
        super().__init__()
        self.top = conv_bn(channels[32], fpn)
        self.context = nn.Sequential(Separable(fpn, fpn, 7), Separable(fpn, fpn, 7))
        self.world = nn.Sequential(nn.Linear(channels[32], fpn), nn.ReLU(inplace=True))
        # From nothing, so that a model without these two goes on as it was.
        self.known, self.scene = nn.Conv2d(head_channels, fpn, 1), nn.Linear(head_channels, fpn)
        for module in (self.known, self.scene):
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)
        self.lateral16, self.lateral8 = conv_bn(channels[16], fpn, act=False), conv_bn(channels[8], fpn, act=False)
        self.smooth16 = nn.Sequential(Separable(fpn, fpn), Separable(fpn, fpn))
        self.smooth8 = nn.Sequential(Separable(fpn, fpn), Separable(fpn, fpn, 3))
        self.lateral4, self.down = conv_bn(channels[4], embed, act=False), conv_bn(fpn, embed, act=False)
        self.smooth4 = Separable(embed, embed, 3)
        self.last = nn.Conv2d(embed, embed, 1)

    def forward(self, maps: dict[int, Tensor], whole: Tensor) -> tuple[Tensor, Tensor]:
        """-> features [N,fpn,H/8,W/8], image_embedding [N,embed,H/4,W/4]."""
        whole = whole.detach()
        everywhere = self.world(maps[32].mean((2, 3))) + self.scene(whole.mean((2, 3)))
        x = self.top(maps[32])
        x = x + up(self.known(whole), x) + everywhere[:, :, None, None]
        x = self.context(x)
        x = self.smooth16(F.relu(self.lateral16(maps[16]) + up(x, maps[16])))
        x = self.smooth8(F.relu(self.lateral8(maps[8]) + up(x, maps[8])))
        fine = F.relu(self.lateral4(maps[4]) + up(self.down(x), maps[4]))
        return x, self.last(self.smooth4(fine))


class ClipHead(nn.Module):
    """Light convolutions from pyramid features to unit vectors in the text space, and the pooled image feature.

    To each place is added what the image feature would be of it alone, as a class activation map (arXiv 1512.04150) in
    the text space: the labels of pixels are of some hundred words, and the image feature knows all that ImageNet's
    classes are near.
    """

    def __init__(self, fpn: int, head_channels: int, dims: int, whole_stride: int = 0, whole_shift: int = 0):
        """`whole_stride` are the pixels from one cell of the whole picture's map to the next; without it nothing is
        added to places. `whole_shift` are those by which its cells see further right and down than they lie."""
        super().__init__()
        self.body = nn.Sequential(Separable(fpn, fpn), Separable(fpn, fpn, 3))
        self.project = nn.Conv2d(fpn, dims, 1)
        self.image = nn.Linear(2 * head_channels, dims)
        self.enlarged, self.shifted = whole_stride // 8, whole_shift // 8
        if self.enlarged:
            self.place = nn.Conv2d(dims, dims, 1, bias=False)
            nn.init.zeros_(self.place.weight)

    def forward(self, features: Tensor, whole: Tensor) -> tuple[Tensor, Tensor]:
        """features [N,fpn,h,w], whole [N,K,H/64,W/64] -> text_aligned [N,D,h,w], image_feature [N,D]; unit length."""
        aligned = unit(self.project(self.body(features)))
        pooled = torch.cat([whole.mean((2, 3)), whole.amax((2, 3))], 1)
        if self.enlarged:
            aligned = unit(aligned + self._places(whole.detach(), *aligned.shape[-2:]))
        return aligned, unit(self.image(pooled))

    def _places(self, whole: Tensor, height: int, width: int) -> Tensor:
        """What `place` lets through of each cell's own image feature, at the words' grid [N,D,h,w]."""
        mean, most = self.image.weight.chunk(2, 1)
        cells = F.conv2d(whole, (mean + most)[:, :, None, None], self.image.bias)
        passed, factor = self.place(unit(cells)), float(self.enlarged)
        passed = F.interpolate(passed, scale_factor=factor, mode="bilinear", align_corners=False)
        before = self.shifted
        return F.pad(passed, (before, 0, before, 0), mode="replicate")[:, :, :height, :width]


class TextProjection(nn.Module):
    """Adapter from frozen sentence embeddings [Q,E] to the shared space [Q,D].

    The linear part starts as the principal components of many words, so that words never trained on keep their kin;
    the residual part starts at zero.
    """

    def __init__(self, sentence: int, dims: int, hidden: int):
        super().__init__()
        self.linear = nn.Linear(sentence, dims)
        self.inner = nn.Linear(sentence, hidden)
        self.outer = nn.Linear(hidden, dims)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    @torch.no_grad()
    def start_from(self, sentences: Tensor) -> None:
        """Sets the linear part to the principal components of sentences [M,E]."""
        mean = sentences.mean(0)
        _, _, v = torch.linalg.svd(sentences - mean, full_matrices=False)
        weight = v[: self.linear.out_features]
        self.linear.weight[: len(weight)].copy_(weight)
        self.linear.bias.copy_(-self.linear.weight @ mean * 0.9)

    def forward(self, sentence: Tensor) -> Tensor:
        return unit(self.linear(sentence) + self.outer(F.relu(self.inner(sentence))))


class SamClip(nn.Module):
    """Backbone + pyramid shared by both heads, the text adapter and the learnt logit scale."""

    text_stride = 8

    def __init__(self, config: ModelConfig, pretrained: bool = False):
        super().__init__()
        self.config = config
        self.backbone = (
            TinyBackbone() if config.backbone == "tiny" else LiteBackbone(config.backbone, pretrained, config.tail)
        )
        self.pyramid = Pyramid(self.backbone.channels, self.backbone.head_channels, config.fpn, config.embed)
        self.clip_head = ClipHead(
            config.fpn, self.backbone.head_channels, config.dims, self.backbone.whole_stride, self.backbone.whole_shift
        )
        self.mask_head = MaskHead(config.embed, config.mask_width)
        self.text = TextProjection(config.sentence, config.dims, config.text_hidden)
        self.log_scale = nn.Parameter(torch.tensor(20.0).log())

    @property
    def logit_scale(self) -> Tensor:
        return self.log_scale.exp().clamp(5.0, 60.0)

    def frozen_modules(self) -> list[nn.Module]:
        """What no stage teaches; with a tail that stays ImageNet's, what is read out of it stays too. Photos that are
        known by heart would teach `place` that nothing need be added."""
        read = [self.clip_head.image] if self.backbone.has_tail else []
        return [*self.backbone.frozen_modules(), *read, self.clip_head.place]

    def normalise(self, image: Tensor) -> Tensor:
        """uint8 [N,H,W,3] RGB -> float [N,3,H,W]."""
        return (image.permute(0, 3, 1, 2).float() - self.config.mean) / self.config.std

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Normalised [N,3,H,W] -> image_embedding [N,C,H/4,W/4], text_aligned [N,D,H/8,W/8], image_feature [N,D]."""
        maps, whole = self.backbone(x)
        features, embedding = self.pyramid(maps, whole)
        aligned, image_feature = self.clip_head(features, whole)
        return embedding, aligned, image_feature

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.encode(self.normalise(image))
