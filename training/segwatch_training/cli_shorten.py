"""The commands that make an exported model's numbers shorter: `int8`, `fp16`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .arguments import TEXT, add_command, add_path, sentence_encoder

if TYPE_CHECKING:
    import argparse


def add_commands(commands: Any) -> None:
    _add_int8(commands)
    _add_fp16(commands)


def _add_int8(commands: Any) -> None:
    help = "a model directory whose backbone computes its 1x1 convolutions in 8 bits"
    sub = add_command(commands, "int8", _int8, help)
    add_path(sub, "--model", "model directory")
    add_path(sub, "--text", TEXT)
    add_path(sub, "--cache", "cache whose held-out pictures give the ranges")
    add_path(sub, "--out", "model directory to write")


def _add_fp16(commands: Any) -> None:
    help = "a model directory whose encoder computes in 16 bits, for GPUs"
    sub = add_command(commands, "fp16", _fp16, help)
    add_path(sub, "--model", "model directory")
    add_path(sub, "--out", "model directory to write")


def _fp16(args: argparse.Namespace) -> None:
    from .fp16 import halve

    print(halve(args.model, args.out))


def _int8(args: argparse.Namespace) -> None:
    from .calibrate import held_out
    from .ground_truth import read
    from .int8 import quantise
    from .runtime import OnnxModel

    model = OnnxModel(args.model, sentence_encoder(args.text))
    stems = held_out(args.cache)
    print(quantise(args.model, args.out, (model.resize(read(Path(f"{stem}.jpg"))) for _, stem in stems[::2])))
