import numpy as np

from conftest import TINY
from segwatch_training import study
from segwatch_training.model import SamClip
from segwatch_training.runtime import OnnxModel


def test_variants_differ_in_what_they_say() -> None:
    joint, alone = (study.stages_of(study.VARIANTS[k], 100) for k in ("joint", "no-replay"))
    assert [s.mask for s in joint[2:]] == [0.6, 0.6] and [s.mask for s in alone[2:]] == [0, 0]
    assert joint[:2] == alone[:2], "stages 0 and 1 are shared"
    one = study.stages_of(study.VARIANTS["one-resolution"], 100)
    assert len(one) == 3 and sum(s.minutes for s in one) == sum(s.minutes for s in joint)
    assert len(study.stages_of(study.VARIANTS["stage1"], 100)) == 2


def test_variants_that_go_on_from_a_model_have_its_stages_behind_them() -> None:
    probe, joint = (study.stages_of(study.VARIANTS[k], 100, continued=True) for k in ("stage1", "joint"))
    assert [s.name for s in joint] == ["stage2-joint", "stage2-high-resolution"]
    assert len(probe) == 1 and probe[0].minutes == 100 and probe[0].mask == 0
    assert set(probe[0].rates) == {"clip_head", "text", "scale"}


def test_multiply_adds_are_those_of_the_shapes() -> None:
    model = SamClip(TINY)
    counted = study.multiply_adds(model, 64, 96)
    stem = 8 * 3 * 9 * 32 * 48
    rest = [(8, 8, 16 * 24), (8, 16, 8 * 12), (16, 24, 4 * 6), (24, 32, 2 * 3)]
    head = 32 * 64 * 2 * 3
    expected = stem + sum(9 * a * b * n for a, b, n in rest) + head
    np.testing.assert_allclose(counted["backbone"], expected / 1e9, rtol=1e-9)
    np.testing.assert_allclose(study.multiply_adds(model, 128, 192)["backbone"], 4 * expected / 1e9, rtol=1e-9)


def test_a_network_is_cut_for_each_head(exported: OnnxModel) -> None:
    compared = study.shared_against_separate(exported.folder, runs=2, threads=1, size=(64, 96))
    parts = compared["parameters"]
    assert max(parts["mask"], parts["clip"]) <= parts["shared"] < parts["mask"] + parts["clip"]
    assert set(compared["milliseconds"]) == {"shared", "mask", "clip"}


def test_rows_become_a_table() -> None:
    figures = {
        "voc": {"animals": 1.0, "iou": {"person": 2.0}, "miou": 3.0},
        "idd": {"road": 4.0, "person": 5.0},
        "prompts": {"voc": {"box": 6.0, "click1": 7.0, "click5": 8.0}},
    }
    lines = study.table([{"title": "a"} | figures]).splitlines()
    assert lines[-1] == "| a | 1.0 | 2.0 | 3.0 | 4.0 | 5.0 | 6.0 | 7.0 | 8.0 |"
