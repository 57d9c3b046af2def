"""`python -m segwatch_training prepare|train|average|export|evaluate|probe|study`."""

from __future__ import annotations

import argparse
import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from .clip_sam import ClipTeacher
    from .model import ModelConfig
    from .runtime import Embed, OnnxModel

TEXT = "folder with all-MiniLM-L6-v2's ONNX and tokenizer.json, or with CLIP in transformers' format"
PROVENANCE = (
    "SAM-CLIP's recipe (arXiv 2310.15308) on an ImageNet EfficientNet-Lite0. Labels: VOC train photos, the odd half of "
    "coco-panoptic-100. Teachers: DeepLabV3+ MobileNetV2 (ADE20K, 32 classes), DeepLabV3 MobileNetV2 (VOC), YOLOX-Nano "
    "(COCO boxes), EfficientNet-Lite2 (ImageNet), over those and unlabelled street, indoor and everyday photos. Words: "
    "all-MiniLM-L6-v2, frozen, through a learnt projection."
)


def _imagenet_names() -> list[str]:
    from torchvision.models._meta import _IMAGENET_CATEGORIES

    return [n.lower() for n in _IMAGENET_CATEGORIES]


@cache
def _clip(text: Path) -> ClipTeacher | None:
    """CLIP, where `--text` is its folder; loaded once."""
    from .clip_sam import ClipTeacher, is_transformers

    return ClipTeacher(text) if is_transformers(text, "clip") else None


def _embed(args: argparse.Namespace) -> Embed:
    """Sentences -> embeddings."""
    from .text import SentenceEncoder

    clip = _clip(args.text)
    return clip.sentences if clip else SentenceEncoder.find(args.text)


def _embed_phrases(args: argparse.Namespace) -> Embed:
    """The same for phrases, in the words that the text encoder knows best."""
    clip = _clip(args.text)
    return clip.embed if clip else _embed(args)


def _prepare(args: argparse.Namespace) -> None:
    from .merge import merge
    from .prepare import prepare

    prepare(args.data, args.teachers, args.cache, args.workers, args.side)
    print({k: len(v) for k, v in merge(args.data, args.cache, args.workers, args.masks, args.text).items()})


def _going_on(exported: Path | None, backbone: str) -> dict[str, Any]:
    """The settings of a training that starts from an exported model, where one is given."""
    return {
        "start_from": str(exported or ""),
        "fixed_norms": bool(exported),
        "crop_teacher": bool(exported) and backbone != "tiny",
    }


def seed_of(given: int | None, exported: Path | None) -> int:
    """Each model that is gone on from has its own, for with the same crops a training learns its predecessor's by heart."""
    if given is not None or not exported:
        return given or 0
    return crc32((exported / "model.json").read_bytes())


def _check_maps(followed: Path, student: ModelConfig) -> None:
    from .model import STRIDE, SamClip

    described = json.loads((followed / "model.json").read_text())
    theirs = described["image_embedding"], described["text_aligned"]
    ours = {"channels": student.embed, "stride": STRIDE}, {"dims": student.dims, "stride": SamClip.text_stride}
    if theirs != ours:
        raise SystemExit(f"--follow {followed}: its maps have {theirs}, the student's {ours}; follow a model that this package made")


