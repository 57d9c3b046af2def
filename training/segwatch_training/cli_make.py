"""The commands that make a model: `prepare`, `pack`, `train`, `average`, `export`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from .arguments import (
    DATA,
    TEXT,
    add_command,
    add_path,
    clip_of,
    imagenet_names,
    phrase_encoder,
    sentence_encoder,
    start_settings,
)

if TYPE_CHECKING:
    import argparse

    from .model import ModelConfig
    from .recipe import Settings, Stage
    from .runtime import OnnxModel

OF_THE_MACHINE = ("device", "ranks", "threads", "batch", "bf16", "steps")
"""Options of `train` that may be given beside a recipe; all others stand in it."""


def add_commands(commands: Any) -> None:
    _add_prepare(commands)
    _add_pack(commands)
    _add_train(commands)
    _add_average(commands)
    _add_export(commands)


def _add_prepare(commands: Any) -> None:
    sub = add_command(commands, "prepare", _prepare, "run the teachers once over all pictures and merge their answers")
    add_path(sub, "--data", DATA)
    add_path(sub, "--teachers", "folder that holds the teachers' files")
    add_path(sub, "--cache", "folder to fill")
    masks = "exported model directory, or SAM's folder, whose mask head outlines the box teacher's boxes"
    add_path(sub, "--masks", masks, required=False)
    text = "all-MiniLM-L6-v2's folder: the words of --masks correct the teachers' labels"
    add_path(sub, "--text", text, required=False)
    sub.add_argument("--workers", type=int, default=2)
    sub.add_argument(
        "--side", type=int, default=352, help="pixels of the short side to keep; 768 for a student of 1024 px"
    )


def _prepare(args: argparse.Namespace) -> None:
    from .label_maps import write_label_maps
    from .prepare import prepare

    prepare(args.data, args.teachers, args.cache, args.workers, args.side)
    print({k: len(v) for k, v in write_label_maps(args.data, args.cache, args.workers, args.masks, args.text).items()})


def _add_pack(commands: Any) -> None:
    sub = add_command(commands, "pack", _pack, "what a training on another machine needs, in one small folder")
    add_path(sub, "--cache", "what `prepare` filled")
    add_path(sub, "--text", TEXT)
    add_path(sub, "--out", "folder to write")
    sub.add_argument("--backbone", default="lite0", choices=["lite0", "lite1", "lite2", "tiny"])
    sub.add_argument("--megabytes", type=float, default=55, help="of the folder, at most")


def _pack(args: argparse.Namespace) -> None:
    from .pack import pack

    print(pack(args.cache, phrase_encoder(args.text), args.backbone, args.out, args.megabytes))


def _add_train(commands: Any) -> None:
    help = "stages 0, 1 and 2, or with --recipe all steps from data to model; goes on where it was stopped"
    sub = add_command(commands, "train", _train, help)
    recipe = "file of steps, from data and teachers to a model directory; needs --data, --teachers, --text and --out"
    add_path(sub, "--recipe", recipe, required=False)
    add_path(sub, "--data", f"with --recipe: {DATA}", required=False)
    add_path(sub, "--teachers", "with --recipe: folder that holds the teachers' files", required=False)
    add_path(sub, "--cache", "what `prepare` filled", required=False)
    add_path(sub, "--text", TEXT)
    add_path(sub, "--out", "folder of checkpoints and curves, with --recipe of everything")
    sub.add_argument("--minutes", type=float, default=80)
    sub.add_argument("--steps", type=int, help="steps of each stage, instead of minutes")
    sub.add_argument("--lam", type=float, default=0.6, help="weight of L_SAM beside L_CLIP in stage 2")
    balance = "0 to 1: how little of a concept's commonness is learnt"
    sub.add_argument("--balance", type=float, default=0.0, help=balance)
    seed = "of the crops and prompts; by default 0, and with --start-from another for each model"
    sub.add_argument("--seed", type=int, help=seed)
    _add_machine(sub)
    _add_start(sub)
    sub.add_argument("--stage1-only", action="store_true")
    sub.add_argument("--no-replay", action="store_true", help="stage 2 without D_SAM")
    sub.add_argument("--one-resolution", action="store_true", help="without the last, larger crops")


def _add_machine(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--threads", type=int, help="2 by default")
    sub.add_argument(
        "--ranks",
        type=int,
        help="processes that share each batch, 1 by default; more, of one thread each, on a busy CPU",
    )
    batch = "crops in a step's first stages, fewer in the last; 12 by default, with --sam 4"
    sub.add_argument("--batch", type=int, help=batch)
    sub.add_argument("--bf16", action="store_true")
    sub.add_argument("--device", help='"cpu" by default, "cuda" where there is a GPU')


def _add_start(sub: argparse.ArgumentParser) -> None:
    """What a student starts from, and whose maps it learns besides."""
    sub.add_argument("--backbone", default="lite0", choices=["lite0", "lite1", "lite2", "tiny"])
    sam = "SAM's folder, in transformers' format: the student is its ViT, and --text is CLIP's folder"
    add_path(sub, "--sam", sam, required=False)
    start = "exported model directory to go on from, instead of ImageNet's weights"
    add_path(sub, "--start-from", start, required=False)
    rate = "of a training that goes on: multiplies its learning rates"
    sub.add_argument("--rate", type=float, default=1.0, help=rate)
    distill = (
        "exported model directories whose maps the student learns too: at each step what one of them makes of the crop"
    )
    sub.add_argument("--distill-from", type=Path, nargs="+", default=[], metavar="DIR", help=distill)
    weight = "weight of these maps beside L_CLIP and L_SAM"
    sub.add_argument("--distill-weight", type=float, default=1.0, help=weight)


def _train(args: argparse.Namespace) -> None:
    from .phrases import PhraseBank
    from .report import curves
    from .trainer import train

    if args.recipe:
        _run_recipe(args)
        return
    if not args.cache:
        raise SystemExit("--cache: give the folder that `prepare` filled, or --recipe, which runs `prepare` itself")
    _check_device(args)
    _check_start(args)
    bank = PhraseBank(phrase_encoder(args.text), imagenet_names())
    train(args.cache, args.out, bank, _stages(args), _settings(args))
    print(curves(args.out))


def _run_recipe(args: argparse.Namespace) -> None:
    from .cli import parser
    from .steps import BrokenRecipe, run_recipe

    folders = {name: getattr(args, name) for name in ("data", "teachers", "text", "out")}
    lacking = [f"--{name}" for name, folder in folders.items() if folder is None]
    if lacking:
        raise SystemExit(f"{', '.join(lacking)}: a recipe begins with data and teachers; give their folders")
    defaults = vars(parser().parse_args(["train", "--text", "", "--out", ""]))
    given = [name for name, value in vars(args).items() if value != defaults[name] and name not in (*folders, "recipe")]
    for name in set(given) - set(OF_THE_MACHINE):
        raise SystemExit(f"--{name.replace('_', '-')}: with --recipe the file says it; change it there, in a copy")
    overrides = [f"--{name}" if name == "bf16" else f"--{name}={getattr(args, name)}" for name in given]
    try:
        run_recipe(args.recipe, folders, parser(), {"train": overrides})
    except BrokenRecipe as e:
        raise SystemExit(f"--recipe {e}") from e


def _check_device(args: argparse.Namespace) -> None:
    import torch

    if not args.device:
        return
    if args.device != "cpu" and (args.ranks or 1) > 1:
        raise SystemExit("--ranks: several processes share a CPU's work; a GPU is given to one")
    if args.device.startswith("cuda") and not torch.cuda.is_available():
        raise SystemExit(
            f"--device {args.device}: PyTorch finds no GPU here; leave it out, or install its build for CUDA"
        )


def _check_start(args: argparse.Namespace) -> None:
    from .model import ModelConfig

    if args.sam and args.start_from:
        raise SystemExit("--sam, --start-from: give one; a student starts from SAM or from an exported model")
    if args.sam and args.distill_from:
        raise SystemExit(
            "--sam, --distill-from: give one; SAM's maps are at another stride than those of a model of this package"
        )
    if args.sam and not clip_of(args.text):
        raise SystemExit(f"--text {args.text}: a student that starts from SAM learns CLIP's words; give CLIP's folder")
    if args.start_from and not (args.start_from / "model.json").is_file():
        raise SystemExit(f"--start-from {args.start_from}: it has no model.json; give a directory that `export` wrote")
    for model in args.distill_from:
        _check_maps(model, ModelConfig())


def _check_maps(model: Path, student: ModelConfig) -> None:
    from .mask_head import STRIDE
    from .model import SamClip

    described = json.loads((model / "model.json").read_text())
    theirs = described["image_embedding"], described["text_aligned"]
    ours = {"channels": student.embed, "stride": STRIDE}, {"dims": student.dims, "stride": SamClip.text_stride}
    if theirs != ours:
        raise SystemExit(
            f"--distill-from {model}: its maps have {theirs}, the student's {ours}; give a model that this package made"
        )


def _stages(args: argparse.Namespace) -> list[Stage]:
    from .recipe import Stage, continued_stages, default_stages, vit_stages

    if args.sam:
        from .clip_sam import input_side

        stages = vit_stages(args.minutes, args.lam, args.batch or 4, input_side(args.sam))
    elif args.start_from:
        stages = continued_stages(args.minutes, args.lam, args.rate)
    else:
        stages = default_stages(args.minutes, args.lam)
    for stage in stages:
        stage.steps = args.steps or 0
        if args.batch and not args.sam:
            stage.batch = max(1, round(stage.batch * args.batch / Stage.batch))
    joint = [stage for stage in stages if stage.name.startswith("stage2")]
    if args.stage1_only:
        stages = [stage for stage in stages if stage not in joint]
    if args.no_replay:
        for stage in joint:
            stage.mask = 0.0
    return stages[:-1] if args.one_resolution and len(joint) > 1 else stages


def _settings(args: argparse.Namespace) -> Settings:
    from .model import ModelConfig
    from .recipe import Settings, Stage

    device = args.device or "cpu"
    return Settings(
        ModelConfig(backbone=args.backbone),
        seed=seed_of(args.seed, args.start_from),
        threads=args.threads or 2,
        ranks=args.ranks or 1,
        prompts=max(Settings.prompts, Settings.prompts * (args.batch or 0) // Stage.batch),
        bf16=args.bf16,
        balance=args.balance,
        device=device,
        distill_from=tuple(map(str, args.distill_from)),
        distill_weight=args.distill_weight,
        workers=1 if device == "cpu" else os.cpu_count() or 1,
        sam=str(args.sam or ""),
        clip=str(args.text) if args.sam else "",
        **start_settings(args.start_from, args.backbone),
    )


def seed_of(given: int | None, exported: Path | None) -> int:
    """Each model that a training starts from has its own: with the same crops it learns its predecessor's by heart."""
    if given is not None or not exported:
        return given or 0
    return crc32((exported / "model.json").read_bytes())


