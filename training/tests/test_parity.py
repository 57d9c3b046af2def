import json
import stat
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

from segwatch_training.parity import segmented, shown


def test_masks_are_those_that_segment_wrote(tmp_path: Path) -> None:
    picture, mask = tmp_path / "a picture.jpg", np.zeros((6, 9), bool)
    mask[2:5, 3:8] = True
    written = {
        "label": "delivery van",
        "mask": {"size": [6, 9], "counts": coco.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()},
    }
    (tmp_path / "line.json").write_text(json.dumps({"file": str(picture), "queries": [written]}))
    script = tmp_path / "segwatch"
    script.write_text(
        f'#!/bin/sh\necho "$*" > "{tmp_path}/asked"\ncp "{tmp_path}/line.json" "{tmp_path}/out/results.jsonl"\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)

    masks = segmented(tmp_path / "model", script, ["delivery van"], [picture], tmp_path / "out", exclusive=True)

    np.testing.assert_array_equal(masks[picture]["delivery van"], mask)
    assert "--exclusive" in (tmp_path / "asked").read_text()
    assert (tmp_path / "out" / "queries.txt").read_text() == "delivery van\n"


def test_a_pixel_that_nobody_labelled_is_not_judged() -> None:
    label = np.array([[0, 3, 255, 7]])
    np.testing.assert_array_equal(shown(label, (7, 3)), [[-1, 1, -2, 0]])
