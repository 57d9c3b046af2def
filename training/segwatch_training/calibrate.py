"""Fits `calibration` and `class_calibration` of a model directory and its words' biases, on pictures kept from
training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .classes import NOT_ADE, NOT_ADE_VOC, RARE_ON_STREETS, imagenet_concepts
from .data import EXACT, for_calibration
from .ground_truth import read
from .runtime import Encoded, OnnxModel, Query, sigmoid
from .teachers import ADE32, VOC21
from .vocabulary import VOID, concept_id, concepts, covers

# Sources and how many of their held-out pictures are used; exact labels weigh more than teachers' answers. Of streets
# many are read for the few that show what is rare there, and weigh as much as MOST_STREETS.
USED = {"voc": (90, 1.0), "panoptic": (20, 1.0), "idd": (200, 0.5), "ade": (50, 0.5), "coco": (12, 0.5)}
MOST_STREETS = 40

# Pixels by themselves say little of it (their fit gives a tenth of this weight), pictures do: it halves the alarms on
# absent words, at little cost where the word is there.
PEAK, SURE = 0.8, 3.0
RARELY, MOST = 0.01, 2.0
"""Share of pictures that may raise a word of which no label tells; how far its bias is moved at most."""

LEAST_SLOPE = 0.05
"""Of the logits of a word, below which they say nothing of where its 0.5 should be."""


def held_out(cache: Path) -> list[tuple[str, Path]]:
    index = json.loads((cache / "index.json").read_text())
    out = []
    for source, (count, _) in USED.items():
        names = [n for i, n in enumerate(index.get(source, [])) if for_calibration(source, i)]
        out += [(source, cache / source / n) for n in names[:count]]
    return out


@dataclass
class Labelled:
    """A held-out picture as the model encodes it, and its concepts at the grid of the words: labels uint8 [ht,wt]."""

    source: str
    encoded: Encoded
    labels: np.ndarray

    def known(self, concept: int) -> np.ndarray:
        """Where the labels tell whether it is `concept`: bool [ht,wt]."""
        return (self.labels != VOID) & ~np.isin(self.labels, list(covers()[concept] - {concept}))


def labelled(model: OnnxModel, cache: Path) -> list[Labelled]:
    """The held-out pictures that have labels, each encoded once: some 5 MB a picture."""
    out = []
    for source, stem in held_out(cache):
        labels = cv2.imread(f"{stem}.map.png", cv2.IMREAD_UNCHANGED)
        if labels is not None:
            encoded = model.encode(read(Path(f"{stem}.jpg")))
            small = cv2.resize(labels, encoded.lse.shape[::-1], interpolation=cv2.INTER_NEAREST)
            out.append(Labelled(source, encoded, small))
    return out


def pixels(model: OnnxModel, cache: Path) -> tuple[dict[str, float], list[float]]:
    """The weights of `calibration` and the biases of the background's entries.

    Words that no entry lists raise alarms more easily than the trained names, so that `calibration` is theirs at 0.5,
    and every entry's bias makes up for the difference.
    """
    pictures = labelled(model, cache)
    model.meta["calibration"] = dense(model, pictures)
    own = [
        bias or untold(model, model.query(concept.name), pictures)
        for bias, concept in zip(entries(model, pictures), concepts(), strict=True)
    ]
    for entry, bias in zip(model.meta["background"], own, strict=True):
        entry["bias"] = bias
    names, others = dense(model, pictures), dense(model, pictures, unlisted=True)
    crossing = others["bias"] / others["scale"]
    gap = names["bias"] / names["scale"] - crossing
    weights = {"bias": names["scale"] * crossing, "sure": SURE + gap}
    return names | weights, [bias + gap for bias in own]


def dense(model: OnnxModel, pictures: list[Labelled], unlisted: bool = False, seed: int = 0) -> dict[str, float]:
    """The weights of `calibration` for the concepts' names; or for their synonyms, as if no entry listed them: those
    stand for all other words that people may ask for."""
    rng = np.random.default_rng(seed)
    judged = {concept_id(n) for n in (*ADE32, *VOC21)} - {VOID}
    # Where labels are exact, what they could have said and did not is known to be absent: the likely false alarms.
    told = {"voc": {concept_id(n) for n in VOC21} - {VOID}}
    names = {c.name for c in concepts()}
    queries = [
        [model.unlisted(p) for p in c.phrases if p not in names] if unlisted else [model.query(c.name)]
        for c in concepts()
    ]
    z_all, t_all, w_all = [], [], []
    streets = sum(p.source == "idd" for p in pictures)
    weight = {source: w for source, (_, w) in USED.items()}
    weight["idd"] *= min(1.0, MOST_STREETS / max(streets, 1))
    for picture in pictures:
        encoded, small = picture.encoded, picture.labels
        present = [c for c in np.unique(small) if c < NOT_ADE_VOC]
        others = rng.choice(len(concepts()), 12, replace=False)
        for c in {*present, *others.tolist(), *told.get(picture.source, ())}:
            if not queries[c]:
                continue
            z = model.z(encoded.aligned, encoded.lse, queries[c][rng.integers(len(queries[c]))])
            truth = small == c
            known = picture.known(c)
            if c not in judged:
                known &= (small != NOT_ADE) & (small != NOT_ADE_VOC)
            pick = np.flatnonzero(known.ravel())
            if len(pick):
                # Each query counts as often as it would be asked: mostly for what is not there.
                pick = rng.choice(pick, min(200, len(pick)), replace=False)
                z_all.append(z.ravel()[pick])
                t_all.append(truth.ravel()[pick])
                w_all.append(np.full(len(pick), weight[picture.source]))
    z, t, w = (np.concatenate(x).astype(float) for x in (z_all, t_all, w_all))
    scale, bias = fit(np.clip(z, -30, 30), t, w)
    return {"scale": scale, "bias": bias, "peak": PEAK, "sure": SURE}


def entries(model: OnnxModel, pictures: list[Labelled], few: float = 10.0) -> list[float]:
    """The `bias` of each entry of the background, for the model with its `calibration`: what moves its word's 0.5 to
    where half of the pixels are the word, on the exactly labelled pictures; of what is rare on streets, on those that
    teachers have found it in. Sources count by their pictures that show the word; a word that only `few` show moves
    half as far."""
    queries = [model.query(c.name) for c in concepts()]
    moved, shown = np.zeros(len(queries)), np.full(len(queries), few)
    for source in (*sorted(EXACT), "idd"):
        ours = [p for p in pictures if p.source == source]
        if source == "idd":  # only the Cityscapes teacher knows them, and it labels few of these streets
            ours = [p for p in ours if np.isin(p.labels, list(RARE_ON_STREETS)).any()]
        told = _told(source, ours)
        seen: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {c: [] for c in sorted(told) if c < len(queries)}
        for picture in ours:
            for c, answers in seen.items():
                known = picture.known(c)
                answers.append((model.logits(picture.encoded, queries[c])[known], (picture.labels == c)[known]))
        for c, answers in seen.items():
            if count := sum(truth.any() for _, truth in answers):
                logits, truth = (np.concatenate(x).astype(float) for x in zip(*answers, strict=True))
                slope, offset = fit(np.clip(logits, -30, 30), truth, np.ones(len(truth)))
                if slope >= LEAST_SLOPE:
                    moved[c] += count * float(np.clip(offset / slope, -2, 2))
                    shown[c] += count
    return (moved / shown / model.meta["calibration"]["scale"]).tolist()


def _told(source: str, pictures: list[Labelled]) -> set[int]:
    """What labels of a source would say wherever it is."""
    if source == "voc":
        return {concept_id(n) for n in VOC21}
    return set(RARE_ON_STREETS) if source == "idd" else {int(c) for p in pictures for c in np.unique(p.labels)}


def untold(model: OnnxModel, query: Query, pictures: list[Labelled]) -> float:
    """The `bias` of an entry that no label tells of, and that nearly all pictures lack: what lets it reach 0.5
    somewhere in `RARELY` of them. Taught words are loud where they are not and rare ones are not, so that what quietens
    those hides these."""
    c = model.meta["calibration"]
    half = (c["peak"] * c["sure"] - c["bias"]) / (c["scale"] + c["peak"])
    highest = [float(model.z(p.encoded.aligned, p.encoded.lse, query).max()) for p in pictures]
    return float(np.clip(half - np.quantile(highest, 1 - RARELY), 0, MOST))


def whole(model: OnnxModel, cache: Path, pictures: int = 150, seed: int = 0) -> dict[str, float]:
    """The weights of `class_calibration`: of whole-picture scores, against the ImageNet teacher's confident answers."""
    rng = np.random.default_rng(seed)
    index = json.loads((cache / "index.json").read_text())
    table = imagenet_concepts()
    stems = [
        cache / s / n
        for s in ("adv", "pacs", "voc", "flickr")
        for i, n in enumerate(index.get(s, []))
        if for_calibration(s, i)
    ]
    z_all, t_all = [], []
    for stem in rng.permutation([str(s) for s in stems])[:pictures]:
        raw = np.load(f"{stem}.npz")
        sure = {int(table[int(c)]) for c, p in raw["top"] if p > 0.6} - {VOID}
        if not sure:
            continue
        encoded = model.encode(read(Path(f"{stem}.jpg")))
        wrong = [c for c in rng.choice(len(concepts()), 12, replace=False) if c not in sure]
        for c in (*sure, *wrong):
            z_all.append(model.whole_z(encoded, model.query(concepts()[c].name)))
            t_all.append(c in sure)
    if sum(t_all) < 5:
        return {"scale": 1.0, "bias": 0.0}
    scale, bias = fit(np.clip(np.array(z_all), -30, 30), np.array(t_all, float), np.ones(len(t_all)))
    return {"scale": scale, "bias": bias}


def fit(z: np.ndarray, truth: np.ndarray, weight: np.ndarray, steps: int = 60) -> tuple[float, float]:
    """Logistic calibration (scale, bias) of scores z [M] against truth [M] by Newton's method."""
    scale, bias = 1.0, 0.0
    for _ in range(steps):
        p = sigmoid(scale * z + bias)
        g = weight * (p - truth)
        h = np.maximum(weight * p * (1 - p), 1e-9)
        gradient = np.array([(g * z).sum(), g.sum()]) + np.array([1e-3 * (scale - 1), 0]) * weight.sum()
        hessian = np.array([[(h * z * z).sum(), (h * z).sum()], [(h * z).sum(), h.sum()]]) + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        scale, bias = scale - float(np.clip(step[0], -0.5, 0.5)), bias - float(np.clip(step[1], -1, 1))
    return scale, bias
