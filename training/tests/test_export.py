import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import cv2
import numpy as np
import onnx
import pytest
import torch

from conftest import ENTRIES, TINY, embed
from segwatch_training.calibrate import MOST, SURE, Labelled, dense, entries, fit, labelled, pixels, untold
from segwatch_training.evaluate_prompts import refine
from segwatch_training.export import About, export, set_calibration
from segwatch_training.metrics import Confusion
from segwatch_training.model import SamClip
from segwatch_training.runtime import BrokenModel, OnnxModel, sigmoid
from segwatch_training.vocabulary import concepts, index_of


@pytest.mark.parametrize("shape", [(1, 64, 96), (2, 160, 128)])
def test_encoder_agrees_with_torch(tiny: SamClip, exported: OnnxModel, shape: tuple[int, int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    embedding, aligned, feature, lse = exported.encoder.run(None, {"image": image})
    with torch.no_grad():
        expected = tiny(torch.from_numpy(image))
    for ours, theirs in zip((embedding, aligned, feature), expected, strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), atol=2e-4, rtol=2e-4)
    similar = exported.kappa * np.einsum("ndhw,gd->nghw", aligned, exported.background)
    np.testing.assert_allclose(lse, np.log(np.exp(similar).sum(1)), atol=1e-4)


@pytest.mark.parametrize("count,points", [(1, 1), (3, 6)])
def test_decoder_agrees_with_torch(tiny: SamClip, exported: OnnxModel, count: int, points: int) -> None:
    rng = np.random.default_rng(1)
    feed = {
        "image_embedding": rng.normal(size=(1, TINY.embed, 24, 40)).astype(np.float32),
        "point_coords": (rng.random((count, points, 2)) * 96).astype(np.float32),
        "point_labels": rng.integers(-1, 4, (count, points)).astype(np.float32),
        "mask_input": rng.normal(size=(count, 1, 24, 40)).astype(np.float32),
        "has_mask_input": (rng.random(count) > 0.5).astype(np.float32),
    }
    masks, iou = exported.decoder.run(None, feed)
    with torch.no_grad():
        expected = tiny.mask_head(*(torch.from_numpy(v) for v in feed.values()))
    assert masks.shape == (count, 3, 24, 40)
    np.testing.assert_allclose(masks, expected[0].numpy(), atol=1e-3, rtol=1e-3)
    np.testing.assert_allclose(iou, expected[1].numpy(), atol=1e-4)


def test_score_formula_word_for_word(exported: OnnxModel) -> None:
    encoded = exported.encode(np.random.default_rng(2).integers(0, 255, (100, 140, 3), np.uint8))
    query = exported.query("Automobile ", ("van",), ("sky blue",))
    assert [e["name"] for e, own in zip(ENTRIES, query.own, strict=True) if own] == ["car"]
    x, k = encoded.aligned[:, 3, 5], exported.kappa
    asked = max(k * s @ x for s in exported.text(["van", "car"]))
    rest = sum(np.exp(k * g @ x) for g, e in zip(exported.background, ENTRIES, strict=True) if e["name"] != "car")
    rest += np.exp(k * exported.text(["sky blue"])[0] @ x)
    np.testing.assert_allclose(
        exported.probability(encoded, query)[3, 5], sigmoid(np.array(asked - np.log(rest))), rtol=1e-3
    )
    assert 0 <= exported.whole(encoded, query) <= 1


def test_as_rivals_an_entry_belongs_to_the_query_that_names_it_outright(exported: OnnxModel) -> None:
    wide, narrow = exported.query("automobile"), exported.query("car")
    apart, same = exported.apart([wide, narrow])
    assert not apart.own[[e["name"] for e in ENTRIES].index("car")]
    np.testing.assert_array_equal(apart.phrases, exported.text(["automobile"]))
    assert same is narrow
    assert exported.apart([wide])[0] is wide


def test_a_word_that_an_entry_lists_finds_what_the_entry_finds(exported: OnnxModel) -> None:
    alias, name = exported.query("Pedestrian"), exported.query("person")
    np.testing.assert_array_equal(alias.phrases, name.phrases)
    assert len(exported.query("pedestrian", ("sparrow",)).phrases) == 2
    np.testing.assert_array_equal(exported.unlisted("pedestrian").phrases, exported.text(["pedestrian"]))
    np.testing.assert_array_equal(exported.unlisted("person").phrases, name.phrases)


def test_an_entrys_bias_moves_its_word_in_pixels_and_not_of_the_whole(exported: OnnxModel) -> None:
    encoded = exported.encode(np.random.default_rng(4).integers(0, 255, (96, 160, 3), dtype=np.uint8))
    z, whole = (
        exported.z(encoded.aligned, encoded.lse, exported.query("man")),
        exported.whole(encoded, exported.query("man")),
    )
    entry = exported.meta["background"][0]
    try:
        entry["bias"] = 0.75
        biased = exported.query("man")
        np.testing.assert_allclose(exported.z(encoded.aligned, encoded.lse, biased), z + 0.75, atol=1e-5)
        assert exported.whole(encoded, biased) == whole
    finally:
        entry.pop("bias")


def test_contract_is_checked(exported: OnnxModel, tmp_path) -> None:
    for file in exported.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "background.f32").write_bytes(b"\0" * 64)
    with pytest.raises(BrokenModel, match=r"files\.background\.f32"):
        OnnxModel(tmp_path, embed)
    description = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps({**description, "format": 2}))
    with pytest.raises(BrokenModel, match="format"):
        OnnxModel(tmp_path, embed)


