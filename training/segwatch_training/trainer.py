"""Runs a training's stages in order, resumable, in one process or in several that share each batch."""

from __future__ import annotations

import json
import math
import os
import socket
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader
from tqdm import tqdm

from . import losses
from .data import Augment, Pictures
from .exported import MapsTeacher
from .from_onnx import fix_norms
from .init import fixed_batches, init_image_feature, init_place_projection, start_from_exported, start_model
from .model import SamClip
from .objectives import clip_losses, sam_losses, uncontradicted
from .phrases import PhraseBank
from .recipe import Settings, Stage, describe
from .teachers import CropTeacher

LONGEST_STEP = 20.0
"""Seconds."""

MEMORY = {"THP_MEM_ALLOC_ENABLE": "1", "MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 33)}
"""Environment of the ranks: huge pages, and freed maps kept for the next step instead of given back and zeroed again.
The backbone's forward and backward pass take three tenths less time by it."""


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


class _Log:
    """A stage's running means, written to `log.jsonl` by rank 0."""

    def __init__(self, folder: Path, stage: str, rank: int):
        self.stage, self.rank = stage, rank
        self.means: dict[str, float] = {}
        self.file = (folder / "log.jsonl").open("a")
        self.bar = tqdm(desc=stage, mininterval=20, disable=rank > 0)

    def add(self, parts: dict[str, Tensor]) -> None:
        for key, value in parts.items():
            latest = float(value.detach())
            self.means[key] = 0.97 * self.means.get(key, latest) + 0.03 * latest
        self.bar.update()

    def write(self, step: int, total_steps: int, elapsed: float, scale: float) -> None:
        if self.rank == 0 and (step == 1 or step % 20 == 0):
            record = {"stage": self.stage, "step": step, "total": total_steps, "elapsed": round(elapsed, 1)}
            record |= {"scale": round(scale, 2), **{k: round(v, 4) for k, v in self.means.items()}}
            self.file.write(json.dumps(record) + "\n")
            self.file.flush()

    def close(self) -> None:
        self.bar.close()
        self.file.close()


class Trainer:
    """Runs the stages in order; `run` continues from the folder's checkpoint where there is one."""

    def __init__(
        self, cache: Path, folder: Path, bank: PhraseBank, stages: list[Stage], settings: Settings, rank: int = 0
    ):
        self.rank = rank
        self.cache, self.folder, self.bank, self.stages, self.settings = cache, folder, bank, stages, settings
        torch.manual_seed(settings.seed)
        torch.set_num_threads(settings.threads)
        folder.mkdir(parents=True, exist_ok=True)
        self.device = torch.device(settings.device)
        self.model, self.crop_teacher = self._student()
        distilled = [Path(f) for f in settings.distill_from]
        self.maps_teacher = MapsTeacher(distilled, settings.threads, settings.device) if distilled else None
        self.model.to(memory_format=torch.channels_last)
        self.model.backbone.frozen_stride = settings.frozen_stride
        if not (folder / "last.pt").exists():
            self._begin()
        if settings.fixed_norms:
            fix_norms(self.model)
        for part in (self.model, self.bank, *([self.crop_teacher.net] if self.crop_teacher else [])):
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

            return VitSamClip.from_sam(Path(s.sam), self.bank.sentences.shape[1]), ClipCrops(ClipTeacher(Path(s.clip)))
        return start_model(s.model, self.bank), CropTeacher(s.model.backbone) if s.crop_teacher else None

    def _begin(self) -> None:
        """Every rank draws the same pictures here, so that all start alike."""
        exported, from_imagenet = self.settings.start_from, True
        wanted = exported or self.model.backbone.classifier
        batches = fixed_batches(self.cache, self.stages[0].size) if wanted else []
        if exported:
            new = start_from_exported(self.model, Path(exported), batches, self.settings)
            from_imagenet = any(name.startswith("backbone.tail.") for name in new)
            if self.rank == 0:
                print("not in", exported, "and so new:", new or "nothing", flush=True)
        if self.model.backbone.classifier and from_imagenet:
            init_image_feature(self.model, self.bank, batches)
        if self.model.clip_head.enlarged:
            init_place_projection(self.model, self.bank)

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
        """Writes a checkpoint in one rename; rank 0 alone does."""
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

    def run(self) -> None:
        while self.stage < len(self.stages):
            self._run_stage(self.stages[self.stage])
            self.save(f"{self.stages[self.stage].name}.pt")
            self.stage, self.step, self.elapsed, self.optimiser = self.stage + 1, 0, 0.0, None
            self.save()

    def _run_stage(self, stage: Stage) -> None:
        trainable = self._start_optimiser(stage)
        loader = self._loader(stage)
        rng = np.random.default_rng((self.settings.seed, self.stage, self.step, self.rank))
        saved = last = time.monotonic()
        log = _Log(self.folder, stage.name, self.rank)
        for drawn in loader:
            batch = {k: v.to(self.device, non_blocking=True) for k, v in drawn.items()}
            progress = self._progress(stage)
            if progress >= 1:
                break
            self._set_rates(stage, progress)
            set_modes(self.model, stage.rates)
            total, parts = self._losses(stage, batch, rng)
            self._descend(total, trainable)
            self.step += 1
            self.total_steps += 1
            if self.rank == 0:
                self._update_ema()
            now = time.monotonic()
            self.elapsed += min(now - last, LONGEST_STEP)  # a training that was stopped for a while did not train
            last = now
            log.add(parts)
            log.write(self.step, self.total_steps, self.elapsed, float(self.model.logit_scale))
            if time.monotonic() - saved > self.settings.checkpoint_minutes * 60:
                self.save()
                saved = time.monotonic()
        log.close()

    def _start_optimiser(self, stage: Stage) -> list[torch.nn.Parameter]:
        """A new optimiser, in the state of the checkpoint where there is one; returns what it moves."""
        groups = parameter_groups(self.model, stage.rates)
        self.optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.99))
        if self._restored:
            self.optimiser.load_state_dict(self._restored)
        self._restored = None
        return [p for g in groups for p in g["params"]]

    def _loader(self, stage: Stage) -> DataLoader:
        s, endless = self.settings, 10**7
        seed = (s.seed * 1000 + self.stage * 7 + self.total_steps) * s.ranks + self.rank
        pictures = Pictures(self.cache, endless, Augment(stage.size, *stage.scales, stage.unit), seed=seed)
        return DataLoader(pictures, batch_size=-(-stage.batch // s.ranks), num_workers=s.workers)

    def _progress(self, stage: Stage) -> float:
        return self.step / stage.steps if stage.steps else self.elapsed / max(stage.minutes * 60, 1e-6)

    def _set_rates(self, stage: Stage, progress: float) -> None:
        """A linear warm-up, then half a cosine down to `final_rate`."""
        ramp = min(1.0, (progress + 1e-3) / stage.warm_up)
        curve = stage.final_rate + (1 - stage.final_rate) * 0.5 * (1 + math.cos(math.pi * progress))
        for g in self.optimiser.param_groups:
            g["lr"] = g["base"] * ramp * curve

    def _losses(
        self, stage: Stage, batch: dict[str, Tensor], rng: np.random.Generator
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The weighted sum and its parts."""
        s, model = self.settings, self.model
        x = model.normalise(batch["image"]).contiguous(memory_format=torch.channels_last)
        embedding, aligned, feature = self._forward(stage, x)
        total, parts = x.new_zeros(()), {}
        if stage.clip:
            parts |= clip_losses(model, aligned, feature, batch, self.bank, s, rng, self.crop_teacher, x)
            total = total + stage.clip * (
                parts["dense"] + s.query * parts["query"] + s.image * parts["image"] + s.structure * parts["structure"]
            )
        if stage.clip and self.maps_teacher:
            wanted = self.maps_teacher(batch["image"], rng)
            kept = uncontradicted(model, wanted[1], batch["labels"], self.bank)
            parts["maps"] = losses.maps_loss(embedding.float(), aligned.float(), *wanted, kept)
            parts["kept"] = kept.mean()
            total = total + stage.clip * s.distill_weight * parts["maps"]
        if stage.mask:
            parts |= sam_losses(model, embedding, batch, s, rounds=3 if rng.random() < 0.35 else 2)
            if "mask" in parts:
                total = total + stage.mask * parts["mask"]
        return total, parts

    def _forward(self, stage: Stage, x: Tensor) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """Normalised crops -> image_embedding, text_aligned and image_feature, the latter two where L_CLIP is
        learnt."""
        model, backbone = self.model, bool(stage.rates.get("backbone"))
        trunk = backbone or bool(stage.rates.get("pyramid"))
        with torch.set_grad_enabled(True), torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bf16):
            with torch.set_grad_enabled(backbone):
                maps, whole = model.backbone(x)
            with torch.set_grad_enabled(trunk):
                features, embedding = model.pyramid(maps, whole)
            return embedding, *(model.clip_head(features, whole) if stage.clip else (None, None))

    def _descend(self, total: Tensor, trainable: list[torch.nn.Parameter]) -> None:
        """One step of the optimiser, but where the loss or a gradient is not finite."""
        self.optimiser.zero_grad(set_to_none=True)
        fine = total.requires_grad and bool(torch.isfinite(total))
        if fine:
            total.backward()
        if self._all_reduce(trainable) if self.settings.ranks > 1 else fine:
            torch.nn.utils.clip_grad_norm_(trainable, 5.0)
            self.optimiser.step()

    @torch.no_grad()
    def _all_reduce(self, trainable: list[torch.nn.Parameter]) -> bool:
        """Averages gradients over the ranks, and the clock, so that all leave a stage at the same step; returns whether
        all are finite."""
        gradients = [torch.zeros(p.numel()) if p.grad is None else p.grad.flatten() for p in trainable]
        flat = torch.cat([*gradients, torch.tensor([self.elapsed])])
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
    def _update_ema(self) -> None:
        decay = min(self.settings.ema, (1 + self.total_steps) / (10 + self.total_steps))
        for key, value in self.model.state_dict().items():
            if value.dtype.is_floating_point:
                self.ema[key].lerp_(value, 1 - decay)
            else:
                self.ema[key].copy_(value)


def _one_rank(
    rank: int, cache: Path, folder: Path, bank: PhraseBank, stages: list[Stage], settings: Settings, port: int
) -> None:
    address = f"tcp://127.0.0.1:{port}"
    torch.distributed.init_process_group("gloo", init_method=address, rank=rank, world_size=settings.ranks)
    Trainer(cache, folder, bank, stages, settings, rank).run()
    torch.distributed.destroy_process_group()


def train(cache: Path, folder: Path, bank: PhraseBank, stages: list[Stage], settings: Settings) -> None:
    """Runs or continues a training in one process, or in `settings.ranks` of them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(describe(stages, settings) + "\n")
    if settings.ranks == 1:
        Trainer(cache, folder, bank, stages, settings).run()
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ |= {k: v for k, v in MEMORY.items() if k not in os.environ}
    torch.multiprocessing.spawn(
        _one_rank, (cache, folder, bank, stages, settings, port), nprocs=settings.ranks, join=True
    )
