"""`flicker`: how often answers change where nothing moves, and how far they trail where something does.

Frames are taken ten times a second. A cell of the words' grid stands still between two of them where the picture, in
grey at half the encoder's size and slightly blurred, changes by less than `STILL` of 255 in it and two cells around it.
Flicker is how many of 1,000 answers, a cell's for one word, change from frame to frame there. Where the picture moves,
the answers' IoU with those of each frame alone tells how far smoothing makes them trail.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from .runtime import OnnxModel

STILL = 6.0
PER_SECOND = 10.0

# As the service's Smoother and MotionDetector have them.
TIME_CONSTANT_MS, STILL_FACTOR, AT_ONCE = 250.0, 4.0, 8.0
LEAST_CHANGE, REACH = 8.0, 2


def sampled(clip: Path, count: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Up to `count` RGB frames from a third of a clip on, and when they were taken, in ms."""
    film = cv2.VideoCapture(str(clip))
    rate = film.get(cv2.CAP_PROP_FPS) or 25.0
    first, step = int(film.get(cv2.CAP_PROP_FRAME_COUNT)) // 3, max(1, round(rate / PER_SECOND))
    frames, times, position = [], [], 0
    while len(frames) < count:
        there, frame = film.read()
        if not there:
            break
        if position >= first and (position - first) % step == 0:
            frames.append(np.ascontiguousarray(frame[..., ::-1]))
            times.append(1000 * position / rate)
        position += 1
    return frames, np.array(times)


def moves(before: np.ndarray, after: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """Where the picture changes between two RGB frames, on the grid of the words: bool [h,w]."""
    size = grid[1] * 4, grid[0] * 4
    grey = [
        cv2.GaussianBlur(cv2.resize(cv2.cvtColor(f, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA), (0, 0), 1)
        for f in (before, after)
    ]
    change = np.abs(grey[1].astype(np.float32) - grey[0]).reshape(grid[0], 4, grid[1], 4).max((1, 3))
    return cv2.dilate(change, np.ones((5, 5))) >= STILL


class Motion:
    """As the service's MotionDetector: where a camera's picture changes, beside one that follows it."""

    def __init__(self) -> None:
        self.reference: np.ndarray | None = None
        self.last = 0.0

    def __call__(self, image: np.ndarray, at_ms: float) -> np.ndarray | None:
        """The encoder's input, RGB uint8 [H,W,3] -> bool [H/8,W/8]; None for the first."""
        height, width = (length // 4 for length in image.shape[:2])
        blocks = image[..., 1].astype(np.float32).reshape(height, 4, width, 4).mean((1, 3))
        last, self.last = self.last, at_ms
        if self.reference is None:
            self.reference = blocks
            return None
        change = blocks - self.reference
        self.reference = self.reference + change * (1 - np.exp(-(at_ms - last) / TIME_CONSTANT_MS))
        cells = (np.abs(change) >= LEAST_CHANGE).reshape(height // 2, 2, width // 2, 2).any((1, 3))
        return cv2.dilate(cells.astype(np.uint8), np.ones((2 * REACH + 1,) * 2)) > 0


def smoothed(p: np.ndarray, times: np.ndarray, moving: list[np.ndarray | None]) -> np.ndarray:
    """As the service's Smoother: probabilities [T,K,h,w] of frames at `times`, and where each moves -> the same,
    smoothed."""
    state, out = p[0].copy(), [p[0]]
    for now, passed, where in zip(p[1:], np.diff(times), moving[1:], strict=True):
        change = now - state
        keep_up = np.minimum(1, 1 - np.exp(-passed / TIME_CONSTANT_MS) + AT_ONCE * change**2)
        still = 1 - np.exp(-passed / (STILL_FACTOR * TIME_CONSTANT_MS))
        state = state + change * (keep_up if where is None else np.where(where, keep_up, still))
        out.append(state)
    return np.array(out)


def figures(answers: np.ndarray, alone: np.ndarray, moving: np.ndarray) -> dict[str, float]:
    """Answers and those of each frame alone, bool [T,K,h,w]; where the picture moves before each frame but the first,
    bool [T-1,h,w]."""
    where = np.broadcast_to(moving[:, None], answers[1:].shape)
    changed = (answers[1:] != answers[:-1]) & ~where
    both, either = answers[1:] & alone[1:] & where, (answers[1:] | alone[1:]) & where
    return {
        "changes_of_1000": round(1000 * float(changed.sum() / max((~where).sum(), 1)), 2),
        "iou_where_it_moves": round(100 * float(both.sum() / max(either.sum(), 1)), 1),
    }


def flicker(model: OnnxModel, clips: list[Path], words: list[str], count: int = 40) -> dict[str, dict]:
    """Of each clip and on average: each frame alone, and smoothed as the service does."""
    queries, out = [model.query(word) for word in words], {}
    for clip in clips:
        frames, times = sampled(clip, count)
        motion, moving, p = Motion(), [], []
        for frame, at_ms in zip(frames, times, strict=True):
            encoded = model.encode(frame)
            p.append(np.stack([model.probability(encoded, query) for query in queries]))
            moving.append(motion(model.resize(frame), at_ms))
        alone = np.array(p) >= 0.5
        between = np.array([moves(a, b, alone.shape[2:]) for a, b in pairwise(frames)])
        shown = smoothed(np.array(p), times, moving) >= 0.5
        out[clip.stem] = {"alone": figures(alone, alone, between), "smoothed": figures(shown, alone, between)}
    return out | {"mean": {kind: _mean([found[kind] for found in out.values()]) for kind in ("alone", "smoothed")}}


def _mean(rows: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(float(np.mean([row[key] for row in rows])), 2) for key in rows[0]}
