"""What words find: in photos, on streets, among a hundred rivals, and of whole pictures.

A pixel belongs to a word where its probability is at least 0.5; where a task wants one class for each pixel, the most
probable word wins.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .evaluate_prompts import refine
from .ground_truth import CAMVID_WORDS, IDD_WORDS, VOC_WORDS, panoptic_half, read, read_label
from .metrics import Alarms, Bins, Confusion, Overlap, by_class, by_word
from .runtime import Encoded, OnnxModel, Query, sigmoid

PANOPTIC_FOUND = (
    "bus", "truck", "bicycle", "motorcycle", "traffic light", "backpack", "umbrella", "chair", "couch", "tv",
)  # fmt: skip
# Words that training knew as synonyms or kinds, against the trained name, on the data where that name is labelled.
SYNONYMS = {
    "person": ("pedestrian", "man", "woman", "people", "child", "human being", "worker", "someone"),
    "car": ("automobile", "sedan", "suv", "taxi", "hatchback"),
    "dog": ("puppy", "hound", "terrier", "doggy"),
    "cat": ("kitten", "kitty", "feline"),
    "horse": ("pony", "stallion", "mare"),
    "sheep": ("lamb", "flock of sheep"),
    "cow": ("cattle", "bull", "calf"),
    "couch": ("sofa", "settee"),
    "tv": ("television", "monitor"),
    "airplane": ("plane", "aircraft"),
    "bicycle": ("bike", "cycle"),
    "motorcycle": ("motorbike", "scooter"),
    "bus": ("coach",),
    "boat": ("ship",),
}


def voc(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """VOC val: mIoU of 21 classes by words alone and refined by the mask head, false alarms of absent words,
    calibration, synonyms."""
    words = list(VOC_WORDS.values())
    queries, synonyms = [model.query(w) for w in words], _synonyms(model, words)
    confusion, composed, single, other = Confusion(21), Confusion(21), Overlap(), Overlap()
    bins, alarms = Bins(), Alarms(words)
    for path in sorted((data / "voc/val").glob("*.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        encoded = model.encode(read(path))
        coarse = np.stack([model.probability(encoded, q) for q in queries])
        p = np.stack([cv2.resize(c, truth.shape[::-1], interpolation=cv2.INTER_LINEAR) for c in coarse])
        known = truth != 255
        confusion.add(truth[known], _winners(p)[known])
        composed.add(truth[known], _winners(_refined(model, encoded, coarse, p))[known])
        for i, word in enumerate(words):
            real = (truth == i + 1)[known]
            single.add(word, (p[i] >= 0.5)[known], real)
            bins.add(p[i][known][::7], real[::7])
        alarms.add(p, [(truth == i + 1).any() for i in range(len(words))])
        for synonym, (i, query) in synonyms.items():
            on = model.probability(encoded, query, truth.shape) >= 0.5
            other.add(synonym, on[known], (truth == i + 1)[known])
    single_iou = {w: round(single.percent(w), 1) for w in words}
    loss = {s: round(single_iou[words[i]] - other.percent(s), 1) for s, (i, _) in synonyms.items()}
    return {
        **by_class(100 * confusion.iou),
        "refined": by_class(100 * composed.iou),
        "single_word_iou": single_iou,
        "false_alarm_share": alarms.percent,
        "false_alarm_by_word": alarms.by_word,
        "pictures_with_any_false_alarm": alarms.percent_of_pictures,
        "ece": round(bins.error, 4),
        "ece_above_0.1": round(bins.confident_error, 4),
        "synonym_loss": loss,
        "synonym_mean_loss": round(float(np.mean(list(loss.values()))), 1),
    }


def _synonyms(model: OnnxModel, words: list[str]) -> dict[str, tuple[int, Query]]:
    """Each with the word that it stands for. A listed synonym finds what its entry finds; by their own rows they tell
    what to expect of words that no entry lists."""
    out = {s: (words.index(n), model.unlisted(s)) for n, many in SYNONYMS.items() if n in words for s in many}
    return out | {s: (words.index("sofa"), model.unlisted(s)) for s in ("couch", "settee")}


def _winners(p: np.ndarray) -> np.ndarray:
    """Probabilities [20,H,W] of VOC's words -> class [H,W], background where none is likely."""
    return np.where(p.max(0) >= 0.5, p.argmax(0) + 1, 0)


