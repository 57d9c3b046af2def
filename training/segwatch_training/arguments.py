"""What several commands share: path options, text encoders by their folder, and the settings that follow from a
start."""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .clip_sam import ClipTeacher
    from .runtime import Embed

TEXT = "folder with all-MiniLM-L6-v2's ONNX and tokenizer.json, or with CLIP in transformers' format"
DATA = "folder that holds the unpacked data sets"


def add_command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], None], help: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help)
    command.set_defaults(run=run)
    return command


def add_path(command: argparse.ArgumentParser, flag: str, help: str, required: bool = True) -> None:
    command.add_argument(flag, type=Path, help=help, required=required)


def add_every(command: argparse.ArgumentParser) -> None:
    command.add_argument("--every", type=int, default=1, help="only every n-th picture")


def imagenet_names() -> list[str]:
    """The 1,000 classes of ImageNet, as phrases."""
    from torchvision.models._meta import _IMAGENET_CATEGORIES

    return [name.lower() for name in _IMAGENET_CATEGORIES]


@cache
def clip_of(text: Path) -> ClipTeacher | None:
    """CLIP, where `text` is its folder; loaded once."""
    from .clip_sam import ClipTeacher, is_transformers

    return ClipTeacher(text) if is_transformers(text, "clip") else None


def sentence_encoder(text: Path) -> Embed:
    """Sentences -> embeddings, by the text encoder in a folder."""
    from .text import find_sentences

    clip = clip_of(text)
    return clip.sentences if clip else find_sentences(text)


def phrase_encoder(text: Path) -> Embed:
    """Phrases -> embeddings, within the template that the text encoder knows best."""
    clip = clip_of(text)
    return clip.embed if clip else sentence_encoder(text)


def start_settings(exported: Path | None, backbone: str) -> dict[str, Any]:
    """The settings that a training has because of the exported model that it starts from, where there is one."""
    return {
        "start_from": str(exported or ""),
        "fixed_norms": bool(exported),
        "crop_teacher": bool(exported) and backbone != "tiny",
    }
