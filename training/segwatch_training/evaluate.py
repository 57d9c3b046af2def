"""`evaluate`: every figure of RESULTS.md, measured on a model directory's exported ONNX files.

Words stand for classes only by the tables here. A pixel belongs to a word where its probability is at least 0.5; where
a task wants one class for each pixel, the most probable word wins.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import cv2
import numpy as np

from .data import correction, fill, inner_point
from .runtime import Encoded, OnnxModel, sigmoid
from .teachers import VOC21
from .vocabulary import ALIASES

VOC_WORDS = {
    name: {"dining table": "table", "potted plant": "potted plant", "tv": "tv"}.get(name, name) for name in VOC21[1:]
}
IDD_WORDS = {"road": 0, "person": 2, "vehicle": 3, "sky": 6}
CAMVID_WORDS = (
    "sky", "building", "pole", "road", "sidewalk", "tree", "traffic sign", "fence", "car", "pedestrian", "bicyclist",
)  # fmt: skip
"""In the order of its classes; 11 is unlabelled."""
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


def read(path: Path) -> np.ndarray:
    """RGB uint8 [H,W,3]."""
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])


def read_label(path: Path) -> np.ndarray:
    from PIL import Image

    return np.array(Image.open(path))


class Bins:
    """Calibration: expected error between probability and truth over 15 bins."""

    def __init__(self, count: int = 15):
        self.count, self.n, self.p, self.t = count, np.zeros(count), np.zeros(count), np.zeros(count)

    def add(self, p: np.ndarray, truth: np.ndarray) -> None:
        k = np.minimum((p * self.count).astype(int), self.count - 1).ravel()
        self.n += np.bincount(k, minlength=self.count)
        self.p += np.bincount(k, p.ravel(), self.count)
        self.t += np.bincount(k, truth.ravel().astype(float), self.count)

    @property
    def error(self) -> float:
        some = self.n > 0
        return float((np.abs(self.p - self.t)[some]).sum() / max(self.n.sum(), 1))

    @property
    def confident_error(self) -> float:
        """The same over the bins above 0.1 only: the mass of sure negatives hides what matters."""
        from_bin = max(1, int(np.ceil(0.1 * self.count)))
        n = self.n[from_bin:].sum()
        return float(np.abs(self.p - self.t)[from_bin:].sum() / max(n, 1))


class Confusion:
    def __init__(self, classes: int):
        self.matrix = np.zeros((classes, classes), np.int64)

    def add(self, truth: np.ndarray, guess: np.ndarray) -> None:
        n = len(self.matrix)
        self.matrix += np.bincount(truth.astype(np.int64) * n + guess, minlength=n * n).reshape(n, n)

    @property
    def iou(self) -> np.ndarray:
        hit = np.diag(self.matrix).astype(float)
        union = self.matrix.sum(0) + self.matrix.sum(1) - hit
        return np.where(union > 0, hit / np.maximum(union, 1), np.nan)

    @property
    def frequency_weighted(self) -> float:
        share = self.matrix.sum(1) / max(self.matrix.sum(), 1)
        return float(np.nansum(share * np.nan_to_num(self.iou)))


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


def by_class(iou: np.ndarray) -> dict:
    animals = ("cat", "dog", "horse", "sheep", "cow")
    return {
        "miou": round(float(np.nanmean(iou)), 1),
        "iou": {n: round(float(v), 1) for n, v in zip(VOC21, iou, strict=False)},
        "animals": round(float(np.mean([iou[VOC21.index(a)] for a in animals])), 1),
    }


def voc(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """VOC val: mIoU of 21 classes by words alone and refined by the mask head, false alarms of absent words,
    calibration, synonyms."""
    words = list(VOC_WORDS.values())
    queries = [model.query(w) for w in words]
    # A listed synonym finds what its entry finds; by their own rows they tell what to expect of words that no entry
    # lists.
    synonyms = {s: (words.index(n), model.unlisted(s)) for n, many in SYNONYMS.items() if n in words for s in many}
    synonyms |= {s: (words.index("sofa"), model.unlisted(s)) for s in ("couch", "settee")}
    confusion, composed, binary = Confusion(21), Confusion(21), {w: [0, 0] for w in words}
    other = {s: [0, 0] for s in synonyms}
    bins, alarms, absent, pictures = Bins(), np.zeros(20), np.zeros(20), [0, 0]
    for path in sorted((data / "voc/val").glob("*.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        encoded = model.encode(read(path))
        coarse = np.stack([model.probability(encoded, q) for q in queries])
        p = np.stack([cv2.resize(c, truth.shape[::-1], interpolation=cv2.INTER_LINEAR) for c in coarse])
        known = truth != 255
        confusion.add(truth[known], _winners(p)[known])
        composed.add(truth[known], _winners(_refined(model, encoded, coarse, p))[known])
        alarm = False
        for i in range(20):
            real, on = (truth == i + 1)[known], (p[i] >= 0.5)[known]
            binary[words[i]][0] += int((real & on).sum())
            binary[words[i]][1] += int((real | on).sum())
            bins.add(p[i][known][::7], real[::7])
            if not real.any():
                absent[i] += 1
                raised = (p[i] >= 0.5).mean() > 0.01
                alarms[i] += raised
                alarm |= bool(raised)
        pictures[0] += alarm
        pictures[1] += 1
        for s, (i, query) in synonyms.items():
            on, real = (model.probability(encoded, query, truth.shape) >= 0.5)[known], (truth == i + 1)[known]
            other[s][0] += int((real & on).sum())
            other[s][1] += int((real | on).sum())
    iou, refined = 100 * confusion.iou, 100 * composed.iou
    single = {w: round(100 * a / max(b, 1), 1) for w, (a, b) in binary.items()}
    loss = {s: round(single[words[i]] - 100 * other[s][0] / max(other[s][1], 1), 1) for s, (i, _) in synonyms.items()}
    return {
        **by_class(iou),
        "refined": by_class(refined),
        "single_word_iou": single,
        "false_alarm_share": round(100 * float(alarms.sum() / max(absent.sum(), 1)), 2),
        "false_alarm_by_word": {
            w: round(100 * float(a / max(n, 1)), 1) for w, a, n in zip(words, alarms, absent, strict=False)
        },
        "pictures_with_any_false_alarm": round(100 * pictures[0] / max(pictures[1], 1), 1),
        "ece": round(bins.error, 4),
        "ece_above_0.1": round(bins.confident_error, 4),
        "synonym_loss": loss,
        "synonym_mean_loss": round(float(np.mean(list(loss.values()))), 1),
    }


def idd(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """IDD-lite val by four words, each on its own."""
    queries = {w: model.query(w) for w in IDD_WORDS}
    tally = {w: [0, 0] for w in IDD_WORDS}
    for path in sorted((data / "idd-lite/val").glob("*_image.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        encoded = model.encode(read(path))
        known = truth != 255
        for word, query in queries.items():
            on = (model.probability(encoded, query, truth.shape) >= 0.5)[known]
            real = (truth == IDD_WORDS[word])[known]
            tally[word][0] += int((real & on).sum())
            tally[word][1] += int((real | on).sum())
    return {w: round(100 * a / max(b, 1), 1) for w, (a, b) in tally.items()}


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


def by_word(confusion: Confusion) -> dict:
    """Of CamVid's words: IoU in percent."""
    iou = 100 * confusion.iou[: len(CAMVID_WORDS)]
    return {
        "miou": round(float(np.nanmean(iou)), 1),
        "iou": {w: round(float(v), 1) for w, v in zip(CAMVID_WORDS, iou, strict=False)},
    }


