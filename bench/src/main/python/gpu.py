"""`bench/gpu`: what the encoders do on a GPU, in at most ten minutes.

Each part runs in a process of its own that is ended when its time is over; what it had measured by then stays. Without
a GPU, `--device cpu --quick` runs all of it at small sizes, to show that it works.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from measure import Budget, Report, Row, machine, rows_of

HOME = Path(__file__).parents[4]
PARTS = {"vit": ("part_vit", 0.5), "onnx": ("part_onnx", 0.5)}
BATCHES = [1, 2, 4, 8, 16, 32]
NAMES = {"vit-b": "ViT-B SAM-CLIP, 1024 px", "default": "segwatch-lite0, 640x352"}
GOAL_FRAMES, GOAL_SHARED = 100, 0.55
NOT_MEASURED = "not measured"
# A GPU that is always full lets frames wait: what is left over is for prompts, new queries and bursts.
FULL = 0.8
SIZING = """Written by `bench/gpu --sizing bench/GPU.md` on a machine with a GPU. Frames a second are those of the best
batch, encoder and both heads; cameras are {full:.0%} of them over the rate, since prompts, new queries and bursts come
beside. Decoding of pictures and scoring are the CPU's, and are not in it."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/gpu", description=__doc__)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--quick", action="store_true", help="small sizes and batches: shows that it works, no more")
    parser.add_argument("--minutes", type=float, default=9, help="of all parts together, at most 10")
    parser.add_argument("--seconds", type=float, default=4, help="of each batch, all ways in turn")
    parser.add_argument("--model", type=Path, default=HOME / "models/default", help="model directory")
    parser.add_argument(
        "--out", type=Path, default=HOME / "bench/target/gpu", help="folder of results.json and table.md"
    )
    parser.add_argument("--sizing", type=Path, help="file of the sizing table, as bench/GPU.md is")
    parser.add_argument("--part", choices=list(PARTS), help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.minutes = min(args.minutes, 10)
    return args


def run_part(args: argparse.Namespace) -> None:
    """In the part's own process."""
    module, share = PARTS[args.part]
    seconds = 0.4 if args.quick else args.seconds
    budget = Budget(args.minutes * 60 * share, seconds)
    report = Report(args.out / f"{args.part}.jsonl")
    given = {"folder": args.model} if args.part == "onnx" else {}
    importlib.import_module(module).run(
        args.device, args.quick, budget, report, [1, 2] if args.quick else BATCHES, **given
    )


def start_part(args: argparse.Namespace, part: str) -> list[Row]:
    """Runs a part in a process of its own; its failure is a row."""
    file = args.out / f"{part}.jsonl"
    file.unlink(missing_ok=True)
    seconds = args.minutes * 60 * PARTS[part][1]
    again = [sys.executable, __file__, "--part", part, "--device", args.device, "--out", str(args.out)]
    again += ["--minutes", str(args.minutes), "--seconds", str(args.seconds), "--model", str(args.model)]
    again += ["--quick"] if args.quick else []
    log = args.out / f"{part}.log"
    try:
        with log.open("w") as errors:
            code = subprocess.run(again, stderr=errors, timeout=seconds + 5, check=False).returncode
        ended = "" if code == 0 else f"ended with {code}: {last_line(log)}"
    except subprocess.TimeoutExpired:
        ended = f"stopped after {seconds:.0f} s"
    rows = rows_of(file)
    return [*rows, Row(part, "the part", "", 0, note=ended)] if ended else rows


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "no word"


def ratios(rows: list[Row]) -> dict[str, float]:
    """Shared over separate, by what was measured and batch; both are of one turn."""
    ms = {(r.part, r.what, r.precision, r.batch): r.ms for r in rows if r.ms}
    found = {}
    for (part, what, precision, batch), shared in ms.items():
        apart = ms.get((part, what.replace("shared", "separate"), precision, batch))
        if what.startswith("shared") and apart:
            found[f"{part}, {what.removeprefix('shared').strip(', ')} {precision} x{batch}".replace(",  ", ", ")] = (
                shared / apart
            )
    return found


def table(rows: list[Row], quick: bool) -> str:
    lines = ["| network | way | precision | batch | ms | frames/s | MB | |", "|---|---|---|--:|--:|--:|--:|---|"]
    for r in rows:
        rate = f"{r.ms:.2f} | {r.frames_per_second:.1f}" if r.ms else " | "
        memory = f"{r.memory_mb:.0f}" if r.memory_mb is not None else ""
        name = f"{r.part}, small" if quick else NAMES.get(r.part, r.part)
        lines.append(f"| {name} | {r.what} | {r.precision} | {r.batch} | {rate} | {memory} | {r.note} |")
    return "\n".join(lines) + "\n"


def best(rows: list[Row], part: str) -> Row | None:
    whole = [r for r in rows if r.part == part and r.what.startswith("shared") and r.ms]
    return max(whole, key=lambda r: r.frames_per_second or 0, default=None)


def sizing(about: dict[str, str], rows: list[Row], real: bool) -> str:
    """The table of cameras a GPU; `real` where a GPU was measured at full size."""
    lines = ["# Cameras a GPU", "", SIZING.format(full=FULL), ""]
    lines += [f"GPU: {about.get('gpu', 'unknown')}." if real else f"GPU: {NOT_MEASURED}.", ""]
    lines += ["| network | frames/s | batch | ms | MB | shared over separate | cameras at 10 fps | cameras at 2 fps |"]
    lines += ["|---|--:|--:|--:|--:|--:|--:|--:|"]
    found = ratios(rows)
    for part, name in NAMES.items():
        row = best(rows, part) if real else None
        if row is None:
            lines.append(f"| {name} | {' | '.join([NOT_MEASURED] * 7)} |")
            continue
        rate = row.frames_per_second or 0
        of_part = [r for key, r in found.items() if key.startswith(part) and f"{row.precision} x{row.batch}" in key]
        cells = [f"{rate:.0f}", str(row.batch), f"{row.ms:.1f}"]
        cells += [f"{row.memory_mb:.0f}" if row.memory_mb is not None else NOT_MEASURED]
        cells += [f"{min(of_part):.3f}" if of_part else NOT_MEASURED]
        cells += [f"{rate * FULL / fps:.0f}" for fps in (10, 2)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def goals(rows: list[Row]) -> list[str]:
    """The two goals of an H100, each with what was measured."""
    fastest, found = best(rows, "vit-b"), [v for k, v in ratios(rows).items() if k.startswith("vit-b")]
    rate = fastest.frames_per_second if fastest else None
    said = [f"{rate:.0f} frames/s (wanted on an H100: {GOAL_FRAMES})" if rate else "frames/s: not measured"]
    return [
        *said,
        f"shared over separate: {min(found):.3f} (wanted: {GOAL_SHARED})" if found else "shared: not measured",
    ]


def lacks_cuda() -> str:
    try:
        import torch
    except ImportError:
        return "PyTorch is not installed: pip install torch onnxruntime-gpu onnx"
    if not torch.cuda.is_available():
        return "PyTorch finds no GPU here: try --device cpu --quick, which measures nothing but shows that it works"
    return ""


def main() -> int:
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.part:
        run_part(args)
        return 0
    lacking = lacks_cuda() if args.device == "cuda" else ""
    if lacking:
        print(f"bench/gpu: {lacking}.", file=sys.stderr)
        return 2
    start = time.monotonic()
    about = machine(args.device)
    rows = [row for part in PARTS for row in start_part(args, part)]
    real = args.device == "cuda" and not args.quick
    result = {"machine": about, "quick": args.quick, "seconds": round(time.monotonic() - start)}
    result |= {"rows": [asdict(r) for r in rows], "shared_over_separate": ratios(rows)}
    (args.out / "results.json").write_text(json.dumps(result, indent=1) + "\n")
    (args.out / "table.md").write_text(table(rows, args.quick))
    print("\n" + table(rows, args.quick))
    for key, value in ratios(rows).items():
        print(f"shared over separate, {key}: {value:.3f}")
    print("\n".join(goals(rows)) if real else "A trial: no figure of it says anything of a GPU.")
    if args.sizing:
        args.sizing.write_text(sizing(about, rows, real))
    return 0 if any(r.ms for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
