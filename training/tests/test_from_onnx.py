import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import default_collate

from conftest import ENTRIES, TINY, embed
from segwatch_training.checkpoint import average, load_model
from segwatch_training.data import Augment, Pictures
from segwatch_training.export import About, export
from segwatch_training.from_onnx import convolution_before, fix_norms, module_path, restore, settle_norms
from segwatch_training.layers import conv_bn
from segwatch_training.model import SamClip
from segwatch_training.runtime import OnnxModel


def test_scopes_become_module_paths() -> None:
    assert module_path("/model/pyramid/context/context.1/depth/depth.0/Conv") == "pyramid.context.1.depth.0"
    assert module_path("/model/backbone/blocks.3/_expand_conv/Conv") == "backbone.blocks.3._expand_conv"
    assert module_path("/model/backbone/tail/tail.1/Conv") == "backbone.tail.1"
    assert module_path("/head/dec16/dec16.0/dec16.0.0/Conv") == "dec16.0.0"


def answers(model: SamClip, image: torch.Tensor) -> list[torch.Tensor]:
    model.eval()
    with torch.no_grad():
        embedding, aligned, feature = model(image)
        masks, iou = model.mask_head(
            embedding[:1],
            torch.tensor([[[8.0, 8.0], [50.0, 40.0]]]),
            torch.tensor([[2.0, 3.0]]),
            torch.zeros(1, 1, 16, 24),
            torch.zeros(1),
        )
        return [embedding, aligned, feature, masks, iou, model.text(torch.ones(1, TINY.sentence)), model.logit_scale]


def test_a_restored_student_answers_as_the_exported_one(tiny: SamClip, exported: OnnxModel, cache) -> None:
    image = torch.from_numpy(np.random.default_rng(3).integers(0, 255, (2, 64, 96, 3), np.uint8))
    expected = answers(tiny, image)
    torch.manual_seed(9)
    student = SamClip(TINY)
    assert restore(student, exported.folder) == []
    for got, wanted in zip(answers(student, image), expected, strict=True):
        torch.testing.assert_close(got, wanted, atol=3e-4, rtol=3e-4)

    pictures = Pictures(cache, 100, Augment(64))
    batches = [default_collate([pictures[i], pictures[i + 1]]) for i in range(3)]
    settle_norms(student, lambda batch: student(batch["image"]), batches)
    for got, wanted in zip(answers(student, image), expected, strict=True):
        torch.testing.assert_close(got, wanted, atol=3e-4, rtol=3e-4)
    # What the norms hold now is what they see: training goes on without a jump.
    norm = student.pyramid.top[1]
    seen: list[torch.Tensor] = []
    handle = norm.register_forward_pre_hook(lambda _m, x: seen.append(x[0]))
    for batch in batches:
        student(batch["image"])
    handle.remove()
    assert torch.cat(seen).mean((0, 2, 3)).sub(norm.running_mean).abs().max() < 1e-3


def test_the_weights_that_are_stored_in_16_bits_are_restored_and_stored_again_as_they_are(tmp_path) -> None:
    torch.manual_seed(0)
    config = replace(TINY, backbone="lite0")
    about = About("lite", "0", "random weights", pixels=96 * 160)
    names = embed([e["name"] for e in ENTRIES])
    first = export(SamClip(config), names, tmp_path / "first", about, ENTRIES)
    again = SamClip(config)

    assert restore(again, first) == []

    second = export(again, names, tmp_path / "second", about, ENTRIES)
    image = np.random.default_rng(0).integers(0, 255, (96, 160, 3), np.uint8)
    features = [OnnxModel(folder, embed, threads=1).encode(image).feature for folder in (first, second)]
    np.testing.assert_allclose(*features, atol=1e-4)


def test_fixed_norms_compute_the_same_and_still_learn(tiny: SamClip) -> None:
    image = torch.from_numpy(np.random.default_rng(3).integers(0, 255, (2, 64, 96, 3), np.uint8))
    expected = answers(tiny, image)
    student = SamClip(TINY)
    student.load_state_dict(tiny.state_dict())
    fix_norms(student)
    for got, wanted in zip(answers(student, image), expected, strict=True):
        torch.testing.assert_close(got, wanted, atol=3e-4, rtol=3e-4)
    norm = student.pyramid.top[1]
    before = norm.running_mean.clone()
    student.train()
    student(image)[1].square().sum().backward()
    torch.testing.assert_close(norm.running_mean, before)
    assert norm.weight.grad.abs().sum() > 0 and set(student.state_dict()) == set(tiny.state_dict())