def panoptic_word(name: str) -> str:
    """The word asked for a COCO panoptic class; classes with one word are judged as one."""
    word = ALIASES.get(name, name)
    return word if word is not None else name


def panoptic_half(data: Path):
    """Yields picture path, word-index map [H,W] (-1 unlabelled), things [(word, mask)], for the even half."""
    folder = data / "coco-panoptic-100"
    described = json.loads((folder / "panoptic_train2017.json").read_text())
    words = sorted({panoptic_word(c["name"]) for c in described["categories"]})
    category = {c["id"]: (words.index(panoptic_word(c["name"])), c.get("isthing", 0)) for c in described["categories"]}
    yield words
    for annotation in described["annotations"]:
        if annotation["image_id"] % 2:
            continue
        rgb = read(folder / "panoptic" / annotation["file_name"]).astype(np.int64)
        ids = rgb[..., 0] + 256 * rgb[..., 1] + 65536 * rgb[..., 2]
        truth, things = np.full(ids.shape, -1), []
        for s in annotation["segments_info"]:
            word, thing = category[s["category_id"]]
            where = ids == s["id"]
            truth[where] = -1 if s["iscrowd"] else word
            if thing and not s["iscrowd"]:
                things.append((words[word], where))
        yield folder / "images" / f"{annotation['image_id']:012d}.jpg", truth, things