def test_input_rule(exported: OnnxModel) -> None:
    exported.meta["input"]["pixels"] = 258048
    try:
        assert exported.input_size(720, 1280) == (384, 672)
        assert exported.input_size(320, 427) == (448, 576)
    finally:
        exported.meta["input"]["pixels"] = 96 * 128


def test_calibration_is_fitted_and_written(exported: OnnxModel, tmp_path) -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(0, 4, 20000)
    truth = rng.random(20000) < sigmoid(0.5 * z - 1)
    scale, bias = fit(z, truth.astype(float), np.ones(20000))
    assert abs(scale - 0.5) < 0.05 and abs(bias + 1) < 0.1
    (tmp_path / "model.json").write_text((exported.folder / "model.json").read_text())
    set_calibration(tmp_path, {"scale": 0.5, "bias": -1, "peak": 0.3}, {"scale": 1.0, "bias": 0.5}, [0.25, -1, 0, 0])
    written = json.loads((tmp_path / "model.json").read_text())
    assert written["calibration"] == {"scale": 0.5, "bias": -1, "peak": 0.3}
    assert written["class_calibration"] == {"scale": 1.0, "bias": 0.5}
    assert [entry["bias"] for entry in written["background"]] == [0.25, -1, 0, 0]


class Timid:
    """Knows a picture's concepts, and says each word's logit 1.5 too low."""

    meta: ClassVar = {"calibration": {"scale": 0.5, "bias": 0.0}}

    def __init__(self, labels: np.ndarray):
        self.labels, self.rng = labels, np.random.default_rng(0)

    def query(self, word: str) -> int:
        return index_of()[word]

    def encode(self, image: np.ndarray) -> SimpleNamespace:
        return SimpleNamespace(lse=self.labels)

    def logits(self, encoded: SimpleNamespace, concept: int) -> np.ndarray:
        z = np.where(self.labels == concept, 2.0, -2.0) + self.rng.normal(0, 2, self.labels.shape)
        return z - 1.5


def test_an_entrys_bias_moves_its_0_5_to_where_half_of_the_pixels_are_it(cache: Path) -> None:
    """And is 0 for a word that the labels could not tell, and small for one that few pictures show."""
    labels = cv2.imread(str(cache / "voc" / "scene3.map.png"), cv2.IMREAD_UNCHANGED)
    timid = Timid(labels)
    car, absent = index_of()["car"], index_of()["toothbrush"]
    often, seldom = (entries(timid, labelled(timid, cache), few=few) for few in (0.01, 9.0))
    # With means of 2 and -2 and a variance of 4, x raises the odds by x.
    share = (labels == car).mean()
    crossing = np.log((1 - share) / share) - 1.5
    assert abs(often[car] * 0.5 + crossing) < 0.2
    assert abs(seldom[car] - often[car] / 10) < 0.1
    assert often[absent] == 0


def test_what_is_rare_on_streets_is_moved_by_the_streets_that_show_it() -> None:
    road, sidewalk = index_of()["road"], index_of()["sidewalk"]
    shown = np.full((40, 40), road, np.uint8)
    shown[:20] = sidewalk
    encoded = SimpleNamespace(lse=shown)
    without = np.full((40, 40), road, np.uint8)  # nobody looked for sidewalks here
    timid, moved = Timid(shown), {}
    for count in (0, 5):
        streets = [Labelled("idd", encoded, shown)] * 10 + [Labelled("idd", encoded, without)] * count
        moved[count] = entries(timid, streets, few=0.01)
    assert abs(moved[0][sidewalk] * 0.5 - 1.5) < 0.2
    assert moved[5][sidewalk] == pytest.approx(moved[0][sidewalk], abs=0.1)
    assert moved[0][road] == 0, "roads have exact labels elsewhere"


class Clueless(Timid):
    """Says nothing of where a word is."""

    def logits(self, encoded: SimpleNamespace, concept: int) -> np.ndarray:
        return self.rng.normal(0, 2, self.labels.shape)


def test_a_word_whose_logits_say_nothing_gets_no_bias(cache: Path) -> None:
    clueless = Clueless(cv2.imread(str(cache / "voc" / "scene3.map.png"), cv2.IMREAD_UNCHANGED))
    assert not any(entries(clueless, labelled(clueless, cache)))