def test_what_the_directory_has_in_another_shape_is_named(exported: OnnxModel) -> None:
    other = SamClip(replace(TINY, text_hidden=9))
    assert restore(other, exported.folder) == ["text.inner.bias", "text.inner.weight", "text.outer.weight"]


def test_the_heads_go_on_over_another_backbone_of_which_nothing_is_taken(tiny: SamClip, exported: OnnxModel) -> None:
    student = SamClip(TINY)
    student.backbone.steps[3] = conv_bn(24, 40, 3, 2)
    before = copy.deepcopy(student.backbone.state_dict())
    lacking = restore(student, exported.folder)
    assert {n for n, _ in student.named_parameters() if n.startswith("backbone.")} <= set(lacking)
    torch.testing.assert_close(student.backbone.state_dict(), before)
    torch.testing.assert_close(student.mask_head.out.weight, tiny.mask_head.out.weight)


def saved(model: SamClip, folder: Path) -> Path:
    torch.save({"config": model.config.as_dict(), "ema": model.state_dict()}, folder / "last.pt")
    return folder / "last.pt"


def written_otherwise(model: SamClip) -> SamClip:
    """The same network: each convolution before a norm scaled, and the norm's statistics with it."""
    other = copy.deepcopy(model)
    modules = dict(other.named_modules())
    for name, norm in modules.items():
        if isinstance(norm, torch.nn.BatchNorm2d):
            factor = 0.2 + 3 * torch.rand(norm.num_features)
            modules[convolution_before(modules, name)].weight.data.mul_(factor[:, None, None, None])
            norm.running_mean.mul_(factor)
            norm.running_var.copy_((norm.running_var + norm.eps) * factor**2 - norm.eps)
    return other


def test_an_average_is_the_exported_model_at_weight_0_and_the_training_at_weight_1(
    tiny: SamClip, exported: OnnxModel, tmp_path: Path
) -> None:
    torch.manual_seed(5)
    training = copy.deepcopy(tiny)
    frozen = {id(p) for module in training.frozen_modules() for p in module.parameters()}
    for p in training.parameters():
        if id(p) not in frozen:
            p.data.add_(0.1 * torch.randn(p.shape))
    image = torch.randint(0, 255, (1, 64, 96, 3), dtype=torch.uint8)

    def mixed(weight: float) -> SamClip:
        average(exported.folder, saved(training, tmp_path), weight, tmp_path / "mixed.pt")
        return load_model(tmp_path / "mixed.pt")

    for weight, same in ((0.0, tiny), (1.0, training)):
        for now, then in zip(mixed(weight)(image), same.eval()(image), strict=True):
            torch.testing.assert_close(now, then, rtol=1e-3, atol=1e-4)
    assert not torch.allclose(mixed(0.5)(image)[0], tiny(image)[0])


def test_an_average_of_one_network_written_in_two_ways_is_that_network(
    tiny: SamClip, exported: OnnxModel, tmp_path: Path
) -> None:
    average(exported.folder, saved(written_otherwise(tiny), tmp_path), 0.5, tmp_path / "mixed.pt")
    image = torch.randint(0, 255, (1, 64, 96, 3), dtype=torch.uint8)
    for now, then in zip(load_model(tmp_path / "mixed.pt")(image), tiny(image), strict=True):
        torch.testing.assert_close(now, then, rtol=1e-3, atol=1e-4)


def test_an_average_takes_from_the_training_what_the_exported_model_lacks(
    tiny: SamClip, exported: OnnxModel, tmp_path: Path
) -> None:
    wider = SamClip(replace(TINY, text_hidden=9))
    torch.nn.init.ones_(wider.text.inner.weight)
    average(exported.folder, saved(wider, tmp_path), 0.0, tmp_path / "mixed.pt")
    mixed = load_model(tmp_path / "mixed.pt")
    assert bool((mixed.text.inner.weight == 1).all())
    torch.testing.assert_close(mixed.pyramid.last.weight, tiny.pyramid.last.weight)