def _add_average(commands: Any) -> None:
    help = "an exported model and a training that went on from it, mixed as a checkpoint"
    sub = add_command(commands, "average", _average, help)
    add_path(sub, "--start", "exported model directory that the training started from")
    add_path(sub, "--checkpoint", "a .pt file of that training")
    add_path(sub, "--out", "checkpoint to write")
    sub.add_argument("--weight", type=float, default=0.35, help="of the training, 0 to 1")


def _average(args: argparse.Namespace) -> None:
    from .checkpoint import average

    average(args.start, args.checkpoint, args.weight, args.out)
    print(args.out)


def _add_export(commands: Any) -> None:
    sub = add_command(
        commands, "export", _export, "a checkpoint -> a model directory, calibrated where a cache is given"
    )
    add_path(sub, "--checkpoint", "a .pt file of `train`")
    add_path(sub, "--text", TEXT)
    add_path(sub, "--out", "model directory to write")
    add_path(sub, "--cache", "cache whose held-out pictures fit the calibration", required=False)
    sub.add_argument("--name", default="segwatch-lite0")
    sub.add_argument("--version", default="1")
    provenance = "what model.json says of data, teachers and recipe"
    sub.add_argument("--provenance", default="SAM-CLIP's recipe (arXiv 2310.15308)", help=provenance)
    pixels = "the size in pixels that pictures are scaled to, and that the calibration is for"
    sub.add_argument("--pixels", type=int, default=225280, help=pixels)
    quiet = "taken from the fitted bias: fewer alarms, more missed"
    sub.add_argument("--quiet", type=float, default=0.0, help=quiet)
    sub.add_argument("--last", action="store_true", help="the last weights instead of the averaged ones")
    sub.add_argument(
        "--fp16", action="store_true", help="writes OUT-fp16 too, whose encoder computes in 16 bits for GPUs"
    )


