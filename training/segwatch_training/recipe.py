"""The recipe's numbers: stages 0 to 2 of SAM-CLIP, and every setting of a training besides its data.

Stage 0 makes what the paper starts from and nobody can fetch here: a promptable mask head on an ImageNet backbone
("SAM"). Stage 1 probes: the backbone and the mask head are frozen, the CLIP head learns. Stage 2 distils both jointly:
L_CLIP + lambda * L_SAM, each fed by replay of its own data, the inherited parts at lower learning rates. The last part
of stage 2 runs at a higher resolution.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from .data import Augment
from .model import ModelConfig


@dataclass
class Stage:
    """One stage: which parts learn, how fast, for how long (minutes of wall clock, or steps where given)."""

    name: str
    minutes: float
    rates: dict[str, float]
    clip: float = 1.0
    mask: float = 1.0
    batch: int = 12
    size: int = 320
    unit: float = 340.0
    """Pixels of a picture's short side before it is scaled at random."""
    scales: tuple[float, float] = (Augment.min_scale, Augment.max_scale)
    """Least and most of that scaling."""
    steps: int = 0
    warm_up: float = 0.03
    final_rate: float = 0.02


def _scaled(rates: dict[str, float], factor: float) -> dict[str, float]:
    return {part: factor * rate for part, rate in rates.items()}


def default_stages(minutes: float, lam: float = 0.6) -> list[Stage]:
    """Stages 0 and 1 short, stage 2 for the rest; its last fifth sees larger crops."""
    masks = {"pyramid": 3e-3, "mask_head": 3e-3}
    probed = {"clip_head": 3e-3, "text": 1e-3, "scale": 1e-3}
    joint = {"pyramid": 2e-3, "clip_head": 2e-3, "mask_head": 1.5e-3, "text": 5e-4, "scale": 1e-3, "backbone": 4e-4}
    return [
        Stage("stage0-mask", 0.06 * minutes, masks, clip=0.0, final_rate=0.3),
        Stage("stage1-probe", 0.06 * minutes, probed, mask=0.0, final_rate=0.3),
        Stage("stage2-joint", 0.70 * minutes, joint, mask=lam, final_rate=0.25),
        Stage("stage2-high-resolution", 0.18 * minutes, _scaled(joint, 0.25), mask=lam, batch=6, size=448),
    ]


def continued_stages(minutes: float, lam: float = 0.6, rate: float = 1.0) -> list[Stage]:
    """Stage 2 again, for a student that starts from an exported model; at rates that let it forget little: the heads
    learn new words at ten times the backbone's.

    The last part sees things about as large as a frame shows them at the default input, whose short side has 1.05 to
    1.4 times the 340 px of `unit` (arXiv 1906.06423: what is seen smaller in training than in use is known less well).
    `rate` multiplies all rates: at three times the backbone's, three minutes cost ten points of IoU, which an hour has
    to learn again.
    """
    rates = {"pyramid": 5e-4, "clip_head": 6e-4, "mask_head": 4e-4, "text": 2e-4, "scale": 2e-4, "backbone": 6e-5}
    rates = _scaled(rates, rate)
    finest = {"batch": 8, "size": 416, "scales": (0.7, 1.8), "warm_up": 0.1, "final_rate": 0.03}
    return [
        Stage("stage2-joint", 0.7 * minutes, rates, mask=lam, batch=12, size=288, final_rate=0.3),
        Stage("stage2-high-resolution", 0.3 * minutes, _scaled(rates, 0.4), mask=lam, **finest),
    ]


def vit_stages(minutes: float, lam: float, batch: int, side: int) -> list[Stage]:
    """The paper's two stages for a student that is SAM already: its parts learn at a tenth of the head's rate."""
    crops = {"batch": batch, "size": side, "unit": 0.75 * side}
    probed = {"clip_head": 1e-3, "scale": 1e-3}
    joint = {"clip_head": 4e-4, "scale": 4e-4, "backbone": 4e-5, "mask_head": 4e-5}
    return [
        Stage("stage1-probe", 0.2 * minutes, probed, mask=0.0, final_rate=0.3, **crops),
        Stage("stage2-joint", 0.8 * minutes, joint, mask=lam, **crops),
    ]


@dataclass
class Settings:
    """Everything a training depends on besides the data."""

    model: ModelConfig = field(default_factory=ModelConfig)
    seed: int = 0
    points: int = 768
    phrases: int = 32
    prompts: int = 4
    """For each rank and step."""
    image: float = 0.6
    query: float = 0.5
    structure: float = 1.0
    composed: float = 0.4
    """Share of box prompts that bring a coarse mask along."""
    frozen_stride: int = 8
    """The backbone's blocks up to this stride stay as they are."""
    start_from: str = ""
    """Exported model directory to go on from; empty starts from ImageNet's weights."""
    distill_from: tuple[str, ...] = ()
    """Exported model directories whose maps, on average, the student learns to make besides."""
    distill_weight: float = 1.0
    """Weight of that loss beside L_CLIP."""
    threads: int = 2
    workers: int = 1
    ranks: int = 1
    """Processes that share a step's batch. On a busy CPU two of one thread beat one of two: they wait for each other
    once a step instead of at every operator."""
    balance: float = 0.0
    """Of the dense loss: 0 learns how common each concept is among the training's points, 1 does not."""
    bf16: bool = False
    fixed_norms: bool = False
    """Norms keep the statistics that they start with; for a student that starts from an exported model."""
    crop_teacher: bool = False
    """The ImageNet network that the student came from sees the crops too, so that the image feature keeps what it
    knew."""
    sam: str = ""
    """SAM's folder: the student is its ViT, and `clip`, CLIP's folder, teaches it words."""
    clip: str = ""
    device: str = "cpu"
    checkpoint_minutes: float = 3.0
    ema: float = 0.998


def describe(stages: list[Stage], settings: Settings) -> str:
    """Stages and settings as JSON."""
    return json.dumps({"settings": asdict(settings), "stages": [asdict(s) for s in stages]}, indent=1)
