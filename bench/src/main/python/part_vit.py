"""ViT-B SAM-CLIP in PyTorch: one backbone for both heads, beside a backbone for each."""

from __future__ import annotations

from collections.abc import Callable

import torch
from measure import OUT_OF_MEMORY, Budget, Report, Row, in_turn, is_out_of_memory
from torch import nn
from vit import QUICK, SamClip, Shape, check_attention

PART = "vit-b"


def _weights(*networks: nn.Module) -> int:
    tensors = [t for n in networks for t in (*n.parameters(), *n.buffers())]
    return sum(t.numel() * t.element_size() for t in tensors)


class Networks:
    """The three networks on the device, and the ways in which a batch is answered.

    Pictures lie in pinned memory and are copied to the GPU; answers stay there.
    """

    def __init__(self, device: str, shape: Shape):
        dtype = torch.float16 if device == "cuda" else torch.float32
        self.device, self.side = device, shape.side
        self.precision = "f16" if device == "cuda" else "f32"
        self.both, self.sam, self.clip = (
            SamClip(shape, parts).eval().to(device, dtype) for parts in ("both", "sam", "clip")
        )

    def _pictures(self, batch: int) -> torch.Tensor:
        pictures = torch.randint(0, 256, (batch, self.side, self.side, 3), dtype=torch.uint8)
        return pictures.pin_memory() if self.device == "cuda" else pictures

    def ways(self, batch: int) -> dict[str, tuple[Callable[[], None], int]]:
        """Name -> what runs it to its end, and bytes of the weights that it needs."""
        pictures = self._pictures(batch)

        def runs(*networks: nn.Module) -> Callable[[], None]:
            def run() -> None:
                with torch.inference_mode():
                    for network in networks:
                        network(pictures.to(self.device, non_blocking=True))
                if self.device == "cuda":
                    torch.cuda.synchronize()

            return run

        return {
            "shared": (runs(self.both), _weights(self.both)),
            "separate": (runs(self.sam, self.clip), _weights(self.sam, self.clip)),
            "backbone alone": (runs(self.both.backbone), _weights(self.both.backbone)),
            "SAM alone": (runs(self.sam), _weights(self.sam)),
            "CLIP alone": (runs(self.clip), _weights(self.clip)),
        }


def _memory(device: str, run: Callable[[], None], weights: int) -> float | None:
    """Megabytes of one run: its weights, and the most that it holds beside."""
    if device != "cuda":
        run()
        return None
    torch.cuda.empty_cache()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    run()
    return (torch.cuda.max_memory_allocated() - before + weights) / 2**20


def _measure(networks: Networks, batch: int, seconds: float) -> list[Row]:
    ways = networks.ways(batch)
    rows = {name: Row(PART, name, networks.precision, batch) for name in ways}
    fit: dict[str, Callable[[], None]] = {}
    for name, (run, weights) in ways.items():
        try:
            rows[name].memory_mb = _memory(networks.device, run, weights)
            fit[name] = run
        except (RuntimeError, MemoryError) as e:
            if not is_out_of_memory(e):
                raise
            rows[name].note = OUT_OF_MEMORY
            if networks.device == "cuda":
                torch.cuda.empty_cache()
    for name, ms in (in_turn(fit, seconds) if fit else {}).items():
        rows[name].ms = ms
    return list(rows.values())


def run(device: str, quick: bool, budget: Budget, report: Report, batches: list[int]) -> None:
    check_attention()
    torch.manual_seed(0)
    if quick:
        torch.set_num_threads(1)
    networks = Networks(device, QUICK if quick else Shape())
    for batch in batches:
        if budget.spent():
            report.add(Row(PART, "shared", networks.precision, batch, note="not measured: no time was left"))
            continue
        for row in _measure(networks, batch, budget.each):
            report.add(row)