def _refined(model: OnnxModel, encoded: Encoded, coarse: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The probabilities with the words' masks refined by the mask head, where there is something to refine: coarse
    [20,ht,wt] and p [20,H,W] -> [20,H,W]."""
    size, out = p.shape[1:], p.copy()
    for i in range(len(p)):
        if (p[i] >= 0.5).any():
            logits = refine(model, encoded, coarse[i])
            out[i] = sigmoid(cv2.resize(logits, size[::-1], interpolation=cv2.INTER_LINEAR))
    return out


def idd(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """IDD-lite val by four words, each on its own."""
    queries, overlap = {w: model.query(w) for w in IDD_WORDS}, Overlap()
    for path in sorted((data / "idd-lite/val").glob("*_image.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        encoded = model.encode(read(path))
        known = truth != 255
        for word, query in queries.items():
            on = model.probability(encoded, query, truth.shape) >= 0.5
            overlap.add(word, on[known], (truth == IDD_WORDS[word])[known])
    return {w: round(overlap.percent(w), 1) for w in IDD_WORDS}


def camvid(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """CamVid val by its eleven words: the most probable one has the pixel."""
    queries = model.apart([model.query(w) for w in CAMVID_WORDS])
    confusion = Confusion(len(CAMVID_WORDS))
    for path in sorted((data / "camvid-val").glob("*.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        encoded, known = model.encode(read(path)), truth < len(CAMVID_WORDS)
        p = np.stack([model.probability(encoded, q, truth.shape) for q in queries])
        confusion.add(truth[known], p.argmax(0)[known])
    return by_word(confusion)


def panoptic(model: OnnxModel, data: Path) -> dict:
    """The even half of coco-panoptic-100: frequency-weighted and mean IoU, ten things, false alarms, calibration."""
    words, pictures = panoptic_half(data)
    queries = [model.query(w) for w in words]
    confusion, overlap, shown_in = Confusion(len(words)), Overlap(), dict.fromkeys(PANOPTIC_FOUND, 0)
    bins, alarms = Bins(), Alarms(words)
    for picture in pictures:
        small = (picture.truth.shape[1] // 2, picture.truth.shape[0] // 2)
        half = cv2.resize(picture.truth.astype(np.int16), small, interpolation=cv2.INTER_NEAREST)
        p, rival = _as_rivals(model, model.encode(read(picture.path)), queries, small)
        known = half >= 0
        confusion.add(half[known], rival.argmax(0)[known])
        for i, word in enumerate(words):
            real = (half == i)[known]
            if word in shown_in:
                overlap.add(word, (p[i] >= 0.5)[known], real)
                shown_in[word] += bool(real.any())
            bins.add(p[i][known][::5], real[::5])
        alarms.add(p, [(half == i).any() for i in range(len(words))])
    present = confusion.matrix.sum(1) > 0
    return {
        "fwiou": round(100 * confusion.frequency_weighted, 1),
        "miou_present": round(100 * float(np.nanmean(confusion.iou[present])), 1),
        "classes_present": int(present.sum()),
        "found": {w: {"iou": round(overlap.percent(w), 1), "pictures": n} for w, n in shown_in.items()},
        "false_alarm_share": alarms.percent,
        "ece": round(bins.error, 4),
        "ece_above_0.1": round(bins.confident_error, 4),
        "iou": {w: round(100 * float(v), 1) for w, v, here in zip(words, confusion.iou, present, strict=True) if here},
    }


def _as_rivals(
    model: OnnxModel, encoded: Encoded, queries: list[Query], size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities [K,H,W] of words each on its own, and as rivals for each pixel, at `size` (W, H)."""
    own = [model.probability(encoded, q) for q in queries]
    rivals = [
        p if apart is query else model.probability(encoded, apart)
        for p, query, apart in zip(own, queries, model.apart(queries), strict=True)
    ]
    own, rivals = (np.stack([cv2.resize(x, size, interpolation=cv2.INTER_LINEAR) for x in y]) for y in (own, rivals))
    return own, rivals


def zero_shot(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """Top-1 and top-5 on one photo of each ImageNet class, by the class names' words and the image feature."""
    from torchvision.models._meta import _IMAGENET_CATEGORIES as names

    paths = sorted((data / "imagenet-one-a-class").iterdir())
    text = model.text([n.lower() for n in names])
    ranks = []
    for i, path in list(enumerate(paths))[::every]:
        score = text @ model.encode(read(path)).feature
        ranks.append(int((score > score[i]).sum()))
    ranks = np.array(ranks)
    return {"top1": round(100 * float((ranks < 1).mean()), 1), "top5": round(100 * float((ranks < 5).mean()), 1)}
