"""The command of the feature log: `feature-basis`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .arguments import DATA, TEXT, add_command, add_path, sentence_encoder

if TYPE_CHECKING:
    import argparse


def add_commands(commands: Any) -> None:
    help = "the directions that the service's feature log keeps, into a model directory that lacks them"
    sub = add_command(commands, "feature-basis", _feature_basis, help)
    add_path(sub, "--model", "model directory to add them to")
    add_path(sub, "--text", TEXT)
    add_path(sub, "--data", DATA)
    sub.add_argument("--directions", type=int, default=32)
    sub.add_argument("--pictures", type=int, default=500, help="pictures that they are learnt from, of all sources")


def _feature_basis(args: argparse.Namespace) -> None:
    from .feature_basis import add_to
    from .prepare import scan
    from .runtime import OnnxModel

    by_source: dict[str, list] = {}
    for item in scan(args.data):
        by_source.setdefault(item.source, []).append(item.image)
    each = max(1, args.pictures // len(by_source))
    pictures = [p for found in by_source.values() for p in found[:: max(1, len(found) // each)]]
    print(add_to(OnnxModel(args.model, sentence_encoder(args.text)), pictures, args.directions))
