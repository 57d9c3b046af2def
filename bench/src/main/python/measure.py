"""Timing in turn, rows of a table, and what the machine is."""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

OUT_OF_MEMORY = "out of memory"


@dataclass
class Row:
    """One measured way at one batch; `ms` is a run's median, and None says in `note` why there is none."""

    part: str
    what: str
    precision: str
    batch: int
    ms: float | None = None
    memory_mb: float | None = None
    note: str = ""

    @property
    def frames_per_second(self) -> float | None:
        return self.batch * 1000 / self.ms if self.ms else None


class Budget:
    """Seconds that a part has; a row is begun only where there is time for it."""

    def __init__(self, seconds: float, each: float):
        self.end, self.each = time.monotonic() + seconds, each

    def spent(self) -> bool:
        return time.monotonic() + self.each > self.end


class Report:
    """Rows, one a line of a file as they come: what was measured stays when a part is ended."""

    def __init__(self, file: Path):
        self.file = file

    def add(self, row: Row) -> None:
        with self.file.open("a") as out:
            out.write(json.dumps(asdict(row)) + "\n")
        rate = f"{row.frames_per_second:9.1f} frames/s {row.ms:8.2f} ms" if row.ms else row.note
        print(f"{row.part:8} {row.what:24} {row.precision:5} x{row.batch:<3} {rate}", flush=True)


def rows_of(file: Path) -> list[Row]:
    return [Row(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []


def is_out_of_memory(failure: BaseException) -> bool:
    said = str(failure).lower()
    words = ("out of memory", "failed to allocate", "can't allocate", "alloc_failed", "bad_alloc", "bad allocation")
    return isinstance(failure, MemoryError) or any(w in said for w in words)


def in_turn(ways: dict[str, Callable[[], None]], seconds: float) -> dict[str, float]:
    """Median milliseconds of each way, run in turn for about `seconds` together; each runs at least three times."""
    for run in ways.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in ways}
    end = time.monotonic() + seconds
    while len(next(iter(times.values()))) < 3 or time.monotonic() < end:
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(t) for name, t in times.items()}


def machine(device: str) -> dict[str, str]:
    about = {"device": device, "cpu": platform.processor() or platform.machine(), "python": platform.python_version()}
    try:
        import torch

        about["torch"] = torch.__version__
        if device == "cuda":
            free, total = torch.cuda.mem_get_info()
            about["gpu"] = torch.cuda.get_device_name()
            about["gpu_memory_mb"] = f"{total / 2**20:.0f}, of them free {free / 2**20:.0f}"
            about["cuda"] = str(torch.version.cuda)
    except ImportError:
        about["torch"] = "not installed"
    try:
        import onnxruntime

        about["onnxruntime"] = f"{onnxruntime.__version__} with {', '.join(onnxruntime.get_available_providers())}"
    except ImportError:
        about["onnxruntime"] = "not installed"
    return about
