"""`study`: the recipe's choices side by side, and one shared backbone against two networks, as one Markdown page.

Stages 0 and 1 are run once, or an exported model stands for them; each variant of stage 2 goes on from there with the
same seed, pictures and minutes, is mixed with what it started from as the recipe does (`average`), exported and judged
through its ONNX files. Every part is resumable: what a folder already holds is not done again.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .checkpoint import average, load_model
from .export import About, export, set_calibration
from .model import SamClip
from .phrases import PhraseBank
from .recipe import Settings, Stage, continued_stages, default_stages
from .runtime import Embed, OnnxModel, on_cpu
from .trainer import train
from .vocabulary import concepts


@dataclass(frozen=True)
class Variant:
    """One row: the weight of L_SAM in stage 2 (0: no replay of D_SAM), of L_CLIP, and whether a higher resolution ends
    it."""

    title: str
    mask: float = 0.6
    clip: float = 1.0
    two_resolutions: bool = True
    stage2: bool = True


VARIANTS = {
    "stage1": Variant("stage 1 only (frozen backbone)", stage2=False),
    "joint": Variant("stage 2, λ = 0.6"),
    "no-replay": Variant("stage 2 without replay of D_SAM (λ = 0)", mask=0.0),
    "mask-alone": Variant("mask head alone (no L_CLIP)", clip=0.0),
    "lambda-0.2": Variant("stage 2, λ = 0.2", mask=0.2),
    "lambda-2": Variant("stage 2, λ = 2", mask=2.0),
    "one-resolution": Variant("stage 2, λ = 0.6, one resolution", two_resolutions=False),
}


def stages_of(variant: Variant, minutes: float, continued: bool = False) -> list[Stage]:
    """A variant's stages; one resolution gets the minutes that the higher one would have had.

    A training that is `continued` from an exported model has no stages 0 and 1: stage 1 alone is then its probing.
    """
    *before, first, last = continued_stages(minutes) if continued else default_stages(minutes)
    if not variant.stage2:
        probed = {part: first.rates[part] for part in ("clip_head", "text", "scale")}
        return before or [replace(first, minutes=minutes, rates=probed, mask=0.0)]
    first, last = (replace(s, mask=variant.mask, clip=variant.clip) for s in (first, last))
    if not variant.two_resolutions:
        return [*before, replace(first, minutes=first.minutes + last.minutes)]
    return [*before, first, last]


@dataclass(frozen=True)
class Folders:
    """Folders: the cache that is trained on, the data sets that are measured on, and where all results go."""

    cache: Path
    data: Path
    out: Path


def run(
    folders: Folders,
    embed: Embed,
    imagenet: list[str],
    settings: Settings,
    minutes: float,
    every: int,
    names: list[str] | None = None,
    weight: float = 1.0,
) -> list[dict]:
    """Trains, exports and judges the variants; one dictionary of figures for each.

    `weight` is a training's in its mean with the exported model that it went on from.
    """
    bank, rows = PhraseBank(embed, imagenet), []
    start, continued = folders.out / "stage1", bool(settings.start_from)
    if continued:
        figures = _figures(folders.out / "before", Path(settings.start_from), folders.data, embed, every)
        rows.append({"title": "before"} | figures)
    else:
        train(folders.cache, start, bank, stages_of(VARIANTS["stage1"], minutes), settings)
    for key in names or list(VARIANTS):
        variant, home = VARIANTS[key], folders.out / key
        home.mkdir(parents=True, exist_ok=True)
        if not continued and not (home / "last.pt").exists():
            shutil.copy2(start / "last.pt", home / "last.pt")
        train(folders.cache, home, bank, stages_of(variant, minutes, continued), settings)
        if not (home / "model").exists():
            _export(key, home, embed, settings.start_from, weight)
        rows.append({"title": variant.title} | _figures(home, home / "model", folders.data, embed, every))
    return rows


def _export(key: str, home: Path, embed: Embed, start_from: str, weight: float) -> None:
    checkpoint = home / "last.pt"
    if start_from:
        average(Path(start_from), checkpoint, weight, home / "mixed.pt")
        checkpoint = home / "mixed.pt"
    names, title = embed([c.name for c in concepts()]), VARIANTS[key].title
    export(load_model(checkpoint), names, home / "model", About(key, "study", title))
    if start_from:
        _calibrate_like(Path(start_from), home / "model")


def _calibrate_like(known: Path, folder: Path) -> None:
    """Gives one exported model the calibration of another, so that they differ in nothing else."""
    meta = json.loads((known / "model.json").read_text())
    biases = [entry.get("bias", 0.0) for entry in meta["background"]]
    set_calibration(folder, meta["calibration"], meta["class_calibration"], biases)


def _figures(home: Path, model: Path, data: Path, embed: Embed, every: int) -> dict:
    from .evaluate import evaluate

    file = home / "figures.json"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        tasks = ["voc", "idd", "prompts"]
        file.write_text(json.dumps(evaluate(OnnxModel(model, embed), data, tasks, every)))
    return json.loads(file.read_text())


def table(rows: list[dict]) -> str:
    """The variants' rows as Markdown."""
    head = ("variant", "VOC animals", "VOC person", "VOC mIoU", "IDD road", "IDD person", "box", "click", "5 clicks")
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in rows:
        prompts = row["prompts"]["voc"]
        voc, idd = row["voc"], row["idd"]
        cells = [row["title"], voc["animals"], voc["iou"]["person"], voc["miou"], idd["road"], idd["person"]]
        cells += [prompts[key] for key in ("box", "click1", "click5")]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def multiply_adds(model: SamClip, height: int = 352, width: int = 640) -> dict[str, float]:
    """GMAC of one picture by part: convolutions and linear layers, counted from the shapes they really see."""
    counts: dict[str, float] = {}
    handles = []
    for name, module in model.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            part = name.split(".")[0]

            def hook(m: nn.Module, _inputs, out: torch.Tensor, part: str = part) -> None:
                each = m.weight[0].numel()
                counts[part] = counts.get(part, 0.0) + each * out.numel() / 1e9

            handles.append(module.register_forward_hook(hook))
    with torch.no_grad():
        model.eval()(torch.zeros(1, height, width, 3, dtype=torch.uint8))
    for handle in handles:
        handle.remove()
    return counts


