"""The recipe of SAM-CLIP in three stages, resumable.

Stage 0 makes what the paper starts from and nobody can fetch here: a promptable mask head on an ImageNet backbone
("SAM"). Stage 1 probes: the backbone and the mask head are frozen, the CLIP head learns. Stage 2 distils both jointly:
L_CLIP + lambda * L_SAM, each fed by replay of its own data, the inherited parts at lower learning rates; its last part
runs at a higher resolution.
"""

from __future__ import annotations

import json
import math
import os
import socket
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, default_collate

from . import losses
from .data import Augment, Pictures, correction, inner_point
from .model import ModelConfig, SamClip
from .restore import fix_norms, fold_norms, restore, settle_norms
from .teachers import ADE32, VOC21, CropTeacher, MapsTeacher, directions
from .vocabulary import concept_id, concepts, covers, phrase_targets


TAUGHT = (
    "road", "sidewalk", "dirt", "grass", "sky", "person", "tree", "building", "wall", "floor", "ceiling", "car", "cat", "dog",
    "horse", "sheep", "cow",
)  # fmt: skip
"""Words that labels tell of at every pixel of many photos."""

HEARD = 0.6
"""Length of what a place hears of the image feature, beside the 1 of what its pixels say."""

LONGEST_STEP = 20.0
"""Seconds."""

