"""Layers that the student's parts are built of."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


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


def up(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


def unit(x: Tensor, dim: int = 1) -> Tensor:
    """Scales to unit length; written out, so that the exported graph and PyTorch agree to the last bit that matters."""
    return x / (x * x).sum(dim, keepdim=True).clamp_min(1e-12).sqrt()
