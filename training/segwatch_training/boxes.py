"""Teachers of boxes: COCO's 80 things, by one network or by two together."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .teachers import COCO80, Answer, Teacher, session


class YoloxTeacher:
    """YOLOX-Nano on COCO's 80 classes; boxes after per-class non-maximum suppression."""

    names = COCO80
    size = 416

    def __init__(self, path: Path, threads: int = 1, min_score: float = 0.2):
        self.session = session(path, threads)
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


class DeimTeacher:
    """DEIMv2-Femto on the same classes; it needs no suppression."""

    names = COCO80
    size = 416

    def __init__(self, path: Path, threads: int = 1, min_score: float = 0.2):
        self.session, self.min_score = session(path, threads), min_score

    def __call__(self, image: np.ndarray) -> Answer:
        small = cv2.resize(image, (self.size, self.size), interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255
        feed = {"images": small.transpose(2, 0, 1)[None], "orig_target_sizes": np.ones((1, 2), np.int64)}
        classes, boxes, scores = (x[0] for x in self.session.run(["labels", "boxes", "scores"], feed))
        keep = scores > self.min_score
        boxes = np.concatenate([boxes.clip(0, 1), scores[:, None], classes[:, None]], 1)[keep]
        return Answer(boxes=boxes.astype(np.float32))


class BoxTeachers:
    """Two box teachers: a thing that both find has the mean of their boxes, and counts more than one that either
    finds."""

    names = COCO80

    def __init__(self, first: Teacher, second: Teacher):
        self.first, self.second = first, second

    def __call__(self, image: np.ndarray) -> Answer:
        return Answer(boxes=averaged(self.first(image).boxes, self.second(image).boxes))


def averaged(first: np.ndarray, second: np.ndarray, least: float = 0.5, alone: float = 0.8) -> np.ndarray:
    """Boxes [K,6] of two teachers -> boxes [L,6]: pairs of one class that overlap become their mean, by their scores;
    the score of a pair is its mean, that of a box without a partner `alone` times its own."""
    out, free = [], np.ones(len(second), bool)
    for box in first[np.argsort(-first[:, 4])]:
        iou = np.where(free & (second[:, 5] == box[5]), overlap(box, second), 0)
        if len(second) and iou.max() >= least:
            other = second[iou.argmax()]
            free[iou.argmax()] = False
            mean = (box[:4] * box[4] + other[:4] * other[4]) / (box[4] + other[4])
            out.append([*mean, (box[4] + other[4]) / 2, box[5]])
        else:
            out.append([*box[:4], alone * box[4], box[5]])
    out += [[*box[:4], alone * box[4], box[5]] for box in second[free]]
    return np.array(out, np.float32).reshape(-1, 6)


def overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """IoU of a box with boxes [K,6]."""
    size = np.minimum(box[2:4], boxes[:, 2:4]) - np.maximum(box[:2], boxes[:, :2])
    both = size.clip(0).prod(1)
    either = (box[2:4] - box[:2]).prod() + (boxes[:, 2:4] - boxes[:, :2]).prod(1) - both
    return both / np.maximum(either, 1e-9)


class CloserBoxes:
    """A box teacher on the whole picture and on overlapping parts of it, for things that are small in it."""

    def __init__(self, teacher: Teacher, part: float = 0.6):
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
