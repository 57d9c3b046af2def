"""`evaluate`: every figure of RESULTS.md, measured on a model directory's exported ONNX files.

Words stand for classes only by the tables in `ground_truth`.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from .evaluate_prompts import composition, prompts
from .evaluate_words import camvid, idd, panoptic, voc, zero_shot
from .runtime import OnnxModel


def speed(model: OnnxModel, runs: int = 30) -> dict:
    """Milliseconds for a 16:9 frame: median of the encoder and of one click; the smallest too, for machines that are
    busy."""
    rng = np.random.default_rng(0)
    frame = rng.integers(0, 255, (720, 1280, 3), np.uint8)
    image, encoded = model.pad(model.resize(frame)), model.encode(frame)
    query = model.query("person")
    out: dict[str, list[float]] = {"encoder": [], "click": [], "query": []}
    for _ in range(runs):
        start = time.perf_counter()
        model.encoder.run(None, {"image": image[None]})
        middle = time.perf_counter()
        model.masks(encoded, np.array([[[300.0, 200.0]]]), np.array([[1.0]]))
        after = time.perf_counter()
        model.probability(encoded, query)
        for key, value in (
            ("encoder", middle - start),
            ("click", after - middle),
            ("query", time.perf_counter() - after),
        ):
            out[key].append(1000 * value)
    return {k: {"median_ms": round(float(np.median(v)), 1), "min_ms": round(min(v), 1)} for k, v in out.items()}


TASKS = {
    "voc": voc,
    "idd": idd,
    "camvid": camvid,
    "panoptic": lambda model, data, every=1: panoptic(model, data),
    "prompts": prompts,
    "composition": composition,
    "zero_shot": zero_shot,
    "speed": lambda model, data, every=1: speed(model),
}


def evaluate(model: OnnxModel, data: Path, tasks: list[str] | None = None, every: int = 1) -> dict:
    """Runs tasks (all by default) on every n-th picture; returns plain numbers, ready for JSON."""
    out = {}
    for name in tasks or list(TASKS):
        start = time.monotonic()
        out[name] = TASKS[name](model, data, every=every)
        out[name]["seconds"] = round(time.monotonic() - start, 1)
    return out