def _train(args: argparse.Namespace) -> None:
    import torch

    from .model import ModelConfig
    from .train import Settings, Words, continued_stages, curves, default_stages, train, vit_stages

    if args.device != "cpu" and args.ranks > 1:
        raise SystemExit("--ranks: several processes share a CPU's work; a GPU is given to one")
    if args.device.startswith("cuda") and not torch.cuda.is_available():
        raise SystemExit(f"--device {args.device}: PyTorch finds no GPU here; leave it out, or install its build for CUDA")
    if args.sam and args.start_from:
        raise SystemExit("--sam, --start-from: give one; a student starts from SAM or from an exported model")
    if args.sam and args.follow:
        raise SystemExit("--sam, --follow: give one; SAM's maps are at another stride than those of a model of this package")
    if args.sam and not _clip(args.text):
        raise SystemExit(f"--text {args.text}: a student that starts from SAM learns CLIP's words; give CLIP's folder")
    if args.start_from and not (args.start_from / "model.json").is_file():
        raise SystemExit(f"--start-from {args.start_from}: it has no model.json; give a directory that `export` wrote")
    for followed in args.follow:
        _check_maps(followed, ModelConfig())
    if args.sam:
        from .clip_sam import input_side

        stages = vit_stages(args.minutes, args.lam, args.batch, input_side(args.sam))
    elif args.start_from:
        stages = continued_stages(args.minutes, args.lam, args.rate)
    else:
        stages = default_stages(args.minutes, args.lam)
    if args.steps:
        for stage in stages:
            stage.steps = args.steps
    joint = [stage for stage in stages if stage.name.startswith("stage2")]
    if args.stage1_only:
        stages = [stage for stage in stages if stage not in joint]
    if args.no_replay:
        for stage in joint:
            stage.mask = 0.0
    if args.one_resolution and len(joint) > 1:
        stages = stages[:-1]
    settings = Settings(
        ModelConfig(backbone=args.backbone),
        seed=seed_of(args.seed, args.start_from),
        threads=args.threads,
        ranks=args.ranks,
        bf16=args.bf16,
        balance=args.balance,
        device=args.device,
        follow=tuple(map(str, args.follow)),
        maps=args.maps,
        workers=1 if args.device == "cpu" else os.cpu_count() or 1,
        sam=str(args.sam or ""),
        clip=str(args.text) if args.sam else "",
        **_going_on(args.start_from, args.backbone),
    )
    train(args.cache, args.out, Words(_embed_phrases(args), _imagenet_names()), stages, settings)
    print(curves(args.out))


def _average(args: argparse.Namespace) -> None:
    from .train import average

    average(args.start, args.checkpoint, args.weight, args.out)
    print(args.out)


def _export(args: argparse.Namespace) -> None:
    from .export import export
    from .runtime import OnnxModel
    from .train import load_model
    from .vocabulary import concepts

    clip = _clip(args.text)
    export(
        load_model(args.checkpoint, averaged=not args.last), _embed_phrases(args)([c.name for c in concepts()]), args.out,
        name=args.name, version=args.version, provenance=args.provenance, pixels=args.pixels,
        words=clip.write if clip else None,
    )  # fmt: skip
    if args.cache:
        _calibrate(OnnxModel(args.out, _embed(args)), args.cache, args.quiet)
    print(args.out, json.loads((args.out / "model.json").read_text())["calibration"])


def _calibrate(model: OnnxModel, cache: Path, quiet: float) -> None:
    from . import calibrate
    from .export import set_calibration

    dense, biases = calibrate.pixels(model, cache)
    set_calibration(model.folder, dense | {"bias": dense["bias"] - quiet}, calibrate.whole(model, cache), biases)


def _int8(args: argparse.Namespace) -> None:
    from .calibrate import held_out
    from .evaluate import read
    from .int8 import quantise
    from .runtime import OnnxModel

    model = OnnxModel(args.model, _embed(args))
    stems = held_out(args.cache)
    print(quantise(args.model, args.out, (model.resize(read(Path(f"{stem}.jpg"))) for _, stem in stems[::2])))


def _evaluate(args: argparse.Namespace) -> None:
    from .evaluate import evaluate
    from .report import bars, details
    from .runtime import OnnxModel

    result = evaluate(OnnxModel(args.model, _embed(args), args.threads), args.data, args.tasks, args.every)
    print(bars(result), details(result), sep="\n\n")
    if args.out:
        args.out.write_text(json.dumps(result, indent=1) + "\n")


def _judge(args: argparse.Namespace) -> None:
    from .judge import judge

    print(json.dumps(judge(args.data, args.teachers, args.masks, args.text, args.every), indent=1))


def _agree(args: argparse.Namespace) -> None:
    from .agree import agree
    from .runtime import OnnxModel

    model = OnnxModel(args.model, _embed(args), args.threads)
    print(json.dumps(agree(model, args.model, args.segwatch.resolve(), args.data, args.out, args.every), indent=1))


def _probe(args: argparse.Namespace) -> None:
    from .probe import probe
    from .runtime import OnnxModel

    print(probe(OnnxModel(args.model, _embed(args)), args.sources, args.words.split(","), args.out, args.count, args.columns))