def _export(args: argparse.Namespace) -> None:
    from . import feature_basis
    from .calibrate import held_out
    from .checkpoint import load_model
    from .export import About, export
    from .fp16 import halve
    from .runtime import OnnxModel
    from .vocabulary import concepts

    clip = clip_of(args.text)
    model = load_model(args.checkpoint, averaged=not args.last)
    names = phrase_encoder(args.text)([c.name for c in concepts()])
    about = About(args.name, args.version, args.provenance, args.pixels)
    export(model, names, args.out, about, write_text_encoder=clip.write if clip else None)
    if args.cache:
        made = OnnxModel(args.out, sentence_encoder(args.text))
        feature_basis.add_to(made, (Path(f"{stem}.jpg") for _, stem in held_out(args.cache)))
        _calibrate(made, args.cache, args.quiet)
    if args.fp16:
        halve(args.out, args.out.with_name(f"{args.out.name}-fp16"))
    print(args.out, json.loads((args.out / "model.json").read_text())["calibration"])


def _calibrate(model: OnnxModel, cache: Path, quiet: float) -> None:
    from . import calibrate
    from .export import set_calibration

    dense, biases = calibrate.pixels(model, cache)
    set_calibration(model.folder, dense | {"bias": dense["bias"] - quiet}, calibrate.whole(model, cache), biases)
