from pathlib import Path

import cv2
import numpy as np

from segwatch_training import evaluate
from segwatch_training.report import bars
from segwatch_training.runtime import OnnxModel


def test_each_pixel_goes_to_the_likeliest_word_and_to_the_background_where_none_is_likely() -> None:
    p = np.zeros((20, 1, 3))
    p[6, 0], p[7, 0] = [0.4, 0.9, 0.6], [0.1, 0.8, 0.7]
    assert evaluate._winners(p).tolist() == [[0, 7, 8]]


def test_voc_is_judged_by_words_alone_and_refined(exported: OnnxModel, tmp_path: Path) -> None:
    folder = tmp_path / "voc/val"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for i in range(2):
        cv2.imwrite(str(folder / f"{i}.jpg"), rng.integers(0, 255, (60, 90, 3), np.uint8))
        truth = np.zeros((60, 90), np.uint8)
        truth[20:40, 30:60] = 7 + i
        cv2.imwrite(str(folder / f"{i}.png"), truth)
    figures = evaluate.voc(exported, tmp_path)
    assert set(figures["refined"]["iou"]) == set(figures["iou"])
    assert 0 <= figures["iou"]["background"] <= 100
    assert "VOC val, refined by the mask head: person" in bars({"voc": figures})