def shared_against_separate(folder: Path, runs: int = 30, threads: int = 2, size: tuple[int, int] = (352, 640)) -> dict:
    """Time of the shared encoder for both heads against the same network cut in two, one for each head, in one run."""
    import onnx
    from onnx.utils import extract_model

    with tempfile.TemporaryDirectory() as where:
        cuts = {"shared": folder / "image_encoder.onnx"}
        outputs = {"mask": ["image_embedding"], "clip": ["text_aligned", "image_feature", "background_lse"]}
        for name, wanted in outputs.items():
            cuts[name] = Path(where) / f"{name}.onnx"
            extract_model(str(cuts["shared"]), str(cuts[name]), ["image"], wanted)
        sessions = {n: on_cpu(f, threads) for n, f in cuts.items()}
        weights = {n: sum(int(np.prod(i.dims)) for i in onnx.load(f).graph.initializer) for n, f in cuts.items()}
    image = np.random.default_rng(0).integers(0, 255, (1, *size, 3), np.uint8)
    spent: dict[str, list[float]] = {n: [] for n in sessions}
    for turn in range(runs + 3):
        for name, session in sessions.items():
            before = time.perf_counter()
            session.run(None, {"image": image})
            if turn >= 3:
                spent[name].append(1000 * (time.perf_counter() - before))
    ratios = [s / (m + c) for s, m, c in zip(spent["shared"], spent["mask"], spent["clip"], strict=True)]
    return {
        "milliseconds": {n: round(float(np.median(v)), 1) for n, v in spent.items()},
        "time_ratio": round(float(np.median(ratios)), 3),
        "parameters": weights,
        "parameter_ratio": round(weights["shared"] / (weights["mask"] + weights["clip"]), 3),
    }
