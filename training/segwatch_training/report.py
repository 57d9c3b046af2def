"""Figures as Markdown tables, beside the bars that the project set itself; a training's curves as a picture."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from .evaluate_prompts import FILLS
from .evaluate_words import PANOPTIC_FOUND
from .ground_truth import CAMVID_WORDS, VOC_WORDS

SYNONYMS_LOSE = (
    "Synonyms by their own vectors, as if the vocabulary did not list them (listed, they find what the name finds), "
    "points lost against the trained name (negative: better)"
)
CURVES = ("dense", "query", "image", "structure", "maps", "mask", "first_iou", "point_accuracy")


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(c) for c in cells) + " |"


def _verdict(value: float, bar: float, at_most: bool = False) -> str:
    return "yes" if (value <= bar if at_most else value >= bar) else "no"


Row = tuple[str, float, float, bool]
"""What is measured, its figure, the bar, and whether that is the most it may be."""


def bars(result: dict) -> str:
    """One row for each bar whose task was run."""
    rows = [row for task, of in _BARS.items() if task in result for row in of(result[task])]
    lines = [_row("bar", "wanted", "measured", "reached"), "|---|---|---|---|"]
    lines += [
        _row(t, ("≤ " if most else "≥ ") + f"{bar:g}", value, _verdict(value, bar, most))
        for t, value, bar, most in rows
    ]
    return "\n".join(lines)


def _voc(voc: dict) -> list[Row]:
    rows: list[Row] = []
    for title, m in (("VOC val", voc), ("VOC val, refined by the mask head", voc["refined"])):
        rows.append((f"{title}: mean IoU of cat, dog, horse, sheep, cow", m["animals"], 79, False))
        wanted = {"person": 62, "car": 75, "background": 90, "chair": 40}
        rows += [(f"{title}: {name}", m["iou"][name], bar, False) for name, bar in wanted.items()]
        rows.append((f"{title}: mIoU over the classes that are there or answered", m["miou"], 55, False))
    return [
        *rows,
        ("synonyms, mean loss in points of IoU", voc["synonym_mean_loss"], 4, True),
        ("absent words, VOC val: alarms in % of pictures and words", voc["false_alarm_share"], 2, True),
        ("calibration error, VOC val", voc["ece"], 0.02, True),
    ]


def _idd(idd: dict) -> list[Row]:
    wanted = {"road": 88, "vehicle": 70, "person": 50, "sky": 92}
    return [(f"IDD-lite val, {word}", idd[word], bar, False) for word, bar in wanted.items()]


def _camvid(camvid: dict) -> list[Row]:
    sidewalk = camvid["iou"]["sidewalk"]
    return [("CamVid val, mIoU of 11 words", camvid["miou"], 50, False), ("CamVid val, sidewalk", sidewalk, 60, False)]


def _panoptic(panoptic: dict) -> list[Row]:
    shown = {w: f for w, f in panoptic["found"].items() if f["pictures"] >= 3}
    found = sum(f["iou"] > 25 for f in shown.values())
    return [
        ("panoptic even half, frequency-weighted IoU", panoptic["fwiou"], 46, False),
        ("panoptic even half, mIoU over present classes", panoptic["miou_present"], 23, False),
        ("absent words, panoptic even half: alarms in %", panoptic["false_alarm_share"], 2, True),
        ("calibration error, panoptic even half", panoptic["ece"], 0.02, True),
        (f"panoptic things found (of {len(shown)} that 3 or more pictures show)", found, len(shown), False),
    ]


def _prompts(prompts: dict) -> list[Row]:
    rows: list[Row] = []
    for name, title, wanted in (
        ("voc", "VOC val components", {"box": 83, "click1": 65, "click5": 80}),
        ("panoptic_even", "panoptic even half, things", {"box": 72, "click1": 55, "click5": 79}),
    ):
        if not prompts[name]["masks"]:
            continue
        said = {"box": "box", "click1": "one click", "click5": "five clicks"}
        rows += [(f"{title}: {said[key]}", prompts[name][key], bar, False) for key, bar in wanted.items()]
        sparse = prompts[name]["by_fill"][FILLS[0][0]]
        if sparse["masks"]:  # where a box says least it says at least as much as a click
            rows.append((f"{title} that fill {FILLS[0][0]} of their box: box", sparse["box"], sparse["click1"], False))
    return rows


def _composition(composed: dict) -> list[Row]:
    return [("composition, gain in mIoU", round(composed["refined"] - composed["coarse"], 1), 2, False)]


_BARS: dict[str, Callable[[dict], list[Row]]] = {
    "voc": _voc,
    "idd": _idd,
    "camvid": _camvid,
    "panoptic": _panoptic,
    "prompts": _prompts,
    "composition": _composition,
    "zero_shot": lambda zero: [("zero-shot top-5, imagenet-one-a-class", zero["top5"], 58, False)],
    "speed": lambda speed: [
        ("encoder for a 16:9 frame, 2 threads, ms (least of 30 runs)", speed["encoder"]["min_ms"], 45, True)
    ],
}


def details(result: dict) -> str:
    """The longer tables: IoU of each class, alarms, clicks."""
    out: list[str] = []
    if voc := result.get("voc"):
        names = [n for n in voc["iou"] if n != "background"]
        miou = f"mIoU {voc['miou']} over the classes that are there or answered"
        out += [f"VOC val (one class for each pixel, background below 0.5; {miou}):", ""]
        out += [_row("word", "IoU", "IoU of the word alone", "alarms where absent, %"), "|---|---|---|---|"]
        out += [
            _row(n, voc["iou"][n], voc["single_word_iou"][VOC_WORDS[n]], voc["false_alarm_by_word"][VOC_WORDS[n]])
            for n in names
        ]
        worst = sorted(voc["synonym_loss"].items(), key=lambda x: -x[1])
        out += ["", f"{SYNONYMS_LOSE}: {', '.join(f'{s} {v}' for s, v in worst)}.", ""]
    if camvid := result.get("camvid"):
        out += [_row("CamVid val", *CAMVID_WORDS, "mean"), "|---" * (len(CAMVID_WORDS) + 2) + "|"]
        out += [_row("IoU", *(camvid["iou"][w] for w in CAMVID_WORDS), camvid["miou"]), ""]
    if panoptic := result.get("panoptic"):
        out += [_row("panoptic even half", *PANOPTIC_FOUND), "|---" * (len(PANOPTIC_FOUND) + 1) + "|"]
        out += [_row("IoU", *(panoptic["found"][w]["iou"] for w in PANOPTIC_FOUND))]
        out += [_row("pictures", *(panoptic["found"][w]["pictures"] for w in PANOPTIC_FOUND)), ""]
    if prompts := result.get("prompts"):
        keys = ("masks", "box", "click1", "click1_best_of_3", "click2", "click3", "click4", "click5")
        out += [_row("prompts", *keys), "|---" * (len(keys) + 1) + "|"]
        for name in ("voc", "panoptic_even"):
            fills = {
                f"{name}, box filled {title}": row for title, row in prompts[name]["by_fill"].items() if row["masks"]
            }
            out += [_row(title, *(row[k] for k in keys)) for title, row in ({name: prompts[name]} | fills).items()]
    return "\n".join(out)


def curves(folder: Path) -> Path:
    """Draws `log.jsonl` as `curves.png`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    records = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    keys = [k for k in CURVES if any(k in r for r in records)]
    figure, axes = pyplot.subplots(1, len(keys), figsize=(3.2 * len(keys), 2.8), constrained_layout=True)
    for axis, key in zip(np.atleast_1d(axes), keys, strict=True):
        rows = [(r["total"], r[key]) for r in records if key in r]
        axis.plot(*zip(*rows, strict=True))
        axis.set_title(key)
        axis.set_xlabel("step")
    figure.savefig(folder / "curves.png", dpi=80)
    pyplot.close(figure)
    return folder / "curves.png"
