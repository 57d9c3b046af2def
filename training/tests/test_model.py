import pytest
import torch

from conftest import TINY
from segwatch_training.model import LiteBackbone, PromptMaps, SamClip, TextProjection


@pytest.mark.parametrize("size", [(64, 96), (160, 128)])
def test_shapes_and_unit_length(tiny: SamClip, size: tuple[int, int]) -> None:
    height, width = size
    embedding, aligned, feature = tiny(torch.randint(0, 255, (2, height, width, 3), dtype=torch.uint8))
    assert embedding.shape == (2, TINY.embed, height // 4, width // 4)
    assert aligned.shape == (2, TINY.dims, height // 8, width // 8)
    assert feature.shape == (2, TINY.dims)
    torch.testing.assert_close(aligned.norm(dim=1), torch.ones(2, height // 8, width // 8))
    torch.testing.assert_close(feature.norm(dim=1), torch.ones(2))


def test_mask_head_answers_each_prompt(tiny: SamClip) -> None:
    coords, labels = torch.rand(5, 3, 2) * 64, torch.tensor([[1.0, 0, -1]] * 5)
    masks, iou = tiny.mask_head(torch.randn(1, TINY.embed, 16, 24), coords, labels, torch.zeros(5, 1, 16, 24), torch.zeros(5))
    assert masks.shape == (5, 3, 16, 24) and iou.shape == (5, 3)
    assert bool(((iou >= 0) & (iou <= 1)).all())


def test_padding_changes_nothing(tiny: SamClip) -> None:
    embedding, none, off = torch.randn(1, TINY.embed, 16, 24), torch.zeros(1, 1, 16, 24), torch.zeros(1)
    short = tiny.mask_head(embedding, torch.tensor([[[30.0, 20.0]]]), torch.tensor([[1.0]]), none, off)
    padded = torch.tensor([[[30.0, 20.0], [55.0, 3.0], [0.0, 0.0]]])
    long = tiny.mask_head(embedding, padded, torch.tensor([[1.0, -1.0, -1.0]]), none, off)
    torch.testing.assert_close(short, long)


def test_prompt_maps_lie_where_the_prompt_is() -> None:
    coords = torch.tensor([[[42.0, 22.0], [0.0, 0.0]], [[16.0, 8.0], [64.0, 40.0]]])
    labels = torch.tensor([[1.0, -1.0], [2.0, 3.0]])
    maps, regions = PromptMaps()(16, 24, coords, labels)
    assert divmod(int(maps[0, 0].argmax()), 24) == (5, 10)
    assert maps[0, 2:].abs().sum() == 0, "no background click and no box"
    inside = maps[1, 4] > 0.5
    assert inside[2:10, 4:16].all() and inside.sum() == 8 * 12
    assert regions.shape == (2, 3, 16, 24)


def test_new_words_start_with_their_kin() -> None:
    torch.manual_seed(0)
    sentences = torch.nn.functional.normalize(torch.randn(60, 24), dim=1)
    text = TextProjection(24, 16, 8)
    text.start_from(sentences)
    near = torch.nn.functional.normalize(sentences[:1] + 0.05 * torch.randn(1, 24), dim=1)
    likeness = (text(near) @ text(sentences).T)[0]
    assert int(likeness.argmax()) == 0 and likeness[0] > 0.9


def test_lite_backbone_has_the_four_strides() -> None:
    backbone = LiteBackbone("lite0").eval()
    with torch.no_grad():
        maps, whole = backbone(torch.randn(1, 3, 64, 96))
    assert {s: tuple(m.shape[1:]) for s, m in maps.items()} == {
        4: (24, 16, 24), 8: (40, 8, 12), 16: (112, 4, 6), 32: (320, 2, 3),
    }  # fmt: skip
    assert whole.shape == (1, 1280, 1, 2)


@pytest.mark.parametrize("tail", [0, 1, 4])
def test_the_whole_pictures_map_has_its_last_blocks_for_its_own(tail: int) -> None:
    torch.manual_seed(0)
    backbone, x = LiteBackbone("lite0", tail=tail).eval(), torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        before = backbone(x)
        for block in backbone.blocks[len(backbone.blocks) - tail :]:
            block._project_conv.weight.mul_(-1)
        after = backbone(x)
    torch.testing.assert_close(after[1], before[1])
    assert bool((after[0][32] == before[0][32]).all()) == (tail == 0)


def test_dense_features_read_the_whole_pictures_map_and_do_not_teach_it(tiny: SamClip) -> None:
    maps, whole = tiny.backbone(torch.randn(1, 3, 64, 96))
    whole.retain_grad()
    features, _ = tiny.pyramid(maps, whole)
    features.sum().backward()
    assert whole.grad is None and tiny.pyramid.known.weight.grad.abs().sum() > 0
    tiny.zero_grad()
