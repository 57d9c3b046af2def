from pathlib import Path

import cv2
import numpy as np

from segwatch_training import evaluate_words
from segwatch_training.evaluate_prompts import FILLS, prompts
from segwatch_training.ground_truth import CAMVID_WORDS
from segwatch_training.report import bars, details
from segwatch_training.runtime import OnnxModel


def test_each_pixel_goes_to_the_likeliest_word_and_to_the_background_where_none_is_likely() -> None:
    p = np.zeros((20, 1, 3))
    p[6, 0], p[7, 0] = [0.4, 0.9, 0.6], [0.1, 0.8, 0.7]
    assert evaluate_words._winners(p).tolist() == [[0, 7, 8]]


def test_voc_is_judged_by_words_alone_and_refined(exported: OnnxModel, tmp_path: Path) -> None:
    folder = tmp_path / "voc/val"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for i in range(2):
        cv2.imwrite(str(folder / f"{i}.jpg"), rng.integers(0, 255, (60, 90, 3), np.uint8))
        truth = np.zeros((60, 90), np.uint8)
        truth[20:40, 30:60] = 7 + i
        cv2.imwrite(str(folder / f"{i}.png"), truth)
    figures = evaluate_words.voc(exported, tmp_path)
    assert set(figures["refined"]["iou"]) == set(figures["iou"])
    assert 0 <= figures["iou"]["background"] <= 100
    assert "VOC val, refined by the mask head: person" in bars({"voc": figures})


def test_streets_of_eleven_words_and_their_row(exported: OnnxModel, tmp_path: Path) -> None:
    (tmp_path / "camvid-val").mkdir()
    cv2.imwrite(str(tmp_path / "camvid-val/a.jpg"), np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "camvid-val/a.png"), (np.arange(60, dtype=np.uint8) // 5)[:, None].repeat(90, 1))
    figures = evaluate_words.camvid(exported, tmp_path)
    assert list(figures["iou"]) == list(CAMVID_WORDS) and all(0 <= v <= 100 for v in figures["iou"].values())
    assert "| IoU | " in details({"camvid": figures})


def test_boxes_are_measured_apart_by_how_much_their_thing_fills(exported: OnnxModel, tmp_path: Path) -> None:
    (tmp_path / "voc/val").mkdir(parents=True)
    (tmp_path / "coco-panoptic-100").mkdir()
    (tmp_path / "coco-panoptic-100/panoptic_train2017.json").write_text('{"categories": [], "annotations": []}')
    truth = np.zeros((80, 120), np.uint8)
    truth[10:40, 10:40] = 7
    cv2.line(truth, (60, 10), (110, 70), 8, 3)
    cv2.imwrite(str(tmp_path / "voc/val/a.jpg"), np.full((80, 120, 3), 90, np.uint8))
    cv2.imwrite(str(tmp_path / "voc/val/a.png"), truth)
    figures = prompts(exported, tmp_path)
    by_fill = figures["voc"]["by_fill"]
    assert [by_fill[title]["masks"] for title, *_ in FILLS] == [1, 0, 1] and figures["voc"]["masks"] == 2
    both = (by_fill["under 0.35"]["box"] + by_fill["over 0.6"]["box"]) / 2
    assert abs(figures["voc"]["box"] - both) < 0.11
    shown = bars({"prompts": figures})
    sparse = by_fill["under 0.35"]
    wanted = f"| VOC val components that fill under 0.35 of their box: box | ≥ {sparse['click1']:g} | {sparse['box']} |"
    assert wanted in shown, "a box of a sparse thing is to say as much as a click"
    assert "panoptic even half, things that fill" not in shown, "there is none"
