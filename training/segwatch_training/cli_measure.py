"""The commands that measure: `evaluate`, `label-quality`, `parity`, `contact-sheet`, `flicker`, `study`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .arguments import (
    DATA,
    TEXT,
    add_command,
    add_every,
    add_path,
    imagenet_names,
    sentence_encoder,
    start_settings,
)

if TYPE_CHECKING:
    import argparse

    from .runtime import OnnxModel


def add_commands(commands: Any) -> None:
    _add_evaluate(commands)
    _add_label_quality(commands)
    _add_parity(commands)
    _add_contact_sheet(commands)
    _add_flicker(commands)
    _add_study(commands)


def _model(args: argparse.Namespace, threads: int = 2) -> OnnxModel:
    from .runtime import OnnxModel

    return OnnxModel(args.model, sentence_encoder(args.text), threads)


def _add_evaluate(commands: Any) -> None:
    sub = add_command(commands, "evaluate", _evaluate, "all figures, through the exported files")
    add_path(sub, "--model", "model directory")
    add_path(sub, "--data", DATA)
    add_path(sub, "--text", TEXT)
    add_path(sub, "--out", "JSON file to write", required=False)
    sub.add_argument("--tasks", nargs="*")
    add_every(sub)
    sub.add_argument("--threads", type=int, default=2)


def _evaluate(args: argparse.Namespace) -> None:
    from .evaluate import evaluate
    from .report import bars, details

    result = evaluate(_model(args, args.threads), args.data, args.tasks, args.every)
    print(bars(result), details(result), sep="\n\n")
    if args.out:
        args.out.write_text(json.dumps(result, indent=1) + "\n")


def _add_label_quality(commands: Any) -> None:
    help = "how good the teachers' labels are on the pictures that `evaluate` measures on"
    sub = add_command(commands, "label-quality", _label_quality, help)
    add_path(sub, "--data", DATA)
    add_path(sub, "--teachers", "folder with the teachers' files")
    masks = "model directory whose mask head outlines the boxes, as for prepare"
    add_path(sub, "--masks", masks, required=False)
    text = "all-MiniLM-L6-v2's folder: its words correct the labels, as for prepare"
    add_path(sub, "--text", text, required=False)
    add_every(sub)


def _label_quality(args: argparse.Namespace) -> None:
    from .label_quality import label_quality

    print(json.dumps(label_quality(args.data, args.teachers, args.masks, args.text, args.every), indent=1))


def _add_parity(commands: Any) -> None:
    help = "the figures through `segwatch segment` beside those through the files here"
    sub = add_command(commands, "parity", _parity, help)
    add_path(sub, "--model", "model directory")
    add_path(sub, "--data", DATA)
    add_path(sub, "--text", TEXT)
    add_path(sub, "--segwatch", "the `segwatch` script")
    add_path(sub, "--out", "folder for what it writes")
    add_every(sub)
    sub.add_argument("--threads", type=int, default=2)


def _parity(args: argparse.Namespace) -> None:
    from .parity import parity

    model = _model(args, args.threads)
    print(json.dumps(parity(model, args.segwatch.resolve(), args.data, args.out, args.every), indent=1))


def _add_contact_sheet(commands: Any) -> None:
    sub = add_command(
        commands, "contact-sheet", _contact_sheet, "words drawn over pictures or frames of clips, in one picture"
    )
    add_path(sub, "--model", "model directory")
    add_path(sub, "--text", TEXT)
    add_path(sub, "--out", "picture to write")
    sub.add_argument("--words", required=True, help="comma-separated")
    sub.add_argument("--count", type=int, default=3, help="frames of each clip")
    sub.add_argument("--columns", type=int, default=3)
    sub.add_argument("sources", nargs="+", type=Path)


def _contact_sheet(args: argparse.Namespace) -> None:
    from .contact_sheet import contact_sheet

    print(contact_sheet(_model(args), args.sources, args.words.split(","), args.out, args.count, args.columns))


def _add_flicker(commands: Any) -> None:
    help = "how often answers change where nothing moves, and how far they trail where something does"
    sub = add_command(commands, "flicker", _flicker, help)
    add_path(sub, "--model", "model directory")
    add_path(sub, "--text", TEXT)
    sub.add_argument("--words", required=True, help="comma-separated")
    sub.add_argument("--count", type=int, default=40, help="frames of each clip, ten a second")
    sub.add_argument("clips", nargs="+", type=Path)


def _flicker(args: argparse.Namespace) -> None:
    from .flicker import flicker

    print(json.dumps(flicker(_model(args), args.clips, args.words.split(","), args.count), indent=1))


def _add_study(commands: Any) -> None:
    help = "variants of the recipe in one table; without --cache only shared against separate"
    sub = add_command(commands, "study", _study, help)
    add_path(sub, "--cache", "what `prepare` filled", required=False)
    add_path(sub, "--data", DATA, required=False)
    add_path(sub, "--text", "folder with all-MiniLM-L6-v2's ONNX and tokenizer.json", required=False)
    add_path(sub, "--model", "exported model directory that is cut in two")
    add_path(sub, "--out", "folder of the variants' checkpoints and study.md")
    minutes = "of training for each variant, stages 0 and 1 included"
    sub.add_argument("--minutes", type=float, default=20, help=minutes)
    sub.add_argument("--every", type=int, default=4, help="judge on every n-th picture")
    sub.add_argument("--only", nargs="*", help="variants to run: all by default")
    start = "exported model directory that every variant goes on from"
    add_path(sub, "--start-from", start, required=False)
    sub.add_argument("--balance", type=float, default=0.0, help="as for train")
    sub.add_argument("--weight", type=float, default=0.6, help="as for average, with --start-from")
    sub.add_argument("--threads", type=int, default=2)
    sub.add_argument("--ranks", type=int, default=1)


def _study(args: argparse.Namespace) -> None:
    from . import study
    from .model import ModelConfig, SamClip

    page = ["# The recipe's choices side by side", ""]
    if args.cache:
        page += [study.table(_variants(args)), ""]
    compared = study.shared_against_separate(args.model, threads=args.threads)
    compared["gmac"] = {k: round(v, 3) for k, v in study.multiply_adds(SamClip(ModelConfig())).items()}
    page += ["One backbone for both heads against the same network once for each head:", "", "```json"]
    page += [json.dumps(compared, indent=1), "```", ""]
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "study.md").write_text("\n".join(page))
    print("\n".join(page))


def _variants(args: argparse.Namespace) -> list[dict]:
    from . import study
    from .model import ModelConfig
    from .recipe import Settings

    settings = Settings(
        threads=args.threads,
        ranks=args.ranks,
        balance=args.balance,
        **start_settings(args.start_from, ModelConfig.backbone),
    )
    folders = study.Folders(args.cache, args.data, args.out)
    embed = sentence_encoder(args.text)
    return study.run(folders, embed, imagenet_names(), settings, args.minutes, args.every, args.only, args.weight)
