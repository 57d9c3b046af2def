import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from segwatch_training.cli import main
from segwatch_training.data import for_calibration
from segwatch_training.exported import MapsTeacher
from segwatch_training.pack import HELD_OUT, pack
from segwatch_training.text import find_sentences

DEFAULT = Path(__file__).parents[2] / "models" / "default"


def embed(phrases: list[str]) -> np.ndarray:
    rows = np.stack([np.random.default_rng(len(p)).normal(size=384) for p in phrases])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_a_training_runs_on_a_pack_alone(cache: Path, tmp_path: Path) -> None:
    packed = pack(cache, embed, "tiny", tmp_path / "pack", megabytes=5, side=64)

    index = json.loads((tmp_path / "pack/cache/index.json").read_text())
    assert packed == {"voc": 7}, "one of eight pictures is kept for the calibration"
    assert [n for i, n in enumerate(index["voc"]) if for_calibration("voc", i)] == [HELD_OUT]
    small = cv2.imread(str(tmp_path / "pack/cache/voc/scene0.jpg"))
    labels = cv2.imread(str(tmp_path / "pack/cache/voc/scene0.map.png"), cv2.IMREAD_UNCHANGED)
    assert small.shape[:2] == labels.shape == (64, 85)

    options = f"--cache {tmp_path}/pack/cache --text {tmp_path}/pack --out {tmp_path}/run"
    main(f"train {options} --backbone tiny --steps 1 --batch 2 --threads 1".split())
    assert (tmp_path / "run/last.pt").is_file()


def test_a_pack_keeps_its_size_by_what_is_drawn_most(cache: Path, tmp_path: Path) -> None:
    whole = pack(cache, embed, "tiny", tmp_path / "whole", megabytes=5)
    files = [f for f in (tmp_path / "whole").rglob("*") if f.is_file()]
    pictures = sum(f.stat().st_size for f in files if f.parent.name == "voc")
    size = (sum(f.stat().st_size for f in files) - pictures / 2) / 1e6
    half = pack(cache, embed, "tiny", tmp_path / "half", megabytes=size)
    assert 0 < half["voc"] < whole["voc"]
    written = sum(f.stat().st_size for f in (tmp_path / "half").rglob("*") if f.is_file())
    assert written < 1.1 * size * 1e6


def test_phrases_that_are_not_stored_are_named(cache: Path, tmp_path: Path) -> None:
    pack(cache, embed, "tiny", tmp_path / "pack", megabytes=5)
    sentences = find_sentences(tmp_path / "pack")
    np.testing.assert_allclose(sentences(["sidewalk"]), embed(["sidewalk"]), atol=1e-3)
    with pytest.raises(ValueError, match="1 phrases are not stored, 'a zeppelin' first"):
        sentences(["sidewalk", "a zeppelin"])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch finds no GPU")
def test_a_gpu_makes_the_maps_of_the_exported_model() -> None:
    images = torch.from_numpy(np.random.default_rng(3).integers(0, 255, (2, 64, 96, 3), np.uint8))
    on_cpu, on_gpu = (MapsTeacher([DEFAULT], device=d) for d in ("cpu", "cuda"))
    for wanted, made in zip(
        on_cpu(images, np.random.default_rng(0)), on_gpu(images.cuda(), np.random.default_rng(0)), strict=True
    ):
        torch.testing.assert_close(made.cpu(), wanted, atol=0.1, rtol=0.1)