def test_calibration_is_of_words_that_no_entry_lists_and_entries_make_up_for_it(
    tiny: SamClip, cache: Path, tmp_path: Path
) -> None:
    names = embed([c.name for c in concepts()])
    folder = export(tiny, names, tmp_path / "m", About("m", "0", "", pixels=96 * 128))
    model = OnnxModel(folder, embed, threads=1)
    weights, biases = pixels(model, cache)
    fresh = OnnxModel(folder, embed, threads=1)
    others = dense(fresh, labelled(fresh, cache), unlisted=True)
    np.testing.assert_allclose(weights["bias"] / weights["scale"], others["bias"] / others["scale"], rtol=0.05)
    gap = weights["sure"] - SURE
    fresh.meta["calibration"] = dense(fresh, labelled(fresh, cache))
    lifted = untold(fresh, fresh.query("toothbrush"), labelled(fresh, cache))
    np.testing.assert_allclose(biases[index_of()["toothbrush"]] - gap, lifted)
    assert gap != 0


class Distant(Timid):
    """Its words' highest z in the k-th picture is k - 100, wherever they are."""

    meta: ClassVar = {"calibration": {"scale": 0.5, "bias": -0.5, "peak": 0.5, "sure": 3.0}}

    def z(self, picture: int, lse: np.ndarray, query: int) -> np.ndarray:
        return np.array([picture - 100.0 + query, -200.0])


def test_a_word_that_no_label_tells_of_reaches_0_5_in_one_of_a_hundred_pictures() -> None:
    pictures = [SimpleNamespace(encoded=SimpleNamespace(aligned=k, lse=None)) for k in range(101)]
    half = (0.5 * 3 + 0.5) / (0.5 + 0.5)  # where 0.5 z - 0.5 - 0.5 (3 - z) is 0
    assert untold(Distant(np.zeros(1)), 2, pictures) == pytest.approx(half - 1)
    assert untold(Distant(np.zeros(1)), 50, pictures) == 0
    assert untold(Distant(np.zeros(1)), -50, pictures) == MOST


def test_a_word_that_is_sure_nowhere_in_the_picture_is_believed_less(exported: OnnxModel) -> None:
    image = np.random.default_rng(3).integers(0, 255, (96, 160, 3), dtype=np.uint8)
    encoded, query = exported.encode(image), exported.query("person")
    z, plain = exported.z(encoded.aligned, encoded.lse, query), exported.meta["calibration"]
    try:
        for sure, lacking in ((float(z.max()) + 2, 2.0), (float(z.max()) - 2, 0.0)):
            exported.meta["calibration"] = {"scale": 0.7, "bias": -1.0, "peak": 0.3, "sure": sure}
            expected = sigmoid(0.7 * z - 1.0 - 0.3 * lacking)
            np.testing.assert_allclose(exported.probability(encoded, query), expected, rtol=1e-4)
    finally:
        exported.meta["calibration"] = plain


def test_refining_keeps_to_the_pictures_grid(exported: OnnxModel) -> None:
    encoded = exported.encode(np.random.default_rng(3).integers(0, 255, (96, 128, 3), np.uint8))
    p = np.zeros(encoded.lse.shape, np.float32)
    p[3:8, 4:9] = 0.9
    fine = refine(exported, encoded, p)
    assert fine.shape == encoded.embedding.shape[-2:]
    assert (cv2.resize(p, fine.shape[::-1]) >= 0.5).any()


def test_confusion() -> None:
    c = Confusion(3)
    c.add(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    np.testing.assert_allclose(c.iou[:2], [0.5, 2 / 3])
    assert np.isnan(c.iou[2])


def test_an_encoder_with_a_tail_of_its_own_says_in_onnx_what_it_says_in_pytorch(tmp_path) -> None:
    """At odd numbers of cells too, where the tail's halving has a cell left over."""
    torch.manual_seed(0)
    model = SamClip(replace(TINY, backbone="lite0")).eval()
    # Before a training, the tail is a copy of the last blocks, and the exporter keeps equal tensors once.
    with torch.no_grad():
        tail = [p.mul_(1.01) for p in model.backbone.tail.parameters() if p.ndim == 4]
    about = About("lite", "0", "random weights", pixels=96 * 160)
    folder = export(model, embed(["person"]), tmp_path / "lite", about, [{"name": "person", "aliases": []}])
    image = np.random.default_rng(0).integers(0, 255, (96, 160, 3), np.uint8)
    encoded = OnnxModel(folder, embed, threads=1).encode(image)
    with torch.no_grad():
        embedding, aligned, feature = model(torch.from_numpy(image)[None])
    np.testing.assert_allclose(encoded.feature, feature[0], atol=2e-4)
    np.testing.assert_allclose(encoded.aligned, aligned[0], atol=2e-4)
    np.testing.assert_allclose(encoded.embedding, embedding, atol=2e-3)
    weights = {i.name: i for i in onnx.load(folder / "image_encoder.onnx").graph.initializer}
    in_16_bits = sum(int(np.prod(i.dims)) for i in weights.values() if i.data_type == onnx.TensorProto.FLOAT16)
    assert in_16_bits == sum(p.numel() for p in tail)
