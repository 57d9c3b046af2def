import pytest
import torch

from conftest import TINY
from segwatch_training.backbone import LiteBackbone
from segwatch_training.mask_head import PromptMaps
from segwatch_training.model import ClipHead, SamClip, TextProjection


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
    masks, iou = tiny.mask_head(
        torch.randn(1, TINY.embed, 16, 24), coords, labels, torch.zeros(5, 1, 16, 24), torch.zeros(5)
    )
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
        4: (24, 16, 24),
        8: (40, 8, 12),
        16: (112, 4, 6),
        32: (320, 2, 3),
    }
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


@pytest.mark.parametrize("tail", [0, 4])
def test_cells_of_the_whole_pictures_map_see_as_far_to_the_right_and_down_as_is_taken_back(tail: int) -> None:
    backbone = LiteBackbone("lite0", tail=tail).eval()
    for module in backbone.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.constant_(module.weight, 1 / module.weight[0].numel())
    image = torch.full((1, 3, 1024, 1024), 0.01, requires_grad=True)
    whole, cell = backbone(image)[1], 512 // backbone.whole_stride
    whole[0, :, cell, cell].sum().backward()
    seen = image.grad.sum((0, 1)) / image.grad.sum()
    centre = backbone.whole_stride * (cell + 0.5) - 0.5
    for line in (seen.sum(0), seen.sum(1)):
        assert float((line * torch.arange(1024.0)).sum()) - centre == pytest.approx(backbone.whole_shift, abs=1)


def test_each_place_gets_what_the_image_feature_would_be_of_it_alone() -> None:
    torch.manual_seed(0)
    head = ClipHead(8, 12, 16, whole_stride=32, whole_shift=16).eval()
    features, whole = torch.zeros(1, 8, 8, 12), torch.randn(1, 12, 2, 3)
    with torch.no_grad():
        deaf, _ = head(features, whole)
        head.place.weight.copy_(5 * torch.eye(16)[:, :, None, None])
        placed, _ = head(features, whole)
        alone = [
            [head(features[:, :, :4, :4], whole[:, :, y : y + 1, x : x + 1])[1][0] for x in range(3)] for y in range(2)
        ]
    for y, x in ((0, 0), (0, 1), (1, 2)):
        middle = (
            4 * y + 3,
            4 * x + 3,
        )  # two of the grid's positions, which the cell sees too far, from its nominal middle
        likeness = torch.stack([a @ placed[0, :, middle[0], middle[1]] for row in alone for a in row])
        assert int(likeness.argmax()) == 3 * y + x
        assert likeness[3 * y + x] > alone[y][x] @ deaf[0, :, middle[0], middle[1]] + 0.1


def test_what_places_get_does_not_teach_the_whole_pictures_map(tiny: SamClip) -> None:
    whole = torch.randn(1, tiny.backbone.head_channels, 2, 3, requires_grad=True)
    aligned, _ = tiny.clip_head(torch.randn(1, TINY.fpn, 8, 12), whole)
    aligned.sum().backward()
    assert whole.grad is None
    tiny.zero_grad()