def _study(args: argparse.Namespace) -> None:
    from . import study
    from .model import ModelConfig, SamClip
    from .train import Settings

    page = ["# The recipe's choices side by side", ""]
    if args.cache:
        settings = Settings(
            threads=args.threads,
            ranks=args.ranks,
            balance=args.balance,
            **_going_on(args.start_from, ModelConfig.backbone),
        )
        rows = study.run(
            args.cache, args.data, args.out, _embed(args), _imagenet_names(), args.minutes, args.every, settings, args.only,
            args.weight,
        )  # fmt: skip
        page += [study.table(rows), ""]
    compared = study.shared_against_separate(args.model, threads=args.threads)
    compared["gmac"] = {k: round(v, 3) for k, v in study.multiply_adds(SamClip(ModelConfig())).items()}
    page += ["One backbone for both heads against the same network once for each head:", "", "```json"]
    page += [json.dumps(compared, indent=1), "```", ""]
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "study.md").write_text("\n".join(page))
    print("\n".join(page))


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="segwatch_training", description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(name: str, run, help: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help)
        sub.set_defaults(run=run)
        return sub

    def path(sub: argparse.ArgumentParser, flag: str, help: str, required: bool = True) -> None:
        sub.add_argument(flag, type=Path, help=help, required=required)

    sub = command("prepare", _prepare, "run the teachers once over all pictures and merge their answers")
    path(sub, "--data", "folder that holds the unpacked data sets")
    path(sub, "--teachers", "folder that holds the teachers' files")
    path(sub, "--cache", "folder to fill")
    path(sub, "--masks", "exported model directory, or SAM's folder, whose mask head outlines the box teacher's boxes", required=False)
    path(sub, "--text", "all-MiniLM-L6-v2's folder: the words of --masks correct the teachers' labels", required=False)
    sub.add_argument("--workers", type=int, default=2)
    sub.add_argument("--side", type=int, default=352, help="pixels of the short side to keep; 768 for a student of 1024 px")

    sub = command("train", _train, "stages 0, 1 and 2; continues where the folder holds a checkpoint")
    path(sub, "--cache", "what `prepare` filled")
    path(sub, "--text", TEXT)
    path(sub, "--out", "folder of checkpoints and curves")
    sub.add_argument("--minutes", type=float, default=80)
    sub.add_argument("--steps", type=int, default=0, help="steps of each stage, instead of minutes")
    sub.add_argument("--lam", type=float, default=0.6, help="weight of L_SAM beside L_CLIP in stage 2")
    sub.add_argument("--backbone", default="lite0", choices=["lite0", "lite1", "lite2", "tiny"])
    sub.add_argument("--balance", type=float, default=0.0, help="0 to 1: how little of a concept's commonness is learnt")
    sub.add_argument("--seed", type=int, help="of the crops and prompts; by default 0, and with --start-from another for each model")
    sub.add_argument("--threads", type=int, default=2)
    sub.add_argument("--ranks", type=int, default=1, help="processes that share each batch; with --threads 1 on a busy CPU")
    sub.add_argument("--bf16", action="store_true")
    sub.add_argument("--device", default="cpu", help='"cuda" where there is a GPU')
    path(sub, "--sam", "SAM's folder, in transformers' format: the student is its ViT, and --text is CLIP's folder", required=False)
    sub.add_argument("--batch", type=int, default=4, help="crops of 1024 px in a step, with --sam")
    path(sub, "--start-from", "exported model directory to go on from, instead of ImageNet's weights", required=False)
    sub.add_argument("--follow", type=Path, nargs="+", default=[], metavar="DIR",
                     help="exported model directories whose maps the student learns too: at each step what one of them sees")  # fmt: skip
    sub.add_argument("--maps", type=float, default=1.0, help="weight of these maps beside L_CLIP and L_SAM")
    sub.add_argument("--rate", type=float, default=0.25, help="of a training that goes on: multiplies its learning rates")
    sub.add_argument("--stage1-only", action="store_true")
    sub.add_argument("--no-replay", action="store_true", help="stage 2 without D_SAM")
    sub.add_argument("--one-resolution", action="store_true", help="without the last, larger crops")

    sub = command("average", _average, "an exported model and a training that went on from it, mixed as a checkpoint")
    path(sub, "--start", "exported model directory that the training started from")
    path(sub, "--checkpoint", "a .pt file of that training")
    path(sub, "--out", "checkpoint to write")
    sub.add_argument("--weight", type=float, default=0.35, help="of the training, 0 to 1")

    sub = command("export", _export, "a checkpoint -> a model directory, calibrated where a cache is given")
    path(sub, "--checkpoint", "a .pt file of `train`")
    path(sub, "--text", TEXT)
    path(sub, "--out", "model directory to write")
    path(sub, "--cache", "cache whose held-out pictures fit the calibration", required=False)
    sub.add_argument("--name", default="segwatch-lite0")
    sub.add_argument("--version", default="1")
    sub.add_argument("--provenance", default=PROVENANCE, help="what model.json says of data, teachers and recipe")
    sub.add_argument("--pixels", type=int, default=225280, help="about so many of a picture are looked at, and calibrated for")
    sub.add_argument("--quiet", type=float, default=0.0, help="taken from the fitted bias: fewer alarms, more missed")
    sub.add_argument("--last", action="store_true", help="the last weights instead of the averaged ones")

    sub = command("int8", _int8, "a model directory whose backbone computes its 1x1 convolutions in 8 bits")
    path(sub, "--model", "model directory")
    path(sub, "--text", TEXT)
    path(sub, "--cache", "cache whose held-out pictures give the ranges")
    path(sub, "--out", "model directory to write")

    sub = command("evaluate", _evaluate, "all figures, through the exported files")
    path(sub, "--model", "model directory")
    path(sub, "--data", "folder that holds the unpacked data sets")
    path(sub, "--text", TEXT)
    path(sub, "--out", "JSON file to write", required=False)
    sub.add_argument("--tasks", nargs="*")
    sub.add_argument("--every", type=int, default=1, help="only every n-th picture")
    sub.add_argument("--threads", type=int, default=2)

    sub = command("judge", _judge, "how good the teachers' labels are on the pictures that `evaluate` measures on")
    path(sub, "--data", "folder that holds the unpacked data sets")
    path(sub, "--teachers", "folder with the teachers' files")
    path(sub, "--masks", "model directory whose mask head outlines the boxes, as for prepare", required=False)
    path(sub, "--text", "all-MiniLM-L6-v2's folder: its words correct the labels, as for prepare", required=False)
    sub.add_argument("--every", type=int, default=1, help="only every n-th picture")

    sub = command("agree", _agree, "the figures through `segwatch segment` beside those through the files here")
    path(sub, "--model", "model directory")
    path(sub, "--data", "folder that holds the unpacked data sets")
    path(sub, "--text", TEXT)
    path(sub, "--segwatch", "the `segwatch` script")
    path(sub, "--out", "folder for what it writes")
    sub.add_argument("--every", type=int, default=1, help="only every n-th picture")
    sub.add_argument("--threads", type=int, default=2)

    sub = command("probe", _probe, "a contact sheet of overlays")
    path(sub, "--model", "model directory")
    path(sub, "--text", TEXT)
    path(sub, "--out", "picture to write")
    sub.add_argument("--words", required=True, help="comma-separated")
    sub.add_argument("--count", type=int, default=3, help="frames of each clip")
    sub.add_argument("--columns", type=int, default=3)
    sub.add_argument("sources", nargs="+", type=Path)

    sub = command("study", _study, "variants of the recipe in one table; without --cache only shared against separate")
    path(sub, "--cache", "what `prepare` filled", required=False)
    path(sub, "--data", "folder that holds the unpacked data sets", required=False)
    path(sub, "--text", "folder with all-MiniLM-L6-v2's ONNX and tokenizer.json", required=False)
    path(sub, "--model", "exported model directory that is cut in two")
    path(sub, "--out", "folder of the variants' checkpoints and study.md")
    sub.add_argument("--minutes", type=float, default=20, help="of training for each variant, stages 0 and 1 included")
    sub.add_argument("--every", type=int, default=4, help="judge on every n-th picture")
    sub.add_argument("--only", nargs="*", help="variants to run: " + "all by default")
    path(sub, "--start-from", "exported model directory that every variant goes on from", required=False)
    sub.add_argument("--balance", type=float, default=0.0, help="as for train")
    sub.add_argument("--weight", type=float, default=0.6, help="as for average, with --start-from")
    sub.add_argument("--threads", type=int, default=2)
    sub.add_argument("--ranks", type=int, default=1)

    args = parser.parse_args(argv)
    args.run(args)
