"""The model directory's files in ONNX Runtime, as the service runs them: pictures and answers in the host's memory."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort
from measure import OUT_OF_MEMORY, Budget, Report, Row, in_turn, is_out_of_memory

PART = "default"
ENCODER, DECODER = "image_encoder.onnx", "mask_decoder.onnx"
OF_SAM, OF_CLIP = ["image_embedding"], ["text_aligned", "image_feature", "background_lse"]
# As the service's: a search of all algorithms for each new size of a batch would take seconds.
CUDA = {"cudnn_conv_algo_search": "HEURISTIC", "arena_extend_strategy": "kSameAsRequested"}
SIDES = (352, 640)
QUICK_SIDES = (96, 160)


def _providers(device: str, kind: str, scratch: Path) -> list:
    if device != "cuda":
        return ["CPUExecutionProvider"]
    cuda = ("CUDAExecutionProvider", CUDA)
    tensorrt = {
        "trt_fp16_enable": True,
        "trt_engine_cache_enable": True,
        "trt_engine_cache_path": str(scratch),
        "trt_timing_cache_enable": True,
        "trt_timing_cache_path": str(scratch),
    }
    return [("TensorrtExecutionProvider", tensorrt), cuda] if kind == "TensorRT" else [cuda]


def _session(file: Path, providers: list) -> ort.InferenceSession:
    wanted = providers[0] if isinstance(providers[0], str) else providers[0][0]
    options = ort.SessionOptions()
    options.log_severity_level = 4
    if wanted == "CPUExecutionProvider":
        options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(file), options, providers=providers)
    if wanted not in session.get_providers():
        raise RuntimeError(f"{wanted} does not start here")
    return session


def _used_mb(device: str) -> float | None:
    if device != "cuda":
        return None
    import torch

    free, total = torch.cuda.mem_get_info()
    return (total - free) / 2**20


def _halves(encoder: Path, scratch: Path) -> list[Path]:
    """The encoder as two files that each have one half of its answers; they need the package onnx."""
    from onnx.utils import extract_model

    files = []
    for name, outputs in (("sam", OF_SAM), ("clip", OF_CLIP)):
        files.append(scratch / f"{encoder.parent.name}-{name}.onnx")
        extract_model(str(encoder), str(files[-1]), ["image"], outputs, check_model=False)
    return files


def _half_precision(folder: Path, scratch: Path) -> Path:
    """The encoder in 16 bits, by the training's own way."""
    sys.path.insert(0, str(Path(__file__).parents[4] / "training"))
    from segwatch_training.fp16 import halve

    return halve(folder, scratch / "fp16")


class Default:
    """Measures one way to run the directory."""

    def __init__(self, device: str, folder: Path, scratch: Path, sides: tuple[int, int]):
        self.device, self.folder, self.scratch, self.sides = device, folder, scratch, sides
        self.described = json.loads((folder / "model.json").read_text())

    def encoders(self, folder: Path, kind: str) -> dict[str, list[ort.InferenceSession]]:
        providers = _providers(self.device, kind, self.scratch)
        sessions = {"shared": [_session(folder / ENCODER, providers)]}
        try:
            halves = _halves(folder / ENCODER, self.scratch)
            sessions["separate"] = [_session(f, providers) for f in halves]
        except ImportError:
            print("separate halves are left out: they need the Python package onnx", flush=True)
        return sessions

    def encode(self, sessions: dict[str, list[ort.InferenceSession]], batch: int) -> dict[str, Callable[[], None]]:
        pictures = np.random.default_rng(0).integers(0, 256, (batch, *self.sides, 3), dtype=np.uint8)

        def runs(of: list[ort.InferenceSession]) -> Callable[[], None]:
            def run() -> None:
                for session in of:
                    session.run(None, {"image": pictures})

            return run

        return {name: runs(of) for name, of in sessions.items()}

    def ask(self, decoder: ort.InferenceSession, prompts: int) -> Callable[[], None]:
        rows, columns = (side // self.described["image_embedding"]["stride"] for side in self.sides)
        rng = np.random.default_rng(0)
        feed = {
            "image_embedding": rng.normal(size=(1, self.described["image_embedding"]["channels"], rows, columns)),
            "point_coords": rng.uniform(0, min(self.sides), (prompts, 2, 2)),
            "point_labels": np.tile([2, 3], (prompts, 1)),
            "mask_input": np.zeros((prompts, 1, rows, columns)),
            "has_mask_input": np.zeros(prompts),
        }
        feed = {name: value.astype(np.float32) for name, value in feed.items()}
        return lambda: decoder.run(None, feed) and None


def _measure(device: str, ways: dict[str, Callable[[], None]], row: Callable[[str], Row], seconds: float) -> list[Row]:
    before = _used_mb(device)
    rows = {name: row(name) for name in ways}
    fit = {}
    for name, run in ways.items():
        try:
            run()
            fit[name] = run
        except Exception as e:  # ONNX Runtime's own types are many, and one way's failure is a row
            rows[name].note = OUT_OF_MEMORY if is_out_of_memory(e) else str(e).splitlines()[0][:200]
    for name, ms in (in_turn(fit, seconds) if fit else {}).items():
        rows[name].ms = ms
    after = _used_mb(device)
    if before is not None and after is not None and "shared" in rows and rows["shared"].ms:
        rows["shared"].memory_mb = after
    return list(rows.values())


def _kinds(device: str) -> list[tuple[str, str]]:
    """Provider and precision."""
    if device != "cuda":
        return [("CPU", "f32"), ("CPU", "f16")]
    available = "TensorrtExecutionProvider" in ort.get_available_providers()
    return [("CUDA", "f32"), ("CUDA", "f16"), *([("TensorRT", "f16")] if available else [])]


def run(device: str, quick: bool, budget: Budget, report: Report, batches: list[int], folder: Path) -> None:
    if device == "cuda":
        import torch  # noqa: F401  brings CUDA's libraries into the process

        if hasattr(ort, "preload_dlls"):
            ort.preload_dlls()
    with tempfile.TemporaryDirectory() as scratch:
        model = Default(device, folder, Path(scratch), QUICK_SIDES if quick else SIDES)
        for kind, precision in _kinds(device):
            try:
                _kind(model, kind, precision, budget, report, batches)
            except ImportError as e:
                report.add(Row(PART, f"shared, {kind}", precision, 1, note=f"not measured: {e}"))
            except Exception as e:  # a provider that does not start is a row
                report.add(Row(PART, f"shared, {kind}", precision, 1, note=f"not measured: {str(e).splitlines()[0]}"))


def _kind(model: Default, kind: str, precision: str, budget: Budget, report: Report, batches: list[int]) -> None:
    # TensorRT makes its own 16 bits of the file in 32.
    halved = precision == "f16" and kind != "TensorRT"
    sessions = model.encoders(_half_precision(model.folder, model.scratch) if halved else model.folder, kind)
    for batch in batches:
        if budget.spent():
            report.add(Row(PART, f"shared, {kind}", precision, batch, note="not measured: no time was left"))
            continue
        ways = model.encode(sessions, batch)
        for row in _measure(model.device, ways, lambda name, n=batch: Row(PART, name, precision, n), budget.each):
            row.what = f"{row.what}, {kind}"
            report.add(row)
    if precision == "f32":
        decoder = _session(model.folder / DECODER, _providers(model.device, kind, model.scratch))
        for prompts in (1, 16):
            ask = {f"{prompts} boxes' masks": model.ask(decoder, prompts)}
            for row in _measure(model.device, ask, lambda name: Row(PART, name, "f32", 1), budget.each):
                row.what = f"{row.what}, {kind}"
                report.add(row)