def panoptic(model: OnnxModel, data: Path) -> dict:
    """The even half of coco-panoptic-100: frequency-weighted and mean IoU, ten things, false alarms, calibration."""
    source = panoptic_half(data)
    words = next(source)
    queries = [model.query(w) for w in words]
    rivals = model.apart(queries)
    confusion, found = Confusion(len(words)), {w: [0, 0, 0] for w in PANOPTIC_FOUND}
    alarms = absent = 0
    bins = Bins()
    for path, truth, _ in source:
        encoded = model.encode(read(path))
        p = np.stack([model.probability(encoded, q) for q in queries])
        rival = p.copy()
        for i, (query, apart) in enumerate(zip(queries, rivals, strict=False)):
            if apart is not query:
                rival[i] = model.probability(encoded, apart)
        small = (truth.shape[1] // 2, truth.shape[0] // 2)
        half = cv2.resize(truth.astype(np.int16), small, interpolation=cv2.INTER_NEAREST)
        p, rival = (np.stack([cv2.resize(x, small, interpolation=cv2.INTER_LINEAR) for x in y]) for y in (p, rival))
        known = half >= 0
        confusion.add(half[known], rival.argmax(0)[known])
        for i, word in enumerate(words):
            real, on = (half == i)[known], (p[i] >= 0.5)[known]
            if word in found:
                found[word][0] += int((real & on).sum())
                found[word][1] += int((real | on).sum())
                found[word][2] += bool(real.any())
            bins.add(p[i][known][::5], real[::5])
            if not real.any():
                absent += 1
                alarms += (p[i] >= 0.5).mean() > 0.01
    present = confusion.matrix.sum(1) > 0
    return {
        "fwiou": round(100 * confusion.frequency_weighted, 1),
        "miou_present": round(100 * float(np.nanmean(confusion.iou[present])), 1),
        "classes_present": int(present.sum()),
        "found": {w: {"iou": round(100 * a / max(b, 1), 1), "pictures": n} for w, (a, b, n) in found.items()},
        "false_alarm_share": round(100 * alarms / max(absent, 1), 2),
        "ece": round(bins.error, 4),
        "ece_above_0.1": round(bins.confident_error, 4),
        "iou": {w: round(100 * float(v), 1) for w, v, here in zip(words, confusion.iou, present, strict=False) if here},
    }


def _iou(a: np.ndarray, b: np.ndarray, known: np.ndarray) -> float:
    return float((a & b & known).sum() / max(((a | b) & known).sum(), 1))


def _prompt_one(model: OnnxModel, encoded: Encoded, truth: np.ndarray, known: np.ndarray) -> dict[str, float]:
    """IoU by a box, and by 1 to 5 clicks at the largest error, the mask chosen by predicted IoU."""
    height, width = truth.shape
    scale = np.array([encoded.size[1] / width, encoded.size[0] / height], np.float32)

    def answer(coords, labels, before):
        masks, iou = model.masks(encoded, np.array([coords]) * scale, np.array([labels]), before)
        full = [cv2.resize(m, (width, height), interpolation=cv2.INTER_LINEAR) > 0 for m in masks[0]]
        k = int(iou[0].argmax())
        return full, k, masks[:, k]

    ys, xs = np.nonzero(truth)
    full, k, _ = answer([[xs.min(), ys.min()], [xs.max() + 1, ys.max() + 1]], [2, 3], None)
    out = {"box": _iou(full[k], truth, known)}
    coords, labels, before = [list(inner_point(truth))], [1.0], None
    for clicks in range(1, 6):
        full, k, logits = answer(coords, labels, before)
        out[f"click{clicks}"] = _iou(full[k], truth, known)
        if clicks == 1:
            out["click1_best_of_3"] = max(_iou(f, truth, known) for f in full)
        x, y, label = correction(truth & known, full[k] & known)
        coords, labels, before = [*coords, [x, y]], [*labels, label], logits
    return out


FILLS = (("under 0.35", 0.0, 0.35), ("0.35 to 0.6", 0.35, 0.6), ("over 0.6", 0.6, 1.01))
"""Shares of its box that a thing fills. Of a sparse one a box says less than of a compact one."""


def voc_components(data: Path, every: int = 1):
    """Yields picture path, truth [H,W], masks of VOC val's components of at least 0.5 % of the picture."""
    for path in sorted((data / "voc/val").glob("*.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        masks = []
        for c in np.unique(truth[(truth > 0) & (truth < 255)]):
            n, labels, stats, _ = cv2.connectedComponentsWithStats((truth == c).astype(np.uint8), connectivity=8)
            masks += [labels == k for k in range(1, n) if stats[k, cv2.CC_STAT_AREA] >= 0.005 * truth.size]
        yield path, truth != 255, masks


def panoptic_things(data: Path):
    """The same of the panoptic even half's things."""
    source = panoptic_half(data)
    next(source)
    for path, truth, things in source:
        yield path, truth >= -1, [mask for _, mask in things if mask.mean() >= 0.005]


def prompts(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """Boxes and clicks on VOC val's components and the panoptic even half's things, all and by how much of its box each
    fills."""

    def mean(rows: list[dict]) -> dict:
        keys = [k for k in rows[0] if k != "fill"] if rows else []
        return {"masks": len(rows)} | {k: round(100 * float(np.mean([r[k] for r in rows])), 1) for k in keys}

    out: dict[str, dict] = {}
    for name, pictures in (("voc", voc_components(data, every)), ("panoptic_even", panoptic_things(data))):
        rows = []
        for path, known, masks in pictures:
            encoded = model.encode(read(path)) if masks else None
            rows += [_prompt_one(model, encoded, mask, known) | {"fill": fill(mask)} for mask in masks]
        by_fill = {title: mean([r for r in rows if least <= r["fill"] < most]) for title, least, most in FILLS}
        out[name] = mean(rows) | {"by_fill": by_fill}
    return out


def refine(model: OnnxModel, encoded: Encoded, p: np.ndarray, min_share: float = 0.0005) -> np.ndarray:
    """Composition, as the service's refiner does it: a word's coarse mask -> components -> box and point -> the mask
    head's logits [h,w]."""
    h, w = encoded.masks
    fine = cv2.resize(p, (w, h), interpolation=cv2.INTER_LINEAR)
    coarse = np.log(np.clip(fine, 1e-4, 1 - 1e-4) / np.clip(1 - fine, 1e-4, 1))
    out = np.full((h, w), -8.0, np.float32)
    n, labels, stats, _ = cv2.connectedComponentsWithStats((fine >= 0.5).astype(np.uint8), connectivity=8)
    for k in range(1, n):
        x, y, bw, bh, area = stats[k]
        component = labels == k
        answer = np.where(component, coarse, -8)
        if area >= min_share * h * w:
            px, py = inner_point(component)
            coords = np.array([[[x, y], [x + bw, y + bh], [px, py]]], np.float32) * 4
            masks, iou = model.masks(encoded, coords, np.array([[2, 3, 1]]))
            best = masks[0, int(iou[0].argmax())]
            if _iou(best > 0, component, np.ones_like(component)) >= 0.5:
                answer = best
        out = np.maximum(out, answer)
    return out


def composition(model: OnnxModel, data: Path, every: int = 1) -> dict:
    """What refining each word's mask by the mask head gains on VOC val (words present in the picture, one at a
    time)."""
    words = list(VOC_WORDS.values())
    queries = [model.query(w) for w in words]
    plain, refined = np.zeros((20, 2)), np.zeros((20, 2))
    for path in sorted((data / "voc/val").glob("*.jpg"))[::every]:
        truth = read_label(path.with_suffix(".png"))
        known, encoded = truth != 255, model.encode(read(path))
        for i, query in enumerate(queries):
            real = truth == i + 1
            if not real.any():
                continue
            p = model.probability(encoded, query)
            for tally, on in (
                (plain, cv2.resize(p, truth.shape[::-1], interpolation=cv2.INTER_LINEAR) >= 0.5),
                (refined, cv2.resize(refine(model, encoded, p), truth.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0),
            ):
                tally[i] += ((real & on & known).sum(), ((real | on) & known).sum())
    seen = plain[:, 1] > 0

    def mean(t: np.ndarray) -> float:
        return round(100 * float((t[seen, 0] / t[seen, 1]).mean()), 1)

    return {"coarse": mean(plain), "refined": mean(refined)}


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
