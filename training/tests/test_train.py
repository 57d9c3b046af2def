import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from conftest import ENTRIES, TINY, embed
from segwatch_training.checkpoint import load_model
from segwatch_training.cli import main
from segwatch_training.cli_make import seed_of
from segwatch_training.data import Augment, Pictures, for_calibration
from segwatch_training.export import About, export
from segwatch_training.exported import MapsTeacher
from segwatch_training.init import DENSE_CONCEPTS, PLACE_WEIGHT, init_place_projection
from segwatch_training.losses import maps_loss
from segwatch_training.model import SamClip
from segwatch_training.objectives import uncontradicted
from segwatch_training.phrases import PhraseBank
from segwatch_training.recipe import Settings, Stage
from segwatch_training.report import curves
from segwatch_training.runtime import OnnxModel
from segwatch_training.trainer import Trainer, parameter_groups, set_modes
from segwatch_training.vocabulary import VOID, concept_id

SETTINGS = Settings(model=TINY, points=64, phrases=8, prompts=4, threads=1, workers=0)


def stages(steps: int) -> list[Stage]:
    heads = {"pyramid": 1e-2, "clip_head": 1e-2, "mask_head": 1e-2, "text": 1e-3, "scale": 1e-3}
    return [
        Stage("stage0", 0, {"mask_head": 1e-2, "pyramid": 1e-2}, clip=0, steps=2, batch=2, size=64),
        Stage("stage2", 0, {**heads, "backbone": 1e-2}, steps=steps, batch=4, size=64),
    ]


def test_pictures_repeat_and_leave_the_calibration_out(cache: Path) -> None:
    pictures = Pictures(cache, 100, Augment(64))
    assert "scene3" not in " ".join(pictures.stems["voc"]) and for_calibration("voc", 3)
    a, b = pictures[7], pictures[7]
    assert all(torch.equal(a[k], b[k]) for k in a)
    assert a["image"].shape == (64, 64, 3) and a["labels"].shape == (64, 64)


def test_pictures_of_what_few_show_are_drawn_more_often(cache: Path, tmp_path: Path) -> None:
    names = [f"street{i}" for i in range(200)]
    (tmp_path / "idd").mkdir()
    for i, name in enumerate(names):
        for ending in (".jpg", ".npz"):
            (tmp_path / "idd" / f"{name}{ending}").write_bytes((cache / "voc" / f"scene0{ending}").read_bytes())
        labels = np.full((96, 128), concept_id("road"), np.uint8)
        labels[:8, :8] = concept_id("sidewalk" if i >= 192 else "road")
        cv2.imwrite(str(tmp_path / "idd" / f"{name}.map.png"), labels)
    (tmp_path / "index.json").write_text(json.dumps({"idd": names}))
    pictures, rng = Pictures(tmp_path, 100, Augment(64, pasted=0)), np.random.default_rng(0)
    drawn = [pictures.draw(rng) for _ in range(1000)]
    rare = [stem for _, stem in drawn if int(Path(stem).name.removeprefix("street")) >= 192]
    assert {source for source, _ in drawn} == {"idd"}
    assert len(rare) > 200, "eight of 200 pictures would be 40 of 1,000 draws"


