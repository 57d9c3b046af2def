"""`contact-sheet`: words drawn over pictures or frames of clips, as contact sheets for people to judge."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .runtime import OnnxModel

COLOURS = [
    (230, 60, 60), (60, 120, 250), (250, 190, 40), (60, 200, 90), (200, 80, 220), (40, 210, 220), (250, 120, 40),
    (150, 150, 250), (160, 220, 60), (250, 130, 180), (120, 90, 60), (90, 160, 140),
]  # fmt: skip


def frames(path: Path, count: int) -> list[np.ndarray]:
    """`count` frames spread evenly over a clip, or the one picture; RGB."""
    if path.suffix.lower() in (".jpg", ".jpeg", ".png"):
        return [np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])]
    clip = cv2.VideoCapture(str(path))
    total = int(clip.get(cv2.CAP_PROP_FRAME_COUNT))
    out = []
    for i in np.linspace(0.05 * total, 0.9 * total, count).astype(int):
        clip.set(cv2.CAP_PROP_POS_FRAMES, int(i))
        ok, frame = clip.read()
        if ok:
            out.append(np.ascontiguousarray(frame[..., ::-1]))
    return out


def overlay(model: OnnxModel, image: np.ndarray, words: list[str], threshold: float = 0.5) -> np.ndarray:
    """The picture with each pixel in the colour of its likeliest word, where one is likely enough; a legend below."""
    encoded = model.encode(image)
    p = np.stack([model.probability(encoded, model.query(w), image.shape[:2]) for w in words])
    best, on = p.argmax(0), p.max(0) >= threshold
    paint = np.array([COLOURS[i % len(COLOURS)] for i in range(len(words))], np.uint8)[best]
    out = image.copy()
    out[on] = (0.45 * image[on] + 0.55 * paint[on]).astype(np.uint8)
    for i in range(len(words)):
        edges = cv2.morphologyEx(((best == i) & on).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
        out[edges] = COLOURS[i % len(COLOURS)]
    legend = np.full((20, out.shape[1], 3), 20, np.uint8)
    x = 4
    for i, word in enumerate(words):
        cv2.putText(legend, word, (x, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, COLOURS[i % len(COLOURS)], 1, cv2.LINE_AA)
        x += 9 * len(word) + 8
    return np.vstack([out, legend])


def click_overlay(model: OnnxModel, image: np.ndarray, points: list[tuple[float, float]]) -> np.ndarray:
    """The picture with the mask of one click at each point (shares of width and height)."""
    encoded, out = model.encode(image), image.copy()
    height, width = image.shape[:2]
    for i, (x, y) in enumerate(points):
        coords = np.array([[[x * encoded.size[1], y * encoded.size[0]]]])
        masks, iou = model.masks(encoded, coords, np.array([[1.0]]))
        on = cv2.resize(masks[0, int(iou[0].argmax())], (width, height)) > 0
        out[on] = (0.45 * out[on] + 0.55 * np.array(COLOURS[i % len(COLOURS)])).astype(np.uint8)
        cv2.circle(out, (int(x * width), int(y * height)), 4, (255, 255, 255), -1)
    return out


def sheet(tiles: list[np.ndarray], columns: int, width: int = 480) -> np.ndarray:
    """Tiles of one width in rows; uneven heights are padded."""
    tiles = [
        cv2.resize(t, (width, round(t.shape[0] * width / t.shape[1])), interpolation=cv2.INTER_AREA) for t in tiles
    ]
    height = max(t.shape[0] for t in tiles)
    tiles = [np.pad(t, ((0, height - t.shape[0]), (0, 0), (0, 0))) for t in tiles]
    while len(tiles) % columns:
        tiles.append(np.zeros_like(tiles[0]))
    return np.vstack([np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)])


def contact_sheet(
    model: OnnxModel, sources: list[Path], words: list[str], out: Path, count: int = 3, columns: int = 3
) -> Path:
    """Writes one contact sheet (PNG or JPEG by its suffix) of all sources."""
    tiles = [overlay(model, f, words) for s in sources for f in frames(s, count)]
    out.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(out), sheet(tiles, columns)[..., ::-1])
    return out