MEMORY = {"THP_MEM_ALLOC_ENABLE": "1", "MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 33)}
"""Environment of the ranks: huge pages, and freed maps kept for the next step instead of given back and zeroed again. The
backbone's forward and backward pass take three tenths less time by it."""


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


def default_stages(minutes: float, lam: float = 0.6) -> list[Stage]:
    """Stages 0 and 1 short, stage 2 for the rest; its last fifth sees larger crops."""
    heads = {"pyramid": 2e-3, "clip_head": 2e-3, "mask_head": 2e-3, "text": 5e-4, "scale": 1e-3}
    joint = {**heads, "backbone": 4e-4, "mask_head": 1.5e-3}
    return [
        Stage("stage0-mask", 0.06 * minutes, {"pyramid": 3e-3, "mask_head": 3e-3}, clip=0.0, final_rate=0.3),
        Stage("stage1-probe", 0.06 * minutes, {"clip_head": 3e-3, "text": 1e-3, "scale": 1e-3}, mask=0.0, final_rate=0.3),
        Stage("stage2-joint", 0.70 * minutes, joint, mask=lam, final_rate=0.25),
        Stage(
            "stage2-high-resolution", 0.18 * minutes, {k: 0.25 * v for k, v in joint.items()}, mask=lam, batch=6,
            size=448,
        ),
    ]  # fmt: skip


def continued_stages(minutes: float, lam: float = 0.6, rate: float = 0.25) -> list[Stage]:
    """Stage 2 again, for a student that starts from an exported model; at rates that let it forget little.

    The last part sees things about as large as a frame shows them at the default input, whose short side has 1.05 to 1.4
    times the 340 px of `unit` (arXiv 1906.06423: what is seen smaller in training than in use is known less well).
    `rate` multiplies them all: at 1, three minutes cost ten points of IoU, which an hour has to learn again.
    """
    rates = {"pyramid": 6e-4, "clip_head": 6e-4, "mask_head": 6e-4, "text": 2e-4, "scale": 5e-4, "backbone": 2e-4}
    rates = {part: rate * each for part, each in rates.items()}
    return [
        Stage("stage2-joint", 0.6 * minutes, rates, mask=lam, batch=12, size=288, final_rate=0.25),
        Stage(
            "stage2-high-resolution", 0.4 * minutes, {k: 0.35 * v for k, v in rates.items()}, mask=lam, batch=8,
            size=416, scales=(0.7, 1.8),
        ),
    ]  # fmt: skip


def vit_stages(minutes: float, lam: float, batch: int, side: int) -> list[Stage]:
    """The paper's two stages for a student that is SAM already: its parts learn at a tenth of the head's rate."""
    look = {"batch": batch, "size": side, "unit": 0.75 * side}
    return [
        Stage("stage1-probe", 0.2 * minutes, {"clip_head": 1e-3, "scale": 1e-3}, mask=0.0, final_rate=0.3, **look),
        Stage(
            "stage2-joint", 0.8 * minutes, {"clip_head": 4e-4, "scale": 4e-4, "backbone": 4e-5, "mask_head": 4e-5},
            mask=lam, **look,
        ),
    ]  # fmt: skip


@dataclass
class Settings:
    """Everything a run depends on besides the data."""

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
    follow: tuple[str, ...] = ()
    """Exported model directories whose maps, on average, the student learns to make besides."""
    maps: float = 1.0
    """Weight of that."""
    threads: int = 2
    workers: int = 1
    ranks: int = 1
    """Processes that share a step's batch. On a busy CPU two of one thread beat one of two: they wait for each other once
    a step instead of at every operator."""
    balance: float = 0.0
    """Of the dense loss: 0 learns how common each concept is among the training's points, 1 does not."""
    bf16: bool = False
    fixed_norms: bool = False
    """Norms keep the statistics that they start with; for a student that starts from an exported model."""
    crop_teacher: bool = False
    """The ImageNet network that the student came from looks at the crops, so that the image feature keeps what it knew."""
    sam: str = ""
    """SAM's folder: the student is its ViT, and `clip`, CLIP's folder, teaches it words."""
    clip: str = ""
    device: str = "cpu"
    checkpoint_minutes: float = 3.0
    ema: float = 0.998


class Words:
    """Sentence embeddings of every trained phrase, sampled anew each step."""

    def __init__(self, embed, imagenet_names: list[str]):
        self.phrases = list(phrase_targets())
        self.sentences = torch.from_numpy(embed(self.phrases))
        self.imagenet = torch.from_numpy(embed(imagenet_names))
        row = {p: i for i, p in enumerate(self.phrases)}
        self.rows = [torch.tensor([row[p] for p in c.phrases]) for c in concepts()]
        n = len(self.rows)
        self.names = torch.tensor([r[0].item() for r in self.rows])
        # forgiven[t, g]: at a point of concept t, the entry g is not a rival (g may cover t).
        self.forgiven = torch.zeros(n, n, dtype=torch.bool)
        self.own = torch.zeros(n, n, dtype=torch.bool)
        for g, inside in covers().items():
            for t in inside:
                self.own[g, t] = True
                if t != g:
                    self.forgiven[t, g] = True
        ade = {concept_id(x) for x in ADE32} - {255}
        voc = {concept_id(x) for x in VOC21} - {255}
        self.absent = torch.zeros(2, n, dtype=torch.bool)
        self.absent[0, sorted(ade)] = True
        self.absent[1, sorted(ade | voc)] = True
        self.points_of = torch.zeros(n)
        self.covered = torch.zeros(len(self.phrases), n, dtype=torch.bool)
        for i, p in enumerate(self.phrases):
            self.covered[i, sorted(phrase_targets()[p])] = True

    def to(self, device: torch.device) -> None:
        for name, value in vars(self).items():
            if isinstance(value, Tensor):
                setattr(self, name, value.to(device))

    def how_common(self, target: Tensor, rarest: float = 0.02) -> Tensor:
        """Log of each concept's share of the points seen so far, at least `rarest` of the commonest's: [G], at most 0."""
        self.points_of += torch.bincount(target, minlength=256)[: len(self.rows)]
        share = self.points_of / self.points_of.max().clamp_min(1)
        return share.clamp_min(rarest).log()

    def draw_names(self, rng: np.random.Generator, canonical: float = 0.5) -> Tensor:
        """One phrase for each concept: row indices [G]."""
        return torch.tensor(
            [int(r[0] if rng.random() < canonical else r[rng.integers(len(r))]) for r in self.rows], dtype=torch.long
        )

    def draw_queries(self, present: set[int], rng: np.random.Generator, count: int) -> Tensor:
        """Phrases to judge: two thirds cover something present, the rest nothing."""
        covered = self.covered.cpu()
        here = covered[:, sorted(present)].any(1) if present else torch.zeros(len(self.phrases), dtype=torch.bool)
        weight = covered.sum(1).clamp(1, 6).float().numpy()  # wide words carry more
        out = []
        for group, n in ((torch.nonzero(here)[:, 0].numpy(), 2 * count // 3), (torch.nonzero(~here)[:, 0].numpy(), count // 3)):
            if len(group):
                p = weight[group] / weight[group].sum()
                out.append(rng.choice(group, min(n, len(group)), replace=False, p=p))
        return torch.from_numpy(np.concatenate(out)).long()


def parameter_groups(model: SamClip, rates: dict[str, float]) -> list[dict]:
    """Freezes what has no rate; norms and biases go without weight decay."""
    groups, frozen = [], {id(p) for module in model.frozen_modules() for p in module.parameters()}
    for part in ("backbone", "pyramid", "clip_head", "mask_head", "text"):
        rate = rates.get(part, 0.0)
        module = getattr(model, part)
        for p in module.parameters():
            p.requires_grad_(rate > 0 and id(p) not in frozen)
        if rate > 0:
            for decay, keep in ((0.02, True), (0.0, False)):
                chosen = [p for p in module.parameters() if p.requires_grad and (p.ndim > 1) == keep]
                groups.append({"params": chosen, "lr": rate, "base": rate, "weight_decay": decay})
    model.log_scale.requires_grad_("scale" in rates)
    if "scale" in rates:
        groups.append({"params": [model.log_scale], "lr": rates["scale"], "base": rates["scale"], "weight_decay": 0.0})
    return groups


def set_modes(model: SamClip, rates: dict[str, float]) -> None:
    """Batch norms of frozen parts keep their statistics."""
    model.train()
    for part in ("backbone", "pyramid", "clip_head", "mask_head"):
        if not rates.get(part):
            getattr(model, part).eval()
    for module in model.frozen_modules():
        module.eval()


def clip_losses(
    model: SamClip, aligned: Tensor, feature: Tensor, batch: dict[str, Tensor], words: Words, settings: Settings,
    rng: np.random.Generator, teacher: CropTeacher | None = None, seen: Tensor | None = None,
) -> dict[str, Tensor]:  # fmt: skip
    """L_CLIP's parts for one batch: aligned [N,D,h,w], feature [N,D]; `seen` are the normalised crops, for a teacher."""
    labels = batch["labels"]
    size = labels.shape[-1]
    index = losses.sample_points(labels, settings.points)
    target = labels.flatten(1).long().gather(1, index).flatten()
    x = losses.at_points(aligned.float(), index, size).flatten(0, 1)  # [M,D]
    scale = model.logit_scale
    present = {int(v) for v in target.unique() if v < len(words.rows)}
    queries = words.draw_queries(present, rng, settings.phrases)
    rows = torch.cat([words.names.cpu(), words.draw_names(rng), queries]).to(labels.device)
    text = model.text(words.sentences[rows])
    n = len(words.rows)
    logits = scale * x @ text.T  # [M, 2G+Q]
    canonical, drawn, asked = logits[:, :n], logits[:, n : 2 * n], logits[:, 2 * n :]
    offset = settings.balance * words.how_common(target)
    dense = losses.dense_loss(drawn, target, words.forgiven, words.absent, offset=offset)
    covered = words.covered[queries]
    own = (covered.float() @ words.own.float()) > 0  # what the phrase covers, and what that may cover
    z = losses.query_scores(asked, canonical, own)
    query = losses.query_loss(z, covered, own & ~covered, target, words.absent)
    names = model.text(words.imagenet)
    if teacher:
        classes, wanted = teacher(seen, names.detach())
        image = 0.5 * losses.whole_loss(feature.float(), names, classes, scale) + losses.feature_loss(feature.float(), wanted)
    else:
        image = losses.image_loss(feature.float(), names, batch["top"], scale)
    pick = torch.from_numpy(rng.choice(len(words.sentences), 200, replace=False))
    pick2 = torch.from_numpy(rng.choice(len(words.imagenet), 150, replace=False))
    structure = losses.structure_loss(
        torch.cat([model.text(words.sentences[pick]), names[pick2]]),
        torch.cat([words.sentences[pick], words.imagenet[pick2]]),
    )
    known = target < n
    right = (canonical.argmax(1)[known] == target[known]).float().mean() if known.any() else dense.detach()
    return {"dense": dense, "query": query, "image": image, "structure": structure, "point_accuracy": right.detach()}


def prompted(
    model: SamClip, embedding: Tensor, batch: dict[str, Tensor], settings: Settings, rng: np.random.Generator, rounds: int
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
    small = torch.nn.functional.avg_pool2d(target[:, None].float(), 4)[:, 0] > 0.5
    valid = (torch.nn.functional.avg_pool2d(unknown[:, None].float(), 4)[:, 0] < 0.5).float()
    features = embedding.float()[which]
    height, width = features.shape[-2:]
    mask = features.new_zeros(len(which), 1, height, width)
    has = features.new_zeros(len(which))
    # Some prompts come as the composition makes them: box, inner point and a coarse mask of the CLIP head's grid.
    composed = (points[:, 0] == 2) & (torch.rand(len(which), device=target.device) < settings.composed)
    if composed.any():
        inner = torch.tensor([inner_point(m) for m in target.cpu().numpy()], dtype=torch.float32, device=target.device)[:, None]
        coords = torch.cat([coords, inner], 1)
        points = torch.cat([points, torch.where(composed, 1.0, -1.0)[:, None]], 1)
        mask = losses.coarse_logits(small.float())[:, None] * composed[:, None, None, None]
        has = composed.float()
    total, first = features.new_zeros(()), None
    for turn in range(rounds):
        logits, iou = model.mask_head(features, coords, points, mask, has)
        logits, iou = logits.float(), iou.float()
        loss, best = losses.mask_loss(logits, iou, small.float(), valid)
        total = total + loss / rounds
        chosen = iou.detach().argmax(1)
        now = logits.detach()[torch.arange(len(which)), chosen]
        if first is None:
            true = losses.mask_iou(logits.detach(), small.float(), valid)
            first = true.gather(1, chosen[:, None]).mean()
        if turn + 1 < rounds:
            mask, has = now[:, None], torch.ones_like(has)
            guess, truth, care = (x.cpu().numpy() > 0 for x in (now, small, valid))
            clicks = torch.tensor([correction(t & v, g & v) for t, g, v in zip(truth, guess, care)]).to(coords)
            coords = torch.cat([coords, 4 * clicks[:, None, :2]], 1)
            points = torch.cat([points, clicks[:, 2:]], 1)
    return {"mask": total, "first_iou": first}


def start_model(config: ModelConfig, words: Words, pretrained: bool = True) -> SamClip:
    """A student from ImageNet's weights, its words from principal components."""
    model = SamClip(config, pretrained=pretrained and config.backbone != "tiny")
    model.text.start_from(torch.cat([words.sentences, words.imagenet]))
    return model


def student(config: dict) -> SamClip:
    """The student that a checkpoint's `config` describes, its weights still to be filled in."""
    if config["backbone"] != "sam-vit":
        return SamClip(ModelConfig(**config))
    from .clip_sam import VitConfig, VitSamClip

    return VitSamClip(VitConfig(**{k: v for k, v in config.items() if k != "backbone"}))


@torch.no_grad()
def read_classifier(model: SamClip, words: Words, usual: Tensor) -> None:
    """Makes the image feature what ImageNet's classifier reads, seen through the names of its classes; `usual` [K], the mean
    over pictures of what the classifier reads, says nothing of one of them and is taken off."""
    solved = directions(model.text(words.imagenet), model.backbone.classifier[0].weight)
    solved = solved / solved.norm(dim=1).mean()
    image = model.clip_head.image
    image.weight.zero_()
    image.weight[:, : solved.shape[1]] = solved
    image.bias.copy_(-solved @ usual)


@torch.no_grad()
def hear_places(model: SamClip, words: Words) -> None:
    """Lets every place hear what the image feature would be of it alone, but for what is said of `TAUGHT` words: ImageNet's
    classes name next to none of the surfaces, so that it doubts them wherever they are, and see a person beside a dog as the
    dog."""
    names = words.names[[concept_id(name) for name in TAUGHT]]
    taught = torch.linalg.qr(model.text(words.sentences[names]).T).Q  # [D,T]
    others = torch.eye(len(taught)) - taught @ taught.T
    place = model.clip_head.place.weight
    if not place.any():
        model.log_scale.add_(math.log(math.hypot(1, HEARD)))  # a sum's unit vector is as much less of each
    place.copy_(HEARD * others[:, :, None, None])


def restored(model: SamClip, exported: Path, cache: Path, size: int, settings: Settings) -> list[str]:
    """Gives `model` an exported model's weights, its norms settled on the cache's pictures; returns what it lacks."""
    new = restore(model, exported)
    settle_norms(model, *seen(model, cache, size, settings))
    return new


def seen(model: SamClip, cache: Path, size: int, settings: Settings, count: int = 24):
    """How `model` sees a batch, prompts among it, and `count` batches that are the same each time."""
    pictures, rng = Pictures(cache, 10**6, Augment(size, pasted=0), seed=1), np.random.default_rng(1)

    def forward(batch: dict[str, Tensor]) -> None:
        embedding, _, _ = model(batch["image"])
        prompted(model, embedding, batch, settings, rng, rounds=2)

    return forward, [default_collate([pictures[8 * i + k] for k in range(8)]) for i in range(count)]


@torch.no_grad()
def average(exported: Path, checkpoint: Path, weight: float, out: Path) -> None:
    """Mixes an exported model with a training that went on from it (model soups, arXiv 2203.05482), as a checkpoint.

    `weight` is the training's; what the exported model lacks is taken whole from it. Both are mixed as they are exported,
    norms folded into convolutions: one and the same network can be written with many statistics.
    """
    training = load_model(checkpoint)
    fold_norms(training)
    model = SamClip(training.config)
    lacking = restore(model, exported)
    frozen = {id(p) for module in model.frozen_modules() for p in (*module.parameters(), *module.buffers())}
    whole = {k for k, v in [*model.named_parameters(), *model.named_buffers()] if id(v) in frozen} | set(lacking)
    after = training.state_dict()
    mixed = {
        k: torch.lerp(v, after[k], 1.0 if k in whole else weight) if v.dtype.is_floating_point else after[k]
        for k, v in model.state_dict().items()
    }
    torch.save({"config": training.config.as_dict(), "ema": mixed, "model": mixed}, out)


class Trainer:
    """Runs the stages in order; `run` continues from the folder's checkpoint where there is one."""

    def __init__(
        self, cache: Path, folder: Path, words: Words, stages: list[Stage], settings: Settings, rank: int = 0
    ):
        self.rank = rank
        self.cache, self.folder, self.words, self.stages, self.settings = cache, folder, words, stages, settings
        torch.manual_seed(settings.seed)
        torch.set_num_threads(settings.threads)
        folder.mkdir(parents=True, exist_ok=True)
        self.device = torch.device(settings.device)
        self.model, self.crop_teacher = self._student()
        self.followed = MapsTeacher([Path(f) for f in settings.follow], settings.threads) if settings.follow else None
        self.model.to(memory_format=torch.channels_last)
        self.model.backbone.frozen_stride = settings.frozen_stride
        if not (folder / "last.pt").exists():
            self._begin()
        if settings.fixed_norms:
            fix_norms(self.model)
        for part in (self.model, self.words, *([self.crop_teacher.net] if self.crop_teacher else [])):
            part.to(self.device)
        self.ema = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.stage, self.step, self.elapsed, self.total_steps = 0, 0, 0.0, 0
        self.optimiser: torch.optim.Optimizer | None = None
        self._restored: dict | None = None
        if (folder / "last.pt").exists():
            self._load(folder / "last.pt")

    def _student(self) -> tuple[SamClip, CropTeacher | None]:
        s = self.settings
        if s.sam:
            from .clip_sam import ClipCrops, ClipTeacher, VitSamClip

            return VitSamClip.from_sam(Path(s.sam), self.words.sentences.shape[1]), ClipCrops(ClipTeacher(Path(s.clip)))
        return start_model(s.model, self.words), CropTeacher(s.model.backbone) if s.crop_teacher else None

    def _begin(self) -> None:
        """Every rank draws the same pictures here, so that all start alike."""
        exported, from_imagenet = self.settings.start_from, True
        if exported:
            new = restored(self.model, Path(exported), self.cache, self.stages[0].size, self.settings)
            from_imagenet = any(name.startswith("backbone.tail.") for name in new)
            if self.rank == 0:
                print("not in", exported, "and so new:", new or "nothing", flush=True)
        if self.model.backbone.classifier and from_imagenet:
            read_classifier(self.model, self.words, self._usual())
        if self.model.clip_head.enlarged:
            hear_places(self.model, self.words)

    @torch.no_grad()
    def _usual(self) -> Tensor:
        """Mean of what the image feature is made from, over some pictures."""
        self.model.eval()
        _, batches = seen(self.model, self.cache, self.stages[0].size, self.settings)
        wholes = [self.model.backbone(self.model.normalise(b["image"]))[1].mean((0, 2, 3)) for b in batches]
        return torch.stack(wholes).mean(0)

    def _load(self, file: Path) -> None:
        state = torch.load(file, map_location="cpu", weights_only=True)
        self.model.load_state_dict(state["model"])
        self.ema = {k: v.to(self.device) for k, v in state["ema"].items()}
        self.stage, self.step, self.elapsed = state["stage"], state["step"], state["elapsed"]
        self.total_steps, self._restored = state["total_steps"], state["optimiser"]
        if self.crop_teacher:
            usual = state.get("usual")
            self.crop_teacher.usual = None if usual is None else usual.to(self.device)

    def save(self, name: str = "last.pt") -> None:
        if self.rank:
            return
        state = {
            "config": self.model.config.as_dict(),
            "model": self.model.state_dict(),
            "ema": self.ema,
            "usual": self.crop_teacher.usual if self.crop_teacher else None,
            "optimiser": self.optimiser.state_dict() if self.optimiser else None,
            "stage": self.stage,
            "stage_name": self.stages[min(self.stage, len(self.stages) - 1)].name,
            "step": self.step,
            "elapsed": self.elapsed,
            "total_steps": self.total_steps,
        }
        temporary = self.folder / (name + ".tmp")
        torch.save(state, temporary)
        temporary.replace(self.folder / name)

    def _progress(self, stage: Stage) -> float:
        return self.step / stage.steps if stage.steps else self.elapsed / max(stage.minutes * 60, 1e-6)

    def run(self) -> None:
        while self.stage < len(self.stages):
            self._run_stage(self.stages[self.stage])
            self.save(f"{self.stages[self.stage].name}.pt")
            self.stage, self.step, self.elapsed, self.optimiser = self.stage + 1, 0, 0.0, None
            self.save()

    def _run_stage(self, stage: Stage) -> None:
        from tqdm import tqdm

        s, model = self.settings, self.model
        groups = parameter_groups(model, stage.rates)
        self.optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.99))
        if self._restored:
            self.optimiser.load_state_dict(self._restored)
        self._restored = None
        trainable = [p for g in groups for p in g["params"]]
        limit = 10**7
        seed = (s.seed * 1000 + self.stage * 7 + self.total_steps) * s.ranks + self.rank
        pictures = Pictures(self.cache, limit, Augment(stage.size, *stage.scales, stage.unit), seed=seed)
        loader = DataLoader(pictures, batch_size=-(-stage.batch // s.ranks), num_workers=s.workers)
        rng = np.random.default_rng((s.seed, self.stage, self.step, self.rank))
        frozen_trunk = not stage.rates.get("backbone") and not stage.rates.get("pyramid")
        saved = last = time.monotonic()
        mean: dict[str, float] = {}
        log = (self.folder / "log.jsonl").open("a")
        bar = tqdm(desc=stage.name, mininterval=20, disable=self.rank > 0)
        for drawn in loader:
            batch = {k: v.to(self.device, non_blocking=True) for k, v in drawn.items()}
            progress = self._progress(stage)
            if progress >= 1:
                break
            ramp = min(1.0, (progress + 1e-3) / stage.warm_up)
            curve = stage.final_rate + (1 - stage.final_rate) * 0.5 * (1 + math.cos(math.pi * progress))
            for g in self.optimiser.param_groups:
                g["lr"] = g["base"] * ramp * curve
            set_modes(model, stage.rates)
            x = model.normalise(batch["image"]).contiguous(memory_format=torch.channels_last)
            with torch.set_grad_enabled(True), torch.autocast(self.device.type, torch.bfloat16, enabled=s.bf16):
                with torch.set_grad_enabled(bool(stage.rates.get("backbone"))):
                    maps, whole = model.backbone(x)
                with torch.set_grad_enabled(not frozen_trunk):
                    features, embedding = model.pyramid(maps, whole)
                parts: dict[str, Tensor] = {}
                if stage.clip:
                    aligned, feature = model.clip_head(features, whole)
            total = x.new_zeros(())
            if stage.clip:
                parts |= clip_losses(model, aligned, feature, batch, self.words, s, rng, self.crop_teacher, x)
                total = total + stage.clip * (
                    parts["dense"] + s.query * parts["query"] + s.image * parts["image"] + s.structure * parts["structure"]
                )
            if stage.clip and self.followed:
                parts["maps"] = losses.maps_loss(embedding.float(), aligned.float(), *self.followed(batch["image"], rng))
                total = total + stage.clip * s.maps * parts["maps"]
            if stage.mask:
                parts |= prompted(model, embedding, batch, s, rng, rounds=3 if rng.random() < 0.35 else 2)
                if "mask" in parts:
                    total = total + stage.mask * parts["mask"]
            self.optimiser.zero_grad(set_to_none=True)
            fine = total.requires_grad and bool(torch.isfinite(total))
            if fine:
                total.backward()
            if self._shared(trainable) if s.ranks > 1 else fine:
                torch.nn.utils.clip_grad_norm_(trainable, 5.0)
                self.optimiser.step()
            self.step += 1
            self.total_steps += 1
            if self.rank == 0:
                self._average()
            now = time.monotonic()
            self.elapsed += min(now - last, LONGEST_STEP)  # a training that was stopped for a while did not train
            last = now
            for key, value in parts.items():
                latest = float(value.detach())
                mean[key] = 0.97 * mean.get(key, latest) + 0.03 * latest
            bar.update()
            if (self.step == 1 or self.step % 20 == 0) and self.rank == 0:
                record = {
                    "stage": stage.name, "step": self.step, "total": self.total_steps, "elapsed": round(self.elapsed, 1),
                    "scale": round(float(model.logit_scale), 2), **{k: round(v, 4) for k, v in mean.items()},
                }  # fmt: skip
                log.write(json.dumps(record) + "\n")
                log.flush()
            if time.monotonic() - saved > s.checkpoint_minutes * 60:
                self.save()
                saved = time.monotonic()
        bar.close()
        log.close()

    @torch.no_grad()
    def _shared(self, trainable: list[torch.nn.Parameter]) -> bool:
        """Averages gradients over the ranks, and the clock, so that all leave a stage at the same step."""
        flat = torch.cat([*(torch.zeros(p.numel()) if p.grad is None else p.grad.flatten() for p in trainable),
                          torch.tensor([self.elapsed])])  # fmt: skip
        torch.distributed.all_reduce(flat)
        flat /= self.settings.ranks
        self.elapsed = float(flat[-1])
        start = 0
        for p in trainable:
            # A plain layout: the gradients' memory format differs between ranks that had one and ranks that had none.
            p.grad = flat[start : start + p.numel()].view(p.shape).clone()
            start += p.numel()
        return bool(torch.isfinite(flat[:-1]).all())

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.settings.ema, (1 + self.total_steps) / (10 + self.total_steps))
        for key, value in self.model.state_dict().items():
            if value.dtype.is_floating_point:
                self.ema[key].lerp_(value, 1 - decay)
            else:
                self.ema[key].copy_(value)


def _one_rank(rank: int, cache: Path, folder: Path, words: Words, stages: list[Stage], settings: Settings, port: int) -> None:
    torch.distributed.init_process_group(
        "gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=settings.ranks
    )
    Trainer(cache, folder, words, stages, settings, rank).run()
    torch.distributed.destroy_process_group()


def train(cache: Path, folder: Path, words: Words, stages: list[Stage], settings: Settings) -> None:
    """Runs or continues a training in one process, or in `settings.ranks` of them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(describe(stages, settings) + "\n")
    if settings.ranks == 1:
        Trainer(cache, folder, words, stages, settings).run()
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ |= {k: v for k, v in MEMORY.items() if k not in os.environ}
    torch.multiprocessing.spawn(
        _one_rank, (cache, folder, words, stages, settings, port), nprocs=settings.ranks, join=True
    )


def load_model(file: Path, averaged: bool = True) -> SamClip:
    """The student of a checkpoint, its averaged weights by default."""
    state = torch.load(file, map_location="cpu", weights_only=True)
    model = student(state["config"])
    model.load_state_dict(state["ema" if averaged else "model"])
    return model.eval()


def curves(folder: Path) -> Path:
    """Draws `log.jsonl` as `curves.png`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    records = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    keys = [k for k in ("dense", "query", "image", "structure", "maps", "mask", "first_iou", "point_accuracy") if any(k in r for r in records)]
    figure, axes = pyplot.subplots(1, len(keys), figsize=(3.2 * len(keys), 2.8), constrained_layout=True)
    for axis, key in zip(np.atleast_1d(axes), keys):
        rows = [(r["total"], r[key]) for r in records if key in r]
        axis.plot(*zip(*rows))
        axis.set_title(key)
        axis.set_xlabel("step")
    figure.savefig(folder / "curves.png", dpi=80)
    pyplot.close(figure)
    return folder / "curves.png"


def describe(stages: list[Stage], settings: Settings) -> str:
    return json.dumps({"settings": asdict(settings), "stages": [asdict(s) for s in stages]}, indent=1)