def test_a_model_is_followed_where_labels_do_not_contradict_it(tiny: SamClip, bank: PhraseBank) -> None:
    names = tiny.text(bank.sentences[bank.names]).detach()
    road, sidewalk, person = (concept_id(n) for n in ("road", "sidewalk", "person"))
    said = names[[road, road, road, person]].T.reshape(1, -1, 2, 2)  # what the model answers at four places
    labels = torch.zeros(1, 16, 16, dtype=torch.uint8)
    quarters = ((road, sidewalk), (VOID, concept_id("bicyclist")))
    for row, values in enumerate(quarters):
        for column, value in enumerate(values):
            labels[0, 8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = value
    kept = uncontradicted(tiny, said, labels, bank)
    assert kept.tolist() == [[[1, 0], [1, 1]]], "a bicyclist is a person; of what is unknown the model may say anything"


def test_training_learns_and_resumes(cache: Path, bank: PhraseBank, tmp_path: Path) -> None:
    trainer = Trainer(cache, tmp_path, bank, stages(20), SETTINGS)
    before = {k: v.clone() for k, v in trainer.model.state_dict().items()}
    trainer.run()
    after = trainer.model.state_dict()
    assert any(not torch.equal(before[k], after[k]) for k in after if k.startswith("clip_head"))
    lines = (tmp_path / "log.jsonl").read_text()
    assert '"mask"' in lines and '"dense"' in lines
    again = Trainer(cache, tmp_path, bank, stages(20), SETTINGS)
    assert again.stage == 2 and again.total_steps == trainer.total_steps
    again.run()
    assert again.total_steps == trainer.total_steps, "nothing left to do"
    assert curves(tmp_path).exists()
    loaded = load_model(tmp_path / "last.pt")
    assert loaded.config == TINY


def test_resumes_in_the_middle_of_a_stage(cache: Path, bank: PhraseBank, tmp_path: Path) -> None:
    first = Trainer(cache, tmp_path, bank, stages(6), SETTINGS)
    first._run_stage(first.stages[0])
    first.save()
    second = Trainer(cache, tmp_path, bank, stages(6), SETTINGS)
    assert (second.stage, second.step) == (0, 2)
    torch.testing.assert_close(second.model.state_dict(), first.model.state_dict())
    second.run()
    assert second.total_steps == 8


@pytest.mark.parametrize("part", ["backbone", "mask_head"])
def test_probing_freezes(cache: Path, bank: PhraseBank, tmp_path: Path, part: str) -> None:
    stage = Stage("stage1", 0, {"clip_head": 1e-2}, mask=0, steps=2, batch=2, size=64)
    trainer = Trainer(cache, tmp_path, bank, [stage], SETTINGS)
    before = {k: v.clone() for k, v in getattr(trainer.model, part).state_dict().items()}
    trainer.run()
    torch.testing.assert_close(dict(getattr(trainer.model, part).state_dict()), before)


def test_words_are_drawn_from_their_concept(bank: PhraseBank) -> None:
    rng = np.random.default_rng(0)
    drawn = bank.draw_names(rng)
    assert all(int(d) in r.tolist() for d, r in zip(drawn, bank.rows, strict=True))
    queries = bank.draw_queries({0, 2}, rng, 12)
    assert bank.covered[queries][:, [0, 2]].any()


def test_a_tail_stays_as_imagenet_left_it_and_so_does_what_is_read_out_of_it() -> None:
    model = SamClip(replace(TINY, backbone="lite0"))
    learning = {id(p) for g in parameter_groups(model, {"backbone": 1e-3, "clip_head": 1e-3}) for p in g["params"]}
    for module in (model.backbone.tail, model.clip_head.image, model.backbone.stem):
        assert not any(p.requires_grad or id(p) in learning for p in module.parameters())
    assert id(model.backbone.blocks[-1]._project_conv.weight) in learning
    set_modes(model, {"backbone": 1e-3, "clip_head": 1e-3})
    assert not model.backbone.tail.training and model.backbone.blocks[-1].training


def test_distilled_models_give_maps_each_as_often_of_the_picture_and_of_its_mirror_image(
    tiny: SamClip, exported: OnnxModel, tmp_path: Path
) -> None:
    other = SamClip(TINY).eval()
    sentences = embed([e["name"] for e in ENTRIES])
    second = export(other, sentences, tmp_path / "second", About("second", "0", ""), ENTRIES)
    images = torch.from_numpy(np.random.default_rng(3).integers(0, 255, (2, 64, 96, 3), np.uint8))
    with torch.no_grad():
        views = [view for m in (tiny, other) for view in (m(images)[:2], [x.flip(3) for x in m(images.flip(2))[:2]])]
    teacher, rng, drawn = MapsTeacher([exported.folder, second]), np.random.default_rng(5), [0] * len(views)

    for _ in range(100):
        wanted = teacher(images, rng)
        which = int(np.argmin([float(maps_loss(*view, *wanted)) for view in views]))
        drawn[which] += 1
        torch.testing.assert_close(wanted[0], views[which][0], atol=1e-3, rtol=1e-3)
        assert maps_loss(*views[which], *wanted) < 1e-3

    assert min(drawn) > 10


def test_a_student_that_is_distilled_from_a_model_comes_nearer_to_its_maps(
    cache: Path, bank: PhraseBank, exported: OnnxModel, tmp_path: Path
) -> None:
    rates = {"backbone": 1e-2, "pyramid": 1e-2, "clip_head": 1e-2}
    stage = Stage("stage2", 0, rates, mask=0, steps=40, batch=4, size=64)
    Trainer(cache, tmp_path, bank, [stage], replace(SETTINGS, distill_from=(str(exported.folder),))).run()
    first, *_, last = [json.loads(line)["maps"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert last < 0.8 * first


def test_only_a_model_of_the_same_maps_can_be_distilled_from(exported: OnnxModel, tmp_path: Path) -> None:
    refusal = f"--distill-from {exported.folder}: its maps have .*'dims': 16.* the student's .*'dims': 128"
    with pytest.raises(SystemExit, match=refusal):
        main(f"train --cache {tmp_path} --text {tmp_path} --out {tmp_path} --distill-from {exported.folder}".split())


def test_each_model_that_a_training_goes_on_from_has_crops_of_its_own(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, version in ((first, 1), (second, 2)):
        folder.mkdir()
        (folder / "model.json").write_text(f'{{"version": {version}}}')
    assert seed_of(None, first) == seed_of(None, first) != seed_of(None, second)
    assert (seed_of(3, first), seed_of(0, first), seed_of(None, None)) == (3, 0, 0)


def test_what_is_no_model_cannot_be_gone_on_from(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"--start-from .* no model\.json"):
        main(f"train --cache {tmp_path} --text {tmp_path} --out {tmp_path} --start-from {tmp_path}".split())


WIDER = replace(TINY, dims=24)
"""Room for words beside the taught ones."""


def test_places_get_nothing_of_the_concepts_that_labels_show_everywhere(bank: PhraseBank) -> None:
    model = SamClip(WIDER)
    init_place_projection(model, bank)
    place = model.clip_head.place.weight[:, :, 0, 0]
    text = model.text(bank.sentences[bank.names])
    taught = [concept_id(name) for name in DENSE_CONCEPTS]
    torch.testing.assert_close(place @ text[taught].T, torch.zeros(WIDER.dims, len(taught)), atol=1e-5, rtol=0)
    assert float((place @ text[concept_id("zebra")]).norm()) > 0.1
    assert float(model.logit_scale) == pytest.approx(20 * (1 + PLACE_WEIGHT**2) ** 0.5)


def test_a_place_projection_is_set_again_for_the_words_as_they_are_now(bank: PhraseBank) -> None:
    model = SamClip(WIDER)
    init_place_projection(model, bank)
    with torch.no_grad():
        model.text.linear.weight.add_(0.1 * torch.randn_like(model.text.linear.weight))
    scale = float(model.logit_scale)
    init_place_projection(model, bank)
    text = model.text(bank.sentences[bank.names])
    person = text[concept_id("person")]
    torch.testing.assert_close(
        model.clip_head.place.weight[:, :, 0, 0] @ person, torch.zeros(WIDER.dims), atol=1e-5, rtol=0
    )
    assert float(model.logit_scale) == pytest.approx(scale)
